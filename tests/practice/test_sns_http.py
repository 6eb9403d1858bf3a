"""A subscriber over HTTP: asked first, heard once it has confirmed, and never one on another machine."""

from __future__ import annotations

import json
import queue
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from sendready.practice.aws.sns_messages import is_here

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

Client = Callable[..., Any]
Refused = Callable[..., Any]
PATIENCE = 20.0


@dataclass
class Endpoint:
    """What listens at a URL, and what was posted to it."""

    url: str
    posted: queue.Queue[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=queue.Queue)

    def next(self) -> tuple[dict[str, str], dict[str, Any]]:
        """Headers, in lower case, and body of the next message."""
        return self.posted.get(timeout=PATIENCE)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            there.posted.put(({name.lower(): value for name, value in self.headers.items()}, json.loads(body)))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    there = Endpoint(f"http://127.0.0.1:{server.server_address[1]}/hook?of=shop")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield there
    server.shutdown()
    server.server_close()


@pytest.fixture
def topic(client: Client) -> str:
    arn: str = client("sns").create_topic(Name="t")["TopicArn"]
    return arn


def pending(client: Client, arn: str) -> str:
    attributes: dict[str, str] = client("sns").get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    return attributes["PendingConfirmation"]


def test_an_endpoint_is_asked_and_hears_nothing_until_its_token_comes_back(
    client: Client, topic: str, endpoint: Endpoint
) -> None:
    sns = client("sns")
    told = sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=endpoint.url)["SubscriptionArn"]
    headers, asked = endpoint.next()
    listed = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    sns.publish(TopicArn=topic, Message="too early")
    assert (told, [one["SubscriptionArn"] for one in listed]) == ("pending confirmation", ["PendingConfirmation"])
    assert headers["x-amz-sns-message-type"] == asked["Type"] == "SubscriptionConfirmation"
    assert headers["x-amz-sns-topic-arn"] == asked["TopicArn"] == topic

    arn = sns.confirm_subscription(TopicArn=topic, Token=asked["Token"])["SubscriptionArn"]
    sns.publish(TopicArn=topic, Message="now", Subject="news")

    headers, heard = endpoint.next()
    assert (heard["Type"], heard["Message"], heard["Subject"]) == ("Notification", "now", "news")
    assert headers["x-amz-sns-subscription-arn"] == arn
    assert pending(client, arn) == "false"


def test_visiting_the_url_that_was_posted_confirms_too(client: Client, topic: str, endpoint: Endpoint) -> None:
    subscribing = {"TopicArn": topic, "Protocol": "http", "Endpoint": endpoint.url, "ReturnSubscriptionArn": True}
    arn = client("sns").subscribe(**subscribing)["SubscriptionArn"]
    _, asked = endpoint.next()
    assert pending(client, arn) == "true"

    with urllib.request.urlopen(asked["SubscribeURL"]) as answer:  # noqa: S310  # our own server
        assert arn in answer.read().decode()

    assert pending(client, arn) == "false"


def test_a_raw_message_comes_without_its_envelope(client: Client, topic: str, endpoint: Endpoint) -> None:
    sns = client("sns")
    raw = {"RawMessageDelivery": "true"}
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=endpoint.url, Attributes=raw)
    _, asked = endpoint.next()
    sns.confirm_subscription(TopicArn=topic, Token=asked["Token"])

    sns.publish(TopicArn=topic, Message='{"bare": true}')

    headers, heard = endpoint.next()
    assert heard == {"bare": True}
    assert headers["x-amz-sns-rawdelivery"] == "true"


def test_a_token_that_was_never_given_or_is_too_old_confirms_nothing(
    practice: Practice, client: Client, refused: Refused, topic: str, endpoint: Endpoint
) -> None:
    sns = client("sns")
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=endpoint.url)
    _, asked = endpoint.next()

    with refused("InvalidParameter"):
        sns.confirm_subscription(TopicArn=topic, Token="0" * 64)
    practice.clock.jump(timedelta(days=2, minutes=1))
    with refused("InvalidParameter"):
        sns.confirm_subscription(TopicArn=topic, Token=asked["Token"])
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(asked["SubscribeURL"]).close()  # noqa: S310  # our own server

    (listed,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert listed["SubscriptionArn"] == "PendingConfirmation"


def test_an_address_of_another_kind_than_the_protocol_is_refused(client: Client, refused: Refused, topic: str) -> None:
    with refused("InvalidParameter"):
        client("sns").subscribe(TopicArn=topic, Protocol="https", Endpoint="http://127.0.0.1/")


def test_an_endpoint_elsewhere_is_never_posted_to_and_stays_pending(client: Client, topic: str) -> None:
    sns = client("sns")
    sns.subscribe(TopicArn=topic, Protocol="https", Endpoint="https://hook.example/")

    (listed,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert listed["SubscriptionArn"] == "PendingConfirmation"


@pytest.mark.parametrize(
    ("endpoint", "here"),
    [
        ("http://127.0.0.1:8080/hook", True),
        ("http://127.9.9.9/", True),
        ("http://[::1]:8080/", True),
        ("http://localhost/", True),
        ("http://hook.example/", False),
        ("http://127.0.0.1.example/", False),
        ("http://127.0.0.1@hook.example/", False),
        ("http://10.0.0.1/", False),
        ("http://169.254.169.254/latest/", False),
        ("http://[bad/", False),
    ],
)
def test_only_this_machine_is_here(endpoint: str, here: bool) -> None:
    assert is_here(endpoint) is here
