"""What SES itself answers to the application that sends: its SMTP endpoint's replies and its API's errors.

The replies: "SMTP response codes returned by Amazon SES" (developer guide, troubleshoot-smtp). The errors: "Amazon SES
email sending errors" (troubleshoot-error-messages) and the descriptions in the API reference. Two replies are on
neither page and were read in logs of mail servers that send through SES: `501 Invalid MAIL FROM address provided` and
`530 Must issue a STARTTLS command first`.

Every pattern is looked for at the start of what was said, where `starts` finds it: servers of all kinds use such words
somewhere in theirs.
"""

from __future__ import annotations

import re
from dataclasses import replace

from sendready.checks.meaning import SES, Meaning

SMTP = "https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-smtp.html"
ERRORS = "https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-error-messages.html"
CONNECTING = "https://docs.aws.amazon.com/ses/latest/dg/smtp-connect.html"
QUOTAS = "https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas-errors.html"
PAUSED = "https://docs.aws.amazon.com/ses/latest/dg/faqs-enforcement.html"
SIZE = "https://docs.aws.amazon.com/ses/latest/dg/quotas.html"
SENDING = "https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html"
CALLS = "https://docs.aws.amazon.com/ses/latest/APIReference-V2/CommonErrors.html"

_END = r"\W*( \(in reply to .*\))?$"
"""After the words that are all SES says: others go on, or have some before them."""

_NAMED = r"(?![\w-]|\.\w| (?!\())"
"""After the name of an error: nothing, or its text, but not the next word of a sentence."""

_CARRIERS = re.compile(
    r"host \S*\.amazonaws\.com\S* said: "  # a mail server that relays through SES
    r"|(Invalid login|Message failed|Mail command failed): "  # Nodemailer
    r"|([a-z_]\w*\.)+(?=[A-Z])|[A-Z]\w+: |An error occurred \(|[A-Z]\w+\) when calling the \w+ operation[^:]*: "
    r"|operation error \w+: \w+, (exceeded maximum number of attempts, \d+, )?"
    r"|https response error StatusCode: \d+, RequestID: [\w-]*, |api error "
    r"|\((?=\d)|(454|535|554)([ -]|, b?['\"])|(Message rejected|Throttling failure|Access denied): "
)
"""What may stand before SES's own words, or between the name of an error and its text: its code, or an SDK's words."""


def starts(text: str) -> list[int]:
    """Where what SES said may begin in a text that an SDK or a mail server wrote around it."""
    found = [0]
    while carrier := _CARRIERS.match(text, found[-1]):
        found.append(carrier.end())
    return found


_AGAIN = "Send it again: AWS advises to wait 5, 10, then 30 seconds, and 20 minutes after the third time"

_UNVERIFIED = Meaning(
    SES,
    r"Email address is not verified",
    "an address is not verified in this region",
    "SES sends only from identities it has verified, and in the sandbox only to such, too; each region for itself",
    "Look at the region the application uses, and whether the account has left the sandbox there",
    ("SES001", "SES003", "SES002", "SES005"),
    ERRORS,
)

