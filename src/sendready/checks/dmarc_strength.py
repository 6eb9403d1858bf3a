"""How much the DMARC policy asks for, whom it covers, and how many legs mail from SES stands on (DMC020 to DMC034)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sendready.checks.dmarc_values import about, judged
from sendready.checks.neighbours import signing_above
from sendready.checks.registry import check
from sendready.mailauth.alignment import Outlook, predict
from sendready.model.dmarc import DmarcDiscovery, DmarcRecord
from sendready.model.finding import FindingState, Fix, Hit, Severity
from sendready.model.identity import Status
from sendready.model.names import is_registry
from sendready.model.observation import Observation
from sendready.model.step import Step

WATCHED = timedelta(days=30)
"""How long all has been well before the next rung of the policy is worth a word: some weeks of reports."""


def _own(seen: Observation) -> DmarcRecord | None:
    """The record at the domain itself, which its owner can change without asking anybody."""
    found = judged(seen)
    return found.record if found is not None and not found.inherited else None


def _long_enough(seen: Observation) -> bool:
    since = seen.past.ready_since
    return since is not None and seen.at - since >= WATCHED


@check(
    "DMC020",
    "monitoring-only",
    step=Step.DMARC,
    severity=Severity.NOTICE,
    title="The DMARC policy still asks for nothing",
    explains=("DMC022",),
)
def monitoring_only(seen: Observation) -> Iterator[Hit]:
    """`p=none` is where everybody begins; it is worth a word once mail has passed for some weeks, with reports."""
    found, record = judged(seen), _own(seen)
    if record is None or found is None or found.policy != "none" or record.tag("p") != "none":
        return
    if record.tag("rua") and _long_enough(seen) and predict(seen).dmarc is Outlook.PASS:
        days = (seen.at - seen.past.ready_since).days if seen.past.ready_since is not None else WATCHED.days
        yield about(
            seen,
            f"all has been well here for {days} days; with `p=none` anybody's forged mail still arrives",
            "p=quarantine, once the reports show that all of your mail passes",
            "Read the reports. If everything that sends for you passes, add `np=reject` first, then `p=quarantine`;"
            " if something does not, mend that and stay",
        )


@check(
    "DMC022",
    "nonexistent-subdomains-open",
    step=Step.DMARC,
    severity=Severity.NOTICE,
    title="Made-up subdomains are under no DMARC policy",
)
def nonexistent_subdomains_open(seen: Observation) -> Iterator[Hit]:
    """`np`, else `sp`, else `p` (RFC 9989, section 4.7) is none: said so on purpose, or still so after weeks."""
    record = _own(seen)
    stated = record is not None and record.tag("np") is not None
    if record is None or not (stated or _long_enough(seen)):
        return
    effective = next((value for value in map(record.tag, ("np", "sp", "p")) if value is not None), "")
    if effective.lower() == "none":
        yield about(
            seen,
            "mail from names below the domain that do not exist is let through; nothing of yours comes from such names",
            "np=reject",
            "Add `np=reject`: it touches no name that is in DNS. See first that the MAIL FROM domain and every From"
            " domain have a record",
        )


@check(
    "DMC026",
    "strict-dkim-misaligned",
    step=Step.DMARC,
    severity=Severity.ERROR,
    title="Mail is signed for the domain above, and the DMARC policy wants the very same domain",
    explains=("SES001",),
)
def strict_dkim_misaligned(seen: Observation) -> Iterator[Hit]:
    """`adkim=s`, no identity of the From domain, and one above that signs instead (RFC 9989, section 4.4.1)."""
    found, above = judged(seen), signing_above(seen)
    strict = found is not None and found.record is not None and found.record.strict("adkim")
    if strict and seen.identity_missing and seen.identity.is_domain and above is not None:
        yield Hit(
            subject=seen.identity.name,
            detail=f"SES signs with d={above.name}, which `adkim=s` does not take for {seen.identity.domain}",
            expected=f"d={seen.identity.domain}",
            observed=(f"d={above.name}",),
            fix=Fix(
                f"Verify {seen.identity.domain} as an identity of its own, or write `adkim=r`",
                commands=(f"sendready apply {seen.identity.quoted}",),
                safe=True,
            ),
            state=FindingState.FAIL if seen.past.identity_seen else FindingState.TODO,
        )


@check(
    "DMC027",
    "inherited-policy",
    step=Step.DMARC,
    severity=Severity.INFO,
    title="The DMARC policy comes from a domain above",
)
def inherited_policy(seen: Observation) -> Iterator[Hit]:
    """No record at the domain itself; `np`, `sp` or `p` of the one above applies (RFC 9989, section 4.10)."""
    found = judged(seen)
    at = (found.found_at or "").removeprefix("_dmarc.") if found is not None else ""
    if found is None or not found.inherited or found.policy is None or is_registry(at):
        return
    tag = _deciding(found)
    yield about(
        seen,
        f"`{tag}` of {found.found_at} makes it {found.policy} for {seen.identity.domain}",
        "this, or a record of its own",
        f"Nothing has to be done; a record at _dmarc.{seen.identity.domain} would make it explicit",
    )


def _deciding(found: DmarcDiscovery) -> str:
    """The tag that is applied; `np` only speaks of names that do not exist."""
    record = found.record
    return "sp" if record is not None and record.tag("sp") is not None else "p"


@check(
    "DMC034",
    "one-leg-only",
    step=Step.DMARC,
    severity=Severity.WARNING,
    title="DMARC stands on one leg only",
)
def one_leg_only(seen: Observation) -> Iterator[Hit]:
    """One of DKIM and SPF aligns: enough for DMARC today; Gmail says that both will likely be asked for one day.

    Where no MAIL FROM domain is set MFR021 says the same, and until SES has seen it for the first time nothing is lost.
    """
    ses, told = seen.ses_identity, predict(seen)
    one_leg = {told.dkim.aligned, told.spf.aligned} == {True, False}
    if ses is None or not ses.verified or not seen.identity.is_domain or not one_leg:
        return
    if ses.mail_from is None or ses.mail_from.status is Status.PENDING:
        return
    stands, lacks = ("DKIM", "SPF") if told.dkim.aligned else ("SPF", "DKIM")
    why = told.spf.why if told.dkim.aligned else told.dkim.why
    yield Hit(
        subject=seen.identity.domain,
        detail=f"{lacks} does not align: {why}; if {stands} breaks, too, nothing is left",
        expected="DKIM and SPF both aligned",
        observed=(f"{stands} alone",),
        fix=Fix(f"Let {lacks} pass for {seen.identity.domain} as well"),
        step=Step.MAIL_FROM if told.dkim.aligned else Step.DKIM,
    )
