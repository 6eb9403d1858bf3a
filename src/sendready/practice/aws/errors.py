"""AWS-shaped errors: one exception for what an operation refuses, and how each wire protocol spells it."""

from __future__ import annotations

import enum


class Protocol(enum.Enum):
    """How a service speaks on the wire; the names are botocore's."""

    REST_JSON = "rest-json"
    REST_XML = "rest-xml"
    QUERY = "query"
    JSON = "json"


STATUS = {
    "AccessDenied": 403,
    "AccessDeniedException": 403,
    "AuthorizationError": 403,
    "ConcurrentModificationException": 500,
    "ConflictException": 409,
    "ExpiredToken": 403,
    "ExpiredTokenException": 403,
    "HostedZoneAlreadyExists": 409,
    "InternalFailure": 500,
    "InternalServiceErrorException": 500,
    "InvalidClientTokenId": 403,
    "InvalidSignatureException": 403,
    "MissingAuthenticationToken": 403,
    "MissingAuthenticationTokenException": 403,
    "NoSuchChange": 404,
    "NoSuchHostedZone": 404,
    "NotFound": 404,
    "NotFoundException": 404,
    "ServiceUnavailable": 503,
    "SignatureDoesNotMatch": 403,
    "TooManyRequestsException": 429,
    "UnknownOperationException": 404,
    "UnrecognizedClientException": 403,
}
"""HTTP status by error code, from the models and AWS's lists of common errors; every other code is a 400."""


class AwsError(Exception):
    """What an operation answers instead of a result.

    Args:
        code: The error code as a client reports it, such as `NotFoundException`.
        message: The text for the reader.
        query_code: The code of old Query clients where it differs (SQS keeps both).
    """

    def __init__(self, code: str, message: str, *, query_code: str | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.query_code = query_code

    @property
    def status(self) -> int:
        """The HTTP status it is answered with."""
        return STATUS.get(self.code, 400)


class HangUpError(Exception):
    """The server hangs up instead of answering."""


class UnfaithfulError(Exception):
    """Practice itself made an answer that AWS's model does not know: a fault of ours alone."""


def bad_request(message: str) -> AwsError:
    """SES's answer to anything invalid."""
    return AwsError("BadRequestException", message)


def not_found(message: str) -> AwsError:
    """SES's answer about a resource that is not there."""
    return AwsError("NotFoundException", message)


def already_exists(message: str) -> AwsError:
    """SES's answer to a second creation."""
    return AwsError("AlreadyExistsException", message)


def invalid(service: str, message: str) -> AwsError:
    """How `service` says that a request breaks its model."""
    match service:
        case "sesv2":
            return bad_request(message)
        case "route53":
            return AwsError("InvalidInput", message)
        case "sns":
            return AwsError("InvalidParameter", f"Invalid parameter: {message}")
        case "sqs":
            return AwsError("InvalidParameterValue", message)
        case "ses":
            return AwsError("InvalidParameterValue", message)
        case "events":
            return AwsError("ValidationException", message)
        case _:
            return AwsError("ValidationError", message)


def unknown_operation(protocol: Protocol, operation: str) -> AwsError:
    """The answer to an operation that does not exist, or that practice does not offer."""
    if protocol is Protocol.QUERY:
        return AwsError(
            "InvalidAction", f"Could not find operation {operation}: the practice server does not offer it."
        )
    return AwsError("UnknownOperationException", f"The practice server does not offer {operation}.")


def unknown_key(protocol: Protocol) -> AwsError:
    """The answer to an access key that belongs to nobody."""
    message = "The security token included in the request is invalid."
    if protocol in (Protocol.QUERY, Protocol.REST_XML):
        return AwsError("InvalidClientTokenId", message)
    return AwsError("UnrecognizedClientException", message)


def unsigned(protocol: Protocol) -> AwsError:
    """The answer to a request without an Authorization header."""
    if protocol in (Protocol.QUERY, Protocol.REST_XML):
        return AwsError("MissingAuthenticationToken", "Request is missing Authentication Token")
    return AwsError("MissingAuthenticationTokenException", "Missing Authentication Token")


def expired_token(protocol: Protocol) -> AwsError:
    """The answer to credentials whose time is over."""
    message = "The security token included in the request is expired"
    if protocol in (Protocol.QUERY, Protocol.REST_XML):
        return AwsError("ExpiredToken", message)
    return AwsError("ExpiredTokenException", message)


def throttled(service: str, operation: str) -> AwsError:
    """The answer to requests that come too fast."""
    match service:
        case "sesv2" if operation == "SendEmail":
            return AwsError("ThrottlingException", "Maximum sending rate exceeded.")
        case "sesv2":
            return AwsError("TooManyRequestsException", "Rate exceeded")
        case "sqs" | "events":
            return AwsError("ThrottlingException", "Rate exceeded")
        case _:
            return AwsError("Throttling", "Rate exceeded")


def clock_skew(service: str, protocol: Protocol) -> AwsError:
    """The answer to a request that was signed at another time than now (AWS's lists of common errors)."""
    message = "Signature expired: the request is not within 15 minutes of the current time."
    match protocol:
        case Protocol.REST_XML if service == "route53":
            return AwsError("RequestExpired", message)
        case Protocol.QUERY:
            return AwsError("SignatureDoesNotMatch", message)
        case _:
            return AwsError("InvalidSignatureException", message)


def access_denied(service: str, protocol: Protocol, message: str) -> AwsError:
    """The answer to a principal that lacks the permission."""
    if service == "sns":
        return AwsError("AuthorizationError", message)
    if protocol in (Protocol.QUERY, Protocol.REST_XML):
        return AwsError("AccessDenied", message)
    return AwsError("AccessDeniedException", message, query_code="AccessDenied")


def unavailable() -> AwsError:
    """The answer of a service that cannot take the request now (HTTP 503)."""
    return AwsError("ServiceUnavailable", "Service is unavailable. Please try again.")


def server_error(service: str) -> AwsError:
    """The answer when AWS itself fails."""
    code = "InternalServiceErrorException" if service == "sesv2" else "InternalFailure"
    return AwsError(code, "An internal error occurred. Please try again.")
