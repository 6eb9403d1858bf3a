"""`sendready snippet` and `sendready smtp-password`: what is printed really sends, and a secret is never repeated."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import shutil
import ssl
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from commandline import OnTerminal, Run, WorldOf

from sendready.model.smtp import smtp_password
from sendready.practice.listening import NAME, SET, listening
from sendready.practice.servers import Practice

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
MESSAGE_ID = re.compile(r"0102[0-9a-f-]+")

Snippet = Callable[[str], str]


@pytest.fixture
def snippet(sendready: Run, practice: Practice, world_of: WorldOf) -> Snippet:
    """Prints a snippet for an identity with a default configuration set, whose events a queue hears."""
    listening(practice, "shop.example")

    def printed(language: str) -> str:
        done = sendready("snippet", "shop.example", "--for", language, environment=world_of(practice))
        assert done.returncode == 0, done.stderr
        assert "sendready policy shop.example --for send" in done.stderr
        return done.stdout

    return printed


def executed(command: list[str], practice: Practice, folder: Path, **more: str) -> str:
    """Runs a program against the practice servers; what it printed."""
    environment = practice.environment | {"PATH": os.environ["PATH"], "HOME": str(folder)} | more
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def needs(program: str) -> str:
    """Where a program is; without it the test is skipped, and in CI failed."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed")
    return found


def assert_sent(message_id: str, practice: Practice) -> None:
    """SES took the message, from whom it was to be and through the set that was named."""
    assert MESSAGE_ID.fullmatch(message_id)
    environment = practice.environment
    keys = {
        "aws_access_key_id": environment["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": environment["AWS_SECRET_ACCESS_KEY"],
    }
    client = boto3.client("sqs", endpoint_url=practice.aws.url, region_name="eu-west-1", **keys)
    with contextlib.closing(client) as sqs:
        url = sqs.get_queue_url(QueueName=NAME)["QueueUrl"]
        (first, *_) = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)["Messages"]
    mail = json.loads(json.loads(first["Body"])["Message"])["mail"]
    assert (mail["messageId"], mail["source"]) == (message_id, "hello@shop.example")
    assert mail["tags"]["ses:configuration-set"] == [SET]
    assert mail["destination"] == ["success@simulator.amazonses.com"]


def test_python_sends(snippet: Snippet, practice: Practice, tmp_path: Path) -> None:
    (tmp_path / "send.py").write_text(snippet("python"), "utf-8")

    assert_sent(executed([sys.executable, "send.py"], practice, tmp_path).strip(), practice)


def test_the_aws_command_line_sends(snippet: Snippet, practice: Practice, tmp_path: Path) -> None:
    aws = shlex.join([needs("aws"), "--endpoint-url", practice.aws.url])  # Debian's knows no AWS_ENDPOINT_URL
    script = f"""aws() {{ {aws} "$@"; }}\n{snippet("cli")}"""

    answer = json.loads(executed(["sh", "-c", script], practice, tmp_path, AWS_PAGER=""))

    assert_sent(answer["MessageId"], practice)


RUBY_STAND_IN = """
require "json"
module Aws; module SESV2; class Client
  def initialize(region:); @region = region; end
  def send_email(**request)
    puts JSON.generate({ region: @region, request: request })
    Struct.new(:message_id).new("accepted")
  end
end; end; end
"""

PHP_STAND_IN = """<?php
namespace Aws\\SesV2;
class SesV2Client {
    private $options;
    function __construct(array $options) { $this->options = $options; }
    function sendEmail(array $request) {
        echo json_encode(['region' => $this->options['region'], 'request' => $request]), "\\n";
        return ['MessageId' => 'accepted'];
    }
}
"""


def camel(value: Any) -> Any:  # noqa: ANN401  # JSON is any of its types
    """Names as the API spells them, out of those that Ruby's SDK makes of them."""
    if isinstance(value, dict):
        return {"".join(word.title() for word in name.split("_")): camel(one) for name, one in value.items()}
    return [camel(one) for one in value] if isinstance(value, list) else value


