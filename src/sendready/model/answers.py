"""What the user wants: each field is a flag, an environment variable, a key of `sendready.toml` and a form field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any


class Source(StrEnum):
    """Where a value came from, strongest first."""

    FLAG = "flag"
    ENVIRONMENT = "environment"
    FILE = "file"
    FOUND = "found"
    """Read from AWS or DNS, where it is already set; what is there is kept."""
    SAVED = "saved"
    """Answered in an earlier run."""
    PRACTICE = "practice"
    DEFAULT = "default"


class KeyLength(StrEnum):
    """Length of the RSA keys SES makes for Easy DKIM, bits."""

    RSA_2048 = "2048"
    RSA_1024 = "1024"

    @property
    def ses(self) -> str:
        """SES's own word for it."""
        return f"RSA_{self.value}_BIT"


class DmarcPolicy(StrEnum):
    """What receivers are asked to do with mail that fails DMARC; weakest first."""

    NONE = "none"
    QUARANTINE = "quarantine"
    REJECT = "reject"


class MailType(StrEnum):
    """What is sent: the question AWS asks before it lifts the sandbox."""

    TRANSACTIONAL = "transactional"
    MARKETING = "marketing"


class Language(StrEnum):
    """The language AWS answers an access request in."""

    EN = "en"
    JA = "ja"


class Publish(StrEnum):
    """Who writes the records."""

    AUTO = "auto"
    """Route 53 where the delegated zone is in reach, else nobody."""
    ROUTE53 = "route53"
    NONE = "none"
    """Nobody: they are shown to be copied."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answers:
    """Every choice of the road, with a default where there is a good one."""

    key_length: KeyLength = KeyLength.RSA_2048
    """Length of the DKIM keys, bits."""
    mail_from: str = "bounce"
    """Label of the custom MAIL FROM below the domain, or a whole name; `none` leaves MAIL FROM to amazonses.com."""
    dmarc: DmarcPolicy = DmarcPolicy.NONE
    """Policy of the DMARC record to publish where there is none yet."""
    dmarc_reports: str = ""
    """Address that receives DMARC aggregate reports (`rua`); must be able to receive mail."""
    from_local: str = "hello"
    """Local part of the address test mail is sent from."""
    mail_type: MailType = MailType.TRANSACTIONAL
    """What is sent; asked by AWS with the access request."""
    website: str = ""
    """URL of the website AWS looks at before it grants production access."""
    contacts: tuple[str, ...] = ()
    """Up to four addresses that AWS may write to about the request."""
    language: Language = Language.EN
    """Language of AWS's answer to the request."""
    tag: tuple[str, ...] = ()
    """Tag `KEY=VALUE` for everything that is created; may be given more than once."""
    publish: Publish = Publish.AUTO
    """Who writes the records."""
    request_access: bool = False
    """Ask AWS for production access."""
    accept_terms: bool = False
    """Confirm AWS's acknowledgement that goes with the access request (mail only to people who asked for it)."""
    test: bool = False
    """Send to the mailbox simulator and wait for the events."""

    def mail_from_domain(self, domain: str) -> str | None:
        """The whole MAIL FROM name for an identity's domain; None where none is wanted."""
        wanted = self.mail_from.strip().rstrip(".").lower()
        if wanted in ("", "none"):
            return None
        return wanted if wanted == domain or wanted.endswith(f".{domain}") else f"{wanted}.{domain}"

    @property
    def tags(self) -> tuple[tuple[str, str], ...]:
        """The tags as pairs."""
        return tuple((key, value) for key, _, value in (entry.partition("=") for entry in self.tag))


ANSWER_NAMES = tuple(entry.name for entry in fields(Answers))
"""The names of all answers, in their order; `key_length` is `--key-length`, `SENDREADY_KEY_LENGTH`, `key_length`."""


def flag_of(name: str) -> str:
    """The flag that gives an answer."""
    return f"--{name.replace('_', '-')}"


@dataclass(frozen=True, slots=True)
class Answered:
    """The answers together with where each one came from."""

    answers: Answers = field(default_factory=Answers)
    sources: Mapping[str, Source] = field(default_factory=dict)
    """By field name; a name that is not in it has its default."""

    def source(self, name: str) -> Source:
        """Where one answer came from."""
        return self.sources.get(name, Source.DEFAULT)

    def filled(self, values: Mapping[str, Any], source: Source) -> Answered:
        """A copy in which `values` are set wherever no stronger source has spoken yet.

        Call it from the strongest source to the weakest.
        """
        new = {name: value for name, value in values.items() if name not in self.sources}
        return Answered(
            replace(self.answers, **new),
            {**self.sources, **dict.fromkeys(new, source)},
        )
