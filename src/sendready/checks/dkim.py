"""The three DKIM CNAMEs and what SES makes of them (KIM)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from sendready.checks.registry import check
from sendready.hosts import name_field, place
from sendready.model.finding import FindingState, Fix, Hit, Severity
from sendready.model.identity import SesIdentity, SigningOrigin, Status
from sendready.model.names import bare, is_at_or_below, relative
from sendready.model.observation import Observation, Slip
from sendready.model.records import ObservedRecord, RecordState, RecordType
from sendready.model.step import Step

GIVES_UP_AFTER = timedelta(hours=72)
"""SES looks for the records this long (sesv2 model, `Tokens`)."""

_WAITS = ("SES003", "KIM030", "KIM031", "KIM034")


def _records(seen: Observation) -> tuple[ObservedRecord, ...]:
    return seen.records.of_step(Step.DKIM)


def _signed(seen: Observation) -> SesIdentity | None:
    """The domain as SES holds it; an address identity says nothing here, its domain's own DKIM would sign."""
    return seen.ses_identity if seen.identity.is_domain else None


def _was_there(seen: Observation, record: ObservedRecord) -> bool:
    """Whether SES or an earlier look ever saw it."""
    ses = seen.ses_identity
    known = (record.wanted.name, record.wanted.type.value) in seen.past.live_records
    return known or (ses is not None and ses.last_success is not None)


def _lost_or_todo(seen: Observation, records: tuple[ObservedRecord, ...]) -> FindingState:
    return FindingState.FAIL if any(_was_there(seen, r) for r in records) else FindingState.TODO


def _add(seen: Observation, records: tuple[ObservedRecord, ...]) -> Fix:
    names = "this CNAME" if len(records) == 1 else f"these {len(records)} CNAMEs"
    return Fix(f"Add {names} at {place(seen)}", tuple(r.wanted for r in records), safe=True)


@check(
    "KIM001",
    "not-published",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="The DKIM records are not published",
    explains=_WAITS,
)
def not_published(seen: Observation) -> Iterator[Hit]:
    """Every one of the three names is proven absent and none was found elsewhere."""
    records = _records(seen)
    if records and all(record.absent for record in records) and not _strayed(seen) & {r.wanted for r in records}:
        yield Hit(
            subject=seen.identity.domain,
            detail=f"none of the {len(records)} CNAMEs is in the zone",
            expected=f"{len(records)} CNAME records",
            observed=("none",),
            evidence=tuple(s for record in records for s in record.sightings),
            fix=_add(seen, records),
            state=_lost_or_todo(seen, records),
        )


