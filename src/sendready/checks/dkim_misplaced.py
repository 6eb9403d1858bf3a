"""DKIM records that are in DNS, but not as CNAMEs at their own names: each way they got lost (KIM)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from ipaddress import ip_address, ip_network

from sendready.checks.dkim import WAITS, dkim_records, subject
from sendready.checks.entering import name_field
from sendready.checks.legs import SPF_FAILS
from sendready.checks.registry import check
from sendready.hosts import field_for_names
from sendready.model.finding import Fix, Hit, Severity
from sendready.model.names import bare, is_at_or_below
from sendready.model.observation import Observation, Seen, Slip, Stray
from sendready.model.records import ObservedRecord, RecordType
from sendready.model.step import Step

CLOUDFLARE = tuple(
    map(
        ip_network,
        (
            "173.245.48.0/20",
            "103.21.244.0/22",
            "103.22.200.0/22",
            "103.31.4.0/22",
            "141.101.64.0/18",
            "108.162.192.0/18",
            "190.93.240.0/20",
            "188.114.96.0/20",
            "197.234.240.0/22",
            "198.41.128.0/17",
            "162.158.0.0/15",
            "104.16.0.0/13",
            "104.24.0.0/14",
            "172.64.0.0/13",
            "131.0.72.0/22",
        ),
    )
)
"""The addresses that stand for a proxied name (https://www.cloudflare.com/ips-v4, which changes every few years)."""

FLATTENING = ("ns.cloudflare.com",)
"""Name servers of hosts that can be told to answer with what an alias leads to, below the zone's apex too."""

_EXPLAINS = ("KIM001", *WAITS)

Found = tuple[ObservedRecord, Stray]
"""A record that is proven absent at its own name, and what lies there or elsewhere instead."""


def _found(seen: Observation, slip: Slip) -> list[Found]:
    return [
        (record, stray)
        for record in dkim_records(seen)
        for stray in seen.strays_of(slip)
        if stray.wanted == record.wanted and record.absent
    ]


def _hit(
    seen: Observation, found: Sequence[Found], detail: str, do: str, *, expected: str, observed: tuple[str, ...]
) -> Hit:
    """One finding for all records that got lost in the same way: they were entered by the same hand."""
    records = _records(found)
    return Hit(
        subject=subject(records, seen),
        detail=detail,
        expected=expected,
        observed=observed,
        evidence=tuple(sighting for _, stray in found for sighting in stray.sightings),
        fix=Fix(do, tuple(record.wanted for record in records)),
    )


def _records(found: Sequence[Found]) -> tuple[ObservedRecord, ...]:
    return tuple(dict.fromkeys(record for record, _ in found))


def _elsewhere(seen: Observation, found: Sequence[Found], do: str) -> Iterator[Hit]:
    """Records at other names: `do` says of the first what to enter, as `{name}`, and what to delete, as `{at}`."""
    if found:
        record, stray = found[0]
        several = len(_records(found)) > 1
        yield _hit(
            seen,
            found,
            f"the first of them is at {stray.at}" if several else f"it is at {stray.at}",
            do.format(
                name=name_field(record.wanted.name, seen),
                field=field_for_names(seen, RecordType.CNAME),
                at=stray.at,
                value=record.wanted.value,
                zone=seen.zone,
            )
            + ("; likewise the others. Their whole names are:" if several else ". Its whole name is:"),
            expected=record.wanted.name,
            observed=tuple(stray.at for _, stray in found),
        )


def _in_place(seen: Observation, found: Sequence[Found], detail: str, do: str) -> Iterator[Hit]:
    """Something else at the records' own names."""
    if found:
        yield _hit(
            seen,
            found,
            detail,
            do,
            expected=f"CNAME {found[0][0].wanted.value}",
            observed=tuple(
                f"{stray.question.type.value} {_short(text)}" for _, stray in found for text in stray.answers
            ),
        )


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


_SHOWN = 60


@check(
    "KIM004",
    "doubled-domain",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="The DNS host appended the domain to a name that had it already",
    explains=_EXPLAINS,
)
def doubled_domain(seen: Observation) -> Iterator[Hit]:
    """The records are proven absent at their own names and live at `tok._domainkey.example.com.example.com`.

    Where the same happened to records of other steps, one form did it to all of them, and they are told here.
    """
    found = _found(seen, Slip.DOUBLED)
    do = "Enter only `{name}` in {field}, then delete the doubled record at `{at}`"
    others = _doubled_beside_dkim(seen)
    for hit in _elsewhere(seen, found, do):
        if not others:
            yield hit
            continue
        entered = [*(record for record, _ in found), *(record for record, _ in others)]
        names = tuple(dict.fromkeys(f"`{name_field(record.wanted.name, seen)}`" for record in entered))
        yield replace(
            hit,
            subject=f"{len({record.wanted for record in entered})} records of {seen.identity.domain}",
            title="The DNS host appended the domain to names that had it already",
            detail=f"the first of them is at {found[0][1].at}; the others got lost in the same way",
            expected=", ".join(dict.fromkeys(record.wanted.name for record in entered)),
            observed=(*hit.observed, *(f"{stray.at} {stray.question.type.value}" for _, stray in others)),
            evidence=(*hit.evidence, *(sighting for _, stray in others for sighting in stray.sightings)),
            fix=replace(
                hit.fix,
                text=f"Enter the names without the domain: {', '.join(names)}; then delete the doubled records. Their"
                " whole names are:",
                records=(*hit.fix.records, *dict.fromkeys(record.wanted for record, _ in others)),
            ),
            explains=(*_EXPLAINS, *(symptom for step in _steps(others) for symptom in _DOUBLED_TOO[step])),
        )


_DOUBLED_TOO: Mapping[Step, tuple[str, ...]] = {
    Step.MAIL_FROM: ("MFR001", "MFR007", "MFR012", "MFR017", "MFR018", "MFR019", *SPF_FAILS),
    Step.DMARC: ("DMC001", "DMC003", "BLK002"),
}
"""What is said of the records of each other step where they got lost with the DKIM records."""


def _doubled_beside_dkim(seen: Observation) -> list[Found]:
    """Records of MAIL FROM and DMARC that were doubled with the DKIM records, step by step.

    Where a record of a step is missing altogether it speaks for itself, and everything of its step with it.
    """
    others = [record for record in seen.records if record.wanted.step in _DOUBLED_TOO and record.absent]
    doubled = [(r, stray) for r in others for stray in seen.strays_of(Slip.DOUBLED) if stray.wanted == r.wanted]
    held = {record.wanted for record, _ in doubled}
    missing = {record.wanted.step for record in others if record.wanted not in held}
    return [(record, stray) for record, stray in doubled if record.wanted.step not in missing]


def _steps(found: Sequence[Found]) -> tuple[Step, ...]:
    return tuple(dict.fromkeys(record.wanted.step for record, _ in found))


@check(
    "KIM006",
    "domainkey-label-missing",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="The name of a DKIM record lacks `_domainkey`",
    explains=_EXPLAINS,
)
def domainkey_label_missing(seen: Observation) -> Iterator[Hit]:
    """The record is at `tok.example.com` or `tok.dkim.example.com`: keys lie below `_domainkey` (RFC 6376, 3.6.2.1)."""
    yield from _elsewhere(
        seen,
        _found(seen, Slip.NO_DOMAINKEY),
        "Enter `{name}` in {field}, `_domainkey` included, then delete the record at `{at}`",
    )


@check(
    "KIM007",
    "underscore-stripped",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="The underscore of `_domainkey` got lost in a DKIM record",
    explains=_EXPLAINS,
)
def underscore_stripped(seen: Observation) -> Iterator[Hit]:
    """The record is at `tok.domainkey.example.com` or the like: the host, or a hand, wrote `_` another way."""
    yield from _elsewhere(
        seen,
        _found(seen, Slip.NO_UNDERSCORE),
        "Enter `{name}` with its underscore, in the host's advanced form if the simple one takes it away, then delete"
        " the record at `{at}`",
    )


@check(
    "KIM008",
    "landed-in-parent-zone",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="A DKIM record was entered for the domain above",
    explains=_EXPLAINS,
)
def landed_in_parent_zone(seen: Observation) -> Iterator[Hit]:
    """The record is at `tok._domainkey.example.com`, with a token that belongs to `news.example.com`."""
    yield from _elsewhere(
        seen,
        _found(seen, Slip.ZONE_ABOVE),
        "In the zone {zone} enter `{name}` in {field}, then delete the record at `{at}`"
        if seen.zone is not None
        else "Enter `{name}` as the whole name, then delete the record at `{at}`",
    )


@check(
    "KIM011",
    "name-value-swapped",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="Name and value of a DKIM record are exchanged",
    explains=_EXPLAINS,
)
def name_value_swapped(seen: Observation) -> Iterator[Hit]:
    """A name below `amazonses.com.example.com` points to the record's own name."""
    yield from _elsewhere(
        seen,
        _found(seen, Slip.SWAPPED),
        "Enter `{name}` in {field} and `{value}` in the value field, then delete the record at `{at}`",
    )


@check(
    "KIM012",
    "txt-instead-of-cname",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="A DKIM record is a TXT record where a CNAME is wanted",
    explains=_EXPLAINS,
)
def txt_instead_of_cname(seen: Observation) -> Iterator[Hit]:
    """A text at the record's own name: its target, or the key that the target would lead to."""
    yield from _in_place(
        seen,
        [found for found in _texts(seen) if not _holds_key(found)],
        "the right name and value, and the wrong type: SES looks for a CNAME there",
        "Delete the TXT record at this name, then add the CNAME; a name that has a CNAME can have nothing else",
    )
    if not _host_flattens(seen):
        yield from _in_place(
            seen,
            [found for found in _texts(seen) if _holds_key(found)],
            "the key itself stands there: somebody pasted it as a text, or the DNS host answers with what the CNAME"
            " leads to",
            "If you see a TXT record at this name at the DNS host, delete it and add the CNAME; if you see the CNAME,"
            " switch off that the host flattens it",
        )


@check(
    "KIM015",
    "flattened-cname",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="The DNS host answers with the key instead of the DKIM CNAME",
    explains=_EXPLAINS,
)
def flattened_cname(seen: Observation) -> Iterator[Hit]:
    """The key is a text at the record's own name, at a host that can flatten aliases; elsewhere it is KIM012."""
    if _host_flattens(seen):
        yield from _in_place(
            seen,
            [found for found in _texts(seen) if _holds_key(found)],
            "CNAMEs are flattened here, or somebody pasted the key as a text; SES looks for the CNAME itself",
            "In Cloudflare's DNS settings switch off `CNAME flattening for all CNAME records`, and `Flatten` at the"
            " record itself; if what you see there is a TXT record, delete it and add the CNAME, set to `DNS only`",
        )


def _texts(seen: Observation) -> list[Found]:
    """Texts at the records' own names; where addresses of a proxy stand as well, the proxy is the cause of both."""
    proxied = _records(_proxied(seen))
    return [found for found in _found(seen, Slip.ANOTHER_TYPE) if found[0] not in proxied]


def _holds_key(found: Found) -> bool:
    record, stray = found
    return not any(bare(record.wanted.value) in bare(text) for text in stray.answers)


def _host_flattens(seen: Observation) -> bool:
    servers = seen.delegation.value.servers if isinstance(seen.delegation, Seen) else ()
    return any(is_at_or_below(bare(server.name), host) for server in servers for host in FLATTENING)


@check(
    "KIM013",
    "address-or-redirect-record",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="Addresses stand where a DKIM CNAME is wanted",
    explains=_EXPLAINS,
)
def address_or_redirect_record(seen: Observation) -> Iterator[Hit]:
    """An address at the record's own name: an A record, or what a host makes of a web redirect."""
    proxied = _records(_proxied(seen))
    yield from _in_place(
        seen,
        [found for found in _found(seen, Slip.ADDRESS) if found[0] not in proxied],
        "an A record or a web redirect was made for the name; SES looks for a CNAME there",
        "Delete the A record or redirect at this name, then add the CNAME",
    )


@check(
    "KIM014",
    "proxied-cname",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="Cloudflare's proxy stands in front of a DKIM record",
    explains=_EXPLAINS,
)
def proxied_cname(seen: Observation) -> Iterator[Hit]:
    """All addresses at the record's own name are Cloudflare's: it answers with them in place of a proxied CNAME."""
    yield from _in_place(
        seen,
        _proxied(seen),
        "Cloudflare answers with addresses of its own and hides the CNAME",
        "At Cloudflare edit the record, switch `Proxy status` to `DNS only` (grey cloud) and save; if its type is not"
        " CNAME, delete it and add the CNAME with `DNS only`",
    )


def _proxied(seen: Observation) -> list[Found]:
    return [(record, stray) for record, stray in _found(seen, Slip.ADDRESS) if all(map(_is_cloudflare, stray.answers))]


def _is_cloudflare(address: str) -> bool:
    try:
        return any(ip_address(address) in network for network in CLOUDFLARE)
    except ValueError:
        return False


@check(
    "KIM019",
    "cname-with-other-data",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="A DKIM name has a CNAME and something else",
    explains=WAITS,
)
def cname_with_other_data(seen: Observation) -> Iterator[Hit]:
    """A name with a CNAME can have nothing else (RFC 1034, section 3.6.2); receivers ask for the text and get that."""
    held = {record.wanted: record for record in dkim_records(seen)}
    strays = [stray for stray in seen.strays_of(Slip.BESIDE) if stray.wanted in held]
    if strays:
        records = tuple(dict.fromkeys(held[stray.wanted] for stray in strays))
        more = "; likewise at the others" if len(records) > 1 else ""
        yield Hit(
            subject=subject(records, seen),
            detail="the CNAME is right, and a text stands at the same name: whoever asks for the key gets the text and"
            " never follows the CNAME",
            expected="nothing but the CNAME",
            observed=tuple(dict.fromkeys(f"TXT {text}" for stray in strays for text in stray.answers)),
            evidence=tuple(sighting for stray in strays for sighting in stray.sightings),
            fix=Fix(f"Delete the TXT record at {strays[0].at}{more}, and leave the CNAME"),
        )
