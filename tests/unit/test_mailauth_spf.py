"""SPF as receivers evaluate it (RFC 7208): the grammar with every fault in its place, and the RFC's own examples."""

from __future__ import annotations

import asyncio
import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zones import Zone, answering

from sendready.mailauth.lookup import Status, joined
from sendready.mailauth.spf import Result, check_host, is_record, parse
from sendready.mailauth.spf.macros import Address, Message, expand
from sendready.model.spf import SpfFault, SpfRecord


def read(text: str) -> SpfRecord:
    record = parse(text)
    assert record is not None
    return record


# Grammar (sections 4.5, 4.6 and 12)


@pytest.mark.parametrize("text", ["v=spf1", "v=spf1 ", "V=SPF1 -all", "v=spf1  mx   -all"])
def test_a_record_starts_with_its_version_and_a_space(text: str) -> None:
    assert is_record(text)
    assert read(text).problems == ()


@pytest.mark.parametrize(
    "text", ["", " v=spf1 -all", "v=spf10 -all", "v=spf1; -all", "v=spf1\t-all", "spf1 -all", '"v=spf1 -all"', "v=spf2"]
)
def test_what_does_not_is_no_record_at_all(text: str) -> None:
    assert parse(text) is None


def test_a_term_is_read_into_its_parts() -> None:
    one, two, three, four = read("v=spf1 -A:mail.example.com/24//64 ip6:2001:db8::/32 mx redirect=x.example").terms

    assert (one.name, one.value, one.prefix4, one.prefix6, one.at) == ("a", "mail.example.com", 24, 64, 7)
    assert (two.value, two.prefix6) == ("2001:db8::", 32)
    assert (three.text, four.text) == ("mx", "redirect=x.example")


@pytest.mark.parametrize(
    ("text", "fault", "at", "said"),
    [
        ("v=spf1 include: -all", SpfFault.BAD_DOMAIN, 7, "lacks a domain"),
        ("v=spf1 include -all", SpfFault.BAD_DOMAIN, 7, "lacks a domain"),
        ("v=spf1 a ip4:1.2.3 -all", SpfFault.BAD_ADDRESS, 9, "no IP address"),
        ("v=spf1 ip4:2001:db8::1", SpfFault.BAD_ADDRESS, 7, "write `ip6:`"),
        ("v=spf1 ip6:192.0.2.1", SpfFault.BAD_ADDRESS, 7, "write `ip4:`"),
        ("v=spf1 ip4:192.0.2.0/33", SpfFault.BAD_ADDRESS, 7, "/33"),
        ("v=spf1 ip4:192.0.2.0/", SpfFault.BAD_ADDRESS, 7, "behind `/`"),
        ("v=spf1 ip4 192.0.2.1", SpfFault.BAD_ADDRESS, 7, "lacks its address"),
        ("v=spf1 a/33", SpfFault.BAD_ADDRESS, 7, "longer than an address"),
        ("v=spf1 a:192.0.2.1", SpfFault.BAD_DOMAIN, 7, "write `ip4:192.0.2.1`"),
        ("v=spf1 ipv4:192.0.2.1", SpfFault.UNKNOWN_TERM, 7, "written `ip4:`"),
        ("v=spf1 ip:192.0.2.1", SpfFault.UNKNOWN_TERM, 7, "written `ip4:`"),
        ("v=spf1 ~include=example.net", SpfFault.UNKNOWN_TERM, 7, "`include:example.net`"),
        ("v=spf1 amazonses.com ~all", SpfFault.UNKNOWN_TERM, 7, "needs `include:`"),
        ("v=spf1 inculde:amazonses.com ~all", SpfFault.UNKNOWN_TERM, 7, "`inculde`"),
        ("v=spf1 include:amazonses.com, ~all", SpfFault.BAD_DOMAIN, 7, "names no domain"),
        ("v=spf1 include:amazonses.com\u00a0~all", SpfFault.BAD_CHARACTER, 7, "U+00A0, no-break space"),
        ("v=spf1 mx\t-all", SpfFault.BAD_CHARACTER, 7, "U+0009"),
        ("v=spf1 -all.", SpfFault.UNKNOWN_TERM, 7, "all."),
        ("v=spf1 - all", SpfFault.UNKNOWN_TERM, 7, "`-`"),
        ("v=spf1 –all", SpfFault.BAD_CHARACTER, 7, "U+2013, en dash"),
        ("v=spf1 include:localhost", SpfFault.BAD_DOMAIN, 7, "no dot"),
        ("v=spf1 include:example.com/24", SpfFault.BAD_DOMAIN, 7, "prefix"),
        ("v=spf1 exists:%{x}.example.com", SpfFault.BAD_MACRO, 7, "no macro"),
        ("v=spf1 exists:%{c}.example.com", SpfFault.BAD_MACRO, 7, "explanation"),
        ("v=spf1 exists:%(ir).example.com", SpfFault.BAD_MACRO, 7, "no macro"),
        ("v=spf1 exists:%{d0}.example.com", SpfFault.BAD_MACRO, 7, "no macro"),
        ("v=spf1 redirect=a.example redirect=b.example", SpfFault.REPEATED, 26, "second `redirect`"),
        ("v=spf1 all:example.com", SpfFault.EXCESS, 7, "behind `all`"),
        ("v=spf1 mx;-all", SpfFault.EXCESS, 7, "behind `mx`"),
    ],
)
def test_a_fault_makes_the_record_a_permanent_error_and_is_found_where_it_is(
    text: str, fault: SpfFault, at: int, said: str
) -> None:
    problem = read(text).fatal[0]

    assert (problem.fault, problem.at) == (fault, at)
    assert said in problem.text
    assert problem.placed.endswith(f"(character {at + 1})")
    assert asyncio.run(
        check_host("192.0.2.1", "d.example", "a@d.example", "h", answering({("d.example", "TXT"): [text]}))
    )


