"""Whatever boto3 raises, translated once into our errors, with the missing action named and the way out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sendready.model import errors as ours

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

IAM_PREFIX = {"sesv2": "ses", "ses": "ses", "cloudwatch": "cloudwatch"}
"""Where a service's actions have another prefix than its name."""

_BY_CODE: dict[str, type[ours.AwsError]] = {
    **dict.fromkeys(
        (
            "NotFoundException",
            "NoSuchHostedZone",
            "NoSuchChange",
            "NotFound",
            "AWS.SimpleQueueService.NonExistentQueue",
            "QueueDoesNotExist",
            "ResourceNotFoundException",
        ),
        ours.NotFound,
    ),
    **dict.fromkeys(("AlreadyExistsException", "HostedZoneAlreadyExists", "QueueAlreadyExists"), ours.AlreadyExists),
    **dict.fromkeys(("ConflictException", "ConcurrentModificationException"), ours.Conflict),
    **dict.fromkeys(
        (
            "AccessDenied",
            "AccessDeniedException",
            "AuthorizationError",
            "AuthorizationErrorException",
            "UnauthorizedOperation",
        ),
        ours.AccessDenied,
    ),
    **dict.fromkeys(("ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"), ours.ExpiredCredentials),
    **dict.fromkeys(
        (
            "InvalidClientTokenId",
            "UnrecognizedClientException",
            "InvalidAccessKeyId",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
            "IncompleteSignature",
        ),
        ours.NoCredentials,
    ),
    **dict.fromkeys(
        (
            "RequestTimeTooSkewed",
            "RequestExpired",
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
            "RequestInTheFuture",
        ),
        ours.ClockSkew,
    ),
    **dict.fromkeys(("OptInRequired", "InvalidRegion"), ours.RegionNotEnabled),
    **dict.fromkeys(
        (
            "TooManyRequestsException",
            "Throttling",
            "ThrottlingException",
            "ThrottledException",
            "RequestThrottled",
            "PriorRequestNotComplete",
        ),
        ours.Throttled,
    ),
    **dict.fromkeys(
        ("InternalServiceErrorException", "InternalFailure", "InternalError", "ServiceUnavailable", "500", "503"),
        ours.ServiceFailure,
    ),
}

_HINTS: dict[type[ours.AwsError], str] = {
    ours.NoCredentials: "Run `aws configure sso` or `aws login`, or pass `--profile NAME` (or AWS_PROFILE)",
    ours.ClockSkew: "Turn on network time on this machine; AWS refuses requests more than five minutes off."
    " If the clock is right, the secret key is wrong",
    ours.RegionNotEnabled: "Enable the region in the account's settings, or pass another `--region`",
    ours.Throttled: "SES allows one request a second; something else in this account is calling it too. Try again",
    ours.ServiceFailure: "Try again in a minute; if it stays so, see https://health.aws.amazon.com",
    ours.Unreachable: "Check the network and HTTPS_PROXY; behind a proxy that rewrites TLS set AWS_CA_BUNDLE",
}


def action_of(service: str, operation: str) -> str:
    """The IAM action of an operation: `ses:GetEmailIdentity`."""
    return f"{IAM_PREFIX.get(service, service)}:{operation}"


