"""Sending from a subdomain: its records in the zone above, in a zone of its own, or in the wrong one of the two."""

from __future__ import annotations

from rows import FEEDBACK, LAPSED, SPF, Row, keys_at, records, zone
from tree import Served

DMARC = '_dmarc 300 TXT "v=DMARC1; p=none; rua=mailto:d@lab.net"\n'
SITE = "@ 300 A 192.0.2.80\n"
NSD = ("nsd.lab.net",)


def inside(text: str, label: str = "news") -> str:
    """Records of the subdomain as they stand in the zone above."""
    return "".join(
        f"{line.partition(' ')[0]}.{label} {line.partition(' ')[2]}\n" for line in text.splitlines()
    ).replace(f"@.{label}", label)


def sub(
    name: str,
    first: str,
    above: str,
    own: str | None = None,
    *,
    ses: str = "PENDING",
    lame: bool = False,
    **told: object,
) -> Row:
    """`news.<name>.com`, with the zone above it at two servers and, where there is one, its own at a third."""
    domain = f"{name}.com"
    cut = "".join(f"news 300 NS {server}.\n" for server in NSD) if own is not None or lame else ""
    zones = [Served(domain, dict.fromkeys(("bind", "knot"), SITE + DMARC + cut + above))]
    if own is not None:
        zones.append(Served(f"news.{domain}", {"nsd": own}, own_ns=NSD))
    return Row(f"news.{domain}", first, tuple(zones), ses=ses, **told)  # type: ignore[arg-type]  # as `Row` has them


ALL = records(without=("site", "dmarc"))

ROWS: tuple[Row, ...] = (
    sub("sub-healthy", "", inside(ALL), ses="SUCCESS"),
    sub("sub-own-zone", "DEL012", "", ALL, ses="SUCCESS"),
    sub("sub-in-parent", "KIM001", inside(ALL), "@ 300 A 192.0.2.1\n", also=("MFR001", "MFR007"), says="nsd.lab.net"),
    sub("sub-at-parent-name", "KIM008", keys_at("{t}._domainkey") + inside(records(without=("keys", "site", "dmarc")))),
    sub(
        "sub-doubled-label",
        "KIM004",
        keys_at("{t}._domainkey.news.news") + inside(records(without=("keys", "site", "dmarc"))),
    ),
    sub("sub-whole-in-own", "KIM004", "", keys_at("{t}._domainkey.news") + records(without=("keys", "site", "dmarc"))),
    sub(
        "sub-doubled-whole",
        "KIM004",
        keys_at("{t}._domainkey.news.sub-doubled-whole.com") + inside(records(without=("keys", "site", "dmarc"))),
    ),
    sub(
        "sub-label-lost",
        "MFR012",
        inside(records(without=("mx", "spf", "site", "dmarc")))
        + f"bounce 300 MX 10 {FEEDBACK}\nbounce 300 TXT {SPF}\n",
    ),
    sub("sub-lame", "DEL003", "", lame=True, never=("KIM001",), says="REFUSED"),
    sub("sub-is-alias", "DEL024", inside(ALL) + "news 300 CNAME web.lab.net.\n", ses="SUCCESS"),
    sub(
        "sub-wild-alias",
        "MFR001",
        inside(records(without=("mx", "spf", "site", "dmarc"))) + "* 300 CNAME web.lab.net.\n",
        also=("MFR007",),
        never=("MFR013",),
    ),
    sub(
        "sub-wild-sub",
        "MFR001",
        inside(records(without=("mx", "spf", "site", "dmarc"))) + "*.news 300 CNAME web.lab.net.\n",
        also=("MFR007",),
        never=("MFR013",),
    ),
    sub("sub-nothing", "KIM001", "", also=("MFR001", "MFR007")),
    sub("sub-own-and-parent-token", "KIM002", "", records(without=("k1", "site", "dmarc")), ses=LAPSED),
    sub("sub-dmarc-strict", "", inside(ALL), ses="SUCCESS"),
    sub(
        "sub-dmarc-own-two",
        "DMC002",
        inside(ALL)
        + '_dmarc.news 300 TXT "v=DMARC1; p=none; rua=mailto:d@lab.net"\n_dmarc.news 300 TXT "v=DMARC1; p=reject"\n',
        ses="SUCCESS",
    ),
    Row("a.b.deep.com", "", (zone("deep.com", add=inside(records(without=("site",)), "a.b")),), ses="SUCCESS"),
    Row(
        "a.b.deeper.com",
        "KIM008",
        (
            zone(
                "deeper.com",
                without=("keys",),
                add=inside(records(without=("site", "keys")), "a.b") + keys_at("{t}._domainkey.b"),
            ),
        ),
    ),
    Row(
        "a.b.deepest.com",
        "KIM008",
        (
            zone(
                "deepest.com",
                without=("keys",),
                add=inside(records(without=("site", "keys")), "a.b") + keys_at("{t}._domainkey"),
            ),
        ),
    ),
)
