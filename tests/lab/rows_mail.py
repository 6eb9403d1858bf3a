"""MAIL FROM and DMARC records that are missing, elsewhere, or wrong."""

from __future__ import annotations

from rows import FEEDBACK, SPF, Row, row

ROWS: tuple[Row, ...] = (
    row("no-mx", "MFR001", without=("mx",), ses="SUCCESS", never=("KIM001",)),
    row("no-spf", "MFR007", without=("spf",), ses="SUCCESS"),
    row("other-region", "MFR002", without=("mx",), add="bounce 300 MX 10 feedback-smtp.us-east-1.amazonses.com.\n"),
    row("two-mx", "MFR003", add="bounce 300 MX 20 mail\n"),
    row("mx-dot-less", "MFR004", without=("mx",), add=f"bounce 300 MX 10 {FEEDBACK.rstrip('.')}\n"),
    row("mx-priority", "MFR005", without=("mx",), add=f"bounce 300 MX 10 10\\032{FEEDBACK}\n"),
    row("mx-typo", "MFR006", without=("mx",), add="bounce 300 MX 10 feedback.eu-west-1.amazonses.com.\n"),
    row(
        "spf-without-ses",
        "MFR008",
        without=("spf",),
        add='bounce 300 TXT "v=spf1 include:lab.net ~all"\n',
        ses="SUCCESS",
    ),
    row("two-spf", "MFR009", add='bounce 300 TXT "v=spf1 a ~all"\n', ses="SUCCESS"),
    row(
        "spf-quoted",
        "MFR011",
        without=("spf",),
        add='bounce 300 TXT "\\"v=spf1 include:amazonses.com ~all\\""\n',
        ses="SUCCESS",
    ),
    row(
        "mx-doubled",
        "MFR012",
        without=("mx", "spf"),
        add=f"bounce.mx-doubled.com 300 MX 10 {FEEDBACK}\nbounce.mx-doubled.com 300 TXT {SPF}\n",
    ),
    row("mx-at-apex", "MFR012", without=("mx",), add=f"@ 300 MX 10 {FEEDBACK}\n"),
    row(
        "alias-at-bounce",
        "MFR013",
        without=("mx", "spf"),
        add="bounce 300 CNAME web.lab.net.\n",
        never=("MFR001", "MFR007"),
    ),
    row(
        "alias-to-ses",
        "MFR013",
        without=("mx", "spf"),
        add=f"bounce 300 CNAME {FEEDBACK}\n",
    ),
    row(
        "wild-mx",
        "MFR022",
        without=("mx", "spf"),
        add='* 300 MX 10 mail\n* 300 TXT "v=spf1 -all"\n',
        never=("MFR008", "MFR006"),
    ),
    row(
        "wild-spf-of-ses",
        "MFR007",
        without=("spf",),
        add=f"* 300 TXT {SPF}\n* 300 A 192.0.2.80\n",
        never=("MFR012",),
        ses="SUCCESS",
    ),
    row("weak", "MFR024", without=("spf",), add='bounce 300 TXT "v=spf1 include:amazonses.com +all"\n', ses="SUCCESS"),
    row("no-dmarc", "DMC001", without=("dmarc",), ses="SUCCESS"),
    row("two-dmarc", "DMC002", add='_dmarc 300 TXT "v=DMARC1; p=reject"\n', ses="SUCCESS"),
    row(
        "dmarc-at-apex",
        "DMC003",
        without=("dmarc",),
        add='@ 300 TXT "v=DMARC1; p=none; rua=mailto:d@lab.net"\n',
        ses="SUCCESS",
    ),
    row(
        "dmarc-plain",
        "DMC003",
        without=("dmarc",),
        add='dmarc 300 TXT "v=DMARC1; p=none; rua=mailto:d@lab.net"\n',
        ses="SUCCESS",
    ),
    row(
        "dmarc-doubled",
        "DMC003",
        without=("dmarc",),
        add='_dmarc.dmarc-doubled.com 300 TXT "v=DMARC1; p=none; rua=mailto:d@lab.net"\n',
        ses="SUCCESS",
    ),
    row(
        "dmarc-below-www",
        "DMC003",
        without=("dmarc",),
        add='_dmarc.www 300 TXT "v=DMARC1; p=none; rua=mailto:d@lab.net"\n',
        ses="SUCCESS",
    ),
)
