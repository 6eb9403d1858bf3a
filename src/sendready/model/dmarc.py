"""A DMARC record and which one applies to a domain (RFC 9989); read by `mailauth.dmarc`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sendready.model.problem import Problem
from sendready.model.records import Sighting

POLICIES = ("none", "quarantine", "reject")
"""The values of `p`, `sp` and `np`, weakest first."""


class DmarcFault(StrEnum):
    """What can be wrong with a record by itself."""

    SEPARATOR = "separator"
    """Something between two tags that is no semicolon, or a part that is no tag."""
    POLICY_MISSING = "policy-missing"
    POLICY_INVALID = "policy-invalid"
    """A value of `p`, `sp` or `np` that is no policy: the whole record then states none (section 4.10.1)."""
    VALUE_INVALID = "value-invalid"
    """A value of another tag that it cannot have; its default counts (section 4.8)."""
    DUPLICATE = "duplicate"
    REMOVED = "removed"
    """A tag that RFC 9989 dropped and that changes nothing."""
    PCT = "pct"
    """A `pct` below 100, which newer receivers ignore."""
    UNKNOWN_TAG = "unknown-tag"
    POLICY_NOT_SECOND = "policy-not-second"
    URI = "uri"
    """An address for reports that is no `mailto:` URI."""
    URI_CHARACTER = "uri-character"
    """A comma or `!` within an address that is not written as `%2C` or `%21`."""
    SIZE = "size"
    """A size behind an address for reports, which RFC 9989 dropped."""
    FO = "fo"
    """Failure options that exclude each other."""
    FO_UNUSED = "fo-unused"


@dataclass(frozen=True, slots=True)
class DmarcRecord:
    """One record that counts as DMARC, with what is wrong in it."""

    text: str
    tags: tuple[tuple[str, str], ...]
    """Name (lower case) and value, in their order."""
    problems: tuple[Problem[DmarcFault], ...] = ()

    def tag(self, name: str) -> str | None:
        """The first value of a tag, or None."""
        return next((value for key, value in self.tags if key == name), None)

    def faults(self, *faults: DmarcFault) -> tuple[Problem[DmarcFault], ...]:
        """What is wrong of these kinds, in the order of the text."""
        return tuple(problem for problem in self.problems if problem.fault in faults)

    @property
    def psd(self) -> str:
        """`y`, `n`, or `u` where it says neither; an invalid value counts as the default (section 4.8)."""
        value = (self.tag("psd") or "u").lower()
        return value if value in ("y", "n") else "u"

    @property
    def testing(self) -> bool:
        """Whether receivers shall apply one step less than the policy says (section 4.7, `t`)."""
        return (self.tag("t") or "").lower() == "y"

    def strict(self, tag: str) -> bool:
        """Whether `adkim` or `aspf` asks for one and the same domain; relaxed is the default (section 4.7)."""
        return (self.tag(tag) or "").lower() == "s"


@dataclass(frozen=True, slots=True)
class ReportDestination:
    """An address of `rua` or `ruf`, and whether reports can arrive there."""

    tag: str
    address: str
    host: str
    """The domain behind the `@`."""
    asked: str = ""
    """The name at which that domain must agree to get the reports (RFC 9990, section 4); empty where none is needed."""
    agrees: bool | None = True
    """None where it could not be asked."""
    receives: bool | None = None
    """Whether the domain has a mail server; None where it could not be asked."""
    sightings: tuple[Sighting, ...] = ()


@dataclass(frozen=True, slots=True)
class DmarcDiscovery:
    """The policy that receivers apply to mail from a domain, and how it was found (RFC 9989, section 4.10)."""

    domain: str
    record: DmarcRecord | None
    found_at: str | None
    """The name of the record that applies, such as `_dmarc.example.com`."""
    policy: str | None
    """`none`, `quarantine` or `reject` after `sp`, `np` and `t`; None where receivers apply no policy at all."""
    complete: bool
    """False where a name could not be asked: absence is then not proven."""
    competing: tuple[str, ...] = ()
    """All `v=DMARC1` texts at the domain's own name where there are several: receivers discard them all."""
    sightings: tuple[Sighting, ...] = ()
    walk: tuple[tuple[str, DmarcRecord], ...] = ()
    """Every domain of the walk that has one record, the author domain first, with it."""
    destinations: tuple[ReportDestination, ...] = ()

    @property
    def inherited(self) -> bool:
        """Whether the policy comes from a domain above."""
        return self.found_at is not None and self.found_at != f"_dmarc.{self.domain}"
