"""Route 53: hosted zones and their records, served by the practice DNS a moment after they change."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sendready.practice.aws.cloud import Call, Cloud, Members, Operations, base32
from sendready.practice.aws.errors import AwsError
from sendready.practice.aws.route53_changes import Key, Records, absolute, applied, order
from sendready.practice.dns.zones import Zone

OPERATIONS = Operations()
VISIBLE = 1.0
"""From a change to the answers of the name servers, practice seconds."""
UNASKED_SERVERS = (
    "ns-0.awsdns-00.com",
    "ns-512.awsdns-00.net",
    "ns-1024.awsdns-00.org",
    "ns-1536.awsdns-00.co.uk",
)
"""Of zones that nobody is sent to: Route 53 never gives two zones of one name the same servers."""
IN_SYNC = timedelta(seconds=5)
"""From a change until GetChange says INSYNC."""


@dataclass
class HostedZone:
    """One hosted zone."""

    id: str
    """Without the prefix `/hostedzone/`."""
    name: str
    """Absolute, lower case."""
    reference: str
    comment: str
    private: bool
    vpcs: list[dict[str, str]]
    records: Records = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    served: bool = False
    """Whether the practice DNS serves this very zone."""
    pending: int = 0
    """How many changes the name servers do not have yet."""


@dataclass
class Route53:
    """Everything of one account; Route 53 knows no regions."""

    zones: dict[str, HostedZone] = field(default_factory=dict)
    changes: dict[str, datetime] = field(default_factory=dict)
    """When each change was made, by its id."""


def of_account(cloud: Cloud, account: str) -> Route53:
    """Route 53 of one account."""
    return cloud.state(Route53, account, "")


def host(
    cloud: Cloud,
    account: str,
    name: str,
    *,
    reference: str,
    comment: str = "",
    vpc: dict[str, str] | None = None,
) -> HostedZone:
    """Makes a hosted zone; a public one is delegated at once, for practice's registrar is friendly."""
    apex = absolute(name)
    zone_id = "Z" + base32(f"{account} {apex} {cloud.next_id()}", 20)
    zone = HostedZone(zone_id, apex, reference, comment, vpc is not None, [vpc] if vpc else [])
    live = None if zone.private else cloud.zones.get(apex)
    if not zone.private and live is None:
        live = cloud.zones.create(apex)
        zone.served = True
    elif live is not None and not _taken(cloud, apex):
        zone.served = True
    read_from(zone, live)
    of_account(cloud, account).zones[zone_id] = zone
    return zone


def read_from(zone: HostedZone, live: Zone | None) -> None:
    """Takes over the records the practice DNS has; a zone that is not served has SOA and NS of its own."""
    if live is not None and zone.served:
        zone.records = {(one.name, one.rtype): (one.ttl, tuple(one.values)) for one in live.record_sets()}
        return
    servers = tuple(map(absolute, UNASKED_SERVERS))
    soa = f"{servers[0]} awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400"
    zone.records = {(zone.name, "NS"): (172800, servers), (zone.name, "SOA"): (900, (soa,))}


def serve(cloud: Cloud, zone: HostedZone) -> None:
    """Makes the practice DNS answer with the zone's records."""
    with cloud.lock:
        zone.pending -= 1
        _serve(cloud, zone)


def _serve(cloud: Cloud, zone: HostedZone) -> None:
    live = cloud.zones.get(zone.name) if zone.served else None
    if live is None:
        return
    wanted = {key: value for key, value in zone.records.items() if key[1] != "SOA"}
    present = {(one.name, one.rtype): (one.ttl, tuple(one.values)) for one in live.record_sets() if one.rtype != "SOA"}
    for name, kind in present.keys() - wanted.keys():
        live.delete(name, kind)
    for (name, kind), (ttl, values) in wanted.items():
        if present.get((name, kind)) != (ttl, values):
            live.put(name, kind, ttl, values)


def _taken(cloud: Cloud, apex: str) -> bool:
    return any(
        zone.served and zone.name == apex for state in cloud.states(Route53).values() for zone in state.zones.values()
    )


