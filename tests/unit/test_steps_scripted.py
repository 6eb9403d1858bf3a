"""The same, scripted: a command line that a shell reads as what was chosen, and nothing else."""

from __future__ import annotations

import shlex
from pathlib import Path

from sendready.model.answers import Answered, Answers, DmarcPolicy, Source
from sendready.steps.scripted import scripted
from sendready.wiring import Connection

ANSWERS = Answers(
    dmarc=DmarcPolicy.QUARANTINE,
    website="https://shop.example/?a=1&b=2",
    contacts=("a@shop.example", "b@shop.example"),
    test=True,
    request_access=False,
)
HERE = Connection()


def words(answered: Answered, connection: Connection = HERE) -> list[str]:
    return shlex.split(scripted("o'brien@shop.example", answered, connection.flags))


def test_what_somebody_chose_is_given_and_defaults_are_not() -> None:
    sources = dict.fromkeys(("dmarc", "website", "contacts", "test", "request_access"), Source.ASKED)

    assert words(Answered(ANSWERS, sources)) == [
        *("sendready", "apply", "o'brien@shop.example", "--dmarc", "quarantine"),
        *("--website", "https://shop.example/?a=1&b=2"),
        *("--contacts", "a@shop.example", "--contacts", "b@shop.example", "--test", "--yes", "--wait", "30m"),
    ]


def test_what_was_found_or_made_up_by_practice_is_not_said_again() -> None:
    sources = {"dmarc": Source.FOUND, "website": Source.PRACTICE, "contacts": Source.DEFAULT}

    assert words(Answered(ANSWERS, sources)) == ["sendready", "apply", "o'brien@shop.example", "--yes", "--wait", "30m"]


def test_it_leads_to_the_same_account_and_dns() -> None:
    connection = Connection(profile="work mail", region="eu-west-1", resolver="127.0.0.1:53")

    assert words(Answered(), connection)[3:9] == [
        *("--profile", "work mail", "--region", "eu-west-1", "--resolver", "127.0.0.1:53")
    ]


def test_a_practice_world_is_practised_again() -> None:
    assert words(Answered(), Connection(region="eu-west-1", practice=True))[3:5] == ["--practice", "--yes"]


def test_a_zone_in_place_of_the_practice_zone_goes_along() -> None:
    assert Connection(practice=True, zone_file=Path("own.zone")).flags == {"practice": True, "zone": "own.zone"}
