"""Ways to break the practice world, one file each, found by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sendready.practice.faults import (
    access_denied,
    account_suspended,
    address_only,
    address_overrides,
    bounce_rate,
    bounces_unheard,
    bulk_sender,
    complaint_rate,
    configuration_set_gone,
    configuration_set_paused,
    destination_disabled,
    domain_listed,
    doubled_domain,
    eventbridge_no_rule,
    events_lost,
    expired_credentials,
    firehose_gone,
    mail_from_rejects,
    null_mx,
    open_policy,
    other_region,
    other_region_in_dns,
    own_key_missing,
    quota_used_up,
    records_missing,
    regional_clash,
    replica_broken,
    review_denied,
    sandbox,
    send_refused,
    sender_denied,
    sending_paused,
    slow_dns,
    sns_broken,
    spf_missing,
    suppression_off,
    throttled,
    wrong_zone,
)

if TYPE_CHECKING:
    from sendready.practice.servers import Practice


class Fault(Protocol):
    """What every module here offers."""

    NAME: str
    SUMMARY: str

    def inflict(self, practice: Practice, domain: str, argument: str | None) -> None:
        """Breaks the world."""


class BadArgumentError(ValueError):
    """A fault cannot be told this; the message says what it can."""


class UnknownFaultError(LookupError):
    """There is no fault of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no fault '{name}'; there are {', '.join(FAULTS)}")
        self.name = name


FAULTS: dict[str, Fault] = {
    fault.NAME: fault
    for fault in (
        access_denied,
        account_suspended,
        address_only,
        address_overrides,
        bounce_rate,
        bounces_unheard,
        bulk_sender,
        complaint_rate,
        configuration_set_gone,
        configuration_set_paused,
        destination_disabled,
        domain_listed,
        doubled_domain,
        eventbridge_no_rule,
        events_lost,
        expired_credentials,
        firehose_gone,
        mail_from_rejects,
        null_mx,
        open_policy,
        other_region,
        other_region_in_dns,
        own_key_missing,
        quota_used_up,
        records_missing,
        regional_clash,
        replica_broken,
        review_denied,
        sandbox,
        send_refused,
        sender_denied,
        sending_paused,
        slow_dns,
        sns_broken,
        spf_missing,
        suppression_off,
        throttled,
        wrong_zone,
    )
}
"""Every fault by its name, sorted."""


def named(name: str) -> Fault:
    """The fault of that name.

    Raises:
        UnknownFaultError: There is none.
    """
    if name not in FAULTS:
        raise UnknownFaultError(name)
    return FAULTS[name]


def check_argument(name: str, argument: str) -> None:
    """Refuses what a fault cannot be told; those without a function `accepts` take nothing.

    Raises:
        BadArgumentError: with what the fault does.
    """
    accepts = getattr(named(name), "accepts", None)
    if accepts is None:
        raise BadArgumentError(f"the fault {name} takes no argument, and `{argument}` was given")
    if not accepts(argument):
        raise BadArgumentError(f"`{argument}` means nothing to the fault {name}: {named(name).SUMMARY}")
