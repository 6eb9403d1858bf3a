"""What one received message, or one bounce, says: who vouched for it, what the receiver made of it (MSG, BLK, REP)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sendready.checks.registry import check
from sendready.checks.replies import Heard, meaning_of
from sendready.mailauth.dmarc.older import same_organisation
from sendready.model.finding import Fix, Hit, Severity
from sendready.model.observation import Observation
from sendready.model.received import Received, Result
from sendready.model.step import Step

SES_SIGNS_WITH = "amazonses.com"

ONCE = ("from", "to", "subject", "date", "message-id", "reply-to", "sender")
"""Headers that may stand in a message once at most (RFC 5322, section 3.6)."""

_PUT_OFF = re.compile(r"(?:smtp;)?\s*4\d\d\b", re.IGNORECASE)
"""A reply that is no refusal: SES tries again."""

NEEDED = ("date", "message-id")
"""Headers without which receivers grow suspicious; the first has to be there, the second should."""


def _message(seen: Observation) -> Received | None:
    """A message that was looked at; a bounce has no results of its own."""
    return seen.message if seen.message is not None and seen.message.author else None


def _judged(seen: Observation) -> Received | None:
    """A message of which a receiver wrote down what it makes of it."""
    message = _message(seen)
    return message if message is not None and message.results else None


def _passes_for(result: Result, author: str, *names: str) -> bool:
    """Whether a result is a pass for the author's organisation."""
    vouched = next((result.properties[name] for name in names if name in result.properties), "")
    return result.result == "pass" and same_organisation(vouched.rpartition("@")[2].lstrip("@"), author)


def _told(results: tuple[Result, ...], method: str) -> tuple[str, ...]:
    """The results as they stand in the header."""
    said = [
        f"{r.method}={r.result}"
        + "".join(f" {name}={value}" for name, value in r.properties.items())
        + (f" ({r.reason})" if r.reason else "")
        for r in results
    ]
    return tuple(said) or (f"no result for {method}",)


@check(
    "MSG001",
    "dkim-not-pass",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="The message has no DKIM signature of its domain that passes",
    explains=("MSG005",),
)
def dkim_not_pass(seen: Observation) -> Iterator[Hit]:
    """The receiver found no passing signature of the domain in From (RFC 8601, section 2.7.1)."""
    message = _judged(seen)
    if message is None:
        return
    results = message.of("dkim")
    if not any(_passes_for(r, message.author, "header.d", "header.i") for r in results):
        yield Hit(
            subject=message.author,
            detail=f"{message.receiver} looked at the message",
            expected=f"dkim=pass header.d={message.author}",
            observed=_told(results, "dkim"),
            fix=Fix(
                "Look at the domain's DKIM records and at what SES says of them; the message may be older than both"
            ),
        )


@check(
    "MSG002",
    "only-amazonses-signature",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="The message is signed by Amazon alone, not by its own domain",
    explains=("MSG001", "MSG005"),
)
def only_amazonses_signature(seen: Observation) -> Iterator[Hit]:
    """SES signs every message for itself; the domain's own signature is added once DKIM is set up and switched on."""
    message = _message(seen)
    domains = {signature.domain for signature in message.signatures} if message is not None else set()
    if message is not None and domains == {SES_SIGNS_WITH}:
        yield Hit(
            subject=message.author,
            detail="the only signature has d=amazonses.com, which says nothing about the domain in From",
            expected=f"a second signature, d={message.author}",
            observed=tuple(f"d={s.domain} s={s.selector}" for s in message.signatures),
            fix=Fix(
                "DKIM was not verified or not switched on when it was sent, or another identity sent it: an address"
                " identity has settings of its own, and so has every region"
            ),
        )


@check(
    "MSG003",
    "return-path-is-amazonses",
    step=Step.MAIL_FROM,
    severity=Severity.WARNING,
    title="Bounces of the message go to amazonses.com",
)
def return_path_is_amazonses(seen: Observation) -> Iterator[Hit]:
    """Without a MAIL FROM domain of one's own SPF passes for amazonses.com, which is not aligned."""
    message = _message(seen)
    if message is not None and (
        message.return_path == SES_SIGNS_WITH or message.return_path.endswith(f".{SES_SIGNS_WITH}")
    ):
        yield Hit(
            subject=message.author,
            detail="SPF was checked for amazonses.com, so only DKIM is left for DMARC",
            expected=f"a domain below {message.author}",
            observed=(f"Return-Path: {message.return_path}",),
            fix=Fix("Set a MAIL FROM domain up, or mend the one that SES does not use at the moment"),
        )


