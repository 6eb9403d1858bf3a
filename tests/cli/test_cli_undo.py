"""`cleanup --records`: takes back exactly what `apply` added, while it is what was added, and asks once."""

from __future__ import annotations

import pytest
from commandline import OnTerminal, Run, WorldOf

from sendready.practice.aws import route53
from sendready.practice.servers import Practice

DOMAIN = "shop.example"
BOUNCE = f"bounce.{DOMAIN}."


@pytest.fixture
def applied(sendready: Run, practice: Practice, world_of: WorldOf) -> dict[str, str]:
    """A domain whose records we have added beside two of somebody else's; the environment it is seen under."""
    practice.throttling = False
    practice.register(DOMAIN)
    practice.put(DOMAIN, f"www.{DOMAIN}", "A", ["192.0.2.80"])
    practice.put(DOMAIN, f"other.{DOMAIN}", "TXT", ['"v=spf1 -all"'])
    environment = world_of(practice)
    result = sendready("apply", DOMAIN, "--yes", environment=environment)
    assert result.returncode == 0, result.stderr
    assert len(held(practice)) == 8
    return environment


def held(practice: Practice) -> set[tuple[str, str]]:
    (zone,) = route53.of_account(practice.cloud, practice.account_id).zones.values()
    return {key for key in zone.records if key[1] not in ("SOA", "NS")}


def change(practice: Practice, name: str, rtype: str, values: tuple[str, ...]) -> None:
    """Somebody edits the zone at Route 53."""
    (zone,) = route53.of_account(practice.cloud, practice.account_id).zones.values()
    live = practice.zone_of(DOMAIN)
    assert live is not None
    live.put(name, rtype, 300, list(values))
    zone.records[name, rtype] = (300, values)


THEIRS = {(f"www.{DOMAIN}.", "A"), (f"other.{DOMAIN}.", "TXT")}


def test_exactly_what_was_added_goes_and_the_next_run_has_nothing_to_do(
    sendready: Run, practice: Practice, applied: dict[str, str]
) -> None:
    result = sendready("cleanup", DOMAIN, "--records", "--yes", environment=applied)
    again = sendready("cleanup", "--records", "--yes", environment=applied)

    assert result.returncode == 0, result.stderr
    assert "removed 6 of 6" in result.stderr
    assert f"Without them mail from {DOMAIN} is not signed" in result.stderr
    assert held(practice) == THEIRS
    assert again.returncode == 0
    assert "no records were added from here" in again.stderr


def test_what_has_been_changed_since_stays(sendready: Run, practice: Practice, applied: dict[str, str]) -> None:
    change(practice, BOUNCE, "MX", ("10 mx.other.example.",))

    result = sendready("cleanup", "--records", "--yes", environment=applied)

    assert result.returncode == 0, result.stderr
    assert "it is 10 mx.other.example now" in " ".join(result.stderr.split())
    assert held(practice) == THEIRS | {(BOUNCE, "MX")}


def test_a_text_that_got_company_stays(sendready: Run, practice: Practice, applied: dict[str, str]) -> None:
    change(practice, BOUNCE, "TXT", ('"v=spf1 include:amazonses.com ~all"', '"theirs"'))

    result = sendready("cleanup", "--records", "--yes", environment=applied)

    assert result.returncode == 1
    assert "does not stand there alone any more" in result.stderr
    assert held(practice) == THEIRS | {(BOUNCE, "TXT")}


def test_it_asks_once_and_no_is_no(on_terminal: OnTerminal, practice: Practice, applied: dict[str, str]) -> None:
    terminal = on_terminal("cleanup", "--records", environment=applied)
    terminal.until(r"Remove these 6 records\? \[y/N\]")
    terminal.answer("n")

    assert terminal.process.wait(60) == 4
    assert len(held(practice)) == 8


def test_without_a_terminal_nothing_is_removed(sendready: Run, practice: Practice, applied: dict[str, str]) -> None:
    result = sendready("cleanup", "--records", environment=applied)

    assert result.returncode == 2
    assert "--yes" in result.stderr
    assert len(held(practice)) == 8


def test_another_domains_records_stay(sendready: Run, practice: Practice, applied: dict[str, str]) -> None:
    result = sendready("cleanup", "other.example", "--records", "--yes", environment=applied)

    assert result.returncode == 0
    assert "no records were added from here" in result.stderr
    assert len(held(practice)) == 8


def test_a_zone_that_cannot_be_read_is_said(sendready: Run, practice: Practice, applied: dict[str, str]) -> None:
    practice.aws.deny("route53:List*")

    result = sendready("cleanup", "--records", "--yes", environment=applied)

    assert result.returncode == 3
    assert "the zone could not be read: not allowed: route53:ListResourceRecordSets" in " ".join(result.stderr.split())
    assert len(held(practice)) == 8


def test_a_removal_that_is_denied_is_said_and_can_be_tried_again(
    sendready: Run, practice: Practice, applied: dict[str, str]
) -> None:
    practice.aws.deny("route53:ChangeResourceRecordSets")
    denied = sendready("cleanup", "--records", "--yes", environment=applied)
    practice.aws.lift()
    result = sendready("cleanup", "--records", "--yes", environment=applied)

    assert (denied.returncode, result.returncode) == (1, 0)
    assert held(practice) == THEIRS


def test_a_domain_alone_is_a_mistake(sendready: Run, practice: Practice, world_of: WorldOf) -> None:
    assert sendready("cleanup", DOMAIN, environment=world_of(practice)).returncode == 2
