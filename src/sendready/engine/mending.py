"""Which changes of a plan mend what findings name: those that only add or switch on, of what has been set up in SES."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from sendready.model.change import (
    Change,
    CreateIdentity,
    EnableSigning,
    Plan,
    PublishRecord,
    ResendLink,
    RestartVerification,
    SetMailFrom,
)
from sendready.model.finding import Diagnosis, Finding, FindingState
from sendready.model.observation import Observation, Slip
from sendready.model.records import WantedRecord
from sendready.model.step import Step

_NAMED_BY: dict[type[object], frozenset[str]] = {
    EnableSigning: frozenset({"KIM032"}),
    RestartVerification: frozenset({"KIM030"}),
    SetMailFrom: frozenset({"MFR017", "MFR018", "MFR019"}),
    ResendLink: frozenset({"SES003"}),
}
"""By what is to be called: the findings that call mends. What is not here, and is no record to be added, mends nothing:
an identity is not created, nothing is sent or asked for, and no value is exchanged for another."""


def has_a_call(finding: Finding) -> bool:
    """Whether one call of SES mends what a finding names, so that `check --fix` can offer it without any DNS host."""
    return finding.fix.safe and any(finding.id in ids for ids in _NAMED_BY.values())


def mending(plan: Plan, diagnosis: Diagnosis, chosen: Finding | None = None) -> Plan:
    """The part of a plan that mends all findings of a diagnosis, or the one that a person has chosen.

    Whoever chose the finding that there is no MAIL FROM wants one; otherwise only what is set up already is mended.
    What is by hand or in conflict stays in it: it is shown, and nobody makes it. Of a plan that creates the identity
    nothing is left: what was never set up cannot be mended.
    """
    if any(isinstance(change.action, CreateIdentity) for change in plan.changes):
        return replace(plan, changes=(), kept=())
    if chosen is not None and chosen.id == NO_MAIL_FROM:
        return replace(plan, changes=tuple(c for c in plan.changes if c.step is Step.MAIL_FROM), kept=())
    causes = diagnosis.findings if chosen is None else (chosen,)
    changes = tuple(c for c in plan.changes if any(_mends(c, cause, diagnosis) for cause in causes))
    return replace(plan, changes=changes, kept=())


NO_MAIL_FROM = "MFR021"
"""The finding that no custom MAIL FROM was ever set."""


def left_alone(plan: Plan, diagnosis: Diagnosis) -> tuple[Finding, ...]:
    """The findings that something has to be done about, and that no change in a plan of `mending` would mend."""

    def mended(finding: Finding) -> bool:
        return any(_mends(change, finding, diagnosis) for change in plan.open)

    return tuple(f for f in diagnosis.findings if f.state in _TO_MEND and f.fix.text and not mended(f))


_TO_MEND = (FindingState.FAIL, FindingState.TODO)
"""What is on its way mends itself, and what could not be looked at is not known to be broken."""


_MISPLACED = (Slip.DOUBLED, Slip.NO_DOMAINKEY, Slip.NO_UNDERSCORE)
"""Where a record is of no use to anybody; one at `_dmarc.www`, say, holds for mail from there."""


def useless(seen: Observation, written: Collection[WantedRecord]) -> tuple[str, ...]:
    """Where the very records that were written at their right names stand at wrong ones, to be deleted by the user."""
    added = {record.key: record.value for record in written}
    return tuple(
        dict.fromkeys(s.at for s in seen.strays_of(*_MISPLACED) if set(s.answers) == {added.get(s.wanted.key)})
    )


def _mends(change: Change, cause: Finding, diagnosis: Diagnosis) -> bool:
    named = [f for f in (cause, *_explained_by(cause, diagnosis.explained)) if f.state in _TO_MEND]
    if isinstance(change.action, PublishRecord):
        key = change.action.record.key
        # Where something stands in its way, the plan calls it a conflict: what is made of it only ever adds.
        return any(key == record.key for finding in named for record in finding.fix.records)
    if isinstance(change.action, SetMailFrom) and change.key != AGAIN:
        return False
    ids = _NAMED_BY.get(type(change.action), frozenset())
    return any(finding.id in ids for finding in named)


AGAIN = "mail-from.restart"
"""The key of the change that sets a MAIL FROM which is set already."""


def _explained_by(cause: Finding, explained: Sequence[Finding]) -> Iterable[Finding]:
    return (finding for finding in explained if finding.id in cause.symptoms)
