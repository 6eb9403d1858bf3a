"""What mail authentication rests on beside the wanted records: the domain's own records, SPF trees, keys, reports."""

from __future__ import annotations

from dataclasses import dataclass

from sendready.model.dmarc import ReportDestination
from sendready.model.records import Outcome, Question, Sighting
from sendready.model.spf import SpfNode


@dataclass(frozen=True, slots=True)
class MailAuth:
    """All of it as one look saw it; where a part is None or empty it was not looked at."""

    own: tuple[Sighting, ...] = ()
    """TXT and MX at the domain itself, its addresses where it has no MX, and a CNAME at its `_dmarc`: what every
    authoritative server says."""
    spf: SpfNode | None = None
    """The domain's own SPF record with all it includes."""
    mail_from_spf: SpfNode | None = None
    """The MAIL FROM domain's."""
    amazon: SpfNode | None = None
    """SES's."""
    keys: tuple[Sighting, ...] = ()
    """TXT at the targets of the DKIM records that are live, as a resolver sees it."""
    reports: tuple[ReportDestination, ...] = ()
    """Where the DMARC record that applies sends its reports."""

    def said(self, question: Question) -> tuple[Sighting, ...]:
        """What each authoritative server said for certain about one of the domain's own names."""
        return tuple(s for s in self.own if s.question == question and s.outcome.conclusive)

    def answers(self, question: Question) -> tuple[str, ...]:
        """Every value seen there, without repeats."""
        return tuple(dict.fromkeys(text for sighting in self.said(question) for text in sighting.answers))

    def absent(self, question: Question) -> bool:
        """Whether it is proven that there is nothing."""
        said = self.said(question)
        return bool(said) and all(s.outcome is not Outcome.ANSWER for s in said)
