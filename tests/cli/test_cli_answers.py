"""What is typed for a domain, and where answers come from: flags, the environment, a file, an earlier run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from commandline import Contract, Run, WorldOf

from sendready.practice.servers import Practice


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("https://www.example.com/pricing", "Did you mean `example.com`?"),
        ("example.com/", "Did you mean `example.com`?"),
        ("example.com:443", "Did you mean `example.com`?"),
        ("www.example.com", "Did you mean `example.com`?"),
        ("*.example.com", "Did you mean `example.com`?"),
        ("exa mple.com", "Did you mean `example.com`?"),
        ("example..com", "Did you mean `example.com`?"),
        ("_dmarc.example.com", "Did you mean `example.com`?"),
        ("mailto:user@example.com", "Did you mean `user@example.com`?"),
        ("@example.com", "Did you mean `example.com`?"),
        ("192.0.2.1", "Give the domain to send from"),
        (f"{'a' * 64}.com", "missing dot"),
        ("-shop.example", "--"),
        ("com", "Did you mean"),
    ],
)
def test_what_is_no_domain_is_refused_with_a_guess(sendready: Run, typed: str, hint: str) -> None:
    result = sendready("check", typed)

    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    assert hint in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("typed", [" SHOP.Example. ", "shop。example"])
def test_what_is_safe_to_put_right_is_put_right(sendready: Run, contract: Contract, typed: str) -> None:
    result = sendready("check", typed, "--format", "json", "--region", "eu-west-1", "--resolver", "127.0.0.1:9")

    assert contract.document("check", result)["domain"] == "shop.example"


def _settings(plan: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Value and source of every setting of a plan, by its name."""
    return {s["name"]: (s["value"], s["source"]) for change in plan["changes"] for s in change["settings"]}


def test_a_flag_beats_the_environment_which_beats_the_file_which_beats_the_default(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract, tmp_path: Path
) -> None:
    practice.register("shop.example")
    (tmp_path / "sendready.toml").write_text(
        'mail_from = "file"\nkey_length = "1024"\ndmarc = "quarantine"\nwebsite = "https://file.example/"\n'
        'request_access = true\naccept_terms = true\ntag = ["team=file"]\n'
    )
    environment = {
        **world_of(practice),
        "SENDREADY_MAIL_FROM": "environment",
        "SENDREADY_DMARC": "reject",
        "SENDREADY_CONTACTS": "a@shop.example, b@shop.example",
    }

    result = sendready("plan", "shop.example", "--dmarc", "none", "--format", "json", environment=environment)

    assert result.returncode == 5, result.stderr
    settings = _settings(contract.document("plan", result))
    assert settings["policy"] == ("none", "flag")
    assert settings["MAIL FROM"] == ("environment.shop.example", "environment")
    assert settings["contacts"] == ("a@shop.example, b@shop.example", "environment")
    assert settings["key length"] == ("1024 bits", "file")
    assert settings["website"] == ("https://file.example/", "file")
    assert settings["tag team"] == ("file", "file")
    assert settings["language"] == ("en", "default")
    assert settings["region"][1] == "environment"


def test_practice_brings_answers_of_its_own(sendready: Run, contract: Contract) -> None:
    result = sendready("plan", "shop.example", "--practice", "--website", "https://mine.example/", "--format", "json")

    settings = _settings(contract.document("plan", result))
    assert settings["website"] == ("https://mine.example/", "flag")
    assert settings["contacts"] == ("postmaster@shop.example", "practice")


def test_a_named_file_is_read_in_place_of_the_one_here(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract, tmp_path: Path
) -> None:
    practice.register("shop.example")
    (tmp_path / "sendready.toml").write_text("this is not TOML at all")
    other = tmp_path / "other.toml"
    other.write_text(f'region = "eu-central-1"\nmail_from = "none"\nresolver = "{practice.dns.resolver}"\n')
    environment = {**world_of(practice), "SENDREADY_RESOLVER": "", "AWS_REGION": "", "AWS_DEFAULT_REGION": ""}

    result = sendready("plan", "shop.example", "--config", str(other), "--format", "json", environment=environment)

    assert result.returncode == 5, result.stderr
    plan = contract.document("plan", result)
    assert plan["region"] == "eu-central-1"
    assert _settings(plan)["region"] == ("eu-central-1", "file")
    assert [change for change in plan["changes"] if change["step"] == "mail-from"] == []


