"""Where a wanted record lands when it is entered wrongly: what is asked once it is proven absent, never before."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from sendready.model.names import LONGEST_NAME, ancestors, bare, is_at_or_below, is_registry, labels, parent, relative
from sendready.model.observation import Slip
from sendready.model.records import Question, RecordType, WantedRecord
from sendready.model.step import Step

DOMAINKEY = "_domainkey"
"""The label below which DKIM keys live (RFC 6376, section 3.6.2.1)."""

Place = tuple[Slip, Question]


def places(record: WantedRecord, domain: str, zones: Collection[str]) -> tuple[Place, ...]:
    """Every place to look at for one record that is not at its own; `zones` are those its host may append."""
    found = dict.fromkeys((*_doubled(record, {domain, *zones}), *_BY_STEP[record.step](record, domain)))
    return tuple(
        (slip, question)
        for slip, question in found
        if question != record.question and len(question.name) <= LONGEST_NAME
    )


ADDRESSES = (RecordType.A, RecordType.AAAA)


def may_be_wild(record: WantedRecord, slip: Slip) -> bool:
    """Whether a wildcard could answer at a place with what would explain the record.

    It could with anything at the record's own name, and with a mail exchanger or a text elsewhere; never with the
    token of a DKIM record, nor at the domain itself (RFC 4592, section 2.2).
    """
    return slip in _IN_PLACE or (record.step is not Step.DKIM and slip is not Slip.APEX)


_IN_PLACE = frozenset({Slip.ANOTHER_TYPE, Slip.ADDRESS})


def behind(record: WantedRecord, target: str) -> Question | None:
    """What to ask where a CNAME leads elsewhere, to see whether it gets to its target in the end; None: no use."""
    name = bare(target)
    if record.type is not RecordType.CNAME or name == bare(record.value) or not _HOST.fullmatch(name):
        return None
    return Question(name, RecordType.CNAME)


_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)+")


def beside(question: Question, label: str) -> Question:
    """The same question about a sibling that nobody has made: only a wildcard answers for it."""
    return Question(f"{label}.{parent(question.name)}", question.type)


def explains(record: WantedRecord, slip: Slip, answers: Sequence[str]) -> bool:
    """Whether what was found at a place has to do with the record, and is not somebody's own."""
    match slip:
        case Slip.SWAPPED:
            return any(is_at_or_below(bare(answer), parent(record.name)) for answer in answers)
        case Slip.ANOTHER_TYPE:
            return any(bare(record.value) in bare(text) or _KEY.search(text) is not None for text in answers)
        case Slip.ADDRESS:
            return bool(answers)
        case Slip.CHAINED:
            return [bare(answer) for answer in answers] == [bare(record.value)]
        case _:
            return any(_is_ours(record, answer) for answer in answers)


_KEY = re.compile(r"(?:^|;)[ \t]*(?:v[ \t]*=[ \t]*DKIM1|k[ \t]*=[ \t]*rsa|p[ \t]*=[ \t]*MI)")
"""What a DKIM key record looks like (RFC 6376, section 3.6.1)."""


def _is_ours(record: WantedRecord, answer: str) -> bool:
    """The very value, or one that only this record could have: its token, SES's own host, its include."""
    match record.type:
        case RecordType.CNAME:
            return labels(bare(answer))[:1] == labels(bare(record.value))[:1]
        case RecordType.MX:
            return bare(record.value.rpartition(" ")[2]) in bare(answer)
        case _ if record.step is Step.MAIL_FROM:
            return "amazonses.com" in answer.lower() and "v=spf1" in answer.lower()
        case _:
            return bool(record.relevant((answer,)))


def _doubled(record: WantedRecord, zones: Collection[str]) -> Iterator[Place]:
    """The names a record gets where a host appends a zone to a name that holds it already, wholly or in part."""
    for zone in sorted(zones):
        yield Slip.DOUBLED, Question(f"{record.name}.{zone}", record.type)
        above = parent(zone)
        if not is_registry(above) and is_at_or_below(record.name, above):
            yield Slip.DOUBLED, Question(f"{relative(record.name, above)}.{zone}", record.type)


def _above(domain: str) -> Iterator[str]:
    """The domains above one, nearest first, down to the one that was registered."""
    return (name for name in ancestors(domain)[1:] if not is_registry(name))


def _of_dkim(record: WantedRecord, domain: str) -> Iterator[Place]:
    token = labels(record.name)[0]
    yield Slip.DOUBLED, Question(f"{token}.{DOMAINKEY}.{DOMAINKEY}.{domain}", record.type)
    yield Slip.NO_DOMAINKEY, Question(f"{token}.{domain}", record.type)
    for label in ("dkim", "_dkim", "_domainkeys", "_domain-key", "_domain_key", "_domainkey.www"):
        yield Slip.NO_DOMAINKEY, Question(f"{token}.{label}.{domain}", record.type)
    for spelt in (".domainkey", ".-domainkey", ".%5fdomainkey", "_domainkey", "-domainkey", "domainkey"):
        yield Slip.NO_UNDERSCORE, Question(f"{token}{spelt}.{domain}", record.type)
    for above in _above(domain):
        yield Slip.ZONE_ABOVE, Question(f"{token}.{DOMAINKEY}.{above}", record.type)
    yield Slip.SWAPPED, Question(f"{bare(record.value)}.{domain}", record.type)
    yield Slip.ANOTHER_TYPE, Question(record.name, RecordType.TXT)
    for rtype in ADDRESSES:
        yield Slip.ADDRESS, Question(record.name, rtype)


def _of_mail_from(record: WantedRecord, domain: str) -> Iterator[Place]:
    yield Slip.APEX, Question(domain, record.type)
    label = relative(record.name, domain) if is_at_or_below(record.name, domain) else labels(record.name)[0]
    for above in _above(domain):
        yield Slip.ZONE_ABOVE, Question(f"{label}.{above}", record.type)


def _of_dmarc(record: WantedRecord, domain: str) -> Iterator[Place]:
    yield Slip.APEX, Question(domain, record.type)
    for spelt in ("dmarc", "-dmarc", "__dmarc", "_dmark", "_dmarc1"):
        yield Slip.NO_UNDERSCORE, Question(f"{spelt}.{domain}", record.type)
    yield Slip.DOUBLED, Question(f"_dmarc._dmarc.{domain}", record.type)
    yield Slip.ZONE_BELOW, Question(f"_dmarc.www.{domain}", record.type)


_BY_STEP = {Step.DKIM: _of_dkim, Step.MAIL_FROM: _of_mail_from, Step.DMARC: _of_dmarc}
