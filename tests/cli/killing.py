"""A process that is killed at any change AWS carried out, and what AWS holds afterwards."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading

import pytest
from commandline import PATIENCE, changes_made

from sendready.practice.aws.events import Events
from sendready.practice.aws.ses_state import Ses
from sendready.practice.aws.sns import Sns
from sendready.practice.aws.sqs import Sqs
from sendready.practice.aws.wire import Request, Response
from sendready.practice.servers import Practice


class Killer:
    """Kills a process as soon as AWS has carried out its n-th change, before the answer is on its way."""

    def __init__(self, practice: Practice, monkeypatch: pytest.MonkeyPatch, nth: int) -> None:
        self._practice = practice
        self._handle = practice.aws.handle
        self._nth = nth
        self._victim: subprocess.Popen[str] | None = None
        self._known = threading.Event()
        monkeypatch.setattr(practice.aws, "handle", self._answer)

    def kills(self, process: subprocess.Popen[str]) -> None:
        """Lets the process run into its end; later ones are left alone."""
        self._victim = process
        self._known.set()
        process.communicate(timeout=PATIENCE)
        self._nth = sys.maxsize
        assert process.returncode == -signal.SIGKILL

    def _answer(self, request: Request) -> Response:
        response = self._handle(request)
        if len(changes_made(self._practice)) >= self._nth and self._known.wait(PATIENCE) and self._victim is not None:
            self._victim.kill()
        return response


def names_in(practice: Practice) -> set[str]:
    """The names of all queues, topics, rules and configuration sets there are."""
    cloud, account, region = practice.cloud, practice.account_id, practice.region
    topics = {arn.rpartition(":")[2] for arn in cloud.state(Sns, account, region).topics}
    rules = cloud.state(Events, account, region).rules
    return {*cloud.state(Sqs, account, region).queues, *topics, *rules, *cloud.state(Ses, account, region).sets}