@pytest.mark.parametrize(("flags", "region"), [([], "us-west-2"), (["--region", "eu-west-1"], "eu-west-1")])
def test_a_profile_brings_its_region_unless_another_is_asked_for(
    sendready: Run,
    practice: Practice,
    world_of: WorldOf,
    contract: Contract,
    tmp_path: Path,
    flags: list[str],
    region: str,
) -> None:
    practice.register("shop.example")
    keys = practice.credentials(practice.account_id)
    (tmp_path / "aws").write_text(
        f"[profile work]\nregion = us-west-2\naws_access_key_id = {keys['AWS_ACCESS_KEY_ID']}\n"
        f"aws_secret_access_key = {keys['AWS_SECRET_ACCESS_KEY']}\n"
    )
    environment = {**world_of(practice), "AWS_CONFIG_FILE": str(tmp_path / "aws")}
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", *keys):
        del environment[name]

    result = sendready("plan", "shop.example", "--profile", "work", *flags, "--format", "json", environment=environment)

    assert result.returncode == 5, result.stderr
    assert contract.document("plan", result)["region"] == region


@pytest.mark.parametrize(
    ("content", "problem", "hint"),
    [
        ('mail_form = "bounce"\n', "sendready.toml: `mail_form` is not a key", "Did you mean `mail_from`?"),
        ('dmarc = "strict"\n', "`strict` is not one of none, quarantine, reject", ""),
        ('tag = "no-equals"\n', "--tag: `no-equals` is not KEY=VALUE", ""),
        ("request_access = 3\n", "`3` is neither true nor false", ""),
        ("mail_from = 3\n", "`mail_from` must be a text", ""),
        ("region = 3\n", "`region` must be a text", ""),
        ("mail_from = \n", "sendready.toml is not TOML", "line 1"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_its_key(
    sendready: Run, tmp_path: Path, content: str, problem: str, hint: str
) -> None:
    (tmp_path / "sendready.toml").write_text(content)

    result = sendready("plan", "shop.example", "--region", "eu-west-1", "--resolver", "127.0.0.1:9")

    assert result.returncode == 2
    assert problem in result.stderr
    assert hint in result.stderr


def test_a_file_that_is_not_there_is_a_mistake(sendready: Run) -> None:
    result = sendready("plan", "shop.example", "--config", "nowhere.toml")

    assert result.returncode == 2
    assert result.stderr.startswith("error: --config: nowhere.toml cannot be read: no such file")


@pytest.mark.parametrize(
    ("flags", "environment", "problem"),
    [
        (["--mail-from", "under_score"], {}, "--mail-from: `under_score.shop.example` is not a name DNS can hold"),
        (["--dmarc-reports", "nobody"], {}, "--dmarc-reports: `nobody` is not an address"),
        (["--website", "shop"], {}, "--website: `shop` is not a web address"),
        (["--contacts", "a@b.example", "--contacts", "nobody"], {}, "--contacts: `nobody` is not an address"),
        ([], {"SENDREADY_KEY_LENGTH": "4096"}, "SENDREADY_KEY_LENGTH: `4096` is not one of 2048, 1024"),
        ([], {"SENDREADY_TEST": "perhaps"}, "SENDREADY_TEST: `perhaps` is neither true nor false"),
        ([], {"SENDREADY_CLOCK": "noon"}, "SENDREADY_CLOCK is `noon`, not a clock"),
        ([], {"SENDREADY_DNS_MAP": "192.0.2.1"}, "SENDREADY_DNS_MAP: `192.0.2.1` is not ADDRESS=HOST:PORT"),
        (["--resolver", "host:port"], {}, "--resolver: `host:port` is not an IP address"),
    ],
)
def test_a_value_nobody_can_use_is_refused_by_its_name(
    sendready: Run, flags: list[str], environment: dict[str, str], problem: str
) -> None:
    result = sendready("plan", "shop.example", "--region", "eu-west-1", *flags, environment=environment)

    assert result.returncode == 2
    assert result.stderr.startswith(f"error: {problem}")
    assert result.stdout == ""
