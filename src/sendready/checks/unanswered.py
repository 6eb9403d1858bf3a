"""What no authoritative server of a zone, or one of them, answered for: nothing is concluded from silence (DEL)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sendready.checks.beside import circular_alias
from sendready.checks.manners import lost_ipv6
from sendready.checks.registry import check
from sendready.model.errors import AwsError
from sendready.model.finding import FindingState, Fix, Hit, Severity
from sendready.model.names import is_at_or_below
from sendready.model.observation import Observation, Slip, Unseen
from sendready.model.records import ObservedRecord, Outcome, RecordState, Sighting
from sendready.model.step import Step

_NETWORK = ("no-resolver", "no-answer", "intercepted")


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
        if isinstance(seen.delegation.reason, AwsError) and seen.delegation.reason.code in _NETWORK:
            return  # it is this machine's network that lets nobody be asked: ENV001 to ENV003
        yield Hit(
            subject=seen.identity.domain,
            detail=seen.delegation.reason.message,
            fix=Fix(seen.delegation.reason.hint or "Check this machine's network, or pass `--resolver HOST`"),
            state=FindingState.UNKNOWN,
        )
        return
    aliased = {stray.wanted for stray in seen.strays_of(Slip.ALIAS)}  # what cannot be looked up is the alias's target
    lost = [r for r in seen.records if r.state is RecordState.UNKNOWN and r.wanted not in aliased]
    if seen.intercepted:
        return  # ENV003
    if lost and len(lost) == len(seen.records):
        yield _lost(seen.zone or seen.identity.domain, "any record", [s for record in lost for s in record.sightings])
        return
    for step in dict.fromkeys(record.wanted.step for record in lost):
        ours = [record for record in lost if record.wanted.step is step]
        names = ", ".join(dict.fromkeys(record.wanted.name for record in ours))
        hit = _partly_lost(_lost(names, names, [s for record in ours for s in record.sightings]), step)
        if step is Step.DKIM and len(ours) == len(seen.records.of_step(step)):
            hit = replace(hit, severity=Severity.ERROR)  # mail stands on its signature: whether it passes is not known
        zone = _apart(ours, seen)
        yield _delegated_to_nobody(hit, zone, ours, seen) if zone else hit
    found = seen.dmarc
    if any(record.wanted.step is Step.DMARC for record in lost) or circular_alias(seen):
        return  # told above, or by DMC001
    if isinstance(found, Unseen):
        yield _partly_lost(_lost(f"_dmarc.{seen.identity.domain}", "it", [], found.reason.message), Step.DMARC)
    elif found is not None and not (found.value.complete or found.value.record):
        failed = [s for s in found.value.sightings if not s.outcome.conclusive]
        names = ", ".join(dict.fromkeys(s.question.name for s in failed)) or f"_dmarc.{seen.identity.domain}"
        yield _partly_lost(_lost(names, "the DMARC policy", failed), Step.DMARC)


def _lost(subject: str, what: str, sightings: Sequence[Sighting], why: str = "") -> Hit:
    """Something that no server of its zone answered for."""
    by_server = tuple({s.server: s for s in sightings}.values())
    groups: dict[str, list[str]] = {}
    for sighting in by_server:
        names = groups.setdefault(_MEANS.get(sighting.outcome, sighting.outcome.value.lower()), [])
        if sighting.server.name not in names:
            names.append(sighting.server.name)
    told = "; ".join(f"{', '.join(names)}: {means}" for means, names in groups.items())
    outcomes = {sighting.outcome for sighting in by_server}
    title, do = None, "Look again in a few minutes; if it stays so, tell whoever runs these name servers"
    if outcomes and outcomes <= _NOT_THERE:
        title = "None of the name servers has the zone"
        do = (
            "Add the zone at the DNS host whose servers these are: it was removed there, or never added; or set the"
            " name servers of the host that has it at the registrar"
        )
    elif outcomes == {Outcome.SERVFAIL}:
        title = "Every name server fails to serve the zone"
        do = "Look for an error in the zone at the DNS host and publish it anew; a copy that got too old fails, too"
    return Hit(
        subject=subject,
        title=title,
        detail=f"nothing can be said about {what}: {told or why or 'it has no reachable server'}",
        expected="an answer from the zone's name servers",
        observed=tuple(f"{s.server.name} ({s.server.address}): {s.outcome.value}" for s in by_server),
        evidence=by_server,
        fix=Fix(do),
        state=FindingState.UNKNOWN,
    )


_NOT_THERE = frozenset({Outcome.REFUSED, Outcome.NOT_AUTHORITATIVE})
"""What a server says of a zone that it does not have."""

_MEANS = {
    Outcome.REFUSED: "REFUSED, the answer of a server that does not have the zone",
    Outcome.NOT_AUTHORITATIVE: "an answer without authority, as from a server that does not have the zone",
    Outcome.SERVFAIL: "SERVFAIL, the answer of a server that cannot read its zone, or whose copy is too old",
    Outcome.TIMEOUT: "no answer",
    Outcome.UNREACHABLE: "not reached",
    Outcome.TRUNCATED: "an answer cut short, and none over TCP",
    Outcome.GARBLED: "nonsense",
    Outcome.INTERCEPTED: "the answer of a resolver in its place",
}
"""What came instead of an answer, in words."""


def _partly_lost(hit: Hit, step: Step) -> Hit:
    """A hit about some records while others were answered for: the verdict rests on those."""
    title = "A record could not be looked up at any server"
    return replace(hit, title=title, severity=Severity.WARNING, step=step)


def _apart(records: Sequence[ObservedRecord], seen: Observation) -> str:
    """The zone below the domain's own that all these records are delegated to; empty where there is none."""
    zones = {sighting.zone for record in records for sighting in record.sightings}
    zone = zones.pop() if len(zones) == 1 else ""
    return zone if zone != seen.zone and is_at_or_below(zone, seen.identity.domain) else ""


def _delegated_to_nobody(hit: Hit, zone: str, records: Sequence[ObservedRecord], seen: Observation) -> Hit:
    """A hit about records that lie in a part of the zone which has servers of its own, none of them of use.

    Where all of them say that they do not have it, that is no silence but a fact; no error where SES was not told to
    use the records.
    """
    proven = {sighting.outcome for record in records for sighting in record.sightings} <= _NOT_THERE
    held = seen.ses_identity
    unused = hit.step is Step.MAIL_FROM and held is not None and held.mail_from is None
    return replace(
        hit,
        state=FindingState.FAIL if proven else hit.state,
        severity=Severity.ERROR if proven and not unused else hit.severity,
        subject=zone,
        title=f"{zone} is delegated to servers that do not serve it",
        expected=f"an answer from the servers that the NS records at {zone} name",
        fix=Fix(
            f"If nobody needs {zone} to be a zone of its own, delete its NS records from {seen.zone} and add the"
            f" records there; else have {zone} served by the servers that they name"
        ),
    )


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
    ipv6 = {f"{s.server.name} ({s.server.address})" for s in lost_ipv6(seen)}  # ENV008
    silent = [
        server
        for server, outcomes in by_server.items()
        if server not in ipv6 and all(outcome in lost for outcome in outcomes)
    ]
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
