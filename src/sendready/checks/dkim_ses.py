"""What SES says about the domain's DKIM: a wait, a loss, the end, and what it ran into (KIM)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from sendready.checks.dkim import all_live, dkim_records
from sendready.checks.legs import DKIM_FAILS
from sendready.checks.registry import check
from sendready.model.finding import FindingState, Fix, Hit, Severity
from sendready.model.identity import SesIdentity, SigningOrigin, Status, ZoneSerial
from sendready.model.names import bare
from sendready.model.observation import Delegation, Observation, Seen
from sendready.model.step import Step

_SAID = ("SES003", "KIM033", "KIM034", *DKIM_FAILS)


def _signed(seen: Observation) -> SesIdentity | None:
    """The domain as SES holds it; an address identity says nothing here, its domain's own DKIM would sign."""
    return seen.ses_identity if seen.identity.is_domain else None


@check(
    "KIM029",
    "waiting-for-ses",
    step=Step.DKIM,
    severity=Severity.NOTICE,
    title="The DKIM records are live; SES has not looked again yet",
    explains=_SAID,
)
def waiting_for_ses(seen: Observation) -> Iterator[Hit]:
    """SES says PENDING although every server has every record, or about a key that is none of Easy DKIM's."""
    ses = _signed(seen)
    if ses is None or ses.dkim.status is not Status.PENDING:
        return
    easy = ses.dkim.needs_cnames
    if not easy or all(record.live for record in dkim_records(seen)):
        looked = f"SES last looked at {ses.last_checked:%H:%M:%S} UTC" if ses.last_checked else "SES has not looked yet"
        yield Hit(
            subject=seen.identity.name,
            title=None if easy else f"SES has not found {_KEY[ses.dkim.origin]} yet",
            detail=f"{looked}; usually minutes, at most 72 hours",
            expected="SUCCESS",
            observed=("PENDING",),
            fix=Fix("Nothing to do; it is safe to leave and look later"),
            state=FindingState.PENDING,
            awaits="SES to look at the DKIM records",
            explains=_said(seen),
        )


@check(
    "KIM030",
    "ses-gave-up",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="SES stopped looking for the DKIM records",
    explains=_SAID,
)
def ses_gave_up(seen: Observation) -> Iterator[Hit]:
    """Status FAILED: 72 hours went by without the records."""
    ses = _signed(seen)
    if ses is None or ses.dkim.status is not Status.FAILED:
        return
    if not ses.dkim.needs_cnames:
        yield _without_cnames(seen, ses, "72 hours went by and SES no longer looks for it")
        return
    live = all_live(seen)
    yield Hit(
        subject=seen.identity.name,
        detail="the records are live now, but SES no longer looks" if live else "72 hours went by without the records",
        expected="SUCCESS",
        observed=("FAILED",),
        fix=Fix(
            "Restart the verification; keys stay as they are, and the tokens are compared afterwards"
            if live
            else "Publish the records, then restart the verification",
            commands=(f"sendready apply {seen.identity.quoted}",),
            safe=live,
        ),
        explains=_said(seen),
    )


@check(
    "KIM031",
    "ses-lost-records",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="SES no longer finds the DKIM records",
    explains=_SAID,
)
def ses_lost_records(seen: Observation) -> Iterator[Hit]:
    """TEMPORARY_FAILURE: SES saw the records once and does not now."""
    ses = _signed(seen)
    if ses is None or ses.dkim.status is not Status.TEMPORARY_FAILURE:
        return
    if not ses.dkim.needs_cnames:
        yield _without_cnames(seen, ses, "SES found it once and does not find it now")
        return
    live = all_live(seen)
    yield Hit(
        subject=seen.identity.name,
        detail="the records are back; SES has not looked again yet"
        if live
        else "receivers cannot check the signature, and SES stops signing unless the records come back within days",
        expected="SUCCESS",
        observed=("TEMPORARY_FAILURE",),
        fix=Fix("Nothing to do" if live else "Restore the records before SES stops signing"),
        state=FindingState.PENDING if live else FindingState.FAIL,
        severity=Severity.NOTICE if live else None,
        awaits="SES to look at the DKIM records again" if live else "",
        explains=_said(seen),
    )


