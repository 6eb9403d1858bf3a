"""SES over boto3: API answers become our words, our wishes become API calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sendready.model.answers import KeyLength
from sendready.model.errors import AwsError, NotFound
from sendready.model.identity import (
    Account,
    Caller,
    Dkim,
    IdentityKind,
    ListedIdentity,
    MailFrom,
    OnMxFailure,
    Review,
    SesIdentity,
    SigningOrigin,
    Status,
    ZoneSerial,
)
from sendready.model.names import is_at_or_below
from sendready.model.ports import Tags, TestMessage
from sendready.model.regions import documented_signing_zone
from sendready.model.surroundings import (
    ConfigurationSet,
    EventDestination,
    Neighbours,
    Recommendation,
    Suppressed,
    Target,
)
from sendready.world.aws.errors import understood
from sendready.world.aws.refusals import refusal
from sendready.world.aws.session import MANAGEMENT_ATTEMPTS, SENDING_ATTEMPTS, AwsSession

if TYPE_CHECKING:
    from sendready.model.change import RequestAccess

Answer = Mapping[str, Any]


class SesAdapter:
    """Implements `model.ports.Ses`."""

    def __init__(self, session: AwsSession, region: str) -> None:
        self._session = session
        self._region = region

    @property
    def region(self) -> str:
        """The region all of this is about."""
        return self._region

    async def caller(self) -> Caller:
        """Whose credentials these are; needs no permission."""
        answer = await self._session.call("sts", "GetCallerIdentity")
        return Caller(answer["Account"], answer["Arn"], self._session.profile)

    async def account(self) -> Account:
        """Sandbox, quota, health and review."""
        answer = await self._session.call("sesv2", "GetAccount")
        with understood("sesv2", "GetAccount"):
            return _account(answer)

    async def identity(self, name: str, *, attempts: int = MANAGEMENT_ATTEMPTS) -> SesIdentity | None:
        """The identity, or None where SES says that it does not have it."""
        try:
            answer = await self._session.call("sesv2", "GetEmailIdentity", attempts=attempts, EmailIdentity=name)
        except NotFound:
            return None
        with understood("sesv2", "GetEmailIdentity"):
            return _identity(name, answer, self._region)

    async def identities(self) -> tuple[ListedIdentity, ...]:
        """Every identity of the region, by name; SES lists them in another order each time and has no paginator."""
        found: list[ListedIdentity] = []
        more: dict[str, Any] = {}
        while True:
            rows, token = await self._page(more)
            found += rows
            if not token:
                return tuple(sorted(found, key=lambda identity: identity.name))
            more = {"NextToken": token}

    async def neighbours(self, name: str) -> Neighbours:
        """Identities above and below a name, from one page of a thousand: more would cost a second a page."""
        rows, token = await self._page({})
        domain = name.rpartition("@")[2]
        related = (one for one in rows if one.name != name and _is_related(one.name, domain))
        return Neighbours(tuple(sorted(related, key=lambda one: one.name)), complete=not token)

    async def _page(self, more: Mapping[str, Any]) -> tuple[list[ListedIdentity], str | None]:
        answer = await self._session.call("sesv2", "ListEmailIdentities", PageSize=1000, **more)
        return [_listed(row) for row in answer.get("EmailIdentities", ())], answer.get("NextToken")

    async def configuration_set(self, name: str) -> ConfigurationSet | None:
        """The set, or None where SES says that there is none of that name."""
        try:
            answer = await self._session.call("sesv2", "GetConfigurationSet", ConfigurationSetName=name)
        except NotFound:
            return None
        reasons = answer.get("SuppressionOptions", {}).get("SuppressedReasons")
        return ConfigurationSet(
            name,
            sending=bool(answer.get("SendingOptions", {}).get("SendingEnabled", True)),
            reputation_metrics=bool(answer.get("ReputationOptions", {}).get("ReputationMetricsEnabled")),
            suppressed_reasons=None if reasons is None else tuple(reasons),
        )

    async def event_destinations(self, name: str) -> tuple[EventDestination, ...]:
        """Where a configuration set sends its events; nowhere, where there is no such set."""
        try:
            answer = await self._session.call(
                "sesv2", "GetConfigurationSetEventDestinations", ConfigurationSetName=name
            )
        except NotFound:
            return ()
        return tuple(_destination(row) for row in answer.get("EventDestinations", ()))

    async def feedback_topics(self, name: str) -> Mapping[str, str]:
        """Kinds of feedback for which the identity has an SNS topic of its own; only the older API tells."""
        answer = await self._session.call("ses", "GetIdentityNotificationAttributes", Identities=[name])
        held = answer.get("NotificationAttributes", {}).get(name, {})
        return {kind: topic for kind in ("Bounce", "Complaint", "Delivery") if (topic := held.get(f"{kind}Topic"))}

    async def recommendations(self, name: str, caller: Caller) -> tuple[Recommendation, ...]:
        """What the Virtual Deliverability Manager says about the identity and is open; needs it to be on."""
        arn = f"arn:{caller.partition}:ses:{self._region}:{caller.account}:identity/{name}"
        answer = await self._session.call(
            "sesv2", "ListRecommendations", Filter={"STATUS": "OPEN", "RESOURCE_ARN": arn}, PageSize=100
        )
        return tuple(
            Recommendation(row.get("Type", ""), row.get("Description", ""), row.get("Impact", ""))
            for row in answer.get("Recommendations", ())
        )

    async def suppressed(self, address: str) -> Suppressed | None:
        """The address's entry on the suppression list, or None; refused in the sandbox."""
        try:
            answer = await self._session.call("sesv2", "GetSuppressedDestination", EmailAddress=address)
        except NotFound:
            return None
        row = answer["SuppressedDestination"]
        return Suppressed(address, row.get("Reason", ""), row.get("LastUpdateTime"))

    async def create_identity(self, name: str, key_length: KeyLength | None, tags: Tags) -> SesIdentity:
        """Creates it; an address is sent its link by this."""
        params: dict[str, Any] = {"EmailIdentity": name}
        if key_length is not None:
            params["DkimSigningAttributes"] = {"NextSigningKeyLength": key_length.ses}
        if tags:
            params["Tags"] = _tags(tags)
        answer = await self._session.call("sesv2", "CreateEmailIdentity", **params)
        return _identity(name, answer, self._region)

    async def resend_link(self, name: str) -> None:
        """Mails an address identity its link again; only the older API can, v2 would want it deleted first."""
        await self._session.call("ses", "VerifyEmailIdentity", EmailAddress=name)

    async def set_mail_from(self, name: str, mail_from: str, on_mx_failure: OnMxFailure) -> None:
        """Sets the custom MAIL FROM domain, or restarts SES's search for its MX."""
        await self._session.call(
            "sesv2",
            "PutEmailIdentityMailFromAttributes",
            EmailIdentity=name,
            MailFromDomain=mail_from,
            BehaviorOnMxFailure=on_mx_failure.value,
        )

    async def enable_signing(self, name: str) -> None:
        """Switches DKIM signing on."""
        await self._session.call("sesv2", "PutEmailIdentityDkimAttributes", EmailIdentity=name, SigningEnabled=True)

    async def restart_verification(self, name: str) -> Dkim:
        """Makes SES look for the DKIM records again.

        The origin is sent without a key length, so that the keys stay as they are.
        """
        await self._session.call(
            "sesv2", "PutEmailIdentityDkimSigningAttributes", EmailIdentity=name, SigningAttributesOrigin="AWS_SES"
        )
        answer = await self._session.call("sesv2", "GetEmailIdentity", EmailIdentity=name)
        return _identity(name, answer, self._region).dkim

    async def request_access(self, request: RequestAccess) -> None:
        """Asks for production access. `UseCaseDescription` is deprecated and not sent."""
        params: dict[str, Any] = {
            "MailType": request.mail_type.value.upper(),
            "WebsiteURL": request.website,
            "ContactLanguage": request.language.value.upper(),
            "ProductionAccessEnabled": True,
        }
        if request.contacts:  # an empty list is refused
            params["AdditionalContactEmailAddresses"] = list(request.contacts)
        await self._session.call_once("sesv2", "PutAccountDetails", **params)

    async def send(self, message: TestMessage) -> str:
        """Sends one message, never retrying; the message id. Raises a `Refused` for each reason SES documents."""
        content: dict[str, Any] = {
            "Subject": {"Data": message.subject, "Charset": "UTF-8"},
            "Body": {
                "Text": {"Data": message.text, "Charset": "UTF-8"},
                "Html": {"Data": message.html, "Charset": "UTF-8"},
            },
        }
        if message.headers:
            content["Headers"] = [{"Name": name, "Value": value} for name, value in message.headers]
        named = {"ConfigurationSetName": message.configuration_set} if message.configuration_set else {}
        try:
            answer = await self._session.call(
                "sesv2",
                "SendEmail",
                attempts=SENDING_ATTEMPTS,
                FromEmailAddress=message.sender,
                Destination={"ToAddresses": [message.recipient]},
                Content={"Simple": content},
                EmailTags=[{"Name": name, "Value": value} for name, value in message.tags],
                **named,
            )
        except AwsError as error:
            raise refusal(error, message, self._region) from None
        message_id: str = answer["MessageId"]
        return message_id