SES_MEANINGS = (
    _UNVERIFIED,
    Meaning(
        SES,
        r"Daily message quota exceeded",
        "the daily sending quota is used up",
        "the account has sent as many messages in the last 24 hours as it may in this region. SES keeps nothing: what"
        " the application does not send again is lost",
        "Keep the mail and send it when the 24 hours have passed on; look for what sends so much, and ask for a higher"
        " quota. In the sandbox it is 200 a day: production access raises it",
        ("SES009", "SES005"),
        QUOTAS,
    ),
    Meaning(
        SES,
        r"Maximum SigV2 SMTP sending rate exceeded",
        "these SMTP credentials are too old",
        "they were made before 10 January 2019, and SES slows them down",
        "Make new ones in the SES console, change them in the application, then delete the old ones in IAM",
        (),
        ERRORS,
    ),
    Meaning(
        SES,
        r"Maximum sending rate exceeded",
        "more messages a second than the account may send",
        "everything that sends in this account and region counts together. SES keeps nothing: what the application"
        " does not send again is lost",
        "Let the application wait and send the message again, and keep to the rate that `aws sesv2 get-account` names"
        " (MaxSendRate). In the sandbox it is one a second: production access raises it",
        ("SES005",),
        QUOTAS,
    ),
    Meaning(
        SES,
        r"535\W+(b\W)?Account not subscribed to SES",
        "the account behind these credentials does not use SES",
        "the AWS account that owns the SMTP credentials is not signed up for SES",
        "Sign that account up for SES, or use the credentials of the account that has the domain",
        (),
        SMTP,
    ),
    Meaning(
        SES,
        r"User\b.*\bnot authorized to perform\W+ses:Send",
        "the credentials may not send this",
        "a policy in IAM, or the identity's own sending policy, does not allow this action for this identity. SMTP and"
        " raw messages need ses:SendRawEmail, others ses:SendEmail",
        "Compare the user and the identity that SES names with the policy; `sendready policy DOMAIN --for send` prints"
        " one that is enough",
        (),
        SMTP,
    ),
    Meaning(
        "Amazon SES, or a receiver in a bounce",
        r"552\W+(b\W)?(Message is too long|5\.3\.4 Message size)",
        "the message is too large",
        "SES takes up to 40 MB with attachments encoded, which adds a third; in a bounce it is the receiver's own"
        " limit, and many take less",
        "Send a link instead of the attachment",
        (),
        SIZE,
    ),
    Meaning(
        SES,
        r"ConfigurationSetSendingPaused|(Email )?sending (is |has been )?(paused|disabled) for configuration set"
        r"|configuration set\b.*\bpaused",
        "sending is paused for the configuration set",
        "somebody, or an alarm, switched off the set that the message names or the identity has",
        "Find out who paused it and why, then switch it on: aws sesv2 put-configuration-set-sending-options"
        " --configuration-set-name NAME --sending-enabled",
        ("SES012",),
        SENDING,
    ),
    Meaning(
        SES,
        r"Sending paused for this account|Account is paused|SendingPausedException",
        "sending is paused for the whole account",
        "AWS paused it, or you did; nothing leaves in this region until it is switched on again",
        "Read the mail in the inbox of the account's root address: AWS writes there why, and what it wants. If you"
        " paused it yourself: aws sesv2 put-account-sending-attributes --sending-enabled",
        ("SES007", "SES008"),
        PAUSED,
    ),
    Meaning(
        SES,
        r"AccountSuspended",
        "AWS has stopped the account from sending",
        "the API reference calls it a permanent restriction: nothing leaves unless AWS takes it back",
        "Reply in the support case that AWS opened: the cause, what you changed, what keeps it from coming back.",
        ("SES008",),
        PAUSED,
    ),
    Meaning(
        SES,
        r"MailFromDomainNotVerified|MAIL FROM domain is not verified",
        "the MAIL FROM domain does not work",
        "SES finds no MX record of its own there, and the identity is set to refuse mail then",
        "Publish the MX record again: `sendready check DOMAIN` shows it",
        ("MFR019", "MFR001", "MFR002", "MFR003"),
        ERRORS,
    ),
    Meaning(
        SES,
        r"ConfigurationSetDoesNotExist|Configuration set\b.*\bdoes not exist",
        "the configuration set does not exist here",
        "the message names one, or the identity has one, that is not in this region",
        "Look at the spelling and the region; create it again, or let the message name another",
        ("SES011",),
        ERRORS,
    ),
    Meaning(
        SES,
        r"ProductionAccessNotGranted",
        "the account is still in the sandbox",
        "this call is only for accounts with production access",
        "Ask for it: sendready access DOMAIN",
        ("SES005",),
        CALLS,
    ),
    Meaning(
        SES,
        rf"LimitExceeded(Exception)?{_NAMED}",
        "there are as many of these as the account may have",
        "a limit on how many identities, configuration sets, destinations and so on there can be; the text behind the"
        " name says which",
        "Delete what nobody uses, or ask for more in the Service Quotas console",
        (),
        SIZE,
    ),
    Meaning(
        SES,
        rf"((TooManyRequests|Throttling|Throttled)Exception|TooManyRequests|Throttling){_NAMED}"
        rf"|454\W+(b\W)?Throttling failure(:|{_END})",
        "too many calls at once",
        "everything in this account and region that makes this call counts together; most calls that are not for"
        " sending may come once a second",
        "Wait and call again, more slowly each time; nothing was done. If your own rate is lower than that, see"
        " https://health.aws.amazon.com",
        (),
        ERRORS,
    ),
    Meaning(
        SES,
        rf"AccessDenied(Exception)?{_NAMED}|User\b.*\bnot authorized to perform\W+\w+:\w+",
        "the credentials may not do this",
        "no policy allows the action, or one forbids it",
        "The text names the action and what it was for; `sendready policy DOMAIN` prints a policy that is enough",
        ("ENV015",),
        CALLS,
    ),
    Meaning(
        SES,
        rf"ExpiredToken(Exception)?{_NAMED}|(The )?security token included in the request is expired",
        "the session has expired",
        "temporary credentials end, and these have",
        "Log in again (`aws sso login`, `aws login`); in an application let the SDK renew them instead of copying them",
        ("ENV011",),
        CALLS,
    ),
    Meaning(
        SES,
        rf"(InvalidClientTokenId|UnrecognizedClient(Exception)?|InvalidAccessKeyId){_NAMED}",
        "AWS does not know these credentials",
        "the key was deleted or switched off, misspelt, or is of another partition; a region that the account has not"
        " enabled answers like this, too",
        "Look at the key in IAM, and at `aws sts get-caller-identity`",
        ("ENV010", "ENV018"),
        CALLS,
    ),
    Meaning(
        SES,
        rf"(SignatureDoesNotMatch|InvalidSignature(Exception)?|RequestExpired|RequestTimeTooSkewed){_NAMED}",
        "the signature is not right",
        "the secret key is not the one of the access key, or this machine's clock is more than five minutes off",
        "Turn on network time; copy the secret again, whole. An SMTP password is no secret key",
        ("ENV009",),
        CALLS,
    ),
    Meaning(
        SES,
        rf"(BadRequestException|InvalidParameterValue|ValidationError|ValidationException){_NAMED}",
        "a value in the request is wrong",
        "SES understood the request but not one of its values; the text behind the name says which. Addresses are plain"
        " ASCII: a domain in other letters is written as punycode",
        "Mend the value and send it again; the same request fails every time",
        (),
        ERRORS,
    ),
    Meaning(
        SES,
        rf"(NotFoundException|TemplateDoesNotExist(Exception)?){_NAMED}",
        "something that the request names does not exist in this region",
        "an identity, a configuration set or a template; each region has its own",
        "Look at the region the application uses and at the name: `sendready check DOMAIN` looks at the identity and"
        " its set",
        ("SES001", "SES002", "SES011"),
        SENDING,
    ),
    Meaning(
        SES,
        rf"AlreadyExists(Exception)?{_NAMED}",
        "it is there already",
        "something of this name exists in this region; nothing was changed",
        "Look at what is there before you change it: `sendready check DOMAIN`. An identity is never to be deleted for"
        " this: its DKIM tokens would change",
        (),
        CALLS,
    ),
    Meaning(
        SES,
        rf"ConflictException{_NAMED}",
        "a request for production access is under review",
        "SES takes no second one before the first is decided",
        "Wait for AWS's answer: `sendready access DOMAIN` says how it stands",
        ("SES006",),
        "https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_PutAccountDetails.html",
    ),
    Meaning(
        SES,
        rf"(ConcurrentModification(Exception)?|InternalServiceError(Exception)?|InternalFailure"
        rf"|ServiceUnavailable(Exception)?){_NAMED}",
        "AWS could not do it just now",
        "the request may be in order",
        "Send it again in a moment; if it stays so, see https://health.aws.amazon.com",
        (),
        CALLS,
    ),
)
"""What nobody else says, the most particular first: what an error's text says before what its name alone does."""

