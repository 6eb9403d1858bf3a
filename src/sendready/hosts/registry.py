"""Who hosts a zone, told by the names of its name servers; one TOML file for each host in `data/`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from sendready.model.names import bare
from sendready.model.observation import Observation, Seen
from sendready.model.records import RecordType

_DATA = Path(__file__).parent / "data"

_WILD = frozenset("*?[")

TYPED = (RecordType.CNAME, RecordType.MX, RecordType.TXT)
"""The types of the records a person enters."""


@dataclass(frozen=True, slots=True)
class Form:
    """The words of a host's form, as they stand on the screen; what is not known is absent."""

    name: Mapping[RecordType, str] = field(default_factory=dict)
    """What the field for the record's name is called."""
    value: Mapping[RecordType, str] = field(default_factory=dict)
    """What the field for its value is called."""
    priority: str | None = None
    """What the field for the priority of an MX record is called."""
    add: str | None = None
    """The button or menu that adds a record."""
    apex: str = "@"
    """What is typed as the name of the zone itself; empty: nothing."""


@dataclass(frozen=True, slots=True)
class Host:
    """A company that hosts DNS. Of its quirks, None is not known."""

    key: str
    """The name of its file, without the ending."""
    name: str
    """As the company writes it; two hosts of one name are the same company."""
    servers: tuple[str, ...]
    """Patterns of its name servers' names; `*`, `?` and `[0-9]` stand for what lies within one label."""
    sources: tuple[str, ...]
    """Addresses of the pages that its words and quirks come from, and its servers' names where a page has them."""
    form: Form = field(default_factory=Form)
    appends_domain: bool | None = None
    """Whether the zone is put behind what is typed as a name."""
    accepts_underscores: bool | None = None
    proxies: bool | None = None
    """Whether a record may be answered with addresses of the host's own proxies (KIM014)."""
    flattens: bool | None = None
    """Whether a CNAME may be answered with what it leads to (KIM015)."""
    quotes_txt: bool | None = None
    """Whether the quotes around a text are typed."""
    priority_in_value: bool | None = None
    """Whether the priority of an MX record is typed before its value, in the same field."""
    final_dot: tuple[RecordType, ...] = ()
    """The types whose value must end in a dot; without it the zone is put behind the value (KIM005)."""
    note: str = ""
    """A peculiarity that whoever enters the records should know, one sentence."""
    publisher: str | None = None
    """What could write its records: `route53`, or `octodns:` and the name of the provider's class."""
    environment: tuple[str, ...] = ()
    """The environment variables the publisher reads."""
    edit_url: str | None = None
    """Where its records are edited, if that address is the same for everybody."""

    @property
    def publishes_as(self) -> str | None:
        """The value of `--publish` that could write its records: `route53`, `octodns:cloudflare`."""
        return self.publisher.removesuffix("Provider").lower() if self.publisher is not None else None


@cache
def all_hosts() -> tuple[Host, ...]:
    """Every host, by key; the files are read when this is called for the first time."""
    return tuple(_read(path) for path in sorted(_DATA.glob("*.toml")))


def host_of(servers: Iterable[str]) -> Host | None:
    """The host that most of a zone's name servers belong to.

    None where nobody knows: none of the names is known, half of them or more are not, or those that are belong to
    different companies, so that a record entered at one of them may be missing at the other.
    """
    names = {bare(server) for server in servers}
    found = [host for name in sorted(names) for host in all_hosts() if serves(host, name)]
    if len({host.name for host in found}) != 1 or 2 * len(found) <= len(names):
        return None
    return max(found, key=found.count)


def serves(host: Host, server: str) -> bool:
    """Whether a name server, lower-case and without its final dot, is one of the host's."""
    return any(_matches(pattern, server) for pattern in host.servers)


def host_seen(seen: Observation) -> Host | None:
    """The host of the zone that a look found, where it is known."""
    cut = seen.delegation.value if isinstance(seen.delegation, Seen) else None
    return host_of(server.name for server in cut.servers) if cut is not None else None


def place(seen: Observation) -> str:
    """Where the records are entered, as in "add it at …"."""
    host = host_seen(seen)
    return host.name if host is not None else "the DNS host"


def field_for_names(seen: Observation, rtype: RecordType) -> str:
    """Where the name of a record is typed, as in "enter it in …"."""
    host = host_seen(seen)
    if host is None:
        return "the name field of your DNS host"
    word = host.form.name.get(rtype)
    return f"the field `{word}` at {host.name}" if word else f"the name field at {host.name}"


def _matches(pattern: str, name: str) -> bool:
    """Label by label, so that no pattern reaches into a domain below or beside the one it names."""
    wanted, given = pattern.split("."), name.split(".")
    return len(wanted) == len(given) and all(map(_label_matches, reversed(wanted), reversed(given)))


def _label_matches(wanted: str, given: str) -> bool:
    return wanted == given or (not _WILD.isdisjoint(wanted) and fnmatchcase(given, wanted))


def _read(path: Path) -> Host:
    import tomllib  # most commands never get here

    facts: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    form: dict[str, Any] = facts.pop("form", {})
    form |= {key: _by_type(form[key]) for key in ("name", "value") if key in form}
    facts |= {key: tuple(facts[key]) for key in ("servers", "sources", "environment") if key in facts}
    facts["final_dot"] = tuple(RecordType(rtype) for rtype in facts.get("final_dot", ()))
    return Host(key=path.stem, form=Form(**form), **facts)


def _by_type(word: str | dict[str, str]) -> dict[RecordType, str]:
    """One word for all types, or one for each."""
    if isinstance(word, str):
        return dict.fromkeys(TYPED, word)
    return {RecordType(rtype): text for rtype, text in word.items()}
