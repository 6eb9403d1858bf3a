"""Each practice fault as a user meets it: the finding that names it, and the exit code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from commandline import Contract, Run, WorldOf, of_type

from sendready.practice.aws.ses_state import Ses
from sendready.practice.aws.sns import Sns
from sendready.practice.aws.sqs import Sqs
from sendready.practice.servers import Practice


def _check(sendready: Run, contract: Contract, fault: str) -> tuple[int, dict[str, Any]]:
    result = sendready("check", "shop.example", "--fault", fault, "--format", "json")
    return result.returncode, contract.document("check", result)


@pytest.mark.parametrize(
    ("fault", "code", "finding", "state"),
    [
        ("doubled-domain", 1, "KIM004", "fail"),
        ("records-missing", 1, "KIM001", "fail"),
        ("access-denied", 3, "ENV015", "unknown"),
        ("access-denied=ses:GetAccount", 3, "ENV015", "unknown"),
        ("expired-credentials", 3, "ENV011", "unknown"),
        ("review-denied", 1, "SES006", "fail"),
        ("spf-missing", 1, "MFR007", "fail"),
        ("bulk-sender", 0, "BLK004", "fail"),
        ("account-suspended", 1, "SES008", "fail"),
        ("sending-paused", 1, "SES007", "fail"),
        ("sandbox", 4, "SES005", "todo"),
    ],
)
def test_a_fault_is_named_and_nothing_else_is_blamed(
    sendready: Run, contract: Contract, fault: str, code: int, finding: str, state: str
) -> None:
    exit_code, document = _check(sendready, contract, fault)

    assert [(found["id"], found["state"]) for found in document["findings"]] == [(finding, state)]
    assert exit_code == code


def test_a_doubled_domain_shows_where_the_records_are_and_what_to_type(sendready: Run, contract: Contract) -> None:
    _, document = _check(sendready, contract, "doubled-domain")

    (finding,) = document["findings"]
    assert all(name.endswith("._domainkey.shop.example.shop.example") for name in finding["observed"])
    assert finding["evidence"][0]["rcode"] == "ANSWER"
    assert finding["fix"]["safe"] is False
    assert "._domainkey` in the name field" in finding["fix"]["text"]


def test_what_follows_from_a_missing_spf_record_is_told_under_it(sendready: Run, contract: Contract) -> None:
    _, alone = _check(sendready, contract, "spf-missing")
    assert alone["findings"][0]["symptoms"] == ["DMC034"]

    many = sendready("check", "shop.example", "--fault", "spf-missing", "--fault", "bulk-sender", "--format", "json")

    found = {one["id"]: one for one in contract.document("check", many)["findings"]}
    assert set(found) == {"MFR007", "BLK004"}
    assert found["MFR007"]["symptoms"] == ["BLK001", "DMC034"]


def test_a_domain_that_takes_no_mail_is_told_so_and_its_reports_are_lost(sendready: Run, contract: Contract) -> None:
    exit_code, document = _check(sendready, contract, "null-mx")

    told = {(one["id"], one["severity"]) for one in document["findings"]}
    assert (exit_code, told) == (0, {("DMC016", "warning"), ("BLK010", "notice")})


def test_a_bulk_sender_is_told_what_nobody_can_check_from_here(sendready: Run, contract: Contract) -> None:
    busy = sendready("check", "shop.example", "--fault", "bulk-sender").stdout
    quiet = sendready("check", "shop.example", "--fault", "throttled").stdout
    _, document = _check(sendready, contract, "bulk-sender")

    assert "BLK004" in busy
    assert all(check_id in busy for check_id in ("BLK006", "BLK007", "BLK014"))
    assert "BLK" not in quiet
    assert [one["id"] for one in document["unchecked"]] == ["BLK006", "BLK007", "BLK014"]


@pytest.mark.parametrize(
    ("fault", "flags", "exit_code", "told"),
    [
        ("domain-listed", ["--blocklists"], 1, [("REP003", "fail")]),
        ("domain-listed=refused", ["--blocklists"], 0, [("REP003", "unknown")]),
        ("throttled", ["--blocklists"], 0, []),
        ("domain-listed", [], 0, []),
    ],
)
def test_lists_of_domains_are_asked_only_by_those_who_want_it(
    sendready: Run, contract: Contract, fault: str, flags: list[str], exit_code: int, told: list[tuple[str, str]]
) -> None:
    result = sendready("check", "shop.example", "--fault", fault, "--format", "json", *flags)

    document = contract.document("check", result)
    assert [(one["id"], one["state"]) for one in document["findings"]] == told
    assert result.returncode == exit_code


def test_throttling_is_waited_out(sendready: Run, contract: Contract) -> None:
    exit_code, document = _check(sendready, contract, "throttled")

    assert (exit_code, document["verdict"], document["findings"]) == (0, "ready", [])


def test_slow_name_servers_are_never_called_missing_records(sendready: Run) -> None:
    result = sendready("check", "shop.example", "--fault", "slow-dns", "-v")

    assert result.returncode == 3
    assert "DEL003" in result.stdout
    assert "missing" not in result.stdout.lower()
    assert "not published" not in result.stdout.lower()
    assert "no record" not in result.stdout.lower()


def test_slow_name_servers_bring_no_change_into_the_plan(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract
) -> None:
    practice.inflict("slow-dns", "shop.example")

    result = sendready("plan", "shop.example", "--format", "json", environment=world_of(practice))

    changes = contract.document("plan", result)["changes"]
    assert [change for change in changes if change["record"] and change["step"] != "mail-from"] == []
    assert {change["mode"] for change in changes} <= {"by-hand"}


def test_lost_events_fail_the_test_by_name_and_nothing_stays_behind(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract
) -> None:
    practice.finish("shop.example")
    practice.inflict("events-lost", "shop.example")

    result = sendready("apply", "shop.example", "--test", "--yes", "--format", "json", environment=world_of(practice))

    assert result.returncode == 1
    (failed,) = [event for event in of_type(contract.stream(result), "changed") if not event["ok"]]
    assert "did not arrive within 120 s: all of them." in failed["error"]["message"]
    assert "Run the test again later" in failed["error"]["hint"]
    states = practice.cloud.states
    assert all(not state.queues for state in states(Sqs).values())
    assert all(not state.topics for state in states(Sns).values())
    assert all(not state.sets for state in states(Ses).values())
    cleanup = sendready("cleanup", "--yes", environment=world_of(practice))
    assert cleanup.returncode == 0
    assert "nothing was left behind" in cleanup.stderr


def test_the_faults_are_listed_with_what_they_do(sendready: Run) -> None:
    result = sendready("practice", "--list-faults")

    names = [line.split()[0] for line in result.stdout.splitlines() if not line.startswith(" ")]
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert names == [
        "access-denied",
        "account-suspended",
        "address-only",
        "address-overrides",
        "bounce-rate",
        "bounces-unheard",
        "bulk-sender",
        "complaint-rate",
        "configuration-set-gone",
        "configuration-set-paused",
        "destination-disabled",
        "domain-listed",
        "doubled-domain",
        "eventbridge-no-rule",
        "events-lost",
        "expired-credentials",
        "firehose-gone",
        "mail-from-rejects",
        "null-mx",
        "open-policy",
        "other-region",
        "other-region-in-dns",
        "own-key-missing",
        "quota-used-up",
        "records-missing",
        "regional-clash",
        "replica-broken",
        "review-denied",
        "sandbox",
        "send-refused",
        "sender-denied",
        "sending-paused",
        "slow-dns",
        "sns-broken",
        "spf-missing",
        "suppression-off",
        "throttled",
        "wrong-zone",
    ]
    assert all(len(line.split()) > 4 for line in result.stdout.splitlines() if not line.startswith(" "))


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("bounce-rate=abc", "`abc` means nothing to the fault bounce-rate"),
        ("doubled-domain=foo", "takes no argument"),
        ("other-region=mars-1", "`mars-1` means nothing"),
        ("sns-broken=foo", "`foo` means nothing"),
        ("access-denied=foo", "`foo` means nothing"),
    ],
)
def test_what_a_fault_cannot_be_told_is_refused(sendready: Run, fault: str, says: str) -> None:
    result = sendready("check", "shop.example", "--fault", fault)

    assert result.returncode == 2
    assert says in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("fault", ["other-region", "other-region-in-dns"])
def test_where_the_identity_is_the_fault_is_none(sendready: Run, fault: str) -> None:
    there = sendready("check", "shop.example", "--fault", fault, "--region", "us-east-1")

    assert there.returncode == 0, there.stdout


def test_where_another_region_s_records_are_in_dns_the_whole_way_out_is_told(
    sendready: Run, contract: Contract
) -> None:
    _, document = _check(sendready, contract, "other-region-in-dns")

    fix = document["findings"][0]["fix"]["text"]
    assert "add its CNAMEs beside those that are there" in fix
    assert "a MAIL FROM domain of its own, such as bounce-eu-west-1.shop.example" in fix


def test_a_zone_file_of_another_domain_is_refused(sendready: Run, tmp_path: Path) -> None:
    zone = tmp_path / "blog.zone"
    zone.write_text("$ORIGIN blog.example.\n@ 300 IN A 192.0.2.1\n")

    result = sendready("check", "shop.example", "--practice", "--zone", str(zone))

    assert result.returncode == 2
    assert "it is the zone of another domain" in result.stderr


def test_a_zone_of_ones_own_is_judged_as_that_of_a_domain_that_is_set_up(
    sendready: Run, contract: Contract, tmp_path: Path
) -> None:
    zone = tmp_path / "own.zone"
    zone.write_text('bounce 300 IN TXT "v=spf1 -all"\n_dmarc 300 IN TXT "v=DMARC1; p=none"\n')

    result = sendready("check", "shop.example", "--zone", str(zone), "--format", "json")

    found = {finding["id"] for finding in contract.document("check", result)["findings"]}
    assert {"KIM001", "MFR001"} <= found
    assert "SES001" not in found


@pytest.mark.parametrize(
    "servers",
    [
        "@ 3600 NS ns1.provider.example.\n@ 3600 NS ns2.provider.example.\n",
        "@ 3600 NS ada.ns.cloudflare.com.\n@ 3600 NS ns2.shop.example.\nns2 3600 A 203.0.113.5\n",
        "@ 3600 NS ns1.provider.example.\n@ 3600 NS ns2\nns2 3600 A 203.0.113.5\nns2 3600 AAAA 2001:db8::5\n",
        "",
    ],
)
def test_records_that_practice_wants_make_a_ready_domain_at_whatever_name_servers_the_zone_file_names(
    sendready: Run, contract: Contract, tmp_path: Path, servers: str
) -> None:
    zone = tmp_path / "own.zone"
    records = sendready("records", "shop.example", "--practice", "--format", "zone")
    zone.write_text(servers + "@ 3600 MX 10 mx.practice-dns.net.\n" + records.stdout)

    document = contract.document("check", sendready("check", "shop.example", "--zone", str(zone), "--format", "json"))

    warned = [found["id"] for found in document["findings"] if found["severity"] not in ("notice", "info")]
    assert (document["verdict"], warned) == ("ready", [])


@pytest.mark.parametrize("target", ["ns1.provider.example.", "ns3\nns3 3600 A 203.0.113.5"])
def test_a_name_server_of_a_zone_file_that_is_an_alias_is_told(
    sendready: Run, contract: Contract, tmp_path: Path, target: str
) -> None:
    zone = tmp_path / "own.zone"
    records = sendready("records", "shop.example", "--practice", "--format", "zone")
    servers = f"@ 3600 NS ns1.provider.example.\n@ 3600 NS ns2\nns2 3600 CNAME {target}\n"
    zone.write_text(servers + "@ 3600 MX 10 mx.practice-dns.net.\n" + records.stdout)

    document = contract.document("check", sendready("check", "shop.example", "--zone", str(zone), "--format", "json"))

    warned = [found["id"] for found in document["findings"] if found["severity"] not in ("notice", "info")]
    assert (document["verdict"], warned) == ("broken", ["DEL007"])
