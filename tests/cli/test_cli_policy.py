"""`sendready policy`: what the commands really call is in the policy for them."""

from __future__ import annotations

import json

from commandline import WHOLE, Run, WorldOf

from sendready.practice.servers import Practice


def allowed(sendready: Run, *purposes: str) -> set[str]:
    flags = [word for purpose in purposes for word in ("--for", purpose)]
    document = json.loads(sendready("policy", "shop.example", *flags).stdout)
    return {action for statement in document["Statement"] for action in statement["Action"]}


class Calls:
    """What is asked of AWS, as IAM calls it."""

    def __init__(self, practice: Practice) -> None:
        self._practice = practice
        self._told = 0

    def since(self) -> set[str]:
        """Everything since the last time."""
        calls = self._practice.aws.calls[self._told :]
        self._told += len(calls)
        return {f"{'ses' if call.service == 'sesv2' else call.service}:{call.operation}" for call in calls}


def test_a_policy_is_enough_for_what_it_is_for(sendready: Run, practice: Practice, world_of: WorldOf) -> None:
    practice.throttling = False
    practice.register("shop.example")
    environment, calls = world_of(practice), Calls(practice)

    sendready("check", "shop.example", environment=environment)
    assert calls.since() <= allowed(sendready, "check")
    sendready("apply", "shop.example", *WHOLE[:-1], "--yes", "--wait", "10m", environment=environment)
    assert calls.since() <= allowed(sendready, "check", "setup", "publish", "test")
    assert sendready("test", "shop.example", "--yes", environment=environment).returncode == 0
    assert calls.since() <= allowed(sendready, "test", "check")
    sendready("cleanup", "--yes", environment=environment)
    sendready("cleanup", "--records", "--yes", environment=environment)
    assert calls.since() <= allowed(sendready, "cleanup")


def test_all_is_what_nobody_said_otherwise(sendready: Run) -> None:
    assert allowed(sendready) == allowed(sendready, "all")