def test_every_fault_is_kept_and_what_is_right_beside_them() -> None:
    record = read("v=spf1 ip4:1.2.3 mx inculde:x.example -all")

    assert [problem.at for problem in record.fatal] == [7, 20]
    assert [term.text for term in record.terms] == ["mx", "-all"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("v=spf1 -all include:amazonses.com", SpfFault.AFTER_ALL),
        ("v=spf1 -all include=amazonses.com", SpfFault.EQUALS),
        ("v=spf1 ~all redirect=x.example", SpfFault.REDIRECT_UNUSED),
        ("v=spf1 redirect=x.example ~all", SpfFault.REDIRECT_UNUSED),
    ],
)
def test_what_nobody_reads_is_told_and_breaks_nothing(text: str, fault: SpfFault) -> None:
    record = read(text)

    assert [problem.fault for problem in record.problems] == [fault]
    assert (record.fatal, record.redirect) == ((), None)
    assert [term.text for term in record.mechanisms] == [text.split()[1 if text[7] != "r" else 2]]


@pytest.mark.parametrize(
    "text",
    [
        "v=spf1 foo=bar moo=%{d} exp=e.example -all",
        "v=spf1 exists:%{l1r+-}.%{ir}._spf.%{d2} ?all",
        "v=spf1 include:%{d} a:%{o}.x.example/24 ptr:x.example ~all",
        "v=spf1 ip6:::1 ip6:::ffff:192.0.2.1/96 ip4:0.0.0.0/0",
        "v=spf1 a:x--y.example a:1.2.c4 include:_spf.example. -all",
    ],
)
def test_what_the_grammar_allows_is_no_fault(text: str) -> None:
    assert read(text).problems == ()


@given(st.lists(st.binary(max_size=300), max_size=4))
def test_no_bytes_make_the_parser_raise(strings: list[bytes]) -> None:
    parse(joined(tuple(strings)))


TERMS = st.lists(
    st.one_of(
        st.sampled_from(
            ["mx", "a/24//64", "-all", "ip4:192.0.2.1/24", "redirect=a.b", "x=", "a=b", "include:a.b", "?ptr"]
        ),
        st.text(st.sampled_from("aimptx:/=%{}d.-+~1 24\t"), max_size=14),
    ),
    max_size=6,
)


@given(TERMS)
def test_a_record_is_the_same_after_it_was_printed(terms: list[str]) -> None:
    once = read(" ".join(["v=spf1", *terms]))
    again = read(once.printed)

    assert again.terms == once.terms
    assert again.printed == once.printed
    assert [p for p in again.fatal if p.fault is not SpfFault.REPEATED] == []


# Macros (section 7.4)

EXAMPLES = [
    ("%{s}", "strong-bad@email.example.com"),
    ("%{o}", "email.example.com"),
    ("%{d}", "email.example.com"),
    ("%{d4}", "email.example.com"),
    ("%{d3}", "email.example.com"),
    ("%{d2}", "example.com"),
    ("%{d1}", "com"),
    ("%{dr}", "com.example.email"),
    ("%{d2r}", "example.email"),
    ("%{l}", "strong-bad"),
    ("%{l-}", "strong.bad"),
    ("%{lr}", "strong-bad"),
    ("%{lr-}", "bad.strong"),
    ("%{l1r-}", "strong"),
    ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
    ("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"),
    ("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"),
    ("%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com"),
    ("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"),
    ("%%%_%-%{S}", "% %20strong-bad%40email.example.com"),
]


async def nameless() -> str:
    return "unknown"


