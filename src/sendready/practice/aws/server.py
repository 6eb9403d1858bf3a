"""The HTTP server of the practice AWS: finds the operation behind a request and answers it."""

from __future__ import annotations

import re
import socket
import socketserver
import threading
import traceback
import uuid
from collections.abc import Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from typing import NamedTuple

from sendready.practice.aws import (
    authority,
    cloudwatch,
    events,
    firehose,
    iam,
    kms,
    route53,
    ses_v1,
    sesv2,
    sns,
    sqs,
    sts,
)
from sendready.practice.aws.cloud import Call, Cloud, Operations, Principal
from sendready.practice.aws.errors import (
    AwsError,
    HangUpError,
    Protocol,
    UnfaithfulError,
    access_denied,
    invalid,
    throttled,
    unknown_key,
    unknown_operation,
    unsigned,
)
from sendready.practice.aws.models import service_models
from sendready.practice.aws.outages import Outage, Outages
from sendready.practice.aws.validate import faithful, message, violations, without_newer
from sendready.practice.aws.verification import click
from sendready.practice.aws.wire import Request, Response, parse, render, render_error

CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
SIGNING_NAMES = {"monitoring": "cloudwatch", "email": "ses"}
SERVICES: dict[str, Operations] = {
    "sesv2": sesv2.OPERATIONS,
    "ses": ses_v1.OPERATIONS,
    "route53": route53.OPERATIONS,
    "sns": sns.OPERATIONS,
    "sqs": sqs.OPERATIONS,
    "sts": sts.OPERATIONS,
    "events": events.OPERATIONS,
    "cloudwatch": cloudwatch.OPERATIONS,
    "kms": kms.OPERATIONS,
    "iam": iam.OPERATIONS,
    "firehose": firehose.OPERATIONS,
}
CLICK = "/practice/click/"


class Recorded(NamedTuple):
    """One request that was answered."""

    service: str
    operation: str
    region: str
    account: str
    status: int
    """HTTP status; 0 where the connection was cut."""


class AwsServer:
    """The practice AWS on a free port of 127.0.0.1.

    `deny`, `fail` and `lift` make things go wrong; `calls` tells what was asked.
    """

    latency: float
    """How long each answer takes to come, practice seconds: the way to AWS and back."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.latency = 0.0
        self.models = service_models()
        self.outages = Outages()
        self._calls: list[Recorded] = []
        self._lock = threading.Lock()
        self._http: _Http | None = None

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`, the endpoint of every service."""
        return self.cloud.url

    @property
    def calls(self) -> list[Recorded]:
        """Every request so far, in the order they were answered."""
        with self._lock:
            return list(self._calls)

    def start(self) -> None:
        """Begins to listen."""
        self._http = _Http(self)
        self.cloud.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, name="practice-aws", daemon=True
        ).start()

    def stop(self) -> None:
        """Stops listening and cuts the connections that are still open; may be called again."""
        http, self._http = self._http, None
        if http is not None:
            http.shutdown()
            http.server_close()
            http.cut()

    def deny(self, action: str) -> None:
        """Denies an IAM action, such as `ses:GetEmailIdentity` or `route53:*`."""
        self.outages.deny(action)

    def fail(self, operation: str, error: AwsError | Outage, *, times: int | None = 1, each: bool = False) -> None:
        """Answers the next `times` calls of `operation` (`*`: any; `each`: of every one) with `error`."""
        self.outages.fail(operation, error, times=times, each=each)

    def lift(self) -> None:
        """Ends every denial and failure that was ordered."""
        self.outages.lift()

    def handle(self, request: Request) -> Response:
        """The answer to one request.

        Raises:
            HangUpError: There is to be none.
        """
        if request.path.startswith(CLICK):
            found = click(self.cloud, request.path.removeprefix(CLICK))
            text = b"Congratulations! The address is verified.\n" if found else b"This link has expired.\n"
            return Response(200 if found else 410, text, {"Content-Type": "text/plain"})
        if request.method == "GET" and ("Action", "ConfirmSubscription") in request.query:
            return _visited(self.cloud, dict(request.query))
        if self.latency:
            self.cloud.stopped.wait(self.cloud.clock.real_seconds(self.latency))
        service, region, key = _addressed(request)
        protocol = self.models.protocol(service, has_target="x-amz-target" in request.headers)
        request_id = str(uuid.uuid4())
        operation, in_path = self._operation(service, protocol, request)
        principal = self.cloud.principal(key) if key else None
        status = 0
        try:
            response = self._answer(service, protocol, operation, in_path, region, key, principal, request, request_id)
            status = response.status
            response = replace(response, lost=self.outages.loses(operation))
        except AwsError as error:
            response = render_error(protocol, service, error, request_id)
            status = response.status
        except HangUpError:
            raise
        except UnfaithfulError as fault:
            response = render_error(protocol, service, _our_fault(str(fault)), request_id)
            status = response.status
        except Exception:  # a fault of ours must reach the developer as an answer, not as a silent hang-up
            response = render_error(protocol, service, _our_fault(traceback.format_exc()), request_id)
            status = response.status
        finally:
            account = principal.account if principal else ""
            with self._lock:
                self._calls.append(Recorded(service, operation, region, account, status))
        return response

    def _operation(self, service: str, protocol: Protocol, request: Request) -> tuple[str, dict[str, str]]:
        match protocol:
            case Protocol.QUERY:
                return request.form.get("Action", ""), {}
            case Protocol.JSON:
                return request.headers.get("x-amz-target", "").rpartition(".")[2], {}
            case _:
                route = self.models.route(service, request.method, request.path)
                return route or (f"{request.method} {request.path}", {})

    def _answer(
        self,
        service: str,
        protocol: Protocol,
        operation: str,
        in_path: dict[str, str],
        region: str,
        key: str,
        principal: Principal | None,
        request: Request,
        request_id: str,
    ) -> Response:
        if not key:
            raise unsigned(protocol)
        if principal is None:
            raise unknown_key(protocol)
        self.outages.strike(service, operation, protocol)
        model = self.models.operation(service, operation) if service in SERVICES else None
        if model is None or operation not in SERVICES[service]:
            raise unknown_operation(protocol, operation)
        if (
            service in ("ses", "sesv2")
            and operation != "SendEmail"
            and not self.cloud.throttle.allows(principal.account, region, operation)
        ):
            raise throttled(service, operation)
        wanted = parse(protocol, model, request, in_path)
        call = Call(self.cloud, service, operation, principal.account, region, principal, wanted, request.client)
        action, resource = authority.action_and_resource(call)
        if self.outages.denies(action) and action != "sts:GetCallerIdentity":
            raise access_denied(service, protocol, authority.refusal(call, action, resource))
        found = violations(model.input_shape, wanted) if model.input_shape else []
        if found:
            raise invalid(service, message(found))
        answer = {name: value for name, value in SERVICES[service].answer(call).items() if value is not None}
        answer = without_newer(model.output_shape, answer)
        faithful(model.output_shape, answer, f"{service} {operation}")
        return render(protocol, model, answer, request_id)


