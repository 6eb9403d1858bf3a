"""Zones and servers that are healthy, and such as are not."""

from __future__ import annotations

from odd import Oddity
from rows import LAPSED, Row, keys_at, odd, records, row, zone
from signing import DAY
from tree import Served

ROWS: tuple[Row, ...] = (
    # Nothing is wrong
    row("healthy", "", ses="SUCCESS"),
    row("bare", "", without=("site",), ses="SUCCESS"),
    row("shouting", "", without=("keys",), add=keys_at("{t}._DomainKey", "{t}.DKIM.AmazonSES.com."), ses="SUCCESS"),
    row(
        "wild-but-right",
        "",
        add='* 300 A 192.0.2.80\n* 300 MX 10 mail\n* 300 TXT "v=spf1 -all"\n',
        ses="SUCCESS",
        never=("KIM021", "MFR022"),
    ),
    row(
        "cut-at-dmarc",
        "",
        without=("dmarc",),
        add="_dmarc 300 NS nsd.lab.net.\n",
        ses="SUCCESS",
        more=(
            Served(
                "_dmarc.cut-at-dmarc.com",
                {"nsd": '@ 300 TXT "v=DMARC1; p=none; rua=mailto:d@lab.net"\n'},
                own_ns=("nsd.lab.net",),
            ),
        ),
    ),
    row("hidden-primary", "", ses="SUCCESS", serial={"bind": 7, "knot": 7}),
    row(
        "signed",
        "",
        ses="SUCCESS",
        signed=(-30 * DAY, 30 * DAY),
    ),
    # The zone and its servers
    Row("nobody-owns-it.com", "DEL001", ()),
    row(
        "lame",
        "DEL004",
        delegated_to=("bind.lab.net", "nsd.lab.net"),
        text={"bind": records()},
        own_ns=("bind.lab.net", "nsd.lab.net"),
        ses="SUCCESS",
        says="nsd.lab.net",
    ),
    row(
        "silent",
        "DEL005",
        delegated_to=("bind.lab.net", "silent.lab.net"),
        text={"bind": records()},
        ses="SUCCESS",
        slow=True,
        says="silent.lab.net",
    ),
    row(
        "closed",
        "DEL005",
        delegated_to=("bind.lab.net", "dead.lab.net"),
        text={"bind": records()},
        ses="SUCCESS",
        says="dead.lab.net",
    ),
    row(
        "dead",
        "DEL003",
        delegated_to=("silent.lab.net", "dead.lab.net"),
        text={},
        slow=True,
        never=("KIM001", "MFR001"),
    ),
    row("refused", "DEL003", delegated_to=("bind.lab.net", "knot.lab.net"), text={}, never=("KIM001",), says="REFUSED"),
    row(
        "misspelt-server",
        "DEL006",
        delegated_to=("bind.lab.net", "knto.lab.net"),
        own_ns=("bind.lab.net", "knot.lab.net"),
        says="knto.lab.net",
        ses="SUCCESS",
    ),
    row(
        "server-alias",
        "DEL007",
        delegated_to=("bind.lab.net", "alias.lab.net"),
        text={"bind": records()},
        ses="SUCCESS",
        says="alias.lab.net",
    ),
    row(
        "lists-differ", "DEL008", delegated_to=("bind.lab.net",), own_ns=("bind.lab.net", "knot.lab.net"), ses="SUCCESS"
    ),
    row("lists-are-strangers", "DEL008", delegated_to=("bind.lab.net",), own_ns=("knot.lab.net",), ses="SUCCESS"),
    row(
        "lagging", "KIM003", text={"bind": records(), "knot": records(without=("keys",))}, serial={"bind": 9, "knot": 8}
    ),
    row(
        "two-hosts",
        "DEL010",
        text={"bind": records(), "nsd": records(without=("keys", "mx", "spf", "dmarc"))},
        delegated_to=("bind.lab.net", "nsd.lab.net"),
        ses=LAPSED,
        serial={"bind": 2026010101, "nsd": 7},
    ),
    row(
        "lost-below",
        "DEL019",
        without=("keys",),
        add="_domainkey 300 NS nsd.lab.net.\n",
        more=(Served("_domainkey.lost-below.com", {"nsd": 'x 300 TXT "a"\n'}, own_ns=("nsd.lab.net",)),),
    ),
    row(
        "subzone-dead",
        "DEL003",
        without=("keys",),
        add="_domainkey 300 NS dead.lab.net.\n",
        never=("KIM001",),
        also=("DEL003",),
    ),
    odd("denied-parent", "DEL022", oddity=Oddity(denies_parents=True), ses="SUCCESS"),
    row(
        "redirected",
        "DEL024",
        text=dict.fromkeys(("bind", "knot"), "@ 300 DNAME redirected-to.com.\n@ 300 A 192.0.2.80\n"),
        says="redirected-to.com",
        never=("KIM001", "MFR001", "DMC001"),
    ),
    row(
        "redirected-whole",
        "DEL024",
        text=dict.fromkeys(("bind", "knot"), "@ 300 DNAME held-elsewhere.com.\n@ 300 A 192.0.2.80\n"),
        more=(zone("held-elsewhere.com"),),
        never=("KIM027", "MFR001"),
    ),
    row(
        "keys-redirected",
        "DEL024",
        without=("keys",),
        add="_domainkey 300 DNAME keys.lab.net.\n",
        says="_domainkey.keys-redirected.com",
        never=("KIM001",),
    ),
    row(
        "wild-beside",
        "",
        add='* 300 TXT "hello"\n*._domainkey 300 CNAME web.lab.net.\n',
        ses="SUCCESS",
        also=("DEL023",),
    ),
    row("not-wild", "", add="www2 300 A 192.0.2.81\n", ses="SUCCESS", never=("DEL023",)),
    odd("apex-alias", "DEL024", without=("site",), add="@ 300 CNAME web.lab.net.\n", oddity=Oddity(), ses="SUCCESS"),
    odd("no-edns", "DEL014", oddity=Oddity(drops_edns=True), ses="SUCCESS"),
    odd("no-tcp", "DEL013", oddity=Oddity(truncates=True, closes_tcp=True), never=("KIM001",)),
    odd("lower-case-only", "DEL026", oddity=Oddity(flattens_case=True), ses="SUCCESS"),
    row("single-server", "DEL012", delegated_to=("bind.lab.net",), ses="SUCCESS"),
    # DNSSEC
    row("leftover-ds", "DEL016", ds="12345 13 2 " + "AB" * 32, ses="SUCCESS"),
    row("wrong-ds", "DEL016", signed=(-30 * DAY, 30 * DAY), ds="12345 13 2 " + "AB" * 32, ses="SUCCESS"),
    row("expired", "DEL017", signed=(-60 * DAY, -2 * DAY), ses="SUCCESS", says="expired"),
    row("expiring", "DEL017", signed=(-28 * DAY, 1 * DAY), ses="SUCCESS"),
)
