"""The keys behind the DKIM records, as receivers find them: there, in force, and long enough (KIM024 to KIM026)."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.checks.legs import DKIM_FAILS
from sendready.checks.registry import check
from sendready.mailauth import dkim_key
from sendready.model.dkim_key import DkimKey
from sendready.model.finding import Fix, Hit, Severity
from sendready.model.identity import Dkim, SigningOrigin, Status
from sendready.model.observation import Observation
from sendready.model.step import Step

SHORTEST, ENOUGH = 1024, 2048
"""Bits: receivers refuse shorter keys (RFC 8301, section 3.2), and Gmail and AWS recommend this many."""


def _keys(seen: Observation) -> list[DkimKey]:
    return [dkim_key.parse(text) for sighting in seen.auth.keys for text in sighting.answers if dkim_key.is_meant(text)]


def _all_known(seen: Observation) -> bool:
    """Whether every DKIM record is live and what stands behind each could be looked at."""
    wanted = seen.records.of_step(Step.DKIM)
    keys = seen.auth.keys
    live = bool(wanted) and all(record.live for record in wanted)
    return live and len(keys) == len(wanted) and all(key.outcome.conclusive for key in keys)


def _held(seen: Observation) -> Dkim | None:
    return seen.ses_identity.dkim if seen.ses_identity is not None else None


@check(
    "KIM024",
    "target-without-key",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="No DKIM key stands behind the records",
    explains=DKIM_FAILS,
)
def target_without_key(seen: Observation) -> Iterator[Hit]:
    """The records lead to SES and SES has no key there. One of three is enough: SES uses one key at a time.

    While SES has not verified the domain yet its keys may still be on their way.
    """
    held = _held(seen)
    if not _all_known(seen) or _keys(seen) or (held is not None and held.status is Status.PENDING):
        return
    yield Hit(
        subject=seen.identity.domain,
        detail="receivers find no key, so no signature passes; SES may have given these tokens up with an identity that"
        " was deleted",
        expected="a key at one of the three targets",
        observed=tuple(f"{key.question.name} TXT {key.outcome.value}" for key in seen.auth.keys),
        evidence=seen.auth.keys,
        fix=Fix("Look whether the identity still exists in this region and account, and compare its tokens"),
    )


@check(
    "KIM025",
    "key-revoked",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="The DKIM key is withdrawn",
    explains=DKIM_FAILS,
)
def key_revoked(seen: Observation) -> Iterator[Hit]:
    """An empty `p` (RFC 6376, section 3.6.1), and no key that is in force beside it."""
    keys = _keys(seen)
    if _all_known(seen) and any(key.revoked for key in keys) and not any(key.usable for key in keys):
        yield Hit(
            subject=seen.identity.domain,
            detail="its `p` is empty: signatures with it no longer pass",
            expected="p= with a key",
            observed=tuple(key.text for key in keys),
            evidence=seen.auth.keys,
            fix=Fix("Look at the identity in SES, in this region: its tokens may be others by now"),
        )


@check(
    "KIM026",
    "weak-key",
    step=Step.DKIM,
    severity=Severity.WARNING,
    title="The DKIM key is shorter than it should be",
)
def weak_key(seen: Observation) -> Iterator[Hit]:
    """Below 1024 bits receivers refuse it; 1024 is accepted, 2048 recommended. It is shown and never changed."""
    keys = [key for key in _keys(seen) if key.usable and key.kind == "rsa" and key.bits is not None]
    shortest = min((key.bits or 0 for key in keys), default=None)
    held = _held(seen)
    if shortest is None and held is not None and held.key_length == "RSA_1024_BIT":
        shortest = 1024
    if shortest is None or shortest >= ENOUGH:
        return
    easy = held is None or held.origin is SigningOrigin.AWS_SES
    yield Hit(
        subject=seen.identity.domain,
        detail="receivers refuse keys shorter than 1024 bits" if shortest < SHORTEST else "receivers still accept it",
        expected=f"{ENOUGH} bits",
        observed=(f"{shortest} bits",),
        evidence=seen.auth.keys,
        fix=Fix(
            "Have SES make the next key 2048 bits long; it changes over by itself, and the records stay"
            if easy
            else "Make a new key of 2048 bits under a new selector, and publish it before you change over",
            commands=(
                f"aws sesv2 put-email-identity-dkim-signing-attributes --email-identity {seen.identity.quoted}"
                " --signing-attributes-origin AWS_SES --signing-attributes NextSigningKeyLength=RSA_2048_BIT"
                f" --region {seen.region}",
            )
            if easy
            else (),
        ),
        severity=Severity.ERROR if shortest < SHORTEST else None,
    )
