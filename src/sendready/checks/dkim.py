"""The three DKIM CNAMEs, whether they are there, and what SES makes of them (KIM)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sendready.checks.registry import check
from sendready.model.finding import FindingState, Fix, Hit, Severity
from sendready.model.identity import SesIdentity, SigningOrigin, Status
from sendready.model.observation import Observation
from sendready.model.records import ObservedRecord, RecordState
from sendready.model.step import Step

WAITS = ("SES003", "KIM030", "KIM031", "KIM034")
"""What SES says because of a record that is missing, elsewhere or wrong."""


def dkim_records(seen: Observation) -> tuple[ObservedRecord, ...]:
    """The CNAMEs of the identity as they were seen; none where it needs none."""
    return seen.records.of_step(Step.DKIM)


def subject(records: Sequence[ObservedRecord], seen: Observation) -> str:
    """The record's name, or how many of the identity's records it is about."""
    if len(records) == 1:
        return records[0].wanted.name
    return f"{len(records)} DKIM records of {seen.identity.domain}"


def lost_or_todo(seen: Observation, records: Sequence[ObservedRecord]) -> FindingState:
    """A failure where SES or an earlier look ever saw one of them, else something never done yet."""
    return FindingState.FAIL if any(_was_there(seen, record) for record in records) else FindingState.TODO


def _signed(seen: Observation) -> SesIdentity | None:
    """The domain as SES holds it; an address identity says nothing here, its domain's own DKIM would sign."""
    return seen.ses_identity if seen.identity.is_domain else None


def _was_there(seen: Observation, record: ObservedRecord) -> bool:
    """Whether SES or an earlier look ever saw it."""
    ses = seen.ses_identity
    known = (record.wanted.name, record.wanted.type.value) in seen.past.live_records
    return known or (ses is not None and ses.last_success is not None)


def _add(records: tuple[ObservedRecord, ...]) -> Fix:
    names = "this CNAME" if len(records) == 1 else f"these {len(records)} CNAMEs"
    return Fix(f"Add {names} at the DNS host", tuple(r.wanted for r in records), safe=True)


@check(
    "KIM001",
    "not-published",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="The DKIM records are not published",
    explains=WAITS,
)
def not_published(seen: Observation) -> Iterator[Hit]:
    """Every one of the three names is proven absent and none was found elsewhere."""
    records = dkim_records(seen)
    if records and all(record.absent for record in records) and not _strayed(seen) & {r.wanted for r in records}:
        yield Hit(
            subject=seen.identity.domain,
            detail=f"none of the {len(records)} CNAMEs is in the zone",
            expected=f"{len(records)} CNAME records",
            observed=("none",),
            evidence=tuple(s for record in records for s in record.sightings),
            fix=_add(records),
            state=lost_or_todo(seen, records),
        )


@check(
    "KIM002",
    "partly-published",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="Only some of the DKIM records are published",
    explains=WAITS,
)
def partly_published(seen: Observation) -> Iterator[Hit]:
    """Some are proven absent, here and at other names, and others are not; SES rotates its keys between all three.

    While SES still looks for the first time, whoever adds them is still at it, and so may be the zone's servers.
    """
    records = dkim_records(seen)
    missing = tuple(record for record in records if record.absent and record.wanted not in _strayed(seen))
    first_time = seen.ses_identity is not None and seen.ses_identity.dkim.status is Status.PENDING
    if missing and len(missing) < len(records):
        yield Hit(
            subject=subject(missing, seen),
            detail=f"{sum(map(_is_there, records))} of {len(records)} are there; SES needs all of them, it rotates"
            " its keys between them",
            expected=f"{len(records)} CNAME records",
            observed=tuple(f"{record.wanted.name}: {record.state.value}" for record in records),
            evidence=tuple(s for record in missing for s in record.sightings),
            fix=_add(missing),
            state=lost_or_todo(seen, missing) if first_time else FindingState.FAIL,
        )


@check(
    "KIM003",
    "not-on-all-servers",
    step=Step.DKIM,
    severity=Severity.NOTICE,
    title="The DKIM records have not reached every name server",
    explains=("SES003", "KIM029"),
)
def not_on_all_servers(seen: Observation) -> Iterator[Hit]:
    """Live on some servers of the zone and not on others yet."""
    spreading = [record for record in dkim_records(seen) if record.state is RecordState.SPREADING]
    if spreading:
        have = min(len(record.servers_with_it) for record in spreading)
        yield Hit(
            subject=subject(spreading, seen),
            detail=f"on {have} of {len(spreading[0].sightings)} servers",
            expected="the same answer from every server",
            observed=tuple(
                f"{s.server.name}: {record.state_at(s).value}" for record in spreading for s in record.sightings
            ),
            evidence=tuple(s for record in spreading for s in record.sightings),
            fix=Fix("Wait: the zone's servers copy it from one another within minutes"),
            state=FindingState.PENDING,
            awaits="the DKIM records to reach every name server",
        )


def _is_there(record: ObservedRecord) -> bool:
    """Whether some server has it, right or wrong; one that could not be looked up is not counted."""
    return record.state not in (RecordState.MISSING, RecordState.UNKNOWN)


def _strayed(seen: Observation) -> set[object]:
    return {stray.wanted for stray in seen.strays}


@check(
    "KIM029",
    "waiting-for-ses",
    step=Step.DKIM,
    severity=Severity.NOTICE,
    title="The DKIM records are live; SES has not looked again yet",
    explains=("SES003", "KIM034"),
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
        )


@check(
    "KIM030",
    "ses-gave-up",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="SES stopped looking for the DKIM records",
    explains=("SES003", "KIM034"),
)
def ses_gave_up(seen: Observation) -> Iterator[Hit]:
    """Status FAILED: 72 hours went by without the records."""
    ses = _signed(seen)
    if ses is None or ses.dkim.status is not Status.FAILED:
        return
    if not ses.dkim.needs_cnames:
        yield _without_cnames(seen, ses, "72 hours went by and SES no longer looks for it")
        return
    live = bool(dkim_records(seen)) and all(record.live for record in dkim_records(seen))
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
    )


@check(
    "KIM031",
    "ses-lost-records",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="SES no longer finds the DKIM records",
    explains=("SES003", "KIM034"),
)
def ses_lost_records(seen: Observation) -> Iterator[Hit]:
    """TEMPORARY_FAILURE: SES saw the records once and does not now."""
    ses = _signed(seen)
    if ses is None or ses.dkim.status is not Status.TEMPORARY_FAILURE:
        return
    if not ses.dkim.needs_cnames:
        yield _without_cnames(seen, ses, "SES found it once and does not find it now")
        return
    live = bool(dkim_records(seen)) and all(record.live for record in dkim_records(seen))
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
    explains=("DMC033",),
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
