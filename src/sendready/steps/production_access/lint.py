"""Reads answers and dossier as a reviewer at AWS would, before anything is sent: each remark has its reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from sendready.model.answers import MailType
from sendready.model.names import FREE_MAIL
from sendready.model.observation import Observation

GUIDE = "https://docs.aws.amazon.com/ses/latest/dg/request-production-access.html"
ENFORCEMENT = "https://docs.aws.amazon.com/ses/latest/dg/faqs-enforcement.html"
BULK = "https://support.google.com/a/answer/81126"
AUP = "https://aws.amazon.com/aup/"

FEWEST_WORDS = 80
"""AWS asks for as much detail as one can give; a text below this answers none of its questions."""

FIRST_DAILY_QUOTA = 50_000
"""What accounts typically get after approval; AWS documents no number."""

_BOUGHT = re.compile(
    r"(?<![\w-])(purchas|bought|buy|rent|scrap|harvest|lead list|co-?reg|third[- ]party list)\w*", re.IGNORECASE
)
_DENIED = re.compile(r"\b(no|not|never|neither|nor|without|don't|do not|doesn't)\b[^.;]*$", re.IGNORECASE)
_LISTS = re.compile(r"\b(lists?|address(es)?|contacts?|leads?|data)\b", re.IGNORECASE)
_CONSENT = re.compile(
    r"\b(opt(ed)?[- ]?in|sign(ed|s)?[- ]?up|subscrib\w*|register\w*|confirm\w*|consent\w*|asked (for|us)"
    r"|have an account)\b",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"\[to be written[^\]]*\]|lorem ipsum|\btodo\b|\btbd\b|\bxxx+\b|your (company|domain|website)|<[a-z ]+>"
    r"|\bexample\.(com|org|net)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d[\d.,' ]*\d|\d")


@dataclass(frozen=True, slots=True)
class Remark:
    """Something a reviewer would stumble over."""

    slug: str
    text: str
    """What is so, and what to do."""
    reason: str
    """Why it matters to AWS."""
    source: str
    """Where that is written."""


def remarks(seen: Observation, dossier: str) -> tuple[Remark, ...]:
    """What to put right before the request is made, most important first; none of it is enforced."""
    return tuple(remark for rule in _RULES for remark in rule(seen, dossier))


def _consent(seen: Observation, dossier: str) -> Iterator[Remark]:
    if not _CONSENT.search(_without_gaps(dossier)):
        yield Remark(
            "no-consent",
            "Nothing says how recipients asked for your mail: write where they sign up, and that they confirm it"
            " (`--recipients`)",
            "mail that nobody asked for is the first thing the review is to keep out",
            GUIDE,
        )


def _lists(seen: Observation, dossier: str) -> Iterator[Remark]:
    for sentence in re.split(r"(?<=[.;!?])\s", dossier):
        found = _BOUGHT.search(sentence)
        if found and _LISTS.search(sentence) and not _DENIED.search(sentence[: found.start()]):
            yield Remark(
                "bought-lists",
                f"The text speaks of addresses that were not given to you (`{found[0]}`): do not mail them",
                "purchased, rented and scraped lists are against the terms, and a reason to deny",
                AUP,
            )
            return


def _feedback(seen: Observation, dossier: str) -> Iterator[Remark]:
    said = _without_gaps(dossier).lower()
    for slug, words in (("no-bounces", ("bounce",)), ("no-complaints", ("complain", "spam report"))):
        if not any(word in said for word in words):
            yield Remark(
                slug,
                f"Nothing says what you do about {slug.removeprefix('no-')}: write who hears of them and that the"
                " address is not mailed again",
                "AWS asks every sender how bounces and complaints are handled",
                GUIDE,
            )


def _unsubscribe(seen: Observation, dossier: str) -> Iterator[Remark]:
    answers = seen.answered.answers
    said = _without_gaps(dossier).lower()
    if answers.mail_type is MailType.MARKETING and not re.search(r"unsubscrib(e|ing)[^:]|opt[- ]?out", said):
        yield Remark(
            "no-unsubscribe",
            "You send marketing and nothing says how it is stopped: one click in every message (`--unsubscribe`)",
            "Gmail and Yahoo want one-click unsubscribe of bulk mail, and AWS asks about it",
            BULK,
        )


def _volume(seen: Observation, dossier: str) -> Iterator[Remark]:
    volume = seen.answered.answers.volume
    number = _NUMBER.search(volume)
    if number is None:
        yield Remark(
            "no-volume",
            "Nothing says how much you send: give a number of messages a day (`--volume`)",
            "the first quota is set by it",
            GUIDE,
        )
        return
    count = int(re.sub(r"\D", "", number[0]) or "0")
    if count > FIRST_DAILY_QUOTA or count == 0:
        yield Remark(
            "implausible-volume",
            f"{count:,} a day is {'none' if count == 0 else 'more than a new account is given'}: say what you send in"
            " the first weeks, and how it is to grow",
            f"about {FIRST_DAILY_QUOTA:,} a day is what new accounts get at first; good mail raises it by itself",
            "https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas-request-increase.html",
        )


def _contacts(seen: Observation, dossier: str) -> Iterator[Remark]:
    answers = seen.answered.answers
    free = [one for one in answers.contacts if one.rpartition("@")[2].lower() in FREE_MAIL]
    if free:
        yield Remark(
            "free-mail-contact",
            f"{', '.join(free)} is a free mailbox: give one at your own domain",
            "AWS writes to it about the request, and a reviewer ties it to the business behind the website",
            GUIDE,
        )


def _website(seen: Observation, dossier: str) -> Iterator[Remark]:
    website = seen.answered.answers.website
    host = (urlsplit(website).hostname or "").removeprefix("www.")
    if not website:
        yield Remark(
            "no-website",
            "There is no website in the request: AWS looks at what you do, how people sign up and a privacy page"
            " (`--website`)",
            "the form wants one, and a reviewer opens it",
            GUIDE,
        )
    elif not same_owner(host, seen.identity.domain):
        yield Remark(
            "another-website",
            f"{host} is not the domain you send from ({seen.identity.domain}): say how they belong together",
            "a reviewer has to see that the site and the mail are one business",
            GUIDE,
        )


def _text(seen: Observation, dossier: str) -> Iterator[Remark]:
    found = (match[0] for match in _PLACEHOLDER.finditer(dossier))
    gaps = [gap for gap in dict.fromkeys(found) if not seen.identity.domain.endswith(gap.lower())]
    if gaps:
        yield Remark(
            "placeholders",
            f"Something is still to be written: {'; '.join(_bare(gap) for gap in gaps[:5])}",
            "a text with gaps reads as if nobody meant it",
            GUIDE,
        )
    words = len(_without_gaps(dossier).split())
    if words < FEWEST_WORDS:
        yield Remark(
            "too-short",
            f"The text has {words} words: say more of who gets your mail and why",
            "AWS asks for as much detail as you can give; vague requests are denied without a reason",
            GUIDE,
        )


def _identity(seen: Observation, dossier: str) -> Iterator[Remark]:
    ses, found = seen.ses_identity, seen.dmarc_seen
    if seen.ses is not None and (ses is None or not ses.verified) and (ses is not None or seen.identity_missing):
        yield Remark(
            "not-verified",
            f"SES has not verified {seen.identity.name} yet: do that first (`sendready apply {seen.identity.name}`)",
            "a verified domain is what AWS names as the way to be approved faster",
            GUIDE,
        )
    if seen.identity.is_domain and found is not None and found.complete and found.record is None:
        yield Remark(
            "no-dmarc",
            f"There is no DMARC record for {seen.identity.domain}: publish one, p=none is enough to begin with",
            "Gmail, Yahoo and Outlook want one of everybody who sends in bulk",
            BULK,
        )
    if ses is not None and ses.configuration_set is None:
        nobody = "Nobody hears" if not ses.feedback_forwarding else "Only a mailbox hears"
        yield Remark(
            "nobody-hears-bounces",
            f"{nobody} of bounces and complaints: keep the events (`--events keep --events-to ADDRESS`)",
            "from 5 % bounces or 0.1 % complaints on the account is put under review",
            ENFORCEMENT,
        )


_RULES: tuple[Callable[[Observation, str], Iterator[Remark]], ...] = (
    _consent,
    _lists,
    _website,
    _volume,
    _feedback,
    _unsubscribe,
    _text,
    _identity,
    _contacts,
)


def _bare(gap: str) -> str:
    return gap.removeprefix("[to be written: ").removesuffix("]")


def _without_gaps(dossier: str) -> str:
    """What is really said: neither gaps nor the headings of paragraphs count."""
    text = re.sub(r"\[to be written[^\]]*\]", "", dossier)
    return re.sub(
        r"^(Recipients and consent|Bounces and complaints|Unsubscribing|Volume|An example):", "", text, flags=re.M
    )


def same_owner(one: str, other: str) -> bool:
    """Whether one of two names lies below the other, or they share all but the first label."""
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
