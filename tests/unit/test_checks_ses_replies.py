"""What SES itself answers to an application is told from what a receiver says, reply by reply and error by error."""

from __future__ import annotations

import pytest

from sendready.checks.meaning import SES
from sendready.checks.registry import all_checks
from sendready.checks.replies import meaning_of
from sendready.checks.ses_replies import SES_MEANINGS

UNVERIFIED = (
    "Message rejected: Email address is not verified. The following identities failed the check in region EU-WEST-1: "
)


@pytest.mark.parametrize(
    ("reply", "title"),
    [
        ("454 Throttling failure: Maximum sending rate exceeded.", "more messages a second than the account may send"),
        ("454 Throttling failure: Daily message quota exceeded", "the daily sending quota is used up"),
        ("454 Throttling failure: Maximum SigV2 SMTP sending rate exceeded.", "these SMTP credentials are too old"),
        ("454 Temporary authentication failure", "SES could not check the SMTP credentials just now"),
        ("454 Temporary service failure", "SES did not get the request whole"),
        ("451 Temporary service failure", "SES did not get the request whole"),
        ("451 4.4.2 Timeout waiting for data from client", "the application was silent for too long"),
        ("421 Too many concurrent SMTP connections", "too many connections at the same time"),
        ("535 Authentication Credentials Invalid", "the SMTP user name or password is wrong"),
        ("(535, b'Authentication Credentials Invalid')", "the SMTP user name or password is wrong"),
        ("535 Account not subscribed to SES", "the account behind these credentials does not use SES"),
        ("530 Must issue a STARTTLS command first", "the connection is not encrypted"),
        ("530 Authentication required", "the application did not log in"),
        (
            "554 Access denied: User x is not authorized to perform ses:SendRawEmail",
            "the credentials may not send this",
        ),
        ("501 Invalid MAIL FROM address provided", "the sender is not an address"),
        (
            "host email-smtp.us-east-1.amazonaws.com[192.0.2.1] said: 501 Invalid MAIL FROM address provided"
            " (in reply to MAIL FROM command)",
            "the sender is not an address",
        ),
        ("554 Message rejected: Sending paused for this account.", "sending is paused for the whole account"),
        ("MessageRejected", "SES refused the message itself"),
        ("MailFromDomainNotVerifiedException", "the MAIL FROM domain does not work"),
        ("AccountSuspendedException", "AWS has stopped the account from sending"),
        ("SendingPausedException", "sending is paused for the whole account"),
        (
            "An error occurred (SendingPausedException) when calling the SendEmail operation: Sending paused for"
            " configuration set <news>.",
            "sending is paused for the configuration set",
        ),
        (
            "SendingPausedException: Email sending has been disabled for configuration set <mail>.",
            "sending is paused for the configuration set",
        ),
        ("ConfigurationSetDoesNotExistException", "the configuration set does not exist here"),
        ("LimitExceededException", "there are as many of these as the account may have"),
        ("TooManyRequestsException", "too many calls at once"),
        (
            "An error occurred (Throttling) when calling the ListIdentities operation: Rate exceeded",
            "too many calls at once",
        ),
        (
            "ThrottlingException: Maximum sending rate exceeded.",
            "more messages a second than the account may send",
        ),
        ("BadRequestException", "a value in the request is wrong"),
        ("NotFoundException", "something that the request names does not exist in this region"),
        ("AlreadyExistsException", "it is there already"),
        ("ConflictException", "a request for production access is under review"),
        ("InternalServiceErrorException", "AWS could not do it just now"),
        ("AccessDeniedException", "the credentials may not do this"),
        ("ExpiredTokenException", "the session has expired"),
        ("UnrecognizedClientException", "AWS does not know these credentials"),
        ("SignatureDoesNotMatch", "the signature is not right"),
    ],
)
def test_what_ses_answers_is_told_as_ses_answer(reply: str, title: str) -> None:
    meant = meaning_of(reply)

    assert meant is not None
    assert (meant.who, meant.title) == (SES, title)
    assert meant.source.startswith("https://docs.aws.amazon.com/ses/")


@pytest.mark.parametrize(
    "reply",
    [
        "421 Too many concurrent SMTP connections; please try again later.",
        "550 5.7.1 Authentication required",
        "421 4.7.0 Mail is throttled, rate exceeded",
        "554 5.7.1 Validation failed for the sender",
        "550 5.1.1 no such user",
        "550 5.7.1 Access denied",
    ],
)
def test_what_a_receiver_says_in_like_words_is_not_taken_for_ses(reply: str) -> None:
    meant = meaning_of(reply)

    assert meant is not None
    assert meant.who == "any receiver"


def test_a_message_too_large_may_be_for_either() -> None:
    meant = meaning_of("552 5.3.4 Message size exceeds limit")

    assert meant is not None
    assert meant.who == "Amazon SES, or a receiver in a bounce"
    assert "40 MB" in meant.means


@pytest.mark.parametrize(
    ("named", "address", "domain"),
    [
        ("a@b.example", "a@b.example", "b.example"),
        ("Ian Brown <ian@mail.example.com>, ian@mail.example.com", "ian@mail.example.com", "mail.example.com"),
        ("shop.example...", "shop.example", "shop.example"),
    ],
)
def test_the_identity_that_failed_is_named_with_the_command_for_it(named: str, address: str, domain: str) -> None:
    meant = meaning_of(f"554 {UNVERIFIED}{named}")

    assert meant is not None
    assert meant.title == f"{address} is not verified in eu-west-1"
    assert f"`sendready check {domain} --region eu-west-1`" in meant.do


def test_names_that_could_be_a_command_are_not_repeated_as_one() -> None:
    meant = meaning_of(f"554 {UNVERIFIED}$(reboot)")

    assert meant is not None
    assert "reboot" not in meant.do


def test_findings_that_are_named_exist() -> None:
    assert {each for meaning in SES_MEANINGS for each in meaning.findings} <= set(all_checks())
