"""What is said of a zone that nobody can write to from here, and which zone is taken where the host says little."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from builders import DMARC, DOMAIN, KEYS, MX, NOWHERE, SPF, looked, policy
from name_servers import hosted

from sendready.engine.publishing import publishing
from sendready.model.answers import Answers, Publish
from sendready.model.observation import Delegation, Observation
from sendready.model.publisher import Found, Zone
from sendready.model.records import Question, WantedRecord
from sendready.steps.records import Publishing


@dataclass
class Host:
    """A DNS host that holds one zone, or none."""

    found: Found
    host: str = "Cloudflare"
    api: str = "octodns:cloudflare:create"
    extends: bool = False
    amends: bool = False

    async def find(self, delegation: Delegation) -> Found:
        return self.found

    async def existing(self, zone: Zone, names: Sequence[str]) -> Mapping[Question, tuple[str, ...]]:
        return {}

    async def create(self, zone: Zone, records: Sequence[WantedRecord]) -> str:
        raise AssertionError("nothing is to be written")

    async def remove(self, zone: Zone, record: WantedRecord) -> bool:
        raise AssertionError("nothing is to be removed")


@dataclass
class Hosts:
    """As much of a world as planning looks at."""

    by: Host

    def publisher(self, how: Publish) -> Host:
        return self.by


def new(answers: Answers | None = None) -> Observation:
    return looked(dns=dict.fromkeys((*KEYS, MX, SPF, DMARC), NOWHERE), dmarc=policy(), answers=answers)


async def where(seen: Observation, found: Found) -> Publishing:
    world: Any = Hosts(Host(found))
    return await publishing(seen, world)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("cloudflare", "add it there, or pass `--publish octodns:cloudflare`"),
        ("ovhcloud", "add it there, or pass `--publish octodns:ovh`"),
        ("digitalocean", "add it there, or pass `--publish octodns:digitalocean`"),
    ],
)
async def test_where_the_host_is_known_the_way_to_let_it_be_written_is_named(key: str, said: str) -> None:
    assert said in (await where(hosted(key, new()), Found())).note


@pytest.mark.parametrize("key", ["godaddy", "transip", "route53"])
async def test_where_there_is_no_publisher_for_it_none_is_named(key: str) -> None:
    assert "--publish" not in (await where(hosted(key, new()), Found())).note


async def test_a_zone_without_servers_is_taken_where_the_delegation_is_known_to_be_the_hosts() -> None:
    seen = hosted("cloudflare", new(Answers(publish=Publish.CLOUDFLARE)))

    assert (await where(seen, Found(Zone("Cloudflare", DOMAIN)))).zone == Zone("Cloudflare", DOMAIN)


@pytest.mark.parametrize("seen", [new(), hosted("gandi", new())])
async def test_and_not_where_it_is_somebody_elses_or_nobody_knows_whose(seen: Observation) -> None:
    asked = replace(seen, answered=replace(seen.answered, answers=Answers(publish=Publish.CLOUDFLARE)))

    refused = await where(asked, Found(Zone("Cloudflare", DOMAIN)))
    word = replace(asked, answered=replace(asked.answered, answers=Answers(publish=Publish.CLOUDFLARE, any_zone=True)))

    assert refused.zone is None
    assert refused.blocked
    assert "--any-zone" in refused.note
    assert (await where(word, Found(Zone("Cloudflare", DOMAIN)))).zone is not None