SES_GENERAL = (
    Meaning(
        SES,
        rf"454 Temporary authentication failure{_END}",
        "SES could not check the SMTP credentials just now",
        "they were neither accepted nor refused",
        f"{_AGAIN}. If it stays so, look at whether the access key behind them is still active in IAM",
        (),
        SMTP,
    ),
    Meaning(
        SES,
        rf"45[14] Temporary service failure{_END}",
        "SES did not get the request whole",
        "the message was not sent, and SES does not try again by itself: the application has to",
        f"{_AGAIN}. If it stays so, see https://health.aws.amazon.com",
        (),
        SMTP,
    ),
    Meaning(
        SES,
        rf"451 (4\.4\.2 )?Timeout waiting for data from client{_END}",
        "the application was silent for too long",
        "SES closed the connection; the message under way was not sent",
        "Open a connection when there is mail, close it afterwards, and send again what broke off. If it happens in"
        " the middle of large messages, look at the network: AWS advises an MTU of 1500 bytes",
        (),
        SMTP,
    ),
    Meaning(
        SES,
        rf"421 Too many concurrent SMTP connections{_END}",
        "too many connections at the same time",
        "SES takes no further connection right now",
        f"Let the application open fewer and send several messages over each. {_AGAIN}",
        (),
        SMTP,
    ),
    Meaning(
        SES,
        rf"535\W+(b\W)?(5\.7\.8 )?Authentication Credentials Invalid{_END}",
        "the SMTP user name or password is wrong",
        "SMTP has credentials of its own: the user name is an access key's id, the password is derived from its"
        " secret for one region, and keys of a role or a session have none",
        "Compare the region in the host name with the one the password was made for;"
        " `sendready smtp-password --region REGION` derives it again from the secret. Look in IAM whether the key is"
        " still active",
        (),
        SMTP,
    ),
    Meaning(
        SES,
        rf"530\W+(b\W)?Must issue a STARTTLS command first{_END}",
        "the connection is not encrypted",
        "SES takes nothing, not even a password, before TLS",
        "Switch on STARTTLS in the application for port 587 (25 and 2587, too), or TLS from the first byte for port"
        " 465 (2465, too); the wrong one of both fails as well",
        (),
        CONNECTING,
    ),
    Meaning(
        SES,
        rf"530\W+(b\W)?Authentication required{_END}",
        "the application did not log in",
        "it sent mail without a user name and password, or had none to give",
        "Give the application SES's SMTP user name and password. Many programs log in only once TLS is on:"
        " switch on STARTTLS for port 587",
        (),
        SMTP,
    ),
    Meaning(
        SES,
        rf"501\W+(b\W)?Invalid MAIL FROM address provided{_END}",
        "the sender is not an address",
        "most often the program gives the SMTP user name as the sender, or none at all; with SES the user name is"
        " an access key and no address. AWS's list of replies does not have this one",
        "Give the program a sender of a verified domain, such as hello@example.com, apart from the user name. A mail"
        " server that passes on bounces, which have no sender, cannot do so through SES",
        (),
        SMTP,
    ),
    Meaning(
        SES,
        rf"MessageRejected(Exception)?{_NAMED}|554\W+(b\W)?Message rejected:",
        "SES refused the message itself",
        "something in it may not be sent: the API reference speaks of invalid content. The text behind it says what;"
        " most often it is an address that is not verified",
        'Run it again with the text whole: sendready explain "MessageRejected: …"',
        ("SES001", "SES003", "SES005"),
        SENDING,
    ),
)
"""What other servers say in like words: only where no receiver is known by more than these."""

_IDENTITIES = re.compile(
    r"identities failed the check in region (?P<region>[a-z0-9-]+):\s*(?P<names>.+)", re.IGNORECASE
)
_NAME = re.compile(r"(?:[\w.+%-]+@)?((?:[a-z0-9_-]+\.)+[a-z0-9-]{2,})", re.IGNORECASE | re.ASCII)


def with_names(meaning: Meaning, text: str) -> Meaning:
    """The same with what SES named in its text: which identities failed, in which region, and what to run for them."""
    found = _IDENTITIES.search(text)
    first = _NAME.search(found["names"]) if meaning == _UNVERIFIED and found is not None else None
    if found is None or first is None:
        return meaning
    region = found["region"].lower()
    return replace(
        meaning,
        title=f"{first[0]} is not verified in {region}",
        do=f"If {first[0]} is the sender: `sendready check {first[1]} --region {region}`. If it is whom you write to,"
        f" the account is still in the sandbox in {region}: `sendready explain SES005`",
    )
