"""An SPF record and what hangs below it (RFC 7208); read by `mailauth.spf`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from sendready.model.problem import Problem
from sendready.model.records import Sighting

MOST_LOOKUPS = 10
"""Terms that ask DNS, counted through all includes; one more is a permanent error (RFC 7208, section 4.6.4)."""

MOST_VOIDS = 2
"""Look-ups that may find nothing; receivers may give up at one more (RFC 7208, section 4.6.4)."""

MOST_HOSTS = 10
"""Mail servers that an `mx` may lead to; one more is a permanent error (RFC 7208, section 4.6.4)."""


class Qualifier(StrEnum):
    """What becomes of mail that a mechanism matches (RFC 7208, section 4.6.2)."""

    PASS = "+"  # noqa: S105  # the sign that RFC 7208 gives it
    FAIL = "-"
    SOFTFAIL = "~"
    NEUTRAL = "?"


class SpfFault(StrEnum):
    """What can be wrong with a record by itself; all but the last three make it a permanent error."""

    UNKNOWN_TERM = "unknown-term"
    """No mechanism is called so, and it is no modifier either."""
    BAD_CHARACTER = "bad-character"
    """A character that is not printable ASCII, such as a tab or a no-break space."""
    BAD_DOMAIN = "bad-domain"
    """No domain where one has to be, or something that is none."""
    BAD_MACRO = "bad-macro"
    BAD_ADDRESS = "bad-address"
    """`ip4` or `ip6` without an address of its kind, or with a prefix that there is not."""
    EXCESS = "excess"
    """Something behind a term that takes nothing there."""
    REPEATED = "repeated"
    """A second `redirect` or `exp`."""
    EQUALS = "equals"
    """A mechanism with `=` for its colon: that makes it a modifier nobody knows, which is ignored (section 6)."""
    AFTER_ALL = "after-all"
    """A mechanism behind `all`, which nobody reads."""
    REDIRECT_UNUSED = "redirect-unused"
    """A `redirect` beside `all`, which is ignored."""

    @property
    def fatal(self) -> bool:
        """Whether receivers refuse the record for it."""
        return self not in (SpfFault.EQUALS, SpfFault.AFTER_ALL, SpfFault.REDIRECT_UNUSED)


ASKING = frozenset({"include", "a", "mx", "ptr", "exists", "redirect"})
"""The terms that count as a look-up (RFC 7208, section 4.6.4)."""


@dataclass(frozen=True, slots=True)
class SpfTerm:
    """One mechanism or modifier."""

    name: str
    """Lower case: `include`, `ip4`, `redirect`."""
    qualifier: Qualifier | None = None
    """None for a modifier."""
    value: str | None = None
    """What stands behind `:` or `=`: a domain or an address, macros unexpanded; None where nothing does."""
    prefix4: int | None = None
    prefix6: int | None = None
    """Lengths behind `/` and `//`; None is the whole address."""
    at: int = field(default=0, compare=False)
    """How many characters of the record stand before it."""

    @property
    def asks(self) -> bool:
        """Whether it counts as a look-up."""
        return self.name in ASKING

    @property
    def has_macro(self) -> bool:
        """Whether its value depends on the message."""
        return self.value is not None and "%" in self.value

    @property
    def text(self) -> str:
        """The term in its shortest form; `+` is not written."""
        if self.qualifier is None:
            return f"{self.name}={self.value}"
        sign = "" if self.qualifier is Qualifier.PASS else self.qualifier.value
        value = "" if self.value is None else f":{self.value}"
        four = "" if self.prefix4 is None else f"/{self.prefix4}"
        six = "" if self.prefix6 is None else f"{'/' if self.name == 'ip6' else '//'}{self.prefix6}"
        return f"{sign}{self.name}{value}{four}{six}"


@dataclass(frozen=True, slots=True)
class SpfRecord:
    """One text that counts as SPF, with every term that could be read and everything wrong in it."""

    text: str
    terms: tuple[SpfTerm, ...]
    problems: tuple[Problem[SpfFault], ...] = ()

    @property
    def fatal(self) -> tuple[Problem[SpfFault], ...]:
        """What makes receivers refuse it (permerror, RFC 7208, section 4.6)."""
        return tuple(problem for problem in self.problems if problem.fault.fatal)

    @property
    def mechanisms(self) -> tuple[SpfTerm, ...]:
        """The mechanisms that are evaluated: those up to the first `all`."""
        found: list[SpfTerm] = []
        for term in self.terms:
            if term.qualifier is not None:
                found.append(term)
                if term.name == "all":
                    break
        return tuple(found)

    @property
    def all(self) -> SpfTerm | None:
        """The `all` that decides, if there is one."""
        return next((term for term in self.mechanisms if term.name == "all"), None)

    @property
    def redirect(self) -> SpfTerm | None:
        """The `redirect` that decides: it is ignored where there is an `all` (RFC 7208, section 6.1)."""
        return None if self.all is not None else self.modifier("redirect")

    @property
    def asking(self) -> tuple[SpfTerm, ...]:
        """The evaluated terms that count as look-ups, in their order."""
        return (*(t for t in self.mechanisms if t.asks), *((self.redirect,) if self.redirect else ()))

    def modifier(self, name: str) -> SpfTerm | None:
        """The first modifier of that name."""
        return next((term for term in self.terms if term.qualifier is None and term.name == name), None)

    @property
    def printed(self) -> str:
        """The record out of its terms; what could not be read is left out."""
        return " ".join(["v=spf1", *(term.text for term in self.terms)])


@dataclass(frozen=True, slots=True)
class SpfBranch:
    """A term that asks DNS, and what its question finds."""

    term: SpfTerm
    target: str
    """The name that is asked for; with macros in it where it depends on the message."""
    node: SpfNode | None = None
    """What an `include` or a `redirect` leads to; None for other terms and for names that depend on the message."""
    void: bool | None = None
    """Whether it finds nothing: no such name or no such record; None where that is not known."""
    hosts: int | None = None
    """How many mail servers an `mx` leads to, where that is known."""


@dataclass(frozen=True, slots=True)
class SpfNode:
    """The SPF record of one domain and all that hangs below it, read without any message."""

    domain: str
    known: bool
    """False: the name could not be asked, and nothing follows from it."""
    texts: tuple[str, ...] = ()
    """The SPF records there; one where all is well."""
    record: SpfRecord | None = None
    """The one there is."""
    branches: tuple[SpfBranch, ...] = ()
    loops: bool = False
    """The domain stands above itself, so it was not read again."""
    sightings: tuple[Sighting, ...] = ()

    @property
    def lookups(self) -> int:
        """How many terms ask DNS when all of them are evaluated; at least so many where a part is unknown."""
        return sum(1 + (branch.node.lookups if branch.node else 0) for branch in self.branches)

    @property
    def complete(self) -> bool:
        """Whether everything below could be asked."""
        return self.known and all(branch.node.complete for branch in self.branches if branch.node)

    def walk(self, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], SpfBranch]]:
        """Every branch below in the order of evaluation, with the domains from here to the one that holds it."""
        path = (*above, self.domain)
        for branch in self.branches:
            yield path, branch
            if branch.node is not None:
                yield from branch.node.walk(path)

    @property
    def voids(self) -> tuple[str, ...]:
        """The terms whose look-up finds nothing."""
        return tuple(branch.term.text for _, branch in self.walk() if branch.void)