@check(
    "KIM002",
    "partly-published",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="Only some of the DKIM records are published",
    explains=_WAITS,
)
def partly_published(seen: Observation) -> Iterator[Hit]:
    """Some are proven absent, here and at other names, and others are not; SES rotates its keys between all three.

    While SES still looks for the first time, whoever adds them is still at it, and so may be the zone's servers.
    """
    records = _records(seen)
    missing = tuple(record for record in records if record.absent and record.wanted not in _strayed(seen))
    first_time = seen.ses_identity is not None and seen.ses_identity.dkim.status is Status.PENDING
    if missing and len(missing) < len(records):
        yield Hit(
            subject=_subject(missing, seen),
            detail=f"{sum(map(_is_there, records))} of {len(records)} are there; SES needs all of them, it rotates"
            " its keys between them",
            expected=f"{len(records)} CNAME records",
            observed=tuple(f"{record.wanted.name}: {record.state.value}" for record in records),
            evidence=tuple(s for record in missing for s in record.sightings),
            fix=_add(seen, missing),
            state=_lost_or_todo(seen, missing) if first_time else FindingState.FAIL,
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
    spreading = [record for record in _records(seen) if record.state is RecordState.SPREADING]
    if spreading:
        have = min(len(record.servers_with_it) for record in spreading)
        yield Hit(
            subject=_subject(spreading, seen),
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
    "KIM004",
    "doubled-domain",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="The DNS host appended the domain to a name that had it already",
    explains=("KIM001", *_WAITS),
)
def doubled_domain(seen: Observation) -> Iterator[Hit]:
    """The records are proven absent at their own names and live at `tok._domainkey.example.com.example.com`."""
    doubled = [
        (record, stray)
        for record in _records(seen)
        for stray in seen.strays_of(Slip.DOUBLED)
        if stray.wanted == record.wanted and record.absent
    ]
    if not doubled:
        return
    records = tuple(record for record, _ in doubled)
    typed = records[0].wanted.name
    if seen.zone is not None and is_at_or_below(typed, seen.zone):
        typed = relative(typed, seen.zone)
    yield Hit(
        subject=_subject(records, seen),
        detail=f"the first of them is at {doubled[0][1].at}" if len(doubled) > 1 else f"it is at {doubled[0][1].at}",
        expected=records[0].wanted.name,
        observed=tuple(stray.at for _, stray in doubled),
        evidence=tuple(sighting for _, stray in doubled for sighting in stray.sightings),
        fix=Fix(
            f"Enter only `{typed}` in {name_field(seen, RecordType.CNAME)}, then delete the doubled record",
            tuple(record.wanted for record in records),
        ),
    )


@check(
    "KIM005",
    "target-gets-domain-appended",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="The DNS host appended the domain to the value of a DKIM record",
    explains=_WAITS,
)
def target_gets_domain_appended(seen: Observation) -> Iterator[Hit]:
    """The target is the right one with the zone's or the domain's name behind it."""
    yield from _replace(
        seen,
        [(record, found) for record, found in _wrong(seen) if _appended(record, found, seen)],
        "a name without its final dot was read as relative to the zone",
        "End the value in a dot, or enter it again without the domain behind it",
    )


def _appended(record: ObservedRecord, found: str, seen: Observation) -> bool:
    tails = {seen.identity.domain, seen.zone or seen.identity.domain}
    return any(found == f"{bare(record.wanted.value)}.{tail}" for tail in tails)


@check(
    "KIM009",
    "token-typo",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="A DKIM record has a typing mistake in its value",
    explains=_WAITS,
)
def token_typo(seen: Observation) -> Iterator[Hit]:
    """The target is all but the right one: a character lost, exchanged or cut off."""
    values = {bare(record.wanted.value) for record in _records(seen)}
    yield from _replace(
        seen,
        [(record, found) for record, found in _wrong(seen) if found not in values and _typo(record, found)],
        "the value differs from the wanted one in a few characters",
        "Copy the value instead of typing it",
    )


@check(
    "KIM010",
    "cross-wired",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="A DKIM record points to the target of another one",
    explains=_WAITS,
)
def cross_wired(seen: Observation) -> Iterator[Hit]:
    """Name A points to token B of the same identity."""
    values = {bare(record.wanted.value) for record in _records(seen)}
    yield from _replace(
        seen,
        [(record, found) for record, found in _wrong(seen) if found in values],
        "each name must point to its own token",
        "Give each name the value with the same token",
    )


@check(
    "KIM016",
    "wrong-signing-zone",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="A DKIM record points into the wrong zone of SES",
    explains=_WAITS,
)
def wrong_signing_zone(seen: Observation) -> Iterator[Hit]:
    """The token is right and the rest of the target is another region's, or the one printed in most guides."""
    yield from _replace(
        seen,
        [(record, found) for record, found in _wrong(seen) if _right_token(record, found)],
        "the keys of this identity are in another zone of SES; it differs by region and identity",
        "Replace the value, the part behind the token included",
    )


@check(
    "KIM018",
    "stale-tokens",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="A DKIM record does not point to this identity's key",
    explains=_WAITS,
)
def stale_tokens(seen: Observation) -> Iterator[Hit]:
    """Any other wrong target: another identity's, another account's, or nothing of SES's."""
    values = {bare(record.wanted.value) for record in _records(seen)}
    rest = [
        (record, found)
        for record, found in _wrong(seen)
        if found not in values
        and not (_right_token(record, found) or _typo(record, found) or _appended(record, found, seen))
    ]
    yield from _replace(seen, rest, "SES gave this identity another target", "Replace the value")


def _wrong(seen: Observation) -> Iterator[tuple[ObservedRecord, str]]:
    for record in _records(seen):
        if record.state is RecordState.WRONG:
            for found in record.found:
                yield record, bare(found)


def _token(target: str) -> str:
    return target.partition(".")[0]


def _suffix(target: str) -> str:
    return bare(target.partition(".")[2])


def _right_token(record: ObservedRecord, found: str) -> bool:
    return _token(found) == _token(record.wanted.value) and is_at_or_below(found, "amazonses.com")


def _typo(record: ObservedRecord, found: str) -> bool:
    wanted, token = _token(record.wanted.value), _token(found)
    return found.endswith(f".{_suffix(record.wanted.value)}") and token != wanted and _near(token, wanted)


def _near(one: str, other: str) -> bool:
    """Whether two tokens differ by at most three edits, or one is a beginning of the other cut short."""
    if one and other.startswith(one) and len(one) >= len(other) // 2:
        return True
    if abs(len(one) - len(other)) > _MOST_EDITS:
        return False
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1] <= _MOST_EDITS


_MOST_EDITS = 3


def _replace(seen: Observation, wrong: Sequence[tuple[ObservedRecord, str]], detail: str, do: str) -> Iterator[Hit]:
    """One finding for all records that are wrong in the same way: they were entered by the same hand."""
    if not wrong:
        return
    records = tuple(dict.fromkeys(record for record, _ in wrong))
    yield Hit(
        subject=_subject(records, seen),
        detail=detail,
        expected=records[0].wanted.value,
        observed=tuple(found for _, found in wrong),
        evidence=tuple(s for record in records for s in record.sightings),
        fix=Fix(do, tuple(record.wanted for record in records)),
    )


def _subject(records: Sequence[ObservedRecord], seen: Observation) -> str:
    """The record's name, or how many of the identity's records it is about."""
    if len(records) == 1:
        return records[0].wanted.name
    return f"{len(records)} DKIM records of {seen.identity.domain}"


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
    if not easy or all(record.live for record in _records(seen)):
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
    live = bool(_records(seen)) and all(record.live for record in _records(seen))
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
    live = bool(_records(seen)) and all(record.live for record in _records(seen))
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
