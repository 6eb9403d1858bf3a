"""What the application needs: code that sends one message from the identity, in the language it is written in.

The templates beside this file hold names in guillemets, each of which becomes a literal of the language. A line whose
value is not there, such as a configuration set, is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sendready.model.observation import Observation
from sendready.model.smtp import smtp_host
from sendready.report.snippets import literals
from sendready.steps import kept_events
from sendready.steps.test_send import sender_of


class Language(StrEnum):
    """What a snippet can be written in."""

    PYTHON = "python"
    JAVA = "java"
    DOTNET = "dotnet"
    PHP = "php"
    RUBY = "ruby"
    CLI = "cli"
    SMTP = "smtp"

    @property
    def label(self) -> str:
        """What people call it, with the library that is used."""
        return _LABELS[self]

    @property
    def untried(self) -> str:
        """What our tests have not done with it; empty where the program was run as it is printed."""
        return _UNTRIED.get(self, "")


_LABELS = {
    Language.PYTHON: "Python, boto3",
    Language.JAVA: "Java, SDK v2",
    Language.DOTNET: ".NET, AWSSDK.SimpleEmailV2",
    Language.PHP: "PHP, AWS SDK",
    Language.RUBY: "Ruby, aws-sdk-sesv2",
    Language.CLI: "AWS CLI, POSIX shell",
    Language.SMTP: "SMTP, in Python",
}

_STAND_IN = "our tests run it against a stand-in that takes its request to the API, not with the AWS SDK itself"
_UNTRIED = {
    Language.JAVA: "our tests have never compiled or run it: no AWS SDK for Java was at hand",
    Language.DOTNET: "our tests have never compiled or run it: no AWS SDK for .NET was at hand",
    Language.PHP: _STAND_IN,
    Language.RUBY: _STAND_IN,
}

_LITERALS: Mapping[Language, Callable[[str], str]] = {
    Language.PYTHON: literals.python,
    Language.JAVA: literals.java,
    Language.DOTNET: literals.dotnet,
    Language.PHP: literals.php,
    Language.RUBY: literals.ruby,
    Language.CLI: literals.shell,
    Language.SMTP: literals.python,
}

TRY_IT = "success@simulator.amazonses.com"
"""Whom the message goes to: AWS's mailbox simulator, which may be written to from the sandbox, and is nobody."""

_NAMED = re.compile("«([a-z_]+)»")


@dataclass(frozen=True, slots=True)
class Settings:
    """What an application has to know to send from an identity."""

    region: str
    sender: str
    configuration_set: str = ""
    """Empty: none, and the identity's own is used where it has one."""
    recipient: str = TRY_IT

    @property
    def smtp_host(self) -> str | None:
        """Where to connect to; None where the region takes mail by the API only."""
        return smtp_host(self.region)


def settings_of(seen: Observation) -> Settings:
    """What the wizard knows of them: the set that was answered, or the one that the identity has."""
    held = seen.ses_identity
    meant = kept_events.set_to_prove(seen.identity, seen.answered.answers, held)
    return Settings(
        seen.region,
        sender_of(seen.identity, seen.answered.answers),
        meant or (held.configuration_set if held is not None else None) or "",
    )


def offered(settings: Settings) -> tuple[Language, ...]:
    """The languages that make sense: all, less SMTP where the region has no host for it."""
    return tuple(each for each in Language if each is not Language.SMTP or settings.smtp_host is not None)


def snippet(language: Language, settings: Settings) -> str:
    """A program that sends one message; run as it is, the mailbox simulator takes it."""
    template = (Path(__file__).parent / f"{language.value}.txt").read_text("utf-8")
    values = {
        "region": settings.region,
        "sender": settings.sender,
        "recipient": settings.recipient,
        "configuration_set": settings.configuration_set,
        "host": settings.smtp_host or "",
    }
    if language is Language.CLI:
        values["request"] = literals.request(settings.sender, settings.recipient, settings.configuration_set)
    literal = _LITERALS[language]
    rows = [row for row in template.splitlines() if all(values[name] for name in _NAMED.findall(row))]
    return "".join(_NAMED.sub(lambda found: literal(values[found[1]]), row) + "\n" for row in rows)
