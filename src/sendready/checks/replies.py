"""What is said when mail is refused or put off: what is meant, what to do, and which finding may be behind it.

Receivers' replies are here, SES's own in `ses_replies`.

The codes and what they stand for: Google's "Gmail SMTP errors and codes" (support.google.com/a/answer/3726730), Yahoo's
"SMTP Error Codes" (senders.yahooinc.com/smtp-error-codes), Microsoft's troubleshooting page for Outlook.com
(postmaster.live.com); the rest by RFC 3463 and RFC 7372.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto

from sendready.checks.meaning import Meaning
from sendready.checks.ses_replies import SES_GENERAL, SES_MEANINGS, starts, with_names

GMAIL = "https://support.google.com/a/answer/3726730"
YAHOO = "https://senders.yahooinc.com/smtp-error-codes/"
OUTLOOK = "https://techcommunity.microsoft.com/blog/microsoftdefenderforoffice365blog/strengthening-email-ecosystem-outlook%E2%80%99s-new-requirements-for-high%E2%80%90volume-senders/4399730"
MICROSOFT = "https://sender.office.com"
AUTHENTICATION = "https://www.rfc-editor.org/rfc/rfc7372"

_DOMAIN_LIMIT = "Gmail limits mail by the {what} it comes with, because of complaints or a sudden rise in volume"
_SLOW_DOWN = (
    "Stop what is not urgent, and go on slowly: Gmail wants ten minutes of rest and one connection. Look at the spam"
    " rate in Google Postmaster Tools (below 0.1 %, never 0.3 %), and mail only people who asked for it"
)

RECEIVERS = (
    Meaning(
        "Gmail",
        r"[45]\.7\.28.*DKIM domain",
        "too much unwanted mail signed by your domain",
        _DOMAIN_LIMIT.format(what="DKIM domain"),
        _SLOW_DOWN,
        ("REP002", "REP001"),
        GMAIL,
    ),
    Meaning(
        "Gmail",
        r"[45]\.7\.28.*SPF domain",
        "too much unwanted mail with your MAIL FROM domain",
        _DOMAIN_LIMIT.format(what="SPF domain"),
        _SLOW_DOWN,
        ("REP002", "REP001"),
        GMAIL,
    ),
    Meaning(
        "Gmail",
        r"[45]\.7\.28.*(IP address|netblock)",
        "too much unwanted mail from the sending address",
        "Gmail limits the address SES sent from. On shared addresses others send, too, and SES handles it; on dedicated"
        " ones it is your mail",
        f"{_SLOW_DOWN}. With dedicated addresses look at their warm-up",
        ("REP002", "REP001"),
        GMAIL,
    ),
    Meaning(
        "Gmail",
        r"[45]\.7\.28",
        "too much unwanted mail",
        "Gmail limits mail by address, SPF domain, DKIM domain or link, because of complaints or a sudden rise in"
        " volume",
        _SLOW_DOWN,
        ("REP002", "REP001"),
        GMAIL,
    ),
    Meaning(
        "Gmail",
        r"[45]\.7\.26.*DMARC|DMARC policy of",
        "the domain's own DMARC policy forbids it",
        "neither DKIM nor SPF passed for the domain in From, and its policy says to refuse such mail",
        "Let the domain in From be an identity of its own in SES with Easy DKIM, so that d= is aligned",
        ("DMC033", "KIM001", "KIM031", "SES035"),
        GMAIL,
    ),
    Meaning(
        "Gmail",
        r"[45]\.7\.26",
        "neither SPF nor DKIM passed",
        "Gmail takes no mail that nobody vouches for",
        "Look at DKIM first: SES signs only once the three CNAMEs are there and it has verified them",
        ("KIM001", "KIM031", "KIM032", "MFR007", "MFR017"),
        GMAIL,
    ),
    Meaning(
        "Gmail",
        r"[45]\.7\.27",
        "SPF did not pass",
        "for bulk senders Gmail wants it beside DKIM; the MAIL FROM domain has no SPF record, or one without SES",
        "Publish the TXT record `v=spf1 include:amazonses.com ~all` at the MAIL FROM domain: SES itself checks only its"
        " MX, so it may say SUCCESS all the same",
        ("MFR007", "MFR010", "MFR017"),
        GMAIL,
    ),
    Meaning(
        "Gmail",
        r"[45]\.7\.30",
        "DKIM did not pass",
        "the signature is missing, its key is not in DNS, or the message was changed on its way",
        "Look at the DKIM records and at what SES says of them",
        ("KIM001", "KIM031", "KIM032", "KIM024"),
        GMAIL,
    ),
    Meaning(
        "Gmail",
        r"[45]\.7\.(31|40)",
        "the domain has no DMARC record, or one without a policy",
        "for bulk senders Gmail wants one; p=none is enough",
        "Publish a TXT record at `_dmarc`, such as `v=DMARC1; p=none; rua=mailto:…`",
        ("DMC001", "DMC006"),
        GMAIL,
    ),
    Meaning(
        "Gmail",
        r"[45]\.7\.32",
        "From is not aligned with SPF or DKIM",
        "something passed, but for another domain than the one in From",
        "Verify the domain in From itself in SES, so that mail is signed with d= of it",
        ("DMC033", "SES035", "KIM036"),
        GMAIL,
    ),
    Meaning(
        "Gmail",
        r"[45]\.7\.29",
        "the mail did not come over TLS",
        "Gmail wants encryption from bulk senders; SES uses it whenever the receiver offers it",
        "Look at the configuration set's TLS policy",
        (),
        GMAIL,
    ),
    Meaning(
        "Gmail",
        r"4\.7\.23|5\.7\.25",
        "the sending address has no matching name in DNS",
        "its PTR record and the address of that name do not agree. SES's shared addresses have them",
        "With dedicated addresses open a case with AWS; elsewhere this mail did not come through SES",
        (),
        GMAIL,
    ),
    Meaning(
        "Gmail",
        r"[45]\.7\.24",
        "the SPF record holds something suspicious",
        "an entry lets in far too many addresses, or ones with a bad name",
        "Look at the SPF record of the MAIL FROM domain and at what it includes",
        ("MFR010", "SPF001"),
        GMAIL,
    ),
    Meaning(
        "Outlook.com",
        r"5\.7\.515",
        "SPF, DKIM and DMARC must all pass",
        "since May 2025 Outlook.com, Hotmail and Live refuse mail of high-volume domains unless SPF and DKIM both pass"
        " and DMARC is aligned",
        "Publish what is missing of DKIM, the MAIL FROM's SPF record and DMARC; here SPF counts even where DKIM passes",
        ("MFR007", "MFR021", "KIM001", "DMC001", "DMC033"),
        OUTLOOK,
    ),
    Meaning(
        "Outlook.com",
        r"\bS(3140|3150)\b|block list \(",
        "the sending address is on Microsoft's block list",
        "it is about the address SES sent from, which on shared addresses is everybody's",
        "Send again: SES uses many addresses. If it stays so, open a case with AWS; with dedicated addresses ask"
        " Microsoft to take them off",
        (),
        MICROSOFT,
    ),
    Meaning(
        "Outlook.com",
        r"\b(RP|SC|OU|DY)-00\d",
        "Microsoft does not trust the sending address",
        "its reputation, its rate or its content is held against it",
        "Send less at once, and only to people who asked; with dedicated addresses look at Microsoft's SNDS",
        ("REP001", "REP002"),
        MICROSOFT,
    ),
    Meaning(
        "Yahoo",
        r"\bTSS?\d\d\b|temporarily deferred due to",
        "put off because of volume or complaints",
        "Yahoo's users complain about mail like this, or its volume rose suddenly",
        "Let SES retry; send less, only to people who asked, and enrol the DKIM domain in Yahoo's feedback loop",
        ("REP002", "REP001"),
        YAHOO,
    ),
    Meaning(
        "Yahoo",
        r"\bPH\d\d\b|not accepted for policy reasons",
        "Yahoo does not accept the content",
        "something in the message or behind one of its links looks like phishing or malware to Yahoo",
        "Look at every link and attachment, and whether somebody else sends with your credentials",
        (),
        YAHOO,
    ),
    Meaning(
        "Yahoo",
        r"5\.7\.9\b|554.*(DKIM|DMARC|authentication)",
        "it failed authentication",
        "the domain's policy wants mail to be signed, and this was not, or not by that domain",
        "Look at DKIM and at the alignment of From",
        ("KIM001", "KIM031", "DMC033"),
        YAHOO,
    ),
    Meaning(
        "any receiver",
        r"5\.7\.2[0-2]\b",
        "no DKIM signature that the receiver accepts",
        "there is none that passes (20), none of the author's domain (22), or none it takes (21)",
        "Look at the DKIM records and at what SES says of them",
        ("KIM001", "KIM031", "KIM032"),
        AUTHENTICATION,
    ),
    Meaning(
        "any receiver",
        r"5\.7\.23\b",
        "SPF failed",
        "the sender's domain does not let the sending address send",
        "Look at the SPF record of the MAIL FROM domain",
        ("MFR007", "MFR010"),
        AUTHENTICATION,
    ),
    Meaning(
        "any receiver",
        r"5\.1\.(1|10)\b|user unknown|no such user|does not exist",
        "there is no such mailbox",
        "the address is wrong, or was given up",
        "Never send to it again; SES puts it on the suppression list. Many of them hurt the bounce rate",
        ("REP001",),
    ),
    Meaning(
        "any receiver",
        r"[45]\.2\.2\b|over quota|mailbox (is )?full",
        "the mailbox is full",
        "it takes nothing right now; SES retries what is put off",
        "Leave it to SES; give the address up where it stays so for weeks",
    ),
    Meaning(
        "any receiver",
        r"[45]\.3\.4\b|message too (big|large)|size limit",
        "the message is too large for the receiver",
        "SES takes up to 40 MB, many receivers take less",
        "Send a link instead of the attachment",
    ),
    Meaning(
        "any receiver",
        r"spamhaus|barracuda|spamcop|blacklist|block ?list|\bRBL\b|\bDNSBL\b",
        "an address or domain is on a block list",
        "a list that the receiver trusts names the sending address, your domain, or a link in the message",
        "Read which: for the address open a case with AWS, for your domain ask the list itself after mending the cause",
        ("REP001", "REP002"),
    ),
)
"""What receivers say, the most particular first."""

RECEIVERS_GENERAL = (
    Meaning(
        "any receiver",
        r"[45]\.7\.1\b",
        "refused by a policy of the receiver",
        "reputation, content or a rule of its own; the text behind the code says which",
        "Read the text behind the code; look at authentication first, then at complaints",
        ("DMC033", "REP002"),
    ),
    Meaning(
        "any receiver",
        r"\b4\.\d\.\d{1,3}\b|\b4[25]\d[ -]",
        "put off for now",
        "the receiver did not say no: SES tries again for hours by itself",
        "Wait; where many are put off, send more slowly",
    ),
)
"""What is left where nothing more is known."""


class Heard(Enum):
    """Where a reply was read, which says who may have given it."""

    RECEIVER = auto()
    """In a bounce or an event: SES had taken the mail, so it is the receiver's."""
    ANYWHERE = auto()
    """In a log or an SDK's error: it may be SES's own, too."""


