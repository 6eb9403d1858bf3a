"""SES configuration sets: created, read, listed, changed, deleted."""

from __future__ import annotations

import re

from sendready.practice.aws.cloud import Call, Members, Operations, page, with_token
from sendready.practice.aws.errors import already_exists, bad_request, not_found
from sendready.practice.aws.identities import is_domain_name, ses_of
from sendready.practice.aws.ses_state import ConfigurationSet

OPERATIONS = Operations()
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
OPTIONS = (
    "TrackingOptions",
    "DeliveryOptions",
    "ReputationOptions",
    "SendingOptions",
    "SuppressionOptions",
    "VdmOptions",
    "ArchivingOptions",
    "MessageSecurityOptions",
)


def set_of(call: Call) -> ConfigurationSet:
    """The configuration set a call names.

    Raises:
        AwsError: There is none (NotFoundException).
    """
    found = ses_of(call).sets.get(call["ConfigurationSetName"])
    if found is None:
        raise not_found(f"Configuration set <{call['ConfigurationSetName']}> does not exist.")
    return found


@OPERATIONS("CreateConfigurationSet")
def create(call: Call) -> None:
    """Makes a set; without options sending is on and reputation metrics are off."""
    name = call["ConfigurationSetName"]
    if not NAME.fullmatch(name):
        raise bad_request(
            f"Invalid configuration set name <{name}>: only A-Z, a-z, 0-9, _ and - are allowed, at most 64."
        )
    sets = ses_of(call).sets
    if name in sets:
        raise already_exists(f"Configuration set <{name}> already exists.")
    options = {option: dict(call[option]) for option in OPTIONS if call.get(option) is not None}
    _check_tracking(options.get("TrackingOptions", {}))
    sets[name] = ConfigurationSet(name, options, tags={tag["Key"]: tag["Value"] for tag in call.get("Tags", [])})


@OPERATIONS("GetConfigurationSet")
def get(call: Call) -> Members:
    """One set with its options."""
    found = set_of(call)
    answer: Members = {
        "ConfigurationSetName": found.name,
        "DeliveryOptions": {"TlsPolicy": "OPTIONAL"},
        "ReputationOptions": {"ReputationMetricsEnabled": False},
        "SendingOptions": {"SendingEnabled": True},
        "Tags": [{"Key": key, "Value": value} for key, value in found.tags.items()],
    }
    for option, members in found.options.items():
        answer[option] = answer.get(option, {}) | members
    return answer


@OPERATIONS("ListConfigurationSets")
def list_all(call: Call) -> Members:
    """One page of names, 50 unless asked otherwise (measured)."""
    part = call.get("Filter", {}).get("CONFIGURATION_SET_NAME_CONTAINS", "")
    names, token = page([name for name in ses_of(call).sets if part in name], call, size=50)
    return with_token({"ConfigurationSets": names}, token)


@OPERATIONS("DeleteConfigurationSet")
def delete(call: Call) -> None:
    """Removes a set and its event destinations; identities that have it as their default keep its name."""
    del ses_of(call).sets[set_of(call).name]


@OPERATIONS("PutConfigurationSetSendingOptions")
def put_sending(call: Call) -> None:
    """Pauses or resumes sending under the set."""
    set_of(call).options["SendingOptions"] = {"SendingEnabled": bool(call.get("SendingEnabled", False))}


@OPERATIONS("PutConfigurationSetReputationOptions")
def put_reputation(call: Call) -> None:
    """Switches reputation metrics."""
    enabled = bool(call.get("ReputationMetricsEnabled", False))
    set_of(call).options["ReputationOptions"] = {"ReputationMetricsEnabled": enabled}


@OPERATIONS("PutConfigurationSetDeliveryOptions")
def put_delivery(call: Call) -> None:
    """Chooses TLS, the pool of addresses and the time limit."""
    _put(call, "DeliveryOptions", "TlsPolicy", "SendingPoolName", "MaxDeliverySeconds")


@OPERATIONS("PutConfigurationSetSuppressionOptions")
def put_suppression(call: Call) -> None:
    """Overrides the account's suppression settings."""
    _put(call, "SuppressionOptions", "SuppressedReasons", "SuppressionScope", "ValidationOptions")


@OPERATIONS("PutConfigurationSetTrackingOptions")
def put_tracking(call: Call) -> None:
    """Sets or removes the domain of open and click tracking."""
    _check_tracking(call.wanted)
    if call.get("CustomRedirectDomain"):
        _put(call, "TrackingOptions", "CustomRedirectDomain", "HttpsPolicy")
    else:
        set_of(call).options.pop("TrackingOptions", None)


def _put(call: Call, option: str, *members: str) -> None:
    set_of(call).options[option] = {name: call[name] for name in members if call.get(name) is not None}


def _check_tracking(wanted: Members) -> None:
    domain = wanted.get("CustomRedirectDomain")
    if domain and not is_domain_name(domain.lower()):
        raise bad_request(f"Invalid custom redirect domain <{domain}>.")
