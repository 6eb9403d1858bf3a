"""A request as it came and an answer as it leaves, and which of the four protocols reads and writes them."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from sendready.practice.aws import wire_query, wire_xml
from sendready.practice.aws.errors import AwsError, Protocol
from sendready.practice.aws.outages import Outage

JSON = "application/json"
AMAZON_JSON = "application/x-amz-json-1.{}"
NAMESPACES = {
    "sqs": "http://queue.amazonaws.com/doc/2012-11-05/",
}
"""XML name spaces of services whose model no longer tells them."""


@dataclass(frozen=True)
class Request:
    """One HTTP request."""

    method: str
    target: str
    """Path and query as sent."""
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes
    client: str = "127.0.0.1"

    @property
    def path(self) -> str:
        """The path, still percent-encoded."""
        return urlsplit(self.target).path

    @property
    def query(self) -> list[tuple[str, str]]:
        """The decoded query, in order."""
        return parse_qsl(urlsplit(self.target).query, keep_blank_values=True)

    @property
    def form(self) -> dict[str, str]:
        """The decoded form of a Query request."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True)) or dict(self.query)


@dataclass(frozen=True)
class Response:
    """One HTTP answer."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    lost: Outage | None = None
    """How it gets lost on its way: NO_ANSWER, or HALF_ANSWER, where the connection ends in the middle of the body."""


def parse(protocol: Protocol, operation: OperationModel, request: Request, in_path: dict[str, str]) -> dict[str, Any]:
    """The members of a request, as boto3 would have been given them (datetimes, bytes, numbers).

    Raises:
        AwsError: The body cannot be read.
    """
    shape = operation.input_shape
    if shape is None:
        return {}
    match protocol:
        case Protocol.QUERY:
            return wire_query.parse(operation.service_model.service_name, shape, request.form)
        case Protocol.JSON:
            return _from_document(shape, request.body)
        case Protocol.REST_JSON:
            return _from_uri(shape, request, in_path) | _from_document(shape, request.body)
        case Protocol.REST_XML:
            return _from_uri(shape, request, in_path) | wire_xml.parse(shape, request.body)


def render(protocol: Protocol, operation: OperationModel, answer: dict[str, Any], request_id: str) -> Response:
    """The HTTP answer that carries `answer`."""
    shape = operation.output_shape
    service = operation.service_model.service_name
    match protocol:
        case Protocol.QUERY:
            namespace = NAMESPACES.get(service) or operation.service_model.metadata.get("xmlNamespace", "")
            body = wire_query.render(service, operation.name, shape, answer, request_id, namespace)
            return Response(200, body, {"Content-Type": "text/xml", "x-amzn-RequestId": request_id})
        case Protocol.REST_XML:
            status = int(operation.http.get("responseCode", 200))
            body, headers = wire_xml.render(shape, answer)
            return Response(status, body, headers | {"Content-Type": "text/xml", "x-amzn-RequestId": request_id})
        case Protocol.JSON | Protocol.REST_JSON:
            document = to_json(shape, answer) if shape else {}
            version = operation.service_model.metadata.get("jsonVersion", "1.0")[-1]
            kind = JSON if protocol is Protocol.REST_JSON else AMAZON_JSON.format(version)
            headers = {"Content-Type": kind, "x-amzn-RequestId": request_id}
            return Response(200, json.dumps(document).encode(), headers)


def render_error(protocol: Protocol, service: str, error: AwsError, request_id: str) -> Response:
    """The HTTP answer that carries an error."""
    headers = {"x-amzn-RequestId": request_id}
    match protocol:
        case Protocol.QUERY | Protocol.REST_XML:
            code = error.query_code if protocol is Protocol.QUERY and error.query_code else error.code
            body = wire_xml.error(code, error.message, error.status, request_id)
            return Response(error.status, body, headers | {"Content-Type": "text/xml"})
        case Protocol.REST_JSON:
            headers |= {"Content-Type": JSON, "x-amzn-ErrorType": error.code}
            return Response(error.status, json.dumps({"message": error.message}).encode(), headers)
        case Protocol.JSON:
            # The JSON services answer every refusal with 400, whatever its status would be elsewhere.
            status = error.status if error.status >= 500 else 400
            name = f"com.amazonaws.{service}#{error.code}" if service == "sqs" else error.code
            if service == "sqs":
                headers["x-amzn-query-error"] = f"{error.query_code or error.code};Sender"
            headers |= {"Content-Type": AMAZON_JSON.format(0 if service == "sqs" else 1)}
            return Response(status, json.dumps({"__type": name, "message": error.message}).encode(), headers)


def to_json(shape: Shape, value: Any) -> Any:  # noqa: ANN401  # JSON is any of its types
    """A value in the form JSON carries it."""
    if isinstance(shape, StructureShape):
        return {
            member.serialization.get("name", name): to_json(member, value[name])
            for name, member in shape.members.items()
            if value.get(name) is not None
        }
    if isinstance(shape, ListShape):
        return [to_json(shape.member, item) for item in value]
    if isinstance(shape, MapShape):
        return {key: to_json(shape.value, item) for key, item in value.items()}
    if isinstance(value, datetime):
        if shape.serialization.get("timestampFormat") == "iso8601":
            return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return round(value.timestamp(), 3)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def _from_document(shape: Shape, body: bytes) -> dict[str, Any]:
    members: dict[str, Any] = _from_json(shape, _json_body(body))
    return members


def _from_json(shape: Shape, value: Any) -> Any:  # noqa: ANN401  # JSON is any of its types
    if value is None:
        return None
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        names = {member.serialization.get("name", name): name for name, member in shape.members.items()}
        known = {names[key]: _from_json(shape.members[names[key]], item) for key, item in value.items() if key in names}
        unknown = {key: item for key, item in value.items() if key not in names}
        return {name: item for name, item in (known | unknown).items() if item is not None}
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [_from_json(shape.member, item) for item in value]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {key: _from_json(shape.value, item) for key, item in value.items()}
    if shape.type_name == "timestamp":
        return wire_xml.moment(str(value))
    if shape.type_name == "blob" and isinstance(value, str):
        return base64.b64decode(value)
    return value


def _json_body(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        document = json.loads(body)
    except ValueError:
        raise AwsError("SerializationException", "The request body is not JSON.") from None
    if not isinstance(document, dict):
        raise AwsError("SerializationException", "The request body is not a JSON object.")
    return document


def _from_uri(shape: Shape, request: Request, in_path: dict[str, str]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    query = request.query
    for name, member in shape.members.items() if isinstance(shape, StructureShape) else ():
        wire_name = member.serialization.get("name", name)
        match member.serialization.get("location"):
            case "uri" if wire_name in in_path:
                members[name] = wire_xml.scalar(member, in_path[wire_name])
            case "querystring":
                values = [value for key, value in query if key == wire_name]
                if values and isinstance(member, ListShape):
                    members[name] = [wire_xml.scalar(member.member, value) for value in values]
                elif values:
                    members[name] = wire_xml.scalar(member, values[-1])
            case None if request.method == "GET" and any(key == wire_name for key, _ in query):
                # Before the list operations moved to POST, these members travelled in the query.
                members[name] = wire_xml.scalar(member, dict(query)[wire_name])
    return members
