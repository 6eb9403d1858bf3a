"""The whole road as a user and a script walk it, and every command that looks at the end of it."""

from __future__ import annotations

import json

import dns.rdataclass
import dns.rdatatype
import dns.zone
import pytest
from commandline import Contract, Road, Run, changes_made, of_type

EVENTS_OF_FIVE = 11
"""Send for each message, and what becomes of it (developer guide, mailbox simulator)."""


def test_a_domain_is_taken_from_nothing_to_ready_in_one_command(sendready: Run) -> None:
    result = sendready("apply", "shop.example", "--practice", "--yes", "--wait", "60s")

    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("shop.example  ✓ ready")
    assert "Test send          ✓ done" in result.stdout
    assert result.stderr.count("→ ") == 5
    assert result.stderr.count("← ") == EVENTS_OF_FIVE
    assert "Traceback" not in result.stderr


def test_the_plan_is_told_before_anything_is_done(sendready: Run) -> None:
    told = sendready("apply", "shop.example", "--practice", "--yes").stderr

    assert told.index("+ Create the domain identity") < told.index("✓ Create the domain identity")
    assert "ses:CreateEmailIdentity" in told
    assert "(default)" in told


def test_the_stream_of_the_whole_road_keeps_its_schema(road: Road, contract: Contract) -> None:
    events = contract.stream(road.applied)

    assert road.applied.returncode == 0
    assert events[-1]["verdict"] == "ready"
    assert [event["type"] for event in events[1:3]] == ["observed", "planned"]
    assert len(of_type(events, "sent")) == 5
    assert len(of_type(events, "event")) == EVENTS_OF_FIVE
    assert all(event["ok"] for event in of_type(events, "changed"))


def test_a_stream_leaves_nothing_on_stderr(road: Road) -> None:
    assert road.applied.stderr == ""


def test_the_next_look_is_never_in_the_past(road: Road, contract: Contract) -> None:
    events = contract.stream(road.applied)

    assert all(wait["since"] <= wait["next_look"] for wait in of_type(events, "waiting"))


def test_the_road_changes_each_thing_once_and_takes_its_own_away(road: Road) -> None:
    made = changes_made(road.practice)

    for once in ("CreateEmailIdentity", "PutEmailIdentityMailFromAttributes", "PutAccountDetails", "CreateQueue"):
        assert made.count(once) == 1
    assert made.count("SendEmail") == 5
    assert made[-4:] == ["DeleteConfigurationSet", "Unsubscribe", "DeleteTopic", "DeleteQueue"]


def test_applying_again_finds_nothing_to_change(road: Road) -> None:
    before = changes_made(road.practice)

    result = road.run("apply", "shop.example", "--wait", "30m")

    assert result.returncode == 0
    assert "nothing to change" in result.stderr
    assert changes_made(road.practice) == before


def test_a_plan_at_the_end_of_the_road_is_empty(road: Road, contract: Contract) -> None:
    result = road.run("plan", "shop.example", "--format", "json")

    assert result.returncode == 0
    plan = contract.document("plan", result)
    assert plan["changes"] == []
    assert "shop.example exists in eu-west-1" in [kept["title"] for kept in plan["kept"]]


def test_a_check_at_the_end_of_the_road_finds_nothing(road: Road, contract: Contract) -> None:
    result = road.run("check", "shop.example", "--format", "json")

    assert result.returncode == 0
    document = contract.document("check", result)
    # Nobody was named who reads the reports, and nobody can answer: the verdict minds neither.
    assert (document["verdict"], [found["id"] for found in document["findings"]]) == ("ready", ["DMC013", "BLK010"])
    assert document["account"] == road.practice.account_id
    assert {step["status"] for step in document["steps"]} == {"done"}
    assert {record["state"] for record in document["records"]} == {"live"}
    alignment = document["alignment"]
    assert (alignment["from"], alignment["dkim"]["domain"]) == ("shop.example", "shop.example")
    assert (alignment["spf"]["domain"], alignment["spf"]["aligned"]) == ("bounce.shop.example", True)
    assert alignment["dmarc"] == {"policy": "none", "found_at": "_dmarc.shop.example", "verdict": "pass"}
    assert {said["verdict"] for said in alignment["bulk"].values()} == {"pass"}


def test_several_domains_are_one_object_a_line_and_the_worst_decides(road: Road, contract: Contract) -> None:
    result = road.run("check", "shop.example", "nowhere.example", "SHOP.example.", "--format", "json")

    documents = [json.loads(line) for line in result.stdout.splitlines()]
    verdicts = sorted((document["domain"], document["verdict"]) for document in documents)
    assert verdicts == [("nowhere.example", "broken"), ("shop.example", "ready")]
    assert [contract.problems("check", document) for document in documents] == [[], []]
    assert result.returncode == 1


