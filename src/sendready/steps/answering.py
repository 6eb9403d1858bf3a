"""Answers from text: typed, validated, and laid over one another from the strongest source to the weakest."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from sendready.model.answers import (
    ANSWER_NAMES,
    Answered,
    Answers,
    DmarcPolicy,
    EventRoute,
    KeyLength,
    Language,
    MailType,
    Publish,
    Source,
    flag_of,
)
from sendready.model.errors import BadInput
from sendready.model.identity import Account

PREFIX = "SENDREADY_"
"""In front of an answer's upper-case name: its environment variable."""

CHOICES: dict[str, type[KeyLength | DmarcPolicy | MailType | Language | Publish | EventRoute]] = {
    "key_length": KeyLength,
    "dmarc": DmarcPolicy,
    "mail_type": MailType,
    "language": Language,
    "publish": Publish,
    "events": EventRoute,
}
"""The answers that are one of a few words."""

SWITCHES = frozenset({"any_zone", "request_access", "accept_terms", "test"})
"""The answers that are yes or no."""

LISTS = frozenset({"contacts", "tag"})
"""The answers that may be several; comma-separated in the environment."""

_YES, _NO = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off", ""})


def read_answer(name: str, value: object, where: str) -> Any:  # noqa: ANN401  the type is the field's
    """One answer in its own type, from text, from TOML or from a saved file.

    Raises:
        BadInput: it is none; `where` (a flag, a variable, a file's key) is named.
    """
    if name in CHOICES:
        return _choice(CHOICES[name], str(value).strip().lower(), where)
    if name in SWITCHES:
        return _switch(value, where)
    if name in LISTS:
        items = value.split(",") if isinstance(value, str) else value
        if not isinstance(items, (list, tuple)) or not all(isinstance(item, str) for item in items):
            raise BadInput(f"{where} must be a list of texts")
        return tuple(item.strip() for item in items if item.strip())
    if not isinstance(value, str):
        raise BadInput(f"{where} must be a text")
    text = value.strip()
    if name == "dmarc_reports" and text.lower().startswith("mailto:"):
        return text[len("mailto:") :].strip()  # it is an address; the record's own `mailto:` is written with it
    return text


def _choice(kind: type[Any], text: str, where: str) -> Any:  # noqa: ANN401
    try:
        return kind(text)
    except ValueError:
        options = ", ".join(member.value for member in kind)
        raise BadInput(f"{where}: `{text}` is not one of {options}") from None


def _switch(value: object, where: str) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise BadInput(f"{where}: `{value}` is neither true nor false")


def read_answers(values: Mapping[str, object], where: Callable[[str], str]) -> dict[str, Any]:
    """Several answers of one source; `where` turns a field's name into the source's own word for it."""
    return {name: read_answer(name, value, where(name)) for name, value in values.items() if value is not None}


def from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """The answers given as `SENDREADY_KEY_LENGTH` and so on."""
    given = {name: environment.get(f"{PREFIX}{name.upper()}") for name in ANSWER_NAMES}
    return read_answers(given, lambda name: f"{PREFIX}{name.upper()}")


def from_file(content: Mapping[str, object], path: str, also: frozenset[str]) -> dict[str, Any]:
    """The answers in a `sendready.toml`; `also` are keys that are no answers and are read elsewhere.

    Raises:
        BadInput: a key that means nothing, with the nearest one that does.
    """
    for key in content:
        if key not in ANSWER_NAMES and key not in also:
            import difflib

            near = difflib.get_close_matches(key, [*ANSWER_NAMES, *also], 1)
            raise BadInput(f"{path}: `{key}` is not a key", f"Did you mean `{near[0]}`?" if near else None)
    given = {name: content.get(name) for name in ANSWER_NAMES}
    return read_answers(given, lambda name: f"{path}: `{name}`")


def gather(
    *,
    flags: Mapping[str, object],
    environment: Mapping[str, str],
    file: Mapping[str, Any],
    saved: Mapping[str, object],
    practice: Mapping[str, Any],
) -> Answered:
    """All answers with their sources. What is found in AWS and DNS is not among them: it is kept whatever is asked."""
    known = {name: value for name, value in saved.items() if name in ANSWER_NAMES}
    return (
        Answered()
        .filled(read_answers(flags, flag_of), Source.FLAG)
        .filled(from_environment(environment), Source.ENVIRONMENT)
        .filled(file, Source.FILE)
        .filled(read_answers(known, lambda name: f"the saved answer `{name}`"), Source.SAVED)
        .filled(practice, Source.PRACTICE)
    )


CONFIRMED = frozenset({"request_access", "accept_terms"})
"""Answers that are a yes to AWS, in one account and region."""

SPENT = {"access.request": CONFIRMED, "test.send": frozenset({"test"})}
"""By change: a yes holds until the thing was done, across interrupted runs, and is not replayed by a later one."""


def without(answered: Answered, names: Collection[str]) -> Answered:
    """The answers, as if these had never been given."""
    if not names:
        return answered
    plain = Answers()
    given = {name: getattr(plain, name) for name in names}
    sources = {name: source for name, source in answered.sources.items() if name not in names}
    return Answered(replace(answered.answers, **given), sources)


def with_asked(answered: Answered, typed: Mapping[str, Any]) -> Answered:
    """The answers with what was typed in this run on top of everything else, each value in its own type."""
    return Answered(replace(answered.answers, **typed), {**answered.sources, **dict.fromkeys(typed, Source.ASKED)})


def with_found(answered: Answered, account: Account | None) -> Answered:
    """The answers with what an earlier access request told AWS, in place of what nobody has said in this run."""
    if account is None:
        return answered
    known = {"website": account.website, "contacts": account.contacts}
    new = {name: value for name, value in known.items() if value and not answered.given(name)}
    kept = {name: source for name, source in answered.sources.items() if name not in new}
    return replace(answered, sources=kept).filled(new, Source.FOUND)


ONCE = frozenset({"any_zone"})
"""A word that holds for the run it was given to and is never remembered."""


def to_save(answered: Answered) -> dict[str, Any]:
    """What a later run should not have to ask again: everything that is not a default or made up by practice."""
    kept = {}
    for name, source in answered.sources.items():
        if name in ANSWER_NAMES and name not in ONCE and source not in (Source.DEFAULT, Source.PRACTICE, Source.FOUND):
            value = getattr(answered.answers, name)
            kept[name] = list(value) if isinstance(value, tuple) else value
    return kept
