"""The whole road while a name server misbehaves: never a record twice, and the same command arrives once it is well."""

from __future__ import annotations

from datetime import timedelta

import pytest
from practising import DOMAIN, NS1, NS2, Worlds
from test_chaos import one_run

from sendready.engine.cleanup import standing
from sendready.model.finding import Verdict
from sendready.practice.dns.behaviour import Behaviour
from sendready.practice.servers import Practice

MISBEHAVING = {
    "servfail": Behaviour(rcode="SERVFAIL"),
    "no-answer": Behaviour(silent=True),
    "truncation": Behaviour(truncate=True),
    "garbage": Behaviour(garbage=True),
}


@pytest.mark.parametrize("how", MISBEHAVING)
@pytest.mark.parametrize("servers", [(NS1, NS2)], ids=["both"])
async def test_the_same_command_arrives_once_the_servers_are_well_again(
    practice: Practice, worlds: Worlds, monkeypatch: pytest.MonkeyPatch, how: str, servers: tuple[str, ...]
) -> None:
    monkeypatch.setattr("sendready.world.dns.transport.TRIES", (0.2, 0.2))
    monkeypatch.setattr("sendready.world.dns.transport.DEAD_AFTER", 0.5)
    practice.register(DOMAIN)
    for server in servers:
        practice.dns.behave(server, MISBEHAVING[how])

    await one_run(worlds, wait=timedelta(minutes=5))
    for server in servers:
        practice.dns.behave(server)
    practice.dns.flush()
    last = await one_run(worlds, wait=timedelta(days=1))

    assert last is Verdict.READY
    records = await standing(await worlds.open(), practice.account_id)
    assert len({(one.written.record.name, one.written.record.type) for one in records}) == len(records) == 6
