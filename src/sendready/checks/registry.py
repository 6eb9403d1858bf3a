"""The register of checks: what each one is, and the one place that runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from sendready.checks.pages import page
from sendready.checks.written import on_its_way
from sendready.model.finding import Finding, Hit, Severity
from sendready.model.observation import Observation
from sendready.model.step import Step

MODULES = (
    "environment",
    "manners",
    "unanswered",
    "delegation",
    "dnssec",
    "zone_contents",
    "zones_elsewhere",
    "resolvers",
    "dkim",
    "dkim_misplaced",
    "dkim_values",
    "dkim_own_key",
    "dkim_ses",
    "dkim_keys",
    "mail_from",
    "mail_from_values",
    "mail_from_spf_values",
    "mail_from_spf",
    "spf",
    "spf_remarks",
    "dmarc",
    "dmarc_values",
    "dmarc_policy",
    "dmarc_strength",
    "account",
    "regions",
    "neighbours",
    "configuration_set",
    "event_destinations",
    "event_hops",
    "reputation",
    "access",
    "changes",
    "message",
    "bulk",
)
"""The modules that hold checks, in the order their findings are shown among equals."""

Judge = Callable[[Observation], Iterable[Hit]]


@dataclass(frozen=True, slots=True)
class Check:
    """A named rule over an observation. Ids are stable and never reused; the slug names the bad pattern."""

    id: str
    slug: str
    step: Step
    severity: Severity
    title: str
    explains: tuple[str, ...]
    """Ids that are symptoms of this one and are folded under it."""
    judge: Judge
    puts_right: bool = False
    """Whether it says why what it explains is in order: else it is as bad as the worst of that."""

    def run(self, seen: Observation) -> Iterator[Finding]:
        """Judges one observation."""
        for hit in self.judge(seen):
            yield Finding(
                id=self.id,
                slug=self.slug,
                step=hit.step or self.step,
                severity=self.severity if hit.severity is None else hit.severity,
                state=hit.state,
                title=hit.title or self.title,
                subject=hit.subject,
                detail=hit.detail,
                expected=hit.expected,
                observed=hit.observed,
                evidence=hit.evidence,
                fix=hit.fix,
                references=self.references,
                recheck_at=hit.recheck_at,
                awaits=hit.awaits,
                explains=self.explains if hit.explains is None else hit.explains,
            )

    @property
    def references(self) -> tuple[str, ...]:
        """Where the rule comes from: the sources of its page."""
        return page(self.id).sources


_registered: dict[str, Check] = {}


def check(
    check_id: str,
    slug: str,
    *,
    step: Step,
    severity: Severity,
    title: str,
    explains: tuple[str, ...] = (),
    puts_right: bool = False,
) -> Callable[[Judge], Judge]:
    """Registers a function that yields a Hit for each thing it finds wrong."""

    def register(judge: Judge) -> Judge:
        if check_id in _registered:
            raise ValueError(f"two checks are called {check_id}")
        _registered[check_id] = Check(check_id, slug, step, severity, title, explains, judge, puts_right)
        return judge

    return register


@cache
def all_checks() -> dict[str, Check]:
    """Every check by its id, in the order of the modules."""
    for module in MODULES:
        import_module(f"{__package__}.{module}")
    # Some module may have been imported by somebody else before: its checks stand first in the register then.
    order = [f"{__package__}.{module}" for module in MODULES]
    checks = sorted(_registered.values(), key=lambda entry: order.index(entry.judge.__module__))
    return {entry.id: entry for entry in checks}


def run_all(seen: Observation) -> list[Finding]:
    """Everything every check finds, unfolded."""
    return [on_its_way(finding, seen) for entry in all_checks().values() for finding in entry.run(seen)]