def meaning_of(reply: str, heard: Heard) -> Meaning | None:
    """What a reply means, out of a bounce, an event, a log or an SDK's error; None where nothing in it is known."""
    text = " ".join(reply.split())
    found = next(_meanings(text, heard), None)
    return found and with_names(found, text)


def _meanings(text: str, heard: Heard) -> Iterator[Meaning]:
    """All that fit, the most particular first."""
    begins = starts(text) if heard is Heard.ANYWHERE else []
    yield from (meaning for meaning in SES_MEANINGS if _begins(meaning, text, begins))
    yield from (meaning for meaning in RECEIVERS if re.search(meaning.pattern, text, re.IGNORECASE))
    yield from (meaning for meaning in SES_GENERAL if _begins(meaning, text, begins))
    yield from (meaning for meaning in RECEIVERS_GENERAL if re.search(meaning.pattern, text, re.IGNORECASE))


def _begins(meaning: Meaning, text: str, begins: list[int]) -> bool:
    said = re.compile(meaning.pattern, re.IGNORECASE)
    return any(said.match(text, at) for at in begins)


def looks_like_a_reply(text: str) -> bool:
    """Whether a text may be what a mail server said: several words, or an enhanced status code (RFC 3463)."""
    return bool(re.search(r"\b[245]\.\d{1,3}\.\d{1,3}\b|\b[45]\d\d\b", text)) or len(text.split()) > 2
