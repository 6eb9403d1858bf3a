"""What is told to whoever manages the DNS: each record, why it is needed, how it is typed, and what not to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sendready.hosts import Entry, Host, entry, host_seen
from sendready.model.names import bare, is_at_or_below
from sendready.model.observation import Observation, Seen
from sendready.model.records import ObservedRecord, RecordState, RecordType
from sendready.model.step import Step
from sendready.steps.wanted import DKIM_RECORDS


@dataclass(frozen=True, slots=True)
class Item:
    """One record to be added."""

    number: int
    record: ObservedRecord
    entry: Entry
    """What is typed, in the host's words."""
    why: str

    @property
    def done(self) -> bool:
        """Every server that answered has it, or some do and the others are on their way."""
        return self.record.state in (RecordState.LIVE, RecordState.SPREADING)

    @property
    def in_the_way(self) -> tuple[str, ...]:
        """Other values at its name; they belong to somebody."""
        return self.record.found if self.record.state is RecordState.WRONG else ()


@dataclass(frozen=True, slots=True)
class Handoff:
    """Everything on the page; texts may hold `code` between backticks."""

    domain: str
    region: str
    zone: str
    host: Host | None
    servers: tuple[str, ...]
    at: datetime
    items: tuple[Item, ...]
    lacks_dkim: bool
    """SES has not named the DKIM records yet, so that more will follow."""

    @property
    def place(self) -> str:
        """Where the records are entered."""
        return self.host.name if self.host is not None else "your DNS host"


def handoff(seen: Observation) -> Handoff:
    """The hand-over of one look."""
    host, zone = host_seen(seen), seen.zone or seen.identity.domain
    cut = seen.delegation.value if isinstance(seen.delegation, Seen) else None
    return Handoff(
        domain=seen.identity.name,
        region=seen.region,
        zone=zone,
        host=host,
        servers=tuple(dict.fromkeys(bare(server.name) for server in cut.servers)) if cut is not None else (),
        at=seen.at,
        items=tuple(
            Item(number, record, entry(record.wanted, zone, host), _why(record, seen.identity.domain))
            for number, record in enumerate(seen.records, 1)
        ),
        lacks_dkim=seen.identity.is_domain and seen.ses_identity is None,
    )


def _why(record: ObservedRecord, domain: str) -> str:
    """Why one record is needed, in words for somebody who has never heard of SES."""
    wanted = record.wanted
    match wanted.step, wanted.type:
        case Step.DKIM, _:
            return (
                f"DKIM: points to a public key that Amazon keeps and renews. With it receivers check that a message"
                f" really comes from `{domain}`. All {DKIM_RECORDS} are needed."
            )
        case Step.MAIL_FROM, RecordType.MX:
            return (
                f"Takes bounces of mail sent by Amazon SES back to it. It stands at `{wanted.name}` alone; the mail"
                f" that `{domain}` itself receives stays where it is."
            )
        case Step.MAIL_FROM, _:
            return (
                f"SPF: lets Amazon SES send with `{wanted.name}` as the envelope's sender. The SPF record of"
                f" `{domain}` itself, if there is one, stays as it is."
            )
        case _:
            return (
                "DMARC: tells receivers what to do with mail that claims to come from the domain and fails its checks."
                " Gmail, Yahoo and Microsoft want one from whoever sends in bulk."
            )


def cautions(page: Handoff) -> Iterator[tuple[str, str]]:
    """What not to do: a short head and a sentence, the most frequent mistake first, in the host's words if known."""
    if not page.items:
        return
    host, zone = page.host, page.zone
    example = next((i for i in page.items if i.record.wanted.name != zone), page.items[0])
    name, word = example.record.wanted.name, f"`{example.entry.name.word}`"
    below = is_at_or_below(name, zone)
    if host is not None and host.appends_domain is False:
        yield "The whole name.", f"{host.name} wants it whole in {word}, such as `{name}`."
    elif host is not None and host.appends_domain:
        yield (
            "Do not append the domain twice.",
            f"{host.name} puts `.{zone}` behind what is typed in {word}. Type `{example.entry.name.text}`;"
            f" with the whole name the record would land at `{name}.{zone}`.",
        )
    elif below:
        yield (
            "Do not append the domain twice.",
            f"Most forms put `.{zone}` behind what is typed as a name. Look at the saved record: it must be called"
            f" `{name}`, not `{name}.{zone}`. If yours wants the whole name, copy that one.",
        )
    yield from _proxies(page)
    if host is not None and host.note and not host.proxies:
        yield f"At {host.name}:", f"{host.note}."
    yield (
        "Add, never replace.",
        "Each of these is a new record. Leave every other record as it is, the MX and SPF records of"
        f" `{page.domain}` itself above all.",
    )
    yield (
        "One SPF record and one DMARC record at a name.",
        "If there is one already at exactly the name below, do not add a second: two count as none. Ask whoever sent"
        " you this page.",
    )
    yield "Keep the underscores.", "`_domainkey` and `_dmarc` begin with one; the name does not work without it."
    if any(i.record.wanted.type is RecordType.TXT for i in page.items):
        yield "Quotes.", _quotes(host)


def _proxies(page: Handoff) -> Iterator[tuple[str, str]]:
    host = page.host
    if host is not None and host.proxies:
        note = f" {host.note}." if host.note else ""
        yield (
            "Proxy off.",
            f"{host.name} can answer for a record with addresses of its own; then nobody sees the record.{note}",
        )
    elif host is None or host.proxies is None:
        yield (
            "No proxy, no CDN, no flattening.",
            "Where the form has such a switch (an orange cloud, for example), leave it off: the CNAME records must be"
            " seen as they are.",
        )


def _quotes(host: Host | None) -> str:
    match host.quotes_txt if host is not None else None:
        case True:
            return "Type the quotes around a text; they stand in the values below."
        case False:
            return "Type no quotes around a text."
        case _:
            return "Most forms want a text without quotes around it. If yours refuses it, put it between straight ones."


__all__ = ["Handoff", "Item", "cautions", "handoff"]
