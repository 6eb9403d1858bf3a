"""Zones that no check was written for: what was made of them when they were first tried."""

from __future__ import annotations

from odd import Oddity
from rows import FEEDBACK, SPF, T1, TOKENS, ZONE, Row, keys_at, odd, records, row
from signing import DAY
from tree import Served

ROWS: tuple[Row, ...] = (
    # names
    row("typo-name", "KIM002", without=("k1",), add=f"{T1[:-1]}._domainkey 300 CNAME {T1}.{ZONE}.\n"),
    row(
        "cap-token",
        "",
        without=("keys",),
        add=keys_at("{t}._domainkey", "{t}.dkim.amazonses.com.").upper(),
        ses="SUCCESS",
    ),
    row("label-twice", "KIM004", without=("keys",), add=keys_at("{t}._domainkey._domainkey")),
    row("at-apex-dk", "KIM001", without=("keys",), add=f"_domainkey 300 CNAME {T1}.{ZONE}.\n"),
    row("target-no-token", "KIM018", without=("keys",), add=keys_at("{t}._domainkey", "dkim.amazonses.com.")),
    row(
        "target-is-name",
        "KIM018",
        without=("keys",),
        add=keys_at("{t}._domainkey", "{t}._domainkey.target-is-name.com."),
    ),
    row(
        "target-self",
        "KIM018",
        without=("keys",),
        add="".join(f"{t}._domainkey 300 CNAME {t}._domainkey\n" for t in TOKENS),
    ),
    row("target-amazonses", "KIM016", without=("keys",), add=keys_at("{t}._domainkey", "{t}.amazonses.com.")),
    row("target-aws", "KIM018", without=("keys",), add=keys_at("{t}._domainkey", "{t}.dkim.amazonaws.com.")),
    row("token-typo-tld", "KIM018", without=("keys",), add=keys_at("{t}._domainkey", "{t}.dkim.amazonses.con.")),
    row("trailing-dot-text", "KIM023", without=("keys",), add=keys_at("{t}._domainkey", "{t}.dkim.amazonses.com\\..")),
    row(
        "ns-type",
        "DEL019",
        without=("keys",),
        add="".join(f"{t}._domainkey 300 NS {t}.{ZONE}.\n" for t in TOKENS),
        says="NS",
    ),
    row("mx-at-token", "KIM001", without=("keys",), add=f"{T1}._domainkey 300 MX 10 mail\n"),
    # mail from
    row("mf-at-www", "MFR001", also=("MFR007",), without=("mx", "spf"), add=f"bounce.www 300 MX 10 {FEEDBACK}\n"),
    row(
        "mf-other-label",
        "MFR001",
        also=("MFR007",),
        without=("mx", "spf"),
        add=f"mail2 300 MX 10 {FEEDBACK}\nmail2 300 TXT {SPF}\n",
    ),
    row("mx-swapped", "MFR001", without=("mx",), add="feedback-smtp.eu-west-1.amazonses.com 300 MX 10 bounce\n"),
    row(
        "mx-as-cname-txt", "MFR001", without=("mx",), add='bounce 300 TXT "10 feedback-smtp.eu-west-1.amazonses.com"\n'
    ),
    row("mx-null", "MFR006", without=("mx",), add="bounce 300 MX 0 .\n"),
    row("mx-inbound", "MFR015", without=("mx",), add="bounce 300 MX 10 inbound-smtp.eu-west-1.amazonaws.com.\n"),
    row("mx-amazonaws", "MFR006", without=("mx",), add="bounce 300 MX 10 feedback-smtp.eu-west-1.amazonaws.com.\n"),
    row("mx-quoted", "MFR006", without=("mx",), add='bounce 300 MX 10 \\"feedback-smtp.eu-west-1.amazonses.com\\".\n'),
    row(
        "spf-typo",
        "MFR008",
        without=("spf",),
        add='bounce 300 TXT "v=spf1 include:amazonses.con ~all"\n',
        ses="SUCCESS",
    ),
    row(
        "spf-colonless",
        "MFR007",
        says="begin with `v=spf1 `",
        without=("spf",),
        add='bounce 300 TXT "spf1 include:amazonses.com ~all"\n',
        ses="SUCCESS",
    ),
    row(
        "spf-split", "", without=("spf",), add='bounce 300 TXT "v=spf1 inclu" "de:amazonses.com ~all"\n', ses="SUCCESS"
    ),
    row(
        "spf-split-spaces",
        "MFR007",
        says="begin with `v=spf1 `",
        without=("spf",),
        add='bounce 300 TXT "v=spf1" "include:amazonses.com" "~all"\n',
        ses="SUCCESS",
    ),
    row(
        "spf-plus-junk",
        "MFR007",
        says="begin with `v=spf1 `",
        without=("spf",),
        add='bounce 300 TXT " v=spf1 include:amazonses.com ~all"\n',
        ses="SUCCESS",
    ),
    row("spf-at-wild", "", without=("spf",), add=f"*.bounce 300 TXT {SPF}\nbounce 300 TXT {SPF}\n", ses="SUCCESS"),
    row(
        "mf-deleg",
        "DEL019",
        without=("mx", "spf"),
        add="bounce 300 NS nsd.lab.net.\n",
        more=(Served("bounce.mf-deleg.com", {"nsd": "@ 300 A 192.0.2.1\n"}, own_ns=("nsd.lab.net",)),),
    ),
    row("mf-deleg-lame", "DEL003", without=("mx", "spf"), add="bounce 300 NS nsd.lab.net.\n", also=("DEL003",)),
    # dmarc
    row("dmarc-cname-vendor", "", without=("dmarc",), add="_dmarc 300 CNAME _dmarc.healthy.com.\n", ses="SUCCESS"),
    row(
        "dmarc-cname-dead", "DEL003", without=("dmarc",), add="_dmarc 300 CNAME x.dead.com.\n", ses="SUCCESS", slow=True
    ),
    row("dmarc-cname-nothing", "DMC001", without=("dmarc",), add="_dmarc 300 CNAME nothing.lab.net.\n", ses="SUCCESS"),
    row("dmarc-loop", "DMC001", without=("dmarc",), add="_dmarc 300 CNAME a\na 300 CNAME _dmarc\n", ses="SUCCESS"),
    # zone
    row(
        "one-of-four",
        "DEL004",
        delegated_to=("bind.lab.net", "knot.lab.net", "nsd.lab.net"),
        own_ns=("bind.lab.net", "knot.lab.net", "nsd.lab.net"),
        ses="SUCCESS",
        says="nsd.lab.net",
    ),
    row(
        "parent-names-old",
        "DEL008",
        delegated_to=("bind.lab.net", "nsd.lab.net"),
        text={"bind": records(), "knot": records(), "nsd": records()},
        own_ns=("bind.lab.net", "knot.lab.net"),
        ses="SUCCESS",
    ),
    row(
        "moved-host",
        "DEL010",
        text={
            "bind": records(without=("keys", "mx", "spf", "dmarc")),
            "nsd": "@ 300 SOA new.lab.net. admin.lab.net. 1 3600 600 604800 900\n" + records(),
        },
        delegated_to=("bind.lab.net", "nsd.lab.net"),
    ),
    row("signed-lost", "KIM001", without=("keys",), signed=(-30 * DAY, 30 * DAY)),
    row("signed-not-above", "", signed=(-30 * DAY, 30 * DAY), ds="none", ses="SUCCESS"),
    row("signed-early", "DEL017", signed=(2 * DAY, 30 * DAY), ses="SUCCESS"),
    odd("denies-and-missing", "DEL022", also=("KIM002",), without=("k1",), oddity=Oddity(denies_parents=True)),
    odd(
        "edns-and-doubled",
        "KIM004",
        without=("keys",),
        add=keys_at("{t}._domainkey.edns-and-doubled.com").replace("300", "300"),
        oddity=Oddity(drops_edns=True),
    ),
    row(
        "refused-by-one-rest-dead",
        "DEL003",
        delegated_to=("bind.lab.net", "dead.lab.net"),
        text={},
        says="does not have the zone",
    ),
    row("only-misspelt", "DEL006", delegated_to=("knto.lab.net",), text={}, never=("KIM001",)),
)
