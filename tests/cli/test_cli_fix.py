"""`check --fix` mends what was found and nothing else: shown, agreed to, made, and looked at again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commandline import Contract, OnTerminal, Run, WorldOf, changes_made, of_type

from sendready.practice.servers import Practice

DOMAIN = "shop.example"
FIX = ("check", DOMAIN, "--fix")


@pytest.fixture(autouse=True)
def _finished(practice: Practice) -> None:
    practice.finish(DOMAIN)


def mx(practice: Practice) -> tuple[str, ...]:
    zone = practice.zone_of(DOMAIN)
    found = zone.get(f"bounce.{DOMAIN}", "MX") if zone is not None else None
    return tuple(found.values) if found is not None else ()


def test_a_missing_record_is_added_and_looked_at_again(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract
) -> None:
    practice.take(DOMAIN, f"bounce.{DOMAIN}", "MX")

    result = sendready(*FIX, "--yes", "--format", "json", environment=world_of(practice))

    events = contract.stream(result)
    assert changes_made(practice) == ["ChangeResourceRecordSets"]
    assert mx(practice) == (f"10 feedback-smtp.{practice.region}.amazonses.com.",)
    assert of_type(events, "observed")[0]["verdict"] == "broken"
    assert events[-1]["verdict"] == "ready"
    assert result.returncode == 0


def test_what_was_seen_is_shown_before_and_after(sendready: Run, practice: Practice, world_of: WorldOf) -> None:
    practice.take(DOMAIN, f"bounce.{DOMAIN}", "MX")

    result = sendready(*FIX, "--yes", environment=world_of(practice))

    before, after = result.stdout.split("\n\n\n")
    assert before.startswith(f"{DOMAIN}  ✗ broken")
    assert after.startswith(f"{DOMAIN}  ✓ ready")
    assert f"+ Add MX bounce.{DOMAIN}" in result.stderr


def test_without_consent_nothing_happens(sendready: Run, practice: Practice, world_of: WorldOf) -> None:
    practice.take(DOMAIN, f"bounce.{DOMAIN}", "MX")

    result = sendready(*FIX, environment=world_of(practice))

    assert result.returncode == 2
    assert "Pass `--yes`" in result.stderr
    assert (changes_made(practice), mx(practice)) == ([], ())


@pytest.mark.parametrize(("answer", "made", "code"), [("n", [], 1), ("y", ["ChangeResourceRecordSets"], 0)])
def test_on_a_terminal_it_is_asked(
    on_terminal: OnTerminal, practice: Practice, world_of: WorldOf, answer: str, made: list[str], code: int
) -> None:
    practice.take(DOMAIN, f"bounce.{DOMAIN}", "MX")
    terminal = on_terminal(*FIX, environment=world_of(practice))
    terminal.until(r"Make this change\? \[y/N\]")

    terminal.answer(answer)
    terminal.rest()

    assert changes_made(practice) == made
    assert terminal.process.returncode == code


def test_signing_is_switched_on(sendready: Run, practice: Practice, world_of: WorldOf) -> None:
    practice.ses.identities[DOMAIN].signing = False

    result = sendready(*FIX, "--yes", environment=world_of(practice))

    assert result.returncode == 0
    assert changes_made(practice) == ["PutEmailIdentityDkimAttributes"]
    assert practice.ses.identities[DOMAIN].signing


def test_another_value_is_shown_and_left_alone(sendready: Run, practice: Practice, world_of: WorldOf) -> None:
    practice.take(DOMAIN, f"bounce.{DOMAIN}", "MX")
    practice.put(DOMAIN, f"bounce.{DOMAIN}", "MX", ["10 mail.other.example."])

    result = sendready(*FIX, "--yes", environment=world_of(practice))

    assert result.returncode == 1
    assert changes_made(practice) == []
    assert mx(practice) == ("10 mail.other.example.",)
    assert "left to you, as told above: MFR006" in " ".join(result.stderr.split())


def test_what_nobody_has_set_up_is_not_set_up(sendready: Run, practice: Practice, world_of: WorldOf) -> None:
    """No MAIL FROM, no production access, and everything that would ask for it answered in the file."""
    practice.finish(DOMAIN, production=False)
    practice.ses.identities[DOMAIN].mail_from = None
    practice.take(DOMAIN, f"bounce.{DOMAIN}", "MX")
    environment = {
        **world_of(practice),
        "SENDREADY_REQUEST_ACCESS": "true",
        "SENDREADY_ACCEPT_TERMS": "true",
        "SENDREADY_WEBSITE": "https://shop.example",
        "SENDREADY_TEST": "true",
    }

    result = sendready(*FIX, "--yes", environment=environment)

    assert changes_made(practice) == []
    assert "left to you, as told above: MFR021" in " ".join(result.stderr.split())


def test_an_identity_that_ses_does_not_have_is_not_created(
    sendready: Run, practice: Practice, world_of: WorldOf
) -> None:
    practice.register("new.example")

    result = sendready("check", "new.example", "--fix", "--yes", environment=world_of(practice))

    assert result.returncode == 4
    assert changes_made(practice) == []
    assert "`sendready apply new.example` does that" in " ".join(result.stderr.split())


def test_only_what_was_asked_for_is_mended(sendready: Run, practice: Practice, world_of: WorldOf) -> None:
    practice.take(DOMAIN, f"bounce.{DOMAIN}", "MX")
    practice.ses.identities[DOMAIN].signing = False

    sendready(*FIX, "--yes", "--only", "KIM032", environment=world_of(practice))

    assert changes_made(practice) == ["PutEmailIdentityDkimAttributes"]
    assert mx(practice) == ()


def test_of_what_was_not_asked_for_nothing_is_told(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract
) -> None:
    practice.take(DOMAIN, f"bounce.{DOMAIN}", "MX")
    practice.put(DOMAIN, f"bounce.{DOMAIN}", "MX", ["10 mail.other.example."])
    practice.ses.identities[DOMAIN].signing = False
    look = (*FIX, "--yes", "--only", "KIM032", "--format", "json")

    events = contract.stream(sendready(*look, environment=world_of(practice)))

    assert of_type(events, "conflict") == []
    assert [event["change"]["key"] for event in of_type(events, "changed")] == ["dkim.enable-signing"]
    assert events[-1]["exit"] == 0


def test_a_change_that_fails_is_told_and_is_the_exit_code(
    sendready: Run, practice: Practice, world_of: WorldOf
) -> None:
    practice.take(DOMAIN, f"bounce.{DOMAIN}", "MX")
    practice.aws.deny("route53:ChangeResourceRecordSets")

    result = sendready(*FIX, "--yes", environment=world_of(practice))

    assert result.returncode == 1
    assert "route53:ChangeResourceRecordSets" in result.stderr


def test_where_it_cannot_be_looked_nothing_is_mended(sendready: Run, practice: Practice, world_of: WorldOf) -> None:
    practice.aws.deny("ses:GetEmailIdentity")

    result = sendready(*FIX, "--yes", environment=world_of(practice))

    assert result.returncode == 3
    assert changes_made(practice) == []


def test_a_domain_that_is_ready_is_left_as_it_is(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract
) -> None:
    text = sendready(*FIX, environment=world_of(practice))
    stream = contract.stream(sendready(*FIX, "--format", "json", environment=world_of(practice)))

    assert (text.returncode, changes_made(practice)) == (0, [])
    assert stream[-1]["detail"] == "nothing was changed"
    assert "nothing to change" not in text.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", DOMAIN, "other.example", "--fix"),
        ("check", DOMAIN, "--fix", "--dns-only"),
        ("check", DOMAIN, "--fix", "--format", "junit"),
        ("check", DOMAIN, "--yes"),
    ],
)
def test_what_it_cannot_go_with_is_a_mistake(sendready: Run, arguments: tuple[str, ...]) -> None:
    assert sendready(*arguments).returncode == 2


def test_what_was_mended_is_kept_as_the_look_to_compare_with(
    sendready: Run, practice: Practice, world_of: WorldOf, tmp_path: Path
) -> None:
    practice.take(DOMAIN, f"bounce.{DOMAIN}", "MX")

    sendready(*FIX, "--yes", environment=world_of(practice))

    (lines,) = tmp_path.rglob("history.jsonl")
    assert [json.loads(line)["verdict"] for line in lines.read_text("utf-8").splitlines()] == ["broken", "ready"]


def test_where_a_record_was_entered_wrong_its_useless_twin_is_told_and_left(
    sendready: Run, practice: Practice, world_of: WorldOf
) -> None:
    practice.inflict("doubled-domain", DOMAIN)
    (*_, token) = practice.ses.identities[DOMAIN].tokens

    result = sendready(*FIX, "--yes", environment=world_of(practice))

    told = "".join(result.stderr.split())
    assert "lefttoyou:deletewhatnobodyasksforat" in told
    assert f"{token}._domainkey.{DOMAIN}.{DOMAIN}" in told.partition("lefttoyou:delete")[2]
    zone = practice.zone_of(DOMAIN)
    assert zone is not None
    assert zone.get(f"{token}._domainkey.{DOMAIN}.{DOMAIN}", "CNAME") is not None


def test_a_practice_world_that_ends_has_no_next_command(sendready: Run) -> None:
    result = sendready(*FIX, "--yes", "--practice", "--fault", "doubled-domain")

    before, after = result.stdout.split("\n\n\n")
    assert "next  sendready" in before
    assert "next  sendready" not in after
    assert "this practice world ends here" in after
