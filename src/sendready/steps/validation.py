"""Whether an answer can be used, in words that say how to put it right; the same for flags, files and forms."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from sendready.model.answers import Answers, flag_of
from sendready.model.errors import BadInput
from sendready.model.identity import Identity
from sendready.model.names import LONGEST_LABEL, LONGEST_NAME
from sendready.steps.kept_events import BUS_ARN, TOPIC_ARN
from sendready.steps.naming import LOCAL_PART

MOST_CONTACTS = 4
"""sesv2 `AdditionalContactEmailAddresses`: 1 to 4 items of 6 to 254 characters."""

SHOWN = 60
"""Characters of what was typed that are repeated to whoever typed it."""

MOST_TAGS = 50
"""Tags of one AWS resource."""

_HOST = re.compile(r"[^@\s.]+(\.[^@\s.]+)+")
_NAMED_HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+\.?")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_SET_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PRINCIPAL = re.compile(r"arn:[a-z-]+:(iam|sts)::\d{12}:(user|role|assumed-role)/\S+")
_TAG = re.compile(r"[\w\s.:/=+\-@]*")


def check_answers(answers: Answers, identity: Identity) -> None:
    """Refuses answers that AWS or DNS would refuse, before anything is done.

    Raises:
        BadInput: names the flag of the first bad answer.
    """
    for name in (
        "mail_from",
        "dmarc_reports",
        "from_local",
        "website",
        "contacts",
        "tag",
        "events_to",
        "configuration_set",
        "sender_arn",
        "smtp_host",
    ):
        problem = problem_with(name, getattr(answers, name), identity)
        if problem is not None:
            raise BadInput(f"{flag_of(name)}: {problem}")


def problem_with(name: str, value: object, identity: Identity) -> str | None:
    """What is wrong with one answer, or None."""
    match name, value:
        case "mail_from", str():
            return _mail_from(value, identity)
        case "dmarc_reports", str() if value and not _is_address(value):
            return f"`{value}` is not an address; reports are mailed to one, such as dmarc@{identity.domain}"
        case "dmarc_reports", str() if set(value) & set(",!;?#%"):
            return f"`{value}` holds a character that DMARC would read as a separator"
        case "from_local", str() if not LOCAL_PART.fullmatch(value):
            return f"`{value}` is not the part of an address before the @"
        case "website", str() if value:
            return _website(value)
        case "contacts", tuple():
            return _contacts(value)
        case "tag", tuple():
            return _tags(value)
        case "events_to", str() if value:
            return _events_to(value)
        case "configuration_set", str() if value and not _SET_NAME.fullmatch(value):
            return f"`{value}` is not a configuration set's name (up to 64 letters, digits, _ and -)"
        case "sender_arn", str() if value and not _PRINCIPAL.fullmatch(value):
            return f"`{value}` is not the ARN of a user or role, such as arn:aws:iam::123456789012:role/app"
        case "smtp_host", str() if value and not _NAMED_HOST.fullmatch(value):
            return f"`{value}` is not a host's name; give it without port, such as email-smtp.eu-west-1.amazonaws.com"
        case _:
            return None


def _mail_from(value: str, identity: Identity) -> str | None:
    name = Answers(mail_from=value).mail_from_domain(identity.domain)
    if not identity.is_domain or name is None:
        return None
    # A name of another domain would be taken for labels and land below this one.
    elsewhere = "." in value.strip(" .") and name != value.strip().rstrip(".").lower()
    if name == identity.domain or elsewhere:
        return f"`{value}` must be a label, or a name below {identity.domain}"
    if len(name) > LONGEST_NAME or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        return f"`{name if len(name) <= SHOWN else f'{name[:SHOWN]}…'}` is not a name DNS can hold"
    return None


def _website(value: str) -> str | None:
    try:
        parts = urlsplit(value)
        host = parts.hostname or "" if parts.port != 0 else ""  # reading the port raises where it is none
    except ValueError:
        host = ""
        parts = None
    if any(len(label) > LONGEST_LABEL for label in host.split(".")) or len(host) > LONGEST_NAME:
        host = ""  # no name DNS can hold
    if parts is None or parts.scheme not in ("http", "https") or "." not in host or any(c.isspace() for c in value):
        return f"`{value}` is not a web address; AWS wants one such as https://example.com"
    return f"it is longer than 1000 characters, AWS's limit ({len(value)})" if len(value) > 1000 else None


def _contacts(values: tuple[object, ...]) -> str | None:
    if len(values) > MOST_CONTACTS:
        return f"AWS takes at most {MOST_CONTACTS} addresses, you gave {len(values)}"
    bad = next((v for v in values if not _is_address(str(v)) or not 6 <= len(str(v)) <= 254), None)
    return None if bad is None else f"`{bad}` is not an address"


def _events_to(value: str) -> str | None:
    if _is_address(value):
        return None
    if not value.startswith("arn:"):
        return f"`{value}` is neither an address nor an ARN"
    if TOPIC_ARN.fullmatch(value) or BUS_ARN.fullmatch(value):
        return None
    return f"`{value}` is the ARN of neither an SNS topic nor an event bus"


def _tags(values: tuple[object, ...]) -> str | None:
    if len(values) > MOST_TAGS:
        return f"AWS takes at most {MOST_TAGS} tags, you gave {len(values)}"
    keys: set[str] = set()
    for value in map(str, values):
        key, equals, text = value.partition("=")
        if key in keys:
            return f"`{key}` is given more than once"
        keys.add(key)
        if not equals or not key.strip():
            return f"`{value}` is not KEY=VALUE"
        if key.lower().startswith("aws:"):
            return f"`{key}`: AWS keeps keys that begin with aws: for itself"
        if len(key) > 128 or len(text) > 256 or not _TAG.fullmatch(value):
            return f"`{value}` is not a tag AWS accepts (key up to 128, value up to 256 letters, digits or _.:/=+-@)"
    return None


def _is_address(value: str) -> bool:
    local, _, host = value.rpartition("@")
    return value.isascii() and LOCAL_PART.fullmatch(local) is not None and _HOST.fullmatch(host) is not None
