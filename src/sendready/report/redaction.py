"""What a text must not tell to strangers: secrets never, the user's names and numbers only where that was asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

REMOVED = "[removed]"

SHORTEST_SECRET = 6
"""Characters of a value that is told apart from an ordinary word."""

_SECRET_NAME = re.compile(r"SECRET|TOKEN|PASS|CREDENTIAL|PRIVATE|_KEY|APIKEY|AUTH", re.IGNORECASE)
"""Names of variables whose value is a secret, or may be."""

_SECRETS = (
    re.compile(r"(?<![A-Z0-9])(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}"),
    re.compile(r"(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])"),  # the form of an AWS secret key
    re.compile(r"(?<=://)[^/\s@\"]+(?=@)"),  # user and password in a URL
)

_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")
_ARN = re.compile(r"(arn:[a-z-]+:[a-z0-9-]*:[a-z0-9-]*:[^:\s\"]*:)[^\s\",]+")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?=[A-Za-z0-9-])")
_DKIM_TOKEN = re.compile(r"(?<![a-z0-9])[a-z0-9]{32}(?![a-z0-9])")
"""SES's own tokens; public once they are in DNS, and they lead to the domain."""


@dataclass(slots=True)
class Redaction:
    """Takes out of texts what does not belong there; the same thing is called the same wherever it stands."""

    environment: Mapping[str, str]
    domains: tuple[str, ...] = ()
    """Names that are the user's; everything below them is, too."""
    names: bool = False
    """Whether names, accounts, addresses and DKIM tokens stay."""
    _called: dict[str, str] = field(default_factory=dict)

    def of(self, value: Any) -> Any:  # noqa: ANN401  whatever JSON holds
        """A value in which every text, keys of objects included, is safe to show."""
        match value:
            case str():
                return self.text(value)
            case dict():
                return {self.text(str(key)): self.of(inner) for key, inner in value.items()}
            case list() | tuple():
                return [self.of(inner) for inner in value]
            case _:
                return value

    def text(self, text: str) -> str:
        """One text."""
        for secret in self._secrets():
            text = text.replace(secret, REMOVED)
        for pattern in _SECRETS:
            text = pattern.sub(REMOVED, text)
        if self.names:
            return text
        text = _ARN.sub(lambda found: f"{found[1]}[name]", text)
        text = _ACCOUNT.sub(lambda found: self._call("account", found[0]), text)
        text = _ADDRESS.sub("address@", text)
        for domain in sorted(self.domains, key=len, reverse=True):
            text = re.sub(
                rf"(?<![a-z0-9-]){re.escape(domain)}(?![a-z0-9-])",
                lambda found: f"{self._call('domain', found[0].lower())}.example",
                text,
                flags=re.IGNORECASE,
            )
        return _DKIM_TOKEN.sub(lambda found: self._call("token", found[0]), text)

    def _secrets(self) -> list[str]:
        """Values of variables that are secrets, the longest first: one may be a part of another."""
        values = {value for name, value in self.environment.items() if _SECRET_NAME.search(name)}
        return sorted((value for value in values if len(value) >= SHORTEST_SECRET), key=len, reverse=True)

    def _call(self, kind: str, what: str) -> str:
        if what not in self._called:
            number = 1 + sum(name.startswith(f"{kind}-") for name in self._called.values())
            self._called[what] = f"{kind}-{number}"
        return self._called[what]
