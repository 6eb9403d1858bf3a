"""When a watch is over: one time-out ends no wait, want of permission does."""

from __future__ import annotations

import pytest
from builders import looked

from sendready.cli.commands.watch import _is_over
from sendready.engine.diagnose import diagnose
from sendready.model.errors import (
    AccessDenied,
    ExpiredCredentials,
    SendreadyError,
    ServiceFailure,
    Throttled,
    Unreachable,
)
from sendready.model.looks import Observed
from sendready.model.observation import Observation, Unseen


def over(seen: Observation) -> bool:
    return _is_over(Observed(seen, diagnose(seen)))


@pytest.mark.parametrize("reason", [Unreachable("away"), Throttled("too fast"), ServiceFailure("broken")])
def test_what_passes_is_waited_out(reason: SendreadyError) -> None:
    assert not over(looked(ses=Unseen(reason)))


@pytest.mark.parametrize("reason", [AccessDenied("no", action="ses:GetEmailIdentity"), ExpiredCredentials("old")])
def test_what_does_not_pass_is_told(reason: SendreadyError) -> None:
    assert over(looked(ses=Unseen(reason)))


def test_a_domain_that_is_ready_is_waited_for_no_more() -> None:
    assert over(looked())
