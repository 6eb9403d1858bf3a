"""What a finding says to do names the host of the zone, where its name servers tell it."""

from __future__ import annotations

from dataclasses import replace

from builders import KEYS, MX, NOWHERE, SPF, cut, finding, looked, policy
from name_servers import hosted

from sendready.hosts import field_for_names, place
from sendready.model.observation import Observation
from sendready.model.records import NameServer, RecordType


def test_a_fix_says_where_the_records_are_added() -> None:
    seen = looked(dns=dict.fromkeys(KEYS, NOWHERE), dmarc=policy())

    assert finding(seen, "KIM001").fix.text == "Add these 3 CNAMEs at the DNS host"
    assert finding(hosted("cloudflare", seen), "KIM001").fix.text == "Add these 3 CNAMEs at Cloudflare"
    assert finding(hosted("ns1", seen), "DMC001").fix.text == "Add this TXT record at NS1 or Netlify"


def test_a_mail_from_record_is_added_at_the_host_too() -> None:
    seen = hosted("godaddy", looked(dns={MX: NOWHERE, SPF: NOWHERE, KEYS[0]: NOWHERE}))

    assert finding(seen, "MFR001").fix.text == "Add this MX record at GoDaddy"
    assert finding(seen, "MFR007").fix.text == "Add this TXT record at GoDaddy"
    assert finding(seen, "KIM002").fix.text == "Add this CNAME at GoDaddy"


def test_a_doubled_name_is_mended_in_the_field_that_the_host_has_for_it() -> None:
    key = KEYS[0]
    seen = looked(dns={key: NOWHERE}, strays={key.name: f"{key.name}.example.com"})
    typed = key.name.removesuffix(".example.com")

    def fix(seen: Observation) -> str:
        return finding(seen, "KIM004").fix.text.partition(", then")[0]

    assert fix(seen) == f"Enter only `{typed}` in the name field of your DNS host"
    assert fix(hosted("namecheap", seen)) == f"Enter only `{typed}` in the field `Host` at Namecheap"
    assert fix(hosted("loopia", seen)) == f"Enter only `{typed}` in the name field at Loopia"


def test_place_and_field_are_generic_where_the_servers_belong_to_several() -> None:
    seen = looked()
    mixed = replace(
        seen,
        delegation=cut(
            servers=(NameServer("ada.ns.cloudflare.com", "192.0.2.1"), NameServer("ns-0.awsdns-00.com", "192.0.2.2"))
        ),
    )

    assert place(mixed) == "the DNS host"
    assert field_for_names(mixed, RecordType.CNAME) == "the name field of your DNS host"
