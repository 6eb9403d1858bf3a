"""octoDNS providers against PowerDNS's HTTP API and BIND: single records, conflicts kept, nothing else touched."""

from __future__ import annotations

import json
import os
import sqlite3
from importlib.util import find_spec
from pathlib import Path

import pytest
from authorities import ALGORITHM, DOMAIN, KEY_NAME, SECRET, Authority, Run, Start
from hypothesis import given, settings
from hypothesis import strategies as st

from sendready.model.answers import Publish
from sendready.model.records import RecordType, WantedRecord
from sendready.model.step import Step
from sendready.world.publish.providers import PROVIDERS

SERVERS = ["pdns_server", "named"]
BOUNCE = f"bounce.{DOMAIN}"
EVERY = 6


@pytest.fixture(autouse=True)
def _octodns() -> None:
    if find_spec("octodns_bind") is None or find_spec("octodns_powerdns") is None:
        reason = "octoDNS is not installed: uv sync --group peers"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)


def variables(server: Authority) -> tuple[str, dict[str, str]]:
    """How to publish there, and the variables it takes."""
    if server.api:
        port = server.api.rpartition(":")[2]
        return "octodns:powerdns", {
            "POWERDNS_HOST": "127.0.0.1", "POWERDNS_PORT": port, "POWERDNS_API_KEY": SECRET
        }  # fmt: skip
    return "octodns:bind", {
        "AXFR_HOST": "127.0.0.1",
        "AXFR_PORT": str(server.port),
        "AXFR_KEY_NAME": KEY_NAME,
        "AXFR_KEY_SECRET": SECRET,
        "AXFR_KEY_ALGORITHM": ALGORITHM,
    }


def held(server: Authority, tmp_path: Path) -> set[str]:
    """Every record but the SOA: by transfer, or out of PowerDNS's own database."""
    if not server.api:
        return server.zone()
    with sqlite3.connect(tmp_path / "pdns_server0" / "pdns.db") as database:
        rows = database.execute("SELECT name, type, content FROM records WHERE type <> 'SOA'").fetchall()
    return {" ".join(row) for row in rows}


def publish(against: Run, server: Authority) -> list[dict[str, object]]:
    how, environment = variables(server)
    result = against(
        server, "apply", DOMAIN, "--yes", "--format", "json", "--publish", how, environment=environment
    )  # fmt: skip
    assert SECRET not in result.stdout + result.stderr
    assert result.stdout, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def about_records(events: list[dict[str, object]], kind: str) -> list[dict[str, object]]:
    return [
        event
        for event in events
        if event["type"] == kind and isinstance(change := event.get("change"), dict) and change["record"]
    ]


@pytest.mark.parametrize("program", SERVERS)
def test_six_records_are_created_read_back_and_found_the_next_time(
    against: Run, start: Start, tmp_path: Path, program: str
) -> None:
    server = start(program, ["www 300 IN A 192.0.2.80"])
    before = held(server, tmp_path)

    events = publish(against, server)
    again = publish(against, server)

    assert [event["ok"] for event in about_records(events, "changed")] == [True] * EVERY, events
    assert events[-1]["exit"] == again[-1]["exit"] == 0
    assert about_records(again, "changed") == []
    assert len(held(server, tmp_path)) == len(before) + EVERY
    assert before < held(server, tmp_path)
    assert server.dig(BOUNCE, "MX") == ["10 feedback-smtp.eu-west-1.amazonses.com."]
    assert server.dig(BOUNCE, "TXT") == ['"v=spf1 include:amazonses.com ~all"']
    assert server.dig(f"_dmarc.{DOMAIN}", "TXT") == ['"v=DMARC1; p=none"']
    ours = {f"{BOUNCE} MX", f"{BOUNCE} TXT", f"_dmarc.{DOMAIN} TXT"}
    assert {row for row in server.listed() if "_domainkey" not in row} == {f"www.{DOMAIN} A", *ours}
    for entry in about_records(events, "changed"):
        record = entry["change"]["record"]  # type: ignore[index]
        if record["type"] == "CNAME":
            assert server.dig(record["name"], "CNAME") == [f"{record['value']}."]


@pytest.mark.parametrize("program", SERVERS)
@pytest.mark.parametrize(
    ("there", "conflicts"),
    [
        (["bounce 300 IN CNAME parked.example.org."], 2),
        (['bounce 300 IN TXT "v=spf1 -all"', 'bounce 300 IN TXT "v=spf1 +all"'], 1),
        (['bounce 300 IN TXT "site-verification=1"'], 1),
        (["bounce 300 IN MX 10 mx.example.org."], 1),
    ],
    ids=["cname", "two-spf", "other-text", "mx"],
)
def test_what_stands_in_the_way_is_kept_and_the_rest_is_created(
    against: Run, start: Start, tmp_path: Path, program: str, there: list[str], conflicts: int
) -> None:
    server = start(program, there)
    before = held(server, tmp_path)

    events = publish(against, server)

    assert events[-1]["exit"] == 1
    assert before < held(server, tmp_path)
    assert len(about_records(events, "conflict")) == conflicts
    assert len(held(server, tmp_path)) == len(before) + EVERY - conflicts


@pytest.mark.parametrize("program", SERVERS)
def test_two_dmarc_records_are_kept_and_told(against: Run, start: Start, tmp_path: Path, program: str) -> None:
    server = start(program, ['_dmarc 300 IN TXT "v=DMARC1; p=none"', '_dmarc 300 IN TXT "v=DMARC1; p=reject"'])
    before = held(server, tmp_path)

    events = publish(against, server)

    assert before < held(server, tmp_path)
    assert len(held(server, tmp_path)) == len(before) + EVERY - 1
    (plan,) = (event for event in events if event["type"] == "planned")
    assert "2 DMARC records at _dmarc.shop.example" in json.dumps(plan["kept"])


