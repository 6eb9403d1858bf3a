"""The companies that host DNS, told by the names of their servers, and what is typed into their forms."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from dataclasses import fields, replace
from pathlib import Path

import pytest
from builders import looked
from hypothesis import given
from hypothesis import strategies as st
from name_servers import SERVERS

import sendready.hosts
from sendready.hosts import Form, Host, all_hosts, entry, host_of, host_seen
from sendready.hosts.registry import TYPED, serves
from sendready.model.names import is_registry
from sendready.model.records import RecordType, WantedRecord
from sendready.model.step import Step

HOSTS = {host.key: host for host in all_hosts()}
DATA = Path(sendready.hosts.__file__).parent / "data"
QUIRKS = {"appends_domain", "accepts_underscores", "proxies", "flattens", "quotes_txt", "priority_in_value"}

DKIM = WantedRecord("tok._domainkey.example.com", RecordType.CNAME, "tok.dkim.amazonses.com", "DKIM key", Step.DKIM)
MX = WantedRecord("bounce.example.com", RecordType.MX, "10 feedback-smtp.eu-west-1.amazonses.com", "b", Step.MAIL_FROM)
TXT = WantedRecord("_dmarc.example.com", RecordType.TXT, "v=DMARC1; p=none", "DMARC policy", Step.DMARC)


def test_every_host_has_samples_and_every_sample_its_host() -> None:
    assert set(SERVERS) == set(HOSTS)
    assert len(HOSTS) >= 45


@pytest.mark.parametrize("key", SERVERS)
def test_a_host_is_known_by_all_its_servers_and_by_each_of_them(key: str) -> None:
    assert host_of(SERVERS[key]) is not None
    for server in SERVERS[key]:
        assert host_of([server]) == HOSTS[key], server


def test_no_server_belongs_to_two_hosts() -> None:
    for key, servers in SERVERS.items():
        for server in servers:
            assert [host.key for host in HOSTS.values() if serves(host, server.lower().rstrip("."))] == [key]


def test_every_pattern_has_a_sample() -> None:
    for key, host in HOSTS.items():
        for pattern in host.servers:
            only = replace(host, servers=(pattern,))
            assert any(serves(only, server.lower().rstrip(".")) for server in SERVERS[key]), pattern


@pytest.mark.parametrize("key", HOSTS)
def test_every_file_is_complete_and_says_where_its_facts_come_from(key: str) -> None:
    facts = tomllib.loads((DATA / f"{key}.toml").read_text("utf-8"))
    host = HOSTS[key]

    assert set(facts) <= {each.name for each in fields(Host)} - {"key"}
    assert set(facts.get("form", {})) <= {each.name for each in fields(Form)}
    assert re.fullmatch(r"[a-z0-9-]+", key)
    assert host.name == host.name.strip() != ""
    assert host.servers
    assert host.sources
    assert len(set(host.sources)) == len(host.sources)
    assert all(address.startswith("https://") for address in (*host.sources, *filter(None, [host.edit_url])))
    assert all(facts[quirk] in (True, False) for quirk in QUIRKS & set(facts))
    assert set(host.form.name) | set(host.form.value) | set(host.final_dot) <= set(TYPED)
    assert all([*host.form.name.values(), *host.form.value.values()])
    assert not host.note.endswith(".")
    assert host.publisher is None or re.fullmatch(r"route53|octodns:\w+Provider", host.publisher)
    assert host.publisher is not None or not host.environment
    assert all(re.fullmatch(r"[A-Z][A-Z0-9_]+", name) for name in host.environment)


@pytest.mark.parametrize("key", HOSTS)
def test_no_pattern_reaches_into_domains_of_others(key: str) -> None:
    for pattern in HOSTS[key].servers:
        literal = pattern
        while set(literal) & set("*?["):
            literal = literal.partition(".")[2]
        assert pattern.count(".") >= 2
        # Amazon has a domain of its own for each of these numbers.
        assert not is_registry(literal) or ".awsdns-[0-6][0-9]." in pattern, pattern


@pytest.mark.parametrize(
    "server",
    [
        "ns1.example.com",
        "ns.cloudflare.com.evil.example",
        "ada.ns.cloudflare.com.example.org",
        "ns1.mycloudflare.com",
        "ada.sub.ns.cloudflare.com",
        "dns1.p01.nsone.net.example.com",
        "mydns.nsone.net",
        "ns1.awsdns-00.example.com",
        "ns-1.awsdns-xy.com",
        "ns-webde.ui-dns.de",
        "ns-gmx.ui-dns.biz",
        "ns1.me.name.com",
        "www.wixdns.net",
        "ns1.customer.dreamhost.com",
        "",
    ],
)
def test_somebody_elses_server_is_nobodys(server: str) -> None:
    assert host_of([server]) is None


@given(st.lists(st.text(max_size=60), max_size=6))
def test_any_names_are_taken_and_nobody_is_made_up(servers: list[str]) -> None:
    host = host_of(servers)

    assert host is None or any(serves(host, name.lower().rstrip(".")) for name in servers)


def test_servers_of_two_companies_are_no_host() -> None:
    assert host_of([*SERVERS["cloudflare"], *SERVERS["route53"]]) is None
    assert host_of([*SERVERS["cloudflare"], SERVERS["ns1"][0]]) is None


def test_two_kinds_of_servers_of_one_company_are_that_company() -> None:
    mixed = host_of(["helium.ns.hetzner.de", "oxygen.ns.hetzner.com", "ns3.second-ns.de"])

    assert mixed == HOSTS["hetzner"]


def test_the_majority_of_the_servers_decides() -> None:
    two = SERVERS["godaddy"]

    assert host_of([*two, "ns1.example.com"]) == HOSTS["godaddy"]
    assert host_of([*two, "ns1.example.com", "ns2.example.com"]) is None
    assert host_of([two[0], two[0], "ns1.example.com"]) is None
    assert host_of([]) is None


def test_a_host_is_not_looked_up_where_the_zone_was_not_found() -> None:
    assert host_seen(looked(delegation=None)) is None
    assert host_seen(looked()) is None


@pytest.mark.parametrize("host", [None, HOSTS["hosting-de"]])
def test_without_the_words_of_a_form_there_are_ours(host: Host | None) -> None:
    typed = entry(MX, "example.com", host)

    assert (typed.name.word, typed.name.text) == ("name", "bounce")
    assert typed.full_name == "bounce.example.com"
    assert (typed.value.word, typed.value.text) == ("value", "feedback-smtp.eu-west-1.amazonses.com")
    assert typed.priority is not None
    assert (typed.priority.word, typed.priority.text) == ("priority", "10")
    assert typed.ttl == 300


def test_an_entry_has_the_words_of_the_hosts_form() -> None:
    cname, mx, txt = (entry(record, "example.com", HOSTS["cloudflare"]) for record in (DKIM, MX, TXT))

    assert (cname.name.word, cname.name.text) == ("Name", "tok._domainkey")
    assert (cname.value.word, mx.value.word, txt.value.word) == ("Target", "Mail server", "Content")
    assert cname.priority is txt.priority is None
    assert mx.priority is not None
    assert mx.priority.word == "Priority"


def test_names_are_relative_to_the_zone_and_not_to_the_domain() -> None:
    inner = replace(MX, name="bounce.news.example.com")

    assert entry(inner, "example.com").name.text == "bounce.news"
    assert entry(inner, "news.example.com").name.text == "bounce"
    assert entry(inner, "bounce.news.example.com").name.text == "@"
    assert entry(inner, "elsewhere.example").name.text == inner.name


def test_the_zone_itself_is_typed_as_the_form_wants_it() -> None:
    at_apex = replace(MX, name="example.com")

    assert entry(at_apex, "example.com", HOSTS["cloudflare"]).name.text == "@"
    assert entry(at_apex, "example.com", HOSTS["name-com"]).name.text == ""


def test_a_host_that_wants_the_whole_name_gets_it() -> None:
    host = replace(HOSTS["hosting-de"], appends_domain=False)

    assert entry(DKIM, "example.com", host).name.text == DKIM.name


def test_a_value_gets_its_final_dot_only_where_the_host_wants_one() -> None:
    assert entry(DKIM, "example.com", HOSTS["ovhcloud"]).value.text == "tok.dkim.amazonses.com."
    assert entry(MX, "example.com", HOSTS["gandi"]).value.text == "feedback-smtp.eu-west-1.amazonses.com."
    assert entry(TXT, "example.com", HOSTS["gandi"]).value.text == "v=DMARC1; p=none"
    assert entry(MX, "example.com", HOSTS["easydns"]).value.text == "feedback-smtp.eu-west-1.amazonses.com"
    assert entry(DKIM, "example.com", HOSTS["cloudflare"]).value.text == "tok.dkim.amazonses.com"


def test_route_53_wants_quotes_and_the_priority_before_the_value() -> None:
    mx, txt = entry(MX, "example.com", HOSTS["route53"]), entry(TXT, "example.com", HOSTS["route53"])

    assert mx.value.text == MX.value
    assert mx.priority is None
    assert txt.value.text == '"v=DMARC1; p=none"'
    assert entry(TXT, "example.com", HOSTS["godaddy"]).value.text == "v=DMARC1; p=none"


def test_what_nobody_knows_of_a_host_stays_unknown() -> None:
    host = HOSTS["loopia"]

    assert {getattr(host, quirk) for quirk in QUIRKS} == {None}
    assert (host.form, host.publisher, host.edit_url, host.final_dot) == (Form(), None, None, ())
    assert HOSTS["cafe24"].accepts_underscores is False
    assert HOSTS["cloudflare"].proxies is HOSTS["cloudflare"].flattens is True


def test_nothing_is_read_before_somebody_asks() -> None:
    code = (
        "import sys, sendready.hosts as hosts; assert 'tomllib' not in sys.modules;"
        "hosts.host_of(['ns1.example.com']); assert 'tomllib' in sys.modules"
    )

    subprocess.run([sys.executable, "-c", code], check=True)
