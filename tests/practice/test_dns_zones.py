"""Zones: what is put in comes back, is delegated, and is refused with a reason when it is wrong."""

from __future__ import annotations

from textwrap import dedent

import pytest

from sendready.practice.dns.zones import AMAZON_SERVERS, CUSTOMER_SERVERS, RecordSet, Zone, Zones


@pytest.fixture
def zones() -> Zones:
    return Zones()


@pytest.fixture
def zone(zones: Zones) -> Zone:
    return zones.create("Example.COM")


def test_a_new_zone_has_a_soa_and_its_servers(zone: Zone) -> None:
    soa, ns = zone.record_sets()

    assert zone.apex == "example.com."
    assert soa.rtype == "SOA"
    assert soa.values[0].split()[2] == str(zone.serial)
    assert ns == RecordSet("example.com.", "NS", 172800, CUSTOMER_SERVERS)


def test_what_is_put_is_stored_absolute_and_in_lower_case(zone: Zone) -> None:
    zone.put("Bounce.example.com", "mx", 300, ["10 Feedback-SMTP.eu-west-1.AmazonSES.com"])

    assert zone.get("BOUNCE.example.com.", "MX") == RecordSet(
        "bounce.example.com.", "MX", 300, ("10 feedback-smtp.eu-west-1.amazonses.com.",)
    )


def test_txt_keeps_its_letters_its_quotes_and_its_parts(zone: Zone) -> None:
    zone.put("_dmarc.example.com", "TXT", 60, ['"v=DMARC1; p=none" "; RUA=mailto:A@example.com"', "bare"])

    stored = zone.get("_dmarc.example.com", "TXT")

    assert stored is not None
    assert stored.values == ('"v=DMARC1; p=none" "; RUA=mailto:A@example.com"', '"bare"')


def test_put_replaces_and_delete_takes_away(zone: Zone) -> None:
    zone.put("a.example.com", "TXT", 60, ["one", "two"])
    zone.put("a.example.com", "TXT", 60, ["three"])
    assert zone.get("a.example.com", "TXT") == RecordSet("a.example.com.", "TXT", 60, ('"three"',))

    zone.delete("a.example.com", "TXT")
    assert zone.get("a.example.com", "TXT") is None


def test_the_serial_rises_with_every_change_and_only_then(zone: Zone) -> None:
    serials = [zone.serial]
    zone.put("a.example.com", "TXT", 60, ["one"])
    serials.append(zone.serial)
    zone.put("a.example.com", "TXT", 61, ["one"])
    serials.append(zone.serial)
    zone.delete("a.example.com", "TXT")
    serials.append(zone.serial)
    assert serials == sorted(set(serials))

    zone.delete("a.example.com", "TXT")
    zone.put("example.com", "NS", 172800, CUSTOMER_SERVERS)
    assert zone.serial == serials[-1]


def test_the_serial_goes_round(zone: Zone) -> None:
    zone.put("example.com", "SOA", 900, ["ns1.x. host.x. 2147483648 1 1 1 1"])
    zone.put("example.com", "SOA", 900, ["ns1.x. host.x. 4294967295 1 1 1 1"])
    assert zone.serial == 4294967295

    zone.put("a.example.com", "TXT", 60, ["one"])

    assert zone.serial == 1


@pytest.mark.parametrize(
    ("name", "rtype", "ttl", "values", "says"),
    [
        ("a.example.org", "A", 60, ["192.0.2.1"], "not in the zone example.com."),
        ("a..example.com", "A", 60, ["192.0.2.1"], "not a domain name"),
        ("a.example.com", "NONSENSE", 60, ["x"], "'NONSENSE' is not a record type"),
        ("a.example.com", "ANY", 60, ["x"], "not one to store"),
        ("a.example.com", "A", 60, ["192.0.2"], "'192.0.2' is not a value of A"),
        ("a.example.com", "MX", 60, ["mail.example.com"], "is not a value of MX"),
        ("a.example.com", "TXT", 60, ['"open'], "is not a value of TXT"),
        ("a.example.com", "TXT", 60, ["x" * 256], "is not a value of TXT"),
        ("a.example.com", "CNAME", 60, ["a b"], "is not a value of CNAME"),
        ("a.example.com", "TXT", 60, [], "at least one value"),
        ("a.example.com", "TXT", -1, ["x"], "a TTL is 0 to 2147483647 seconds"),
        ("a.example.com", "SOA", 60, ["a. b. 1 1 1 1 1"], "one SOA, at its apex"),
    ],
)
def test_what_cannot_be_stored_says_why(
    zone: Zone, name: str, rtype: str, ttl: int, values: list[str], says: str
) -> None:
    before = zone.record_sets()

    with pytest.raises(ValueError, match=says):
        zone.put(name, rtype, ttl, values)

    assert zone.record_sets() == before


@pytest.mark.parametrize("rtype", ["SOA", "NS"])
def test_the_apex_keeps_what_makes_it_a_zone(zone: Zone, rtype: str) -> None:
    with pytest.raises(ValueError, match=f"must keep its {rtype}"):
        zone.delete("example.com", rtype)


def test_a_zone_is_delegated_from_the_one_above_and_the_tld_is_made(zones: Zones) -> None:
    zones.create("shop.example")

    tld, root = zones.get("example"), zones.get(".")

    assert tld is not None
    assert root is not None
    assert tld.get("shop.example", "NS") == RecordSet("shop.example.", "NS", 172800, CUSTOMER_SERVERS)
    assert root.get("example", "NS") == RecordSet("example.", "NS", 172800, ("a.tld-servers.net.",))


