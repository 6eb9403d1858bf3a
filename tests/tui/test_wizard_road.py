"""The whole road by keyboard, from nothing to ready."""

from __future__ import annotations

from textual.widgets import Input
from walking import Open

from sendready.model.finding import Verdict
from sendready.practice.servers import Practice
from sendready.tui.stage import Stage

DOMAIN = "shop.example"
MOST_PRESSES = 15


async def test_from_start_to_ready_with_the_defaults_takes_at_most_fifteen_presses(
    practice: Practice, wizard: Open
) -> None:
    practice.register(DOMAIN)
    practice.throttling = False
    async with wizard(DOMAIN) as walker:
        await walker.at(Stage.ACCOUNT)
        await walker.until(lambda: walker.setup.conductor.snapshot.looked)
        await walker.can_press("Continue")
        await walker.press("enter")
        await walker.at(Stage.IDENTITY)
        await walker.can_press("Go: make 2 changes")
        await walker.press("enter")
        await walker.at(Stage.RECORDS)
        await walker.can_press("Publish 6 records")
        await walker.press("enter")
        await walker.can_press("Continue")
        await walker.press("enter")
        await walker.at(Stage.ACCESS)
        await walker.until(lambda: isinstance(walker.setup.focused, Input))
        await walker.type("https://shop.example")
        await walker.press("enter", "space")
        await walker.can_press("Ask AWS")
        await walker.press("enter")
        await walker.at(Stage.TEST)
        await walker.can_press("Send the test")
        await walker.press("enter")
        await walker.verdict(Verdict.READY)
        await walker.can_press("Continue")
        await walker.press("enter")
        await walker.at(Stage.READY)
        assert "✓ ready" in walker.screen_text()
        await walker.press("enter")
    assert walker.app.return_value == 0
    assert walker.presses <= MOST_PRESSES
    assert practice.ses.identities[DOMAIN].dkim.status == "SUCCESS"
    assert [call for call in practice.aws.calls if call.operation == "PutAccountDetails"]
