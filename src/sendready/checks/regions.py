"""The same identity in other regions: where it really is, and what two regions cannot share (SES, ENV, KIM, MFR)."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.checks.dkim import dkim_records, lost_or_todo
from sendready.checks.legs import DKIM_FAILS
from sendready.checks.mail_from import STATE, held_mail_from
from sendready.checks.registry import check
from sendready.model.finding import Fix, Hit, Severity
from sendready.model.identity import Identity, IdentityKind, SesIdentity, Status
from sendready.model.observation import Observation
from sendready.model.records import RecordType
from sendready.model.regions import region_of_feedback_host
from sendready.model.step import Step
from sendready.model.surroundings import InRegion


def _look_there(identity: Identity, region: str) -> str:
    return f"sendready check {identity.quoted} --region {region}"


def _state(held: SesIdentity) -> str:
    """A few words on how far an identity is somewhere else."""
    dkim = f", DKIM {held.dkim.status.value}" if held.kind is IdentityKind.DOMAIN else ""
    return f"{held.status.value}{dkim}"


def regions_in_dns(seen: Observation) -> tuple[str, ...]:
    """The regions whose MX stands at the MAIL FROM domain, this one left out."""
    found = [text for r in seen.records.of_step(Step.MAIL_FROM) if r.wanted.type is RecordType.MX for text in r.found]
    named = (region_of_feedback_host(text.rpartition(" ")[2]) for text in found)
    return tuple(region for region in dict.fromkeys(named) if region is not None and region != seen.region)


def _found_in(seen: Observation) -> tuple[InRegion, ...]:
    """The other regions that have the identity: the one DNS is set up for first, then those where it is verified."""
    in_dns = regions_in_dns(seen)
    found = seen.around.found_in() if seen.around is not None else ()
    return tuple(sorted(found, key=lambda one: one.region not in in_dns))


@check(
    "ENV014",
    "region-drift",
    step=Step.ACCOUNT,
    severity=Severity.ERROR,
    title="The identity was set up in another region than this one",
    explains=("SES002", "SES001", "SES005"),
)
def region_drift(seen: Observation) -> Iterator[Hit]:
    """Earlier looks saw it in another region, never in this one, and it is not gone from there."""
    around = seen.around
    if around is None or not seen.identity_missing or seen.past.identity_seen:
        return
    for region in around.remembered:
        there = around.in_region(region)
        if not _disproved(seen, region):
            held = there.identity if there is not None else None
            yield Hit(
                subject=seen.identity.name,
                detail=f"sendready has seen {seen.identity.name} in {region}, and this look was at {seen.region};"
                " AWS_REGION, --region or the profile says so",
                expected=region,
                observed=(seen.region, *((f"{region}: {_state(held)}",) if held is not None else ())),
                fix=Fix(
                    f"Pass `--region {region}`, or set AWS_REGION to it", (), (_look_there(seen.identity, region),)
                ),
            )
            return


@check(
    "SES002",
    "identity-in-other-region",
    step=Step.IDENTITY,
    severity=Severity.ERROR,
    title="The identity is in another region",
    explains=("SES001", "SES005"),
)
def identity_in_other_region(seen: Observation) -> Iterator[Hit]:
    """SES does not have it here and has it elsewhere, or the MAIL FROM's MX says that it is set up elsewhere."""
    if not seen.identity_missing:
        return
    found, in_dns = _found_in(seen), regions_in_dns(seen)
    if found:
        first = found[0]
        dns = f", and DNS is set up for {first.region}" if first.region in in_dns else ""
        yield Hit(
            subject=seen.identity.name,
            detail=f"SES has it in {', '.join(one.region for one in found)} and not in {seen.region}{dns};"
            " an identity belongs to one region",
            expected=f"an identity in {seen.region}",
            observed=tuple(f"{one.region}: {_state(one.identity)}" for one in found if one.identity is not None),
            fix=_use(seen, first.region),
        )
    elif in_dns and not _disproved(seen, in_dns[0]):
        yield Hit(
            subject=seen.identity.name,
            title="DNS is set up for another region",
            detail=f"the MX of its MAIL FROM domain is {in_dns[0]}'s; whether SES has the identity there could not be"
            " asked",
            expected=f"an identity in {seen.region}",
            observed=(f"MX of {in_dns[0]}",),
            fix=_use(seen, in_dns[0]),
        )


