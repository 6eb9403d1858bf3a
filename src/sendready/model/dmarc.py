"""A DMARC record and which one applies to a domain (RFC 9989); read by `mailauth.dmarc`."""

from __future__ import annotations

from dataclasses import dataclass

from sendready.model.records import Sighting


@dataclass(frozen=True, slots=True)
class DmarcRecord:
    """One record that counts as DMARC, with what is wrong in it."""

    text: str
    tags: tuple[tuple[str, str], ...]
    """Name (lower case) and value, in their order."""
    problems: tuple[str, ...] = ()

    def tag(self, name: str) -> str | None:
        """The first value of a tag, or None."""
        return next((value for key, value in self.tags if key == name), None)


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

    @property
    def inherited(self) -> bool:
        """Whether the policy comes from a domain above."""
        return self.found_at is not None and self.found_at != f"_dmarc.{self.domain}"
