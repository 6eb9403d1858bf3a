"""What the user wants: each field is a flag, an environment variable, a key of `sendready.toml` and a form field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any


class Source(StrEnum):
    """Where a value came from, strongest first."""

    ASKED = "asked"
    """Typed in this very run."""
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
    RFC2136 = "rfc2136"
    """Dynamic updates to the zone's primary server."""
    CLOUDFLARE = "octodns:cloudflare"
    DIGITALOCEAN = "octodns:digitalocean"
    DNSIMPLE = "octodns:dnsimple"
    GANDI = "octodns:gandi"
    HETZNER = "octodns:hetzner"
    OVH = "octodns:ovh"
    POWERDNS = "octodns:powerdns"
    BIND = "octodns:bind"
    """These through the octoDNS provider of that name, one extra each."""
    NONE = "none"
    """Nobody: they are shown to be copied."""

    @property
    def label(self) -> str:
        """What it is called where one of them is chosen."""
        return {
            Publish.AUTO: "Route 53, where in reach",
            Publish.ROUTE53: "Route 53",
            Publish.RFC2136: "dynamic update, RFC 2136",
            Publish.NONE: "by hand",
        }.get(self) or f"{self.host}, by octoDNS"

    @property
    def host(self) -> str:
        """Where records go, as in "publish to …"."""
        known = {
            Publish.AUTO: "Route 53",
            Publish.ROUTE53: "Route 53",
            Publish.RFC2136: "the name server",
            Publish.NONE: "the DNS host",
            Publish.DIGITALOCEAN: "DigitalOcean",
            Publish.DNSIMPLE: "DNSimple",
            Publish.OVH: "OVH",
            Publish.POWERDNS: "PowerDNS",
            Publish.BIND: "BIND",
        }
        return known.get(self) or self.value.partition(":")[2].capitalize()


class EventRoute(StrEnum):
    """Where SES's events go: what became of each message, bounces and complaints first of all."""

    TEMPORARY = "temporary"
    """Through a configuration set, topic and queue that exist only while a test send lasts."""
    KEEP = "keep"
    """Into a configuration set that stays, as the identity's default, and on to somebody who listens."""
    OWN = "own"
    """Through what the user has already: a configuration set, or SNS topics of the identity itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answers:
    """Every choice of the road, with a default where there is a good one."""

    key_length: KeyLength = field(default=KeyLength.RSA_2048, metadata={"help": "Length of the DKIM keys, bits."})
    mail_from: str = field(
        default="bounce",
        metadata={
            "help": "Label of the custom MAIL FROM below the domain, or a whole name; `none` for none of your own."
        },
    )
    dmarc: DmarcPolicy = field(
        default=DmarcPolicy.NONE, metadata={"help": "Policy of the DMARC record to publish where there is none yet."}
    )
    dmarc_reports: str = field(
        default="",
        metadata={"help": "Address that receives DMARC aggregate reports (`rua`); must be able to receive mail."},
    )
    from_local: str = field(default="hello", metadata={"help": "Local part of the address test mail is sent from."})
    sender_arn: str = field(
        default="",
        metadata={"help": "ARN of the IAM user or role that the application sends with; its rights are then checked."},
    )
    smtp_host: str = field(
        default="", metadata={"help": "SMTP host that the application connects to; its region is then checked."}
    )
    mail_type: MailType = field(
        default=MailType.TRANSACTIONAL, metadata={"help": "What is sent; asked by AWS with the access request."}
    )
    website: str = field(
        default="", metadata={"help": "URL of the website AWS looks at before it grants production access."}
    )
    contacts: tuple[str, ...] = field(
        default=(), metadata={"help": "Up to four addresses that AWS may write to about the request."}
    )
    recipients: str = field(
        default="", metadata={"help": "Who receives your mail and how they asked for it; for the support case."}
    )
    volume: str = field(default="", metadata={"help": "How many messages a day you send; for the support case."})
    unsubscribe: str = field(
        default="", metadata={"help": "How recipients stop your mail; for the support case, where you send marketing."}
    )
    sample: str = field(default="", metadata={"help": "A message as you send it, in a few words; for the case."})
    language: Language = field(default=Language.EN, metadata={"help": "Language of AWS's answer to the request."})
    tag: tuple[str, ...] = field(
        default=(), metadata={"help": "Tag `KEY=VALUE` for everything that is created; may be given more than once."}
    )
    publish: Publish = field(default=Publish.AUTO, metadata={"help": "Who writes the records."})
    any_zone: bool = field(
        default=False,
        metadata={"help": "Write the records even to a zone that the world is not sent to, or not yet."},
    )
    request_access: bool = field(default=False, metadata={"help": "Ask AWS for production access."})
    accept_terms: bool = field(
        default=False,
        metadata={"help": "Confirm what AWS's form asks you to: you mail only people who asked for it."},
    )
    test: bool = field(default=False, metadata={"help": "Send to the mailbox simulator and wait for the events."})
    events: EventRoute = field(
        default=EventRoute.TEMPORARY,
        metadata={"help": "Where events go: only for the test, kept from now on, or through a set of your own."},
    )
    events_to: str = field(
        default="",
        metadata={"help": "With kept events: an address, an SNS topic's ARN or the ARN of the default event bus."},
    )
    configuration_set: str = field(
        default="",
        metadata={"help": "Name of your own configuration set, or of the one to keep; else the identity's default."},
    )

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


def described(name: str) -> str:
    """The sentence that explains an answer."""
    text: str = next(entry.metadata["help"] for entry in fields(Answers) if entry.name == name)
    return text


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

    def given(self, name: str) -> bool:
        """Whether somebody said so in this very run."""
        return self.source(name) in (Source.ASKED, Source.FLAG, Source.ENVIRONMENT, Source.FILE)

    def filled(self, values: Mapping[str, Any], source: Source) -> Answered:
        """A copy in which `values` are set wherever no stronger source has spoken yet.

        Call it from the strongest source to the weakest.
        """
        new = {name: value for name, value in values.items() if name not in self.sources}
        return Answered(
            replace(self.answers, **new),
            {**self.sources, **dict.fromkeys(new, source)},
        )
