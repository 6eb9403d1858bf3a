"""DNS over HTTPS in place of all name servers: the records are seen, and that servers were not is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import dns.message
import dns.query
import pytest
from practising import DOMAIN, Asking, Worlds, look, request

from sendready.model.errors import BadInput, Unreachable
from sendready.model.finding import Verdict
from sendready.model.ports import World
from sendready.model.records import Outcome, Question, RecordType
from sendready.practice.servers import Practice


@pytest.fixture
def doh(practice: Practice) -> Iterator[str]:
    """A service in front of the practice resolver; below `/broken` it answers with an error."""
    host, _, port = practice.dns.resolver.rpartition(":")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            wire = self.rfile.read(int(self.headers["Content-Length"]))
            reply = dns.query.udp(dns.message.from_wire(wire), host, timeout=5, port=int(port)).to_wire()
            self.send_response(502 if self.path == "/broken" else 200)
            self.send_header("Content-Type", "application/dns-message")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name it has above
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/dns-query"
        server.shutdown()


@pytest.fixture
async def world(worlds: Worlds, doh: str) -> World:
    return await worlds.open(doh=doh)


async def test_a_finished_domain_is_ready_and_it_is_told_that_servers_were_not_asked(
    practice: Practice, world: World, asking: Asking
) -> None:
    practice.finish(DOMAIN)
    asking.forget()

    observed = await look(request(), world)

    assert observed.diagnosis.verdict is Verdict.READY
    assert [f.id for f in observed.diagnosis.findings] == ["ENV002"]
    assert {s.server.name for r in observed.observation.records for s in r.sightings} == {"127.0.0.1"}


async def test_the_zone_is_known_by_its_soa_record(practice: Practice, world: World) -> None:
    practice.finish(DOMAIN)

    here, below, nowhere = [await world.dns.delegation(name) for name in (DOMAIN, f"news.{DOMAIN}", "no.example")]

    assert (here.zone, here.exists, here.own_names) == (DOMAIN, True, ("ns1.practice-dns.net", "ns2.practice-dns.org"))
    assert (below.zone, below.exists) == (DOMAIN, True)
    assert (nowhere.zone, nowhere.exists) == ("example", False)


async def test_what_is_not_there_is_told_from_what_failed(practice: Practice, worlds: Worlds, doh: str) -> None:
    practice.zones.create(DOMAIN)
    question = Question(f"_dmarc.{DOMAIN}", RecordType.TXT)

    (missing,) = await (await worlds.open(doh=doh)).dns.look(question)
    broken = (await worlds.open(doh=doh.replace("dns-query", "broken"))).dns
    (failed,) = await broken.look(question)

    assert missing.outcome is Outcome.NXDOMAIN
    assert failed.outcome is Outcome.UNREACHABLE
    with pytest.raises(Unreachable):
        await broken.delegation(DOMAIN)


@pytest.mark.parametrize("url", ["dns.google", "http://dns.google/dns-query", "ftp://x", "https://[", ""])
async def test_only_https_is_asked(worlds: Worlds, url: str) -> None:
    if not url:
        assert (await worlds.open(doh=url)).dns is not None
        return
    with pytest.raises(BadInput):
        await worlds.open(doh=url)
