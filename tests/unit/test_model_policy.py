"""Resource policies, judged as IAM would as far as it can be known from here."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sendready.model.policy import Access, Visit, account_of, grants, judge

ACCOUNT = "123456789012"
TOPIC = f"arn:aws:sns:eu-west-1:{ACCOUNT}:bounces"
SET = f"arn:aws:ses:eu-west-1:{ACCOUNT}:configuration-set/mail"
VISIT = Visit("ses.amazonaws.com", "sns:Publish", TOPIC, SET, ACCOUNT)
SES = {"Service": "ses.amazonaws.com"}


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(principal: Any = None, action: Any = "sns:Publish", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"Effect": "Allow", "Principal": principal or SES, "Action": action, "Resource": TOPIC, **more}


@pytest.mark.parametrize(
    "statement",
    [
        allow(),
        allow(action=["sns:Subscribe", "SNS:publish"]),
        allow(action="sns:*"),
        allow({"Service": ["s3.amazonaws.com", "ses.amazonaws.com"]}),
        allow({"AWS": "*"}, Condition={"StringEquals": {"AWS:SourceOwner": ACCOUNT}}),
        allow("*", Resource="*"),
        allow(Condition={"ArnLike": {"aws:SourceArn": f"arn:aws:ses:*:{ACCOUNT}:configuration-set/*"}}),
        allow(Condition={"StringEquals": {"AWS:SourceAccount": [ACCOUNT]}, "ArnEquals": {"AWS:SourceArn": SET}}),
        allow(Condition={"Bool": {"aws:SecureTransport": True}}),
    ],
)
def test_what_a_statement_allows_is_allowed(statement: dict[str, Any]) -> None:
    assert judge(policy(statement), VISIT) is Access.ALLOWED


@pytest.mark.parametrize(
    "statement",
    [
        allow({"Service": "s3.amazonaws.com"}),
        allow({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}),
        allow(action="sns:Subscribe"),
        allow(Resource=f"{TOPIC}-2"),
        allow(Condition={"StringEquals": {"AWS:SourceAccount": "210987654321"}}),
        allow(Condition={"ArnEquals": {"AWS:SourceArn": SET.replace("mail", "other")}}),
        allow(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1", "AWS:SourceAccount": "210987654321"}}),
        {**allow(), "Effect": "Deny"},
    ],
)
def test_what_no_statement_allows_is_denied(statement: dict[str, Any]) -> None:
    assert judge(policy(statement), VISIT) is Access.DENIED


@pytest.mark.parametrize("text", ["", "no JSON", "[]", '{"Statement": "?"}', "{}"])
def test_a_document_that_cannot_be_read_allows_nothing(text: str) -> None:
    assert judge(text, VISIT) is Access.DENIED
    assert grants(text) == []


def test_a_denial_wins_wherever_it_stands() -> None:
    deny = {**allow("*", "sns:*"), "Effect": "Deny"}

    assert judge(policy(allow(), deny), VISIT) is Access.DENIED
    assert judge(policy(deny, allow()), VISIT) is Access.DENIED
    elsewhere = {**deny, "Condition": {"StringNotEquals": {"AWS:SourceAccount": ACCOUNT}}}
    assert judge(policy(elsewhere, allow()), VISIT) is Access.ALLOWED


def test_what_cannot_be_known_from_here_is_held_against_nobody() -> None:
    by_organisation = {"StringEquals": {"aws:SourceOrgID": "o-1"}}

    assert judge(policy(allow(Condition=by_organisation)), VISIT) is Access.UNSURE
    assert judge(policy(allow(), {**allow(), "Effect": "Deny", "Condition": by_organisation}), VISIT) is Access.UNSURE
    assert judge(policy(allow(Condition={"DateGreaterThan": {"aws:CurrentTime": "2026"}})), VISIT) is Access.UNSURE
    assert judge(policy(allow(), allow(Condition=by_organisation)), VISIT) is Access.ALLOWED


def test_a_statement_may_say_what_it_is_not_about() -> None:
    everything_else = {"Effect": "Deny", "Principal": "*", "NotAction": "sns:Publish", "NotResource": "arn:aws:s3:::x"}

    assert judge(policy(allow(), everything_else), VISIT) is Access.ALLOWED
    assert judge(policy(allow(), {**everything_else, "NotAction": "sns:Subscribe"}), VISIT) is Access.DENIED


def test_whom_a_policy_lets_in_is_listed_statement_by_statement() -> None:
    named = {"Sid": "partners", **allow({"AWS": ["210987654321", "*"]})}

    found = grants(
        policy(named, {**allow("*"), "Condition": {"StringEquals": {"x": "y"}}}, {**allow(), "Effect": "Deny"})
    )

    assert [(one.statement, one.principals, one.conditional) for one in found] == [
        ("partners", ("210987654321", "*"), False),
        ("statement 2", ("*",), True),
    ]


def test_the_account_of_a_principal_is_read_from_an_arn_or_stands_alone() -> None:
    assert account_of("arn:aws:iam::210987654321:role/x") == "210987654321"
    assert account_of("210987654321") == "210987654321"
    assert account_of("*") is None
    assert account_of("AIDAEXAMPLE") is None
