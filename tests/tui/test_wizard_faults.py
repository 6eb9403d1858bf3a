"""What a broken world looks like in the wizard, and how it goes on when it is mended."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Button, OptionList
from walking import Open, Walker

from sendready.model.finding import Verdict
from sendready.model.step import StepState
from sendready.practice.servers import Practice
from sendready.tui.panels.panel import Panel
from sendready.tui.screens.dialogs import Consent, Reading
from sendready.tui.stage import Stage, state_of

DOMAIN = "shop.example"


@pytest.mark.parametrize(
    ("fault", "finding", "verdict"),
    [
        ("doubled-domain", "KIM004", Verdict.BROKEN),
        ("records-missing", "KIM001", Verdict.BROKEN),
        ("review-denied", "SES006", Verdict.BROKEN),
        ("slow-dns", "DEL003", Verdict.UNKNOWN),
        ("throttled", None, Verdict.READY),
    ],
)
async def test_an_identity_that_exists_opens_at_health_with_its_cause_on_top(
    practice: Practice, wizard: Open, fault: str, finding: str | None, verdict: Verdict
) -> None:
    practice.finish(DOMAIN)
    practice.inflict(fault, DOMAIN)
    async with wizard(DOMAIN) as walker:
        await walker.at(Stage.HEALTH)
        await walker.verdict(verdict)
        if finding is not None:
            await walker.until(lambda: finding in walker.screen_text())


@pytest.mark.parametrize(("fault", "finding"), [("access-denied", "ENV015"), ("expired-credentials", "ENV011")])
async def test_what_keeps_us_from_looking_is_told_in_the_account_panel_and_gone_when_mended(
    practice: Practice, wizard: Open, fault: str, finding: str
) -> None:
    practice.finish(DOMAIN)
    practice.inflict(fault, DOMAIN)
    async with wizard(DOMAIN) as walker:
        await walker.verdict(Verdict.UNKNOWN)
        await walker.until(lambda: finding in walker.screen_text())
        practice.aws.lift()
        await walker.press("r")
        await walker.verdict(Verdict.READY)


async def test_an_identity_that_is_in_another_region_is_told_where_the_region_is_chosen(
    practice: Practice, wizard: Open
) -> None:
    practice.inflict("other-region", DOMAIN)
    async with wizard(DOMAIN) as walker:
        await walker.at(Stage.ACCOUNT)
        await walker.until(lambda: "SES002" in walker.screen_text())


async def test_evidence_page_and_fix_are_a_key_away(practice: Practice, wizard: Open) -> None:
    practice.throttling = False
    practice.finish(DOMAIN)
    practice.inflict("records-missing", DOMAIN)
    async with wizard(DOMAIN) as walker:
        await walker.at(Stage.HEALTH)
        await walker.until(lambda: walker.panel.query_one("#fix", Button).has_focus)
        await walker.press("v")
        await walker.until(lambda: isinstance(walker.app.screen, Reading))
        assert "NXDOMAIN" in walker.screen_text()
        await walker.press("escape")
        await walker.press("e")
        await walker.until(lambda: isinstance(walker.app.screen, Reading))
        assert "What it means" in walker.screen_text()
        await walker.press("escape")
        await walker.press("f")
        await walker.until(lambda: isinstance(walker.app.screen, Consent))
        assert "route53:ChangeResourceRecordSets" in walker.screen_text()
        before = len(practice.aws.calls)
        await walker.press("escape")
        assert not [c for c in practice.aws.calls[before:] if c.operation == "ChangeResourceRecordSets"]
        await walker.press("f")
        await walker.until(lambda: isinstance(walker.app.screen, Consent))
        await walker.press("enter")
        await walker.verdict(Verdict.READY)


async def test_what_changed_since_it_was_ready_is_told_first(practice: Practice, wizard: Open) -> None:
    practice.throttling = False
    practice.finish(DOMAIN)
    async with wizard(DOMAIN) as walker:
        await walker.verdict(Verdict.READY)
    practice.take(DOMAIN, f"bounce.{DOMAIN}", "MX")
    async with wizard(DOMAIN) as walker:
        await walker.verdict(Verdict.BROKEN)
        await walker.at(Stage.HEALTH)
        await walker.until(lambda: "Changed since it was ready last" in walker.screen_text(), "what changed")
        shown = " ".join(walker.screen_text().split())
        assert f"(RUN001): MX bounce.{DOMAIN}" in shown
        assert shown.index("Changed since") < shown.index("MFR001")


@pytest.mark.parametrize(
    ("fault", "record"),
    [
        ("records-missing", "_domainkey.shop.example"),
        ("doubled-domain", "_domainkey.shop.example"),
        ("own-key-missing", "mine._domainkey.shop.example"),
        ("mail-from-rejects", "bounce.shop.example"),
        ("spf-missing", "bounce.shop.example"),
        ("regional-clash", "bounce.shop.example"),
    ],
)
async def test_the_record_to_be_mended_is_in_sight_without_scrolling(
    practice: Practice, wizard: Open, fault: str, record: str
) -> None:
    practice.throttling = False
    practice.finish(DOMAIN)
    async with wizard(DOMAIN) as walker:
        await walker.verdict(Verdict.READY)
    practice.inflict(fault, DOMAIN)
    practice.inflict("bounce-rate", DOMAIN)  # and what else is wrong does not push it away
    async with wizard(DOMAIN) as walker:
        await walker.at(Stage.HEALTH)
        await walker.until(lambda: walker.setup.conductor.snapshot.plan is not None)
        for _ in range(walker.panel.query_one("#findings", OptionList).option_count):
            if record in _below_the_changes(walker):
                break
            await walker.press("down")
        assert record in _below_the_changes(walker)


def _below_the_changes(walker: Walker) -> str:
    return "\n".join(row for row in walker.screen_text().splitlines() if "Changed since" not in row)


async def test_a_command_is_broken_before_options_and_copied_whole_one_at_a_time(
    practice: Practice, wizard: Open
) -> None:
    practice.throttling = False
    practice.finish(DOMAIN)
    practice.inflict("configuration-set-gone", DOMAIN)
    async with wizard(DOMAIN) as walker:
        await walker.at(Stage.HEALTH)
        await walker.until(lambda: "--configuration-set-name mail \\" in walker.screen_text(), "the command")
        await walker.press("c")
        await walker.until(lambda: "command 1 of 2" in walker.status())
        made = f"aws sesv2 create-configuration-set --configuration-set-name mail --region {practice.region}"
        assert walker.app.clipboard == made
        await walker.press("c")
        await walker.until(lambda: "command 2 of 2" in walker.status())
        assert walker.app.clipboard.startswith("aws sesv2 put-email-identity-configuration-set-attributes")
        assert "create-configuration-set" not in walker.app.clipboard


async def test_everything_that_was_found_is_mended_by_one_key(practice: Practice, wizard: Open) -> None:
    practice.throttling = False
    practice.finish(DOMAIN)
    practice.take(DOMAIN, f"bounce.{DOMAIN}", "MX")
    practice.ses.identities[DOMAIN].signing = False
    async with wizard(DOMAIN) as walker:
        await walker.at(Stage.HEALTH)
        await walker.until(lambda: walker.panel.query_one("#fix-all", Button).display, "fix all")
        assert "Fix all 2" in walker.screen_text()
        await walker.press("a")
        await walker.until(lambda: isinstance(walker.app.screen, Consent))
        assert "ses:PutEmailIdentityDkimAttributes" in walker.screen_text()
        assert "route53:ChangeResourceRecordSets" in walker.screen_text()
        await walker.press("enter")
        await walker.verdict(Verdict.READY)


async def test_the_report_is_saved_as_a_page_and_replaces_no_file(
    practice: Practice, wizard: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / f"{DOMAIN}-report.html").write_text("mine", "utf-8")
    practice.finish(DOMAIN)
    practice.inflict("records-missing", DOMAIN)
    async with wizard(DOMAIN) as walker:
        await walker.verdict(Verdict.BROKEN)
        await walker.at(Stage.HEALTH)
        await walker.press("x")
        await walker.until(lambda: (tmp_path / f"{DOMAIN}-report-1.html").exists(), "the file")
        await walker.until(lambda: f"saved {tmp_path}" in walker.status(), "where it is")
    assert (tmp_path / f"{DOMAIN}-report.html").read_text("utf-8") == "mine"
    assert "KIM001" in (tmp_path / f"{DOMAIN}-report-1.html").read_text("utf-8")


async def test_a_conflict_is_shown_with_both_values_and_the_rest_goes_on(practice: Practice, wizard: Open) -> None:
    practice.throttling = False
    practice.register(DOMAIN)
    practice.put(DOMAIN, f"bounce.{DOMAIN}", "MX", ["10 mail.other.example."])
    async with wizard(DOMAIN) as walker:
        await walker.can_press("Continue")
        await walker.press("enter")
        await walker.can_press("Go: make 2 changes")
        await walker.press("enter")
        await walker.at(Stage.RECORDS)
        await walker.can_press("Publish 5 records")
        panel_text = walker.setup.panel.query_one(".body").render() if walker.setup.panel else ""
        assert "mail.other.example" in str(panel_text)
        await walker.press("enter")
        await walker.can_press("Continue")
        await walker.until(lambda: state_of(Stage.DKIM, walker.setup.conductor.snapshot) is StepState.DONE, "DKIM done")
    zone = practice.zone_of(DOMAIN)
    assert zone is not None
    kept = zone.get(f"bounce.{DOMAIN}", "MX")
    assert kept is not None
    assert kept.values == ("10 mail.other.example.",)


async def test_an_address_is_verified_by_a_click_that_practice_offers(practice: Practice, wizard: Open) -> None:
    practice.throttling = False
    async with wizard(f"user@{DOMAIN}") as walker:
        await walker.can_press("Continue")
        await walker.press("enter")
        await walker.can_press("Go: make 1 change")
        await walker.press("enter")
        await walker.until(lambda: "open the link" in walker.screen_text())
        assert "24 hours" in walker.screen_text()
        await walker.pilot.click("#link")
        await walker.until(
            lambda: state_of(Stage.IDENTITY, walker.setup.conductor.snapshot) is StepState.DONE, "verified"
        )


async def test_what_was_mended_leaves_names_behind_that_are_told(practice: Practice, wizard: Open) -> None:
    practice.throttling = False
    practice.finish(DOMAIN)
    practice.inflict("doubled-domain", DOMAIN)
    async with wizard(DOMAIN) as walker:
        await walker.at(Stage.HEALTH)
        await walker.until(lambda: walker.panel.query_one("#fix", Button).has_focus)
        await walker.press("enter")
        await walker.until(lambda: isinstance(walker.app.screen, Consent))
        await walker.press("enter")
        await walker.verdict(Verdict.READY)
        await walker.until(lambda: "of no use" in walker.screen_text())
        assert len(walker.setup.conductor.snapshot.strewn) == 3
        assert all(name.endswith(f".{DOMAIN}.{DOMAIN}") for name in walker.setup.conductor.snapshot.strewn)


async def test_a_publisher_that_cannot_be_used_is_told_and_leaves_a_way_on(practice: Practice, wizard: Open) -> None:
    practice.throttling = False
    practice.register(DOMAIN)
    async with wizard(DOMAIN) as walker:
        await walker.can_press("Continue")
        await walker.press("enter")
        await walker.can_press("Go")
        walker.setup.post_message(Panel.Answered("publish", "octodns:gandi"))
        await walker.until(lambda: "needs the package octodns-gandi" in walker.screen_text())
        await walker.can_press("Look again")
        walker.setup.post_message(Panel.Answered("publish", "auto"))
        await walker.can_press("Go: make 2 changes")


async def test_a_region_that_was_seen_before_has_its_plan_again(practice: Practice, wizard: Open) -> None:
    practice.throttling = False
    async with wizard(f"user@{DOMAIN}") as walker:
        await walker.can_press("Continue")
        for region in ("us-east-1", "", "us-east-1"):
            walker.setup.post_message(Panel.RegionAsked(region))
            await walker.until(
                lambda region=region: (
                    (seen := walker.setup.conductor.snapshot.observation) is not None
                    and seen.region == (region or practice.region)
                    and walker.setup.conductor.snapshot.plan is not None
                ),
                f"a plan in {region}",
            )


async def test_answers_are_kept_when_the_wizard_is_left_in_the_middle(practice: Practice, wizard: Open) -> None:
    practice.throttling = False
    practice.register(DOMAIN)
    async with wizard(DOMAIN) as walker:
        await walker.can_press("Continue")
        await walker.press("enter")
        await walker.can_press("Go")
        walker.panel.query_one("#field-mail-from Input").focus()
        await walker.type("mail")
        await walker.until(lambda: "mail.shop.example" in walker.screen_text(), "the plan follows the answer")
        await walker.app.action_quit()
    async with wizard(DOMAIN) as walker:
        await walker.can_press("Continue")
        await walker.press("enter")
        await walker.can_press("Go")
        assert walker.panel.query_one("#field-mail-from Input").value == "mail"


async def test_going_back_and_resizing_lose_nothing(practice: Practice, wizard: Open) -> None:
    practice.register(DOMAIN)
    async with wizard(DOMAIN) as walker:
        await walker.can_press("Continue")
        await walker.press("enter")
        await walker.can_press("Go")
        walker.panel.query_one("#field-dmarc-reports Input").focus()
        await walker.type("not an address")
        await walker.until(lambda: "is not an address" in walker.screen_text())
        await walker.press("tab", "escape")
        await walker.at(Stage.ACCOUNT)
        await walker.pilot.resize_terminal(120, 40)
        await walker.press("2")
        await walker.at(Stage.IDENTITY)
        assert walker.panel.query_one("#field-dmarc-reports Input").value == "not an address"
        await walker.pilot.resize_terminal(50, 15)
        await walker.until(lambda: "make the terminal larger" in walker.screen_text())
        await walker.pilot.resize_terminal(80, 24)
        await walker.until(lambda: "not an address" in walker.screen_text())


async def test_nothing_is_written_before_a_button_was_pressed(practice: Practice, wizard: Open) -> None:
    practice.register(DOMAIN)
    async with wizard(DOMAIN) as walker:
        await walker.can_press("Continue")
        for key in "23456789":
            await walker.press(key)
    writes = ("Create", "Put", "Change", "Delete", "Send", "Subscribe", "Verify")
    assert not [call for call in practice.aws.calls if call.operation.startswith(writes)]
