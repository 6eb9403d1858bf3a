"""The Query protocol, a form in and XML out: SES v1, SNS, STS, and SQS as older clients speak it."""

from __future__ import annotations

import base64
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from sendready.practice.aws.wire_xml import append, document, scalar, written

SQS_NAMES = {
    "AttributeNameList": "AttributeName",
    "BatchResultErrorEntryList": "BatchResultErrorEntry",
    "DeleteMessageBatchRequestEntryList": "DeleteMessageBatchRequestEntry",
    "DeleteMessageBatchResultEntryList": "DeleteMessageBatchResultEntry",
    "MessageAttributeNameList": "MessageAttributeName",
    "MessageBodyAttributeMap": "MessageAttribute",
    "MessageList": "Message",
    "MessageSystemAttributeList": "AttributeName",
    "MessageSystemAttributeMap": "Attribute",
    "QueueAttributeMap": "Attribute",
    "QueueUrlList": "QueueUrl",
    "TagKeyList": "TagKey",
    "TagMap": "Tag",
}
"""How SQS's flattened lists and maps were called before its model spoke JSON (botocore up to 1.29)."""
SQS_KEYS = {"TagMap": ("Key", "Value")}

NOT_MEMBERS = frozenset({"Action", "Version"})


def parse(service: str, shape: Shape, form: dict[str, str]) -> dict[str, Any]:
    """The members of a Query request; a parameter that belongs to none is kept under its own name."""
    used: set[str] = set()

    def read(shape: Shape, prefix: str) -> Any:  # noqa: ANN401  # any shape's value
        if isinstance(shape, StructureShape):
            return _structure(service, shape, prefix, form, read)
        if isinstance(shape, ListShape):
            return _list(service, shape, prefix, form, read)
        if isinstance(shape, MapShape):
            return _map(service, shape, prefix, form, read)
        if prefix not in form:
            return None
        used.add(prefix)
        if shape.type_name == "blob":
            return base64.b64decode(form[prefix])
        return scalar(shape, form[prefix])

    members: dict[str, Any] = read(shape, "") or {}
    strays = {key: value for key, value in form.items() if key not in used | NOT_MEMBERS}
    return members | strays


def render(
    service: str, operation: str, shape: Shape | None, answer: dict[str, Any], request_id: str, namespace: str
) -> bytes:
    """The XML answer of a Query service."""
    root = ET.Element(f"{operation}Response", xmlns=namespace)
    if isinstance(shape, StructureShape):
        result = ET.SubElement(root, shape.serialization.get("resultWrapper", f"{operation}Result"))
        for name, member in shape.members.items():
            if answer.get(name) is None:
                continue
            if service == "sqs" and member.name in SQS_NAMES:
                _sqs_flat(result, member, answer[name])
            else:
                append(result, member.serialization.get("name", name), member, answer[name])
    metadata = ET.SubElement(root, "ResponseMetadata")
    ET.SubElement(metadata, "RequestId").text = request_id
    return document(root)


def _sqs_flat(parent: ET.Element, shape: Shape, value: Any) -> None:  # noqa: ANN401  # any shape's value
    name = SQS_NAMES[shape.name]
    if isinstance(shape, MapShape):
        key_name, value_name = SQS_KEYS.get(shape.name, ("Name", "Value"))
        for key, item in value.items():
            entry = ET.SubElement(parent, name)
            ET.SubElement(entry, key_name).text = key
            if isinstance(shape.value, StructureShape):
                append(entry, value_name, shape.value, item)
            else:
                ET.SubElement(entry, value_name).text = written(shape.value, item)
    elif isinstance(shape, ListShape):
        for item in value:
            if not isinstance(shape.member, StructureShape):
                ET.SubElement(parent, name).text = written(shape.member, item)
                continue
            entry = ET.SubElement(parent, name)
            for member_name, member in shape.member.members.items():
                if item.get(member_name) is None:
                    continue
                if member.name in SQS_NAMES:
                    _sqs_flat(entry, member, item[member_name])
                else:
                    append(entry, member_name, member, item[member_name])


Reader = Callable[[Shape, str], Any]


def _structure(
    service: str, shape: StructureShape, prefix: str, form: dict[str, str], read: Reader
) -> dict[str, Any] | None:
    found = {}
    for name, member in shape.members.items():
        wire_name = member.serialization.get("name", name)
        if service == "sqs" and member.name in SQS_NAMES:
            wire_name = SQS_NAMES[member.name]
        value = read(member, f"{prefix}.{wire_name}" if prefix else wire_name)
        if value is not None:
            found[name] = value
    return found or None


def _list(service: str, shape: ListShape, prefix: str, form: dict[str, str], read: Reader) -> list[Any] | None:
    flat = service == "sqs" or shape.serialization.get("flattened")
    inner = prefix if flat else f"{prefix}.{shape.member.serialization.get('name', 'member')}"
    if form.get(prefix) == "":
        return []
    return [read(shape.member, f"{inner}.{number}") for number in _numbers(form, inner)] or None


def _map(service: str, shape: MapShape, prefix: str, form: dict[str, str], read: Reader) -> dict[str, Any] | None:
    if service == "sqs":
        inner = prefix
        key_name, value_name = SQS_KEYS.get(shape.name, ("Name", "Value"))
    else:
        inner = prefix if shape.serialization.get("flattened") else f"{prefix}.entry"
        key_name = shape.key.serialization.get("name", "key")
        value_name = shape.value.serialization.get("name", "value")
    return {
        str(read(shape.key, f"{inner}.{number}.{key_name}")): read(shape.value, f"{inner}.{number}.{value_name}")
        for number in _numbers(form, inner)
    } or None


def _numbers(form: dict[str, str], prefix: str) -> list[int]:
    heads = {key[len(prefix) + 1 :].partition(".")[0] for key in form if key.startswith(f"{prefix}.")}
    return sorted(int(head) for head in heads if head.isdigit())
