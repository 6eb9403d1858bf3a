"""SES identities: created, read, listed, deleted."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING, Any

from sendready.practice.aws.cloud import Call, Members, Operations, page, with_token
from sendready.practice.aws.errors import AwsError, already_exists, bad_request, not_found
from sendready.practice.aws.ses_state import Identity, Ses, Watch
from sendready.practice.aws.verification import refresh, refresh_named, signing_hosted_zone

if TYPE_CHECKING:
    from sendready.practice.dns.zones import Zone

OPERATIONS = Operations()
LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
LOCAL_PART = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
RSA_KEY = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAtVNYny1BgJzG0Y3NePa3D3E2npMYI6IrV+BIURZhgg9+hKTIujpxFFDL"
    "XlHSsTTkKBwWKfnx1tnsSWRgsAgwjMmu5ibML58K0CS2x29PR2p7HxH7GZ8Cu9bhZGWXy81lRDiejMkvs3fspD5EM7SAU7eLW3Cl"
    "24vdexxYjzlMtV/yjnEd0WXHahS27Do1al1r7YNqHqjzEyqqoCxETGCo93TkPVu17tFQiHNIgAIFhki3DoXMrCiPgI1i/X0pcYOB"
    "6tqFvs4NNtlmW/UIG1YRI7KOGpisBmnXjizoorJt0nd11HCRHzDyc/l0zfBpst3AZn2IEf8KS0nc2cVtMuNMSwIDAQAB"
)
"""A 2048-bit RSA public key, base64; SES would make one per identity."""


def ses_of(call: Call) -> Ses:
    """SES in the call's account and region."""
    return call.cloud.state(Ses, call.account, call.region)


def identity_of(call: Call) -> Identity:
    """The identity a call names.

    Raises:
        AwsError: There is none (NotFoundException).
    """
    name = normal(call["EmailIdentity"])
    found = ses_of(call).identities.get(name)
    if found is None:
        raise not_found(f"Email identity {name} does not exist.")
    return found


def normal(name: str) -> str:
    """Domains in lower case; a local part stays as it is (developer guide, "Creating identities")."""
    local, at, domain = name.strip().rpartition("@")
    return f"{local}{at}{domain.lower()}"


def is_domain_name(name: str) -> bool:
    """Whether `name` is a domain as SES takes them: at least two labels, ASCII, at most 255 characters."""
    labels = name.split(".")
    return len(labels) > 1 and len(name) <= 255 and all(LABEL.fullmatch(label) for label in labels)


def tokens_of(account: str, region: str, domain: str) -> tuple[str, ...]:
    """Three DKIM tokens of 32 characters; the same for ever per account, region and domain, as measured."""
    return tuple(
        base64.b32encode(hashlib.sha256(f"{account} {region} {domain} {number}".encode()).digest()[:20])
        .decode()
        .lower()
        for number in (1, 2, 3)
    )


@OPERATIONS("CreateEmailIdentity")
def create(call: Call) -> Members:
    """Starts the verification of a domain by DKIM, or mails an address its link."""
    name = normal(call["EmailIdentity"])
    _check_name(name)
    ses = ses_of(call)
    if name in ses.identities:
        raise already_exists(f"Email identity {name} already exist.")
    configuration_set = call.get("ConfigurationSetName")
    if configuration_set and configuration_set not in ses.sets:
        raise not_found(f"Configuration set <{configuration_set}> does not exist.")
    tags = {tag["Key"]: tag["Value"] for tag in call.get("Tags", [])}
    identity = Identity(name, call.now, configuration_set=configuration_set, tags=tags)
    wanted = call.get("DkimSigningAttributes")
    if identity.is_domain:
        sign(call, identity, wanted or {})
    elif wanted:
        raise bad_request("DKIM signing attributes can only be specified for domain identities.")
    else:
        identity.signing = False
        send_link(call, identity)
    ses.identities[name] = identity
    answer = {"IdentityType": _kind(identity), "VerifiedForSendingStatus": identity.may_send(call.now)}
    return answer | ({"DkimAttributes": dkim_attributes(call, identity)} if identity.is_domain else {})