@pytest.mark.parametrize("alone", [False, True], ids=["with-aws", "dns-only"])
def test_watching_a_ready_domain_ends_once_two_looks_agree(road: Road, contract: Contract, alone: bool) -> None:
    without_aws = ("--dns-only", "--tokens", ",".join(road.practice.finished("shop.example").tokens))

    result = road.run("watch", "shop.example", "--format", "json", *(without_aws if alone else ()))

    events = contract.stream(result)
    assert result.returncode == 0
    assert events[-1]["verdict"] == "ready"
    live = [event["record"]["name"] for event in events if event["type"] == "note" and "record" in event]
    assert len(live) == 6  # each was seen twice


def test_without_aws_and_tokens_there_is_nothing_to_wait_for(sendready: Run) -> None:
    result = sendready("watch", "shop.example", "--practice", "--dns-only", "--wait", "1s")

    assert result.returncode == 2
    assert "--tokens A,B,C" in result.stderr


def test_the_records_are_a_zone_that_loads(road: Road) -> None:
    result = road.run("records", "shop.example", "--format", "zone")

    assert result.returncode == 0
    zone = dns.zone.from_text(result.stdout, origin="shop.example.", relativize=False, check_origin=False)
    kinds = sorted(dns.rdatatype.to_text(dataset.rdtype) for _, dataset in zone.iterate_rdatasets())
    assert kinds == ["CNAME", "CNAME", "CNAME", "MX", "TXT", "TXT"]
    live = road.practice.zone_of("shop.example")
    assert live is not None
    for name, dataset in zone.iterate_rdatasets():
        stored = live.get(name.to_text(), dns.rdatatype.to_text(dataset.rdtype))
        assert stored is not None
        assert [rdata.to_text() for rdata in dataset] == list(stored.values)
        assert dataset.rdclass == dns.rdataclass.IN


@pytest.mark.parametrize(
    ("form", "first"),
    [
        ("csv", "Type,Name,Value\n"),
        ("terraform", "# shop.example: records for Amazon SES in eu-west-1\n"),
        ("markdown", "# DNS records for `shop.example`\n"),
        ("html", "<!doctype html>\n"),
    ],
)
def test_the_records_are_a_file_for_whoever_manages_the_dns(road: Road, form: str, first: str) -> None:
    result = road.run("records", "shop.example", "--format", form)

    assert result.returncode == 0
    assert result.stderr == ""
    assert result.stdout.startswith(first)
    assert result.stdout.count(".dkim.amazonses.com") >= 3


def test_the_records_are_a_table_with_each_value_whole(road: Road) -> None:
    result = road.run("records", "shop.example")

    lines = [line.strip() for line in result.stdout.splitlines()]
    assert result.returncode == 0
    assert lines.count("name   bounce.shop.example") == 2
    assert "value  feedback-smtp.eu-west-1.amazonses.com" in lines
    assert "value  v=spf1 include:amazonses.com ~all" in lines
    assert sum(line.startswith("✓ live") for line in lines) == 6


def test_the_records_are_json(road: Road, contract: Contract) -> None:
    document = contract.document("records", road.run("records", "shop.example", "--format", "json"))

    assert document["zone"] == "shop.example"
    assert [record["type"] for record in document["records"]] == ["CNAME", "CNAME", "CNAME", "MX", "TXT", "TXT"]


def test_the_road_takes_a_subdomain_through_the_zone_above_it(sendready: Run) -> None:
    result = sendready("plan", "mail.shop.example", "--practice", "--format", "json")

    assert result.returncode == 5
    names = [change["record"]["name"] for change in json.loads(result.stdout)["changes"] if change["record"]]
    assert names == ["bounce.mail.shop.example", "bounce.mail.shop.example", "_dmarc.mail.shop.example"]


@pytest.mark.parametrize("name", ["check", "events", "plan", "records"])
def test_a_word_means_the_same_in_every_schema(contract: Contract, name: str) -> None:
    everywhere = json.loads(contract.text("events"))["$defs"]
    for word, definition in json.loads(contract.text(name))["$defs"].items():
        assert definition == everywhere[word]


def test_the_check_inside_a_stream_has_the_schema_of_a_check(contract: Contract) -> None:
    alone, inside = json.loads(contract.text("check")), json.loads(contract.text("events"))["$defs"]["check"]

    assert {key: alone[key] for key in inside} == inside
