"""The account's suppression list; in the sandbox its operations are refused."""

from __future__ import annotations

from sendready.practice.aws.cloud import Call, Members, Operations, page, with_token
from sendready.practice.aws.errors import bad_request, not_found
from sendready.practice.aws.identities import ses_of
from sendready.practice.aws.ses_state import Suppressed

OPERATIONS = Operations()


@OPERATIONS("PutSuppressedDestination")
def put(call: Call) -> None:
    """Adds an address (not in the sandbox: developer guide, "Account-level suppression list")."""
    ses = ses_of(call)
    if not ses.production(call.now):
        raise bad_request("This operation is not available while the account is in the Amazon SES sandbox.")
    address = call["EmailAddress"]
    if "@" not in address:
        raise bad_request(f"Invalid email address <{address}>.")
    ses.suppressed[address] = Suppressed(address, call["Reason"], call.now)


@OPERATIONS("GetSuppressedDestination")
def get(call: Call) -> Members:
    """One address; the API minds case though sending does not."""
    found = _found(call)
    return {
        "SuppressedDestination": {
            "EmailAddress": found.address,
            "Reason": found.reason,
            "LastUpdateTime": found.since,
            "Attributes": {},
        }
    }


@OPERATIONS("ListSuppressedDestinations")
def list_all(call: Call) -> Members:
    """One page of addresses, filtered by reason and time."""
    shown = [
        {"EmailAddress": one.address, "Reason": one.reason, "LastUpdateTime": one.since}
        for one in ses_of(call).suppressed.values()
        if one.reason in call.get("Reasons", [one.reason])
        and call.get("StartDate", one.since) <= one.since <= call.get("EndDate", one.since)
    ]
    found, token = page(shown, call, size=100)
    return with_token({"SuppressedDestinationSummaries": found}, token)


@OPERATIONS("DeleteSuppressedDestination")
def delete(call: Call) -> None:
    """Takes an address off the list."""
    del ses_of(call).suppressed[_found(call).address]


def _found(call: Call) -> Suppressed:
    found = ses_of(call).suppressed.get(call["EmailAddress"])
    if found is None:
        raise not_found(f"Email address {call['EmailAddress']} does not exist on your suppression list.")
    return found
