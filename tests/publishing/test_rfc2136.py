"""Dynamic updates against BIND and Knot: six records, read back by dig; nothing else ever changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from authorities import ALGORITHM, DOMAIN, KEY_NAME, SECRET, Authority, Run, Start

SERVERS = ["named", "knotd"]
KEY = {"RFC2136_TSIG_KEY": KEY_NAME, "RFC2136_TSIG_SECRET": SECRET}
BOUNCE = f"bounce.{DOMAIN}"


def publish(against: Run, server: Authority, *more: str, **environment: str) -> list[dict[str, object]]:
    """Applies everything by updates; what was said, the result last."""
    result = against(
        server, "apply", DOMAIN, "--yes", "--format", "json", "--publish", "rfc2136",
        "--update-server", server.address, *more, environment={**KEY, **environment},
    )  # fmt: skip
    assert SECRET not in result.stdout + result.stderr
    assert result.stdout, result.stderr
    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert events[-1]["exit"] == result.returncode, result.stderr
    return events


def keys(events: list[dict[str, object]], kind: str, **also: object) -> set[str]:
    """The records that events of a kind are about, as type and first label."""
    found = set()
    for event in events:
        change = event.get("change")
        record = change["record"] if event["type"] == kind and isinstance(change, dict) else None
        if record is not None and all(event.get(name) == value for name, value in also.items()):
            name = record["name"].removesuffix(f".{DOMAIN}")
            found.add(f"{record['type']} {'dkim' if '_domainkey' in name else name}")
    return found


EVERY = {"CNAME dkim", "MX bounce", "TXT bounce", "TXT _dmarc"}


@pytest.mark.parametrize("program", SERVERS)
def test_six_records_are_added_and_read_back_and_the_second_run_finds_them(
    against: Run, start: Start, program: str
) -> None:
    server = start(program, ["www 300 IN A 192.0.2.80", '@ 300 IN TXT "v=spf1 -all"'])
    before = server.zone()

    events = publish(against, server)
    again = publish(against, server)

    assert events[-1]["exit"] == 0
    assert keys(events, "changed", ok=True) == EVERY
    assert before < server.zone()
    assert len(server.zone()) == len(before) + 6
    assert server.dig(BOUNCE, "MX") == ["10 feedback-smtp.eu-west-1.amazonses.com."]
    assert server.dig(BOUNCE, "TXT") == ['"v=spf1 include:amazonses.com ~all"']
    assert server.dig(f"_dmarc.{DOMAIN}", "TXT") == ['"v=DMARC1; p=none"']
    ours = {f"{BOUNCE} MX", f"{BOUNCE} TXT", f"_dmarc.{DOMAIN} TXT"}
    assert {row for row in server.listed() if "_domainkey" not in row} == {f"www.{DOMAIN} A", f"{DOMAIN} TXT", *ours}
    assert len([row for row in server.listed() if row.endswith(f"._domainkey.{DOMAIN} CNAME")]) == 3
    assert keys(again, "changed") == set()
    assert again[-1]["exit"] == 0


@pytest.mark.parametrize("program", SERVERS)
@pytest.mark.parametrize(
    ("there", "kept_out"),
    [
        (["bounce 300 IN CNAME parked.example.org."], {"MX bounce", "TXT bounce"}),
        (['bounce 300 IN TXT "v=spf1 -all"', 'bounce 300 IN TXT "v=spf1 +all"'], {"TXT bounce"}),
        (["bounce 300 IN MX 10 mx.example.org."], {"MX bounce"}),
        (['_dmarc 300 IN TXT "v=DMARC1; p=none"', '_dmarc 300 IN TXT "v=DMARC1; p=reject"'], {"TXT _dmarc"}),
    ],
    ids=["cname", "two-spf", "mx", "two-dmarc"],
)
def test_what_stands_in_the_way_is_kept_and_the_rest_is_added(
    against: Run, start: Start, program: str, there: list[str], kept_out: set[str]
) -> None:
    server = start(program, there)
    before = server.zone()

    events = publish(against, server)

    assert before < server.zone()
    assert keys(events, "changed", ok=True) == EVERY - kept_out
    assert keys(events, "conflict") == kept_out - {"TXT _dmarc"}


@pytest.mark.parametrize("program", SERVERS)
def test_a_wildcard_is_no_record_of_the_name(against: Run, start: Start, program: str) -> None:
    server = start(program, ["* 300 IN MX 10 mx.example.org.", '* 300 IN TXT "v=spf1 -all"', "* 300 IN A 192.0.2.1"])

    events = publish(against, server)

    assert keys(events, "changed", ok=True) == EVERY
    assert server.dig(BOUNCE, "MX") == ["10 feedback-smtp.eu-west-1.amazonses.com."]
    assert server.dig(f"other.{DOMAIN}", "MX") == ["10 mx.example.org."]


@pytest.mark.parametrize("program", SERVERS)
def test_a_text_is_added_beside_unrelated_ones(against: Run, start: Start, program: str) -> None:
    server = start(program, ['bounce 300 IN TXT "site-verification=1"'])

    events = publish(against, server)

    assert keys(events, "conflict") == set()
    assert sorted(server.dig(BOUNCE, "TXT")) == ['"site-verification=1"', '"v=spf1 include:amazonses.com ~all"']


@pytest.mark.parametrize("program", SERVERS)
def test_a_zone_of_5000_records_loses_none(against: Run, start: Start, program: str) -> None:
    server = start(program, [f"host{number} 300 IN A 192.0.2.1" for number in range(5000)])

    assert publish(against, server)[-1]["exit"] == 0

    assert len(server.zone()) == 5002 + 6


@pytest.mark.parametrize("program", SERVERS)
@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"RFC2136_TSIG_SECRET": "d3Jvbmctd3Jvbmctd3Jvbmctd3Jvbmctd3Jvbmctd3I="}, "has another secret for it"),
        ({"RFC2136_TSIG_KEY": "nobody"}, "does not know the key"),
    ],
    ids=["secret", "name"],
)
def test_a_wrong_key_changes_nothing_and_says_so(
    against: Run, start: Start, program: str, environment: dict[str, str], said: str
) -> None:
    server = start(program)
    before = server.zone()

    result = against(
        server, "apply", DOMAIN, "--yes", "--publish", "rfc2136", "--update-server", server.address,
        environment={**KEY, **environment},
    )  # fmt: skip

    assert result.returncode == 3
    assert said in " ".join(result.stderr.split())
    assert environment.get("RFC2136_TSIG_SECRET", SECRET) not in result.stderr + result.stdout
    assert server.zone() == before


def test_without_a_key_a_server_that_wants_one_refuses(against: Run, start: Start) -> None:
    server = start("named")

    result = against(
        server, "apply", DOMAIN, "--yes", "--publish", "rfc2136", "--update-server", server.address
    )  # fmt: skip

    assert result.returncode == 3
    assert "refuses updates of shop.example" in result.stderr
    assert "--tsig-key" in result.stderr


@pytest.mark.parametrize("form", ["bind", "knot", "bare"])
def test_the_key_may_stand_in_a_file(against: Run, start: Start, tmp_path: Path, form: str) -> None:
    server = start("named")
    file = tmp_path / "the.key"
    file.write_text(
        {
            "bind": f'# a key\nkey "{KEY_NAME}" {{\n\talgorithm {ALGORITHM};\n\tsecret "{SECRET}";\n}};\n',
            "knot": f"key:\n- id: {KEY_NAME}\n  algorithm: {ALGORITHM}\n  secret: {SECRET}\n",
            "bare": f"{SECRET}\n",
        }[form]
    )
    named = ["--tsig-key", KEY_NAME] if form == "bare" else []

    result = against(
        server, "apply", DOMAIN, "--yes", "--publish", "rfc2136", "--update-server", server.address,
        "--tsig-file", str(file), *named,
    )  # fmt: skip

    assert result.returncode == 0, result.stderr
    assert server.dig(BOUNCE, "TXT")


def test_no_server_named_means_the_primary_of_the_zone(against: Run, start: Start) -> None:
    server = start("named")

    result = against(server, "apply", DOMAIN, "--yes", "--publish", "rfc2136", environment=KEY)

    assert result.returncode == 0, result.stderr
    assert server.dig(BOUNCE, "TXT")


def test_the_secret_is_nowhere_but_in_the_environment(against: Run, start: Start, tmp_path: Path) -> None:
    server = start("named")

    publish(against, server, "--verbose")

    for file in (tmp_path / "state").rglob("*"):
        assert not file.is_file() or SECRET not in file.read_text()
    journal = next((tmp_path / "state").rglob("journal.jsonl")).read_text()
    assert '"publish": "rfc2136"' in journal
    assert '"read_back": ["v=spf1 include:amazonses.com ~all"]' in journal


def test_a_zone_whose_own_servers_are_others_is_a_conflict(against: Run, start: Start) -> None:
    server = start("named", others=["ns1.elsewhere.example."])
    before = server.zone()

    events = publish(against, server)

    assert keys(events, "conflict") == EVERY
    assert events[-1]["exit"] == 1
    assert server.zone() == before


def test_a_server_that_is_not_there_is_named(against: Run, start: Start) -> None:
    server = start("named")

    result = against(
        server, "plan", DOMAIN, "--publish", "rfc2136", "--update-server", "127.0.0.1:1", environment=KEY
    )  # fmt: skip

    assert result.returncode == 3
    assert "127.0.0.1:1" in result.stderr
    assert "--update-server" in result.stderr


def test_a_server_that_takes_updates_and_answers_no_question_is_told_from_one_without_the_zone(
    against: Run, start: Start
) -> None:
    hidden = start("named", mute=True)
    before = hidden.zone()

    result = against(
        start("named"), "apply", DOMAIN, "--yes", "--publish", "rfc2136", "--update-server", hidden.address,
        environment=KEY,
    )  # fmt: skip

    assert result.returncode == 1, result.stderr
    assert "let the key ask" in " ".join(result.stderr.split())
    assert hidden.zone() == before


@pytest.mark.parametrize("program", SERVERS)
def test_exactly_what_was_added_can_be_taken_back(against: Run, start: Start, program: str) -> None:
    server = start(program, ["www 300 IN A 192.0.2.80", 'bounce 300 IN TXT "site-verification=1"'])
    before = server.zone()
    publish(against, server)

    result = against(server, "cleanup", "--records", "--yes", environment=KEY)

    assert result.returncode == 0, result.stderr
    assert "removed 6 of 6" in result.stderr
    assert server.zone() == before


@pytest.mark.parametrize("program", SERVERS)
def test_an_address_for_dmarc_reports_is_added_to_the_record_that_is_there(
    against: Run, start: Start, program: str
) -> None:
    theirs = "v=DMARC1; p=reject; rua=mailto:old@shop.example"
    server = start(program, [f'_dmarc 900 IN TXT "{theirs}"', '_dmarc 900 IN TXT "site-verification=1"'])

    events = publish(against, server, "--dmarc-reports", "new@shop.example")

    assert events[-1]["exit"] == 0
    assert sorted(server.dig(f"_dmarc.{DOMAIN}", "TXT")) == [
        '"site-verification=1"',
        f'"{theirs},mailto:new@shop.example"',
    ]