@check(
    "MSG004",
    "spf-not-pass",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="SPF did not pass for the message",
)
def spf_not_pass(seen: Observation) -> Iterator[Hit]:
    """The receiver's own result for the envelope's domain (RFC 8601, section 2.7.2)."""
    message = _judged(seen)
    results = message.of("spf") if message is not None else ()
    if message is not None and results and not any(result.result == "pass" for result in results):
        yield Hit(
            subject=message.return_path or message.author,
            detail=f"{message.receiver} looked at the message; a forwarder on the way breaks SPF, and DKIM then counts",
            expected="spf=pass",
            observed=_told(results, "spf"),
            fix=Fix("Look at the SPF record of the MAIL FROM domain: it must include amazonses.com"),
        )


@check(
    "MSG005",
    "dmarc-not-pass",
    step=Step.DMARC,
    severity=Severity.ERROR,
    title="DMARC did not pass for the message",
)
def dmarc_not_pass(seen: Observation) -> Iterator[Hit]:
    """The receiver's own result for the domain in From."""
    message = _judged(seen)
    results = message.of("dmarc") if message is not None else ()
    if message is not None and any(result.result == "fail" for result in results):
        yield Hit(
            subject=message.author,
            detail=f"{message.receiver} looked at the message: neither DKIM nor SPF passed for the domain in From",
            expected=f"dmarc=pass header.from={message.author}",
            observed=_told(results, "dmarc"),
            fix=Fix("Let one of them pass for the domain in From; with SES that is DKIM"),
        )


@check(
    "MSG006",
    "body-modified",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="The message was changed after it had been signed",
    explains=("MSG001", "MSG005"),
)
def body_modified(seen: Observation) -> Iterator[Hit]:
    """A signature whose body hash does not fit was right when it was made (RFC 6376, section 3.7)."""
    message = _judged(seen)
    broken = [r for r in message.of("dkim") if "body hash" in r.reason.lower()] if message is not None else []
    if message is not None and broken:
        yield Hit(
            subject=message.author,
            detail="its text is another than the one that was signed: a gateway, a mailing list or a footer did it",
            expected="the text as it was sent",
            observed=_told(tuple(broken), "dkim"),
            fix=Fix("Have whatever adds footers or scans links work before SES gets the message, or leave it out"),
        )


@check(
    "MSG007",
    "sent-from-other-region",
    step=Step.ACCOUNT,
    severity=Severity.NOTICE,
    title="The message was sent from another region than the one looked at",
)
def sent_from_other_region(seen: Observation) -> Iterator[Hit]:
    """SES writes its region into Feedback-ID; what is right in one region says nothing about another."""
    message = _message(seen)
    if message is not None and message.region and seen.region and message.region != seen.region:
        yield Hit(
            subject=message.author,
            detail="an identity, its keys and its sandbox belong to one region",
            expected=seen.region,
            observed=(message.region,),
            fix=Fix(
                "Look at the region it was sent from",
                commands=(f"sendready check {seen.identity.quoted} --region {message.region}",),
            ),
        )


@check(
    "MSG008",
    "untrusted-results",
    step=Step.ACCOUNT,
    severity=Severity.NOTICE,
    title="The message holds results of hosts that did not receive it here",
)
def untrusted_results(seen: Observation) -> Iterator[Hit]:
    """Anybody can write Authentication-Results into a message: only those on top count (RFC 8601, section 7.1)."""
    message = _judged(seen)
    if message is not None and message.foreign:
        yield Hit(
            subject=message.author,
            detail=f"only what {message.receiver} says counts; the others may have been added on the way, or made up",
            expected=message.receiver,
            observed=message.foreign,
            fix=Fix("Nothing: they were left out"),
        )


@check(
    "BLK005",
    "one-click-unsubscribe",
    step=Step.IDENTITY,
    severity=Severity.WARNING,
    title="Readers cannot unsubscribe with one click",
)
def one_click_unsubscribe(seen: Observation) -> Iterator[Hit]:
    """RFC 8058: an https address, List-Unsubscribe-Post, and a signature that covers both; asked of bulk mail."""
    message = _message(seen)
    if message is None or not message.unsubscribe:
        return
    lacking = []
    if "<https:" not in message.unsubscribe.lower():
        lacking.append("List-Unsubscribe has no https address")
    if message.unsubscribe_post.lower() != "list-unsubscribe=one-click":
        lacking.append("List-Unsubscribe-Post is not `List-Unsubscribe=One-Click`")
    covered = [s.signed for s in message.signatures if s.domain != SES_SIGNS_WITH]
    both = {"list-unsubscribe", "list-unsubscribe-post"}
    if not lacking and covered and not any(both <= signed for signed in covered):
        lacking.append("no signature of the domain covers both headers")
    if lacking:
        yield Hit(
            subject=message.author,
            detail="Gmail and Yahoo want it of everybody who sends marketing in bulk",
            expected="List-Unsubscribe: <https://…> and List-Unsubscribe-Post: List-Unsubscribe=One-Click",
            observed=tuple(lacking),
            fix=Fix("Add both headers, or let SES do it: ListManagementOptions with a contact list"),
        )