def _without_cnames(seen: Observation, ses: SesIdentity, detail: str) -> Hit:
    """A key that is not Easy DKIM's is not in the three CNAMEs: SES's word is all there is about it."""
    own = ses.dkim.origin is SigningOrigin.EXTERNAL
    return Hit(
        subject=seen.identity.name,
        title=f"SES does not find {_KEY[ses.dkim.origin]}",
        detail=detail,
        expected="SUCCESS",
        observed=(ses.dkim.status.value, *((ses.error_type,) if ses.error_type else ())),
        fix=Fix(
            "Publish its TXT record at <selector>._domainkey again, then give SES the same key once more"
            if own
            else "Mend DKIM of the same identity in the region that holds the key; this one follows it"
        ),
    )


_KEY = {
    SigningOrigin.AWS_SES: "the DKIM records",
    SigningOrigin.EXTERNAL: "your own DKIM key",
    SigningOrigin.REPLICA: "the DKIM key of the identity's other region",
}


@check(
    "KIM032",
    "signing-disabled",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="DKIM signing is switched off",
    explains=DKIM_FAILS,
)
def signing_disabled(seen: Observation) -> Iterator[Hit]:
    """Mail leaves without the domain's signature although everything is published, or DKIM was never set up."""
    ses = _signed(seen)
    if ses is not None and (not ses.dkim.signing_enabled or ses.dkim.status is Status.NOT_STARTED):
        yield Hit(
            subject=ses.name,
            title=None if not ses.dkim.signing_enabled else "DKIM was never set up",
            detail="SES signs with amazonses.com only, so DMARC cannot pass by DKIM",
            expected="SigningEnabled: true, Status: SUCCESS",
            observed=(f"SigningEnabled: {str(ses.dkim.signing_enabled).lower()}", f"Status: {ses.dkim.status.value}"),
            fix=Fix(
                "Switch signing on",
                commands=(
                    f"aws sesv2 put-email-identity-dkim-attributes --email-identity {seen.identity.quoted}"
                    f" --signing-enabled --region {seen.region}",
                ),
                safe=True,
            ),
        )


@check(
    "KIM033",
    "ses-saw-old-zone",
    step=Step.DKIM,
    severity=Severity.NOTICE,
    title="SES saw the zone before it was last changed",
)
def ses_saw_old_zone(seen: Observation) -> Iterator[Hit]:
    """The SOA record of SES's last look is older than the one served now, or another zone's of the same name.

    An older serial says something only where the records are live; it never moves at Route 53.
    """
    zones = _zones(seen)
    if zones is None:
        return
    saw, cut = zones
    hit = Hit(
        subject=cut.zone or cut.name,
        expected=f"{cut.primary} {cut.serial}",
        observed=(f"{bare(saw.primary)} {saw.serial}",),
        evidence=cut.sightings[-1:],
    )
    if _another_copy(seen):
        yield replace(
            hit,
            title="SES saw another copy of the zone",
            detail=f"its last look ended at a zone of {bare(saw.primary)}; the domain's servers name {cut.primary}",
            fix=Fix(
                "If you have moved the domain to other name servers since, that is why; if not, compare the name"
                " servers at the registrar with those of the zone you edit: they must be the same"
            ),
            severity=Severity.WARNING,
        )
    elif _is_older(saw, cut) and all_live(seen):
        yield replace(
            hit,
            detail=f"it saw serial {saw.serial}, and the zone is at {cut.serial} now",
            fix=Fix("Nothing to do: what SES said then is about the zone as it was"),
        )


def _zones(seen: Observation) -> tuple[ZoneSerial, Delegation] | None:
    """The zone as SES saw it and as it is served now; None where one is not known or SES found what it wanted."""
    ses, cut = _signed(seen), seen.delegation.value if isinstance(seen.delegation, Seen) else None
    if ses is None or ses.status is Status.SUCCESS or ses.zone_seen is None or cut is None or not cut.primary:
        return None
    return ses.zone_seen, cut


def _another_copy(seen: Observation) -> bool:
    """Whether SES saw a zone of somebody else.

    Not where the primary it names serves the domain too (several hosts may), nor where the records lie in a zone of
    their own, whose SOA record SES may have seen.
    """
    zones = _zones(seen)
    if zones is None:
        return False
    saw, cut = zones
    ours = {bare(server.name) for server in cut.servers}
    theirs = {bare(sighting.server.name) for record in dkim_records(seen) for sighting in record.sightings}
    return bare(saw.primary) not in {"", bare(cut.primary or ""), *ours} and theirs <= ours


