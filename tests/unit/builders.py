"""Hand-built observations: a domain in good health, and the few words it takes to break it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from zones import Zone, answering

from sendready.engine.diagnose import diagnose
from sendready.mailauth.dmarc import discover, parse
from sendready.mailauth.spf import read_tree
from sendready.model.answers import Answered, Answers, Source
from sendready.model.dmarc import DmarcDiscovery, ReportDestination
from sendready.model.finding import Diagnosis, Finding
from sendready.model.identity import (
    Account,
    Caller,
    Dkim,
    Identity,
    IdentityKind,
    MailFrom,
    SesIdentity,
    Status,
)
from sendready.model.mail_auth import MailAuth
from sendready.model.observation import Delegation, Observation, Records, Seen, Slip, Stray, Unseen
from sendready.model.records import (
    NameServer,
    ObservedRecord,
    Outcome,
    Question,
    RecordType,
    Sighting,
    WantedRecord,
)
from sendready.model.step import Step, StepStatus
from sendready.steps.wanted import wanted

AT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
DOMAIN, REGION, ACCOUNT = "example.com", "eu-west-1", "123456789012"
SIGNING_ZONE = "dkim.amazonses.com"
TOKENS = ("abcdefghijklmnopqrstuvwxyz234567", "bcdefghijklmnopqrstuvwxyz234567a", "zyxwvutsrqponmlkjihgfedcba765432")
SERVERS = (NameServer("ns1.example.net", "192.0.2.1"), NameServer("ns2.example.net", "192.0.2.2"))
DMARC_TEXT = "v=DMARC1; p=none; rua=mailto:dmarc@example.com"
BOUNCE = "bounce.example.com"

MX, SPF = Question(BOUNCE, RecordType.MX), Question(BOUNCE, RecordType.TXT)
DMARC = Question("_dmarc.example.com", RecordType.TXT)
KEYS = tuple(Question(f"{token}._domainkey.{DOMAIN}", RecordType.CNAME) for token in TOKENS)
TARGETS = tuple(f"{token}.{SIGNING_ZONE}" for token in TOKENS)

Said = Outcome | tuple[str, ...]
"""One server's answer: a record set, or what came instead of one."""

NOWHERE = Outcome.NXDOMAIN
LOST = Outcome.TIMEOUT


def said(
    question: Question,
    answer: Said,
    server: NameServer = SERVERS[0],
    *,
    outcome: Outcome = Outcome.ANSWER,
    zone: str = DOMAIN,
) -> Sighting:
    """What one server said."""
    answers = answer if isinstance(answer, tuple) else ()
    what = outcome if isinstance(answer, tuple) else answer
    return Sighting(server, question, what, answers, 300 if answers else None, 12.0, AT, zone)


def sightings(question: Question, answer: Said | list[Said]) -> tuple[Sighting, ...]:
    """What each server said: all the same, or a list with one answer for each."""
    each = answer if isinstance(answer, list) else [answer] * len(SERVERS)
    return tuple(said(question, one, server) for one, server in zip(each, SERVERS, strict=True))


def dkim(status: Status = Status.SUCCESS, **changes: Any) -> Dkim:  # noqa: ANN401
    """Easy DKIM, live and signing."""
    return replace(Dkim(status, TOKENS, SIGNING_ZONE, True, "RSA_2048_BIT"), **changes)


def held(status: Status = Status.SUCCESS, **changes: Any) -> SesIdentity:  # noqa: ANN401
    """What SES holds for the domain: verified, signing, with a MAIL FROM of its own."""
    good = SesIdentity(
        name=DOMAIN,
        kind=IdentityKind.DOMAIN,
        status=status,
        verified=status is Status.SUCCESS,
        dkim=dkim(status),
        mail_from=MailFrom(BOUNCE, Status.SUCCESS),
        last_checked=AT,
        last_success=AT if status is Status.SUCCESS else None,
    )
    return replace(good, **changes)


def account(**changes: Any) -> Account:  # noqa: ANN401
    """An account out of the sandbox, in good health."""
    return replace(Account(True, True, "HEALTHY", 50_000.0, 14.0, 0.0), **changes)


def policy(
    *texts: str, domain: str = DOMAIN, found_at: str | None = None, complete: bool = True, effective: str | None = None
) -> DmarcDiscovery:
    """What DMARC discovery found; several texts compete, none is a proven absence."""
    records = [record for record in (parse([text.encode()]) for text in texts) if record is not None]
    if len(records) != 1:
        return DmarcDiscovery(domain, None, None, None, complete, tuple(record.text for record in records))
    record = records[0]
    return DmarcDiscovery(
        domain, record, found_at or f"_dmarc.{domain}", effective or record.tag("p") or "none", complete
    )


@dataclass(frozen=True, slots=True)
class Lies:
    """What was found where a record is not: what went wrong, where, and the answers there; without, its own value."""

    slip: Slip
    at: Question
    answers: tuple[str, ...] = ()


