"""XML bodies: Route 53's requests and answers, and the error document the Query services share."""

from __future__ import annotations

import xml.etree.ElementTree as ET  # bodies come from this machine, and expat fetches no external entity
from datetime import UTC, datetime
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from sendready.practice.aws.errors import AwsError

HEADER = b'<?xml version="1.0"?>\n'


def moment(text: str) -> datetime:
    """A point in time, written as seconds since the epoch or in ISO 8601.

    Raises:
        AwsError: It is neither.
    """
    try:
        return datetime.fromtimestamp(float(text), UTC)
    except ValueError:
        pass
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise AwsError("SerializationException", f"{text!r} is not a timestamp.") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def scalar(shape: Shape, text: str) -> Any:  # noqa: ANN401  # any scalar type
    """A value written as text, in the type of its shape; what does not fit stays text, to be refused."""
    try:
        match shape.type_name:
            case "integer" | "long":
                return int(text)
            case "float" | "double":
                return float(text)
            case "boolean":
                return {"true": True, "false": False}.get(text.lower(), text)
            case "timestamp":
                return moment(text)
            case _:
                return text
    except ValueError:
        return text


def written(shape: Shape, value: object) -> str:
    """The text of a scalar."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return str(value)


def parse(shape: Shape, body: bytes) -> dict[str, Any]:
    """The members in the body of a rest-xml request.

    Raises:
        AwsError: The body is not XML.
    """
    if not body.strip():
        return {}
    try:
        root = ET.fromstring(body)  # noqa: S314
    except ET.ParseError as error:
        raise AwsError("InvalidInput", f"The request body is not XML: {error}") from None
    found = _value(shape, root)
    return found if isinstance(found, dict) else {}


def render(shape: Shape | None, answer: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    """The body and the headers of a rest-xml answer."""
    if not isinstance(shape, StructureShape):
        return b"", {}
    headers: dict[str, str] = {}
    root = ET.Element(shape.name, xmlns="https://route53.amazonaws.com/doc/2013-04-01/")
    for name, member in shape.members.items():
        if answer.get(name) is None:
            continue
        wire_name = member.serialization.get("name", name)
        if member.serialization.get("location") == "header":
            headers[wire_name] = written(member, answer[name])
        else:
            append(root, wire_name, member, answer[name])
    return document(root), headers


def append(parent: ET.Element, name: str, shape: Shape, value: Any) -> None:  # noqa: ANN401  # any shape's value
    """Adds a value to `parent` under `name`, in the form its shape asks for."""
    if isinstance(shape, ListShape):
        flat = bool(shape.serialization.get("flattened"))
        holder = parent if flat else ET.SubElement(parent, name)
        item_name = name if flat else shape.member.serialization.get("name", "member")
        for item in value:
            append(holder, item_name, shape.member, item)
    elif isinstance(shape, MapShape):
        holder = ET.SubElement(parent, name)
        for key, item in value.items():
            entry = ET.SubElement(holder, "entry")
            append(entry, shape.key.serialization.get("name", "key"), shape.key, key)
            append(entry, shape.value.serialization.get("name", "value"), shape.value, item)
    elif isinstance(shape, StructureShape):
        holder = ET.SubElement(parent, name)
        for member_name, member in shape.members.items():
            if value.get(member_name) is not None:
                append(holder, member.serialization.get("name", member_name), member, value[member_name])
    else:
        ET.SubElement(parent, name).text = written(shape, value)


def error(code: str, message: str, status: int, request_id: str) -> bytes:
    """The error document of the Query services and of Route 53."""
    root = ET.Element("ErrorResponse")
    inner = ET.SubElement(root, "Error")
    ET.SubElement(inner, "Type").text = "Sender" if status < 500 else "Receiver"
    ET.SubElement(inner, "Code").text = code
    ET.SubElement(inner, "Message").text = message
    ET.SubElement(root, "RequestId").text = request_id
    return document(root)


def document(root: ET.Element) -> bytes:
    """A whole document, declaration included."""
    body: bytes = ET.tostring(root, encoding="utf-8")
    return HEADER + body


def _value(shape: Shape, node: ET.Element) -> Any:  # noqa: ANN401  # any shape's value
    if isinstance(shape, StructureShape):
        names = {member.serialization.get("name", name): name for name, member in shape.members.items()}
        found: dict[str, Any] = {}
        for child in node:
            tag = child.tag.rpartition("}")[2]
            name = names.get(tag, tag)
            found[name] = _value(shape.members[name], child) if name in shape.members else child.text
        return found
    if isinstance(shape, ListShape):
        return [_value(shape.member, child) for child in node]
    return scalar(shape, node.text or "")
