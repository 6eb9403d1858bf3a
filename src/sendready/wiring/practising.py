"""A practice world, and the connection that leads to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from sendready.model.answers import MailType, Source
from sendready.model.errors import BadInput
from sendready.model.regions import SES_REGIONS
from sendready.wiring import Connection

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

PRACTICE_REGION = "eu-west-1"
"""Where a practice world is where nobody says otherwise."""

PRACTICE_SPEED = 20.0
"""How much faster than the wall a practice world runs where nobody says otherwise."""


class PracticeWorld(Protocol):
    """What the faces may do to a running practice world: be the person with the mailbox."""

    def link_of(self, address: str) -> str:
        """The link AWS would have mailed to an address identity."""

    def put(self, domain: str, name: str, rtype: str, values: Sequence[str]) -> None:
        """Adds a record set to the zone of `domain`, its values as in a zone file."""

    def click(self, address: str) -> bool:
        """Opens it, and what SNS mailed to that mailbox; False where there is none or it is older than 24 hours."""


class UnknownFault(BadInput):
    """No fault of the practice world is called so."""


@contextmanager
def practice_world(
    domains: Sequence[str] = (),
    *,
    faults: Sequence[str] = (),
    speed: float = PRACTICE_SPEED,
    zone_file: Path | None = None,
    dns_resolver: str | None = None,
    region: str | None = None,
    finished: bool = False,
) -> Iterator[tuple[PracticeWorld, Connection]]:
    """A fresh practice world for the time of the block, and the connection that leads to it.

    Without faults the domains are registered and nothing more, unless `finished`; with faults they are finished first
    and broken then. The records of a zone file take the place of the first domain's.
    A fault is `NAME` or `NAME=ARGUMENT`.

    Raises:
        UnknownFault: with the names there are.
        BadInput: the zone file cannot be read.
    """
    from tempfile import TemporaryDirectory

    if region is not None:
        _check_practised(region)
    from sendready.practice.faults import BadArgumentError, UnknownFaultError
    from sendready.practice.servers import Practice

    with (
        TemporaryDirectory(prefix="sendready-practice-") as state,
        Practice(region=region or PRACTICE_REGION, speed=speed, dns_resolver=dns_resolver) as practice,
    ):
        for domain in domains:
            practice.register(domain)
            if faults or finished:
                practice.finish(domain)
        for fault in faults:
            name, given, argument = fault.partition("=")
            for domain in domains:
                try:
                    practice.inflict(name, domain, argument if given else None)
                except BadArgumentError as error:
                    raise BadInput(
                        f"--fault: {error}", "`sendready practice --list-faults` says what there is"
                    ) from None
                except UnknownFaultError:
                    raise UnknownFault(
                        f"no fault is called `{name}`", f"There are: {', '.join(fault_names())}"
                    ) from None
        if zone_file is not None and domains:
            _load_zone(practice, domains[0], zone_file)
        environment = {**practice.environment, "SENDREADY_STATE_DIR": state}
        yield (
            practice,
            Connection(
                region=practice.region,
                environment=environment,
                practice=True,
                speed=speed,
                region_source=Source.FLAG if region else Source.PRACTICE,
                faults=tuple(faults),
                zone_file=zone_file,
            ),
        )


def _check_practised(region: str) -> None:
    """Raises BadInput for a region without SES: practice would look like an account that has nothing there."""
    import difflib

    if region not in SES_REGIONS:
        near = difflib.get_close_matches(region, SES_REGIONS, 1)
        raise BadInput(f"SES is not in `{region}`", f"Did you mean `{near[0]}`?" if near else "Such as eu-west-1")


def _load_zone(practice: Practice, domain: str, zone_file: Path) -> None:
    try:
        practice.load_zone(domain, zone_file.read_text("utf-8"))
    except OSError as error:
        raise BadInput(f"--zone: {zone_file} cannot be read: {(error.strerror or str(error)).lower()}") from None
    except UnicodeDecodeError:
        raise BadInput(f"--zone: {zone_file} is not UTF-8 text", "Give a zone file (RFC 1035, section 5)") from None
    except ValueError as error:
        raise BadInput(f"--zone: {zone_file}: {error}", "Give a zone file (RFC 1035, section 5)") from None


def fault_names() -> dict[str, str]:
    """The faults of the practice world with one line about each."""
    from sendready.practice.faults import FAULTS

    return {name: fault.SUMMARY for name, fault in FAULTS.items()}


def practice_answers(domain: str) -> dict[str, Any]:
    """What a practice world answers for the user (source `practice`): everything the whole road needs."""
    return {
        "website": f"https://{domain}/",
        "contacts": (f"postmaster@{domain}",),
        "mail_type": MailType.TRANSACTIONAL,
        "recipients": f"People with an account at https://{domain}/, who confirmed their address by a link we mailed.",
        "volume": "500 a day",
        "unsubscribe": "A switch for each kind of mail in the account's settings; closing the account stops all of it.",
        "sample": "Your order 1234 has left our warehouse and arrives on Tuesday.",
        "request_access": True,
        "accept_terms": True,
        "test": True,
    }
