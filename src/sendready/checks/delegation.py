"""The zone and its servers: whether anybody can be asked at all (DEL)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sendready.checks.registry import check
from sendready.model.finding import FindingState, Fix, Hit, Severity
from sendready.model.observation import Observation, Seen, Unseen
from sendready.model.records import Outcome, RecordState, Sighting
from sendready.model.step import Step

_RECORDS = ("KIM001", "KIM002", "MFR001", "MFR007", "DMC001", "KIM030", "KIM031", "SES003", "MFR017")


@check(
    "DEL001",
    "domain-does-not-exist",
    step=Step.IDENTITY,
    severity=Severity.CRITICAL,
    title="The domain does not exist in DNS",
    explains=_RECORDS,
)
def domain_does_not_exist(seen: Observation) -> Iterator[Hit]:
    """The parent zone's own servers say that there is no such domain."""
    if isinstance(seen.delegation, Seen) and seen.delegation.value.exists is False:
        yield Hit(
            subject=seen.identity.domain,
            detail="the servers of the zone above it answer that the name does not exist",
            expected="a delegation to the domain's name servers",
            observed=("NXDOMAIN",),
            evidence=seen.delegation.value.sightings[-1:],
            fix=Fix("Check the spelling, and at the registrar that the domain is registered, paid for and not on hold"),
        )


@check(
    "DEL003",
    "no-working-nameserver",
    step=Step.DKIM,
    severity=Severity.CRITICAL,
    title="No authoritative server answered",
    explains=("DEL005",),
)
def no_working_nameserver(seen: Observation) -> Iterator[Hit]:
    """Every server of the zone failed for every record: nothing may be concluded about any of them."""
    if isinstance(seen.delegation, Unseen):
        yield Hit(
            subject=seen.identity.domain,
            detail=seen.delegation.reason.message,
            fix=Fix(seen.delegation.reason.hint or "Check this machine's network, or pass `--resolver HOST`"),
            state=FindingState.UNKNOWN,
        )
        return
    lost = [record for record in seen.records if record.state is RecordState.UNKNOWN]
    if lost and len(lost) == len(seen.records):
        yield _lost(seen.zone or seen.identity.domain, "any record", [s for record in lost for s in record.sightings])
        return
    for step in dict.fromkeys(record.wanted.step for record in lost):
        ours = [record for record in lost if record.wanted.step is step]
        names = ", ".join(dict.fromkeys(record.wanted.name for record in ours))
        yield _partly_lost(_lost(names, "it", [s for record in ours for s in record.sightings]), step)
    found = seen.dmarc
    if isinstance(found, Unseen):
        yield _partly_lost(_lost(f"_dmarc.{seen.identity.domain}", "it", [], found.reason.message), Step.DMARC)
    elif found is not None and not (found.value.complete or found.value.record):
        failed = [s for s in found.value.sightings if not s.outcome.conclusive]
        names = ", ".join(dict.fromkeys(s.question.name for s in failed)) or f"_dmarc.{seen.identity.domain}"
        yield _partly_lost(_lost(names, "the DMARC policy", failed), Step.DMARC)


def _lost(subject: str, what: str, sightings: Sequence[Sighting], why: str = "") -> Hit:
    """Something that no server of its zone answered for."""
    by_server = tuple({s.server: s for s in sightings}.values())
    told = ", ".join(f"{s.server.name} {s.outcome.value.lower()}" for s in by_server)
    return Hit(
        subject=subject,
        detail=f"nothing can be said about {what}: {told or why or 'it has no reachable server'}",
        expected="an answer from the zone's name servers",
        observed=tuple(f"{s.server.name} ({s.server.address}): {s.outcome.value}" for s in by_server),
        evidence=by_server,
        fix=Fix("Look again in a few minutes; if it stays so, tell whoever runs these name servers"),
        state=FindingState.UNKNOWN,
    )


def _partly_lost(hit: Hit, step: Step) -> Hit:
    """A hit about one record while others were answered for: the verdict rests on those."""
    title = "A record could not be looked up at any server"
    return replace(hit, title=title, severity=Severity.WARNING, step=step)


@check(
    "DEL005",
    "nameserver-silent",
    step=Step.DKIM,
    severity=Severity.WARNING,
    title="A name server does not answer",
)
def nameserver_silent(seen: Observation) -> Iterator[Hit]:
    """Some servers answer and one does not, for any record."""
    by_server: dict[str, list[Outcome]] = {}
    for record in seen.records:
        for sighting in record.sightings:
            by_server.setdefault(f"{sighting.server.name} ({sighting.server.address})", []).append(sighting.outcome)
    lost = {Outcome.TIMEOUT, Outcome.UNREACHABLE}
    silent = [server for server, outcomes in by_server.items() if all(outcome in lost for outcome in outcomes)]
    for server in silent:
        evidence = tuple(
            s for record in seen.records for s in record.sightings if f"{s.server.name} ({s.server.address})" == server
        )
        yield Hit(
            subject=server,
            detail=f"{len(silent)} of {len(by_server)} servers give no answer; look-ups through them time out",
            expected="an answer",
            observed=tuple(sorted({s.outcome.value for s in evidence})),
            evidence=evidence[:1],
            fix=Fix("Ask whoever runs it to repair it, or take it out of the delegation"),
        )
