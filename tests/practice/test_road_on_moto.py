"""The whole road once more with somebody else's Route 53, SNS and SQS: moto's, beside our SES and DNS."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import boto3
import pytest

from sendready.practice.aws import sns
from sendready.practice.servers import Practice

DOMAIN = "shop.example"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def moto() -> Iterator[str]:
    """moto's server on loopback; its URL."""
    if not _installed():
        reason = "moto is not installed: uv sync --group peers"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    port = _free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert server.stderr is not None
    for told in server.stderr:  # it says so once it listens
        if "Running on" in told:
            break
    reader = threading.Thread(target=server.stderr.read, daemon=True)
    reader.start()
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait()
    reader.join()
    server.stderr.close()


def _installed() -> bool:
    try:
        import flask  # noqa: F401
        import flask_cors  # noqa: F401
        import moto  # noqa: F401
    except ImportError:
        return False
    return True


class Bridge:
    """Carries what moto's services hold to where our servers look for it, and our SES's events to moto's SNS."""

    def __init__(self, practice: Practice, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        keys = {
            "endpoint_url": url,
            "region_name": practice.region,
            "aws_access_key_id": "x",
            "aws_secret_access_key": "y",
        }
        self.route53 = boto3.client("route53", **keys)
        self.sns = boto3.client("sns", **keys)
        self.sqs = boto3.client("sqs", **keys)
        self._practice = practice
        zone = self.route53.create_hosted_zone(Name=DOMAIN, CallerReference="bridge")
        self.zone_id = zone["HostedZone"]["Id"]
        self._delegate(zone["DelegationSet"]["NameServers"])
        # SES's own walk knows the practice name servers only; a resolver finds moto's names, too.
        practice.look_up_through(practice.dns.resolver)
        monkeypatch.setattr(sns, "topic_at", self._topic)
        monkeypatch.setattr(sns, "deliver", self._deliver)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._mirror, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _delegate(self, servers: list[str]) -> None:
        """The practice registrar delegates the domain to the names moto gave it, at our servers' addresses."""
        zones = self._practice.zones
        ours = zones.create(DOMAIN)
        for number, server in enumerate(servers[:2]):
            apex = server.partition(".")[2]
            zone = zones.get(apex) or zones.create(apex)
            zone.put(server, "A", 300, [f"198.51.100.{number + 1}"])
        names = [f"{server}." for server in servers[:2]]
        top = zones.get("example")
        assert top is not None
        top.put(DOMAIN, "NS", 300, names)
        ours.put(DOMAIN, "NS", 300, names)

    def _mirror(self) -> None:
        zone = self._practice.zones.get(DOMAIN)
        assert zone is not None
        while not self._stopped.wait(0.05):
            for found in self.route53.list_resource_record_sets(HostedZoneId=self.zone_id)["ResourceRecordSets"]:
                if found["Type"] not in ("SOA", "NS"):
                    values = [entry["Value"] for entry in found["ResourceRecords"]]
                    zone.put(found["Name"], found["Type"], found["TTL"], values)
            self._practice.dns.flush()

    def _topic(self, _cloud: object, arn: str) -> sns.Topic | None:
        try:
            attributes = self.sns.get_topic_attributes(TopicArn=arn)["Attributes"]
        except self.sns.exceptions.NotFoundException:
            return None
        return sns.Topic(arn, self._practice.account_id, attributes, {})

    def _deliver(self, _cloud: object, topic: sns.Topic, text: str, subject: str) -> None:
        self.sns.publish(TopicArn=topic.arn, Message=text, Subject=subject)


@pytest.fixture
def practice() -> Iterator[Practice]:
    """Slower than elsewhere: moto answers in real time, and events have two practice minutes to arrive."""
    with Practice(speed=8.0) as world:
        yield world


@pytest.fixture
def bridge(practice: Practice, moto: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bridge]:
    made = Bridge(practice, moto, monkeypatch)
    yield made
    made.stop()


def test_the_road_ends_ready_on_somebody_elses_route53_sns_and_sqs(
    practice: Practice,
    moto: str,
    bridge: Bridge,
    sendready: Callable[..., subprocess.CompletedProcess[str]],
    world_of: Callable[[Practice], dict[str, str]],
) -> None:
    environment = world_of(practice)
    for service in ("ROUTE_53", "SNS", "SQS"):
        environment[f"AWS_ENDPOINT_URL_{service}"] = moto

    road = sendready(
        "apply", DOMAIN, "--yes", "--wait", "30m", "--test", "--request-access", "--accept-terms",
        "--website", "https://shop.example/", "--format", "json",
        environment=environment,
    )  # fmt: skip

    events = [json.loads(row) for row in road.stdout.splitlines()]
    failures = [event for event in events if event["type"] == "changed" and not event["ok"]]
    assert not failures, failures
    assert (events[-1]["verdict"], events[-1]["exit"]) == ("ready", 0), road.stderr
    assert len([event for event in events if event["type"] == "sent"]) == 5
    types = {
        found["Type"]
        for found in bridge.route53.list_resource_record_sets(HostedZoneId=bridge.zone_id)["ResourceRecordSets"]
    }
    assert {"CNAME", "MX", "TXT"} <= types
    assert not bridge.sns.list_topics()["Topics"]
    assert "QueueUrls" not in bridge.sqs.list_queues()
    assert not any(call.service in ("route53", "sns", "sqs") for call in practice.aws.calls)


BOUNCE = f"bounce.{DOMAIN}"


@pytest.mark.parametrize(
    ("name", "rtype", "values", "kept_out"),
    [
        (BOUNCE, "CNAME", ["parked.example.org."], {f"MX {BOUNCE}", f"TXT {BOUNCE}"}),
        (BOUNCE, "MX", ["10 mx.example.org."], {f"MX {BOUNCE}"}),
        (BOUNCE, "TXT", ['"v=spf1 -all"', '"v=spf1 +all"'], {f"TXT {BOUNCE}"}),
        (f"_dmarc.{DOMAIN}", "TXT", ['"v=DMARC1; p=none"', '"v=DMARC1; p=reject"'], {f"TXT _dmarc.{DOMAIN}"}),
    ],
    ids=["cname", "mx", "two-spf", "two-dmarc"],
)
def test_what_stands_in_the_way_at_somebody_elses_route53_is_kept_and_the_rest_is_added(
    practice: Practice,
    moto: str,
    bridge: Bridge,
    sendready: Callable[..., subprocess.CompletedProcess[str]],
    world_of: Callable[[Practice], dict[str, str]],
    name: str,
    rtype: str,
    values: list[str],
    kept_out: set[str],
) -> None:
    there = {"Name": name, "Type": rtype, "TTL": 300, "ResourceRecords": [{"Value": value} for value in values]}
    bridge.route53.change_resource_record_sets(
        HostedZoneId=bridge.zone_id, ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": there}]}
    )
    environment = world_of(practice) | {"AWS_ENDPOINT_URL_ROUTE_53": moto}

    told = sendready("apply", DOMAIN, "--yes", "--format", "json", environment=environment)
    again = sendready("apply", DOMAIN, "--yes", "--format", "json", environment=environment)

    held = {
        f"{found['Type']} {found['Name'].rstrip('.')}": [entry["Value"] for entry in found["ResourceRecords"]]
        for found in bridge.route53.list_resource_record_sets(HostedZoneId=bridge.zone_id)["ResourceRecordSets"]
    }
    assert sorted(held[f"{rtype} {name}"]) == sorted(values)
    wanted = {f"MX {BOUNCE}", f"TXT {BOUNCE}", f"TXT _dmarc.{DOMAIN}"} - kept_out
    assert wanted <= held.keys()
    assert len([one for one in held if one.startswith("CNAME") and "_domainkey" in one]) == 3
    assert told.stdout, told.stderr
    events = [json.loads(row) for row in again.stdout.splitlines()]
    added = [event for event in events if event["type"] == "changed" and event["change"]["record"]]
    assert added == []  # the second run finds what the first one added
