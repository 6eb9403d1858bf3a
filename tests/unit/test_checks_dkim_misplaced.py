"""DKIM records that are not at their names: found elsewhere, or as something else, and told with what to type."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import (
    DOMAIN,
    KEYS,
    NOWHERE,
    SERVERS,
    TARGETS,
    TOKENS,
    Lies,
    Said,
    finding,
    held,
    ids,
    looked,
)

from sendready.engine.diagnose import diagnose
from sendready.model.finding import FindingState, Severity, Verdict
from sendready.model.identity import Status
from sendready.model.observation import Delegation, Observation, Seen, Slip
from sendready.model.records import NameServer, Question, RecordType

ABSENT: dict[Question, Said] = dict.fromkeys(KEYS, NOWHERE)
NEW = held(Status.PENDING)


def lies(slip: Slip, *at: str, answers: tuple[str, ...] = (), rtype: RecordType = RecordType.CNAME) -> Observation:
    """None of the records is at its name; what is at these names instead, one after the other."""
    found = {key: Lies(slip, Question(name, rtype), answers) for key, name in zip(KEYS, at, strict=False)}
    return looked(ses=NEW, dns=ABSENT, elsewhere=found)


def in_place(*answers: str, rtype: RecordType, servers: tuple[NameServer, ...] = SERVERS) -> Observation:
    """Something else stands at the names of all three records."""
    slip = Slip.ANOTHER_TYPE if rtype is RecordType.TXT else Slip.ADDRESS
    seen = lies(slip, *(key.name for key in KEYS), answers=answers, rtype=rtype)
    return replace(seen, delegation=Seen(Delegation(DOMAIN, DOMAIN, servers, True)))


KEY_TEXT = "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1234567890abcdef"
AT_CLOUDFLARE = (NameServer("ada.ns.cloudflare.com", "192.0.2.1"), NameServer("bob.ns.cloudflare.com", "192.0.2.2"))


@pytest.mark.parametrize(
    ("slip", "names", "check_id"),
    [
        (Slip.NO_DOMAINKEY, [f"{token}.{DOMAIN}" for token in TOKENS], "KIM006"),
        (Slip.NO_UNDERSCORE, [f"{token}.domainkey.{DOMAIN}" for token in TOKENS], "KIM007"),
        (Slip.ZONE_ABOVE, [f"{token}._domainkey.com" for token in TOKENS], "KIM008"),
        (Slip.SWAPPED, [f"{target}.{DOMAIN}" for target in TARGETS], "KIM011"),
    ],
)
def test_records_found_elsewhere_are_the_one_cause_and_say_what_to_enter_and_what_to_delete(
    slip: Slip, names: list[str], check_id: str
) -> None:
    seen = lies(slip, *names)

    assert ids(seen) == [check_id]
    found = finding(seen, check_id)
    assert (found.state, found.severity) == (FindingState.FAIL, Severity.ERROR)
    assert f"`{TOKENS[0]}._domainkey`" in found.fix.text
    assert f"`{names[0]}`" in found.fix.text
    assert [record.value for record in found.fix.records] == list(TARGETS)
    assert found.observed == tuple(names)
    assert "SES003" in found.symptoms
    assert not found.fix.safe
    assert diagnose(seen).verdict is Verdict.BROKEN


def test_a_record_that_is_at_its_name_as_well_is_not_lost() -> None:
    for slip in set(Slip) - {Slip.BESIDE}:
        seen = looked(elsewhere={KEYS[0]: Lies(slip, Question(f"x.{DOMAIN}", RecordType.CNAME))})

        assert ids(seen) == []


def test_records_that_are_neither_here_nor_elsewhere_are_still_to_be_added() -> None:
    seen = lies(Slip.NO_DOMAINKEY, f"{TOKENS[0]}.{DOMAIN}")

    assert set(ids(seen)) == {"KIM002", "KIM006"}
    assert finding(seen, "KIM006").subject == KEYS[0].name
    assert [record.name for record in finding(seen, "KIM002").fix.records] == [key.name for key in KEYS[1:]]


def test_a_subdomain_s_record_is_entered_in_the_zone_that_holds_it() -> None:
    seen = lies(Slip.ZONE_ABOVE, f"{TOKENS[0]}._domainkey.com")
    seen = replace(seen, delegation=Seen(Delegation(DOMAIN, "com", SERVERS, True)))

    assert f"In the zone com enter `{TOKENS[0]}._domainkey.example`" in finding(seen, "KIM008").fix.text
    unknown = replace(seen, delegation=Seen(Delegation(DOMAIN, None)))
    assert f"Enter `{KEYS[0].name}` as the whole name" in finding(unknown, "KIM008").fix.text


def test_name_and_value_come_with_what_belongs_into_which_field() -> None:
    fix = finding(lies(Slip.SWAPPED, f"{TARGETS[0]}.{DOMAIN}", answers=(KEYS[0].name,)), "KIM011").fix

    assert f"`{TARGETS[0]}` in the value field" in fix.text


def test_a_target_entered_as_a_text_is_of_the_wrong_type() -> None:
    for servers in (SERVERS, AT_CLOUDFLARE):
        seen = in_place(f'"{TARGETS[0]}."', rtype=RecordType.TXT, servers=servers)

        assert "KIM012" in ids(seen)
        assert "KIM015" not in ids(looked(dns=ABSENT, elsewhere={KEYS[0]: Lies(Slip.ANOTHER_TYPE, KEYS[0], TARGETS)}))


def test_a_key_in_place_of_the_alias_has_two_readings_and_the_host_decides_which_is_told_first() -> None:
    elsewhere = in_place(KEY_TEXT, rtype=RecordType.TXT)
    flattening = in_place(KEY_TEXT, rtype=RecordType.TXT, servers=AT_CLOUDFLARE)

    assert ids(elsewhere) == ["KIM012"]
    assert ids(flattening) == ["KIM015"]
    for seen, check_id in ((elsewhere, "KIM012"), (flattening, "KIM015")):
        text = finding(seen, check_id).fix.text
        assert "delete it and add the CNAME" in text
        assert "flatten" in text.lower()
        assert all(len(row) < 80 for row in finding(seen, check_id).observed)


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        (("192.0.2.80",), "KIM013"),
        (("104.21.3.4", "172.67.5.6"), "KIM014"),
        (("104.21.3.4", "192.0.2.80"), "KIM013"),
        (("104.28.0.1",), "KIM013"),
        (("172.71.255.255",), "KIM014"),
        (("not-an-address",), "KIM013"),
    ],
)
def test_addresses_are_a_proxy_s_only_where_all_of_them_are(addresses: tuple[str, ...], expected: str) -> None:
    assert ids(in_place(*addresses, rtype=RecordType.A)) == [expected]


def test_a_proxy_is_the_cause_of_the_key_that_stands_beside_its_addresses() -> None:
    proxied = in_place("104.21.3.4", rtype=RecordType.A, servers=AT_CLOUDFLARE)
    flattened = in_place(KEY_TEXT, rtype=RecordType.TXT, servers=AT_CLOUDFLARE)

    assert ids(replace(proxied, strays=proxied.strays + flattened.strays)) == ["KIM014"]