def _said(seen: Observation) -> tuple[str, ...]:
    """What a wait for SES explains: that it saw an older zone, but never that it saw another one."""
    return tuple(check_id for check_id in _SAID if check_id != "KIM033" or not _another_copy(seen))


_ROUTE53 = re.compile(r"\.awsdns-\d+\.")


def _is_older(saw: ZoneSerial, cut: Delegation) -> bool:
    """Whether SES saw an earlier serial of the same primary; serials wrap around (RFC 1982, section 3.2)."""
    if cut.serial is None or bare(saw.primary) != cut.primary or _ROUTE53.search(cut.primary):
        return False
    return 0 < (cut.serial - saw.serial) % 2**32 < 2**31


@check(
    "KIM037",
    "replication-error",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="SES cannot take over the DKIM key of the identity's other region",
    explains=(*_SAID, "KIM029", "KIM030", "KIM031"),
)
def replication_error(seen: Observation) -> Iterator[Hit]:
    """A replica (deterministic Easy DKIM) whose primary is missing, of another kind, or out of its reach."""
    ses = _signed(seen)
    if ses is None or ses.dkim.status is Status.SUCCESS or not (ses.error_type or "").startswith("REPLICATION_"):
        return
    primary = ses.dkim.primary or "the region that holds the key"
    reason, do = _REPLICATION.get(ses.error_type or "", ("SES says no more than that", "Look at the identity there"))
    yield Hit(
        subject=ses.name,
        detail=f"the key is that of the same identity in {primary}; {reason}",
        expected="SUCCESS",
        observed=(f"{ses.dkim.status.value} {ses.error_type}",),
        fix=Fix(
            f"{do}, in {primary}; or give this region Easy DKIM keys of its own, which means three CNAMEs more",
            commands=(f"aws sesv2 get-email-identity --email-identity {seen.identity.quoted} --region {primary}",)
            if ses.dkim.primary
            else (),
        ),
    )


_REPLICATION = {
    "REPLICATION_ACCESS_DENIED": (
        "this account is not allowed to replicate it",
        "Allow ses:ReplicateEmailIdentityDKIMSigningKey on the identity",
    ),
    "REPLICATION_PRIMARY_NOT_FOUND": ("that identity does not exist", "Create the identity and verify it"),
    "REPLICATION_PRIMARY_BYO_DKIM_NOT_SUPPORTED": (
        "that identity has a key of your own, which is not replicated",
        "Give that identity Easy DKIM",
    ),
    "REPLICATION_REPLICA_AS_PRIMARY_NOT_SUPPORTED": (
        "that identity is a replica itself",
        "Name the region that holds the key",
    ),
    "REPLICATION_PRIMARY_INVALID_REGION": ("SES does not replicate from there", "Name another region"),
}
"""What each error means, and what to do about it (sesv2 `VerificationInfo`)."""


@check(
    "KIM034",
    "ses-error-type",
    step=Step.DKIM,
    severity=Severity.INFO,
    title="SES says what it ran into at its last look",
)
def ses_error_type(seen: Observation) -> Iterator[Hit]:
    """`VerificationInfo.ErrorType`; beside SUCCESS it is a leftover of an earlier look and means nothing."""
    ses = _signed(seen)
    if ses is None or ses.status is Status.SUCCESS or not ses.error_type:
        return
    said = next((text for start, text in _ERRORS.items() if ses.error_type.startswith(start)), "a reason of its own")
    when = f" at {ses.last_checked:%Y-%m-%d %H:%M:%S} UTC" if ses.last_checked else ""
    yield Hit(
        subject=ses.name,
        detail=f"{said}{when}",
        expected="SUCCESS",
        observed=(ses.error_type,),
        fix=Fix("Go by the other findings: they are about the records as they are now, this one about that look"),
    )


_ERRORS = {
    "HOST_NOT_FOUND": "it found nothing at the names of the records",
    "TYPE_NOT_FOUND": "it found the names, but no CNAME at them",
    "INVALID_VALUE": "it found the CNAMEs, with other values",
    "DNS_SERVER_ERROR": "the zone's servers gave it no usable answer",
    "SERVICE_ERROR": "something at AWS failed for a while; it looks again",
    "REPLICATION_": "it could not take over the key from the identity's other region",
}
"""What each means (sesv2 `VerificationInfo`)."""