def test_a_large_zone_with_a_wildcard_loses_nothing(against: Run, start: Start, tmp_path: Path) -> None:
    records = [f"host{number} 300 IN A 192.0.2.1" for number in range(5000)]
    server = start("pdns_server", ["* 300 IN A 192.0.2.9", *records])

    assert publish(against, server)[-1]["exit"] == 0

    assert len(held(server, tmp_path)) == 2 + 5001 + EVERY


def test_types_that_only_this_host_has_are_left_as_they_are(against: Run, start: Start, tmp_path: Path) -> None:
    server = start(
        "pdns_server", ["@ 300 IN ALIAS web.example.org.", "who 300 IN RP admin.example.org. txt.example.org."]
    )
    before = held(server, tmp_path)

    events = publish(against, server)

    assert events[-1]["exit"] == 0, events[-2]
    assert before < held(server, tmp_path)


def test_a_zone_the_host_does_not_have_is_not_made(against: Run, start: Start, tmp_path: Path) -> None:
    server = start("pdns_server")
    with sqlite3.connect(tmp_path / "pdns_server0" / "pdns.db") as database:
        database.execute("UPDATE domains SET name = 'other.example'")
        database.execute("UPDATE records SET name = replace(name, 'shop.example', 'other.example')")
    how, environment = variables(server)

    result = against(server, "plan", DOMAIN, "--publish", how, environment=environment)

    assert result.returncode == 1, result.stderr
    assert "PowerDNS has no public zone" in result.stderr
    with sqlite3.connect(tmp_path / "pdns_server0" / "pdns.db") as database:
        assert database.execute("SELECT name FROM domains").fetchall() == [("other.example",)]


def test_a_wrong_key_is_said_and_not_shown(against: Run, start: Start) -> None:
    server = start("pdns_server")
    how, environment = variables(server)

    result = against(
        server, "plan", DOMAIN, "--publish", how, environment={**environment, "POWERDNS_API_KEY": "wrong-sentinel"}
    )

    assert result.returncode == 3, result.stderr
    assert "PowerDNS" in result.stderr
    assert "wrong-sentinel" not in result.stderr


def test_a_server_that_is_not_there_is_out_of_reach(against: Run, start: Start) -> None:
    server = start("pdns_server")
    how, environment = variables(server)

    result = against(server, "plan", DOMAIN, "--publish", how, environment={**environment, "POWERDNS_PORT": "1"})

    assert result.returncode == 3, result.stderr


def test_a_variable_that_is_missing_comes_with_the_line_that_sets_it(against: Run, start: Start) -> None:
    result = against(start("named"), "plan", DOMAIN, "--publish", "octodns:powerdns")

    assert result.returncode == 2
    assert "--publish octodns:powerdns needs POWERDNS_HOST and POWERDNS_API_KEY" in result.stderr
    assert "export POWERDNS_HOST=… POWERDNS_API_KEY=…" in result.stderr


def test_a_package_that_is_missing_comes_with_the_line_that_installs_it(against: Run, start: Start) -> None:
    result = against(start("named"), "plan", DOMAIN, "--publish", "octodns:gandi", environment={"GANDI_TOKEN": "x"})

    assert result.returncode == 2
    assert "needs the package octodns-gandi" in result.stderr
    assert "uv tool install '.[gandi]'" in result.stderr


def test_every_name_that_can_be_asked_for_has_its_provider() -> None:
    assert {how for how in Publish if how.value.startswith("octodns:")} == set(PROVIDERS)


@pytest.mark.parametrize("program", SERVERS)
def test_exactly_what_was_created_can_be_taken_back(against: Run, start: Start, tmp_path: Path, program: str) -> None:
    server = start(program, ["www 300 IN A 192.0.2.80"])
    before = held(server, tmp_path)
    publish(against, server)

    result = against(server, "cleanup", "--records", "--yes", environment=variables(server)[1])

    assert result.returncode == 0, result.stderr
    assert "removed 6 of 6" in result.stderr
    assert held(server, tmp_path) == before


NAMES = st.lists(st.from_regex(r"[a-z0-9_][a-z0-9-]{0,20}", fullmatch=True), min_size=0, max_size=3)
TARGETS = st.lists(st.from_regex(r"[a-z][a-z0-9]{0,20}", fullmatch=True), min_size=2, max_size=4).map(".".join)
TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters='"\\'), max_size=600).map(
    lambda text: f"v={text.strip()}"  # as every text of ours begins; octoDNS takes a quote for its own
)
DATA = st.one_of(
    TARGETS.map(lambda target: (RecordType.CNAME, target)),
    st.builds(lambda priority, target: (RecordType.MX, f"{priority} {target}"), st.integers(0, 65535), TARGETS),
    TEXTS.map(lambda text: (RecordType.TXT, text)),
)


@settings(deadline=None)  # octoDNS is imported by the first one
@given(NAMES, DATA)
def test_relative_and_absolute_names_are_not_mixed_up(labels: list[str], data: tuple[RecordType, str]) -> None:
    from octodns.zone import Zone as Contents

    from sendready.world.publish.octodns import _record, _values

    name = ".".join([*labels, DOMAIN])
    rtype, value = data

    record = _record(Contents(f"{DOMAIN}.", []), WantedRecord(name, rtype, value, "", Step.DKIM))

    assert record.fqdn == f"{name}."
    assert _values(record) == (value,)
    if rtype is not RecordType.TXT:
        assert (record.value if rtype is RecordType.CNAME else record.values[0].exchange).endswith(".")