def looked(
    *,
    ses: SesIdentity | Unseen | None = None,
    dns: Mapping[Question, Said | list[Said]] | None = None,
    dmarc: DmarcDiscovery | Unseen | None = None,
    answers: Answers | None = None,
    sources: Mapping[str, Source] | None = None,
    identity: Identity | None = None,
    missing: bool = False,
    strays: Mapping[str, str] | None = None,
    elsewhere: Mapping[Question, Lies] | None = None,
    **changes: Any,  # noqa: ANN401
) -> Observation:
    """One look at a healthy domain, with the changes that are asked for.

    `dns` overrides what the servers say about a question; everything else is live. `missing` is an identity that SES
    does not have. `strays` maps the name of a wanted record to the name it was found at instead, its domain doubled;
    `elsewhere` says of a record what else was found, and where.
    """
    identity = identity or Identity(DOMAIN)
    answers = answers or Answers()
    known = None if missing else ses if ses is not None else held()
    discovery = dmarc if dmarc is not None else policy(DMARC_TEXT, domain=identity.domain)
    records = wanted(
        identity,
        known if isinstance(known, SesIdentity) else None,
        answers,
        REGION,
        discovery if isinstance(discovery, DmarcDiscovery) else None,
    )
    overrides = dns or {}
    observed = tuple(ObservedRecord(r, sightings(r.question, overrides.get(r.question, (r.value,)))) for r in records)
    seen = Observation(
        identity=identity,
        region=REGION,
        at=AT,
        answered=Answered(answers, sources or {}),
        caller=Seen(Caller(ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/dev")),
        account=Seen(account()),
        ses=known if isinstance(known, Unseen) else Seen(known),
        delegation=cut(name=identity.domain, zone=identity.domain),
        dmarc=discovery if isinstance(discovery, Unseen) else Seen(discovery),
        records=Records(observed),
        strays=(
            *(_doubled(record, at) for name, at in (strays or {}).items() for record in records if record.name == name),
            *(
                _stray(record, found)
                for asked, found in (elsewhere or {}).items()
                for record in records
                if record.question == asked
            ),
        ),
    )
    return replace(seen, **changes)


def cut(**changes: Any) -> Seen[Delegation]:  # noqa: ANN401
    """The domain's delegation: two servers, which the zone above and the zone itself name alike."""
    names = tuple(server.name for server in SERVERS)
    good = Delegation(DOMAIN, DOMAIN, SERVERS, True, parent_names=names, own_names=names, negative_ttl=900)
    return Seen(replace(good, **changes))


def about_zone(
    *,
    soa: Said | list[Said] = ("ns1.example.net. admin.example.net. 7 2 3 4 900",),
    domainkey: Said | list[Said] = (),
    cname: Said | list[Said] = (),
) -> tuple[Sighting, ...]:
    """What the servers say about the zone itself; by default that all is well."""
    nodata = Outcome.NODATA
    return (
        *sightings(Question(DOMAIN, RecordType.SOA), soa),
        *sightings(Question(DOMAIN, RecordType.CNAME), cname or nodata),
        *sightings(Question(f"_domainkey.{DOMAIN}", RecordType.TXT), domainkey or nodata),
    )


def wild(*texts: str) -> tuple[Sighting, ...]:
    """What a made-up name gets: these texts; without any, that it does not exist."""
    return sightings(Question(f"0123abcd.{DOMAIN}", RecordType.TXT), texts or Outcome.NXDOMAIN)


def own(*texts: str, mx: tuple[str, ...] = (), more: Zone | None = None, lost: bool = False) -> MailAuth:
    """TXT and MX at the domain itself, the same at every server, and what else its SPF record leads to."""
    zone = {**(more or {}), (DOMAIN, "TXT"): list(texts), (DOMAIN, "MX"): list(mx)}
    answers = {RecordType.TXT: texts, RecordType.MX: mx}
    told = [
        s
        for rtype, values in answers.items()
        for s in sightings(Question(DOMAIN, rtype), Outcome.TIMEOUT if lost else values or Outcome.NODATA)
    ]
    return MailAuth(tuple(told), spf=None if lost else asyncio.run(read_tree(DOMAIN, answering(zone))))


def bouncing(*texts: str, more: Zone | None = None) -> MailAuth:
    """The SPF record of the MAIL FROM domain, and what else it leads to."""
    zone = {**(more or {}), (BOUNCE, "TXT"): list(texts)}
    return MailAuth(mail_from_spf=asyncio.run(read_tree(BOUNCE, answering(zone))))


def keys(*answers: Said) -> MailAuth:
    """What a resolver finds behind each of the three DKIM records."""
    places = [Question(target, RecordType.TXT) for target in TARGETS]
    return MailAuth(keys=tuple(said(place, answer) for place, answer in zip(places, answers, strict=False)))


def reporting(**changes: Any) -> MailAuth:  # noqa: ANN401
    """Where the DMARC record's reports go: to a foreign domain that agreed, and can receive them."""
    asked = f"{DOMAIN}._report._dmarc.r.example"
    return MailAuth(
        reports=(replace(ReportDestination("rua", "a@r.example", "r.example", asked, True, True), **changes),)
    )


def walked(domain: str, **records: str) -> DmarcDiscovery:
    """DMARC discovery over records by the domain they stand for, with `_` for a dot."""
    zone = {(f"_dmarc.{name.replace('_', '.')}", "TXT"): [text] for name, text in records.items()}
    return asyncio.run(discover(domain, answering(zone)))


def _doubled(record: WantedRecord, at: str) -> Stray:
    return _stray(record, Lies(Slip.DOUBLED, Question(at, record.type)))


def _stray(record: WantedRecord, found: Lies) -> Stray:
    return Stray(record, found.slip, found.at, sightings(found.at, found.answers or (record.value,)))


def ids(seen: Observation) -> list[str]:
    """The ids of the root causes, first one first."""
    return [finding.id for finding in diagnose(seen).findings]


def finding(seen: Observation, check_id: str) -> Finding:
    """The one finding of a check; fails where there is none or where there are several."""
    (found,) = [finding for finding in diagnose(seen).findings if finding.id == check_id]
    return found


def status(diagnosis: Diagnosis, step: Step) -> StepStatus:
    """How far one step is."""
    return next(entry for entry in diagnosis.steps if entry.step is step)