def _use(seen: Observation, region: str) -> Fix:
    return Fix(
        f"Look at {region}, and have the application send there: `--region {region}`, or AWS_REGION={region}. To send"
        f" from {seen.region} as well, create it there too: each region has keys, records and a sandbox of its own",
        commands=(_look_there(seen.identity, region),),
    )


def _own_mail_from(seen: Observation, other: SesIdentity) -> str:
    """What is to be done about a MAIL FROM domain that the other region's MX serves already."""
    ours, theirs = held_mail_from(seen), other.mail_from
    if ours is None or theirs is None or ours.domain != theirs.domain:
        return ""
    return f"; and give it a MAIL FROM domain of its own, such as {_apart(ours.domain, seen)}: one MX serves one region"


def _apart(domain: str, seen: Observation) -> str:
    label, _, rest = domain.partition(".")
    return f"{label}-{seen.region}.{rest}"


def _disproved(seen: Observation, region: str) -> bool:
    """Whether that region was asked and does not have it."""
    there = seen.around.in_region(region) if seen.around is not None else None
    return there is not None and there.answered and there.identity is None


@check(
    "KIM017",
    "tokens-of-another-region",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="DNS holds the DKIM records of another region",
    explains=("KIM001", "KIM030", "KIM031", "KIM034", "SES003", "MFR025", *DKIM_FAILS),
)
def tokens_of_another_region(seen: Observation) -> Iterator[Hit]:
    """None of this region's CNAMEs is there, and another region's SES sees its own."""
    records = dkim_records(seen)
    if not records or not all(record.absent for record in records):
        return
    for one in _found_in(seen):
        if one.identity is None or one.identity.dkim.status is not Status.SUCCESS:
            continue
        region = one.region
        yield Hit(
            subject=seen.identity.domain,
            detail=f"SES in {region} finds its CNAMEs; those of {seen.region} are others, and none of them is there",
            expected=f"{len(records)} CNAME records of {seen.region}",
            observed=(f"{region}: {_state(one.identity)}",),
            evidence=tuple(sighting for record in records for sighting in record.sightings),
            fix=Fix(
                f"If mail is to leave from {region}, pass `--region {region}` and have the application send there. To"
                f" send from {seen.region} too, add its CNAMEs beside those that are there: they do not clash"
                f"{_own_mail_from(seen, one.identity)}",
                tuple(record.wanted for record in records),
                (_look_there(seen.identity, region),),
                safe=True,
            ),
            state=lost_or_todo(seen, records),
        )
        return


@check(
    "MFR025",
    "regional-clash",
    step=Step.MAIL_FROM,
    severity=Severity.WARNING,
    title="Two regions want the same MAIL FROM domain",
    explains=("MFR002", "MFR003", *STATE),
)
def regional_clash(seen: Observation) -> Iterator[Hit]:
    """SES of another region has the same MAIL FROM domain for the same identity; one MX serves one region."""
    mail_from = held_mail_from(seen)
    if mail_from is None or seen.around is None:
        return
    for one in seen.around.found_in():
        other = one.identity.mail_from if one.identity is not None else None
        if other is not None and other.domain == mail_from.domain:
            apart = _apart(mail_from.domain, seen)
            yield Hit(
                subject=mail_from.domain,
                detail=f"SES in {one.region} has it too; SES wants exactly one MX there, its own region's",
                expected=f"a MAIL FROM domain of {seen.region} alone",
                observed=(
                    f"{seen.region}: {mail_from.domain} {mail_from.status.value}",
                    f"{one.region}: {other.domain} {other.status.value}",
                ),
                fix=Fix(
                    f"Give this region one of its own, such as {apart}, then add its MX and SPF record; a MAIL FROM"
                    " that is set is never changed from here",
                    commands=(
                        f"aws sesv2 put-email-identity-mail-from-attributes --email-identity {seen.identity.quoted}"
                        f" --mail-from-domain {apart} --region {seen.region}",
                        f"sendready apply {seen.identity.quoted} --region {seen.region}",
                    ),
                ),
                severity=None if mail_from.status is Status.SUCCESS else Severity.ERROR,
            )
            return
