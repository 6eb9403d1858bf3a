"""The TXT record of a DKIM key that is the user's own (BYODKIM): nothing but its selector is known of it (KIM)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from sendready.checks.legs import DKIM_FAILS
from sendready.checks.registry import check
from sendready.hosts import place
from sendready.model.finding import Fix, Hit, Severity
from sendready.model.identity import Status
from sendready.model.observation import Observation
from sendready.model.records import Outcome
from sendready.model.step import Step

_SHORTEST_KEY = 90
"""Bytes of the smallest RSA key that verifies anything (512 bits, RFC 8301); less is a part of one."""


@check(
    "KIM038",
    "byodkim-record-bad",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="The record of your own DKIM key is missing or cannot be read",
    explains=(*DKIM_FAILS, "KIM029", "KIM030", "KIM031", "KIM034", "SES003"),
)
def byodkim_record_bad(seen: Observation) -> Iterator[Hit]:
    """No record at the selector, several, or one that receivers cannot take a key from (RFC 6376, section 3.6.1)."""
    ses = seen.ses_identity
    conclusive = tuple(sighting for sighting in seen.own_key if sighting.outcome.conclusive)
    if ses is None or not conclusive:
        return
    texts = {sighting.answers for sighting in conclusive if sighting.outcome is Outcome.ANSWER}
    name = conclusive[0].question.name
    flaws = [flaw for answers in texts if (flaw := _flaw(answers)) is not None]
    if not texts:
        flaws = ["there is no TXT record at the selector"]
    if flaws and len(flaws) == max(1, len(texts)):
        found = tuple(dict.fromkeys(text for answers in texts for text in answers))
        yield Hit(
            subject=name,
            detail=f"{flaws[0]}; receivers cannot check the signature"
            + ("" if ses.dkim.status is Status.SUCCESS else f", and SES says {ses.dkim.status.value}"),
            expected="v=DKIM1; k=rsa; p=<your public key>",
            observed=found or ("none",),
            evidence=conclusive,
            fix=Fix(
                f"Publish the public key that belongs to the private key you gave to SES as one TXT record at {name},"
                f" at {place(seen)}; a value longer than 255 characters goes into several strings of the one record. If"
                " the key is lost, SES can make keys of its own again, which means three new CNAMEs",
                commands=(
                    f"aws sesv2 put-email-identity-dkim-signing-attributes --email-identity {seen.identity.quoted}"
                    f" --signing-attributes-origin AWS_SES --region {seen.region}",
                ),
            ),
        )


def _flaw(answers: tuple[str, ...]) -> str | None:
    """What is wrong with a record set at a selector; None where receivers get one key from it."""
    if len(answers) != 1:
        return f"there are {len(answers)} TXT records at the selector, and receivers may take any"
    tags = dict(part.strip().partition("=")[::2] for part in answers[0].split(";") if part.strip())
    tags = {name.strip(): re.sub(r"\s", "", value) for name, value in tags.items()}
    if "v" in tags and tags["v"] != "DKIM1":
        return f"it begins with v={tags['v']}, not v=DKIM1"
    if tags.get("k", "rsa").lower() not in ("rsa", "ed25519"):
        return f"its key type k={tags['k']} is none that receivers know"
    if "p" not in tags:
        return "it has no p= and thus no key"
    if not tags["p"]:
        return "its p= is empty: the key is revoked"
    return _unreadable(tags["p"], tags.get("k", "rsa").lower())


def _unreadable(text: str, kind: str) -> str | None:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return "its p= is not base64: a part of the key is missing, or quotes and blanks came in between"
    return "its p= holds a part of a key only" if kind == "rsa" and len(key) < _SHORTEST_KEY else None
