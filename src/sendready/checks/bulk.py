"""What Gmail, Yahoo and Outlook ask of those who send in bulk, as far as it can be seen from here (BLK).

Who sends in bulk is known from the account's count of the last 24 hours or from the answers; nobody else is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sendready.checks.registry import check
from sendready.mailauth.alignment import Prediction, predict
from sendready.model.answers import MailType
from sendready.model.finding import Fix, Hit, Severity
from sendready.model.identity import IdentityKind
from sendready.model.names import FREE_MAIL, bare, is_registry, parent
from sendready.model.observation import Observation
from sendready.model.records import Question, RecordType, Sighting
from sendready.model.step import Step

BULK = 4_000
"""Messages a day from which on one had better count as a bulk sender: Gmail says close to 5,000 (support 81126)."""

UNCHECKED = ("BLK006", "BLK007", "BLK014")
"""What is asked of bulk senders and cannot be seen from here; each has a page."""

_GROUPED = r"[1-9]\d{0,2}(?:[.,'’ ]\d{3})+(?!\d)"  # noqa: RUF001  as the Swiss write it
_NUMBER = re.compile(rf"({_GROUPED}|\d+(?:[.,]\d+)?)\s*(k\b)?", re.IGNORECASE)
_RANGE = re.compile(rf"{_NUMBER.pattern}\s*(?:-|–|to|bis)\s*(?=\d)", re.IGNORECASE)

_DAY = re.compile(r"\b(?:day|daily|tag|täglich|jour)", re.IGNORECASE)
_LONGER = (
    (re.compile(r"\b(?:week|woche|wöchentlich)", re.IGNORECASE), 7),
    (re.compile(r"\b(?:month|monat)", re.IGNORECASE), 30),
    (re.compile(r"\b(?:year|annual|jahr|jährlich)", re.IGNORECASE), 365),
)
"""Words for more than a day, and how many days that is."""


def in_bulk(seen: Observation) -> str:
    """How it is known that the domain sends in bulk, as a clause; empty where it is not."""
    account, answers = seen.account_seen, seen.answered.answers
    daily = _daily(answers.volume)
    if daily >= BULK:
        return f"{daily} messages a day, as was answered"
    if account is not None and account.sent >= BULK:
        several = "the account, in which this domain may be one of several,"
        return f"{several} sent {account.sent:.0f} messages in the last 24 hours"
    return "marketing is sent, as was answered" if answers.mail_type is MailType.MARKETING and not daily else ""


def _severity(seen: Observation) -> Severity | None:
    """A warning where it is not known that the domain itself sends so much: SES counts over the whole account."""
    return None if _daily(seen.answered.answers.volume) >= BULK else Severity.WARNING


def _daily(volume: str) -> int:
    """How many messages a day were answered; 0 where that does not say it clearly.

    A number followed by a word for a day counts, else the only one there is; of a range its upper end.
    """
    text = _RANGE.sub("", volume)
    numbers = list(_NUMBER.finditer(text))
    daily = [_value(one) for one in numbers if _DAY.search(re.split(r"[,;.\d]", text[one.end() :])[0])]
    if daily:
        return int(max(daily))
    if len(numbers) != 1:
        return 0
    return int(_value(numbers[0]) / next((days for word, days in _LONGER if word.search(text)), 1))


def _value(number: re.Match[str]) -> float:
    """What a number is worth; before a `k` a single separator is a decimal point."""
    digits, thousands = number.groups()
    parts = re.split(r"\D", digits)
    if len(parts) == 2 and (thousands or len(parts[1]) != 3 or parts[0].startswith("0")):
        return float(".".join(parts)) * (1_000 if thousands else 1)
    return float("".join(parts)) * (1_000 if thousands else 1)


def _outlook(seen: Observation) -> Prediction | None:
    """What receivers will make of the domain's mail, where it is sent in bulk and SES sends it."""
    ses = seen.ses_identity
    sends = ses is not None and ses.verified and seen.identity.is_domain
    return predict(seen) if sends and in_bulk(seen) else None


