"""What SES itself answers to the application that sends: at its SMTP endpoint, and as errors of its API.

No receiver has seen such mail yet, and SES does not try again by itself. The texts and what they stand for: "SMTP
response codes returned by Amazon SES" and "Amazon SES email sending errors" in AWS's guide; the errors by their names
in the API reference. None of it was compared with a real account.
"""

from __future__ import annotations

from sendready.checks.meaning import Meaning

SES = "Amazon SES, to your application"

SMTP = "https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-smtp.html"
ERRORS = "https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-error-messages.html"
QUOTAS = "https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas-errors.html"
API = "https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html"
SYNTAX = "https://www.rfc-editor.org/rfc/rfc5321#section-4.2"

MEANINGS_OF_SES = (
    Meaning(
        SES,
        r"Maximum sending rate exceeded|Maximum SigV2 SMTP sending rate",
        "more mails a second than the account may send",
        "SES dropped this mail and does not try again: your application must. With SMTP credentials made before"
        " 10 January 2019 the rate is lower still",
        "Send more slowly and repeat with growing waits; ask for a higher rate in Service Quotas, and replace old SMTP"
        " credentials",
        ("SES005", "SES009"),
        QUOTAS,
    ),
    Meaning(
        SES,
        r"Daily message quota exceeded",
        "the account's quota of 24 hours is used up",
        "SES dropped this mail and does not try again. The quota counts the last 24 hours, recipient by recipient",
        "Keep the mail and send it later; in the sandbox ask for production access, outside it for a higher quota",
        ("SES009", "SES005"),
        QUOTAS,
    ),
    Meaning(
        SES,
        r"\b45[14]\b.*Temporary (service|authentication) failure",
        "SES could not take the mail just now",
        "the mail was not sent, and SES does not try again: your application must",
        "Repeat with growing waits: 5, 10, 30 seconds, then 20 minutes. Where it lasts, look at AWS's Health Dashboard"
        " and, for authentication, at the SMTP credentials",
        (),
        SMTP,
    ),
    Meaning(
        SES,
        r"Timeout waiting for data from client",
        "your application was silent for too long",
        "SES closed the connection between two commands; a mail whose end was not confirmed was not accepted",
        "Open a new connection and send again; close idle ones. Behind a VPN or tunnel try an MTU of 1500",
        (),
        SMTP,
    ),
    Meaning(
        SES,
        r"Too many concurrent SMTP connections",
        "too many SMTP connections at once",
        "the server has no room for another one; the mail was not taken",
        "Open fewer connections, send several mails through each, and repeat with growing waits",
        (),
        SMTP,
    ),
    Meaning(
        SES,
        r"Authentication Credentials Invalid",
        "the SMTP user name or password is wrong",
        "SMTP credentials are not AWS keys: the password is derived from a secret key, for one region. A session's"
        " temporary keys give none",
        "Take the SMTP password of the region you connect to, and look whether its IAM key is still active",
        ("SES033", "SES032"),
        SMTP,
    ),
    Meaning(
        SES,
        r"Account not subscribed to SES",
        "the account of these credentials has not signed up for SES",
        "the credentials are right, and their AWS account does not use SES yet",
        "Look whether they belong to the account you mean; open SES once there",
        ("ENV012",),
        SMTP,
    ),
    Meaning(
        SES,
        r"Must issue a STARTTLS command",
        "the connection must be encrypted first",
        "the application tried to log in without TLS",
        "Use STARTTLS on port 587 (or 25, 2587), or TLS from the start on port 465 (or 2465)",
        (),
        "https://docs.aws.amazon.com/ses/latest/dg/smtp-connect.html",
    ),
    Meaning(
        SES,
        r"\b530\b.*Authentication required",
        "the application did not log in",
        "it sent without a user name and password",
        "Switch authentication on in the application, with the SMTP credentials of this region",
        ("SES033",),
        SMTP,
    ),
    Meaning(
        SES,
        r"not authori[sz]ed to perform:? .?ses:|^AccessDenied(Exception)?$",
        "a policy does not let these credentials send",
        "the IAM policy of the user or role, or a policy on the identity, lacks the action that the text names. SMTP"
        " and raw messages need ses:SendRawEmail, simple ones ses:SendEmail",
        "Add the action for this identity (`sendready policy --for send` prints one); look for a condition on From",
        ("SES032", "SES031"),
        SMTP,
    ),
    Meaning(
        SES,
        r"Invalid (MAIL FROM|RCPT TO) address provided",
        "the address in the SMTP command is malformed",
        "MAIL FROM and RCPT TO take one address alone: no display name, no blanks, ASCII only. It has nothing to do"
        " with the custom MAIL FROM domain",
        "Give the bare address; write a domain with international letters as xn--…",
        (),
        "https://repost.aws/knowledge-center/ses-501-errors-smtp-endpoint",
    ),
    Meaning(
        SES,
        r"Email address is not verified",
        "an address is not verified in this region",
        "SES sends only from identities it has verified, and in the sandbox only to such, too; each region for itself."
        " The text names them",
        "Is yours among those named: look at the region the application uses. Is the recipient: leave the sandbox, or"
        " verify that address",
        ("SES001", "SES002", "SES005"),
        ERRORS,
    ),
    Meaning(
        SES,
        r"Configuration set (<?\S+>? )?does not exist",
        "the configuration set is not there",
        "the application names one, or the identity has a default one, that this region does not know",
        "Name one that exists, or set another default",
        ("SES011",),
        ERRORS,
    ),
    Meaning(
        SES,
        r"Account is paused|Sending (paused|suspended) for this account|AccountSuspended(Exception)?",
        "the account may not send",
        "AWS has paused it, or somebody has",
        "Read what AWS wrote to the account's address; the case is in the Support Center",
        ("SES008", "SES007"),
        ERRORS,
    ),
    Meaning(
        SES,
        r"SendingPaused(Exception)?",
        "sending is paused",
        "for the whole account, or for the configuration set of this mail",
        "Look who paused it and why before it is switched on again",
        ("SES007", "SES012", "SES008"),
        API,
    ),
    Meaning(
        SES,
        r"MailFromDomainNotVerified(Exception)?|Mail ?FROM domain is not verified",
        "the custom MAIL FROM domain is not verified",
        "SES could not read its MX record, and the identity says to refuse mail then",
        "Publish the MX record that SES wants, alone at that name",
        ("MFR001", "MFR002", "MFR003"),
        ERRORS,
    ),
    Meaning(
        SES,
        r"\bLimitExceeded(Exception)?\b",
        "there are too many of something",
        "a limit of the account is reached; the text behind it says which",
        "Read the text; remove what is not needed, or ask for more in Service Quotas",
        ("SES009",),
        API,
    ),
    Meaning(
        SES,
        r"\b(TooManyRequests(Exception)?|Throttling(Exception)?)\b",
        "too many requests at once",
        "SES takes one request a second for all but sending; sending has the account's own rate and quota of 24 hours",
        "Ask more slowly and repeat with growing waits; behind a send, read whether it says rate or daily quota",
        ("ENV017", "SES009"),
        QUOTAS,
    ),
    Meaning(
        SES,
        r"\bMessageRejected(Exception)?\b|554 Message rejected",
        "SES refused the message",
        "nothing was sent, and the text behind it says why; mostly an address is not verified in this region",
        "Read the text behind the name; `sendready explain` knows that, too",
        ("SES001", "SES002", "SES005"),
        ERRORS,
    ),
    Meaning(
        SES,
        r"554 Transaction failed",
        "SES could not take the message apart",
        "mostly a header or an attachment is malformed: the text says what was expected and what was there. AWS's list"
        " does not name this reply",
        "Look at that header in the raw message; build messages with a library, and quote file names",
        (),
        SMTP,
    ),
    Meaning(
        SES,
        r"552 Message is too long",
        "the message is too large",
        "attachments grow by a third on their way; over SMTP AWS's list names 10 MB, where more was not agreed",
        "Send a link instead of the attachment",
        (),
        SMTP,
    ),
    Meaning(
        "any mail server, to the one that sends",
        r"\b50[0-4]\b.*(syntax|command|argument|parameter)|\b50[0-4] 5\.5\.",
        "a command was not understood",
        "the sending program said something that is not SMTP, or in the wrong order; often TLS on a port that starts"
        " without it, or the other way round",
        "Look at the program's log of the conversation, and at its port: 587 with STARTTLS, or 465 with TLS",
        (),
        SYNTAX,
    ),
)
"""The most particular first."""
