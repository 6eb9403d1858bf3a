"""Getting in to AWS: calls never hold the program, and whose region and whose code it is."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from practising import DOMAIN, Asking, HandClock, Intercepted, Worlds, request, until

from sendready.engine.observe import observe
from sendready.model.errors import BadInput, MfaNeeded, NoRegion, Unreachable
from sendready.model.looks import Looking
from sendready.practice.aws.outages import Outage
from sendready.practice.servers import Practice
from sendready.wiring import Connection, open_world
from sendready.world.aws.session import Access, AwsSession, Keys
from sendready.world.threads import in_daemon_thread

READ_TIMEOUT = 10
"""Seconds that a call waits for an answer that does not come."""

CONFIG = """
[default]
region = eu-north-1

[profile base]
aws_access_key_id = {key}
aws_secret_access_key = {secret}

[profile london]
region = eu-west-2
source_profile = base

[profile mfa]
role_arn = arn:aws:iam::123456789012:role/sender
source_profile = base
mfa_serial = arn:aws:iam::123456789012:mfa/somebody
region = eu-west-1
"""


@pytest.fixture
def config(practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration of AWS's own kind, with profiles."""
    path = tmp_path / "aws-config"
    keys = practice.credentials(practice.account_id)
    path.write_text(CONFIG.format(key=keys["AWS_ACCESS_KEY_ID"], secret=keys["AWS_SECRET_ACCESS_KEY"]))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
    return path


@pytest.fixture
def hanging() -> Iterator[str]:
    """An endpoint that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def session(endpoint: str) -> AwsSession:
    keys = Keys("AKIDEXAMPLE", "secret")
    return AwsSession(Access(region="eu-west-1", keys=keys, endpoint_url=endpoint), HandClock())


# Off the loop


async def test_the_loop_goes_on_while_a_call_is_under_way() -> None:
    let_go = threading.Event()
    call = asyncio.ensure_future(in_daemon_thread(let_go.wait))
    for _ in range(10):
        await asyncio.sleep(0)
    assert not call.done()
    let_go.set()

    assert await call


async def test_what_a_call_raises_is_raised_to_whoever_waits() -> None:
    def fail() -> None:
        raise LookupError("nothing there")

    with pytest.raises(LookupError, match="nothing there"):
        await in_daemon_thread(fail)


async def test_a_call_that_is_left_does_not_hold_its_caller_and_what_it_brings_is_dropped() -> None:
    let_go, over = threading.Event(), threading.Event()

    def hang() -> None:
        let_go.wait()
        over.set()

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(in_daemon_thread(hang), 0.01)

    let_go.set()
    assert await in_daemon_thread(lambda: over.wait(5))


async def test_a_hanging_endpoint_can_be_left_at_once(hanging: str) -> None:
    began = time.monotonic()

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(session(hanging).call("sts", "GetCallerIdentity"), 0.1)

    assert time.monotonic() - began < READ_TIMEOUT / 2


async def test_a_look_at_a_hanging_endpoint_can_be_left_at_once(worlds: Worlds, hanging: str) -> None:
    worlds.practice.finish(DOMAIN)
    connection = worlds.connection()
    world = await open_world(replace(connection, environment={**connection.environment, "AWS_ENDPOINT_URL": hanging}))
    began = time.monotonic()
    events = observe(request(), world)
    assert (await until(events, Looking)).what == "delegation"

    await events.aclose()

    assert time.monotonic() - began < READ_TIMEOUT / 2


def test_a_program_that_is_done_does_not_wait_for_a_call_that_hangs(hanging: str) -> None:
    program = f"""
import asyncio
from sendready.world.aws.session import Access, AwsSession, Keys
from sendready.world.clock import WorldClock

async def main():
    access = Access(region="eu-west-1", keys=Keys("AKIDEXAMPLE", "secret"), endpoint_url="{hanging}")
    try:
        await asyncio.wait_for(AwsSession(access, WorldClock()).call("sts", "GetCallerIdentity"), 0.5)
    except TimeoutError:
        print("left")