@OPERATIONS("CreateHostedZone")
def create(call: Call) -> Members:
    """Makes a hosted zone with its SOA and NS records."""
    state = of_account(call.cloud, call.account)
    name = absolute(call["Name"])
    if name.count(".") < 2 and not call.get("VPC"):
        raise AwsError("InvalidDomainName", f"{name} is reserved by AWS!")
    if any(zone.reference == call["CallerReference"] for zone in state.zones.values()):
        raise AwsError(
            "HostedZoneAlreadyExists",
            f"A hosted zone has already been created with the specified caller reference: {call['CallerReference']}",
        )
    comment = call.get("HostedZoneConfig", {}).get("Comment", "")
    try:
        zone = host(
            call.cloud,
            call.account,
            name,
            reference=call["CallerReference"],
            comment=comment,
            vpc=call.get("VPC"),
        )
    except ValueError as error:
        raise AwsError("InvalidDomainName", str(error)) from None
    answer = _whole(call, zone) | {
        "ChangeInfo": _change(call, state),
        "Location": f"https://route53.amazonaws.com/2013-04-01/hostedzone/{zone.id}",
    }
    answer.pop("VPCs", None)
    # A private zone shows servers once, at its creation: the model requires them, though nobody can ask them.
    answer.setdefault("DelegationSet", {"NameServers": list(UNASKED_SERVERS)})
    return answer | ({"VPC": zone.vpcs[0]} if zone.vpcs else {})


@OPERATIONS("GetHostedZone")
def get(call: Call) -> Members:
    """One zone with its name servers."""
    return _whole(call, _zone(call, call["Id"]))


@OPERATIONS("DeleteHostedZone")
def delete(call: Call) -> Members:
    """Deletes a zone that has only its SOA and NS left."""
    zone = _zone(call, call["Id"])
    if any(key not in ((zone.name, "NS"), (zone.name, "SOA")) for key in zone.records):
        raise AwsError(
            "HostedZoneNotEmpty",
            "The specified hosted zone contains non-required resource record sets and so cannot be deleted.",
        )
    state = of_account(call.cloud, call.account)
    del state.zones[zone.id]
    if zone.served and call.cloud.zones.get(zone.name) is not None:
        call.cloud.zones.remove(zone.name)
    return {"ChangeInfo": _change(call, state)}


@OPERATIONS("ListHostedZones")
def list_all(call: Call) -> Members:
    """One page of zones."""
    zones = sorted(_zones(call), key=lambda zone: zone.id)
    start = call.get("Marker")
    if start:
        zones = [zone for zone in zones if zone.id >= start]
    size = _size(call)
    rest = zones[size:]
    answer: Members = {
        "HostedZones": [_shown(zone) for zone in zones[:size]],
        "IsTruncated": bool(rest),
        "MaxItems": str(size),
    }
    answer["Marker"] = call.get("Marker", "")
    return answer | ({"NextMarker": rest[0].id} if rest else {})


@OPERATIONS("ListHostedZonesByName")
def list_by_name(call: Call) -> Members:
    """One page of zones by reversed labels, from `DNSName` on: the zones after it come too."""
    zones = sorted(_zones(call), key=lambda zone: (order(zone.name), zone.id))
    name, zone_id = call.get("DNSName"), call.get("HostedZoneId")
    if zone_id and not name:
        raise AwsError("InvalidInput", "HostedZoneId requires DNSName.")
    if name:
        start = (order(absolute(name)), (zone_id or "").rpartition("/")[2])
        zones = [zone for zone in zones if (order(zone.name), zone.id) >= start]
    size = _size(call)
    rest = zones[size:]
    answer: Members = {
        "HostedZones": [_shown(zone) for zone in zones[:size]],
        "IsTruncated": bool(rest),
        "MaxItems": str(size),
    }
    answer |= {"DNSName": name} if name else {}
    answer |= {"HostedZoneId": zone_id} if zone_id else {}
    return answer | ({"NextDNSName": rest[0].name, "NextHostedZoneId": rest[0].id} if rest else {})


@OPERATIONS("GetHostedZoneCount")
def count(call: Call) -> Members:
    """How many zones the account has."""
    return {"HostedZoneCount": len(of_account(call.cloud, call.account).zones)}


@OPERATIONS("ListResourceRecordSets")
def list_records(call: Call) -> Members:
    """One page of records in the order of their reversed labels, from a name and type on."""
    zone = _zone(call, call["HostedZoneId"])
    keys: list[Key] = sorted(zone.records, key=lambda key: (order(key[0]), key[1]))
    name, kind = call.get("StartRecordName"), call.get("StartRecordType")
    if kind and not name:
        raise AwsError("InvalidInput", "StartRecordType requires StartRecordName.")
    if name:
        start = (order(absolute(name)), kind or "")
        keys = [key for key in keys if (order(key[0]), key[1]) >= start]
    size = _size(call, 300)
    rest = keys[size:]
    answer: Members = {
        "ResourceRecordSets": [_record_set(key, *zone.records[key]) for key in keys[:size]],
        "IsTruncated": bool(rest),
        "MaxItems": str(size),
    }
    return answer | ({"NextRecordName": rest[0][0], "NextRecordType": rest[0][1]} if rest else {})


