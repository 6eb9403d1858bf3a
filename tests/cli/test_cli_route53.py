"""Route 53 is only ever added to; what stands in the way is shown, and where nobody can write the user is told what."""

from __future__ import annotations

from typing import Any

import pytest
from commandline import Contract, Run, WorldOf, of_type

from sendready.practice.aws import route53
from sendready.practice.servers import Practice

ANOTHER_ACCOUNT = "210987654321"

Asked = list[tuple[str, str]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Action and name of everything that Route 53 is asked to change."""
    changes: Asked = []
    handle = route53.OPERATIONS["ChangeResourceRecordSets"]

    def noted(call: Any) -> Any:  # noqa: ANN401  practice's own types
        batch = call["ChangeBatch"]["Changes"]
        changes.extend((change["Action"], change["ResourceRecordSet"]["Name"]) for change in batch)
        return handle(call)

    monkeypatch.setitem(route53.OPERATIONS, "ChangeResourceRecordSets", noted)
    return changes


def _records(practice: Practice, account: str = "") -> dict[tuple[str, str], tuple[str, ...]]:
    """What Route 53 holds in an account's only zone, the SOA left out."""
    (zone,) = route53.of_account(practice.cloud, account or practice.account_id).zones.values()
    return {key: values for key, (_, values) in zone.records.items() if key[1] != "SOA"}


def test_records_are_created_and_nothing_in_the_zone_is_touched(
    sendready: Run, practice: Practice, world_of: WorldOf, asked: Asked
) -> None:
    practice.register("shop.example")
    practice.put("shop.example", "www.shop.example", "A", ["192.0.2.80"])
    practice.put("shop.example", "shop.example", "TXT", ['"v=spf1 -all"', '"google-site-verification=x"'])

    result = sendready("apply", "shop.example", "--yes", environment=world_of(practice))

    assert result.returncode == 0
    assert {action for action, _ in asked} == {"CREATE"}
    assert len(asked) == 6
    records = _records(practice)
    assert records["www.shop.example.", "A"] == ("192.0.2.80",)
    assert sorted(records["shop.example.", "TXT"]) == ['"google-site-verification=x"', '"v=spf1 -all"']
    assert len(records) == 9
    changing = [c.operation for c in practice.aws.calls if c.service == "route53" and c.operation.startswith("Change")]
    assert set(changing) == {"ChangeResourceRecordSets"}


def test_a_record_that_is_in_the_way_is_shown_and_the_rest_goes_on(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract, asked: Asked
) -> None:
    practice.register("shop.example")
    practice.put("shop.example", "bounce.shop.example", "MX", ["10 mx.other.example."])
    environment = world_of(practice)

    result = sendready("apply", "shop.example", "--yes", "--format", "json", environment=environment)
    told = sendready("apply", "shop.example", "--yes", environment=environment)

    assert (result.returncode, told.returncode) == (1, 1)
    events = contract.stream(result)
    (conflict,) = of_type(events, "conflict")
    assert conflict["change"]["existing"] == ["10 mx.other.example"]
    assert conflict["change"]["record"]["value"] == "10 feedback-smtp.eu-west-1.amazonses.com"
    assert all(event["ok"] for event in of_type(events, "changed"))
    assert sum(event["change"]["key"].startswith("record.") for event in of_type(events, "changed")) == 5
    assert _records(practice)["bounce.shop.example.", "MX"] == ("10 mx.other.example.",)
    assert ("CREATE", "bounce.shop.example.") in asked  # its SPF record; a TXT may stand beside any MX
    assert "is there  10 mx.other.example" in told.stderr
    assert "wanted    10 feedback-smtp.eu-west-1.amazonses.com" in told.stderr


def test_a_zone_in_another_account_is_written_through_its_role(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract, asked: Asked
) -> None:
    route53.host(practice.cloud, ANOTHER_ACCOUNT, "shop.example", reference="theirs")
    role = f"arn:aws:iam::{ANOTHER_ACCOUNT}:role/dns"
    environment = world_of(practice)

    alone = sendready("plan", "shop.example", "--format", "json", environment=environment)
    result = sendready("apply", "shop.example", "--dns-role-arn", role, "--yes", environment=environment)

    by_hand = [change for change in contract.document("plan", alone)["changes"] if change["record"]]
    assert {change["mode"] for change in by_hand} == {"by-hand"}
    assert result.returncode == 0
    assert len(asked) == 6
    assert len(_records(practice, ANOTHER_ACCOUNT)) == 7
    accounts = {call.service: call.account for call in practice.aws.calls if call.operation != "AssumeRole"}
    assert accounts["route53"] == ANOTHER_ACCOUNT
    assert accounts["sesv2"] == practice.account_id


def test_without_a_zone_to_write_to_the_records_are_shown_whole(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract
) -> None:
    practice.zones.create("shop.example")
    environment = world_of(practice)

    told = sendready("apply", "shop.example", "--yes", environment=environment)

    assert told.returncode == 4
    head, _, shown = told.stderr.partition("add these records at your DNS host")
    assert "✓ Create the domain identity" in head
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    assert sum(line.startswith("CNAME ") and "._domainkey.shop.example" in line for line in lines) == 3
    assert sum(line.endswith(".dkim.amazonses.com") for line in lines) == 3
    assert "feedback-smtp.eu-west-1.amazonses.com priority 10" in lines
    assert "v=spf1 include:amazonses.com ~all" in lines
    assert "v=DMARC1; p=none" in lines
    assert "ns1.practice-dns.net" in shown
    for name in practice.ses.identities["shop.example"].tokens:
        assert name in told.stdout


def test_route_53_asked_for_by_name_without_a_zone_is_an_error_that_says_who_serves_it(
    sendready: Run, practice: Practice, world_of: WorldOf
) -> None:
    practice.zones.create("shop.example")

    result = sendready("apply", "shop.example", "--publish", "route53", "--yes", environment=world_of(practice))

    assert result.returncode == 1
    assert "Route 53 has no public zone shop.example that the world is sent to in this account" in result.stderr
    assert "shop.example is served by ns1.practice-dns.net, ns2.practice-dns.org" in result.stderr
    assert "--dns-role-arn" in result.stderr
    assert practice.ses.identities == {}


def test_a_zone_of_that_name_which_the_world_is_not_sent_to_is_not_written_to(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract
) -> None:
    practice.register("shop.example")
    hosted = route53.of_account(practice.cloud, practice.account_id)
    practice.zones.remove("shop.example")
    practice.zones.create("shop.example", ("ns-aws.practice-dns.net.",))
    for zone in hosted.zones.values():
        zone.served = False

    result = sendready("plan", "shop.example", "--format", "json", environment=world_of(practice))

    by_hand = [change for change in contract.document("plan", result)["changes"] if change["record"]]
    assert by_hand
    assert {change["mode"] for change in by_hand} == {"by-hand"}