@check(
    "BLK008",
    "ptr-fcrdns",
    step=Step.ACCOUNT,
    severity=Severity.NOTICE,
    title="The receiver found no name for the server that sent the message",
)
def ptr_fcrdns(seen: Observation) -> Iterator[Hit]:
    """The receiver wrote `unknown` where the name of SES's server belongs: no PTR, or one that does not lead back.

    SES's shared addresses have their names from AWS; it can only be missing for a dedicated one.
    """
    message = _message(seen)
    if message is not None and message.hop is not None and message.hop.unnamed:
        yield Hit(
            subject=message.author,
            detail="Gmail, Yahoo and others refuse or delay mail of servers whose address has no name, and back; it may"
            " also have been this receiver's own look-up that failed for a moment",
            expected="a PTR record, and an address record at its name that leads back",
            observed=(message.hop.text,),
            fix=Fix("Ask AWS support about the reverse name of your dedicated address; SES's shared ones all have one"),
        )


@check(
    "BLK009",
    "tls",
    step=Step.ACCOUNT,
    severity=Severity.WARNING,
    title="The message came to the receiver without TLS",
)
def tls(seen: Observation) -> Iterator[Hit]:
    """The receiver's own Received header says how SES handed the message over (RFC 3848)."""
    message = _message(seen)
    if message is not None and message.hop is not None and message.hop.tls is False:
        yield Hit(
            subject=message.author,
            detail="SES uses TLS where the receiver offers it; Gmail asks for it of everybody who sends to it",
            expected="with ESMTPS, or a TLS version",
            observed=(message.hop.text,),
            fix=Fix(
                "The receiver did not offer TLS: ask whoever runs it. SES sends without TLS nowhere if the"
                " configuration set says `TlsPolicy: REQUIRE`, and mail to such receivers bounces then"
            ),
        )


@check(
    "BLK013",
    "header-hygiene",
    step=Step.IDENTITY,
    severity=Severity.WARNING,
    title="The message's headers are not as they should be",
)
def header_hygiene(seen: Observation) -> Iterator[Hit]:
    """Headers that stand twice, several authors, or none of those that must be there (RFC 5322, section 3.6)."""
    message = _message(seen)
    if message is None:
        return
    wrong = [f"{name} stands there {message.headers[name]} times" for name in ONCE if message.headers.get(name, 0) > 1]
    wrong += [f"there is no {name}" for name in NEEDED if not message.headers.get(name)]
    if message.authors > 1:
        wrong.append(f"From names {message.authors} addresses")
    if wrong:
        yield Hit(
            subject=message.author,
            detail="Gmail refuses such messages, and DMARC cannot be judged where there are several authors",
            expected="each header once, one author",
            observed=tuple(wrong),
            fix=Fix("Mend the program that writes the message"),
        )


@check(
    "REP004",
    "receiver-said",
    step=Step.IDENTITY,
    severity=Severity.ERROR,
    title="A receiver refused the mail",
)
def receiver_said(seen: Observation) -> Iterator[Hit]:
    """The diagnostic code of a bounce, with what it means (RFC 3464, section 2.3.6)."""
    for reply in seen.message.replies if seen.message is not None else ():
        meant = meaning_of(reply, Heard.RECEIVER)
        if meant is None:
            yield Hit(
                subject=seen.identity.domain,
                detail="nothing in this reply is known here; the text behind the code says why",
                expected="the mail taken",
                observed=(reply,),
                severity=Severity.WARNING,
            )
            continue
        behind = f"; it may be {', '.join(meant.findings)}" if meant.findings else ""
        yield Hit(
            subject=seen.identity.domain,
            title=f"{meant.who}: {meant.title}",
            detail=f"{meant.means}{behind}",
            expected="the mail taken",
            observed=(reply,),
            fix=Fix(meant.do),
            severity=Severity.WARNING if _PUT_OFF.match(reply) else None,
        )
