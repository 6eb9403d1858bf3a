"""Route 53 over boto3: the zone the world is sent to, what is in it, and records added to it; nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sendready.model.names import absolute, bare
from sendready.model.observation import Delegation
from sendready.model.ports import HostedZone
from sendready.model.records import Question, RecordType, WantedRecord, master_form
from sendready.world.aws.session import AwsSession


class Route53Adapter:
    """Implements `model.ports.HostedZones`. Only ever sends the action CREATE."""

    def __init__(self, session: AwsSession) -> None:
        self._session = session

    async def find(self, delegation: Delegation) -> HostedZone | None:
        """The public hosted zone of the delegated name whose name servers are in the delegation.

        Several zones may bear one name; the one whose name servers the world is sent to is the one that counts.
        """
        if delegation.zone is None:
            return None
        asked = {bare(server.name) for server in delegation.servers}
        for zone_id in await self._zones_named(delegation.zone):
            answer = await self._session.call("route53", "GetHostedZone", Id=zone_id)
            servers = tuple(bare(name) for name in answer.get("DelegationSet", {}).get("NameServers", ()))
            if asked & set(servers):
                return HostedZone(zone_id, delegation.zone, servers)
        return None

    async def _zones_named(self, name: str) -> list[str]:
        found: list[str] = []
        start: dict[str, Any] = {"DNSName": absolute(name)}
        while True:
            answer = await self._session.call("route53", "ListHostedZonesByName", **start)
            for zone in answer["HostedZones"]:
                if bare(zone["Name"]) != name:
                    return found  # they are sorted by name
                if not zone.get("Config", {}).get("PrivateZone"):
                    found.append(zone["Id"].removeprefix("/hostedzone/"))
            if not answer.get("IsTruncated"):
                return found
            start = {"DNSName": answer["NextDNSName"], "HostedZoneId": answer["NextHostedZoneId"]}

    async def existing(self, zone: HostedZone, names: Sequence[str]) -> Mapping[Question, tuple[str, ...]]:
        """Every record set of ours to ask about at these names."""
        found: dict[Question, tuple[str, ...]] = {}
        for name in names:
            start: dict[str, Any] = {"StartRecordName": absolute(name)}
            while start:
                answer = await self._session.call(
                    "route53", "ListResourceRecordSets", HostedZoneId=zone.id, MaxItems="20", **start
                )
                start = {}
                for record_set in answer["ResourceRecordSets"]:
                    if _unescaped(record_set["Name"]) != name:
                        break
                    if record_set["Type"] in RecordType.__members__:
                        question = Question(name, RecordType(record_set["Type"]))
                        found[question] = found.get(question, ()) + _values(record_set)
                else:
                    if answer.get("IsTruncated"):
                        start = {
                            "StartRecordName": answer["NextRecordName"],
                            "StartRecordType": answer["NextRecordType"],
                        }
                        if "NextRecordIdentifier" in answer:  # weighted and other sets of one name and type
                            start["StartRecordIdentifier"] = answer["NextRecordIdentifier"]
        return found

    async def create(self, zone: HostedZone, records: Sequence[WantedRecord]) -> str:
        """Adds the records, all or none; the change id."""
        answer = await self._session.call(
            "route53",
            "ChangeResourceRecordSets",
            HostedZoneId=zone.id,
            ChangeBatch={
                "Comment": "added by sendready",
                "Changes": [{"Action": "CREATE", "ResourceRecordSet": _record_set(record)} for record in records],
            },
        )
        change_id: str = answer["ChangeInfo"]["Id"]
        return change_id.removeprefix("/change/")


def _record_set(record: WantedRecord) -> dict[str, Any]:
    return {
        "Name": absolute(record.name),
        "Type": record.type.value,
        "TTL": record.ttl,
        "ResourceRecords": [{"Value": master_form(record, octal=True)}],
    }


def _unescaped(name: str) -> str:
    r"""A name as Route 53 lists it (`\052` is an asterisk) in our form."""
    return bare(re.sub(r"\\(\d{3})", lambda found: chr(int(found.group(1), 8)), name))


_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')


def _values(record_set: Mapping[str, Any]) -> tuple[str, ...]:
    """A record set's values in our form; an alias has none of its own and is named as one."""
    if "AliasTarget" in record_set:
        return (f"ALIAS {bare(record_set['AliasTarget']['DNSName'])}",)
    values = [entry["Value"] for entry in record_set.get("ResourceRecords", ())]
    match record_set["Type"]:
        case "TXT":
            return tuple(_text(value) for value in values)
        case "MX":
            return tuple(" ".join((v.split()[0], bare(v.split()[1]))) for v in values)
        case _:
            return tuple(bare(value) for value in values)


def _text(value: str) -> str:
    """The strings joined, their escapes undone; bytes that are no UTF-8 are shown as DNS answers show them."""

    def plain(found: re.Match[bytes]) -> bytes:
        escape = found.group(1)
        return bytes([int(escape, 8)]) if len(escape) == 3 else escape

    pieces = (re.sub(rb"\\([0-3][0-7]{2}|.)", plain, piece.encode()) for piece in _STRING.findall(value))
    return b"".join(pieces).decode("utf-8", "backslashreplace")