@check(
    "BLK001",
    "spf-and-dkim-both",
    step=Step.DMARC,
    severity=Severity.ERROR,
    title="Bulk mail has to pass SPF and DKIM, and one of them fails",
)
def spf_and_dkim_both(seen: Observation) -> Iterator[Hit]:
    """Gmail, Yahoo and Outlook ask for both, aligned or not."""
    told = _outlook(seen)
    legs = (("DKIM", told.dkim, Step.DKIM), ("SPF", told.spf, Step.MAIL_FROM)) if told is not None else ()
    for name, leg, step in legs:
        if leg.passes is False:
            yield Hit(
                subject=seen.identity.domain,
                detail=f"{name}: {leg.why}; {in_bulk(seen)}",
                expected="SPF and DKIM pass",
                observed=(f"{name} fails",),
                fix=Fix(f"Let {name} pass before the next large mailing"),
                severity=_severity(seen),
                step=step,
            )


@check(
    "BLK002",
    "dmarc-with-policy",
    step=Step.DMARC,
    severity=Severity.ERROR,
    title="Bulk mail needs a DMARC policy, and there is none",
)
def dmarc_with_policy(seen: Observation) -> Iterator[Hit]:
    """A record with `p`; `p=none` is enough for all three."""
    found = seen.dmarc_seen
    known = found is not None and (found.complete or found.record is not None)
    if _outlook(seen) is not None and found is not None and known and found.policy is None:
        yield Hit(
            subject=f"_dmarc.{seen.identity.domain}",
            detail=f"Gmail, Yahoo and Outlook want one of bulk senders; {in_bulk(seen)}",
            expected="v=DMARC1; p=none, or more",
            observed=found.competing or ("none that receivers apply",),
            evidence=found.sightings,
            fix=Fix("Publish a DMARC record with a policy"),
            severity=_severity(seen),
        )


@check(
    "BLK003",
    "aligned",
    step=Step.DMARC,
    severity=Severity.ERROR,
    title="Bulk mail has to pass DMARC, and neither SPF nor DKIM aligns",
)
def aligned(seen: Observation) -> Iterator[Hit]:
    """One leg that passes for the From domain, whatever the policy says; with `p=none` nothing else tells."""
    told = _outlook(seen)
    if told is not None and told.dkim.aligned is False and told.spf.aligned is False:
        yield Hit(
            subject=seen.identity.domain,
            detail=f"DKIM: {told.dkim.why}; SPF: {told.spf.why}; {in_bulk(seen)}",
            expected="DKIM or SPF passing for the From domain",
            observed=("neither",),
            fix=Fix("Bring DKIM back first: with SES it always aligns"),
            severity=_severity(seen),
        )


@check(
    "BLK004",
    "bulk-threshold",
    step=Step.PRODUCTION_ACCESS,
    severity=Severity.INFO,
    title="The domain counts as a bulk sender, or is about to",
)
def bulk_threshold(seen: Observation) -> Iterator[Hit]:
    """4,000 a day and more: close enough to the 5,000 that Gmail counts over a domain with all its subdomains."""
    account = seen.account_seen
    many = (account is not None and account.sent >= BULK) or _daily(seen.answered.answers.volume) >= BULK
    if many and _outlook(seen) is not None:
        yield Hit(
            subject=seen.identity.domain,
            detail=f"{in_bulk(seen)}; Gmail and Outlook draw the line at about 5,000, and Gmail never takes it back",
            expected="everything that is asked of bulk senders",
            observed=(in_bulk(seen),),
            fix=Fix(f"See that what cannot be checked from here is done, too: {', '.join(UNCHECKED)}"),
        )


def receives(seen: Observation) -> tuple[bool | None, tuple[Sighting, ...]]:
    """Whether mail to the domain has somewhere to go, with the answers that say so; None where it is not known.

    An MX, or an address where there is none (RFC 5321, section 5.1). A null MX refuses all mail (RFC 7505).
    """
    mx, *addresses = (Question(seen.identity.domain, rtype) for rtype in (RecordType.MX, RecordType.A, RecordType.AAAA))
    exchangers = seen.auth.answers(mx)
    if exchangers:
        return any(bare(text.rpartition(" ")[2]) for text in exchangers), seen.auth.said(mx)
    if not seen.auth.absent(mx):
        return None, ()
    said = tuple(s for question in (mx, *addresses) for s in seen.auth.said(question))
    if any(seen.auth.answers(question) for question in addresses):
        return True, said
    return (False if all(map(seen.auth.absent, addresses)) else None), said


