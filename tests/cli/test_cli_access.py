"""`sendready access`: where every region stands, a text for the case, its flaws, and the request itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from commandline import Contract, Run, WorldOf

from sendready.practice.aws.ses_state import Review
from sendready.practice.servers import Practice


def calls(practice: Practice) -> list[str]:
    return [call.operation for call in practice.aws.calls]


@pytest.fixture
def environment(practice: Practice, world_of: WorldOf) -> dict[str, str]:
    practice.finish("shop.example", production=False)
    return world_of(practice)


def test_the_sandbox_is_told_with_what_a_reviewer_would_stumble_over(
    sendready: Run, contract: Contract, environment: dict[str, str], practice: Practice
) -> None:
    result = sendready("access", "shop.example", "--format", "json", environment=environment)

    document = contract.document("access", result)
    assert result.returncode == 4
    assert document["regions"][0]["status"] == "sandbox"
    assert {"no-consent", "no-volume", "no-website"} <= {remark["slug"] for remark in document["remarks"]}
    assert document["reply"] is None
    assert "PutAccountDetails" not in calls(practice)


def test_the_sandbox_says_what_it_means_and_the_command_that_leaves_it(
    sendready: Run, environment: dict[str, str]
) -> None:
    nothing = sendready("access", "shop.example", environment=environment)
    website = sendready("access", "shop.example", "--website", "https://shop.example/", environment=environment)

    assert "mail goes to verified recipients and the mailbox simulator only" in " ".join(nothing.stdout.split())
    command = "  sendready access shop.example --request --website"
    assert nothing.stdout.splitlines()[-1] == f"{command} URL --accept-terms"
    assert website.stdout.splitlines()[-1] == f"{command} https://shop.example/ --accept-terms"


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("account-suspended", "AWS has shut the account's sending down. Its mail went to the account's root mailbox"),
        ("bounce-rate", "AWS has it under review. Its mail went to the account's root mailbox"),
        ("sending-paused", "nothing goes out. Find out who paused it and why"),
    ],
)
def test_an_account_that_aws_or_somebody_stopped_says_so_and_what_to_do(sendready: Run, fault: str, says: str) -> None:
    result = sendready("access", "shop.example", "--fault", fault)

    told = " ".join(result.stdout.split())
    assert result.returncode == 1
    assert says in told
    assert told.count("✗") == 1
    assert "next" not in result.stdout


def test_production_access_has_nothing_to_remark(
    sendready: Run, contract: Contract, practice: Practice, world_of: WorldOf
) -> None:
    practice.finish("shop.example")

    result = sendready("access", "shop.example", "--format", "json", environment=world_of(practice))

    document = contract.document("access", result)
    assert (result.returncode, document["regions"][0]["status"], document["remarks"]) == (0, "production", [])


def test_every_region_is_asked_for_itself(
    sendready: Run, contract: Contract, environment: dict[str, str], practice: Practice
) -> None:
    result = sendready("access", "shop.example", "--all-regions", "--format", "json", environment=environment)

    regions = [one["region"] for one in contract.document("access", result)["regions"]]
    assert regions[0] == practice.region
    assert len(regions) == len(set(regions)) > 20
    assert not any(region.startswith("us-gov") for region in regions)


def test_a_denial_shows_the_case_and_drafts_a_reply_and_asks_no_more(
    sendready: Run, contract: Contract, environment: dict[str, str], practice: Practice
) -> None:
    practice.inflict("review-denied", "shop.example")

    told = sendready("access", "shop.example", "--format", "json", environment=environment)
    reply = sendready("access", "shop.example", "--reply", environment=environment)
    again = sendready(
        *("access", "shop.example", "--request", "--website", "https://shop.example/", "--accept-terms", "--yes"),
        environment=environment,
    )

    document = contract.document("access", told)
    assert told.returncode == again.returncode == 1
    assert document["regions"][0]["review"] == "DENIED"
    assert "displayId=case-" in document["regions"][0]["case_url"]
    assert reply.stdout.startswith("Thank you for your answer.")
    assert "PutAccountDetails" not in calls(practice)


def test_a_review_under_way_is_not_asked_for_again(
    sendready: Run, environment: dict[str, str], practice: Practice
) -> None:
    now = practice.clock.now()
    practice.ses.review = Review(now, now.replace(year=now.year + 1), "GRANTED", "case-1")
    practice.ses.details = {"MailType": "TRANSACTIONAL", "WebsiteURL": "https://shop.example", "ContactLanguage": "EN"}

    result = sendready("access", "shop.example", "--request", "--accept-terms", "--yes", environment=environment)

    assert result.returncode == 4
    assert "AWS is reading the request" in " ".join(result.stdout.split())
    assert "PutAccountDetails" not in calls(practice)


def test_a_request_is_made_only_when_it_is_complete_and_agreed_to(
    sendready: Run, environment: dict[str, str], practice: Practice
) -> None:
    ask = ("access", "shop.example", "--request", "--website", "https://shop.example/")

    incomplete = sendready(*ask, "--yes", environment=environment)
    unasked = sendready(*ask, "--accept-terms", environment=environment)
    assert (incomplete.returncode, unasked.returncode) == (2, 2)
    assert "--accept-terms" in incomplete.stderr
    assert "PutAccountDetails" not in calls(practice)
    asked = sendready(*ask, "--accept-terms", "--yes", environment=environment)

    assert asked.returncode == 0
    assert calls(practice).count("PutAccountDetails") == 1
    assert practice.ses.details is not None
    assert "UseCaseDescription" not in practice.ses.details


def test_the_text_is_written_once_and_read_back(
    sendready: Run, contract: Contract, environment: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "case.txt"

    written = sendready(
        "access", "shop.example", "--volume", "500 a day", "--write", str(path), environment=environment
    )
    printed = sendready("access", "shop.example", "--volume", "500 a day", "--draft", environment=environment)
    again = sendready("access", "shop.example", "--write", str(path), environment=environment)
    path.write_text("We send mail to purchased lists.")
    read = sendready("access", "shop.example", "--dossier", str(path), "--format", "json", environment=environment)

    assert (written.returncode, again.returncode) == (0, 2)
    assert "500 a day" in printed.stdout
    document = contract.document("access", read)
    assert document["dossier"] == "We send mail to purchased lists."
    assert "bought-lists" in {remark["slug"] for remark in document["remarks"]}


def test_apply_tells_the_flaws_before_it_asks(sendready: Run, environment: dict[str, str]) -> None:
    ask = ("--request-access", "--accept-terms", "--website", "https://shop.example/", "--yes")

    result = sendready("apply", "shop.example", *ask, environment=environment)

    told = " ".join(result.stderr.split())
    assert told.index("access request: Nothing says how much you send") < told.index("✓ Ask AWS for production access")


def test_without_permission_it_could_not_look(sendready: Run) -> None:
    result = sendready("access", "shop.example", "--fault", "access-denied=ses:GetAccount")

    assert result.returncode == 3
    assert "ses:GetAccount" in result.stderr


@pytest.mark.parametrize("text", ["--draft", "--reply"])
def test_a_request_and_a_text_are_not_asked_for_at_once(
    sendready: Run, environment: dict[str, str], practice: Practice, text: str
) -> None:
    result = sendready("access", "shop.example", "--request", "--yes", text, environment=environment)

    assert result.returncode == 2
    assert "only write a text" in result.stderr
    assert "PutAccountDetails" not in calls(practice)