def handed_on(told: dict[str, Any], practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sends what a program gave to the stand-in for its SDK, which is no part of this machine, through boto3's."""
    for name, value in practice.environment.items():
        monkeypatch.setenv(name, value)
    with contextlib.closing(boto3.client("sesv2", region_name=told["region"])) as ses:
        answer = ses.send_email(**told["request"])
    assert_sent(answer["MessageId"], practice)


def test_ruby_runs_and_asks_for_what_the_api_knows(
    snippet: Snippet, practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ruby = needs("ruby")
    (tmp_path / "aws-sdk-sesv2.rb").write_text(RUBY_STAND_IN, "utf-8")
    (tmp_path / "send.rb").write_text(snippet("ruby"), "utf-8")

    request, answer = executed([ruby, "-I", str(tmp_path), "send.rb"], practice, tmp_path).splitlines()

    assert answer == "accepted"
    told = json.loads(request)
    handed_on({"region": told["region"], "request": camel(told["request"])}, practice, monkeypatch)


def test_php_runs_and_asks_for_what_the_api_knows(
    snippet: Snippet, practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    php = needs("php")
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "autoload.php").write_text(PHP_STAND_IN, "utf-8")
    (tmp_path / "send.php").write_text(snippet("php"), "utf-8")

    request, answer = executed([php, "send.php"], practice, tmp_path).splitlines()

    assert answer == "accepted"
    handed_on(json.loads(request), practice, monkeypatch)


def test_smtp_sends_over_tls_to_the_regions_host(snippet: Snippet, practice: Practice, tmp_path: Path) -> None:
    pytest.importorskip("aiosmtpd")
    trustme = pytest.importorskip("trustme")
    from smtp_server import Mailbox

    host, code = "email-smtp.eu-west-1.amazonaws.com", snippet("smtp")
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(host).configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    password = smtp_password(SECRET, "eu-west-1")
    with Mailbox(context, user="AKIAIOSFODNN7EXAMPLE", password=password) as mailbox:
        lead = (
            "import socket\nconnect = socket.create_connection\n"
            f"def here(address, *rest):\n    assert address == ({host!r}, 587), address\n"
            f"    return connect(('127.0.0.1', {mailbox.port}), *rest)\nsocket.create_connection = here\n"
        )
        (tmp_path / "send.py").write_text(lead + code, "utf-8")
        user = {"SMTP_USERNAME": "AKIAIOSFODNN7EXAMPLE", "SMTP_PASSWORD": password}
        executed([sys.executable, "send.py"], practice, tmp_path, SSL_CERT_FILE=str(tmp_path / "authority.pem"), **user)

    (envelope,) = mailbox.received
    assert (envelope.sender, envelope.recipients) == ("hello@shop.example", ["success@simulator.amazonses.com"])
    assert f"X-SES-CONFIGURATION-SET: {SET}".encode() in envelope.content


def test_a_region_without_smtp_is_refused_with_those_that_have_it(sendready: Run) -> None:
    asked = ("snippet", "shop.example", "--for", "smtp", "--practice", "--region", "me-south-1")
    for done in (sendready(*asked), sendready("smtp-password", "--region", "me-south-1", stdin=SECRET)):
        assert done.returncode == 2
        assert "SES has no SMTP host in me-south-1" in done.stderr
        assert "eu-west-1" in done.stderr
        assert done.stdout == ""


def test_what_ses_does_not_have_yet_is_told_and_the_code_is_printed_all_the_same(
    sendready: Run, practice: Practice, world_of: WorldOf
) -> None:
    done = sendready("snippet", "shop.example", "--for", "python", environment=world_of(practice))

    assert done.returncode == 0
    assert "import boto3" in done.stdout
    assert "does not have it yet" in " ".join(done.stderr.split())


def test_without_credentials_the_code_is_printed_and_what_is_unknown_is_said(sendready: Run) -> None:
    done = sendready(
        *("snippet", "shop.example", "--for", "java", "--region", "eu-west-1", "--from-local", "orders"),
        *("--events", "own", "--configuration-set", "theirs"),
    )

    assert done.returncode == 0
    assert '"orders@shop.example"' in done.stdout
    assert '"theirs"' in done.stdout
    assert "SES could not be asked" in done.stderr


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("java", "Java, SDK v2: our tests have never compiled or run it"),
        ("dotnet", ".NET, AWSSDK.SimpleEmailV2: our tests have never compiled or run it"),
        ("php", "PHP, AWS SDK: our tests run it against a stand-in"),
        ("ruby", "Ruby, aws-sdk-sesv2: our tests run it against a stand-in"),
        ("python", ""),
        ("cli", ""),
        ("smtp", ""),
    ],
)
def test_what_was_never_run_with_the_real_sdk_says_so(sendready: Run, language: str, says: str) -> None:
    done = sendready("snippet", "shop.example", "--for", language, "--region", "eu-west-1")

    told = " ".join(done.stderr.split())
    assert done.returncode == 0
    assert says in told if says else "our tests" not in told


def test_a_password_is_derived_from_standard_input(sendready: Run) -> None:
    done = sendready("smtp-password", "--region", "eu-west-1", stdin=f"{SECRET}\n")

    assert (done.returncode, done.stdout) == (0, "BMW5RDrXmmVs0lV7GpI4oLkHXpZ4stDsk6q91z1g38Pk\n")
    assert "email-smtp.eu-west-1.amazonaws.com" in done.stderr
    assert SECRET not in done.stderr


def test_a_secret_typed_at_the_prompt_is_not_shown(on_terminal: OnTerminal, tmp_path: Path) -> None:
    terminal = on_terminal("smtp-password", environment={"AWS_REGION": "us-east-1"})
    shown = terminal.until("not shown")
    terminal.answer(SECRET)
    shown += terminal.rest()

    assert "BLBM/9hSUELfq8Gw+rU1YcBjkOxGbhT2XG763xVLGWL9" in shown
    assert SECRET not in shown
    assert terminal.process.returncode == 0
    kept = [file for file in tmp_path.rglob("*") if file.is_file() and SECRET in file.read_text("utf-8", "replace")]
    assert kept == []


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("", "no secret key was given"),
        ("AKIAIOSFODNN7EXAMPLE", "its secret is wanted"),
        ("two words", "no secret key"),
        ("naïve", "no secret key"),
    ],
)
def test_what_is_no_secret_key_is_refused_and_not_repeated(sendready: Run, given: str, says: str) -> None:
    done = sendready("smtp-password", "--region", "eu-west-1", stdin=given)

    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert not given or given not in done.stderr


def test_a_password_for_no_region_in_particular_is_not_made(sendready: Run) -> None:
    missing = sendready("smtp-password", stdin=SECRET)
    misspelt = sendready("smtp-password", "--region", "eu-wst-1", stdin=SECRET)

    assert (missing.returncode, misspelt.returncode) == (2, 2)
    assert "--region" in missing.stderr
    assert "Did you mean `eu-west-1`?" in misspelt.stderr
