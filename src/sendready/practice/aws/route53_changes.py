"""A Route 53 change batch: checked as a whole, then made as a whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import dns.exception
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype

from sendready.practice.aws.errors import AwsError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Key = tuple[str, str]
"""An absolute name in lower case, and a type."""
Value = tuple[int, tuple[str, ...]]
"""A TTL in seconds, and the values."""
Records = dict[Key, Value]

STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
STRINGS = re.compile(r'\s*"(?:[^"\\]|\\.)*"(?:\s+"(?:[^"\\]|\\.)*")*\s*')
LONGEST_STRING = 255
"""RFC 1035, section 3.3."""


def absolute(name: str) -> str:
    """A name in lower case with its final dot: Route 53 takes every name as absolute."""
    return name.strip().lower().rstrip(".") + "."


def order(name: str) -> tuple[str, ...]:
    """The sort key of Route 53's lists: the labels from the right."""
    return tuple(reversed(name.rstrip(".").split(".")))


def applied(apex: str, records: Mapping[Key, Value], changes: Sequence[Mapping[str, Any]]) -> Records:
    """The records after a batch.

    Raises:
        AwsError: A change is not possible; then none is made (InvalidChangeBatch, with all reasons).
    """
    after: Records = dict(records)
    problems: list[str] = []
    for change in changes:
        wanted = change["ResourceRecordSet"]
        key = (absolute(wanted["Name"]), wanted["Type"])
        found = _problems(apex, key, wanted)
        if not found:
            value = _value(key[1], wanted)
            found = _step(apex, after, change["Action"], key, value)
        problems += found
    problems += [] if problems else _clashes(after)
    if problems:
        raise AwsError("InvalidChangeBatch", f"[{', '.join(problems)}]")
    return after


def _step(apex: str, records: Records, action: str, key: Key, value: Value) -> list[str]:
    name, kind = key
    shown = f"[name='{name}', type='{kind}']"
    match action:
        case "CREATE":
            if key in records:
                return [f"Tried to create resource record set {shown} but it already exists"]
            records[key] = value
        case "UPSERT":
            records[key] = value
        case "DELETE":
            if name == apex and kind in ("NS", "SOA"):
                return [f"A HostedZone must contain exactly one {kind} record"]
            if key not in records:
                return [f"Tried to delete resource record set {shown} but it was not found"]
            if records[key][0] != value[0] or sorted(records[key][1]) != sorted(value[1]):
                return [
                    f"Tried to delete resource record set {shown} but the values provided do not match the "
                    "current values"
                ]
            del records[key]
    return []


def _problems(apex: str, key: Key, wanted: Mapping[str, Any]) -> list[str]:
    name, kind = key
    invalid = "Invalid Resource Record: 'FATAL problem: {} encountered with \\'{}\\''"
    if name != apex and not name.endswith(f".{apex}"):
        return [f"RRSet with DNS name {name} is not permitted in zone {apex}"]
    if not _is_name(name):
        return [f"FATAL problem: InvalidDomainName (Domain name is not valid) encountered with '{name}'"]
    if kind == "CNAME" and name == apex:
        return [f"RRSet of type CNAME with DNS name {name} is not permitted at apex in zone {apex}"]
    values = [record["Value"] for record in wanted.get("ResourceRecords", [])]
    if not values or wanted.get("TTL") is None:
        return [
            "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or "
            f"TrafficPolicyInstanceId], but found none in Change with [Name={name}, Type={kind}]"
        ]
    if len(set(values)) != len(values):
        return [f"Duplicate Resource Record: '{next(one for one in values if values.count(one) > 1)}'"]
    if kind == "CNAME" and len(values) > 1:
        return [f"Too many records in RRSet with DNS name {name} and type CNAME: a CNAME has exactly one value"]
    found = []
    for value in values:
        if kind == "TXT":
            if not STRINGS.fullmatch(value):
                found.append(
                    invalid.format("InvalidCharacterString (Value should be enclosed in quotation marks)", value)
                )
            elif any(len(_unescaped(text)) > LONGEST_STRING for text in STRING.findall(value)):
                found.append(invalid.format("CharacterStringTooLong (Value is too long)", value))
        elif kind == "MX" and not re.fullmatch(r"\d{1,5}\s+\S+", value.strip()):
            found.append(invalid.format("MXRRDATANotTwoFields (MX record doesn't have 2 fields)", value))
        elif not _readable(kind, value):
            found.append(invalid.format("InvalidRecordData (Value is not valid for the type)", value))
    return found


def _value(kind: str, wanted: Mapping[str, Any]) -> Value:
    return int(wanted["TTL"]), tuple(_canonical(kind, record["Value"].strip()) for record in wanted["ResourceRecords"])


def _canonical(kind: str, value: str) -> str:
    """The value with its target absolute: Route 53 takes one without a final dot as absolute."""
    if kind in ("CNAME", "NS", "PTR", "MX", "SRV"):
        head, space, target = value.rpartition(" ")
        return f"{head.strip()}{space}{target.lower().rstrip('.')}."
    return value


def _is_name(name: str) -> bool:
    try:
        dns.name.from_text(name)
    except dns.exception.DNSException:
        return False
    return True


def _readable(kind: str, value: str) -> bool:
    try:
        dns.rdata.from_text(dns.rdataclass.IN, dns.rdatatype.from_text(kind), value, dns.name.root, relativize=False)
    except (dns.exception.DNSException, ValueError):
        return False
    return True


def _clashes(records: Records) -> list[str]:
    aliases = {name for name, kind in records if kind == "CNAME"}
    return [
        f"RRSet of type {kind} with DNS name {name} is not permitted as it conflicts with other records "
        "with the same DNS name in zone"
        for name, kind in sorted(records)
        if name in aliases and kind != "CNAME"
    ]


def _unescaped(text: str) -> str:
    return re.sub(r"\\(\d{3}|.)", "x", text)
