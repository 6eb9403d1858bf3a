"""Route 53 over boto3: the zone the world is sent to, what is in it, records added to it and taken away again."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sendready.model.names import absolute, ancestors, bare, is_registry
from sendready.model.observation import Delegation
from sendready.model.publisher import Found, Zone
from sendready.model.records import Question, RecordType, WantedRecord, master_form
from sendready.world.aws.session import AwsSession


class Route53Publisher:
    """Implements `model.publisher.Publisher`. Adds with the action CREATE, which Route 53 refuses where a set is."""

    host = "Route 53"
    api = "route53:ChangeResourceRecordSets"
    extends = False  # CREATE is for whole record sets
    amends = True  # DELETE names the whole set, and both changes of a batch are made or none

    def __init__(self, session: AwsSession) -> None:
        self._session = session

    async def find(self, delegation: Delegation) -> Found:
        """The public hosted zone of the delegated name whose name servers are in the delegation.

        Several zones may bear one name; the one whose name servers the world is sent to is the one that counts. Where
        there is none, the zones above the domain are looked for, too.
        """
        apex = delegation.zone or delegation.name
        zones, private = await self._zones_named(apex)
        zone = next((zone for zone in zones if zone.is_served_by(delegation)), None)
        if zone is None:
            for name in ancestors(delegation.name):
                if name != apex and not is_registry(name):
                    more, hidden = await self._zones_named(name)
                    zones, private = zones + more, private + hidden
        unasked = sorted((other for other in zones if other is not zone), key=lambda other: -len(other.name))
        return Found(zone, tuple(unasked), tuple(private))

    async def _zones_named(self, name: str) -> tuple[list[Zone], list[Zone]]:
        """The public zones of a name and the private ones; only of the public ones are the servers asked for."""
        public: list[Zone] = []
        private: list[Zone] = []
        start: dict[str, Any] = {"DNSName": absolute(name)}
        while start:
            answer = await self._session.call("route53", "ListHostedZonesByName", **start)
            start = {}
            for listed in answer["HostedZones"]:
                if bare(listed["Name"]) != name:
                    break  # they are sorted by name
                zone = Zone(self.host, name, listed["Id"].removeprefix("/hostedzone/"))
                if listed.get("Config", {}).get("PrivateZone"):
                    private.append(zone)
                else:
                    public.append(replace(zone, servers=await self._servers(zone.id)))
            else:
                if answer.get("IsTruncated"):
                    start = {"DNSName": answer["NextDNSName"], "HostedZoneId": answer["NextHostedZoneId"]}
        return public, private

    async def _servers(self, zone_id: str) -> tuple[str, ...]:
        answer = await self._session.call("route53", "GetHostedZone", Id=zone_id)
        return tuple(bare(name) for name in answer.get("DelegationSet", {}).get("NameServers", ()))

    async def existing(self, zone: Zone, names: Sequence[str]) -> Mapping[Question, tuple[str, ...]]:
        """Every record set of ours to ask about at these names."""
        found: dict[Question, tuple[str, ...]] = {}
        for name in names:
            async for record_set in self._sets_at(zone, name):
                if record_set["Type"] in RecordType.__members__:
                    question = Question(name, RecordType(record_set["Type"]))
                    found[question] = found.get(question, ()) + _values(record_set)
        return found

    async def _sets_at(self, zone: Zone, name: str) -> AsyncIterator[Mapping[str, Any]]:
        start: dict[str, Any] = {"StartRecordName": absolute(name)}
        while start:
            answer = await self._session.call(
                "route53", "ListResourceRecordSets", HostedZoneId=zone.id, MaxItems="20", **start
            )
            start = {}
            for record_set in answer["ResourceRecordSets"]:
                if _unescaped(record_set["Name"]) != name:
                    return
                yield record_set
            if answer.get("IsTruncated"):
                start = {"StartRecordName": answer["NextRecordName"], "StartRecordType": answer["NextRecordType"]}
                if "NextRecordIdentifier" in answer:  # weighted and other sets of one name and type
                    start["StartRecordIdentifier"] = answer["NextRecordIdentifier"]

    async def create(self, zone: Zone, records: Sequence[WantedRecord]) -> str:
        """Adds the records, all or none; the change id."""
        changes = [{"Action": "CREATE", "ResourceRecordSet": _record_set(record)} for record in records]
        return await self._change(zone, "added by sendready", changes)

    async def is_everywhere(self, answer: str) -> bool | None:
        """Whether a change is INSYNC: at every name server of Route 53 (API reference, GetChange)."""
        told = await self._session.call("route53", "GetChange", Id=answer)
        return bool(told["ChangeInfo"]["Status"] == "INSYNC")

    async def remove(self, zone: Zone, record: WantedRecord) -> bool:
        """Deletes the record's set as it is listed; Route 53 refuses where it has changed since."""
        async for record_set in self._sets_at(zone, record.name):
            if record_set["Type"] == record.type and _values(record_set) == (record.value,):
                await self._change(
                    zone, "removed by sendready", [{"Action": "DELETE", "ResourceRecordSet": record_set}]
                )
                return True
        return False

    async def amend(self, zone: Zone, before: str, record: WantedRecord) -> bool:
        """Exchanges one value of the set; the others are sent back just as they were listed."""
        async for record_set in self._sets_at(zone, record.name):
            if (
                record_set["Type"] == record.type
                and before in _values(record_set)
                and "SetIdentifier" not in record_set
            ):
                changed = [
                    {"Value": master_form(record, octal=True)} if _text(entry["Value"]) == before else entry
                    for entry in record_set["ResourceRecords"]
                ]
                after = {**record_set, "ResourceRecords": changed}
                await self._change(
                    zone,
                    "amended by sendready",
                    [
                        {"Action": "DELETE", "ResourceRecordSet": record_set},
                        {"Action": "CREATE", "ResourceRecordSet": after},
                    ],
                )
                return True
        return False

    async def _change(self, zone: Zone, comment: str, changes: list[dict[str, Any]]) -> str:
        answer = await self._session.call_once(
            "route53",
            "ChangeResourceRecordSets",
            HostedZoneId=zone.id,
            ChangeBatch={"Comment": comment, "Changes": changes},
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
