"""What a receiver's reply means, by replies as they stand in bounces."""

from __future__ import annotations

import pytest

from sendready.checks.registry import all_checks
from sendready.checks.replies import MEANINGS, looks_like_a_reply, meaning_of

GMAIL_RATE = (
    "421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating from your DKIM domain"
    " [example.com 36]. To protect our users from spam, mail sent from your domain has been temporarily rate limited."
)
GMAIL_NOBODY = "550-5.7.26 Your email has been blocked because the sender is unauthenticated."
GMAIL_POLICY = "550 5.7.26 Unauthenticated email from example.com is not accepted due to domain's DMARC policy."
S3150 = "550 5.7.1 messages from [192.0.2.1] weren't sent. part of their network is on our block list (S3150)."


@pytest.mark.parametrize(
    ("reply", "who", "finding"),
    [
        (GMAIL_RATE, "Gmail", "REP002"),
        (GMAIL_NOBODY, "Gmail", "KIM001"),
        (GMAIL_POLICY, "Gmail", "DMC033"),
        ("550-5.7.27 SPF with ip-address = did not pass", "Gmail", "MFR007"),
        ("421 4.7.30 DKIM = Did not pass.", "Gmail", "KIM001"),
        ("421-4.7.40 the sending domain does not have a DMARC record", "Gmail", "DMC001"),
        ("550-5.7.32 From: header isn't aligned", "Gmail", "DMC033"),
        (
            "550 5.7.515 Access denied, sending domain doesn't meet the required level",
            "Outlook.com",
            "MFR007",
        ),
        ("421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to user complaints", "Yahoo", "REP002"),
        ("smtp; 550 5.1.1 user unknown", "any receiver", "REP001"),
        ("550 5.7.22 no valid author-matched DKIM signature", "any receiver", "KIM001"),
    ],
)
def test_a_reply_leads_to_what_may_be_behind_it(reply: str, who: str, finding: str) -> None:
    meant = meaning_of(reply)

    assert meant is not None
    assert (meant.who, finding in meant.findings) == (who, True)


def test_line_breaks_of_a_bounce_do_not_matter() -> None:
    assert meaning_of(GMAIL_RATE.replace(" ", "\n  ")) == meaning_of(GMAIL_RATE)


def test_a_block_list_of_microsofts_is_not_taken_for_a_policy_of_anybody() -> None:
    meant = meaning_of(S3150)

    assert meant is not None
    assert meant.title == "the sending address is on Microsoft's block list"


def test_findings_that_are_named_exist() -> None:
    assert {each for meaning in MEANINGS for each in meaning.findings} <= set(all_checks())


@pytest.mark.parametrize(("text", "is_one"), [("KIM004", False), ("doubled-domain", False), ("5.7.26", True)])
def test_a_reply_is_told_from_the_name_of_a_finding(text: str, is_one: bool) -> None:
    assert looks_like_a_reply(text) is is_one


@pytest.mark.parametrize(
    ("reply", "title"),
    [
        ("454 Throttling failure: Maximum sending rate exceeded.", "more mails a second than the account may send"),
        ("454 Throttling failure: Daily message quota exceeded.", "the account's quota of 24 hours is used up"),
        ("454 Temporary service failure", "SES could not take the mail just now"),
        ("451 Temporary service failure", "SES could not take the mail just now"),
        ("454 Temporary authentication failure", "SES could not take the mail just now"),
        ("535 Authentication Credentials Invalid", "the SMTP user name or password is wrong"),
        ("535 Account not subscribed to SES", "the account of these credentials has not signed up for SES"),
        ("530 Must issue a STARTTLS command first", "the connection must be encrypted first"),
        ("530 Authentication required", "the application did not log in"),
        (
            "554 Message rejected: Email address is not verified. The following identities failed the check in region"
            " EU-WEST-1: a@b.example",
            "an address is not verified in this region",
        ),
        (
            "554 Access denied: User `arn:aws:iam::1:user/u` is not authorized to perform `ses:SendRawEmail' on"
            " resource `arn:aws:ses:eu-west-1:1:identity/b.example'",
            "a policy does not let these credentials send",
        ),
        (
            "554 Access denied: User ... is not authorized to perform ses:SendRawEmail",
            "a policy does not let these credentials send",
        ),
        ("AccessDeniedException", "a policy does not let these credentials send"),
        ("501 Invalid MAIL FROM address provided", "the address in the SMTP command is malformed"),
        ("451 4.4.2 Timeout waiting for data from client", "your application was silent for too long"),
        ("421 Too many concurrent SMTP connections", "too many SMTP connections at once"),
        ("554 Transaction failed: Expected disposition, got null", "SES could not take the message apart"),
        ("552 Message is too long.", "the message is too large"),
        ("MessageRejected", "SES refused the message"),
        ("messagerejected", "SES refused the message"),
        ("MailFromDomainNotVerifiedException", "the custom MAIL FROM domain is not verified"),
        ("AccountSuspendedException", "the account may not send"),
        ("SendingPausedException", "sending is paused"),
        ("LimitExceededException", "there are too many of something"),
        ("TooManyRequestsException", "too many requests at once"),
    ],
)
def test_what_ses_answers_itself_is_not_taken_for_a_receivers_reply(reply: str, title: str) -> None:
    meant = meaning_of(reply)

    assert looks_like_a_reply(reply)
    assert meant is not None
    assert (meant.who, meant.title) == ("Amazon SES, to your application", title)
    assert meant.source.startswith(("https://docs.aws.amazon.com/", "https://repost.aws/"))


def test_what_any_server_says_is_not_put_down_to_ses() -> None:
    syntax, size = meaning_of("500 5.5.2 Syntax error"), meaning_of("552 5.3.4 Message size exceeds limit")

    assert syntax is not None
    assert syntax.title == "a command was not understood"
    assert size is not None
    assert size.title == "the message is too large"
    assert not {syntax.who, size.who} & {"Amazon SES, to your application"}


@pytest.mark.parametrize(
    ("reply", "who"),
    [
        ("554 5.7.9 Message not accepted for policy reasons", "Yahoo"),
        ("550 5.7.1 Service unavailable, S3140", "Outlook.com"),
        ("421 4.7.0 [TSS04] Messages temporarily deferred", "Yahoo"),
        ("451 4.7.1 Greylisted, try again later", "any receiver"),
        ("550 5.7.1 Access denied", "any receiver"),
    ],
)
def test_what_a_receiver_says_is_not_put_down_to_ses(reply: str, who: str) -> None:
    meant = meaning_of(reply)

    assert meant is not None
    assert meant.who == who