asyncio.run(main())
"""
    began = time.monotonic()

    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, env=dict(os.environ), check=True
    )

    assert result.stdout == "left\n"
    assert result.stderr == ""
    assert time.monotonic() - began < READ_TIMEOUT


async def test_an_endpoint_where_nobody_listens_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        nobody = f"http://127.0.0.1:{server.getsockname()[1]}"

    with pytest.raises(Unreachable):
        await session(nobody).call("sts", "GetCallerIdentity", attempts=1)


async def test_a_call_that_was_throttled_underneath_slows_the_others_down(worlds: Worlds, asking: Asking) -> None:
    practice, clock = worlds.practice, HandClock()
    keys = practice.credentials(practice.account_id)
    access = Access(
        region=practice.region,
        keys=Keys(keys["AWS_ACCESS_KEY_ID"], keys["AWS_SECRET_ACCESS_KEY"]),
        endpoint_url=practice.aws.url,
    )
    session = AwsSession(access, clock)
    practice.aws.fail("GetAccount", Outage.THROTTLED)

    await session.call("sesv2", "GetAccount")
    await session.call("sesv2", "ListEmailIdentities")

    assert asking.aws == ["GetAccount", "GetAccount", "ListEmailIdentities"]
    assert clock.slept == pytest.approx([1.05])


async def test_clients_are_made_by_several_calls_at_once(worlds: Worlds, intercepted: Intercepted) -> None:
    world = await worlds.open()
    all_here = threading.Barrier(3, timeout=5)
    for operation in ("GetCallerIdentity", "GetAccount", "GetEmailIdentity"):
        intercepted.before(operation, all_here.wait)  # type: ignore[arg-type]  # what it returns is not needed

    caller, account, identity = await asyncio.gather(
        world.ses.caller(), world.ses.account(), world.ses.identity(DOMAIN)
    )

    assert caller.account == worlds.practice.account_id
    assert not account.production
    assert identity is None


# Regions


async def region(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], **options: str) -> str:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    world = await open_world(Connection(environment=os.environ, **options))  # type: ignore[arg-type]
    return world.ses.region


@pytest.mark.usefixtures("config")
@pytest.mark.parametrize(
    ("environment", "options", "expected"),
    [
        ({}, {}, "eu-north-1"),
        ({}, {"profile": "london"}, "eu-west-2"),
        ({"AWS_PROFILE": "london"}, {}, "eu-west-2"),
        ({"AWS_DEFAULT_REGION": "us-west-2"}, {}, "us-west-2"),
        ({"AWS_REGION": "us-east-1"}, {}, "us-east-1"),
        ({"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-west-2"}, {}, "us-east-1"),
        ({"AWS_REGION": "us-east-1"}, {"profile": "london"}, "us-east-1"),
        ({"AWS_REGION": "us-east-1"}, {"region": "ap-south-1"}, "ap-south-1"),
        ({}, {"profile": "london", "region": "ap-south-1"}, "ap-south-1"),
    ],
)
async def test_the_region_is_the_one_said_last(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], options: dict[str, str], expected: str
) -> None:
    assert await region(monkeypatch, environment, **options) == expected


async def test_without_a_region_those_there_are_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoRegion) as caught:
        await region(monkeypatch, {})

    assert "eu-west-1" in (caught.value.hint or "")
    assert "AWS_REGION" in (caught.value.hint or "")


async def test_there_is_no_ses_in_china(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoRegion, match="China"):
        await region(monkeypatch, {"AWS_REGION": "cn-north-1"})


@pytest.mark.usefixtures("config")
async def test_a_profile_there_is_not_is_a_mistake_before_anything_is_asked(
    monkeypatch: pytest.MonkeyPatch, asking: Asking
) -> None:
    with pytest.raises(BadInput, match="nobodys"):
        await region(monkeypatch, {}, profile="nobodys", region="eu-west-1")

    assert asking.aws == []


@pytest.mark.usefixtures("config")
async def test_a_practice_world_reads_nothing_of_the_users_own(worlds: Worlds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobodys")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDSOMEBODYELSES")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not this one")
    world = await worlds.open()

    assert (await world.ses.caller()).account == worlds.practice.account_id


# One-time codes


@pytest.mark.usefixtures("config")
async def test_a_scripted_run_refuses_to_ask_for_a_code_and_says_what_to_do(
    practice: Practice, monkeypatch: pytest.MonkeyPatch, asking: Asking
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", practice.aws.url)
    world = await open_world(Connection(profile="mfa", environment=os.environ))

    with pytest.raises(MfaNeeded, match="mfa/somebody") as caught:
        await world.ses.caller()

    assert "get-session-token" in (caught.value.hint or "")
    assert asking.aws == []


@pytest.mark.usefixtures("config")
async def test_a_code_that_is_given_is_asked_for_once(
    practice: Practice, monkeypatch: pytest.MonkeyPatch, asking: Asking
) -> None:
    asked = []

    def prompter(prompt: str) -> str:
        asked.append((prompt, threading.current_thread() is threading.main_thread()))
        return "123456"

    monkeypatch.setenv("AWS_ENDPOINT_URL", practice.aws.url)
    world = await open_world(Connection(profile="mfa", environment=os.environ), prompter)

    first, again = await world.ses.caller(), await world.ses.caller()

    assert first == again
    assert "assumed-role/sender" in first.arn
    ((prompt, on_the_loop),) = asked
    assert "mfa/somebody" in prompt
    assert not on_the_loop
    assert asking.aws.count("AssumeRole") == 1