def _is_related(name: str, domain: str) -> bool:
    """Whether an identity lies above a domain, below it, or is one of its addresses."""
    other = name.rpartition("@")[2].lower()
    return is_at_or_below(other, domain) or ("@" not in name and is_at_or_below(domain, other))


_TARGETS = {
    "SnsDestination": (Target.SNS, "TopicArn"),
    "EventBridgeDestination": (Target.EVENT_BRIDGE, "EventBusArn"),
    "KinesisFirehoseDestination": (Target.FIREHOSE, "DeliveryStreamArn"),
    "CloudWatchDestination": (Target.CLOUDWATCH, ""),
}
"""By the API's member: the target, and the member of it that holds an ARN."""


def _destination(row: Answer) -> EventDestination:
    member = next((member for member in _TARGETS if row.get(member)), "")
    target, arn = _TARGETS.get(member, (Target.OTHER, ""))
    return EventDestination(
        name=row.get("Name", ""),
        enabled=bool(row.get("Enabled")),
        types=frozenset(row.get("MatchingEventTypes", ())),
        target=target,
        arn=row.get(member, {}).get(arn, ""),
    )


def _listed(row: Answer) -> ListedIdentity:
    return ListedIdentity(
        name=row["IdentityName"],
        kind=IdentityKind.ADDRESS if row.get("IdentityType") == "EMAIL_ADDRESS" else IdentityKind.DOMAIN,
        status=Status(row.get("VerificationStatus") or "NOT_STARTED"),
        sending=bool(row.get("SendingEnabled")),
    )


