"""Two command lines nobody here wrote tour the practice servers: Debian's, years old, and today's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sendready.practice.servers import Practice

Aws = Callable[..., Any]
COMMANDS = {
    "debian": Path("/usr/bin/aws"),
    "pypi": Path(sys.executable).parent / "aws",
}
TOPIC = "arn:aws:sns:eu-west-1:123456789012:proof"
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:proof"
OPEN = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]})


@pytest.fixture
def practice() -> Iterator[Practice]:
    """Fast enough that no poll takes long; a command line takes longer than the limits anyway."""
    with Practice(speed=100) as world:
        yield world


@pytest.fixture(params=sorted(COMMANDS))
def aws(request: pytest.FixtureRequest, practice: Practice, tmp_path: Path) -> Aws:
    """Runs one command; returns what it printed, or with `refused` what it complained about."""
    command = COMMANDS[request.param]
    if not command.exists():
        reason = f"the AWS command line is not at {command.parent.name}/{command.name}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)

    def run(*words: str, refused: bool = False) -> Any:  # noqa: ANN401  # JSON is any of its types
        done = subprocess.run(
            [str(command), "--endpoint-url", practice.aws.url, "--output", "json", *words],
            env=practice.environment | {"HOME": str(tmp_path), "AWS_PAGER": "", "PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if refused:
            assert done.returncode != 0, done.stdout
            return done.stderr
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else {}

    return run


def test_a_domain_is_set_up_from_the_command_line(aws: Aws) -> None:
    assert aws("sts", "get-caller-identity")["Account"] == "123456789012"
    made = aws("sesv2", "create-email-identity", "--email-identity", "example.com")
    assert len(made["DkimAttributes"]["Tokens"]) == 3
    refusal = aws("sesv2", "create-email-identity", "--email-identity", "example.com", refused=True)
    assert "(AlreadyExistsException)" in refusal
    assert "Email identity example.com already exist." in refusal
    seen = aws("sesv2", "get-email-identity", "--email-identity", "example.com")
    assert seen["VerificationStatus"] == "PENDING"
    listed = aws("sesv2", "list-email-identities")
    assert listed["EmailIdentities"][0]["IdentityName"] == "example.com"
    aws(
        "sesv2", "put-account-details", "--production-access-enabled", "--mail-type", "TRANSACTIONAL",
        "--website-url", "https://example.com", "--additional-contact-email-addresses", "ops@example.com",
        "--contact-language", "EN", "--use-case-description", "The command line of 2022 asks for it.",
    )  # fmt: skip
    assert aws("sesv2", "get-account")["Details"]["ReviewDetails"]["CaseId"]


def test_records_are_published_from_the_command_line(aws: Aws) -> None:
    zone = aws("route53", "create-hosted-zone", "--name", "example.com", "--caller-reference", "1")["HostedZone"]["Id"]
    record = {"Name": "a.example.com", "Type": "TXT", "TTL": 60, "ResourceRecords": [{"Value": '"x"'}]}
    batch = json.dumps({"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]})
    change = ("route53", "change-resource-record-sets", "--hosted-zone-id", zone, "--change-batch", batch)
    info = aws(*change)["ChangeInfo"]
    assert info["Status"] == "PENDING"
    assert "(InvalidChangeBatch)" in aws(*change, refused=True)
    aws("route53", "wait", "resource-record-sets-changed", "--id", info["Id"])
    records = aws("route53", "list-resource-record-sets", "--hosted-zone-id", zone)["ResourceRecordSets"]
    assert [one["Type"] for one in records] == ["NS", "SOA", "TXT"]
    assert aws("route53", "list-hosted-zones-by-name", "--dns-name", "example.com")["HostedZones"][0]["Id"] == zone


def test_events_are_proven_from_the_command_line(practice: Practice, aws: Aws) -> None:
    practice.finish("example.com")
    url = aws("sqs", "create-queue", "--queue-name", "proof", "--attributes", json.dumps({"Policy": OPEN}))["QueueUrl"]
    aws("sns", "create-topic", "--name", "proof", "--attributes", json.dumps({"Policy": OPEN}))
    aws(
        "sns", "subscribe", "--topic-arn", TOPIC, "--protocol", "sqs", "--notification-endpoint", QUEUE,
        "--attributes", "RawMessageDelivery=true",
    )  # fmt: skip
    aws("sesv2", "create-configuration-set", "--configuration-set-name", "proof")
    destination = {"Enabled": True, "MatchingEventTypes": ["BOUNCE"], "SnsDestination": {"TopicArn": TOPIC}}
    aws(
        "sesv2", "create-configuration-set-event-destination", "--configuration-set-name", "proof",
        "--event-destination-name", "proof", "--event-destination", json.dumps(destination),
    )  # fmt: skip
    content = {"Simple": {"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "t"}}}}
    sent = aws(
        "sesv2", "send-email", "--from-email-address", "a@example.com",
        "--destination", "ToAddresses=bounce@simulator.amazonses.com", "--content", json.dumps(content),
        "--configuration-set-name", "proof", "--email-tags", "Name=run,Value=n1",
    )  # fmt: skip
    bodies: list[str] = []
    while len(bodies) < 2:
        found = aws(
            "sqs",
            "receive-message",
            "--queue-url",
            url,
            "--wait-time-seconds",
            "20",
            "--attribute-names",
            "All",
        )
        for message in found["Messages"]:
            assert message["Attributes"]["ApproximateReceiveCount"] == "1"
            bodies.append(message["Body"])
            aws("sqs", "delete-message", "--queue-url", url, "--receipt-handle", message["ReceiptHandle"])

    assert bodies[0].startswith("Successfully validated SNS topic")
    event = json.loads(bodies[1])
    assert (event["eventType"], event["mail"]["messageId"]) == ("Bounce", sent["MessageId"])
    assert "NonExistentQueue" in aws("sqs", "get-queue-url", "--queue-name", "none", refused=True)
