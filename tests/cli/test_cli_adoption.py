"""What exists already is read and kept, and only what is missing is planned."""

from __future__ import annotations

from typing import Any

import pytest
from commandline import Contract, Run, Start, WorldOf, changes_made, of_type

from sendready.practice.servers import Practice


def _plan(sendready: Run, contract: Contract, environment: dict[str, str], *more: str) -> tuple[int, dict[str, Any]]:
    result = sendready("plan", "shop.example", *more, "--format", "json", environment=environment)
    return result.returncode, contract.document("plan", result)


def test_keys_mail_from_and_policy_that_exist_are_kept_and_named(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract
) -> None:
    practice.finish("shop.example", mail_from="post", dmarc="v=DMARC1; p=reject; rua=mailto:d@shop.example")
    identity = practice.ses.identities["shop.example"]
    identity.key_length = identity.next_key_length = "RSA_1024_BIT"
    practice.take("shop.example", "post.shop.example", "TXT")
    wishes = ("--key-length", "2048", "--mail-from", "bounce", "--dmarc", "none")

    code, plan = _plan(sendready, contract, world_of(practice), *wishes)

    assert code == 5
    (change,) = plan["changes"]
    assert (change["record"]["name"], change["record"]["type"]) == ("post.shop.example", "TXT")
    kept = [kept["title"] for kept in plan["kept"]]
    assert any("1024-bit keys; you asked for 2048" in title for title in kept)
    assert any("post.shop.example; you asked for bounce.shop.example" in title for title in kept)
    assert any("p=reject" in title for title in kept)


def test_a_policy_inherited_from_above_wants_no_record(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract
) -> None:
    practice.register("shop.example")
    practice.put("shop.example", "_dmarc.shop.example", "TXT", ['"v=DMARC1; p=reject; sp=quarantine"'])
    environment = world_of(practice)

    result = sendready("apply", "mail.shop.example", "--yes", "--format", "json", environment=environment)

    assert result.returncode == 0
    events = contract.stream(result)
    assert [event for event in of_type(events, "changed") if event["change"]["step"] == "dmarc"] == []
    last = of_type(events, "observed")[-1]["check"]
    assert last["alignment"]["dmarc"] == {
        "policy": "quarantine",
        "found_at": "_dmarc.shop.example",
        "verdict": last["alignment"]["dmarc"]["verdict"],
    }
    assert any("inherited from _dmarc.shop.example" in step["summary"] for step in last["steps"])
    zone = practice.zone_of("shop.example")
    assert zone is not None
    assert zone.get("_dmarc.mail.shop.example", "TXT") is None


def test_a_key_of_the_users_own_is_left_alone(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract
) -> None:
    practice.finish("shop.example")
    identity = practice.ses.identities["shop.example"]
    for token in identity.tokens:
        practice.take("shop.example", f"{token}._domainkey.shop.example", "CNAME")
    identity.origin, identity.tokens, identity.hosted_zone = "EXTERNAL", ("mine",), ""
    practice.put("shop.example", "mine._domainkey.shop.example", "TXT", [f'"v=DKIM1; k=rsa; p={"MIGfMA0G" * 20}"'])

    code, plan = _plan(sendready, contract, world_of(practice))
    check = sendready("check", "shop.example", "--format", "json", environment=world_of(practice))

    assert (code, plan["changes"]) == (0, [])
    assert "it signs with your own key (BYODKIM)" in [kept["title"] for kept in plan["kept"]]
    assert check.returncode == 0
    assert [record["step"] for record in contract.document("check", check)["records"]] == [
        "mail-from",
        "mail-from",
        "dmarc",
    ]


def test_signing_that_was_switched_off_is_switched_on_and_nothing_else(
    sendready: Run, practice: Practice, world_of: WorldOf
) -> None:
    practice.finish("shop.example")
    practice.ses.identities["shop.example"].signing = False

    result = sendready("apply", "shop.example", "--yes", environment=world_of(practice))

    assert result.returncode == 0
    assert practice.ses.identities["shop.example"].signing
    assert changes_made(practice) == ["PutEmailIdentityDkimAttributes"]


def test_an_address_is_verified_by_the_link_in_its_mailbox(
    start: Start, sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract
) -> None:
    practice.register("shop.example")
    environment = world_of(practice)
    practice.ses.granted = True
    process = start("apply", "User@shop.example", "--yes", "--wait", "1h", "--format", "json", environment=environment)
    assert process.stdout is not None
    head = []
    for line in process.stdout:
        head.append(line)
        if "the link in the mailbox to be opened" in line and '"waiting"' in line:
            break

    assert practice.click("User@shop.example")
    rest, _ = process.communicate(timeout=60)

    assert process.returncode == 0
    events = [*head, *rest.splitlines()]
    assert '"verdict": "ready"' in events[-1]
    assert list(practice.ses.identities) == ["User@shop.example"]
    assert changes_made(practice) == ["CreateEmailIdentity"]
    records = sendready("records", "User@shop.example", "--format", "json", environment=environment)
    assert contract.document("records", records)["records"] == []
    assert "needs no records" in records.stderr


@pytest.mark.parametrize("published", [True, False])
def test_a_verification_is_restarted_only_once_its_records_are_there(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract, published: bool
) -> None:
    practice.finish("shop.example")
    identity = practice.ses.identities["shop.example"]
    assert identity.dkim is not None
    identity.dkim.status = "FAILED"
    if not published:
        for token in identity.tokens:
            practice.take("shop.example", f"{token}._domainkey.shop.example", "CNAME")

    code, plan = _plan(sendready, contract, world_of(practice))

    keys = [change["key"] for change in plan["changes"]]
    assert code == 5
    assert ("dkim.restart" in keys) is published
    assert sum(key.startswith("record.cname.") for key in keys) == (0 if published else 3)
