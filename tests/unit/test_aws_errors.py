"""Whatever boto3 raises becomes one of our errors once, with the action named and a way out."""

from __future__ import annotations

import json

import pytest
from botocore import exceptions as theirs
from botocore.exceptions import ClientError

from sendready.model import errors as ours
from sendready.world.aws.errors import action_of, translate


@pytest.mark.parametrize(
    "error", [ValueError("Invalid endpoint: x"), OSError("no such file"), json.JSONDecodeError("Expecting", "", 0)]
)
def test_what_boto_chokes_on_in_the_configuration_is_the_user_s_to_mend(error: Exception) -> None:
    translated = translate(error, "sesv2", "GetEmailIdentity", None)

    assert isinstance(translated, ours.BadInput)
    assert str(error) in translated.message


def test_a_mistake_of_ours_stays_one() -> None:
    bug = KeyError("x")

    assert translate(bug, "sesv2", "GetEmailIdentity", None) is bug


def answered(code: str, text: str = "the text", status: int = 400) -> ours.AwsError:
    """Our error for an error answer of GetEmailIdentity."""
    error = ClientError(
        {"Error": {"Code": code, "Message": text}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[typeddict-item]
        "GetEmailIdentity",
    )
    translated = translate(error, "sesv2", "GetEmailIdentity", "work")
    assert isinstance(translated, ours.AwsError)
    return translated


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("NotFoundException", 404, ours.NotFound),
        ("NoSuchHostedZone", 404, ours.NotFound),
        ("NotFound", 404, ours.NotFound),
        ("AWS.SimpleQueueService.NonExistentQueue", 400, ours.NotFound),
        ("QueueDoesNotExist", 400, ours.NotFound),
        ("AlreadyExistsException", 400, ours.AlreadyExists),
        ("ConflictException", 409, ours.Conflict),
        ("ConcurrentModificationException", 500, ours.Conflict),
        ("AccessDenied", 403, ours.AccessDenied),
        ("AccessDeniedException", 403, ours.AccessDenied),
        ("AuthorizationError", 403, ours.AccessDenied),
        ("ExpiredToken", 403, ours.ExpiredCredentials),
        ("ExpiredTokenException", 403, ours.ExpiredCredentials),
        ("InvalidClientTokenId", 403, ours.NoCredentials),
        ("UnrecognizedClientException", 403, ours.NoCredentials),
        ("MissingAuthenticationTokenException", 403, ours.NoCredentials),
        ("SignatureDoesNotMatch", 403, ours.ClockSkew),
        ("InvalidSignatureException", 403, ours.ClockSkew),
        ("RequestTimeTooSkewed", 403, ours.ClockSkew),
        ("OptInRequired", 403, ours.RegionNotEnabled),
        ("TooManyRequestsException", 429, ours.Throttled),
        ("Throttling", 400, ours.Throttled),
        ("ThrottlingException", 400, ours.Throttled),
        ("RequestThrottledException", 400, ours.Throttled),
        ("PriorRequestNotComplete", 400, ours.Throttled),
        ("InternalServiceErrorException", 500, ours.ServiceFailure),
        ("InternalFailure", 500, ours.ServiceFailure),
        ("SomethingNew", 503, ours.ServiceFailure),
        ("BadRequestException", 400, ours.Rejected),
        ("LimitExceededException", 400, ours.Rejected),
        ("MessageRejected", 400, ours.Rejected),
        ("SendingPausedException", 400, ours.Rejected),
        ("AccountSuspendedException", 400, ours.Rejected),
        ("MailFromDomainNotVerifiedException", 400, ours.Rejected),
        ("SomethingNew", 400, ours.Rejected),
    ],
)
def test_every_family_of_codes_has_its_error(code: str, status: int, kind: type[ours.AwsError]) -> None:
    error = answered(code, status=status)

    assert type(error) is kind
    assert error.code == code
    assert error.message


@pytest.mark.parametrize("code", ["404", "403", "400", "301", "502", ""])
def test_an_http_status_alone_is_no_answer_of_aws_s_and_never_not_found(code: str) -> None:
    error = answered(code, "Not Found", int(code or 404))

    assert type(error) is ours.ServiceFailure
    assert "without an error of AWS's" in error.message
    assert "AWS_ENDPOINT_URL" in (error.hint or "")


@pytest.mark.parametrize("code", ["500", "503"])
def test_a_bare_server_error_is_aws_s_own_trouble(code: str) -> None:
    assert type(answered(code, "", int(code))) is ours.ServiceFailure


def test_a_denied_action_is_named_with_the_statement_that_is_missing() -> None:
    text = (
        "User: arn:aws:iam::123456789012:user/dev is not authorized to perform: ses:GetEmailIdentity on resource: "
        "arn:aws:ses:eu-west-1:123456789012:identity/example.com because no identity-based policy allows it"
    )
    error = answered("AccessDeniedException", text, 403)

    assert (error.action, error.message) == ("ses:GetEmailIdentity", "not allowed: ses:GetEmailIdentity")
    statement = json.loads((error.hint or "").removeprefix("Attach a policy with "))
    assert statement == {"Effect": "Allow", "Action": "ses:GetEmailIdentity", "Resource": "*"}


