"""Exit codes are a contract with scripts: each row of the table, provoked."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from commandline import WHOLE, Contract, Run, Start, WorldOf, at_once, interrupted, of_type

from sendready.practice.aws.errors import AwsError
from sendready.practice.servers import Practice

# 0


def test_without_wait_every_change_made_is_enough(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract
) -> None:
    practice.register("shop.example")

    result = sendready("apply", "shop.example", "--yes", "--format", "json", environment=world_of(practice))

    assert result.returncode == 0
    assert contract.stream(result)[-1]["verdict"] in ("waiting", "incomplete")


def test_help_is_data(sendready: Run) -> None:
    result = sendready("--help")

    assert result.returncode == 0
    assert "\nCommands\n" in result.stdout


# 1


def test_a_change_that_fails_is_named_and_the_rest_goes_on(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract
) -> None:
    practice.register("shop.example")
    refusal = AwsError("BadRequestException", "MAIL FROM is closed today")
    practice.aws.fail("PutEmailIdentityMailFromAttributes", refusal, times=None)

    result = sendready("apply", "shop.example", "--yes", "--format", "json", environment=world_of(practice))

    assert result.returncode == 1
    changed = of_type(contract.stream(result), "changed")
    (failed,) = [event for event in changed if not event["ok"]]
    assert failed["change"]["key"] == "mail-from.set"
    assert failed["error"]["message"] == "MAIL FROM is closed today"
    done = [event["change"]["key"] for event in changed if event["ok"]]
    assert "identity.create" in done
    assert sum(key.startswith("record.cname.") for key in done) == 3


def test_a_broken_domain_is_one_for_check_and_for_watch(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract
) -> None:
    practice.inflict("records-missing", "shop.example")

    check = sendready("check", "shop.example", environment=world_of(practice))
    watch = sendready("watch", "shop.example", "--format", "json", environment=world_of(practice))

    assert (check.returncode, watch.returncode) == (1, 1)
    assert contract.stream(watch)[-1]["verdict"] == "broken"


# 2


@pytest.mark.parametrize(
    ("words", "problem", "hint"),
    [
        (["chekc", "shop.example"], "`chekc` is neither a command nor a domain", "Did you mean `sendready check`?"),
        (["qqqqqq"], "neither a command nor a domain", "Commands: check, plan,"),
        (["--frobnicate"], "frobnicate", ""),
        (["check", "shop.example", "--formt", "json"], "--formt", "--format"),
        (["check", "shop.example", "--format", "yaml"], "yaml", "--help"),
        (["check"], "no domain was given", "sendready check example.com"),
        (["plan"], "DOMAIN", "sendready plan --help"),
        (["apply", "shop.example", "--wait", "soon"], "`soon` is not a duration", "60s"),
        (["watch", "shop.example", "--wait", "9999999999d"], "longer than anybody can wait", "3d"),
        (["check", "shop.example", "--speed", "50"], "--speed goes with --practice", ""),
        (["check", "shop.example", "--practice", "--speed", "0"], "--speed must be above 0", ""),
        (["schema", "chekc"], "no output is called `chekc`", "check, events, explain, plan, records"),
        (["--region", "eu-west-1", "check", "a.example"], "options come after the command", "sendready check --region"),
        (["watch", "a.example", "b.example"], "`b.example` is too much", "sendready watch --help"),
        (["practice", "--dns-resolver", "127.0.0.1:53"], "--dns-resolver goes with --serve", ""),
        (["practice", "a.example", "b.example"], "one domain at a time", "--serve"),
    ],
)
def test_a_mistake_on_the_command_line_is_named_with_its_way_out(
    sendready: Run, words: list[str], problem: str, hint: str
) -> None:
    result = sendready(*words)

    assert result.returncode == 2
    assert result.stdout == ""
    first, _, rest = result.stderr.partition("\n")
    assert first.startswith("error: ")
    assert problem in first
    assert hint in result.stderr
    assert "Traceback" not in rest


def test_an_unknown_fault_is_answered_with_those_there_are(sendready: Run) -> None:
    result = sendready("check", "shop.example", "--fault", "doubled-domian")

    assert result.returncode == 2
    assert "no fault is called `doubled-domian`" in result.stderr
    assert "doubled-domain" in result.stderr.partition("There are:")[2]


def test_an_answer_that_is_missing_is_named_by_its_flag(sendready: Run, practice: Practice, world_of: WorldOf) -> None:
    practice.register("shop.example")

    result = sendready("apply", "shop.example", "--yes", "--request-access", environment=world_of(practice))

    assert result.returncode == 2
    assert "--website" in result.stderr
    assert "--accept-terms" in result.stderr
    assert "shop.example" not in practice.ses.identities


def test_without_yes_and_without_a_terminal_nothing_is_changed(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract
) -> None:
    practice.register("shop.example")

    result = sendready("apply", "shop.example", "--format", "json", environment=world_of(practice))

    assert result.returncode == 2
    assert "--yes" in result.stderr
    assert contract.stream(result)[-1]["exit"] == 2
    assert "shop.example" not in practice.ses.identities


def test_the_walk_without_a_terminal_names_the_command_that_asks_nothing(sendready: Run) -> None:
    result = sendready("shop.example")

    assert result.returncode == 2
    assert result.stdout == ""
    assert "sendready apply shop.example --yes --wait 30m" in result.stderr


def test_a_profile_that_does_not_exist_is_a_mistake_whatever_else_is_known(
    sendready: Run, practice: Practice, world_of: WorldOf
) -> None:
    practice.finish("shop.example")

    result = sendready("check", "shop.example", "--profile", "nobody", environment=world_of(practice))

    assert result.returncode == 2
    assert result.stdout == ""
    assert "nobody" in result.stderr
    assert "aws configure list-profiles" in result.stderr


# 3


def _without(environment: dict[str, str], *names: str) -> dict[str, str]:
    """The environment with some variables empty, which is how botocore takes them for unset."""
    return {**environment, **dict.fromkeys(names, "")}


def test_denied_the_report_names_the_permission(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract
) -> None:
    practice.inflict("access-denied", "shop.example")
    practice.register("shop.example")

    check = sendready("check", "shop.example", "--format", "json", environment=world_of(practice))
    applied = sendready("apply", "shop.example", "--yes", "--format", "json", environment=world_of(practice))

    assert (check.returncode, applied.returncode) == (3, 3)
    document = contract.document("check", check)
    assert (document["verdict"], document["findings"][0]["id"]) == ("unknown", "ENV015")
    assert document["findings"][0]["subject"] == "ses:GetEmailIdentity"
    assert contract.stream(applied)[-1]["detail"] == "not allowed: ses:GetEmailIdentity"


def test_without_a_region_a_document_is_printed_all_the_same(sendready: Run, contract: Contract) -> None:
    check = sendready("check", "shop.example", "b.example", "--format", "json")
    watch = sendready("watch", "shop.example", "--format", "json")

    assert (check.returncode, watch.returncode) == (3, 3)
    first, second = check.stdout.splitlines()
    assert '"ENV013"' in first
    assert '"domain": "b.example"' in second
    assert contract.stream(watch)[-1] == {
        "type": "result",
        "verdict": "unknown",
        "exit": 3,
        "detail": "no AWS region is set",
    }


def test_without_credentials_dns_is_reported_all_the_same(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract
) -> None:
    practice.finish("shop.example")
    environment = _without(world_of(practice), "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")

    result = sendready("check", "shop.example", "--format", "json", environment=environment)

    assert result.returncode == 3
    document = contract.document("check", result)
    assert [finding["id"] for finding in document["findings"]] == ["ENV010"]
    assert document["alignment"]["dmarc"]["policy"] == "none"


@pytest.mark.parametrize(
    ("words", "variables", "says"),
    [
        ([], {"AWS_ENDPOINT_URL": "not a url"}, "the AWS configuration cannot be used"),
        (
            ["--dns-role-arn", "arn:aws:iam::210987654321:role/dns"],
            {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""},
            "credentials",
        ),
    ],
    ids=["endpoint", "role"],
)
def test_what_boto_chokes_on_is_an_error_that_says_what_to_do(
    sendready: Run,
    practice: Practice,
    world_of: WorldOf,
    words: list[str],
    variables: dict[str, str],
    says: str,
) -> None:
    practice.finish("shop.example")

    result = sendready("plan", "shop.example", *words, environment={**world_of(practice), **variables})

    assert result.returncode in (2, 3)
    assert says in result.stderr
    assert "hint:" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("token", ["a" * 64, "abc._domainkey", "ab cd", "ä"])
def test_what_can_be_no_token_is_refused(sendready: Run, token: str) -> None:
    result = sendready("check", "shop.example", "--dns-only", "--tokens", f"abc,{token}")

    assert result.returncode == 2
    assert f"--tokens: `{token}` is no DKIM token" in " ".join(result.stderr.split())


def test_tokens_go_with_dns_only(sendready: Run) -> None:
    result = sendready("check", "shop.example", "--tokens", "abc")

    assert result.returncode == 2
    assert "--tokens goes with --dns-only" in result.stderr


def test_a_state_that_cannot_be_read_keeps_one_domain_from_being_looked_at_and_no_other(
    sendready: Run, practice: Practice, world_of: WorldOf
) -> None:
    practice.finish("shop.example")
    practice.finish("news.example")
    environment = world_of(practice)
    sendready("check", "shop.example", environment=environment)
    (past,) = Path(environment["SENDREADY_STATE_DIR"]).rglob("past.json")
    past.write_text("{}")

    both = sendready("check", "shop.example", "news.example", "--format", "json", environment=environment)
    alone = sendready("check", "shop.example", environment=environment)

    verdicts = {entry["domain"]: entry["verdict"] for entry in map(json.loads, both.stdout.splitlines())}
    assert verdicts == {"shop.example": "unknown", "news.example": "ready"}
    assert both.returncode == alone.returncode == 3
    assert str(past) in both.stderr
    assert past.read_text() == "{}"


def test_an_endpoint_that_nobody_serves_is_said_to_be_out_of_reach(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract, nobody_listens: str
) -> None:
    environment = {**world_of(practice), "AWS_ENDPOINT_URL": nobody_listens}

    result = sendready("check", "shop.example", "--format", "json", environment=environment)

    assert result.returncode == 3
    findings = contract.document("check", result)["findings"]
    assert [finding["id"] for finding in findings if finding["id"].startswith("ENV")] == ["ENV016"]
    assert nobody_listens in findings[0]["detail"]


def test_credentials_aws_does_not_know_are_told_from_missing_ones(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract
) -> None:
    environment = {**world_of(practice), "AWS_ACCESS_KEY_ID": "AKIAXXXXXXXXXXXXXXXX"}

    result = sendready("plan", "shop.example", environment=environment)

    assert result.returncode == 3
    assert "AWS does not know these credentials" in result.stderr


# 4


def test_a_domain_never_set_up_is_incomplete(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract
) -> None:
    practice.register("shop.example")

    result = sendready("check", "shop.example", "--format", "json", environment=world_of(practice))

    assert result.returncode == 4
    document = contract.document("check", result)
    assert document["verdict"] == "incomplete"
    assert {finding["state"] for finding in document["findings"]} == {"todo"}


def test_a_wait_that_runs_out_says_what_it_waited_for(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract
) -> None:
    practice.register("shop.example")
    practice.review_seconds = timedelta(days=2).total_seconds()

    applied = sendready(
        *("apply", "shop.example", *WHOLE[:-1], "--yes", "--wait", "90s", "--format", "json"),
        environment=world_of(practice),
    )
    watched = sendready("watch", "shop.example", "--wait", "5s", "--format", "json", environment=world_of(practice))

    assert (applied.returncode, watched.returncode) == (4, 4)
    for result in (applied, watched):
        events = contract.stream(result)
        assert events[-1]["verdict"] == "waiting"
        seen = of_type(events, "observed")[-1]["check"]["findings"]
        assert ("SES006", "pending") in [(finding["id"], finding["state"]) for finding in seen]


# 5


def test_a_plan_with_changes_is_five_and_apply_can_show_it_too(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract
) -> None:
    practice.register("shop.example")

    plan = sendready("plan", "shop.example", "--format", "json", environment=world_of(practice))
    dry = sendready("apply", "shop.example", "--dry-run", "--format", "json", environment=world_of(practice))

    assert (plan.returncode, dry.returncode) == (5, 5)
    shown, again = contract.document("plan", plan), contract.document("plan", dry)
    assert shown["changes"] == again["changes"]
    assert shown["changes"][0]["api"] == "ses:CreateEmailIdentity"
    assert "shop.example" not in practice.ses.identities


@pytest.mark.parametrize("command", ["apply", "watch"])
def test_what_is_skipped_counts_in_no_wait(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract, command: str
) -> None:
    practice.register("shop.example")
    environment = world_of(practice)
    sendready("apply", "shop.example", "--yes", "--wait", "1h", environment=environment)

    yes = ["--yes"] if command == "apply" else []
    result = sendready(
        *(command, "shop.example", *yes, "--wait", "1h", "--skip", "ses005", "--format", "json"),
        environment=environment,
    )

    assert result.returncode == 0
    assert contract.stream(result)[-1]["verdict"] == "ready"


@pytest.mark.parametrize("command", ["check", "apply", "watch"])
def test_to_skip_what_no_check_is_called_is_a_mistake(sendready: Run, command: str) -> None:
    result = sendready(command, "shop.example", "--skip", "SES05")

    assert result.returncode == 2
    assert "Did you mean `SES005`?" in result.stderr


def test_records_that_are_left_to_the_user_are_not_done(sendready: Run, practice: Practice, world_of: WorldOf) -> None:
    practice.register("shop.example")

    result = sendready("apply", "shop.example", "--yes", "--publish", "none", environment=world_of(practice))

    assert result.returncode == 4


# 130, and a reader who has had enough


def _told(process: subprocess.Popen[str], kind: str) -> list[str]:
    """Reads a stream of events up to the first of a kind."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if f'"type": "{kind}"' in line:
            return lines
    raise AssertionError(f"no {kind} among {lines}")


