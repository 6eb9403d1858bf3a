"""What each choice leads to, drawn from the answers: the three scenarios of AWS's post, judged by the one model."""

from __future__ import annotations

import pytest
from builders import BOUNCE, DOMAIN, SPF, looked, policy

from sendready.mailauth.alignment import Outlook, predict
from sendready.model.answers import Answers
from sendready.model.errors import Unreachable
from sendready.model.identity import Identity, IdentityKind
from sendready.model.observation import Observation, Unseen
from sendready.report.choices import choice_lines
from sendready.report.lines import paint
from sendready.steps.foreseen import foreseen

ADDRESS = Identity(f"sales@{DOMAIN}", IdentityKind.ADDRESS)
NOT_THERE = policy()


def drawn(seen: Observation, width: int = 76) -> list[str]:
    return paint(choice_lines(seen, width=width), colour=False).splitlines()


def test_the_three_scenarios_are_judged_as_the_post_does() -> None:
    rows = drawn(looked(missing=True, dmarc=NOT_THERE))

    assert [row.split()[-2:] for row in rows[1:]] == [["✗", "fails"], ["✓", "passes"], ["✓", "passes"]]
    assert rows[1].count("✗ amazonses.com") == 2
    assert f"✓ {DOMAIN}" in rows[2]
    assert "✗ amazonses.com" in rows[2]
    assert f"✓ {BOUNCE}" in rows[3]


@pytest.mark.parametrize(
    ("seen", "chosen"),
    [
        (looked(missing=True, dmarc=NOT_THERE), "domain, MAIL FROM"),
        (looked(missing=True, dmarc=NOT_THERE, answers=Answers(mail_from="none")), "the domain"),
        (looked(missing=True, identity=ADDRESS), "only the address"),
    ],
)
def test_the_row_that_the_answers_choose_is_marked(seen: Observation, chosen: str) -> None:
    marked = [row for row in drawn(seen) if row.startswith("❯")]

    assert len(marked) == 1
    assert chosen in marked[0]


def test_a_label_stands_in_the_row_as_it_was_answered() -> None:
    rows = drawn(looked(missing=True, dmarc=NOT_THERE, answers=Answers(mail_from="post")))

    assert f"✓ post.{DOMAIN}" in rows[3]
    assert BOUNCE not in "\n".join(rows)


def test_a_strict_policy_that_is_there_takes_spf_out_and_says_why() -> None:
    rows = drawn(looked(missing=True, dmarc=policy("v=DMARC1; p=none; aspf=s")))

    assert f"✗ {BOUNCE}" in rows[3]
    assert rows[3].endswith("✓ passes")
    assert "aspf=s" in rows[4]


def test_a_record_that_says_something_else_is_not_taken_for_one_that_will_be_right() -> None:
    rows = drawn(looked(missing=True, dmarc=NOT_THERE, dns={SPF: ("v=spf1 -all",)}))

    assert f"✗ {BOUNCE}" in rows[3]


def test_a_policy_that_could_not_be_looked_up_leaves_dmarc_unknown() -> None:
    rows = drawn(looked(missing=True, dmarc=Unseen(Unreachable("no answer"))))

    assert all(row.endswith("? unknown") for row in rows[1:4])


def test_what_is_foreseen_passes_everywhere_with_a_policy_chosen() -> None:
    seen = looked(missing=True, dmarc=NOT_THERE)

    told = predict(foreseen(seen, Identity(DOMAIN), BOUNCE))

    assert {outlook for outlook, _ in told.bulk.values()} == {Outlook.PASS}


@pytest.mark.parametrize("width", [56, 76])
def test_long_names_keep_to_the_width(width: int) -> None:
    long = Identity(f"{'a-very-long-label.' * 3}example.com")

    assert max(map(len, drawn(looked(missing=True, identity=long, dmarc=NOT_THERE), width)[:4])) <= width
