"""Commands to be copied reach the place that was looked at, and never another one than they name."""

from __future__ import annotations

from sendready.report.commands import reaching

WHERE = {"profile": "work", "region": "us-west-2"}


def test_a_command_of_ours_gets_the_connection_s_options() -> None:
    assert reaching("sendready apply example.com", WHERE) == (
        "sendready apply example.com --profile work --region us-west-2"
    )
    assert reaching("sendready explain SES002", WHERE) == "sendready explain SES002"


def test_a_region_that_the_command_names_is_not_named_again() -> None:
    assert reaching("sendready check example.com --region eu-west-1", WHERE) == (
        "sendready check example.com --region eu-west-1 --profile work"
    )


def test_the_aws_cli_shares_the_profile_alone() -> None:
    assert reaching("aws sesv2 get-account --region eu-west-1", WHERE).endswith("--region eu-west-1 --profile work")
