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
from sendready.model.ports import Tags, TestMessage
from sendready.model.regions import documented_signing_zone
from sendready.world.aws.refusals import refusal
from sendready.world.aws.session import SENDING_ATTEMPTS, AwsSession

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
        return _account(await self._session.call("sesv2", "GetAccount"))

    async def identity(self, name: str) -> SesIdentity | None:
        """The identity, or None where SES says that it does not have it."""
        try:
            answer = await self._session.call("sesv2", "GetEmailIdentity", EmailIdentity=name)
        except NotFound:
            return None
        return _identity(name, answer, self._region)

    async def identities(self) -> tuple[ListedIdentity, ...]:
        """Every identity of the region, by name; SES lists them in another order each time and has no paginator."""
        found: list[ListedIdentity] = []
        more: dict[str, Any] = {}
        while True:
            answer = await self._session.call("sesv2", "ListEmailIdentities", PageSize=1000, **more)
            found += [_listed(row) for row in answer.get("EmailIdentities", ())]
            if not answer.get("NextToken"):
                return tuple(sorted(found, key=lambda identity: identity.name))
            more = {"NextToken": answer["NextToken"]}

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
        await self._session.call("sesv2", "PutAccountDetails", **params)

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
        suppressed_reasons=tuple(answer.get("SuppressionAttributes", {}).get("SuppressedReasons", ())),
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
    )


def _dkim(attributes: Answer, region: str) -> Dkim:
    origin = attributes.get("SigningAttributesOrigin", "AWS_SES")
    return Dkim(
        status=Status(attributes.get("Status") or "NOT_STARTED"),
        tokens=tuple(attributes.get("Tokens", ())) if origin != "EXTERNAL" else (),
        signing_zone=attributes.get("SigningHostedZone") or documented_signing_zone(region),
        signing_enabled=bool(attributes.get("SigningEnabled")),
        key_length=attributes.get("CurrentSigningKeyLength") or attributes.get("NextSigningKeyLength") or "",
        origin=_origin(origin),
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
