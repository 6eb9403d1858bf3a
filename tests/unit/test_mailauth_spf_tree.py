"""An SPF record and its includes read without a message: what it costs, what is dead, and whether SES is in it."""

from __future__ import annotations

import pytest
from zones import Zone, answering

from sendready.mailauth.lookup import Status
from sendready.mailauth.spf import Covers, covers_ses, read_tree
from sendready.mailauth.spf.tree import MOST_NODES
from sendready.model.spf import SpfNode

AMAZON: Zone = {("amazonses.com", "TXT"): ["v=spf1 ip4:199.255.192.0/22 ip4:54.240.0.0/18 -all"]}


async def tree(record: str | list[str], more: Zone | None = None) -> SpfNode:
    records = [record] if isinstance(record, str) else record
    return await read_tree("example.com", answering({**AMAZON, ("example.com", "TXT"): records, **(more or {})}))


async def test_look_ups_are_counted_through_includes_and_redirects() -> None:
    more: Zone = {
        ("a.example", "TXT"): ["v=spf1 mx ptr exists:%{i}.a.example include:b.example ip4:192.0.2.1 -all"],
        ("b.example", "TXT"): ["v=spf1 a ~all"],
        ("c.example", "TXT"): ["v=spf1 ip4:192.0.2.2 ~all"],
        ("b.example", "A"): ["192.0.2.3"],
        ("a.example", "MX"): ["10 b.example"],
    }
    node = await tree("v=spf1 include:a.example include:amazonses.com redirect=c.example", more)

    assert (node.lookups, node.voids, node.complete) == (8, (), True)
    assert next(path for path, branch in node.walk() if branch.target == "b.example") == ("example.com", "a.example")


async def test_what_stands_behind_all_costs_nothing() -> None:
    assert (await tree("v=spf1 include:amazonses.com -all include:b.example redirect=c.example")).lookups == 1


async def test_terms_that_find_nothing_are_named() -> None:
    node = await tree("v=spf1 a:gone.example mx:gone.example exists:gone.example include:gone.example -all")

    assert node.voids == ("a:gone.example", "mx:gone.example", "exists:gone.example")
    (include,) = [branch for _, branch in node.walk() if branch.term.name == "include"]
    assert include.node is not None
    assert (include.node.known, include.node.texts) == (True, ())


async def test_a_circle_ends_where_it_closes() -> None:
    node = await tree("v=spf1 include:a.example -all", {("a.example", "TXT"): ["v=spf1 include:example.com -all"]})

    assert [path for path, branch in node.walk() if branch.node and branch.node.loops] == [("example.com", "a.example")]


async def test_the_mail_servers_of_an_mx_are_counted() -> None:
    (branch,) = (await tree("v=spf1 mx", {("example.com", "MX"): [f"1 h{n}.example" for n in range(12)]})).branches

    assert (branch.hosts, branch.void) == (12, False)


async def test_a_name_that_did_not_answer_is_unknown_and_never_dead() -> None:
    slow: Zone = {("s.example", "TXT"): Status.TIMEOUT, ("s.example", "A"): Status.SERVFAIL}
    node = await tree("v=spf1 include:s.example a:s.example -all", slow)

    assert (node.complete, node.voids) == (False, ())
    assert covers_ses(node) == (Covers.UNKNOWN, ())
    assert not (await read_tree("s.example", answering(slow))).known


@pytest.mark.parametrize(
    ("record", "path"),
    [
        ("v=spf1 include:amazonses.com ~all", ("example.com", "amazonses.com")),
        ("v=spf1 include:AmazonSES.com. ~all", ("example.com", "amazonses.com")),
        ("v=spf1 mx include:h.example -all", ("example.com", "h.example", "amazonses.com")),
        ("v=spf1 redirect=h.example", ("example.com", "h.example", "amazonses.com")),
        ("v=spf1 ip4:199.255.192.0/20 ip4:54.240.0.0/16 ~all", ("example.com",)),
    ],
)
async def test_ses_is_covered_by_a_path_of_names(record: str, path: tuple[str, ...]) -> None:
    node = await tree(record, {("h.example", "TXT"): ["v=spf1 include:amazonses.com -all"]})
    amazon = await read_tree("amazonses.com", answering(AMAZON))

    assert covers_ses(node, amazon) == (Covers.YES, path)


@pytest.mark.parametrize(
    "record",
    [
        "v=spf1 -all",
        "v=spf1 -all include:amazonses.com",
        "v=spf1 ?include:amazonses.com -all",
        "v=spf1 include:h.example ~all",
        "v=spf1 ip4:199.255.192.0/22 -all",
        "v=spf1 include:amazonses.com ip4:1.2.3 -all",
        ["v=spf1 include:amazonses.com -all", "v=spf1 -all"],
        [],
    ],
)
async def test_ses_is_not_covered(record: str | list[str]) -> None:
    node = await tree(record, {("h.example", "TXT"): ["v=spf1 -include:amazonses.com ~all"]})
    amazon = await read_tree("amazonses.com", answering(AMAZON))

    assert covers_ses(node, amazon) == (Covers.NO, ())


async def test_a_macro_may_cover_it_or_not() -> None:
    assert covers_ses(await tree("v=spf1 include:%{d}.x.example -all")) == (Covers.UNKNOWN, ())


async def test_names_that_all_include_one_another_are_read_to_an_end() -> None:
    names = [f"n{number}.example" for number in range(12)]
    includes = " ".join(f"include:{name}" for name in names)
    node = await tree(f"v=spf1 {includes} -all", {(name, "TXT"): [f"v=spf1 {includes} -all"] for name in names})

    assert sum(1 for _ in node.walk()) <= MOST_NODES * len(names)
    assert node.lookups > 10
    assert not node.complete
    assert covers_ses(node)[0] is Covers.UNKNOWN
