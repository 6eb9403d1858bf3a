"""Resolvers are asked once records are live, and what they still remember is counted down."""

from __future__ import annotations

from dataclasses import replace

import dns.message
import dns.query
import pytest
from practising import DOMAIN, Asking, look, request, ses_looks_no_more

from sendready.model.finding import FindingState
from sendready.model.ports import World
from sendready.practice.servers import Practice

POLICY = f"_dmarc.{DOMAIN}"


@pytest.fixture
def waiting(practice: Practice) -> None:
    """Everything is live, and SES has yet to look."""
    practice.finish(DOMAIN)
    identity = practice.ses.identities[DOMAIN]
    assert identity.dkim is not None
    identity.dkim.status = "PENDING"
    ses_looks_no_more(practice)


def remember(practice: Practice, name: str, rtype: str) -> None:
    """Somebody asks the resolver too early."""
    host, _, port = practice.dns.resolver.rpartition(":")
    dns.query.udp(dns.message.make_query(name, rtype), host, timeout=5, port=int(port))


@pytest.mark.usefixtures("waiting")
async def test_resolvers_are_asked_when_two_looks_saw_the_records(world: World, asking: Asking) -> None:
    await look(request(), world)
    assert not [name for name, _ in asking.resolver if name.endswith(DOMAIN)]

    seen = (await look(request(), world)).observation

    assert (POLICY, "TXT") in asking.resolver
    assert {s.question.name for s in seen.resolved} >= {POLICY, DOMAIN, f"bounce.{DOMAIN}"}


@pytest.mark.usefixtures("waiting")
async def test_what_a_resolver_remembers_is_counted_down(practice: Practice, world: World) -> None:
    values = practice.take(DOMAIN, POLICY, "TXT")
    remember(practice, POLICY, "TXT")
    practice.put(DOMAIN, POLICY, "TXT", values)
    await look(request(), world)

    observed = await look(request(), world)

    found = next(finding for finding in observed.diagnosis.findings if finding.id == "ENV005")
    assert found.state is FindingState.PENDING
    assert POLICY in found.observed[0]
    assert found.recheck_at is not None
    assert 0 <= (found.recheck_at - observed.observation.at).total_seconds() <= 900


async def test_once_ses_is_content_no_resolver_is_asked(practice: Practice, world: World, asking: Asking) -> None:
    practice.finish(DOMAIN)
    ses_looks_no_more(practice)
    await look(request(), world)
    await look(request(), world)

    assert not [name for name, _ in asking.resolver if name.endswith(DOMAIN)]


@pytest.mark.usefixtures("waiting")
async def test_a_look_at_dns_alone_keeps_what_resolvers_said(world: World) -> None:
    from sendready.engine.observe import Part

    await look(request(), world)
    before = (await look(request(), world)).observation

    after = (await look(request(), world, before=before, parts=frozenset({Part.DNS}))).observation

    assert after.resolved == before.resolved
    assert replace(after, at=before.at).soundness == before.soundness
