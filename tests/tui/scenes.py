"""The scenes of the wizard: for each step and state of it a world, what is opened in it, and the way there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from textual.widgets import Button, Input
from walking import Walker

from sendready.practice.servers import Practice
from sendready.tui.screens.dialogs import Consent, MfaCode, Reading
from sendready.tui.stage import Stage

DOMAIN = "shop.example"
ADDRESS = f"sales@{DOMAIN}"

Walk = Callable[[Walker], Awaitable[None]]


@dataclass(frozen=True)
class Scene:
    """How a picture comes about."""

    name: str
    world: Callable[[Practice], None]
    opens: str | None
    walk: Walk
    environment: Mapping[str, str] = field(default_factory=dict)
    """What is set in the environment, such as a theme."""


SCENES: dict[str, Scene] = {}
"""Every scene by its name, which is the name of the function that walks there."""


def scene(world: Callable[[Practice], None], opens: str | None = DOMAIN) -> Callable[[Walk], Walk]:
    """Makes a scene of the way to it."""

    def made(walk: Walk) -> Walk:
        name = walk.__name__  # type: ignore[attr-defined]  # a function's
        SCENES[name] = Scene(name, world, opens, walk)
        return walk

    return made


def nothing(practice: Practice) -> None:
    """An account without identities."""


def registered(practice: Practice) -> None:
    """The domain is registered, SES has never heard of it."""
    practice.register(DOMAIN)


def finished(practice: Practice) -> None:
    """Everything was set up a month ago."""
    practice.finish(DOMAIN)


def in_the_sandbox(practice: Practice) -> None:
    """Everything but production access."""
    practice.finish(DOMAIN, production=False)


def to_be_denied(practice: Practice) -> None:
    """The same; AWS will decline."""
    in_the_sandbox(practice)
    practice.review_outcome = "DENIED"


def doubled(practice: Practice) -> None:
    """The DNS host appended the domain to names that had it already."""
    practice.finish(DOMAIN)
    practice.inflict("doubled-domain", DOMAIN)


def emptied(practice: Practice) -> None:
    """Somebody tidied the zone up."""
    practice.finish(DOMAIN)
    practice.inflict("records-missing", DOMAIN)


def several(practice: Practice) -> None:
    """Identities in several states."""
    for name in ("news.shop.example", "shop.example", "workshop.example"):
        practice.finish(name)
    practice.finish("old-shop.example")
    practice.inflict("records-missing", "old-shop.example")


def passes(walker: Walker, **time: float) -> None:
    """Practice time passes at once."""
    walker.practice.clock.jump(timedelta(**time))


async def settled(walker: Walker) -> None:
    """Nothing is being changed or looked at: the next look comes when time moves."""

    def quiet() -> bool:
        snapshot = walker.setup.conductor.snapshot
        return snapshot.plan is not None and not snapshot.busy and not snapshot.working

    await walker.until(quiet, "settled")


async def looked(walker: Walker, what: Callable[[], object], told: str) -> None:
    """Looks, as `r` does, until something is so."""

    def again() -> bool:
        if what():
            return True
        if not walker.setup.conductor.snapshot.busy:
            walker.setup.action_look()
        return False

    await walker.until(again, told)


async def open_stage(walker: Walker, stage: Stage) -> None:
    """Opens a stage by its number, once the first look is complete."""
    await walker.until(lambda: walker.setup.conductor.snapshot.plan is not None, "the first look")
    walker.setup.action_open(walker.setup.stages.index(stage) + 1)
    await walker.at(stage)


async def created(walker: Walker) -> None:
    """Makes the identity; ends at the records, of which none is there yet."""
    await open_stage(walker, Stage.IDENTITY)
    await walker.can_press("Go: make 2 changes")
    await walker.press("enter")
    await walker.at(Stage.RECORDS)
    await walker.can_press("Publish 6 records")


async def published(walker: Walker) -> None:
    """Publishes them as well; ends at the records, all of which are live."""
    await created(walker)
    await walker.press("enter")
    await walker.until(lambda: _called(walker, "ChangeResourceRecordSets"), "publishing")
    await settled(walker)
    passes(walker, seconds=1.5)  # so long Route 53 takes
    zone = walker.practice.zone_of(DOMAIN)
    assert zone is not None
    await walker.until(lambda: all(zone.get(name, kind) for name, kind in _wanted(walker)), "served")
    passes(walker, seconds=0.5)  # when the next look is due
    await walker.until(lambda: _waits_for(walker, "SES"), "live")
    await walker.can_press("Continue")


def _wanted(walker: Walker) -> list[tuple[str, str]]:
    seen = walker.setup.conductor.snapshot.observation
    return [(record.wanted.name, record.wanted.type.value) for record in seen.records] if seen is not None else []


def _waits_for(walker: Walker, what: str) -> bool:
    awaited = walker.setup.conductor.snapshot.awaited
    return bool(awaited) and all(text.startswith(what) for text in awaited)


@scene(registered)
async def account(walker: Walker) -> None:
    await walker.can_press("Continue")


@scene(nothing)
async def account_of_an_unregistered_domain(walker: Walker) -> None:
    await walker.can_press("Continue")


@scene(registered)
async def identity(walker: Walker) -> None:
    await open_stage(walker, Stage.IDENTITY)
    await walker.can_press("Go: make 2 changes")


@scene(registered)
async def identity_plan(walker: Walker) -> None:
    await identity(walker)
    await walker.press("pagedown")


@scene(registered)
async def identity_with_an_error(walker: Walker) -> None:
    await identity(walker)
    walker.panel.query_one("#field-dmarc-reports Input").focus()
    await walker.type("reports")
    await walker.press("enter")
    await walker.until(lambda: "! " in walker.screen_text(), "the problem")


@scene(nothing, opens=ADDRESS)
async def address(walker: Walker) -> None:
    await open_stage(walker, Stage.IDENTITY)
    await walker.can_press("Go: make 1 change")


@scene(nothing, opens=ADDRESS)
async def address_waiting_for_its_link(walker: Walker) -> None:
    await address(walker)
    await walker.press("enter")
    await walker.until(lambda: "open the link" in walker.screen_text())
    await walker.can_press("Continue")


@scene(registered)
async def records_before_the_identity(walker: Walker) -> None:
    await open_stage(walker, Stage.RECORDS)


@scene(registered)
async def records_missing(walker: Walker) -> None:
    await created(walker)


@scene(registered)
async def records_live(walker: Walker) -> None:
    await published(walker)


@scene(registered)
async def dkim_missing(walker: Walker) -> None:
    await created(walker)
    await open_stage(walker, Stage.DKIM)


@scene(finished)
async def dkim_live(walker: Walker) -> None:
    await open_stage(walker, Stage.DKIM)


@scene(finished)
async def mail_from_live(walker: Walker) -> None:
    await open_stage(walker, Stage.MAIL_FROM)


@scene(registered)
async def dmarc_missing(walker: Walker) -> None:
    await created(walker)
    await open_stage(walker, Stage.DMARC)


@scene(finished)
async def dmarc_live(walker: Walker) -> None:
    await open_stage(walker, Stage.DMARC)


@scene(in_the_sandbox)
async def access_form(walker: Walker) -> None:
    await open_stage(walker, Stage.ACCESS)
    await walker.until(lambda: isinstance(walker.setup.focused, Input), "the form")


@scene(in_the_sandbox)
async def access_under_review(walker: Walker) -> None:
    await access_form(walker)
    walker.panel.query_one("#field-website Input", Input).value = f"https://{DOMAIN}"
    await walker.press("enter", "space")
    await walker.can_press("Ask AWS")
    await walker.press("enter")
    await walker.until(lambda: isinstance(walker.app.screen, Consent))
    await walker.press("enter")
    await walker.at(Stage.TEST)
    await open_stage(walker, Stage.ACCESS)
    await looked(walker, lambda: _review(walker) == "PENDING", "under review")
    await walker.can_press("Continue")


@scene(in_the_sandbox)
async def access_granted(walker: Walker) -> None:
    await access_under_review(walker)
    passes(walker, minutes=1)
    await looked(walker, lambda: "production" in walker.screen_text() and _review(walker) == "GRANTED", "granted")
    await walker.until(lambda: not walker.setup.conductor.snapshot.busy)


@scene(to_be_denied)
async def access_denied(walker: Walker) -> None:
    await access_under_review(walker)
    passes(walker, minutes=1)
    await looked(walker, lambda: _review(walker) == "DENIED", "denied")


def _review(walker: Walker) -> str | None:
    seen = walker.setup.conductor.snapshot.observation
    account = seen.account_seen if seen is not None else None
    return account.review.status if account is not None and account.review is not None else None


@scene(finished)
async def test_send_before(walker: Walker) -> None:
    await open_stage(walker, Stage.TEST)
    await walker.can_press("Send the test")


@scene(finished)
async def test_send_on_its_way(walker: Walker) -> None:
    await test_send_before(walker)
    await walker.press("enter")
    await walker.until(lambda: _called(walker, "CreateConfigurationSetEventDestination"), "the way of the events")
    passes(walker, seconds=0.6)  # SES says that it may publish there
    await walker.until(lambda: _called(walker, "SendEmail") == 5, "sent")
    await walker.until(lambda: all("+" in mail.address for mail in walker.setup.conductor.snapshot.mails), "told")
    passes(walker, seconds=0.7)
    await walker.until(lambda: _arrived(walker) == 5, "accepted")
    passes(walker, seconds=0.6)
    await walker.until(lambda: _arrived(walker) == 10, "arrived")


@scene(finished)
async def test_send_proven(walker: Walker) -> None:
    await test_send_on_its_way(walker)
    passes(walker, seconds=1)
    await walker.until(lambda: "✓ proven" in walker.screen_text())
    await walker.can_press("Continue")


@scene(finished)
async def ready(walker: Walker) -> None:
    await test_send_proven(walker)
    await walker.press("enter")
    await walker.at(Stage.READY)
    await walker.can_press("Leave")


def _called(walker: Walker, operation: str) -> int:
    return sum(call.operation == operation for call in walker.practice.aws.calls)


def _arrived(walker: Walker) -> int:
    return sum(len(mail.arrived) for mail in walker.setup.conductor.snapshot.mails)


@scene(registered)
async def not_ready_yet(walker: Walker) -> None:
    await created(walker)
    await open_stage(walker, Stage.READY)


@scene(finished)
async def health(walker: Walker) -> None:
    await walker.at(Stage.HEALTH)
    await walker.can_press("Continue")
    await walker.until(lambda: walker.setup.conductor.snapshot.next_look is not None, "the next look is known")


@scene(doubled)
async def health_with_a_fault(walker: Walker) -> None:
    await walker.at(Stage.HEALTH)
    await walker.until(lambda: walker.panel.query_one("#fix", Button).has_focus, "the fix")


def broken_by(fault: str) -> Callable[[Practice], None]:
    """A finished domain that one fault broke."""

    def world(practice: Practice) -> None:
        practice.finish(DOMAIN)
        practice.inflict(fault, DOMAIN)

    return world


async def health_whole(walker: Walker) -> None:
    """At Health, once everything has been looked at and the status line says when it is looked at next."""
    await walker.at(Stage.HEALTH)
    await settled(walker)
    await walker.until(lambda: walker.setup.conductor.snapshot.next_look is not None, "the next look is known")


FAULTS = (
    "records-missing",
    "own-key-missing",
    "mail-from-rejects",
    "spf-missing",
    "regional-clash",
    "wrong-zone",
    "account-suspended",
    "bounce-rate",
    "configuration-set-gone",
    "destination-disabled",
    "open-policy",
    "null-mx",
)
"""What Health is seen with: records, SES, the account, events, and what only warns."""

for fault_name in FAULTS:
    told = f"health_{fault_name.replace('-', '_')}"
    SCENES[told] = Scene(told, broken_by(fault_name), DOMAIN, health_whole)


@scene(doubled)
async def evidence(walker: Walker) -> None:
    await health_with_a_fault(walker)
    await walker.press("v")
    await walker.until(lambda: isinstance(walker.app.screen, Reading))


@scene(doubled)
async def explanation(walker: Walker) -> None:
    await health_with_a_fault(walker)
    await walker.press("e")
    await walker.until(lambda: isinstance(walker.app.screen, Reading))


@scene(emptied)
async def fix(walker: Walker) -> None:
    await health_with_a_fault(walker)
    await walker.until(lambda: walker.setup.conductor.snapshot.plan is not None)
    await walker.press("f")
    await walker.until(lambda: isinstance(walker.app.screen, Consent))


@scene(registered)
async def help_page(walker: Walker) -> None:
    await identity(walker)
    await walker.press("question_mark")
    await walker.until(lambda: isinstance(walker.app.screen, Reading))


@scene(registered)
async def one_time_code(walker: Walker) -> None:
    await account(walker)
    await walker.app.push_screen(MfaCode("Enter MFA code for arn:aws:iam::123456789012:mfa/somebody:"))
    await walker.until(lambda: isinstance(walker.app.focused, Input))


@scene(several, opens=None)
async def identities(walker: Walker) -> None:
    await walker.until(lambda: "4 identities" in walker.screen_text())


@scene(several, opens=None)
async def identities_filtered(walker: Walker) -> None:
    await identities(walker)
    await walker.type("work")
    await walker.until(lambda: "news" not in walker.screen_text())


PAINTED = {"in_light": {"SENDREADY_THEME": "light"}, "without_colours": {"NO_COLOR": "1"}}
"""Ways to paint that are seen with a few scenes, for the rest is painted by the same rules."""

for painted, environment in PAINTED.items():
    for plain in ("health_with_a_fault", "records_missing", "identity", "access_under_review", "identities"):
        told = f"{plain}_{painted}"
        SCENES[told] = replace(SCENES[plain], name=told, environment=environment)
