"""SPF beside pyspf, which passes the whole RFC 7208 test suite: the same records, the same mail, the same result.

Where the two part on purpose, the table says by which section.
"""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from zones import Zone, answering

from sendready.mailauth.lookup import Status
from sendready.mailauth.spf import check_host

with warnings.catch_warnings():  # its last release is older than the warnings it gives
    warnings.simplefilter("ignore")
    import spf as pyspf

SENDER, HELO = "strong-bad+news@d0.example", "mail.d0.example"
NAMES = ("d0.example", "d1.example", "d2.example", "gone.example", "%{d1r}.example", "%{l1r+}.%{d}", "amazonses.com")
ADDRESSES = ("192.0.2.1", "192.0.2.200", "198.51.100.7", "2001:db8::1")

_name = st.sampled_from(NAMES)
_sign = st.sampled_from(["", "", "+", "-", "~", "?"])
_prefix = st.sampled_from(["", "", "", "/24", "/32", "//64", "/24//64", "/33", "/0", "/"])
_term = st.one_of(
    st.builds("{}include:{}".format, _sign, _name),
    st.builds("{}a:{}{}".format, _sign, _name, _prefix),
    st.builds("{}mx:{}{}".format, _sign, _name, _prefix),
    st.builds("{}exists:{}".format, _sign, _name),
    st.builds("{}ip4:{}{}".format, _sign, st.sampled_from([*ADDRESSES, "1.2.3"]), _prefix),
    st.builds("{}ip6:{}{}".format, _sign, st.sampled_from(ADDRESSES), st.sampled_from(["", "/64", "/129"])),
    st.builds("redirect={}".format, _name),
    st.sampled_from(
        ["a", "mx", "mx/24", "ptr", "-all", "~all", "?all", "all", "x=y", "exp=d1.example", "bogus", "A/24"]
    ),
    st.text(st.sampled_from("aimptxlnl:/=%{}d.-+~124"), min_size=1, max_size=10),
)
_record = st.builds(lambda terms: " ".join(["v=spf1", *terms]), st.lists(_term, max_size=5))
_texts = st.lists(st.one_of(_record, _record, _record, st.just("other")), max_size=2)


@st.composite
def zones(draw: Callable[..., object]) -> Zone:
    zone: dict[tuple[str, str], list[str] | Status] = {
        ("amazonses.com", "TXT"): ["v=spf1 ip4:198.51.100.0/24 -all"],
        ("1.2.0.192.in-addr.arpa", "PTR"): ["mail.d0.example"],
        ("mail.d0.example", "A"): ["192.0.2.1"],
    }
    for name in ("d0.example", "d1.example", "d2.example"):
        zone[name, "TXT"] = draw(_texts) if name != "d0.example" else [draw(_record)]
        zone[name, "A"] = draw(st.sampled_from([["192.0.2.1"], ["192.0.2.200"], [], Status.TIMEOUT]))
        zone[name, "AAAA"] = draw(st.sampled_from([["2001:db8::1"], []]))
        zone[name, "MX"] = draw(st.sampled_from([["10 d1.example"], ["10 mail.d0.example"], []]))
    return zone


def theirs(zone: Zone, ip: str, monkeypatch: pytest.MonkeyPatch) -> str:
    def look_up(name: str, qtype: str, tcpfallback: bool = True, timeout: float = 30) -> list[object]:
        values = zone.get((name, qtype), [])
        if isinstance(values, Status):
            raise pyspf.TempError("DNS")
        match qtype:
            case "MX":
                return [((name, qtype), (int(v.split()[0]), v.split()[1])) for v in values]
            case "TXT":
                return [((name, qtype), (v.encode(),)) for v in values]
            case _:
                return [((name, qtype), v) for v in values]

    monkeypatch.setattr(pyspf, "DNSLookup", look_up)
    return str(pyspf.query(i=ip, s=SENDER, h=HELO, strict=True, querytime=0).check()[0])


def _includes_itself(zone: Zone) -> bool:
    """Also by way of macros: `%{d1r}.example` is `d0.example` there."""
    own = ("include:{}", "include:%{{d1r}}.example", "redirect={}", "redirect=%{{d1r}}.example")
    return any(
        isinstance(texts, list) and any(term.format(name) in text for text in texts for term in own)
        for (name, rtype), texts in zone.items()
        if rtype == "TXT"
    )


def _repeats_a_modifier(zone: Zone) -> bool:
    def repeats(text: str) -> bool:
        names = [name for name, equals, _ in (term.partition("=") for term in text.split()) if equals]
        return len(set(names)) < len(names)

    return any(isinstance(texts, list) and any(map(repeats, texts)) for texts in zone.values())


EXPLAINED: tuple[tuple[str, Callable[[Zone, str, str], bool]], ...] = (
    (
        "4.6.4 and 5.2: a record that includes itself fails at the eleventh look-up, when it gets there; pyspf refuses"
        " it on sight, though a term before it, or an `all`, ends the evaluation",
        lambda zone, ours, theirs: theirs == "permerror" and _includes_itself(zone),
    ),
    (
        "6: unrecognized modifiers must be ignored, no matter where or how often they appear; pyspf refuses repeats",
        lambda zone, ours, theirs: theirs == "permerror" and _repeats_a_modifier(zone),
    ),
)
"""Where both differ on purpose: the section of RFC 7208 that decides, and how to tell that it is this."""


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(zone=zones(), ip=st.sampled_from(ADDRESSES))
def test_both_come_to_the_same_result(monkeypatch: pytest.MonkeyPatch, zone: Zone, ip: str) -> None:
    ours = asyncio.run(check_host(ip, "d0.example", SENDER, HELO, answering(zone))).result.value
    other = theirs(zone, ip, monkeypatch)

    if ours != other:
        assert any(applies(zone, ours, other) for _, applies in EXPLAINED), (ours, other)
