"""On the wire: addresses of every age, keys, errors in each protocol's form, and failures on demand."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ConnectionClosedError

from sendready.practice.aws.errors import AwsError
from sendready.practice.aws.outages import Outage
from sendready.practice.aws.server import SERVICES

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

Client = Callable[..., Any]
Refused = Callable[..., Any]


def ask(
    practice: Practice,
    method: str,
    path: str,
    *,
    service: str = "ses",
    body: str = "",
    key: str | None = None,
    **headers: str,
) -> tuple[http.client.HTTPResponse, str]:
    """One request as an SDK would send it, signed by nobody."""
    key = practice.credentials(practice.account_id)["AWS_ACCESS_KEY_ID"] if key is None else key
    scope = f"AWS4-HMAC-SHA256 Credential={key}/20261124/eu-west-1/{service}/aws4_request, Signature=0"
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    connection = http.client.HTTPConnection(practice.aws.url.removeprefix("http://"))
    connection.request(method, path, body, ({"Authorization": scope} if key else {}) | given)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response, text


@pytest.mark.parametrize(
    ("method", "path", "member"),
    [
        ("GET", "/v2/email/identities?PageSize=2", "EmailIdentities"),
        ("POST", "/v2/email/list-identities", "EmailIdentities"),
        ("GET", "/v2/email/configuration-sets", "ConfigurationSets"),
        ("POST", "/v2/email/list-configuration-sets", "ConfigurationSets"),
    ],
)
def test_operations_answer_at_their_old_and_new_addresses(
    practice: Practice, method: str, path: str, member: str
) -> None:
    response, text = ask(practice, method, path)

    assert response.status == 200, text
    assert json.loads(text) == {member: []}


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_dkim_signing_attributes_answer_at_both_versions(practice: Practice, client: Client, version: str) -> None:
    client("sesv2").create_email_identity(EmailIdentity="example.com")
    body = json.dumps({"SigningAttributesOrigin": "AWS_SES"})

    response, text = ask(practice, "PUT", f"/{version}/email/identities/example.com/dkim/signing", body=body)

    assert response.status == 200, text
    assert json.loads(text)["DkimStatus"] == "PENDING"


def test_a_path_carries_encoded_names(practice: Practice, client: Client) -> None:
    client("sesv2").create_email_identity(EmailIdentity="a+b/c@example.com")

    assert client("sesv2").get_email_identity(EmailIdentity="a+b/c@example.com")["VerificationStatus"] == "PENDING"


@pytest.mark.parametrize(
    ("service", "method", "path", "headers", "unsigned", "unknown"),
    [
        (
            "ses",
            "GET",
            "/v2/email/account",
            {},
            "MissingAuthenticationTokenException",
            "UnrecognizedClientException",
        ),
        (
            "route53",
            "GET",
            "/2013-04-01/hostedzone",
            {},
            "MissingAuthenticationToken",
            "InvalidClientTokenId",
        ),
        (
            "sts",
            "POST",
            "/?Action=GetCallerIdentity",
            {},
            "MissingAuthenticationToken",
            "InvalidClientTokenId",
        ),
    ],
)
def test_a_request_needs_a_known_key(
    practice: Practice,
    service: str,
    method: str,
    path: str,
    headers: dict[str, str],
    unsigned: str,
    unknown: str,
) -> None:
    response, text = ask(practice, method, path, service=service, key="", **headers)
    assert (response.status, unsigned in text + str(response.headers)) == (403, True)

    response, text = ask(practice, method, path, service=service, key="AKIANOBODY", **headers)
    assert (response.status, unknown in text + str(response.headers)) == (403, True)


def test_unknown_operations_are_refused_in_each_protocol(practice: Practice) -> None:
    response, text = ask(practice, "GET", "/v2/email/nothing")
    assert (response.status, response.headers["x-amzn-ErrorType"]) == (404, "UnknownOperationException")
    assert "message" in json.loads(text)
    response, text = ask(practice, "GET", "/2013-04-01/nothing", service="route53")
    assert (response.status, "<Code>UnknownOperationException</Code>" in text) == (404, True)
    response, text = ask(practice, "POST", "/", service="sns", body="Action=Nothing&Version=2010-03-31")
    assert (response.status, "<Code>InvalidAction</Code>" in text) == (400, True)
    response, text = ask(practice, "POST", "/", service="sqs", body="{}", X_Amz_Target="AmazonSQS.Nothing")
    assert (response.status, json.loads(text)["__type"]) == (
        400,
        "com.amazonaws.sqs#UnknownOperationException",
    )
    response, text = ask(practice, "GET", "/", service="dynamodb", X_Amz_Target="DynamoDB.ListTables")
    assert (response.status, "UnknownOperationException" in text) == (400, True)


def test_sqs_still_speaks_the_query_protocol(practice: Practice) -> None:
    def query(**form: str) -> str:
        body = "&".join(f"{name}={value}" for name, value in form.items())
        return ask(practice, "POST", "/", service="sqs", body=f"{body}&Version=2012-11-05")[1]

    made = query(
        Action="CreateQueue",
        QueueName="q",
        **{"Attribute.1.Name": "VisibilityTimeout", "Attribute.1.Value": "7"},
    )
    url = f"{practice.aws.url}/123456789012/q"
    assert f"<QueueUrl>{url}</QueueUrl>" in made
    sent = query(Action="SendMessage", QueueUrl=url, MessageBody="hello")
    assert "<MD5OfMessageBody>5d41402abc4b2a76b9719d911017c592</MD5OfMessageBody>" in sent
    found = query(Action="ReceiveMessage", QueueUrl=url, **{"AttributeName.1": "All"})
    assert "<Message><MessageId>" in found
    assert "<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>" in found
    attributes = query(Action="GetQueueAttributes", QueueUrl=url, **{"AttributeName.1": "VisibilityTimeout"})
    assert "<Attribute><Name>VisibilityTimeout</Name><Value>7</Value></Attribute>" in attributes
    missing = query(Action="GetQueueUrl", QueueName="none")
    assert "<Code>AWS.SimpleQueueService.NonExistentQueue</Code>" in missing


def test_a_body_that_is_none_is_refused(practice: Practice) -> None:
    response, text = ask(practice, "POST", "/v2/email/identities", body="{")
    assert (response.status, response.headers["x-amzn-ErrorType"]) == (400, "SerializationException"), text


def test_members_of_a_wrong_kind_are_refused(practice: Practice) -> None:
    body = json.dumps({"EmailIdentity": 5, "Nonsense": True, "ConfigurationSetName": "x"})
    response, text = ask(practice, "POST", "/v2/email/identities", body=body)

    assert response.status == 400
    assert json.loads(text)["message"].startswith("2 validation errors detected: ")


def test_denied_actions_are_refused_in_iams_words(practice: Practice, client: Client, refused: Refused) -> None:
    practice.aws.deny("ses:GetEmailIdentity")
    practice.aws.deny("route53:*")
    practice.aws.deny("SNS:CreateTopic")
    practice.aws.deny("sqs:CreateQueue")

    words = (
        "User: arn:aws:iam::123456789012:user/practice is not authorized to perform: ses:GetEmailIdentity "
        "on resource: arn:aws:ses:eu-west-1:123456789012:identity/example.com because "
        "no identity-based policy allows the ses:GetEmailIdentity action"
    )
    with refused("AccessDeniedException", words):
        client("sesv2").get_email_identity(EmailIdentity="example.com")
    with refused("AccessDenied", "route53:ListHostedZones"):
        client("route53").list_hosted_zones()
    with refused("AuthorizationError", "sns:CreateTopic"):
        client("sns").create_topic(Name="t")
    with refused("AccessDenied", "sqs:CreateQueue"):
        client("sqs").create_queue(QueueName="q")
    practice.aws.lift()
    client("sqs").create_queue(QueueName="q")


@pytest.mark.parametrize(
    ("outage", "code"),
    [
        (Outage.THROTTLED, "TooManyRequestsException"),
        (Outage.SERVER_ERROR, "InternalServiceErrorException"),
        (Outage.EXPIRED_TOKEN, "ExpiredTokenException"),
        (AwsError("LimitExceededException", "Enough."), "LimitExceededException"),
    ],
)
def test_the_next_calls_fail_as_ordered(
    practice: Practice, client: Client, refused: Refused, outage: Outage | AwsError, code: str
) -> None:
    practice.aws.fail("GetAccount", outage, times=2)

    client("sesv2").list_email_identities()
    for _ in range(2):
        with refused(code):
            client("sesv2").get_account()
    client("sesv2").get_account()


def test_a_connection_can_be_cut(practice: Practice, client: Client) -> None:
    practice.aws.fail("GetAccount", Outage.RESET)

    with pytest.raises(ConnectionClosedError):
        client("sesv2").get_account()
    assert client("sesv2").get_account()["SendingEnabled"]
    assert [call.status for call in practice.aws.calls] == [0, 200]


def test_calls_are_recorded_in_order(practice: Practice, client: Client, refused: Refused) -> None:
    client("sts").get_caller_identity()
    with refused("NotFoundException"):
        client("sesv2", region="us-east-1").get_email_identity(EmailIdentity="example.com")

    seen = [(call.service, call.operation, call.region, call.account, call.status) for call in practice.aws.calls]
    assert seen == [
        ("sts", "GetCallerIdentity", "eu-west-1", "123456789012", 200),
        ("sesv2", "GetEmailIdentity", "us-east-1", "123456789012", 404),
    ]


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ({"Nonsense": 1}, "nonsense: Member is unknown"),
        ({"SendQuota": {"MaxSendRate": "1"}}, "sendQuota.maxSendRate: Member must be of type double"),
        (
            {"PricingAttributes": {"CurrentPlan": "CHEAP"}},
            "pricingAttributes.currentPlan: Member must satisfy enum",
        ),
    ],
)
def test_an_answer_the_model_does_not_know_never_leaves_the_server(
    client: Client, refused: Refused, monkeypatch: pytest.MonkeyPatch, answer: dict[str, Any], fault: str
) -> None:
    monkeypatch.setitem(SERVICES["sesv2"], "GetAccount", lambda call: answer)

    with refused("InternalFailure", f"The practice server is at fault, not the caller: sesv2 GetAccount: {fault}"):
        client("sesv2").get_account()


def test_govcloud_has_its_own_partition(client: Client) -> None:
    topic = client("sns", region="us-gov-west-1").create_topic(Name="t")["TopicArn"]

    assert topic == "arn:aws-us-gov:sns:us-gov-west-1:123456789012:t"