def _tags(tags: Tags) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags]


def _account(answer: Answer) -> Account:
    quota = answer.get("SendQuota", {})
    details = answer.get("Details", {})  # left out until PutAccountDetails was called in this region
    review = details.get("ReviewDetails", {})
    return Account(
        production=bool(answer.get("ProductionAccessEnabled")),
        sending_enabled=bool(answer.get("SendingEnabled", True)),
        enforcement=answer.get("EnforcementStatus", ""),
        daily_quota=quota.get("Max24HourSend", 0.0),
        rate=quota.get("MaxSendRate", 0.0),
        sent=quota.get("SentLast24Hours", 0.0),
        review=Review(review["Status"], review.get("CaseId")) if review.get("Status") else None,
        mail_type=details.get("MailType"),
        website=details.get("WebsiteURL"),
        contacts=tuple(details.get("AdditionalContactEmailAddresses", ())),
        language=details.get("ContactLanguage"),
        suppressed_reasons=None
        if answer.get("SuppressionAttributes") is None
        else tuple(answer["SuppressionAttributes"].get("SuppressedReasons", ())),
        vdm=answer.get("VdmAttributes", {}).get("VdmEnabled") == "ENABLED",
    )


def _identity(name: str, answer: Answer, region: str) -> SesIdentity:
    """The answers of GetEmailIdentity and CreateEmailIdentity; the latter holds less."""
    info = answer.get("VerificationInfo", {})
    verified = bool(answer.get("VerifiedForSendingStatus"))
    kind = IdentityKind.ADDRESS if answer.get("IdentityType") == "EMAIL_ADDRESS" else IdentityKind.DOMAIN
    return SesIdentity(
        name=name,
        kind=kind,
        status=Status(answer.get("VerificationStatus") or ("SUCCESS" if verified else "PENDING")),
        verified=verified,
        dkim=_dkim(answer.get("DkimAttributes", {}), region),
        mail_from=_mail_from(answer.get("MailFromAttributes", {})),
        configuration_set=answer.get("ConfigurationSetName"),
        feedback_forwarding=bool(answer.get("FeedbackForwardingStatus", True)),
        error_type=info.get("ErrorType"),
        last_checked=info.get("LastCheckedTimestamp"),
        last_success=info.get("LastSuccessTimestamp"),
        zone_seen=_zone(info.get("SOARecord", {})),
        tags=tuple((tag["Key"], tag["Value"]) for tag in answer.get("Tags", ())),
        policies=tuple(sorted(answer.get("Policies", {}).items())),
    )


def _dkim(attributes: Answer, region: str) -> Dkim:
    origin = attributes.get("SigningAttributesOrigin", "AWS_SES")
    tokens = tuple(attributes.get("Tokens", ()))
    own = origin == "EXTERNAL"  # then the one token is the selector (sesv2 `DkimAttributes`)
    return Dkim(
        status=Status(attributes.get("Status") or "NOT_STARTED"),
        tokens=() if own else tokens,
        signing_zone=attributes.get("SigningHostedZone") or documented_signing_zone(region),
        signing_enabled=bool(attributes.get("SigningEnabled")),
        key_length=attributes.get("CurrentSigningKeyLength") or attributes.get("NextSigningKeyLength") or "",
        origin=_origin(origin),
        selector=tokens[0] if own and tokens else "",
        primary=origin.removeprefix("AWS_SES_").replace("_", "-").lower() if origin.startswith("AWS_SES_") else "",
    )


def _origin(value: str) -> SigningOrigin:
    """`AWS_SES_<REGION>` is a replica of that region's identity (deterministic Easy DKIM)."""
    if value == "EXTERNAL":
        return SigningOrigin.EXTERNAL
    return SigningOrigin.REPLICA if value.startswith("AWS_SES_") else SigningOrigin.AWS_SES


def _mail_from(attributes: Answer) -> MailFrom | None:
    """None until it was set: SES then names only the behaviour."""
    if not attributes.get("MailFromDomain"):
        return None
    return MailFrom(
        attributes["MailFromDomain"],
        Status(attributes.get("MailFromDomainStatus") or "PENDING"),
        OnMxFailure(attributes.get("BehaviorOnMxFailure") or "USE_DEFAULT_VALUE"),
    )


def _zone(soa: Answer) -> ZoneSerial | None:
    if not soa.get("PrimaryNameServer"):
        return None
    return ZoneSerial(soa["PrimaryNameServer"], soa.get("AdminEmail", ""), int(soa.get("SerialNumber", 0)))
