"""A yes that was carried out by a run that did not live to forget it."""

from __future__ import annotations

from sendready.model.observation import Observation
from sendready.steps.answering import CONFIRMED, SPENT
from sendready.steps.production_access import may_be_asked_for


def spent_before(seen: Observation) -> frozenset[str]:
    """Answers among `SPENT` whose thing was done already, as AWS and earlier looks say.

    Kept, such a yes would be carried out by some later run for which nobody gave it.
    """
    account = seen.account_seen
    asked = account is not None and not may_be_asked_for(account)
    tested = seen.past.test_proven is not None
    return (CONFIRMED if asked else frozenset()) | (SPENT["test.send"] if tested else frozenset())
