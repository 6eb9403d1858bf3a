"""What SES itself answers to an application is told from what a receiver says, reply by reply and error by error."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cases_message import given
from messages import bounce, event

from sendready.checks.meaning import SES
from sendready.checks.message import receiver_said
from sendready.checks.registry import all_checks
from sendready.checks.replies import Heard, meaning_of
from sendready.checks.ses_replies import SES_GENERAL, SES_MEANINGS

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
    meant = meaning_of(reply, Heard.ANYWHERE)

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
    meant = meaning_of(reply, Heard.ANYWHERE)

    assert meant is not None
    assert meant.who == "any receiver"


@pytest.mark.parametrize(
    "reply",
    [
        "554 Transaction failed. 554 Reject due to policy restrictions. For explanation visit https://gmx.net/sender",
        "421 Too many concurrent SMTP connections from this IP",
        "554 Message rejected due to spam content",
        "450 4.7.1 Throttling due to low IP reputation",
        "Throttling due to low IP reputation",
        "421 4.4.2 mx.example.net timeout waiting for data from client",
        "451 4.4.2 Timeout waiting for data from client 192.0.2.1",
        "530 5.7.1 Authentication required",
        "550 5.7.0 relay said: 530 Authentication required",
        "530 5.7.0 Must issue a STARTTLS command first. 5b1f17b1804b1-gsmtp",
        "550 5.2.1 sending suspended for this account",
        "550 5.4.1 Recipient address rejected: Access denied. [2001:db8:500::1 2026-11-24T10:00:00.000Z]",
        "504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname",
        "550 5.7.1 The sender's Email address is not verified",
        "550 5.2.1 The recipient's account is paused",
        "smtp; 554 5.2.0 STOREDRV.Deliver.Exception:AccessDeniedException; Failed to process message",
        "AlreadyExists is what our list says of you",
    ],
)
def test_what_is_not_ses_exact_word_at_the_start_is_nowhere_taken_for_its_own(reply: str) -> None:
    meant = meaning_of(reply, Heard.ANYWHERE)

    assert meant is None or meant.who != SES


@pytest.mark.parametrize(
    "reply",
    [
        f"554 {UNVERIFIED}a@b.example",
        "454 Throttling failure: Maximum sending rate exceeded.",
        "421 Too many concurrent SMTP connections",
        "530 Authentication required",
        "552 5.3.4 Message size exceeds limit",
        "554 Message rejected: spam",
        "AccessDeniedException",
    ],
)
def test_a_bounce_never_holds_what_ses_says_to_the_application(reply: str) -> None:
    meant = meaning_of(reply, Heard.RECEIVER)

    assert meant is None or "Amazon SES" not in meant.who


@pytest.mark.parametrize(
    "reply",
    [
        f"smtplib.SMTPDataError: (554, b'{UNVERIFIED}a@b.example')",
        f"Error: Message failed: 554 {UNVERIFIED}a@b.example",
        "botocore.errorfactory.MessageRejected: An error occurred (MessageRejected) when calling the SendEmail"
        f" operation: {UNVERIFIED.removeprefix('Message rejected: ')}a@b.example",
        "operation error SESv2: SendEmail, https response error StatusCode: 400, RequestID: 0f3a-1, MessageRejected:"
        f" {UNVERIFIED.removeprefix('Message rejected: ')}a@b.example",
        "software.amazon.awssdk.services.sesv2.model.MessageRejectedException:"
        f" {UNVERIFIED.removeprefix('Message rejected: ')}a@b.example",
    ],
)
def test_what_an_sdk_writes_around_it_does_not_hide_it(reply: str) -> None:
    meant = meaning_of(reply, Heard.ANYWHERE)

    assert meant is not None
    assert meant.title == "a@b.example is not verified in eu-west-1"


def test_the_user_and_the_action_are_found_in_the_quotes_that_ses_puts_around_them() -> None:
    meant = meaning_of(
        "554 Access denied: User `arn:aws:iam::123456789012:user/x' is not authorized to perform"
        " `ses:SendRawEmail' on resource `arn:aws:ses:eu-west-1:123456789012:identity/b.example'",
        Heard.ANYWHERE,
    )

    assert meant is not None
    assert meant.title == "the credentials may not send this"


def test_a_message_too_large_may_be_for_either() -> None:
    meant = meaning_of("552 5.3.4 Message size exceeds limit", Heard.ANYWHERE)

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
    meant = meaning_of(f"554 {UNVERIFIED}{named}", Heard.ANYWHERE)

    assert meant is not None
    assert meant.title == f"{address} is not verified in eu-west-1"
    assert f"`sendready check {domain} --region eu-west-1`" in meant.do


def test_names_that_could_be_a_command_are_not_repeated_as_one() -> None:
    meant = meaning_of(f"554 {UNVERIFIED}$(reboot)", Heard.ANYWHERE)

    assert meant is not None
    assert "reboot" not in meant.do


def test_findings_that_are_named_exist() -> None:
    assert {each for meaning in SES_MEANINGS + SES_GENERAL for each in meaning.findings} <= set(all_checks())


@pytest.mark.parametrize("notice", [bounce, event])
def test_a_bounce_or_an_event_is_read_as_a_receivers(notice: Callable[[str], bytes]) -> None:
    (hit,) = receiver_said(given(notice("421 Too many concurrent SMTP connections")))

    assert hit.title == "any receiver: put off for now"
