"""Who hears of bounces and complaints: mailed back, by topics, or by the configuration set's destinations (SES)."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.checks.configuration_set import configuration_set
from sendready.checks.registry import check
from sendready.model.finding import Fix, Hit, Severity
from sendready.model.observation import Observation, Seen
from sendready.model.records import Outcome
from sendready.model.step import Step
from sendready.model.surroundings import EventDestination, Hops

MUST_HEAR = ("BOUNCE", "COMPLAINT")
"""What a sender has to act upon, or AWS does."""

SHOULD_HEAR = ("REJECT", "DELIVERY_DELAY")


def hops(seen: Observation) -> tuple[Hops, ...] | None:
    """The default configuration set's destinations; None where there is no such set or they could not be asked for."""
    looked = seen.around.hops if seen.around is not None else None
    return looked.value if isinstance(looked, Seen) else None


def _heard(found: tuple[Hops, ...]) -> set[str]:
    """The event types that somebody is told of with the address they are about."""
    telling = (one.destination for one in found if one.destination.enabled and one.destination.target.tells_who)
    return {kind for destination in telling for kind in destination.types}


@check(
    "SES014",
    "nobody-hears-bounces",
    step=Step.IDENTITY,
    severity=Severity.ERROR,
    title="Nobody hears of bounces and complaints",
    explains=("SES016",),
)
def nobody_hears_bounces(seen: Observation) -> Iterator[Hit]:
    """Not mailed back, no topic of the older API, no destination; what could not be asked is not held against it."""
    ses, around = seen.ses_identity, seen.around
    if ses is None or around is None or ses.feedback_forwarding or not isinstance(around.topics, Seen):
        return
    found = hops(seen)
    if found is None and ses.configuration_set is not None:
        return
    heard = _heard(found or ()) | {kind.upper() for kind in around.topics.value}
    unheard = [kind for kind in MUST_HEAR if kind not in heard]
    if unheard:
        yield Hit(
            subject=ses.name,
            title=None if len(unheard) == len(MUST_HEAR) else f"Nobody hears of {unheard[0].lower()}s",
            detail=f"{' and '.join(unheard)} are neither mailed back nor sent to a topic or an event destination;"
            " addresses that bounce go on being mailed until AWS steps in",
            expected="BOUNCE and COMPLAINT heard",
            observed=(
                "feedback forwarding: off",
                f"topics: {', '.join(sorted(around.topics.value)) or 'none'}",
                f"configuration set: {ses.configuration_set or 'none'}",
                f"its destinations hear: {', '.join(sorted(_heard(found or ()))) or 'nothing'}",
            ),
            fix=Fix(
                "Add an event destination for both to the default configuration set; until then have them mailed back",
                commands=(
                    f"aws sesv2 put-email-identity-feedback-attributes --email-identity {seen.identity.quoted}"
                    f" --email-forwarding-enabled --region {seen.region}",
                ),
                safe=True,
            ),
        )


@check(
    "SES015",
    "event-destination-disabled",
    step=Step.IDENTITY,
    severity=Severity.ERROR,
    title="An event destination is switched off",
    explains=("SES014", "SES016"),
)
def event_destination_disabled(seen: Observation) -> Iterator[Hit]:
    """`Enabled` is false; harmless where other destinations hear the same events."""
    found, held = hops(seen), configuration_set(seen)
    for one in (found or ()) if held is not None else ():
        destination = one.destination
        if destination.enabled:
            continue
        lost = sorted(destination.types - _heard(found or ()))
        matters = bool(set(lost) & set(MUST_HEAR))
        yield Hit(
            subject=destination.name,
            detail=f"{', '.join(lost)} of {held.name if held else ''} go nowhere"
            if lost
            else "other destinations of the set take the same events",
            expected="Enabled: true",
            observed=("Enabled: false",),
            fix=Fix(
                "Switch it on, or delete it if it is not needed any more",
                commands=(
                    "aws sesv2 update-configuration-set-event-destination --configuration-set-name"
                    f" {held.name if held else ''} --event-destination-name {destination.name}"
                    f" --event-destination Enabled=true --region {seen.region}",
                ),
            ),
            severity=None if matters else Severity.NOTICE,
            explains=None if matters else (),
        )


@check(
    "SES016",
    "event-types-incomplete",
    step=Step.IDENTITY,
    severity=Severity.WARNING,
    title="The event destinations do not hear everything they should",
)
def event_types_incomplete(seen: Observation) -> Iterator[Hit]:
    """Of all destinations that are on one must hear BOUNCE and COMPLAINT, and had better hear the rest."""
    found, held = hops(seen), configuration_set(seen)
    if found is None or held is None:
        return
    heard = _heard(found)
    missing = [kind for kind in (*MUST_HEAR, *SHOULD_HEAR) if kind not in heard]
    if missing:
        yield Hit(
            subject=held.name,
            title=None if found else "The configuration set has no event destination",
            detail=f"{', '.join(missing)} of mail through {held.name} are not told to anybody",
            expected=", ".join((*MUST_HEAR, *SHOULD_HEAR)),
            observed=(", ".join(sorted(heard)) or "nothing",),
            fix=Fix(f"Add {', '.join(missing)} to an event destination of {held.name}"),
            severity=None if found and set(missing) & set(MUST_HEAR) else Severity.NOTICE,
        )


@check(
    "SES020",
    "feedback-forwarding-loop",
    step=Step.IDENTITY,
    severity=Severity.WARNING,
    title="Bounces are mailed back to a domain that takes no mail",
    explains=("BLK010",),
)
def feedback_forwarding_loop(seen: Observation) -> Iterator[Hit]:
    """Forwarding is on and mail is being sent, while the domain has a null MX, or no MX at all.

    Without an MX mail may still go to the domain's own address (RFC 5321, section 5.1): that is a notice only.
    """
    ses = seen.ses_identity
    conclusive = [sighting for sighting in seen.mailbox if sighting.outcome.conclusive]
    if ses is None or not ses.feedback_forwarding or not conclusive:
        return
    answers = tuple(dict.fromkeys(text for sighting in conclusive for text in sighting.answers))
    null = bool(answers) and not any(_host(answer) for answer in answers)
    absent = all(sighting.outcome is not Outcome.ANSWER for sighting in conclusive)
    if null or absent:
        yield Hit(
            subject=seen.identity.domain,
            title=None if null else "Bounces are mailed back to a domain without an MX",
            detail="SES mails bounces and complaints to the Return-Path or the From address; there they are lost"
            if null
            else "unless a mail server listens at the domain's own address, they are lost",
            expected=f"an MX at {seen.identity.domain} that takes mail",
            observed=answers or ("none",),
            evidence=tuple(conclusive),
            fix=Fix(
                "Hear of them through an event destination and switch forwarding off, or receive mail at the domain"
            ),
            severity=None if null else Severity.NOTICE,
        )


def _host(mx: str) -> str:
    """The host of an MX; empty for a null MX, `0 .` (RFC 7505, section 3)."""
    return mx.partition(" ")[2].strip(" .")


def describe(destination: EventDestination) -> str:
    """A destination as people know it: its name and what it leads to."""
    return f"{destination.name} → {destination.arn or destination.target.value}"
