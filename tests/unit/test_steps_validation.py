"""Answers that AWS or DNS would refuse are refused here, before anything is done, and the flag is named."""

from __future__ import annotations

import pytest
from builders import DOMAIN

from sendready.model.answers import Answers, flag_of
from sendready.model.errors import BadInput, ExitCode
from sendready.model.identity import Identity, IdentityKind
from sendready.steps.validation import check_answers, problem_with

IDENTITY = Identity(DOMAIN)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mail_from", "bounce"),
        ("mail_from", "BOUNCE"),
        ("mail_from", "a-b.bounce.example.com"),
        ("mail_from", "bounce.example.com."),
        ("mail_from", "none"),
        ("mail_from", "None"),
        ("mail_from", ""),
        ("mail_from", " none "),
        ("mail_from", "a" * 63),
        ("dmarc_reports", ""),
        ("dmarc_reports", "dmarc@example.com"),
        ("dmarc_reports", "dmarc+agg@reports.example.co.uk"),
        ("sender_arn", "arn:aws:sts::123456789012:assumed-role/app/session"),
        ("smtp_host", "email-smtp.eu-west-1.amazonaws.com."),
        ("from_local", "hello"),
        ("from_local", "first.last+x"),
        ("from_local", "a" * 64),
        ("website", ""),
        ("website", "https://example.com"),
        ("website", "http://example.com:8080/path?x=1"),
        ("website", "https://example.com/" + "a" * 980),
        ("contacts", ()),
        ("contacts", ("a@b.co", "b@b.co", "c@b.co", "d@b.co")),
        ("tag", ()),
        ("tag", ("team=mail", "cost center=42", "url=https://example.com/x", "empty=", "größe=1")),
        ("tag", (f"{'k' * 128}={'v' * 256}",)),
        ("events_to", ""),
        ("events_to", "postmaster@example.com"),
        ("events_to", "arn:aws:sns:eu-west-1:123456789012:bounces"),
        ("events_to", "arn:aws-us-gov:events:us-gov-west-1:123456789012:event-bus/default"),
        ("configuration_set", ""),
        ("configuration_set", "My_set-1"),
    ],
)
def test_a_good_answer_has_no_problem(name: str, value: object) -> None:
    assert problem_with(name, value, IDENTITY) is None


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("mail_from", "example.com", "below example.com"),
        ("events_to", "postmaster", "neither an address nor an ARN"),
        ("events_to", "arn:aws:sqs:eu-west-1:123456789012:queue", "neither an SNS topic nor an event bus"),
        ("configuration_set", "my.set", "not a configuration set's name"),
        ("configuration_set", "s" * 65, "not a configuration set's name"),
        ("sender_arn", "app", "not the ARN of a user or role"),
        ("sender_arn", "arn:aws:iam::123456789012:root", "not the ARN of a user or role"),
        ("smtp_host", "email-smtp", "not a host's name"),
        ("smtp_host", "smtp://email-smtp.eu-west-1.amazonaws.com:587 ", "not a host's name"),
        ("mail_from", "Example.COM.", "below example.com"),
        ("mail_from", "bounce.example.org", "below example.com"),
        ("mail_from", "bounce.notexample.com", "below example.com"),
        ("mail_from", "a" * 64, "not a name DNS can hold"),
        ("mail_from", "-bounce", "not a name DNS can hold"),
        ("mail_from", "bou nce", "not a name DNS can hold"),
        ("mail_from", "_bounce", "not a name DNS can hold"),
        ("mail_from", "bounce..example.com", "not a name DNS can hold"),
        ("mail_from", ".bounce", "not a name DNS can hold"),
        ("mail_from", ".bounce.example.com", "not a name DNS can hold"),
        ("mail_from", "bücher", "not a name DNS can hold"),
        ("mail_from", ".".join(["a" * 60] * 5) + ".example.com", "not a name DNS can hold"),
        ("dmarc_reports", "example.com", "not an address"),
        ("dmarc_reports", "a@localhost", "not an address"),
        ("dmarc_reports", "a b@example.com", "not an address"),
        ("dmarc_reports", "a@b@example.com", "not an address"),
        ("dmarc_reports", "ü@example.com", "not an address"),
        ("dmarc_reports", "mailto:a@example.com", "not an address"),
        ("dmarc_reports", "<a@example.com>", "not an address"),
        ("dmarc_reports", "a@example.com,b@example.com", "not an address"),
        ("dmarc_reports", "a!b@example.com", "separator"),
        ("dmarc_reports", "a%b@example.com", "separator"),
        ("dmarc_reports", "a?b@example.com", "separator"),
        ("dmarc_reports", "a#b@example.com", "separator"),
        ("from_local", "", "before the @"),
        ("from_local", "hello@example.com", "before the @"),
        ("from_local", "a b", "before the @"),
        ("from_local", "ü", "before the @"),
        ("from_local", "a" * 65, "before the @"),
        ("website", "example.com", "not a web address"),
        ("website", "ftp://example.com", "not a web address"),
        ("website", "https://localhost", "not a web address"),
        ("website", "https://exa mple.com", "not a web address"),
        ("website", "https://", "not a web address"),
        ("website", "https://[::1", "not a web address"),
        ("website", "https://example.com:port", "not a web address"),
        ("website", "https://example.com/" + "a" * 981, "1000 characters"),
        ("contacts", ("a@b.co",) * 5, "at most 4"),
        ("contacts", ("a@b.co", "nobody"), "`nobody` is not an address"),
        ("contacts", (f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 10}",), "is not an address"),
        ("tag", ("team",), "KEY=VALUE"),
        ("tag", ("=mail",), "KEY=VALUE"),
        ("tag", (" =mail",), "KEY=VALUE"),
        ("tag", ("aws:team=mail",), "for itself"),
        ("tag", ("AWS:team=mail",), "for itself"),
        ("tag", (f"{'k' * 129}=v",), "not a tag AWS accepts"),
        ("tag", (f"k={'v' * 257}",), "not a tag AWS accepts"),
        ("tag", ("a;b=c",), "not a tag AWS accepts"),
        ("tag", ("team=a", "team=b"), "more than once"),
        ("tag", tuple(f"k{n}=v" for n in range(51)), "at most 50"),
    ],
)
def test_a_bad_answer_is_refused_in_words_and_names_its_flag(name: str, value: object, why: str) -> None:
    problem = problem_with(name, value, IDENTITY)

    assert problem is not None
    assert why in problem
    with pytest.raises(BadInput, match=f"^{flag_of(name)}: ") as caught:
        check_answers(Answers(**{name: value}), IDENTITY)  # type: ignore[arg-type]
    assert caught.value.exit_code is ExitCode.USAGE
    assert problem in caught.value.message


def test_the_defaults_are_good_for_every_domain() -> None:
    check_answers(Answers(), IDENTITY)
    check_answers(Answers(), Identity("xn--mnchen-3ya.de"))


def test_an_address_identity_is_not_asked_about_mail_from() -> None:
    address = Identity("a@example.com", IdentityKind.ADDRESS)

    assert problem_with("mail_from", "example.org", address) is None


def test_a_mail_from_that_does_not_fit_below_a_long_domain_is_refused() -> None:
    long = Identity(".".join(["a" * 60] * 4 + ["com"]))

    assert problem_with("mail_from", "b" * 5, long) is None
    assert problem_with("mail_from", "b" * 10, long) is not None


def test_an_answer_that_has_no_rule_has_no_problem() -> None:
    assert problem_with("publish", "anything", IDENTITY) is None