@check(
    "BLK010",
    "from-can-receive",
    step=Step.IDENTITY,
    severity=Severity.INFO,
    title="Nobody can answer: the From domain receives no mail",
)
def from_can_receive(seen: Observation) -> Iterator[Hit]:
    """No MX and no address, or a null MX. Outlook wants From or Reply-To to receive of those who send in bulk."""
    ses, (able, evidence) = seen.ses_identity, receives(seen)
    if ses is None or not ses.verified or able is not False:
        return
    refuses = bool(seen.auth.answers(Question(seen.identity.domain, RecordType.MX)))
    bulk = in_bulk(seen)
    yield Hit(
        subject=seen.identity.domain,
        detail=(
            "its MX is `0 .`, which says that it takes no mail; some receivers refuse mail from such a domain"
            if refuses
            else "it has neither an MX nor an address, so replies bounce"
        )
        + (f"; {bulk}" if bulk else ""),
        expected="an MX, or a Reply-To at a domain that has one",
        observed=("MX 0 .",) if refuses else ("none",),
        evidence=evidence,
        fix=Fix(
            "Give the domain an MX, or set Reply-To in every message to an address that is read"
            if not refuses
            else "Delete the null MX or give the domain a real one; a Reply-To helps readers, not such receivers"
        ),
        severity=Severity.WARNING if bulk else Severity.NOTICE if refuses else None,
    )


@check(
    "BLK011",
    "freemail-from",
    step=Step.IDENTITY,
    severity=Severity.WARNING,
    title="Mail is written from a free mailbox's domain",
    explains=("SES035",),
)
def freemail_from(seen: Observation) -> Iterator[Hit]:
    """gmail.com, yahoo.com, …: SES neither signs nor sends as them, so DMARC fails, and their owners say what then.

    An address identity may only be there to receive tests in the sandbox: it is an error once such mail was sent.
    """
    author = seen.message.author if seen.message is not None else ""
    names = [author] if author in FREE_MAIL else []
    if seen.identity.kind is IdentityKind.ADDRESS and seen.identity.domain in FREE_MAIL:
        names.append(seen.identity.domain)
    for name in dict.fromkeys(names):
        yield Hit(
            subject=seen.identity.name if name == seen.identity.domain else name,
            detail=f"nothing that SES does aligns with {name}, so mail from it fails DMARC and is taken for forged",
            expected="a domain of your own",
            observed=(f"From: …@{name}",),
            fix=Fix("Send from a domain of your own and put this address into Reply-To; to receive tests it is fine"),
            severity=Severity.ERROR if name == author else None,
        )


@check(
    "BLK015",
    "mixed-streams",
    step=Step.IDENTITY,
    severity=Severity.INFO,
    title="Marketing goes out from the domain that people write from",
)
def mixed_streams(seen: Observation) -> Iterator[Hit]:
    """Receivers keep a reputation for each domain: complaints about marketing hold up people's mail and receipts."""
    domain = seen.identity.domain
    marketing = seen.answered.answers.mail_type is MailType.MARKETING
    if not marketing or not seen.identity.is_domain or not is_registry(parent(domain)):
        return
    able, evidence = receives(seen)
    if able and seen.auth.answers(Question(domain, RecordType.MX)):
        yield Hit(
            subject=domain,
            detail="complaints about marketing count against everything else that is sent from the domain",
            expected=f"a subdomain for marketing, such as news.{domain}",
            observed=(f"marketing from {domain}, which has mailboxes",),
            evidence=evidence,
            fix=Fix(
                "Set a subdomain up for marketing",
                commands=(f"sendready apply news.{domain} --mail-type marketing",),
                safe=True,
            ),
        )