@OPERATIONS("GetEmailIdentity", waits=True)
def get(call: Call) -> Members:
    """Everything about one identity; SES's looks at the DNS are caught up with first."""
    refresh_named(call.cloud, call.account, call.region, normal(call["EmailIdentity"]))
    with call.cloud.lock:
        identity = identity_of(call)
        return {
            "IdentityType": _kind(identity),
            "FeedbackForwardingStatus": identity.forwarding,
            "VerifiedForSendingStatus": identity.may_send(call.now),
            "DkimAttributes": dkim_attributes(call, identity),
            "MailFromAttributes": _mail_from_attributes(identity),
            "Policies": dict(identity.policies),
            "Tags": [{"Key": key, "Value": value} for key, value in identity.tags.items()],
            "ConfigurationSetName": identity.configuration_set,
            "VerificationStatus": identity.status(call.now),
            "VerificationInfo": _verification_info(identity),
        }


@OPERATIONS("ListEmailIdentities", waits=True)
def list_all(call: Call) -> Members:
    """One page of identities, 25 unless asked otherwise (measured), filtered."""
    with call.cloud.lock:
        known = list(ses_of(call).identities.values())
    refresh(call.cloud, call.region, *known)
    with call.cloud.lock:
        shown = [
            {
                "IdentityType": _kind(identity),
                "IdentityName": identity.name,
                "SendingEnabled": identity.may_send(call.now),
                "VerificationStatus": identity.status(call.now),
            }
            for identity in ses_of(call).identities.values()
        ]
    for key, text in call.get("Filter", {}).items():
        match key:
            case "IDENTITY_NAME_CONTAINS":
                shown = [one for one in shown if text.lower() in str(one["IdentityName"]).lower()]
            case "IDENTITY_TYPE":
                shown = [one for one in shown if one["IdentityType"] == text]
            case "VERIFICATION_STATUS":
                shown = [one for one in shown if one["VerificationStatus"] == text]
    found, token = page(shown, call, size=25)
    return with_token({"EmailIdentities": found}, token)


@OPERATIONS("DeleteEmailIdentity")
def delete(call: Call) -> None:
    """Forgets an identity; its replicas in other regions (DEED) forbid it."""
    identity = identity_of(call)
    replica = f"AWS_SES_{call.region.upper().replace('-', '_')}"
    for (account, _), ses in call.cloud.states(Ses).items():
        other = ses.identities.get(identity.name)
        if account == call.account and other is not None and other.origin == replica:
            raise bad_request(f"Email identity {identity.name} has replicas and cannot be deleted.")
    del ses_of(call).identities[identity.name]


def sign(call: Call, identity: Identity, wanted: Members) -> None:
    """Gives a domain its DKIM keys and starts the search for their records.

    Raises:
        AwsError: The attributes contradict each other, or the parent of a replica is missing.
    """
    origin = wanted.get("DomainSigningAttributesOrigin")
    selector, key = wanted.get("DomainSigningSelector"), wanted.get("DomainSigningPrivateKey")
    if origin in ("AWS_SES", "EXTERNAL"):
        raise bad_request(f"DomainSigningAttributesOrigin cannot be {origin}.")
    if (selector is None) != (key is None):
        raise bad_request("DomainSigningSelector and DomainSigningPrivateKey must be specified together.")
    if sum(part is not None for part in (origin, selector, wanted.get("NextSigningKeyLength"))) > 1:
        raise bad_request("Only one kind of DKIM signing attributes can be specified.")
    identity.signing = True
    identity.dkim = Watch.begin(call.now)
    if selector is not None:
        identity.origin, identity.tokens, identity.hosted_zone = "EXTERNAL", (selector,), ""
    elif origin is not None:
        parent = _parent(call, identity.name, origin)
        identity.origin, identity.tokens, identity.hosted_zone = origin, parent.tokens, parent.hosted_zone
    else:
        identity.origin = "AWS_SES"
        identity.tokens = tokens_of(call.account, call.region, identity.name)
        identity.hosted_zone = signing_hosted_zone(call.region)
        identity.next_key_length = wanted.get("NextSigningKeyLength", identity.next_key_length)
        if identity.key_changed is None:
            identity.key_length = identity.next_key_length
        publish_key(call.cloud.zones.get("amazonses.com"), identity)


