"""Zones of domains that are set up in SES, each broken in one way, and the findings that are worth a warning or more.

A row takes records out of a healthy zone and puts others in. `{t}` stands for each of the three DKIM tokens, one line
for each, `{t1}` for the first; `{hz}` is SES's signing zone, `{fb}` its host for bounces, `{d}` the domain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

FEEDBACK = "feedback-smtp.eu-west-1.amazonses.com."


@dataclass(frozen=True, slots=True)
class Breakage:
    """One way to break a zone."""

    name: str
    without: tuple[str, ...]
    """What is taken out: keys, k1 to k3, mx, spf, dmarc, home (the domain's own MX), apexspf, or all."""
    add: str
    """Lines of a zone file."""
    findings: tuple[str, ...]
    """What is told, the first first."""
    says: str = ""
    """A part of what the first finding says."""

    def zone_file(self, domain: str, tokens: Sequence[str], zone: str) -> str:
        """The broken zone of a domain with these tokens, whose keys are in `zone`."""
        healthy = {f"k{number}": f"{t}._domainkey 300 CNAME {t}.{zone}." for number, t in enumerate(tokens, 1)}
        healthy |= {
            "mx": f"bounce 300 MX 10 {FEEDBACK}",
            "spf": 'bounce 300 TXT "v=spf1 include:amazonses.com ~all"',
            "dmarc": f'_dmarc 300 TXT "v=DMARC1; p=none; rua=mailto:dmarc@{domain}"',
            "home": "@ 300 MX 10 mx.practice-dns.net.",
            "apexspf": '@ 300 TXT "v=spf1 mx ~all"',
        }
        gone = {*self.without, *(("k1", "k2", "k3") if "keys" in self.without else ())}
        kept = [] if "all" in gone else [line for name, line in healthy.items() if name not in gone]
        lines = [*kept, *(each for line in self.add.splitlines() for each in _for_each(line, tokens))]
        named = {"{hz}": zone, "{fb}": FEEDBACK, "{d}": domain}
        named |= {f"{{t{number}}}": token for number, token in enumerate(tokens, 1)}
        text = "\n".join(lines) + "\n"
        for mark, value in named.items():
            text = text.replace(mark, value)
        return text


def _for_each(line: str, tokens: Sequence[str]) -> list[str]:
    return [line.replace("{t}", token) for token in tokens] if "{t}" in line else [line]


BREAKAGES = (
    Breakage("fine", (), "", ()),
    Breakage(
        "dmarc-dangling",
        ("dmarc",),
        "_dmarc 300 CNAME gone.vendor.example.\n",
        ("DMC001",),
        "gone.vendor.example, which does not exist",
    ),
    Breakage(
        "dmarc-circle", ("dmarc",), "_dmarc 300 CNAME _dmarc\n", ("DMC001",), "_dmarc.{d}, which leads in a circle"
    ),
    Breakage(
        "dmarc-wide-circle",
        ("dmarc",),
        "_dmarc 300 CNAME one\none 300 CNAME two\ntwo 300 CNAME one\n",
        ("DMC001",),
        "one.{d}, which leads in a circle",
    ),
    Breakage(
        "mf-dangling", ("mx", "spf"), "bounce 300 CNAME gone.vendor.example.\n", ("MFR013",), "which does not exist"
    ),
    Breakage("dk-dangling", ("keys",), "{t}._domainkey 300 CNAME gone.{t}.vendor.example.\n", ("KIM018",)),
    Breakage("dk-one-dangling", ("k2",), "{t2}._domainkey 300 CNAME gone.vendor.example.\n", ("KIM018",)),
    Breakage("dk-alias-domainkey", ("keys",), "_domainkey 300 CNAME gone.vendor.example.\n", ("KIM001",)),
    Breakage(
        "spf-amazonaws",
        ("spf",),
        'bounce 300 TXT "v=spf1 include:amazonaws.com ~all"\n',
        ("MFR008",),
        "replace `include:amazonaws.com` by `include:amazonses.com`",
    ),
    Breakage(
        "spf-typo",
        ("spf",),
        'bounce 300 TXT "v=spf1 include:amazonsess.com ~all"\n',
        ("MFR008",),
        "replace `include:amazonsess.com`",
    ),
    Breakage(
        "spf-extra-typo",
        ("spf",),
        ('bounce 300 TXT "v=spf1 include:amazonses.com include:nope.example ~all"\n'),
        ("SPF012",),
    ),
    Breakage(
        "double-all",
        ("keys", "mx", "spf", "dmarc"),
        (
            "{t}._domainkey.{d} 300 CNAME {t}.{hz}.\n"
            "bounce.{d} 300 MX 10 {fb}\n"
            'bounce.{d} 300 TXT "v=spf1 include:amazonses.com ~all"\n'
            '_dmarc.{d} 300 TXT "v=DMARC1; p=none"\n'
        ),
        ("KIM004",),
        "`_dmarc`; then delete",
    ),
    Breakage(
        "double-keys-dmarc",
        ("keys", "mx", "spf", "dmarc"),
        '{t}._domainkey.{d} 300 CNAME {t}.{hz}.\n_dmarc.{d} 300 TXT "v=DMARC1; p=none"\n',
        ("KIM004", "MFR001", "MFR007"),
        "`_dmarc`; then delete",
    ),
    Breakage(
        "double-keys-mf",
        ("keys", "mx", "spf", "dmarc"),
        (
            "{t}._domainkey.{d} 300 CNAME {t}.{hz}.\n"
            "bounce.{d} 300 MX 10 {fb}\n"
            'bounce.{d} 300 TXT "v=spf1 include:amazonses.com ~all"\n'
        ),
        ("KIM004", "DMC001"),
        "`bounce`; then delete",
    ),
    Breakage(
        "double-half-mf",
        ("keys", "mx", "spf", "dmarc"),
        ('{t}._domainkey.{d} 300 CNAME {t}.{hz}.\nbounce.{d} 300 MX 10 {fb}\n_dmarc.{d} 300 TXT "v=DMARC1; p=none"\n'),
        ("KIM004", "MFR007", "MFR012"),
        "`_dmarc`; then delete",
    ),
    Breakage(
        "double-mf",
        ("mx", "spf"),
        ('bounce.{d} 300 MX 10 {fb}\nbounce.{d} 300 TXT "v=spf1 include:amazonses.com ~all"\n'),
        ("MFR012",),
        "Enter the names without the domain: `bounce`",
    ),
    Breakage(
        "double-mf-dmarc",
        ("mx", "spf", "dmarc"),
        (
            "bounce.{d} 300 MX 10 {fb}\n"
            'bounce.{d} 300 TXT "v=spf1 include:amazonses.com ~all"\n'
            '_dmarc.{d} 300 TXT "v=DMARC1; p=none"\n'
        ),
        ("MFR012",),
        "`bounce`, `_dmarc`",
    ),
    Breakage(
        "double-two-keys",
        ("k1", "k2"),
        ("{t1}._domainkey.{d} 300 CNAME {t1}.{hz}.\n{t2}._domainkey.{d} 300 CNAME {t2}.{hz}.\n"),
        ("KIM004",),
    ),
    Breakage(
        "append-all-values",
        ("keys", "mx"),
        ("{t}._domainkey 300 CNAME {t}.{hz}\nbounce 300 MX 10 feedback-smtp.eu-west-1.amazonses.com\n"),
        ("KIM005", "MFR004"),
    ),
    Breakage(
        "append-all-both",
        ("keys", "mx", "spf", "dmarc"),
        (
            "{t}._domainkey.{d} 300 CNAME {t}.{hz}\n"
            "bounce.{d} 300 MX 10 feedback-smtp.eu-west-1.amazonses.com\n"
            'bounce.{d} 300 TXT "v=spf1 include:amazonses.com ~all"\n'
            '_dmarc.{d} 300 TXT "v=DMARC1; p=none"\n'
        ),
        ("KIM004",),
        "`_dmarc`; then delete",
    ),
    Breakage("dk-dkim-label", ("keys",), "{t}.dkim 300 CNAME {t}.{hz}.\n", ("KIM006",), "`_domainkey` included"),
    Breakage("dk-nounderscore", ("keys",), "{t}.domainkey 300 CNAME {t}.{hz}.\n", ("KIM007",)),
    Breakage("dk-bare", ("keys",), "{t} 300 CNAME {t}.{hz}.\n", ("KIM006",)),
    Breakage("dk-swapped", ("keys",), "{t}.{hz} 300 CNAME {t}._domainkey\n", ("KIM011",)),
    Breakage("dk-scheme", ("keys",), "{t}._domainkey 300 CNAME http://{t}.{hz}.\n", ("KIM023",)),
    Breakage(
        "dk-region-suffix", ("keys",), ("{t}._domainkey 300 CNAME {t}.dkim.eu-west-1.amazonses.com.\n"), ("KIM016",)
    ),
    Breakage("dk-txt", ("keys",), '{t}._domainkey 300 TXT "{t}.{hz}"\n', ("KIM012",)),
    Breakage("dk-txt-quoted", ("keys",), '{t}._domainkey 300 TXT "\\"{t}.{hz}\\""\n', ("KIM012",)),
    Breakage(
        "dk-proxied",
        ("keys",),
        ("{t}._domainkey 300 A 104.21.5.5\n{t}._domainkey 300 AAAA 2606:4700::1\n"),
        ("KIM014",),
    ),
    Breakage("dk-a", ("keys",), "{t}._domainkey 300 A 203.0.113.9\n", ("KIM013",)),
    Breakage("dk-caps", ("keys",), "{t}._DOMAINKEY 300 CNAME {t}.DKIM.AMAZONSES.COM.\n", ()),
    Breakage("dk-quotes", ("keys",), '{t}._domainkey 300 CNAME \\"{t}.{hz}\\".\n', ("KIM022",)),
    Breakage("dk-quotes-open", ("keys",), '{t}._domainkey 300 CNAME \\"{t}.{hz}.\n', ("KIM022",)),
    Breakage("dk-trail-space", ("keys",), "{t}._domainkey 300 CNAME {t}.{hz}\\032.\n", ("KIM023",)),
    Breakage("dk-lead-space", ("keys",), "{t}._domainkey 300 CNAME \\032{t}.{hz}.\n", ("KIM023",)),
    Breakage("dk-zerowidth", ("keys",), "{t}._domainkey 300 CNAME {t}\\226\\128\\139.{hz}.\n", ("KIM023",)),
    Breakage("dk-name-star", ("keys",), "*._domainkey 300 CNAME {t1}.{hz}.\n", ("KIM021",)),
    Breakage(
        "dk-cross",
        ("keys",),
        (
            "{t1}._domainkey 300 CNAME {t2}.{hz}.\n"
            "{t2}._domainkey 300 CNAME {t3}.{hz}.\n"
            "{t3}._domainkey 300 CNAME {t1}.{hz}.\n"
        ),
        ("KIM010",),
    ),
    Breakage("dk-same", ("keys",), "{t}._domainkey 300 CNAME {t1}.{hz}.\n", ("KIM010",)),
    Breakage("dk-one-missing", ("k2",), "", ("KIM002",)),
    Breakage("dk-two-missing", ("k2", "k3"), "", ("KIM002",)),
    Breakage("dk-trunc", ("keys",), "{t}._domainkey 300 CNAME {t}.dkim.amazonses.\n", ("KIM018",)),
    Breakage("dk-amazonaws", ("keys",), "{t}._domainkey 300 CNAME {t}.dkim.amazonaws.com.\n", ("KIM018",)),
    Breakage(
        "dk-old-account",
        ("k1", "k3"),
        (
            "abcdefghijklmnopqrstuvwxyz234567._domainkey 300 CNAME abcdefghijklmnopqrstuvwxyz234567.{hz}.\n"
            "bbcdefghijklmnopqrstuvwxyz234567._domainkey 300 CNAME bbcdefghijklmnopqrstuvwxyz234567.{hz}.\n"
        ),
        ("KIM002",),
    ),
    Breakage(
        "dk-old-all",
        ("keys",),
        (
            "abcdefghijklmnopqrstuvwxyz234567._domainkey 300 CNAME abcdefghijklmnopqrstuvwxyz234567.{hz}.\n"
            "bbcdefghijklmnopqrstuvwxyz234567._domainkey 300 CNAME bbcdefghijklmnopqrstuvwxyz234567.{hz}.\n"
            "cbcdefghijklmnopqrstuvwxyz234567._domainkey 300 CNAME cbcdefghijklmnopqrstuvwxyz234567.{hz}.\n"
        ),
        ("KIM001",),
    ),
    Breakage(
        "dk-delegated", ("keys",), "_domainkey 300 NS ns1.practice-dns.net.\n", ("DEL003",), "delete its NS records"
    ),
    Breakage(
        "dk-delegated-lame", ("keys",), "_domainkey 300 NS ns1.gone.example.\n", ("DEL003",), "delete its NS records"
    ),
    Breakage("dk-semicolon", ("keys",), "{t}._domainkey 300 CNAME {t}.{hz}\\;.\n", ("KIM023",)),
    Breakage("dk-comma", ("keys",), "{t}._domainkey 300 CNAME {t}.{hz},.\n", ("KIM023",)),
    Breakage("dk-typo-o0", ("k1",), "{t1}._domainkey 300 CNAME x{t1}.{hz}.\n", ("KIM009",)),
    Breakage("dk-missing-dot", ("keys",), "{t}_domainkey 300 CNAME {t}.{hz}.\n", ("KIM007",)),
    Breakage("dk-dot-dash", ("keys",), "{t}._domain-key 300 CNAME {t}.{hz}.\n", ("KIM006",)),
    Breakage("dk-domainkeys", ("keys",), "{t}._domainkeys 300 CNAME {t}.{hz}.\n", ("KIM006",)),
    Breakage("dk-dmarc", ("keys",), "{t}._dmarc 300 CNAME {t}.{hz}.\n", ("KIM001",)),
    Breakage("dk-www", ("keys",), "{t}._domainkey.www 300 CNAME {t}.{hz}.\n", ("KIM006",)),
    Breakage("dk-bounce", ("keys",), "{t}._domainkey.bounce 300 CNAME {t}.{hz}.\n", ("KIM001",)),
    Breakage("dk-apex-cname", ("keys",), "@ 300 CNAME {t1}.{hz}.\n", ("DEL024", "KIM001")),
    Breakage("dk-wild-txt", ("keys",), '* 300 TXT "v=spf1 -all"\n', ("KIM001",)),
    Breakage("dk-wild-cname", ("keys",), "* 300 CNAME parked.example.\n", ("KIM021",)),
    Breakage("dk-wild-a", ("keys",), "* 300 A 203.0.113.7\n", ("KIM001",)),
    Breakage("dk-ns", ("keys",), "{t}._domainkey 300 NS {t}.{hz}.\n", ("DEL019",)),
    Breakage("double-dmarc", ("dmarc",), '_dmarc.{d} 300 TXT "v=DMARC1; p=none"\n', ("DMC003",)),
    Breakage("mx-inbound", ("mx",), "bounce 300 MX 10 inbound-smtp.eu-west-1.amazonaws.com.\n", ("MFR015",)),
    Breakage("mx-ip", ("mx",), "bounce 300 MX 10 203.0.113.5.\n", ("MFR006",)),
    Breakage("mx-region", ("mx",), "bounce 300 MX 10 feedback-smtp.us-east-1.amazonses.com.\n", ("MFR002",)),
    Breakage("mx-two", ("mx",), ("bounce 300 MX 10 {fb}\nbounce 300 MX 20 mail.other.example.\n"), ("MFR003",)),
    Breakage(
        "mx-two-regions",
        ("mx",),
        ("bounce 300 MX 10 {fb}\nbounce 300 MX 10 feedback-smtp.us-east-1.amazonses.com.\n"),
        ("MFR003",),
    ),
    Breakage("mx-amazonaws", ("mx",), "bounce 300 MX 10 feedback-smtp.eu-west-1.amazonaws.com.\n", ("MFR006",)),
    Breakage("mx-noregion", ("mx",), "bounce 300 MX 10 feedback-smtp.amazonses.com.\n", ("MFR006",)),
    Breakage("mx-emailsmtp", ("mx",), "bounce 300 MX 10 email-smtp.eu-west-1.amazonaws.com.\n", ("MFR006",)),
    Breakage("mx-prio-in", ("mx",), ("bounce 300 MX 10 10.feedback-smtp.eu-west-1.amazonses.com.\n"), ("MFR005",)),
    Breakage("mx-prio-esc", ("mx",), ("bounce 300 MX 10 10\\032feedback-smtp.eu-west-1.amazonses.com.\n"), ("MFR005",)),
    Breakage("mx-append", ("mx",), "bounce 300 MX 10 feedback-smtp.eu-west-1.amazonses.com\n", ("MFR004",)),
    Breakage("mx-scheme", ("mx",), ("bounce 300 MX 10 http://feedback-smtp.eu-west-1.amazonses.com.\n"), ("MFR006",)),
    Breakage("mx-typo", ("mx",), "bounce 300 MX 10 feedback-smtp.eu-wets-1.amazonses.com.\n", ("MFR006",), "not SES's"),
    Breakage("mx-quotes", ("mx",), ('bounce 300 MX 10 \\"feedback-smtp.eu-west-1.amazonses.com\\".\n'), ("MFR006",)),
    Breakage("mx-space", ("mx",), ("bounce 300 MX 10 feedback-smtp.eu-west-1.amazonses.com\\032.\n"), ("MFR006",)),
    Breakage("mx-zero", ("mx",), "bounce 300 MX 0 {fb}\n", ()),
    Breakage("mx-null", ("mx",), "bounce 300 MX 0 .\n", ("MFR006",)),
    Breakage("mx-apex", ("mx", "home"), "@ 300 MX 10 {fb}\n", ("MFR012", "DMC016")),
    Breakage("spf-apex", ("spf", "apexspf"), '@ 300 TXT "v=spf1 include:amazonses.com ~all"\n', ("MFR012",)),
    Breakage("spf-apex-both", ("spf",), '@ 300 TXT "v=spf1 include:amazonses.com ~all"\n', ("MFR012", "SPF002")),
    Breakage(
        "spf-two",
        ("spf",),
        ('bounce 300 TXT "v=spf1 include:amazonses.com ~all"\nbounce 300 TXT "v=spf1 -all"\n'),
        ("MFR009",),
    ),
    Breakage(
        "spf-dup",
        ("spf",),
        ('bounce 300 TXT "v=spf1 include:amazonses.com ~all"\nbounce 300 TXT "v=spf1 include:amazonses.com -all"\n'),
        ("MFR009",),
    ),
    Breakage("spf-v", ("spf",), 'bounce 300 TXT "v=spf include:amazonses.com ~all"\n', ("MFR007",)),
    Breakage("spf-v-space", ("spf",), 'bounce 300 TXT "v = spf1 include:amazonses.com ~all"\n', ("MFR007",)),
    Breakage("spf-vspf1nospace", ("spf",), 'bounce 300 TXT "v=spf1include:amazonses.com ~all"\n', ("MFR007",)),
    Breakage("spf-v-upper", ("spf",), 'bounce 300 TXT "V=SPF1 INCLUDE:AMAZONSES.COM ~ALL"\n', ()),
    Breakage("spf-comma", ("spf",), 'bounce 300 TXT "v=spf1, include:amazonses.com, ~all"\n', ("MFR007",)),
    Breakage("spf-semicolon", ("spf",), 'bounce 300 TXT "v=spf1; include:amazonses.com; ~all"\n', ("MFR007",)),
    Breakage("spf-esc-semi", ("spf",), 'bounce 300 TXT "v=spf1 include:amazonses.com ~all\\;"\n', ("MFR010",)),
    Breakage("spf-quotes", ("spf",), ('bounce 300 TXT "\\"v=spf1 include:amazonses.com ~all\\""\n'), ("MFR011",)),
    Breakage(
        "spf-smart",
        ("spf",),
        ('bounce 300 TXT "\\226\\128\\156v=spf1 include:amazonses.com ~all\\226\\128\\157"\n'),
        ("MFR011",),
    ),
    Breakage("spf-bom", ("spf",), ('bounce 300 TXT "\\239\\187\\191v=spf1 include:amazonses.com ~all"\n'), ("MFR007",)),
    Breakage("spf-leadspace", ("spf",), 'bounce 300 TXT " v=spf1 include:amazonses.com ~all"\n', ("MFR007",)),
    Breakage("spf-trailspace", ("spf",), 'bounce 300 TXT "v=spf1 include:amazonses.com ~all "\n', ()),
    Breakage("spf-nbsp", ("spf",), ('bounce 300 TXT "v=spf1\\194\\160include:amazonses.com ~all"\n'), ("MFR007",)),
    Breakage(
        "spf-zwsp", ("spf",), ('bounce 300 TXT "v=spf1 include:amazon\\226\\128\\139ses.com ~all"\n'), ("MFR010",)
    ),
    Breakage(
        "spf-equals",
        ("spf",),
        'bounce 300 TXT "v=spf1 include=amazonses.com ~all"\n',
        ("MFR008",),
        "replace `include=amazonses.com`",
    ),
    Breakage("spf-includ", ("spf",), 'bounce 300 TXT "v=spf1 includ:amazonses.com ~all"\n', ("MFR010",)),
    Breakage("spf-space-colon", ("spf",), 'bounce 300 TXT "v=spf1 include: amazonses.com ~all"\n', ("MFR010",)),
    Breakage("spf-a", ("spf",), 'bounce 300 TXT "v=spf1 a:amazonses.com ~all"\n', ()),
    Breakage("spf-redirect", ("spf",), 'bounce 300 TXT "v=spf1 redirect=amazonses.com"\n', ()),
    Breakage("spf-noall", ("spf",), 'bounce 300 TXT "v=spf1 include:amazonses.com"\n', ("MFR024",)),
    Breakage("spf-plusall", ("spf",), 'bounce 300 TXT "v=spf1 include:amazonses.com +all"\n', ("MFR024",)),
    Breakage(
        "spf-all-first",
        ("spf",),
        'bounce 300 TXT "v=spf1 -all include:amazonses.com"\n',
        ("MFR008",),
        "stands behind `all`",
    ),
    Breakage(
        "spf-minus-include",
        ("spf",),
        'bounce 300 TXT "v=spf1 -include:amazonses.com ~all"\n',
        ("MFR008",),
        "the `-` in front of it denies that SES may send",
    ),
    Breakage(
        "spf-neutral-include",
        ("spf",),
        'bounce 300 TXT "v=spf1 ?include:amazonses.com ~all"\n',
        ("MFR008",),
        "the `?` in front of it leaves open whether SES may send",
    ),
    Breakage(
        "spf-sign-and-typo",
        ("spf",),
        'bounce 300 TXT "v=spf1 ?include:amazonsess.com ~all"\n',
        ("MFR008",),
        "is not the name of SES's SPF record",
    ),
    Breakage(
        "spf-somebody-else",
        ("spf",),
        'bounce 300 TXT "v=spf1 include:amazonses.company.example ~all"\n',
        ("MFR008", "SPF012"),
        "Add `include:amazonses.com`",
    ),
    Breakage(
        "spf-nested-typo",
        ("spf",),
        'bounce 300 TXT "v=spf1 include:_spf.{d} ~all"\n_spf 300 TXT "v=spf1 include:amazonsess.com ~all"\n',
        ("MFR008", "SPF012"),
    ),
    Breakage(
        "spf-two-typos",
        ("spf",),
        'bounce 300 TXT "v=spf1 include:amazonsess.com include:amazonaws.com ~all"\n',
        ("MFR008", "SPF012"),
        "replace `include:amazonsess.com`",
    ),
    Breakage("spf-plus-all-first", ("spf",), 'bounce 300 TXT "v=spf1 all include:amazonses.com"\n', ("MFR024",)),
    Breakage(
        "spf-both-all-first",
        ("spf", "apexspf"),
        '@ 300 TXT "v=spf1 -all mx"\nbounce 300 TXT "v=spf1 -all include:amazonses.com"\n',
        ("MFR008", "SPF011", "SPF011"),
    ),
    Breakage(
        "spf-emdash", ("spf",), ('bounce 300 TXT "v=spf1 include:amazonses.com \\226\\128\\147all"\n'), ("MFR010",)
    ),
    Breakage("spf-tilde-space", ("spf",), 'bounce 300 TXT "v=spf1 include:amazonses.com ~ all"\n', ("MFR010",)),
    Breakage("spf-split", ("spf",), 'bounce 300 TXT "v=spf1 include:amazon" "ses.com ~all"\n', ()),
    Breakage("spf-split-nospace", ("spf",), 'bounce 300 TXT "v=spf1" "include:amazonses.com" "~all"\n', ("MFR007",)),
    Breakage("spf-type99", ("spf",), 'bounce 300 SPF "v=spf1 include:amazonses.com ~all"\n', ("MFR007",)),
    Breakage(
        "spf-name-in-value", ("spf",), ('bounce 300 TXT "bounce TXT v=spf1 include:amazonses.com ~all"\n'), ("MFR007",)
    ),
    Breakage("spf-value-in-single", ("spf",), "bounce 300 TXT \"'v=spf1 include:amazonses.com ~all'\"\n", ("MFR011",)),
    Breakage("spf-google", ("spf",), 'bounce 300 TXT "v=spf1 include:_spf.google.com ~all"\n', ("MFR008",)),
    Breakage("spf-mx-text", ("spf",), ('bounce 300 TXT "10 feedback-smtp.eu-west-1.amazonses.com"\n'), ("MFR007",)),
    Breakage(
        "spf-scheme",
        ("spf",),
        ('bounce 300 TXT "v=spf1 include:http://amazonses.com ~all"\n'),
        ("MFR008",),
        "replace `include:http://amazonses.com`",
    ),
    Breakage("spf-at", ("spf",), 'bounce 300 TXT "v=spf1 include:@amazonses.com ~all"\n', ("MFR008",)),
    Breakage(
        "dm-two", ("dmarc",), ('_dmarc 300 TXT "v=DMARC1; p=none"\n_dmarc 300 TXT "v=DMARC1; p=reject"\n'), ("DMC002",)
    ),
    Breakage("dm-lower", ("dmarc",), '_dmarc 300 TXT "v=dmarc1; p=none"\n', ("DMC004",)),
    Breakage("dm-nosemi", ("dmarc",), '_dmarc 300 TXT "v=DMARC1 p=none"\n', ("DMC004",)),
    Breakage("dm-nop", ("dmarc",), '_dmarc 300 TXT "v=DMARC1; rua=mailto:dmarc@{d}"\n', ("DMC006",)),
    Breakage("dm-nop-norua", ("dmarc",), '_dmarc 300 TXT "v=DMARC1"\n', ("DMC006", "DMC013")),
    Breakage("dm-pfirst", ("dmarc",), '_dmarc 300 TXT "p=none; v=DMARC1"\n', ("DMC004",)),
    Breakage(
        "dm-pinvalid", ("dmarc",), ('_dmarc 300 TXT "v=DMARC1; p=quarentine; rua=mailto:dmarc@{d}"\n'), ("DMC007",)
    ),
    Breakage("dm-pinvalid-norua", ("dmarc",), '_dmarc 300 TXT "v=DMARC1; p=monitor"\n', ("DMC007", "DMC013")),
    Breakage("dm-nomailto", ("dmarc",), '_dmarc 300 TXT "v=DMARC1; p=none; rua=dmarc@{d}"\n', ("DMC014",)),
    Breakage(
        "dm-mailto-slashes",
        ("dmarc",),
        '_dmarc 300 TXT "v=DMARC1; p=none; rua=mailto://dmarc@{d}"\n',
        ("DMC014",),
        "has `//` behind `mailto:`",
    ),
    Breakage(
        "dm-mailto-space", ("dmarc",), ('_dmarc 300 TXT "v=DMARC1; p=none; rua=mailto: dmarc@{d}"\n'), ("DMC014",)
    ),
    Breakage(
        "dm-pct", ("dmarc",), ('_dmarc 300 TXT "v=DMARC1; p=reject; pct=50; rua=mailto:dmarc@{d}"\n'), ("DMC010",)
    ),
    Breakage("dm-comma", ("dmarc",), '_dmarc 300 TXT "v=DMARC1, p=none, rua=mailto:dmarc@{d}"\n', ("DMC004",)),
    Breakage("dm-colon", ("dmarc",), '_dmarc 300 TXT "v:DMARC1; p:none"\n', ("DMC004",)),
    Breakage("dm-bom", ("dmarc",), '_dmarc 300 TXT "\\239\\187\\191v=DMARC1; p=none"\n', ("DMC004",)),
    Breakage(
        "dm-smart", ("dmarc",), ('_dmarc 300 TXT "\\226\\128\\156v=DMARC1; p=none\\226\\128\\157"\n'), ("DMC004",)
    ),
    Breakage("dm-quotes", ("dmarc",), '_dmarc 300 TXT "\\"v=DMARC1; p=none\\""\n', ("DMC004",)),
    Breakage("dm-single", ("dmarc",), "_dmarc 300 TXT \"'v=DMARC1; p=none'\"\n", ("DMC004",)),
    Breakage(
        "dm-esc-semi", ("dmarc",), ('_dmarc 300 TXT "v=DMARC1\\\\; p=none\\\\; rua=mailto:dmarc@{d}"\n'), ("DMC004",)
    ),
    Breakage("dm-zwsp", ("dmarc",), '_dmarc 300 TXT "v=DMARC1;\\226\\128\\139 p=none"\n', ("DMC005", "DMC013")),
    Breakage("dm-zwsp0", ("dmarc",), '_dmarc 300 TXT "\\226\\128\\139v=DMARC1; p=none"\n', ("DMC004",)),
    Breakage("dm-dmarc", ("dmarc",), '_dmarc 300 TXT "v=DMARC; p=none"\n', ("DMC004",)),
    Breakage("dm-dkim1", ("dmarc",), '_dmarc 300 TXT "v=DKIM1; p=none"\n', ("DMC004",)),
    Breakage("dm-split", ("dmarc",), ('_dmarc 300 TXT "v=DMARC1; p=no" "ne; rua=mailto:dmarc@{d}"\n'), ()),
    Breakage("dm-apex", ("dmarc",), '@ 300 TXT "v=DMARC1; p=none"\n', ("DMC003",)),
    Breakage("dm-nounder", ("dmarc",), 'dmarc 300 TXT "v=DMARC1; p=none"\n', ("DMC003",)),
    Breakage("dm-dmarc1name", ("dmarc",), '_dmarc1 300 TXT "v=DMARC1; p=none"\n', ("DMC003",)),
    Breakage("dm-dmark", ("dmarc",), '_dmark 300 TXT "v=DMARC1; p=none"\n', ("DMC003",), "_dmark.{d}"),
    Breakage("dm-dash", ("dmarc",), '-dmarc 300 TXT "v=DMARC1; p=none"\n', ("DMC003",)),
    Breakage("dm-underscored2", ("dmarc",), '__dmarc 300 TXT "v=DMARC1; p=none"\n', ("DMC003",)),
    Breakage("dm-txt-in-name", ("dmarc",), '_dmarc 300 TXT "_dmarc.{d} IN TXT v=DMARC1; p=none"\n', ("DMC004",)),
    Breakage("dm-a", ("dmarc",), "_dmarc 300 A 104.21.5.5\n", ("DMC001",)),
    Breakage(
        "dm-rua-mf", ("dmarc",), ('_dmarc 300 TXT "v=DMARC1; p=none; rua=mailto:dmarc@bounce.{d}"\n'), ("DMC016",)
    ),
    Breakage(
        "dm-rua-ext", ("dmarc",), ('_dmarc 300 TXT "v=DMARC1; p=none; rua=mailto:x@reports.example"\n'), ("DMC016",)
    ),
    Breakage(
        "dm-aspf-adkim",
        ("dmarc",),
        ('_dmarc 300 TXT "v=DMARC1; p=reject; aspf=s; adkim=s; rua=mailto:dmarc@{d}"\n'),
        ("DMC025",),
    ),
    Breakage(
        "dm-sp-invalid",
        ("dmarc",),
        ('_dmarc 300 TXT "v=DMARC1; p=reject; sp=nothing; rua=mailto:dmarc@{d}"\n'),
        ("DMC007",),
    ),
    Breakage(
        "dm-dup-p", ("dmarc",), ('_dmarc 300 TXT "v=DMARC1; p=none; p=reject; rua=mailto:dmarc@{d}"\n'), ("DMC008",)
    ),
    Breakage("dm-wild", ("dmarc",), '* 300 TXT "v=DMARC1; p=none"\n', ("DMC013",)),
    Breakage(
        "wild-cname",
        ("dmarc", "mx", "spf", "keys"),
        "* 300 CNAME parked.example.\n",
        ("KIM021", "MFR001", "MFR007", "DMC001"),
    ),
    Breakage("wild-cname-exact", (), "* 300 CNAME parked.example.\n", ()),
    Breakage("apex-cname", ("home", "apexspf"), "@ 300 CNAME other.vendor.example.\n", ("DEL024", "DMC016")),
    Breakage("nothing", ("all",), "", ("KIM001", "MFR001", "MFR007", "DMC001")),
    Breakage(
        "parked",
        ("all",),
        ('@ 300 A 203.0.113.1\n* 300 A 203.0.113.1\n@ 300 TXT "v=spf1 -all"\n@ 300 MX 0 .\n'),
        ("KIM001", "MFR001", "MFR007", "DMC001"),
    ),
    Breakage(
        "dmarc-target-empty",
        ("dmarc",),
        "_dmarc 300 CNAME there\nthere 300 A 203.0.113.1\n",
        ("DMC001",),
        "has no TXT record",
    ),
    Breakage("dm-delegated", ("dmarc",), "_dmarc 300 NS ns1.gone.vendor.example.\n", ("DEL003",)),
    Breakage("mf-delegated", ("mx", "spf"), "bounce 300 NS ns1.gone.vendor.example.\n", ("DEL003",)),
    Breakage(
        "google",
        ("home", "apexspf"),
        ('@ 300 MX 1 aspmx.l.google.com.\n@ 300 TXT "v=spf1 include:_spf.google.com include:sendgrid.net ~all"\n'),
        (),
    ),
    Breakage(
        "wild-mx-txt", ("mx", "spf"), '* 300 MX 10 mx.practice-dns.net.\n* 300 TXT "v=spf1 mx ~all"\n', ("MFR022",)
    ),
)
