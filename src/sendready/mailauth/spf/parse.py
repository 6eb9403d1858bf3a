"""SPF records read by their grammar (RFC 7208, section 12); what is wrong is kept with its position, never raised."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Callable

from sendready.model.problem import Problem
from sendready.model.records import SPF_VERSION
from sendready.model.spf import Qualifier, SpfFault, SpfRecord, SpfTerm

_TERM = re.compile(r"[^ ]+")
_PARTS = re.compile(r"([-+?~]?)([a-z][a-z0-9._-]*)(.*)", re.IGNORECASE | re.DOTALL)
_MACRO = r"%(?:[%_-]|\{[slodiphcrt](?:[1-9][0-9]*)?r?[.+,/_=-]*\})"
_MACRO_STRING = re.compile(rf"(?:[\x21-\x24\x26-\x7e]|{_MACRO})*", re.IGNORECASE)
_TOP_LABEL = r"\.(?:[a-z0-9]*[a-z][a-z0-9]*|[a-z0-9]+-[a-z0-9-]*[a-z0-9])\.?"
_DOMAIN_END = re.compile(rf"(?:{_TOP_LABEL}|{_MACRO})\Z", re.IGNORECASE)
_EXPLANATION_ONLY = re.compile(r"(?<!%)(?:%%)*%\{[crt]", re.IGNORECASE)
_PREFIXES = re.compile(r"(?:/(0|[1-9][0-9]?))?(?://(0|[1-9][0-9]{0,2}))?\Z")

_DOMAIN_NEEDED = frozenset({"include", "exists"})
_DOMAIN_OPTIONAL = frozenset({"a", "mx", "ptr"})
_PREFIX_ALLOWED = frozenset({"a", "mx"})
MECHANISMS = _DOMAIN_NEEDED | _DOMAIN_OPTIONAL | {"all", "ip4", "ip6"}


_Wrong = Callable[[SpfFault, str], Problem[SpfFault]]
"""Makes a problem of the term at hand."""


def is_record(text: str) -> bool:
    """Whether a TXT record counts as SPF: `v=spf1` in any case, then a space or the end (section 4.5)."""
    return SPF_VERSION.match(text) is not None


def parse(text: str) -> SpfRecord | None:
    """Reads one TXT record, its strings joined; None where it is no SPF record at all. Raises nothing."""
    version = SPF_VERSION.match(text)
    if version is None:
        return None
    terms: list[SpfTerm] = []
    problems: list[Problem[SpfFault]] = []
    for found in _TERM.finditer(text, version.end()):
        read = _term(found.group(), found.start())
        if isinstance(read, SpfTerm):
            terms.append(read)
        else:
            problems.append(read)
    problems += _repeated(terms) + _ignored(terms)
    return SpfRecord(text, tuple(terms), tuple(sorted(problems, key=lambda problem: problem.at)))


def _term(text: str, at: int) -> SpfTerm | Problem[SpfFault]:
    def wrong(fault: SpfFault, why: str) -> Problem[SpfFault]:
        return Problem(fault, at, text, f"`{text}` {why}")

    strange = next((character for character in text if not "!" <= character <= "~"), None)
    if strange is not None:
        name = unicodedata.name(strange, "a control character").lower()
        return wrong(SpfFault.BAD_CHARACTER, f"holds U+{ord(strange):04X}, {name}; terms are ASCII between spaces")
    parts = _PARTS.fullmatch(text)
    if parts is None:
        return wrong(SpfFault.UNKNOWN_TERM, "is no SPF term")
    sign, name, rest = parts.group(1), parts.group(2).lower(), parts.group(3)
    if rest.startswith("=") and not sign:
        return _modifier(name, rest[1:], at, wrong)
    if name not in MECHANISMS:
        return wrong(SpfFault.UNKNOWN_TERM, _guess(name, rest))
    return _mechanism(Qualifier(sign or "+"), name, rest, at, wrong)


def _guess(name: str, rest: str) -> str:
    """Why there is no such mechanism; the usual slips are named."""
    if re.fullmatch(r"ipv?[46]|ip", name):
        kind = "ip6" if name.endswith("6") or rest.count(":") > 1 else "ip4"
        return f"is no mechanism; it is written `{kind}:`"
    if rest.startswith("="):
        return f"is a mechanism with `=`; write `{name}:`"
    if "." in name:
        return "is no mechanism; a domain needs `include:` or `a:` in front of it"
    return f"is no mechanism: nothing in SPF is called `{name}`"


def _modifier(name: str, value: str, at: int, wrong: _Wrong) -> SpfTerm | Problem[SpfFault]:
    if not _MACRO_STRING.fullmatch(value):
        return wrong(SpfFault.BAD_MACRO, "holds a `%` that is no macro")
    if name in ("redirect", "exp") and (why := _no_domain(value)):
        return wrong(SpfFault.BAD_DOMAIN, why)
    return SpfTerm(name, None, value, at=at)


def _mechanism(sign: Qualifier, name: str, rest: str, at: int, wrong: _Wrong) -> SpfTerm | Problem[SpfFault]:
    if name == "all":
        return wrong(SpfFault.EXCESS, "has something behind `all`") if rest else SpfTerm(name, sign, at=at)
    if rest.startswith("="):
        return wrong(SpfFault.UNKNOWN_TERM, f"has `=` where a colon belongs: `{name}:{rest[1:]}`")
    if name in ("ip4", "ip6"):
        return _network(sign, name, rest, at, wrong)
    prefixes = _PREFIXES.search(rest) if name in _PREFIX_ALLOWED else None
    value = rest[: prefixes.start()] if prefixes is not None else rest
    four, six = (None if p is None else int(p) for p in (prefixes.groups() if prefixes is not None else (None, None)))
    if (four or 0) > 32 or (six or 0) > 128:
        return wrong(SpfFault.BAD_ADDRESS, "has a prefix longer than an address")
    if not value:
        if name in _DOMAIN_NEEDED:
            return wrong(SpfFault.BAD_DOMAIN, f"lacks a domain: `{name}:` and a name")
        return SpfTerm(name, sign, None, four, six, at)
    if not value.startswith(":"):
        return wrong(SpfFault.EXCESS, f"has something behind `{name}` that is neither `:` nor a prefix")
    if not _MACRO_STRING.fullmatch(value):
        return wrong(SpfFault.BAD_MACRO, "holds a `%` that is no macro")
    if why := _no_domain(value[1:]):
        return wrong(SpfFault.BAD_DOMAIN, why)
    if _EXPLANATION_ONLY.search(value):
        return wrong(SpfFault.BAD_MACRO, "holds a macro that only the text of an explanation may have")
    return SpfTerm(name, sign, value[1:], four, six, at)


def _no_domain(value: str) -> str | None:
    """Why a text is no domain-spec (section 7.1); None where it is one."""
    if not value:
        return "lacks a domain"
    if _DOMAIN_END.search(value) is not None:
        return None
    if re.fullmatch(r"[0-9.]+(?:/[0-9]*)?", value):
        return f"holds an address where a domain belongs; write `ip4:{value}`"
    if "/" in value:
        return "has a prefix that cannot be one"
    return "names no domain" if "." in value else "names no domain: there is no dot in it"


def _network(sign: Qualifier, name: str, rest: str, at: int, wrong: _Wrong) -> SpfTerm | Problem[SpfFault]:
    if not rest.startswith(":"):
        return wrong(SpfFault.BAD_ADDRESS, f"lacks its address: `{name}:` and an address")
    address, slash, length = rest[1:].partition("/")
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        return wrong(SpfFault.BAD_ADDRESS, f"holds no IP address: `{address}`")
    if read.version != int(name[2]) or "%" in address:
        return wrong(SpfFault.BAD_ADDRESS, f"holds an IPv{read.version} address; write `ip{read.version}:`")
    if slash and not re.fullmatch(r"0|[1-9][0-9]{0,2}", length):
        return wrong(SpfFault.BAD_ADDRESS, f"has no prefix length behind `/`: `{length}`")
    if slash and int(length) > read.max_prefixlen:
        return wrong(SpfFault.BAD_ADDRESS, f"has a prefix longer than an address: /{length}")
    prefix = int(length) if slash else None
    if name == "ip4":
        return SpfTerm(name, sign, address, prefix4=prefix, at=at)
    return SpfTerm(name, sign, address, prefix6=prefix, at=at)


def _repeated(terms: list[SpfTerm]) -> list[Problem[SpfFault]]:
    """`redirect` and `exp` may stand once each (section 6)."""
    first: set[str] = set()
    found = []
    for term in terms:
        if term.qualifier is None and term.name in ("redirect", "exp"):
            if term.name in first:
                why = f"`{term.text}` is a second `{term.name}`"
                found.append(Problem(SpfFault.REPEATED, term.at, term.text, why))
            first.add(term.name)
    return found


def _ignored(terms: list[SpfTerm]) -> list[Problem[SpfFault]]:
    """What breaks nothing and does nothing: `include=` and the like, and what an `all` makes useless."""
    found = []
    for term in terms:
        if term.qualifier is None and term.name in MECHANISMS:
            why = f"`{term.text}` is ignored: write `{term.name}:{term.value}`, with a colon"
            found.append(Problem(SpfFault.EQUALS, term.at, term.text, why))
    return found + _useless(terms)


def _useless(terms: list[SpfTerm]) -> list[Problem[SpfFault]]:
    """What stands behind `all`, and a `redirect` beside it (sections 5.1 and 6.1)."""
    last = next((number for number, term in enumerate(terms) if term.name == "all" and term.qualifier), None)
    if last is None:
        return []
    found = [
        Problem(SpfFault.AFTER_ALL, term.at, term.text, f"`{term.text}` stands behind `all`, where nobody reads it")
        for term in terms[last + 1 :]
        if term.qualifier is not None
    ]
    found += [
        Problem(SpfFault.REDIRECT_UNUSED, t.at, t.text, f"`{t.text}` is ignored where there is an `all`")
        for t in terms
        if t.qualifier is None and t.name == "redirect"
    ]
    return found
