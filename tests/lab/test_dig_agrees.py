"""What `dig` shows of random zones and what sendready saw of them, server by server."""

from __future__ import annotations

import asyncio
import re

import pytest
from lab_worlds import LabWorlds
from lab_zones import RANDOM
from random_zones import TYPES, RandomZone

from sendready.model.records import Outcome, Question, RecordType, Sighting
from sendready.wiring import open_world

_OUTCOMES = {"NXDOMAIN": Outcome.NXDOMAIN, "SERVFAIL": Outcome.SERVFAIL, "REFUSED": Outcome.REFUSED}


Shown = tuple[str, list[list[str]]]
"""The code of an answer and its records, each owner, TTL, class, type and data."""


async def dig(address: str, questions: list[Question]) -> list[Shown]:
    """What `dig` shows of each question, all of them put to one server."""
    asked = [part for question in questions for part in (f"@{address}", f"{question.name}.", question.type.value)]
    options = ("+norec", "+noall", "+comments", "+answer", "+nosplit", "+tries=1", "+nocookie")
    process = await asyncio.create_subprocess_exec("dig", *options, *asked, stdout=asyncio.subprocess.PIPE)
    output = (await process.communicate())[0].decode()
    shown = [_shown(part) for part in output.split(";; Got answer:")[1:]]
    assert len(shown) == len(questions), output
    return shown


def _shown(output: str) -> Shown:
    status = re.search(r"status: (\w+)", output)
    assert status is not None
    return status.group(1), [line.split(None, 4) for line in output.splitlines() if line and not line.startswith(";")]


def as_dig_shows(rtype: str, data: str) -> str:
    """Record data in our form, read from dig's by other means than sendready's."""
    if rtype == "TXT":
        raw = b""
        for string in re.findall(r'"((?:[^"\\]|\\.)*)"', data):
            raw += re.sub(
                rb"\\(\d{3}|.)",
                lambda found: bytes([int(found[1])]) if len(found[1]) == 3 else found[1],
                string.encode(),
            )
        return raw.decode("utf-8", "backslashreplace")
    return data.rstrip(".").lower()


@pytest.mark.parametrize("zone", RANDOM, ids=lambda zone: zone.apex.removesuffix(".com"))
async def test_dig_and_sendready_see_the_same(lab_worlds: LabWorlds, zone: RandomZone) -> None:
    world = await open_world(lab_worlds.connection())
    await world.dns.delegation(zone.apex)
    questions = [Question(name, RecordType(rtype)) for name in zone.names for rtype in TYPES]

    seen = await asyncio.gather(*(world.dns.look(question) for question in questions))
    by_server = list(zip(*seen, strict=True))
    shown = await asyncio.gather(*(dig(sightings[0].server.address, questions) for sightings in by_server))

    assert len(by_server) == 3
    pairs = [pair for ours, dug in zip(by_server, shown, strict=True) for pair in zip(ours, dug, strict=True)]
    assert [told for sighting, dug in pairs if (told := _difference(sighting, *dug))] == []


def _difference(sighting: Sighting, status: str, answers: list[list[str]]) -> str:
    """What the two do not agree about; empty where they do."""
    question = sighting.question
    own = [row for row in answers if row[0].lower() == f"{question.name}."]
    alias = next((as_dig_shows("CNAME", row[4]) for row in own if row[3] == "CNAME"), None)
    if question.type is RecordType.CNAME or alias is None:
        shown = sorted(as_dig_shows(row[3], row[4]) for row in own if row[3] == question.type.value)
        outcome = Outcome.ANSWER if shown else _OUTCOMES.get(status, Outcome.NODATA)
        ours: object = (sighting.outcome, list(sighting.answers), sighting.alias)
        dug: object = (outcome, shown, None)
    else:  # where the alias leads is somebody else's zone, which dig did not ask
        ours, dug = sighting.alias, alias
    return "" if ours == dug else f"{question.name} {question.type} @{sighting.server.name}: {ours} {dug}"
