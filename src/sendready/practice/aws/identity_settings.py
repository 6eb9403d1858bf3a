"""What can be changed on an SES identity: DKIM, MAIL FROM, its defaults, policies and tags."""

from __future__ import annotations

import json
from datetime import timedelta

from sendready.practice.aws.cloud import Call, Members, Operations
from sendready.practice.aws.errors import already_exists, bad_request, not_found
from sendready.practice.aws.identities import identity_of, is_domain_name, ses_of, sign
from sendready.practice.aws.ses_state import Identity, MailFrom, Watch

OPERATIONS = Operations()
KEY_CHANGE = timedelta(hours=24)
"""The key length may change once in this time (developer guide, "Easy DKIM")."""


@OPERATIONS("PutEmailIdentityDkimAttributes")
def dkim(call: Call) -> None:
    """Switches signing on or off; it never restarts a verification."""
    identity_of(call).signing = bool(call.get("SigningEnabled", False))


@OPERATIONS("PutEmailIdentityDkimSigningAttributes")
def dkim_signing(call: Call) -> Members:
    """Chooses who holds the DKIM key and starts the search anew; Easy DKIM's tokens stay the same."""
    name = call["EmailIdentity"].strip()
    if not name or "@" in name:
        raise bad_request("The EmailIdentity value must be a valid domain.")
    identity = identity_of(call)
    wanted = call.get("SigningAttributes", {})
    if "DomainSigningAttributesOrigin" in wanted:
        raise bad_request("DomainSigningAttributesOrigin cannot be used in this operation.")
    match call["SigningAttributesOrigin"]:
        case "AWS_SES":
            if "DomainSigningSelector" in wanted or "DomainSigningPrivateKey" in wanted:
                raise bad_request("DomainSigningSelector and DomainSigningPrivateKey require the origin EXTERNAL.")
            _check_key_length(call, identity, wanted.get("NextSigningKeyLength"))
        case "EXTERNAL":
            if "DomainSigningSelector" not in wanted or "NextSigningKeyLength" in wanted:
                raise bad_request(
                    "DomainSigningSelector and DomainSigningPrivateKey are required for the origin EXTERNAL."
                )
        case origin:
            raise bad_request(f"SigningAttributesOrigin cannot be {origin}.")
    sign(call, identity, wanted)
    answer: Members = {"DkimStatus": "PENDING", "DkimTokens": list(identity.tokens)}
    return answer | ({"SigningHostedZone": identity.hosted_zone} if identity.hosted_zone else {})


@OPERATIONS("PutEmailIdentityMailFromAttributes")
def mail_from(call: Call) -> None:
    """Sets, restarts or (without a domain) removes the custom MAIL FROM domain."""
    identity = identity_of(call)
    domain = str(call.get("MailFromDomain", "")).strip().lower().rstrip(".")
    if not domain:
        identity.mail_from = None
        return
    parent = identity.name.rpartition("@")[2]
    if not is_domain_name(domain):
        raise bad_request(f"Invalid MAIL-FROM domain <{domain}>.")
    if not domain.endswith(f".{parent}"):
        raise bad_request(
            f"Provided MAIL-FROM domain <{domain}> is not subdomain of the domain of the identity <{identity.name}>."
        )
    on_failure = call.get("BehaviorOnMxFailure", "USE_DEFAULT_VALUE")
    current = identity.mail_from
    if current is not None and current.domain == domain and current.watch.status != "FAILED":
        current.on_failure = on_failure
        return
    identity.mail_from = MailFrom(domain, on_failure, Watch.begin(call.now))


@OPERATIONS("PutEmailIdentityConfigurationSetAttributes")
def configuration_set(call: Call) -> None:
    """Sets or (without a name) removes the default configuration set."""
    identity = identity_of(call)
    name = call.get("ConfigurationSetName") or None
    if name is not None and name not in ses_of(call).sets:
        raise not_found(f"Configuration set <{name}> does not exist.")
    identity.configuration_set = name


@OPERATIONS("PutEmailIdentityFeedbackAttributes")
def feedback(call: Call) -> None:
    """Switches the forwarding of bounces and complaints by mail."""
    identity_of(call).forwarding = bool(call.get("EmailForwardingEnabled", False))


@OPERATIONS("CreateEmailIdentityPolicy")
def create_policy(call: Call) -> None:
    """Adds a sending policy, at most 20."""
    identity = identity_of(call)
    if call["PolicyName"] in identity.policies:
        raise already_exists(f"Policy {call['PolicyName']} already exists.")
    if len(identity.policies) >= 20:
        raise bad_request("An identity can have at most 20 policies.")
    identity.policies[call["PolicyName"]] = _policy(call)


@OPERATIONS("UpdateEmailIdentityPolicy")
def update_policy(call: Call) -> None:
    """Replaces a sending policy."""
    identity = identity_of(call)
    if call["PolicyName"] not in identity.policies:
        raise not_found(f"Policy {call['PolicyName']} does not exist.")
    identity.policies[call["PolicyName"]] = _policy(call)


@OPERATIONS("GetEmailIdentityPolicies")
def get_policies(call: Call) -> Members:
    """All sending policies of an identity."""
    return {"Policies": dict(identity_of(call).policies)}


@OPERATIONS("DeleteEmailIdentityPolicy")
def delete_policy(call: Call) -> None:
    """Removes a sending policy; one that is not there is no error (as the API reference says)."""
    identity_of(call).policies.pop(call["PolicyName"], None)


@OPERATIONS("TagResource")
def tag(call: Call) -> None:
    """Adds tags to an identity or a configuration set, at most 50."""
    tags = _tags(call)
    wanted = {one["Key"]: one["Value"] for one in call["Tags"]}
    if len(tags | wanted) > 50:
        raise bad_request("A resource can have at most 50 tags.")
    tags.update(wanted)


@OPERATIONS("UntagResource")
def untag(call: Call) -> None:
    """Removes tags."""
    tags = _tags(call)
    for key in call["TagKeys"]:
        tags.pop(key, None)


@OPERATIONS("ListTagsForResource")
def list_tags(call: Call) -> Members:
    """All tags of a resource."""
    return {"Tags": [{"Key": key, "Value": value} for key, value in _tags(call).items()]}


def _tags(call: Call) -> dict[str, str]:
    ses = ses_of(call)
    arn = call["ResourceArn"]
    prefix = call.arn("ses", "")
    if not arn.startswith("arn:"):
        raise bad_request("Invalid resource ARN.")
    kind, _, name = arn.removeprefix(prefix).partition("/")
    if arn.startswith(prefix) and kind == "identity" and name in ses.identities:
        return ses.identities[name].tags
    if arn.startswith(prefix) and kind == "configuration-set" and name in ses.sets:
        return ses.sets[name].tags
    raise not_found(f"Resource {arn} does not exist.")


def _policy(call: Call) -> str:
    text = str(call["Policy"])
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if not isinstance(document, dict) or "Statement" not in document:
        raise bad_request("Policy is not a valid policy document.")
    return text


def _check_key_length(call: Call, identity: Identity, wanted: str | None) -> None:
    if wanted is None or identity.dkim is None or identity.dkim.status == "FAILED" or identity.origin != "AWS_SES":
        return
    if wanted == identity.next_key_length:
        raise bad_request(f"The key length of {identity.name} is {wanted} already.")
    first_downgrade = wanted == "RSA_1024_BIT" and identity.key_changed is None
    changed = identity.key_changed
    if not first_downgrade and changed is not None and call.now - changed < KEY_CHANGE:
        raise bad_request("The key length can be changed only once in 24 hours.")
    identity.key_changed = call.now