@OPERATIONS("ChangeResourceRecordSets")
def change(call: Call) -> Members:
    """Makes all changes of a batch, or none."""
    zone = _zone(call, call["HostedZoneId"])
    zone.records = applied(zone.name, zone.records, call["ChangeBatch"]["Changes"])
    zone.pending += 1
    cloud = call.cloud
    cloud.agenda.after(VISIBLE, lambda: serve(cloud, zone))
    return {"ChangeInfo": _change(call, of_account(cloud, call.account), call["ChangeBatch"].get("Comment"))}


@OPERATIONS("GetChange")
def get_change(call: Call) -> Members:
    """PENDING, and INSYNC once the change has reached every name server."""
    change_id = call["Id"].rpartition("/")[2]
    made = of_account(call.cloud, call.account).changes.get(change_id)
    if made is None:
        raise AwsError("NoSuchChange", f"Could not find resource with ID: {change_id}")
    return {"ChangeInfo": _change_info(change_id, made, call.now)}


@OPERATIONS("ListTagsForResource")
def list_tags(call: Call) -> Members:
    """The tags of a zone."""
    zone = _zone(call, call["ResourceId"])
    tags = [{"Key": key, "Value": value} for key, value in zone.tags.items()]
    return {"ResourceTagSet": {"ResourceType": call["ResourceType"], "ResourceId": zone.id, "Tags": tags}}


@OPERATIONS("ChangeTagsForResource")
def change_tags(call: Call) -> None:
    """Adds and removes tags of a zone."""
    zone = _zone(call, call["ResourceId"])
    for key in call.get("RemoveTagKeys", []):
        zone.tags.pop(key, None)
    zone.tags.update({tag["Key"]: tag.get("Value", "") for tag in call.get("AddTags", [])})


def _zone(call: Call, zone_id: str) -> HostedZone:
    found = of_account(call.cloud, call.account).zones.get(zone_id.rpartition("/")[2])
    if found is None:
        raise AwsError("NoSuchHostedZone", f"No hosted zone found with ID: {zone_id.rpartition('/')[2]}")
    _catch_up(call, found)
    return found


def _zones(call: Call) -> list[HostedZone]:
    zones = list(of_account(call.cloud, call.account).zones.values())
    for zone in zones:
        _catch_up(call, zone)
    return zones


def _catch_up(call: Call, zone: HostedZone) -> None:
    if zone.served and not zone.pending:
        # Whoever else changed the zone (a fault, a zone file, an RFC 2136 update) is believed.
        read_from(zone, call.cloud.zones.get(zone.name))


def _shown(zone: HostedZone) -> Members:
    config: Members = {"PrivateZone": zone.private} | ({"Comment": zone.comment} if zone.comment else {})
    return {
        "Id": f"/hostedzone/{zone.id}",
        "Name": zone.name,
        "CallerReference": zone.reference,
        "Config": config,
        "ResourceRecordSetCount": len(zone.records),
    }


def _whole(call: Call, zone: HostedZone) -> Members:
    answer: Members = {"HostedZone": _shown(zone)}
    if zone.private:
        return answer | {"VPCs": zone.vpcs}
    live = call.cloud.zones.get(zone.name) if zone.served else None
    servers = live.servers if live else UNASKED_SERVERS
    return answer | {"DelegationSet": {"NameServers": [server.rstrip(".") for server in servers]}}


def _record_set(key: Key, ttl: int, values: tuple[str, ...]) -> Members:
    records: list[dict[str, Any]] = [{"Value": value} for value in values]
    return {"Name": key[0], "Type": key[1], "TTL": ttl, "ResourceRecords": records}


def _size(call: Call, most: int = 100) -> int:
    text = str(call.get("MaxItems", most))
    if not text.isdigit() or int(text) < 1:
        raise AwsError("InvalidInput", f"Invalid value for MaxItems: {text}")
    return min(int(text), most)


def _change(call: Call, state: Route53, comment: str | None = None) -> Members:
    change_id = "C" + base32(f"change {call.account} {call.cloud.next_id()}", 20)
    state.changes[change_id] = call.now
    info = _change_info(change_id, call.now, call.now)
    return info | ({"Comment": comment} if comment else {})


def _change_info(change_id: str, made: datetime, now: datetime) -> Members:
    status = "INSYNC" if now - made >= IN_SYNC else "PENDING"
    return {"Id": f"/change/{change_id}", "Status": status, "SubmittedAt": made}