@contextmanager
def understood(service: str, operation: str) -> Iterator[None]:
    """An answer that does not have the shape it is documented with is AWS's failure, or a proxy's, and no crash."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as odd:
        raise ours.ServiceFailure(
            f"the answer to {operation} could not be read ({type(odd).__name__}: {odd})",
            "Look again; if it stays so, a newer sendready may know it",
            action=action_of(service, operation),
        ) from odd


def translate(error: BaseException, service: str, operation: str, profile: str | None) -> BaseException:
    """Our error for one that boto3 or botocore raised; one that is ours already, or a bug, comes back as it is."""
    from botocore import exceptions as theirs

    action = action_of(service, operation)
    named = f" --profile {profile}" if profile else ""
    login = f"aws sso login{named}"
    match error:
        case ours.SendreadyError():
            return error
        case theirs.ClientError():
            return _from_answer(error, action, login)
        case theirs.ProfileNotFound():
            return ours.BadInput(str(error), "`aws configure list-profiles` shows the profiles there are")
        case theirs.UnauthorizedSSOTokenError() | theirs.SSOTokenLoadError() | theirs.TokenRetrievalError():
            return ours.ExpiredCredentials("the SSO session has ended", f"Run `{login}`", action=action)
        case theirs.LoginError():
            return ours.ExpiredCredentials("the login session has ended", f"Run `aws login{named}`", action=action)
        case theirs.MissingDependencyException():
            return ours.NoCredentials(
                "this profile was made by `aws login` and needs botocore's crt extra",
                "Install it with the extra: `uv tool install '.[crt]'` in the checkout",
                action=action,
            )
        case theirs.RefreshWithMFAUnsupportedError():
            return ours.MfaNeeded(
                "the session made with a one-time code has ended",
                "Run this again to be asked for a new code",
                action=action,
            )
        case theirs.NoCredentialsError() | theirs.PartialCredentialsError() | theirs.CredentialRetrievalError():
            return ours.NoCredentials(_sentence(error), _HINTS[ours.NoCredentials], action=action)
        case theirs.NoRegionError():
            return ours.NoRegion(
                "no AWS region is set", "Pass `--region`, or set AWS_REGION or the profile's region", action=action
            )
        case theirs.InvalidRegionError():
            return ours.NoRegion(_sentence(error), "Pass a region of SES: `--region eu-west-1`", action=action)
        case theirs.ParamValidationError():
            return ours.Rejected(_sentence(error), action=action, code="ParamValidation")
        case theirs.HTTPClientError() | theirs.ConnectionError() | theirs.EndpointProviderError():
            return ours.Unreachable(_place(_sentence(error)), _HINTS[ours.Unreachable], action=action)
        case theirs.BotoCoreError():
            return ours.ServiceFailure(_sentence(error), action=action)
        case ValueError() | OSError():  # an endpoint that is no URL, a credential process that prints no JSON, …
            return ours.BadInput(
                f"the AWS configuration cannot be used: {_sentence(error)}",
                "Check AWS_ENDPOINT_URL, AWS_CONFIG_FILE and the profile; `aws sts get-caller-identity` must work",
            )
        case _:
            return error


def _from_answer(error: ClientError, action: str, login: str) -> ours.AwsError:
    """An answer of AWS that is an error."""
    details: dict[str, Any] = dict(error.response.get("Error", {}))
    code, text = str(details.get("Code", "")), str(details.get("Message", "")).strip()
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if (code.isdigit() or not code) and code not in _BY_CODE:
        # A proxy or an emulator without this operation: no answer of AWS's, so never "does not exist".
        return ours.ServiceFailure(
            f"{action}: the endpoint answered HTTP {status} without an error of AWS's",
            "Check AWS_ENDPOINT_URL and HTTPS_PROXY",
            action=action,
            code=code,
        )
    kind = _kind(code, text, status)
    # A refused signature is answered with the whole signed request, session token included, after the first line.
    message = text.partition("\n")[0] or code
    hint = _HINTS.get(kind)
    if kind is ours.AccessDenied:
        found = re.search(r"perform: (\S+)", text)
        action = found.group(1) if found else action
        message = f"not allowed: {action}"
        hint = _policy_hint(action, text)
    elif kind is ours.ExpiredCredentials:
        message, hint = "the AWS session has expired", f"Run `{login}`, or renew the credentials"
    elif kind is ours.NoCredentials:
        message = "AWS does not know these credentials"
    return kind(message, hint, action=action, code=code)


def _kind(code: str, text: str, status: int) -> type[ours.AwsError]:
    if code == "InvalidChangeBatch":
        return ours.AlreadyExists if "already exists" in text else ours.Rejected
    if code in _BY_CODE:
        return _BY_CODE[code]
    if "hrottl" in code:
        return ours.Throttled
    return ours.ServiceFailure if status >= 500 else ours.Rejected


def _policy_hint(action: str, text: str) -> str:
    """The statement that is missing; a service control policy or boundary is named where AWS says so."""
    for word in ("service control policy", "permissions boundary", "session policy"):
        if word in text:
            return f"A {word} denies it; ask whoever runs the AWS organisation"
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    return f"Attach a policy with {json.dumps(statement)}"


def _place(text: str) -> str:
    """URLs cut down to their host: calls that fail for one reason are then told once."""
    return re.sub(r"(https?://[^/\"\s]+)[^\"\s]*", r"\1", text)


def _sentence(error: BaseException) -> str:
    """Only the first line: botocore puts whole lists into some messages."""
    return str(error).strip().splitlines()[0].rstrip(".") if str(error).strip() else type(error).__name__
