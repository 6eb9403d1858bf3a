"""What a bug report needs: versions, settings by their names, what was done and seen; schema `sendready.support/1`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sendready import __version__
from sendready.model.answers import ANSWER_NAMES, Answered
from sendready.model.history import PastLook
from sendready.model.observation import Past
from sendready.report.json import stamp
from sendready.steps.answering import CHOICES, SWITCHES

SCHEMA = "sendready.support/1"

MOST_LOOKS = 10
"""Earlier looks that are told."""

MOST_ENTRIES = 30
"""Lines of the journal that are told."""

FAMILIES = ("SENDREADY_", "AWS_", "RFC2136_", "BOTO_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE")
"""How the names of variables begin that change what sendready does."""

TOLD = ("AWS_REGION", "AWS_DEFAULT_REGION", "TERM", "COLORTERM", "NO_COLOR", "LANG", "LC_ALL")
"""Variables whose value is told, too; of all others it is only said that they are set."""

OPEN_OPTIONS = ("region", "resolver", "tsig_algorithm")
"""Options whose value tells nobody's secret."""


def support_document(
    *,
    surroundings: Mapping[str, Any],
    environment: Mapping[str, str],
    options: Mapping[str, object],
    answered: Answered,
    past: Past,
    journal: Sequence[Mapping[str, Any]],
    check: Mapping[str, Any] | None,
    trouble: str,
) -> dict[str, Any]:
    """The document before anything is taken out; `trouble` is why there is no look."""
    return {
        "schema": SCHEMA,
        "version": __version__,
        **surroundings,
        "environment": dict(_variables(environment)),
        "options": {name: value if name in OPEN_OPTIONS else "set" for name, value in options.items() if value},
        "answers": dict(_answers(answered)),
        "looks": [_look(look) for look in past.looks[-MOST_LOOKS:]],
        "journal": list(journal[-MOST_ENTRIES:]),
        "check": check,
        "trouble": trouble,
    }


def _variables(environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name in sorted(environment):
        if name in TOLD:
            yield name, environment[name]
        elif name.upper().startswith(FAMILIES):
            yield name, "set" if environment[name] else "empty"


def _answers(answered: Answered) -> Iterator[tuple[str, dict[str, str]]]:
    """Choices and switches with their values; of what was typed freely only that it was."""
    for name in ANSWER_NAMES:
        value = getattr(answered.answers, name)
        told = str(value) if name in CHOICES or name in SWITCHES else "set" if value else "empty"
        yield name, {"value": told, "source": answered.source(name).value}


def _look(look: PastLook) -> dict[str, Any]:
    return {
        "first": stamp(look.first),
        "last": stamp(look.last),
        "verdict": look.verdict.value,
        "servers": list(look.servers),
        "records": {name: list(values) for name, values in look.records.items()},
        "settings": dict(look.settings),
        "account": dict(look.account),
        "findings": list(look.findings or ()),
    }
