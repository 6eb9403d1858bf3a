"""DMARC as receivers read it (RFC 9989): the grammar and its traps, and which record applies to a domain."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendready.mailauth.dmarc import MOST_QUERIES, discover, is_record, names_of_walk, parse
from sendready.mailauth.lookup import Status, Strings, joined
from sendready.model.dmarc import DmarcDiscovery, DmarcRecord


def read(text: str) -> DmarcRecord:
    record = parse([text.encode()])
    assert record is not None
    return record


def printed(record: DmarcRecord) -> bytes:
    return "; ".join(f"{name}={value}" for name, value in record.tags).encode()


# Grammar (sections 4.7 and 4.8)


@pytest.mark.parametrize(
    "text",
    [
        "v=DMARC1",
        "v=DMARC1;",
        "V = DMARC1",
        "v\t=\tDMARC1 ; p=none",
        "v=DMARC1;p=none",
        "v=DMARC1 ;; p=none;;",
    ],
)
def test_a_record_starts_with_its_version_the_tag_in_any_case(text: str) -> None:
    assert is_record(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "v=dmarc1; p=none",
        "v=DMARC 1; p=none",
        "v=DMARC2; p=none",
        "v=DMARC11",
        "v=DMARC1 p=none",
        "v=DMARC1, p=none",
        " v=DMARC1; p=none",
        "\ufeffv=DMARC1; p=none",
        '"v=DMARC1; p=none"',
        "“v=DMARC1; p=none”",
        "p=none; v=DMARC1",
        "v=DMARC1\n",
        "v=spf1 -all",
    ],
)
def test_anything_else_is_ignored_whole(text: str) -> None:
    assert not is_record(text)
    assert parse([text.encode()]) is None


def test_tags_are_read_in_their_order_with_the_space_around_them_dropped() -> None:
    record = read("v=DMARC1 ; P = Reject;rua=mailto:a@example.com,mailto:b@example.com?x=1 ;")

    assert record.tags == (
        ("v", "DMARC1"),
        ("p", "Reject"),
        ("rua", "mailto:a@example.com,mailto:b@example.com?x=1"),
    )
    assert record.problems == ()
    assert record.tag("p") == "Reject"
    assert record.tag("sp") is None


def test_strings_are_joined_with_nothing_between_them() -> None:
    record = parse([b"v=DMARC1; p=no", b"ne;", b"rua=mailto:a@example.com"])

    assert record is not None
    assert record.text == "v=DMARC1; p=none;rua=mailto:a@example.com"
    assert record.tag("p") == "none"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("v=DMARC1; p=none, rua=mailto:a@example.com", "`p=none, rua=mailto:a@example.com` is not one of"),
        ("v=DMARC1; p=block", "`p=block` is not one of"),
        ("v=DMARC1; p=reject; sp=rejct", "`sp=rejct` is not one of"),
        ("v=DMARC1; p=reject; np=", "`np=` is not one of"),
        ("v=DMARC1", "no `p`"),
        ("v=DMARC1; rua=mailto:a@example.com", "no `p`"),
        ("v=DMARC1; p=none; rua=a@example.com", "`a@example.com` in `rua` lacks `mailto:`"),
        ("v=DMARC1; p=none; ruf=mailto:a@example.com,b@example.com", "`b@example.com` in `ruf` lacks `mailto:`"),
        ("v=DMARC1; p=none; p=reject", "`p` stands twice"),
        ("v=DMARC1; p=none; pct=25", "`pct=25` was removed"),
        ("v=DMARC1; p=none; ri=3600", "`ri` was removed"),
        ("v=DMARC1; p=none; rau=mailto:a@example.com", "`rau` is not a registered tag"),
        ("v=DMARC1; p=none; hello", "`hello` is not a tag"),
        ("v=DMARC1; p=none; x-y=1", "`x-y=1` is not a tag"),
        ("v=DMARC1; p=none; \uff50=none", "`\uff50=none` is not a tag"),
    ],
)
def test_every_problem_is_kept_and_told(text: str, said: str) -> None:
    assert any(said in problem.text for problem in read(text).problems)


def test_bytes_that_are_not_text_are_shown_and_not_lost() -> None:
    record = parse([b"v=DMARC1; p=none; rua=mailto:\xff@example.com"])

    assert record is not None
    assert record.tag("rua") == "mailto:\\xff@example.com"


pieces = st.lists(
    st.one_of(
        st.binary(max_size=20),
        st.sampled_from(
            [b"v=DMARC1", b"V = DMARC1 ", b";", b"; p=none", b"p=", b" = ", b"sp=x;", b"rua=mailto:a@b.c,"]
        ),
    ),
    max_size=8,
)


@given(pieces)
def test_parse_raises_nothing_whatever_the_bytes(strings: list[bytes]) -> None:
    parse(strings)
    parse([b"v=DMARC1;", *strings])


@given(pieces)
def test_what_was_parsed_prints_and_parses_to_the_same_tags(strings: list[bytes]) -> None:
    record = parse([b"v=DMARC1;", *strings])
    assert record is not None

    again = parse([printed(record)])

    assert again is not None
    assert again.tags == record.tags
    assert read(record.text) == record


def test_strings_of_a_record_join_to_its_text() -> None:
    assert joined((b"a", b"", b"\xc3\xa9")) == "aé"


# Discovery (section 4.10)


class Zone:
    """A lookup over a few names; everything else does not exist. Remembers what it was asked."""

    def __init__(self, records: Mapping[str, Sequence[str] | Status]) -> None:
        self._records = records
        self.asked: list[str] = []

    async def __call__(self, name: str, rtype: str) -> tuple[Status, list[Strings]]:
        assert rtype == "TXT"
        self.asked.append(name)
        found = self._records.get(name, Status.NXDOMAIN)
        return (found, []) if isinstance(found, Status) else (Status.OK, [(text.encode(),) for text in found])


def found_for(domain: str, **records: str | Sequence[str] | Status) -> DmarcDiscovery:
    """Discovery over records given by the domain they stand for, with `_` for a dot."""
    zone = {
        f"_dmarc.{name.replace('_', '.')}": [value]
        if isinstance(value, str) and not isinstance(value, Status)
        else value
        for name, value in records.items()
    }
    return asyncio.run(discover(domain, Zone(zone)))


def test_the_walk_goes_from_the_domain_down_to_the_top_level_domain() -> None:
    assert names_of_walk("a.mail.example.com") == ["a.mail.example.com", "mail.example.com", "example.com", "com"]
    assert names_of_walk("com") == ["com"]


@pytest.mark.parametrize(("count", "second"), [(7, 6), (8, 7), (9, 7), (20, 7), (127, 7)])
def test_from_eight_labels_on_the_walk_is_cut_to_seven(count: int, second: int) -> None:
    domain = ".".join(f"l{n}" for n in range(count))

    walk = names_of_walk(domain)

    assert walk[0] == domain
    assert walk[1].count(".") + 1 == second
    assert walk[-1] == f"l{count - 1}"
    assert len(walk) <= MOST_QUERIES


def test_a_name_that_the_cut_skips_is_never_asked() -> None:
    domain = "a.b.c.d.e.f.g.h.example.com"
    zone = Zone(
        {"_dmarc.b.c.d.e.f.g.h.example.com": ["v=DMARC1; p=reject"], "_dmarc.example.com": ["v=DMARC1; p=none"]}
    )

    found = asyncio.run(discover(domain, zone))

    assert found.found_at == "_dmarc.example.com"
    assert len(zone.asked) == MOST_QUERIES
    assert "_dmarc.b.c.d.e.f.g.h.example.com" not in zone.asked


def test_the_domain_s_own_record_applies_whatever_stands_above() -> None:
    found = found_for(
        "mail.example.com", mail_example_com="v=DMARC1; p=quarantine; sp=none", example_com="v=DMARC1; p=reject"
    )

    assert (found.found_at, found.policy, found.inherited) == ("_dmarc.mail.example.com", "quarantine", False)
    assert found.complete


def test_the_nearest_parent_does_not_win_the_one_with_the_fewest_labels_does() -> None:
    found = found_for("a.mail.example.com", mail_example_com="v=DMARC1; p=reject", example_com="v=DMARC1; p=none")

    assert (found.found_at, found.policy, found.inherited) == ("_dmarc.example.com", "none", True)


def test_psd_n_makes_its_own_name_the_organisation_and_ends_the_walk() -> None:
    found = found_for(
        "a.mail.example.com", mail_example_com="v=DMARC1; p=reject; psd=n", example_com="v=DMARC1; p=none"
    )

    assert (found.found_at, found.policy) == ("_dmarc.mail.example.com", "reject")


def test_psd_y_makes_the_name_one_label_below_the_organisation() -> None:
    found = found_for("a.example.co", example_co="v=DMARC1; p=quarantine", co="v=DMARC1; p=reject; psd=y")

    assert (found.found_at, found.policy) == ("_dmarc.example.co", "quarantine")


def test_below_psd_y_a_record_that_is_not_the_organisation_s_is_passed_over() -> None:
    found = found_for("a.b.example.co", b_example_co="v=DMARC1; p=none", co="v=DMARC1; p=reject; psd=y")

    assert (found.found_at, found.policy) == ("_dmarc.co", "reject")


def test_where_the_organisation_has_none_the_suffix_s_record_applies() -> None:
    found = found_for("a.example.co", co="v=DMARC1; p=quarantine; sp=reject; psd=y")

    assert (found.found_at, found.policy) == ("_dmarc.co", "reject")


def test_psd_y_at_the_domain_itself_does_not_move_its_own_record() -> None:
    found = found_for("example.com", example_com="v=DMARC1; p=reject; psd=y", com="v=DMARC1; p=none")

    assert (found.found_at, found.policy) == ("_dmarc.example.com", "reject")


def test_the_walk_ends_at_the_first_psd() -> None:
    found = found_for(
        "a.b.example.com",
        b_example_com="v=DMARC1; p=none; psd=n",
        example_com="v=DMARC1; p=reject; psd=y",
    )

    assert found.found_at == "_dmarc.b.example.com"


def test_an_invalid_psd_is_as_good_as_none() -> None:
    found = found_for("a.example.com", example_com="v=DMARC1; p=reject; psd=x", com="v=DMARC1; p=none")

    assert found.found_at == "_dmarc.com"


@pytest.mark.parametrize(
    ("text", "own", "inherited"),
    [
        ("v=DMARC1; p=reject", "reject", "reject"),
        ("v=DMARC1; p=REJECT", "reject", "reject"),
        ("v=DMARC1; p=reject; sp=none", "reject", "none"),
        ("v=DMARC1; p=none; sp=quarantine", "none", "quarantine"),
        ("v=DMARC1; p=reject; t=y", "quarantine", "quarantine"),
        ("v=DMARC1; p=quarantine; t=y", "none", "none"),
        ("v=DMARC1; p=none; t=y", "none", "none"),
        ("v=DMARC1; p=reject; sp=quarantine; t=y", "quarantine", "none"),
        ("v=DMARC1; p=reject; t=n", "reject", "reject"),
        ("v=DMARC1; p=reject; t=x", "reject", "reject"),
        ("v=DMARC1; p=quarantine; pct=25", "quarantine", "quarantine"),
        ("v=DMARC1; rua=mailto:a@example.com", "none", "none"),
        ("v=DMARC1; p=block; rua=mailto:a@example.com", "none", "none"),
        ("v=DMARC1; p=reject; sp=rejct; rua=mailto:a@example.com", "none", "none"),
        ("v=DMARC1; p=reject; np=x; rua=x:y, mailto:a@example.com", "none", "none"),
    ],
)
def test_the_policy_is_p_at_home_and_sp_below_and_t_takes_one_step_off(text: str, own: str, inherited: str) -> None:
    assert found_for("example.com", example_com=text).policy == own
    assert found_for("mail.example.com", example_com=text, mail_example_com=Status.NODATA).policy == inherited


@pytest.mark.parametrize(
    "text",
    [
        "v=DMARC1",
        "v=DMARC1; p=block",
        "v=DMARC1; p=reject; sp=rejct",
        "v=DMARC1; p=reject; np=x",
        "v=DMARC1; p=; rua=a@example.com",
    ],
)
def test_an_invalid_policy_without_an_address_for_reports_is_no_policy_at_all(text: str) -> None:
    found = found_for("example.com", example_com=text)

    assert found.policy is None
    assert found.record is not None
    assert found.found_at == "_dmarc.example.com"


def test_a_domain_that_does_not_exist_is_under_np() -> None:
    text = "v=DMARC1; p=none; sp=quarantine; np=reject"
    gone = {"_dmarc.example.com": [text]}
    there = {**gone, "mail.example.com": Status.NODATA}
    unknown = {**gone, "mail.example.com": Status.TIMEOUT}

    assert asyncio.run(discover("mail.example.com", Zone(gone))).policy == "reject"
    assert asyncio.run(discover("mail.example.com", Zone(there))).policy == "quarantine"
    assert not asyncio.run(discover("mail.example.com", Zone(unknown))).complete


def test_np_is_of_no_interest_to_the_domain_that_states_it() -> None:
    zone = Zone({"_dmarc.example.com": ["v=DMARC1; p=none; np=reject"]})

    assert asyncio.run(discover("example.com", zone)).policy == "none"
    assert "example.com" not in zone.asked


def test_several_records_at_one_name_are_discarded_and_the_walk_goes_on() -> None:
    two = ["v=DMARC1; p=none", "v=DMARC1; p=reject"]
    found = found_for("mail.example.com", mail_example_com=two, example_com="v=DMARC1; p=quarantine")

    assert found.competing == tuple(two)
    assert (found.found_at, found.policy) == ("_dmarc.example.com", "quarantine")

    above = found_for("mail.example.com", example_com=two)
    assert (above.record, above.competing, above.complete) == (None, (), True)


def test_other_txt_records_at_the_name_do_not_compete() -> None:
    found = found_for("example.com", example_com=["v=spf1 -all", "v=DMARC1; p=reject", "v=dmarc1; p=none"])

    assert (found.policy, found.competing) == ("reject", ())


def test_nothing_anywhere_is_a_proven_absence() -> None:
    found = found_for("mail.example.com", example_com=Status.NODATA)

    assert found == DmarcDiscovery("mail.example.com", None, None, None, complete=True)
    assert found.walk == ()
    assert not found.inherited


@pytest.mark.parametrize("status", [status for status in Status if not status.conclusive])
def test_where_the_domain_s_own_name_did_not_answer_nothing_is_known(status: Status) -> None:
    found = found_for("mail.example.com", mail_example_com=status, example_com="v=DMARC1; p=reject")

    assert not found.complete
    assert (found.record, found.policy) == (None, None)
    assert not found.inherited


@pytest.mark.parametrize("status", [status for status in Status if not status.conclusive])
def test_a_name_above_that_did_not_answer_leaves_absence_unproven(status: Status) -> None:
    assert not found_for("mail.example.com", com=status).complete
    assert not found_for("mail.example.com", example_com=status).complete


def test_silence_above_the_record_that_settles_it_does_not_matter() -> None:
    own = found_for("mail.example.com", mail_example_com="v=DMARC1; p=none", com=Status.TIMEOUT)
    ended = found_for("mail.example.com", example_com="v=DMARC1; p=none; psd=n", com=Status.TIMEOUT)

    assert own.complete
    assert ended.complete
    assert ended.found_at == "_dmarc.example.com"


name = st.lists(st.from_regex(r"[a-z]{1,3}", fullmatch=True), min_size=1, max_size=12).map(".".join)


@given(name)
def test_a_walk_never_asks_more_than_eight_names_nor_one_twice(domain: str) -> None:
    walk = names_of_walk(domain)

    assert len(walk) == len(set(walk)) <= MOST_QUERIES
    assert all(domain == one or domain.endswith(f".{one}") for one in walk)
