"""DKIM records that are at another name, or have another value or type, than they should."""

from __future__ import annotations

from odd import Oddity
from rows import KEY, LAPSED, T1, T2, TOKENS, ZONE, Row, keys_at, odd, records, row
from tree import strings

ROWS: tuple[Row, ...] = (
    row("never-added", "KIM001", without=("keys", "mx", "spf", "dmarc"), also=("MFR001", "MFR007", "DMC001")),
    row("one-lost", "KIM002", without=("k2",), ses=LAPSED, never=("KIM001",), says=T2),
    row("doubled", "KIM004", without=("keys",), add=keys_at("{t}._domainkey.doubled.com"), never=("KIM002",)),
    row(
        "half-doubled",
        "KIM004",
        without=("k1", "k2"),
        add=keys_at("{t}._domainkey.half-doubled.com"),
        never=("KIM001",),
    ),
    row("dot-less", "KIM005", without=("keys",), add=keys_at("{t}._domainkey", "{t}.dkim.amazonses.com")),
    row("no-domainkey", "KIM006", without=("keys",), add=keys_at("{t}")),
    row("no-underscore", "KIM007", without=("keys",), add=keys_at("{t}.domainkey")),
    row("dashed", "KIM007", without=("keys",), add=keys_at("{t}-domainkey")),
    row("typo", "KIM009", without=("k1",), add=f"{T1}._domainkey 300 CNAME {T1[:-1]}.{ZONE}.\n"),
    row(
        "crossed",
        "KIM010",
        without=("k1", "k2"),
        add=f"{T1}._domainkey 300 CNAME {T2}.{ZONE}.\n{T2}._domainkey 300 CNAME {T1}.{ZONE}.\n",
    ),
    row("swapped", "KIM011", without=("keys",), add=keys_at("{t}.dkim.amazonses.com", "{t}._domainkey.swapped.com.")),
    row("swapped-dots", "KIM011", without=("keys",), add=keys_at("{t}.dkim.amazonses.com", "{t}._domainkey")),
    row("as-text", "KIM012", without=("keys",), add="".join(f'{t}._domainkey 300 TXT "{t}.{ZONE}"\n' for t in TOKENS)),
    row(
        "pasted-key",
        "KIM012",
        without=("keys",),
        add="".join(f"{t}._domainkey 300 TXT {strings(KEY)}\n" for t in TOKENS),
    ),
    row("as-address", "KIM013", without=("keys",), add="".join(f"{t}._domainkey 300 A 192.0.2.9\n" for t in TOKENS)),
    row("as-v-six", "KIM013", without=("keys",), add="".join(f"{t}._domainkey 300 AAAA 2001:db8::9\n" for t in TOKENS)),
    row(
        "proxied",
        "KIM014",
        without=("keys",),
        add="".join(f"{t}._domainkey 300 A 104.16.1.1\n{t}._domainkey 300 AAAA 2606:4700::1\n" for t in TOKENS),
        delegated_to=("ada.ns.cloudflare.com", "bob.ns.cloudflare.com"),
    ),
    row(
        "flattened",
        "KIM015",
        without=("keys",),
        add="".join(f"{t}._domainkey 300 TXT {strings(KEY)}\n" for t in TOKENS),
        delegated_to=("ada.ns.cloudflare.com", "bob.ns.cloudflare.com"),
    ),
    row("other-zone", "KIM016", without=("keys",), add=keys_at("{t}._domainkey", "{t}.dkim.eu-south-1.amazonses.com.")),
    row("old-tokens", "KIM018", without=("keys",), add=keys_at("{t}._domainkey", f"{'m' * 32}.{ZONE}.")),
    row("moved-away", "KIM018", without=("keys",), add=keys_at("{t}._domainkey", "sel.sendgrid.net.")),
    row("wild", "KIM021", without=("keys",), add="* 300 CNAME web.lab.net.\n*._domainkey 300 CNAME web.lab.net.\n"),
    row("quoted", "KIM022", without=("keys",), add=keys_at("{t}._domainkey", '\\"{t}.dkim.amazonses.com\\".')),
    row("spaced", "KIM023", without=("k1",), add=f"{T1}._domainkey 300 CNAME {T1}.dkim.amazonses.com\\032.\n"),
    row(
        "urled",
        "KIM023",
        text={
            kind: records(without=("k1",), add=f"{T1}._domainkey 300 CNAME http://{T1}.dkim.amazonses.com.\n")
            for kind in ("bind", "nsd")
        },
        delegated_to=("bind.lab.net", "nsd.lab.net"),  # Knot refuses the colon
    ),
    row("at-www", "KIM006", without=("keys",), add=keys_at("{t}._domainkey.www")),
    row("in-at-form", "KIM001", without=("keys",), add='@ 300 TXT "amazonses:abc"\n_amazonses 300 TXT "abcdef"\n'),
    odd("two-things", "KIM019", add=f'{T1}._domainkey 300 TXT "an old text"\n', oddity=Oddity(), says="an old text"),
    odd("two-cnames", "KIM020", add=f"{T1}._domainkey 300 CNAME web.lab.net.\n", oddity=Oddity()),
    odd(
        "rotating",
        "KIM001",
        without=("keys",),
        add="* 60 A 192.0.2.1\n*._domainkey 60 A 192.0.2.1\n",
        oddity=Oddity(rotates=True),
        never=("KIM013",),
    ),
    row(
        "chained",
        "KIM027",
        without=("k1",),
        add=f"{T1}._domainkey 300 CNAME one.chained.com.\none 300 CNAME {T1}.{ZONE}.\n",
        never=("KIM018",),
    ),
)
