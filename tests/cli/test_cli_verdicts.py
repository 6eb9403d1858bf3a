"""What `check` can be told about which findings count, and what it says where only DNS may be asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from commandline import Contract, Run, WorldOf

from sendready.practice.aws.ses_state import Watch
from sendready.practice.servers import Practice


@pytest.fixture
def sandboxed(practice: Practice) -> Practice:
    """A finished domain in an account that nobody has asked AWS to let out, without a MAIL FROM of its own."""
    practice.finish("shop.example", production=False)
    practice.ses.identities["shop.example"].mail_from = None
    return practice


@pytest.mark.parametrize(
    ("flags", "verdict", "code"),
    [
        ([], "incomplete", 4),
        (["--skip", "SES005"], "ready", 0),
        (["--skip", "SES005", "--fail-on", "warning"], "broken", 1),
        (["--skip", "SES005", "--skip", "MFR021", "--fail-on", "warning"], "ready", 0),
    ],
    ids=["sandbox", "lives-in-it", "strict", "strict-but-for"],
)
def test_who_calls_says_what_counts(
    sendready: Run,
    sandboxed: Practice,
    world_of: WorldOf,
    contract: Contract,
    flags: list[str],
    verdict: str,
    code: int,
) -> None:
    result = sendready("check", "shop.example", *flags, "--format", "json", environment=world_of(sandboxed))

    document = contract.document("check", result)
    assert (document["verdict"], result.returncode) == (verdict, code)
    assert not {finding["id"] for finding in document["findings"]} & set(flags)


@pytest.mark.parametrize(("verified", "state", "code"), [(True, "fail", 1), (False, "todo", 4)])
def test_a_record_that_is_lost_is_told_from_one_that_is_still_to_come(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract, verified: bool, state: str, code: int
) -> None:
    practice.finish("shop.example")
    identity = practice.ses.identities["shop.example"]
    practice.take("shop.example", f"{identity.tokens[1]}._domainkey.shop.example", "CNAME")
    if not verified:
        identity.dkim = Watch.begin(practice.clock.now())

    result = sendready("check", "shop.example", "--format", "json", environment=world_of(practice))

    found = [(finding["id"], finding["state"]) for finding in contract.document("check", result)["findings"]]
    assert found == [("KIM002", state)]
    assert result.returncode == code


def _dns_alone(environment: dict[str, str]) -> dict[str, str]:
    """A machine that has never heard of AWS; nothing is left of it but the way to the name servers."""
    return {**environment, **dict.fromkeys((name for name in environment if name.startswith("AWS_")), "")}


def test_dns_alone_needs_nothing_of_aws(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract
) -> None:
    practice.finish("shop.example")
    tokens = ",".join(practice.ses.identities["shop.example"].tokens)
    environment = _dns_alone(world_of(practice))

    result = sendready(
        "check", "shop.example", "--dns-only", "--tokens", tokens, "--format", "json", environment=environment
    )

    assert result.returncode == 0
    document = contract.document("check", result)
    steps = {step["step"]: step["status"] for step in document["steps"]}
    assert (steps["dkim"], steps["dmarc"], steps["account"]) == ("done", "done", "skipped")
    assert [record["state"] for record in document["records"]] == ["live"] * 4
    assert practice.aws.calls == []


def test_dns_alone_still_sees_a_doubled_domain(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract
) -> None:
    practice.inflict("doubled-domain", "shop.example")
    tokens = ",".join(practice.ses.identities["shop.example"].tokens)

    result = sendready(
        *("check", "shop.example", "--dns-only", "--tokens", tokens, "--format", "json"),
        environment=_dns_alone(world_of(practice)),
    )

    assert result.returncode == 1
    assert [finding["id"] for finding in contract.document("check", result)["findings"]] == ["KIM004"]


def test_dns_alone_without_tokens_knows_nothing_of_dkim_and_says_so(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract
) -> None:
    practice.finish("shop.example")

    result = sendready(
        "check", "shop.example", "--dns-only", "--format", "json", environment=_dns_alone(world_of(practice))
    )

    document = contract.document("check", result)
    assert {step["step"]: step["status"] for step in document["steps"]}["dkim"] == "unknown"
    assert document["alignment"]["dkim"]["aligned"] is None


def test_a_domain_that_moved_without_its_records_is_told_by_what_an_earlier_look_saw(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract
) -> None:
    practice.finish("shop.example")
    before = sendready("check", "shop.example", environment=world_of(practice))
    practice.zones.remove("shop.example")
    practice.zones.create("shop.example", ("ns-aws.practice-dns.net.",))

    result = sendready("check", "shop.example", "--format", "json", environment=world_of(practice))

    first, *_ = contract.document("check", result)["findings"]
    assert before.returncode == 0
    assert (first["id"], first["state"]) == ("RUN002", "fail")
    assert "served by ns1.practice-dns.net, ns2.practice-dns.org before" in first["observed"]
    assert len(first["fix"]["records"]) == 6
    assert {"RUN001", "KIM001", "MFR001", "MFR007"} <= set(first["symptoms"])


def test_a_broken_domain_opens_with_what_changed_since_it_was_ready(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract
) -> None:
    practice.finish("shop.example")
    ready = sendready("check", "shop.example", "--format", "json", environment=world_of(practice))
    practice.take("shop.example", "bounce.shop.example", "MX")

    told = sendready("check", "shop.example", environment=world_of(practice))
    read = sendready("check", "shop.example", "--format", "json", environment=world_of(practice))

    assert contract.document("check", ready)["changed"] is None
    head = told.stdout.split("\n\n")[1]
    assert head.startswith("What changed since it was ready last, on ")
    assert "    MX bounce.shop.example, between " in head
    assert "    is         nothing" in head
    assert told.stdout.count("RUN001") == 1
    changed = contract.document("check", read)["changed"]
    (mx,) = [one for one in changed["differences"] if one["subject"] == "record"]
    assert (mx["name"], mx["now"]) == ("MX bounce.shop.example", [])
    assert changed["last_ready"] <= mx["last_as_before"] <= mx["first_different"]


def test_a_message_that_was_received_is_judged_along_with_the_domain(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract, tmp_path: Path
) -> None:
    practice.finish("shop.example")
    received = tmp_path / "received.eml"
    received.write_bytes(
        b"Return-Path: <1@eu-west-1.amazonses.com>\r\n"
        b"Authentication-Results: mx.google.com; dkim=pass header.d=amazonses.com; spf=pass; dmarc=fail\r\n"
        b"DKIM-Signature: v=1; d=amazonses.com; s=amz; h=From; b=x\r\n"
        b"From: hello@shop.example\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@x>\r\n\r\nHello\r\n"
    )
    look = ("check", "shop.example", "--message")

    result = sendready(*look, str(received), "--format", "json", environment=world_of(practice))
    piped = sendready(*look, "-", environment=world_of(practice), stdin="smtp is no message\n")
    other = sendready("check", "other.example", "--message", str(received), environment=world_of(practice))

    document = contract.document("check", result)
    assert (document["verdict"], result.returncode) == ("broken", 1)
    assert [finding["id"] for finding in document["findings"]] == ["MSG002", "MSG003"]
    assert document["findings"][0]["symptoms"] == ["MSG001", "MSG005"]
    assert (piped.returncode, other.returncode) == (2, 2)
    assert "neither a message with headers nor a bounce" in piped.stderr
    assert "its From is at shop.example" in other.stderr


def test_practice_leaves_nothing_in_the_history_of_real_domains(
    sendready: Run, practice: Practice, world_of: WorldOf, tmp_path: Path
) -> None:
    practice.finish("shop.example")
    sendready("check", "shop.example", environment=world_of(practice))
    (kept,) = tmp_path.rglob("history.jsonl")
    before = kept.read_bytes()

    fault = ("--practice", "--fault", "doubled-domain")
    broken = sendready("check", "shop.example", *fault, environment=world_of(practice))

    assert broken.returncode == 1
    assert "What changed" not in broken.stdout
    assert kept.read_bytes() == before
    assert list(tmp_path.rglob("history.jsonl")) == [kept]