def _visited(cloud: Cloud, query: Mapping[str, str]) -> Response:
    """The URL by which an endpoint confirms its subscription; like the real one it needs no signature."""
    try:
        found = sns.confirm_token(cloud, query.get("TopicArn", ""), query.get("Token", ""))
    except AwsError as error:
        return render_error(Protocol.QUERY, "sns", error, str(uuid.uuid4()))
    text = f"<ConfirmSubscriptionResponse><ConfirmSubscriptionResult><SubscriptionArn>{found.arn}</SubscriptionArn>"
    text += "</ConfirmSubscriptionResult></ConfirmSubscriptionResponse>\n"
    return Response(200, text.encode(), {"Content-Type": "text/xml"})


def _our_fault(text: str) -> AwsError:
    return AwsError("InternalFailure", f"The practice server is at fault, not the caller: {text}")


def _addressed(request: Request) -> tuple[str, str, str]:
    """Service, region and access key of a request, from the scope of its signature."""
    found = CREDENTIAL.search(request.headers.get("authorization", ""))
    key, region, name = found.groups() if found else ("", "us-east-1", "")
    service = SIGNING_NAMES.get(name, name)
    if service in ("ses", "") and request.path.startswith(("/v1/", "/v2/")):
        service = "sesv2"
    if service == "" and request.path.startswith("/2013-04-01/"):
        service = "route53"
    return service or "sts", region, key


class _Http(socketserver.ThreadingTCPServer):
    """The listening socket; each connection has a daemon thread.

    Not `http.server.HTTPServer`, which asks the machine's resolver for its own name before it listens.
    """

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, aws: AwsServer) -> None:
        self.aws = aws
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Connection)

    def opened(self, connection: socket.socket) -> None:
        """Remembers a connection, so that `cut` can end it."""
        with self._guard:
            self._open.add(connection)

    def closed(self, connection: socket.socket) -> None:
        """Forgets a connection."""
        with self._guard:
            self._open.discard(connection)

    def cut(self) -> None:
        """Ends every connection that is still open."""
        with self._guard:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:  # the client was faster
                    continue

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is nothing to report."""


class _Connection(BaseHTTPRequestHandler):
    """One client's connection, kept alive between requests."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Http

    def setup(self) -> None:
        super().setup()
        self.server.opened(self.connection)

    def finish(self) -> None:
        self.server.closed(self.connection)
        super().finish()

    def answer(self) -> None:
        """Reads one request and answers it."""
        request = Request(
            self.command,
            self.path,
            {name.lower(): value for name, value in self.headers.items()},
            self._body(),
            str(self.client_address[0]),
        )
        try:
            response = self.server.aws.handle(request)
        except HangUpError:
            self.close_connection = True
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            self.connection.close()
            return
        if response.lost is Outage.NO_ANSWER:
            self.close_connection = True
            self.connection.recv(1)  # until the client has had enough
            return
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        halved = response.lost is Outage.HALF_ANSWER
        if self.command != "HEAD":
            self.wfile.write(response.body[: len(response.body) // 2] if halved else response.body)
        self.wfile.flush()
        self.close_connection = self.close_connection or halved

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = answer  # noqa: N815  # names the base class calls

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """Practice keeps quiet; what was asked stands in `calls`."""

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            body = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))
