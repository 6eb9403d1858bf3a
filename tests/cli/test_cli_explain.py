"""`sendready explain`: what SES answers to the application itself, and names that are typed in part."""

from __future__ import annotations

import pytest
from commandline import Contract, Run

PASSWORD = "535 Authentication Credentials Invalid"


def test_what_ses_answers_to_the_application_is_not_taken_for_a_receivers_reply(
    sendready: Run, contract: Contract
) -> None:
    result, told = sendready("explain", PASSWORD), sendready("explain", PASSWORD, "--format", "json")

    assert result.returncode == 0
    assert result.stdout.startswith("Amazon SES: the SMTP user name or password is wrong\n")
    assert "no receiver has seen the message" in result.stdout
    assert "sendready smtp-password --region REGION" in result.stdout
    assert contract.document("explain", told)["who"] == "Amazon SES"


def test_an_error_of_the_api_is_explained_by_its_name_alone(sendready: Run) -> None:
    result = sendready("explain", "MailFromDomainNotVerifiedException")

    assert result.returncode == 0
    assert result.stdout.startswith("Amazon SES: the MAIL FROM domain does not work\n")
    assert "MFR019" in result.stdout


@pytest.mark.parametrize("typed", ["kim4", "KIM-04", "kim 4", "KIM0004"])
def test_an_id_without_its_zeros_is_answered_with_the_one_that_was_meant(sendready: Run, typed: str) -> None:
    result = sendready("explain", typed)

    assert result.returncode == 2
    assert "Did you mean `KIM004`?" in result.stderr


def test_a_number_that_is_longer_than_any_is_no_finding(sendready: Run) -> None:
    number = f"KIM{'9' * 5000}"

    for told in (sendready("explain", number), sendready("check", "shop.example", "--only", number)):
        assert told.returncode == 2
        assert "is no finding" in told.stderr
        assert "Traceback" not in told.stderr


@pytest.mark.parametrize("typed", ["kim4", "KIM-04", "KIM0004"])
def test_an_option_names_the_finding_that_explain_names(sendready: Run, typed: str) -> None:
    told = sendready("check", "shop.example", "--only", typed)

    assert told.returncode == 2
    assert "Did you mean `KIM004`?" in told.stderr