@pytest.mark.parametrize(("text", "expanded"), EXAMPLES)
async def test_the_examples_of_macro_expansion(text: str, expanded: str) -> None:
    message = Message(_address("192.0.2.3"), "strong-bad@email.example.com", "mail.example.com")

    assert await expand(text, message, "email.example.com", nameless) == expanded


async def test_an_ipv6_address_expands_to_its_digits() -> None:
    message = Message(_address("2001:db8::cb01"), "strong-bad@email.example.com", "mail.example.com")

    assert await expand("%{ir}.%{v}._spf.%{d2}", message, "email.example.com", nameless) == (
        "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com"
    )


def _address(text: str) -> Address:
    return ipaddress.ip_address(text)


# Appendix A

ADDRESSES = {
    "example.com": ["192.0.2.10", "192.0.2.11"],
    "amy.example.com": ["192.0.2.65"],
    "bob.example.com": ["192.0.2.66"],
    "mail-a.example.com": ["192.0.2.129"],
    "mail-b.example.com": ["192.0.2.130"],
    "mail-c.example.org": ["192.0.2.140"],
}
APPENDIX: Zone = {
    **{(name, "A"): values for name, values in ADDRESSES.items()},
    ("example.com", "MX"): ["10 mail-a.example.com", "20 mail-b.example.com"],
    ("example.org", "MX"): ["10 mail-c.example.org"],
    **{
        (f"{address.rpartition('.')[2]}.2.0.192.in-addr.arpa", "PTR"): [name]
        for name, values in ADDRESSES.items()
        for address in values
    },
    ("4.0.0.10.in-addr.arpa", "PTR"): ["bob.example.com"],
}


async def judged(ip: str, record: str, *, sender: str = "joel@example.com", more: Zone | None = None) -> Result:
    zone = {**APPENDIX, ("example.com", "TXT"): [record], **(more or {})}
    return (await check_host(ip, sender.rpartition("@")[2], sender, "mail.example.com", answering(zone))).result


@pytest.mark.parametrize(
    ("record", "passing", "failing"),
    [
        ("v=spf1 +all", ["192.0.2.1", "2001:db8::1"], []),
        ("v=spf1 a -all", ["192.0.2.10", "192.0.2.11"], ["192.0.2.65"]),
        ("v=spf1 a:example.org -all", [], ["192.0.2.10", "192.0.2.140"]),
        ("v=spf1 mx -all", ["192.0.2.129", "192.0.2.130"], ["192.0.2.140"]),
        ("v=spf1 mx:example.org -all", ["192.0.2.140"], ["192.0.2.129"]),
        ("v=spf1 mx mx:example.org -all", ["192.0.2.129", "192.0.2.130", "192.0.2.140"], ["192.0.2.66"]),
        ("v=spf1 mx/30 mx:example.org/30 -all", ["192.0.2.131", "192.0.2.143"], ["192.0.2.132", "192.0.2.139"]),
        ("v=spf1 ptr -all", ["192.0.2.65", "192.0.2.10"], ["192.0.2.140", "10.0.0.4"]),
        ("v=spf1 ip4:192.0.2.128/28 -all", ["192.0.2.129"], ["192.0.2.65"]),
    ],
)
async def test_appendix_a_1_simple_examples(record: str, passing: list[str], failing: list[str]) -> None:
    assert {await judged(ip, record) for ip in passing} <= {Result.PASS}
    assert {await judged(ip, record) for ip in failing} <= {Result.FAIL}


async def test_appendix_a_2_several_domains() -> None:
    more: Zone = {
        ("example.org", "TXT"): ["v=spf1 include:example.com include:example.net -all"],
        ("example.net", "TXT"): ["v=spf1 ip4:198.51.100.1 -all"],
        ("la.example.org", "TXT"): ["v=spf1 redirect=example.org"],
    }
    for ip, result in {"192.0.2.129": Result.PASS, "198.51.100.1": Result.PASS, "203.0.113.1": Result.FAIL}.items():
        assert await judged(ip, "v=spf1 mx -all", sender="a@la.example.org", more=more) is result


async def test_appendix_a_3_users_who_send_from_elsewhere() -> None:
    record = "v=spf1 mx include:mobile-users._spf.%{d} include:remote-users._spf.%{d} -all"
    more: Zone = {
        ("mobile-users._spf.example.com", "TXT"): ["v=spf1 exists:%{l1r+}.%{d}"],
        ("remote-users._spf.example.com", "TXT"): ["v=spf1 exists:%{ir}.%{l1r+}.%{d}"],
        ("mary.mobile-users._spf.example.com", "A"): ["127.0.0.2"],
        ("15.15.168.192.joel.remote-users._spf.example.com", "A"): ["127.0.0.2"],
    }
    assert await judged("203.0.113.9", record, sender="mary+news@example.com", more=more) is Result.PASS
    assert await judged("192.168.15.15", record, sender="joel@example.com", more=more) is Result.PASS
    assert await judged("192.168.15.16", record, sender="joel@example.com", more=more) is Result.FAIL