def test_a_zone_made_between_two_others_takes_over_the_delegation(zones: Zones) -> None:
    zones.create("mail.example.com", AMAZON_SERVERS)
    zone, com = zones.create("example.com"), zones.get("com")
    assert com is not None
    assert com.get("mail.example.com", "NS") is None
    assert zone.get("mail.example.com", "NS") == RecordSet("mail.example.com.", "NS", 172800, AMAZON_SERVERS)

    zones.remove("example.com")

    assert com.get("example.com", "NS") is None
    assert com.get("mail.example.com", "NS") is not None
    assert zones.get("example.com") is None


def test_the_enclosing_zone_is_the_lowest(zones: Zones, zone: Zone) -> None:
    inner = zones.create("mail.example.com")

    assert zones.enclosing("a.b.mail.example.com") is inner
    assert zones.enclosing("mail.example.com.") is inner
    assert zones.enclosing("xmail.example.com") is zone
    assert zones.enclosing("nothing.invalid") is zones.get(".")


def test_zones_that_cannot_be_made_or_removed_say_why(zones: Zones, zone: Zone) -> None:
    with pytest.raises(ValueError, match=r"example\.com\. exists already"):
        zones.create("EXAMPLE.com.")
    with pytest.raises(ValueError, match=r"no such name server: ns1\.other\.net"):
        zones.create("example.net", ["ns1.other.net"])
    with pytest.raises(ValueError, match="needs a name server"):
        zones.create("example.net", [])
    with pytest.raises(ValueError, match=r"no zone example\.net\. to remove"):
        zones.remove("example.net")
    with pytest.raises(ValueError, match="to remove"):
        zones.remove(".")


def test_a_zone_file_takes_the_place_of_the_contents(zone: Zone) -> None:
    zone.put("old.example.com", "TXT", 60, ["old"])
    before = zone.serial

    zone.load(
        dedent("""
        $TTL 600
        @               A       192.0.2.10
        WWW     300     CNAME   @
        _dmarc          TXT     ( "v=DMARC1;"
                                  " p=none" )   ; in two parts
        $ORIGIN sub.example.com.
        x               MX      10 mail
        outside.org.    A       192.0.2.11
    """)
    )

    assert zone.serial == before + 1
    assert [(found.name, found.rtype, found.ttl, found.values) for found in zone.record_sets()[1:]] == [
        ("example.com.", "A", 600, ("192.0.2.10",)),
        ("example.com.", "NS", 172800, CUSTOMER_SERVERS),
        ("_dmarc.example.com.", "TXT", 600, ('"v=DMARC1;" " p=none"',)),
        ("x.sub.example.com.", "MX", 600, ("10 mail.sub.example.com.",)),
        ("www.example.com.", "CNAME", 300, ("example.com.",)),
    ]


def test_a_zone_file_may_bring_its_own_soa_and_ns_and_a_cname_beside_others(zone: Zone) -> None:
    zone.load(
        dedent("""
        @ 60 SOA ns1.other.net. admin.other.net. 2024010101 60 60 60 30
        @ NS ns1.other.net.
        _dmarc CNAME elsewhere.net.
        _dmarc TXT "v=DMARC1; p=none"
    """)
    )

    assert zone.serial == 2024010101
    assert zone.get("example.com", "NS") == RecordSet("example.com.", "NS", 3600, ("ns1.other.net.",))
    assert zone.get("_dmarc.example.com", "CNAME") is not None
    assert zone.get("_dmarc.example.com", "TXT") is not None


@pytest.mark.parametrize("text", ["a A 192.0.2", "a NOTYPE x", '$INCLUDE "other"', "@ SOA x", "a TXT ( open"])
def test_a_bad_zone_file_changes_nothing_and_says_what_is_wrong(zone: Zone, text: str) -> None:
    before = zone.record_sets()

    with pytest.raises(ValueError, match=r"zone file of example\.com\. cannot be read: line \d+: "):
        zone.load(f"{text}\n")

    assert zone.record_sets() == before


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("garbage here\n@ TXT x\n", 1, "unknown rdatatype 'here'"),
        ("a A 192.0.2.1\n\ngarbage\n", 3, "this is no record"),
        ("a A 192.0.2\n", 1, ""),
        ('a A 192.0.2.1\nb TXT "never\n ends\n', 2, "newline in quoted string"),
        ("a TXT ( open\n", 1, "unbalanced parentheses"),
    ],
)
def test_a_bad_line_is_told_by_its_own_number(zone: Zone, text: str, line: int, reason: str) -> None:
    with pytest.raises(ValueError, match=f"line {line}: {reason}"):
        zone.load(text)


def test_several_changes_are_one_or_none(zone: Zone) -> None:
    before = zone.serial
    with zone.edit():
        zone.put("a.example.com", "TXT", 60, ["a"])
        zone.put("b.example.com", "TXT", 60, ["b"])
        assert zone.get("a.example.com", "TXT") is None
    assert zone.get("a.example.com", "TXT") is not None
    assert zone.serial == before + 1

    def half_wrong() -> None:
        with zone.edit():
            zone.delete("a.example.com", "TXT")
            zone.put("b.example.com", "A", 60, ["b"])

    with pytest.raises(ValueError, match="not a value of A"):
        half_wrong()
    assert zone.get("a.example.com", "TXT") is not None
    assert zone.serial == before + 1