def test_the_action_that_aws_names_counts_where_it_is_another_than_the_call_s() -> None:
    error = answered("AccessDenied", "User: x is not authorized to perform: kms:Decrypt on resource: y", 403)

    assert error.action == "kms:Decrypt"


@pytest.mark.parametrize("word", ["service control policy", "permissions boundary", "session policy"])
def test_a_policy_of_the_organisation_is_named_instead_of_one_that_would_not_help(word: str) -> None:
    text = f"User: x is not authorized to perform: ses:GetAccount with an explicit deny in a {word}"

    assert word in (answered("AccessDeniedException", text, 403).hint or "")


def test_an_expired_session_says_how_to_log_in_again() -> None:
    error = answered("ExpiredTokenException", "The security token included in the request is expired", 403)

    assert "aws sso login --profile work" in (error.hint or "")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (
            "[Tried to create resource record set [name='x.example.com.', type='CNAME'] but it already exists]",
            ours.AlreadyExists,
        ),
        (
            "[RRSet of type CNAME with DNS name x.example.com. is not permitted as it conflicts with other records]",
            ours.Rejected,
        ),
    ],
)
def test_a_refused_batch_is_there_already_or_refused(text: str, kind: type[ours.AwsError]) -> None:
    assert type(answered("InvalidChangeBatch", text)) is kind


@pytest.mark.parametrize(
    ("error", "kind", "hint"),
    [
        (theirs.NoCredentialsError(), ours.NoCredentials, "aws configure sso"),
        (theirs.PartialCredentialsError(provider="env", cred_var="x"), ours.NoCredentials, "--profile"),
        (theirs.CredentialRetrievalError(provider="p", error_msg="exit 1"), ours.NoCredentials, "--profile"),
        (theirs.MissingDependencyException(msg="awscrt"), ours.NoCredentials, ".[crt]"),
        (theirs.UnauthorizedSSOTokenError(), ours.ExpiredCredentials, "aws sso login --profile work"),
        (theirs.SSOTokenLoadError(profile_name="p", error_msg="x"), ours.ExpiredCredentials, "aws sso login"),
        (theirs.TokenRetrievalError(provider="sso", error_msg="x"), ours.ExpiredCredentials, "aws sso login"),
        (theirs.LoginRefreshRequired(), ours.ExpiredCredentials, "aws login --profile work"),
        (theirs.LoginTokenLoadError(error_msg="x"), ours.ExpiredCredentials, "aws login"),
        (theirs.NoRegionError(), ours.NoRegion, "--region"),
        (theirs.InvalidRegionError(region_name="eu west"), ours.NoRegion, "--region"),
        (theirs.EndpointConnectionError(endpoint_url="https://x"), ours.Unreachable, "HTTPS_PROXY"),
        (theirs.ConnectTimeoutError(endpoint_url="https://x"), ours.Unreachable, "HTTPS_PROXY"),
        (theirs.ReadTimeoutError(endpoint_url="https://x"), ours.Unreachable, "HTTPS_PROXY"),
        (theirs.SSLError(endpoint_url="https://x", error="bad"), ours.Unreachable, "AWS_CA_BUNDLE"),
        (theirs.ProxyConnectionError(proxy_url="http://p"), ours.Unreachable, "HTTPS_PROXY"),
        (theirs.ParamValidationError(report="bad"), ours.Rejected, None),
        (theirs.UnknownServiceError(service_name="x", known_service_names="y"), ours.ServiceFailure, None),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_what_never_reached_aws_is_translated_too(
    error: Exception, kind: type[ours.AwsError], hint: str | None
) -> None:
    translated = translate(error, "sesv2", "GetAccount", "work")

    assert type(translated) is kind
    assert isinstance(translated, ours.AwsError)
    assert translated.action == "ses:GetAccount"
    assert translated.message
    assert "\n" not in translated.message
    assert (hint or "") in (translated.hint or "")


def test_a_profile_that_does_not_exist_is_wrong_input() -> None:
    translated = translate(theirs.ProfileNotFound(profile="wrok"), "sesv2", "GetAccount", "wrok")

    assert isinstance(translated, ours.BadInput)
    assert "wrok" in translated.message
    assert translated.exit_code is ours.ExitCode.USAGE


def test_our_own_errors_and_bugs_come_back_as_they_are() -> None:
    own, bug = ours.MfaNeeded("code"), KeyError("x")

    assert translate(own, "sesv2", "GetAccount", None) is own
    assert translate(bug, "sesv2", "GetAccount", None) is bug


def test_without_a_profile_none_is_named() -> None:
    translated = translate(theirs.UnauthorizedSSOTokenError(), "sesv2", "GetAccount", None)

    assert isinstance(translated, ours.AwsError)
    assert translated.hint == "Run `aws sso login`"


def test_actions_have_the_prefix_iam_knows() -> None:
    assert action_of("sesv2", "GetAccount") == "ses:GetAccount"
    assert action_of("route53", "GetChange") == "route53:GetChange"


def test_only_the_first_line_of_a_long_message_is_told() -> None:
    error = theirs.ParamValidationError(report="first\nsecond")
    translated = translate(error, "sesv2", "GetAccount", None)

    assert isinstance(translated, ours.AwsError)
    assert "second" not in translated.message