@pytest.mark.parametrize(
    "words",
    [["watch", "shop.example"], ["apply", "shop.example", "--yes", "--publish", "none", "--wait", "3d"]],
    ids=["watch", "apply"],
)
def test_ctrl_c_ends_a_wait_and_loses_nothing(
    start: Start, sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract, words: list[str]
) -> None:
    practice.register("shop.example")
    sendready("apply", "shop.example", "--yes", "--publish", "none", environment=world_of(practice))
    process = start(*words, "--format", "json", environment=world_of(practice))
    head = _told(process, "waiting")

    result, seconds = interrupted(process, signal.SIGINT)

    assert result.returncode == 130
    assert seconds < at_once()
    assert "nothing is lost" in result.stderr
    assert "Traceback" not in result.stderr
    result.stdout = "".join(head) + result.stdout
    assert contract.stream(result)[-1]["detail"] == "interrupted"


def test_a_reader_who_has_had_enough_ends_it_as_it_ends_other_programs(
    practice: Practice, world_of: WorldOf, tmp_path: Path
) -> None:
    practice.register("shop.example")
    command = f"{sys.executable} -m sendready apply shop.example --yes --format json | head -1"

    result = subprocess.run(
        ["bash", "-c", f"{command}; echo ${{PIPESTATUS[0]}}"],
        capture_output=True,
        text=True,
        env={**os.environ, **world_of(practice)},
        cwd=tmp_path,
        check=False,
    )

    line, code = result.stdout.splitlines()
    assert line == '{"type": "version", "schema": "sendready.events/1"}'
    assert code == "141"
    assert result.stderr == ""