def publish_key(zone: Zone | None, identity: Identity) -> None:
    """Puts SES's public key under the first token; fresh identities were seen with none at the others."""
    if zone is None:
        return
    name = f"{identity.tokens[0]}.{identity.hosted_zone}"
    zone.put(name, "TXT", 3600, [f'"p={RSA_KEY[:200]}" "{RSA_KEY[200:]}"'])


def send_link(call: Call, identity: Identity) -> None:
    """Mails an address its link, which lives 24 hours."""
    seed = f"{call.account} {call.region} {identity.name} {call.cloud.next_id()}"
    identity.link = hashlib.sha256(seed.encode()).hexdigest()[:40]
    identity.link_sent = call.now


def dkim_attributes(call: Call, identity: Identity) -> Members:
    """The DkimAttributes of an identity; an address has those of the domain after its @, or switches signing off."""
    switched_on = identity.signing
    if not identity.is_domain:
        domain = ses_of(call).identities.get(identity.name.rpartition("@")[2])
        if domain is None:
            return {"SigningEnabled": False, "Status": "NOT_STARTED", "SigningAttributesOrigin": "AWS_SES"}
        identity = domain
    answer: Members = {
        "SigningEnabled": identity.signing and switched_on,
        "Status": identity.dkim.status if identity.dkim else "NOT_STARTED",
        "Tokens": list(identity.tokens),
        "SigningAttributesOrigin": identity.origin,
    }
    if identity.origin != "EXTERNAL":
        answer["SigningHostedZone"] = identity.hosted_zone
        answer["CurrentSigningKeyLength"] = identity.key_length
        answer["NextSigningKeyLength"] = identity.next_key_length
        answer["LastKeyGenerationTimestamp"] = identity.key_changed or identity.created
    return answer


def _check_name(name: str) -> None:
    local, at, domain = name.rpartition("@")
    if at and not LOCAL_PART.fullmatch(local):
        raise bad_request(f"Invalid email identity: {name}.")
    if not is_domain_name(domain):
        raise bad_request(f"Invalid email identity: {name}.")


def _kind(identity: Identity) -> str:
    return "DOMAIN" if identity.is_domain else "EMAIL_ADDRESS"


def _parent(call: Call, name: str, origin: str) -> Identity:
    region = origin.removeprefix("AWS_SES_").lower().replace("_", "-")
    parent = call.cloud.state(Ses, call.account, region).identities.get(name)
    if parent is None:
        raise AwsError("NotFoundException", f"Email identity {name} does not exist in {region}.")
    if parent.origin != "AWS_SES":
        raise bad_request(f"Email identity {name} in {region} does not use Easy DKIM.")
    return parent


def _mail_from_attributes(identity: Identity) -> Members:
    if identity.mail_from is None:
        return {"BehaviorOnMxFailure": "USE_DEFAULT_VALUE"}
    return {
        "MailFromDomain": identity.mail_from.domain,
        "MailFromDomainStatus": identity.mail_from.watch.status,
        "BehaviorOnMxFailure": identity.mail_from.on_failure,
    }


def _verification_info(identity: Identity) -> Members:
    watch = identity.dkim
    if watch is None:
        return {}
    info: dict[str, Any] = {
        "LastCheckedTimestamp": watch.last_checked,
        "LastSuccessTimestamp": watch.last_success,
        "ErrorType": watch.error,
    }
    if watch.soa is not None:
        server, admin, serial = watch.soa
        info["SOARecord"] = {"PrimaryNameServer": server, "AdminEmail": admin, "SerialNumber": serial}
    return {name: value for name, value in info.items() if value is not None}