async def test_appendix_a_4_several_requirements_at_once() -> None:
    record = "v=spf1 -include:ip4._spf.%{d} -include:ptr._spf.%{d} +all"
    more: Zone = {
        ("ip4._spf.example.com", "TXT"): ["v=spf1 -ip4:192.0.2.0/24 +all"],
        ("ptr._spf.example.com", "TXT"): ["v=spf1 -ptr:example.com +all"],
    }
    assert await judged("192.0.2.65", record, more=more) is Result.PASS
    assert await judged("192.0.2.140", record, more=more) is Result.FAIL
    assert await judged("203.0.113.1", record, more=more) is Result.FAIL


# Limits and errors (sections 2.6, 4.3, 4.4, 4.6.4)


def chain(length: int) -> Zone:
    links = {(f"n{i}.example", "TXT"): [f"v=spf1 include:n{i + 1}.example -all"] for i in range(length)}
    return {**links, (f"n{length}.example", "TXT"): ["v=spf1 +all"]}


@pytest.mark.parametrize(("length", "result"), [(9, Result.PASS), (10, Result.PERMERROR)])
async def test_ten_look_ups_are_allowed_and_no_more(length: int, result: Result) -> None:
    assert await judged("192.0.2.1", "v=spf1 include:n0.example -all", more=chain(length)) is result


@pytest.mark.parametrize(("dead", "result"), [(2, Result.FAIL), (3, Result.PERMERROR)])
async def test_two_look_ups_may_find_nothing_and_no_more(dead: int, result: Result) -> None:
    terms = " ".join(f"a:dead{number}.example" for number in range(dead))

    assert await judged("192.0.2.1", f"v=spf1 {terms} -all") is result


@pytest.mark.parametrize(("hosts", "result"), [(10, Result.FAIL), (11, Result.PERMERROR)])
async def test_ten_mail_servers_are_allowed_and_no_more(hosts: int, result: Result) -> None:
    more: Zone = {
        ("x.example", "MX"): [f"10 h{number}.x.example" for number in range(hosts)],
        **{(f"h{number}.x.example", "A"): ["203.0.113.1"] for number in range(hosts)},
    }
    assert await judged("192.0.2.1", "v=spf1 mx:x.example -all", more=more) is result


@pytest.mark.parametrize(
    ("record", "more", "result"),
    [
        ("v=spf1", {}, Result.NEUTRAL),
        ("v=spf1 mx ?all", {}, Result.NEUTRAL),
        ("v=spf1 ~all", {}, Result.SOFTFAIL),
        ("v=spf1 include:none.example +all", {}, Result.PERMERROR),
        ("v=spf1 redirect=none.example", {}, Result.PERMERROR),
        ("v=spf1 include:example.com", {}, Result.PERMERROR),
        ("v=spf1 include:slow.example +all", {("slow.example", "TXT"): Status.TIMEOUT}, Result.TEMPERROR),
        ("v=spf1 a:slow.example +all", {("slow.example", "A"): Status.SERVFAIL}, Result.TEMPERROR),
        ("v=spf1 include:two.example +all", {("two.example", "TXT"): ["v=spf1", "v=spf1 -all"]}, Result.PERMERROR),
    ],
)
async def test_what_follows_from_what_is_missing(record: str, more: Zone, result: Result) -> None:
    assert await judged("203.0.113.77", record, more=more) is result


@pytest.mark.parametrize("domain", ["nowhere.example", "com", "", f"{'a' * 64}.example", "a..example"])
async def test_a_domain_without_a_record_or_that_is_none_has_no_result(domain: str) -> None:
    assert (await check_host("192.0.2.1", domain, f"a@{domain}", "h", answering(APPENDIX))).result is Result.NONE


async def test_a_sender_that_fails_is_told_why() -> None:
    zone: Zone = {
        ("example.com", "TXT"): ["v=spf1 exp=why.%{d} -all"],
        ("why.example.com", "TXT"): ["%{i} is not %{d}'s"],
    }
    verdict = await check_host("192.0.2.1", "example.com", "", "example.com", answering(zone))

    assert (verdict.result, verdict.reason, verdict.explanation) == (
        Result.FAIL,
        "-all",
        "192.0.2.1 is not example.com's",
    )


async def test_an_ipv4_address_in_ipv6_s_clothes_is_one() -> None:
    assert await judged("::ffff:192.0.2.10", "v=spf1 a -all") is Result.PASS
