"""The records as files for others' programs, each read back by a program or library that is not ours."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import hcl2
import pytest
from builders import BOUNCE, DOMAIN, TARGETS, held, looked, policy
from hypothesis import given
from hypothesis import strategies as st
from name_servers import hosted

from sendready.model.observation import Observation
from sendready.report.records import zone_file
from sendready.report.spreadsheet import csv_file
from sendready.report.terraform import string, terraform

LONG = "v=DMARC1; p=none; rua=" + ",".join(f"mailto:reports{n}@example.com" for n in range(12))


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_the_sheet_has_the_columns_of_the_console_and_every_record() -> None:
    table = rows(csv_file(looked()))

    assert table[0] == ["Type", "Name", "Value"]
    assert len(table) == 7
    assert table[1] == ["CNAME", f"{TARGETS[0].partition('.')[0]}._domainkey.example.com", TARGETS[0]]
    assert ["MX", BOUNCE, "10 feedback-smtp.eu-west-1.amazonses.com"] in table


def test_commas_and_quotes_stay_in_their_cell() -> None:
    assert rows(csv_file(looked(dmarc=policy(LONG + ';x="y"'))))[-1][2] == LONG + ';x="y"'


@pytest.mark.skipif(shutil.which("named-checkzone") is None, reason="needs BIND's named-checkzone")
@pytest.mark.parametrize("text", ["v=DMARC1; p=none", LONG, 'v=DMARC1; p=none; x="a\\b" é'])
def test_the_zone_file_loads_in_bind(text: str, tmp_path: Path) -> None:
    (tmp_path / "records").write_text(zone_file(looked(dmarc=policy(text))), "utf-8")
    zone = tmp_path / "zone"
    zone.write_text(
        "$TTL 300\n@ IN SOA ns1.example.net. admin.example.net. 1 2 3 4 5\n@ IN NS ns1.example.net.\n$INCLUDE records\n"
    )

    checked = subprocess.run(
        ["named-checkzone", "-D", "-k", "fail", "-n", "fail", DOMAIN, zone.name],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert checked.returncode == 0, checked.stdout
    types = [row.split()[3] for row in checked.stdout.splitlines() if row.split()[2:3] == ["IN"]]
    assert sorted(types) == ["CNAME", "CNAME", "CNAME", "MX", "NS", "SOA", "TXT", "TXT"]


def parsed(text: str) -> dict[str, Any]:
    document: dict[str, Any] = hcl2.loads(text)
    return document


def resources(seen: Observation, kind: str) -> list[dict[str, Any]]:
    blocks = parsed(terraform(seen))["resource"]
    return [
        body
        for block in blocks
        for name, labelled in block.items()
        if plain(name) == kind
        for body in labelled.values()
    ]


def plain(value: str) -> str:
    """The parser leaves the quotes around strings."""
    return value.removeprefix('"').removesuffix('"')


def test_at_route_53_every_record_is_a_resource_that_holds_its_value_alone() -> None:
    found = resources(hosted("route53", looked(dmarc=policy(LONG))), "aws_route53_record")

    assert len(found) == 6
    by_type = {(plain(r["name"]), plain(r["type"])): r["records"] for r in found}
    assert [plain(v) for v in by_type[BOUNCE, "MX"]] == ["10 feedback-smtp.eu-west-1.amazonses.com"]
    text = "".join(by_type["_dmarc.example.com", "TXT"])
    assert plain(text).replace('\\"\\"', "") == LONG
    assert len(plain(text).split('\\"\\"')[0]) == 255


def test_at_cloudflare_nothing_is_proxied_and_the_priority_stands_apart() -> None:
    found = resources(hosted("cloudflare", looked()), "cloudflare_dns_record")

    assert len(found) == 6
    assert {record["proxied"] for record in found} == {False}
    (mx,) = [record for record in found if plain(record["type"]) == "MX"]
    assert (plain(mx["content"]), mx["priority"]) == ("feedback-smtp.eu-west-1.amazonses.com", 10)


def test_at_google_every_name_is_absolute() -> None:
    found = resources(hosted("google-cloud-dns", looked()), "google_dns_record_set")

    assert len(found) == 6
    assert all(plain(record["name"]).endswith(".example.com.") for record in found)


@pytest.mark.parametrize("seen", [looked(), hosted("gandi", looked())])
def test_elsewhere_the_records_are_a_map_with_a_key_for_each(seen: Observation) -> None:
    (block,) = parsed(terraform(seen))["locals"]

    records = block["ses_records"]
    assert len(records) == 6
    assert {plain(record["type"]) for record in records.values()} == {"CNAME", "MX", "TXT"}


def test_without_records_the_file_is_still_one() -> None:
    seen = looked(ses=held(mail_from=None), missing=True, dmarc=policy("v=DMARC1; p=none", found_at="_dmarc.com"))

    assert parsed(terraform(seen))


@given(st.text())
def test_no_text_is_taken_for_a_template_or_breaks_out_of_its_string(text: str) -> None:
    written = string(text)

    assert "\n" not in written
    assert written.startswith('"')
    assert written.endswith('"')
    assert "${" not in written.replace("$${", "")
    assert "%{" not in written.replace("%%{", "")
    assert parsed(f"x = {string('a ${b} %{c}')}\n")
