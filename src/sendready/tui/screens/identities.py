"""The region's identities with their state, filtered as you type; one opens, or a new one begins."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import getters, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Input, OptionList, Static
from textual.widgets.option_list import Option

from sendready.model.errors import BadInput, SendreadyError
from sendready.model.identity import Identity, IdentityKind, ListedIdentity, Status
from sendready.report.lines import Style, escape
from sendready.steps.naming import read_identity
from sendready.tui.content import STYLES

if TYPE_CHECKING:
    from sendready.tui.app import SendreadyApp

_MARKS = {
    Status.SUCCESS: ("✓ verified", Style.GOOD),
    Status.PENDING: ("◐ pending", Style.BUSY),
    Status.NOT_STARTED: ("○ not started", Style.STRONG),
    Status.TEMPORARY_FAILURE: ("✗ failing", Style.BAD),
    Status.FAILED: ("✗ failed", Style.BAD),
}

NAME_WIDTH = 40


def _app() -> type[SendreadyApp]:
    from sendready.tui.app import SendreadyApp

    return SendreadyApp


class IdentitiesScreen(Screen[None]):
    """Where the wizard starts without a name."""

    CSS_PATH = str(Path(__file__).with_name("setup.tcss"))
    app = getters.app(_app)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "into_list", "List", show=False),
        Binding("f5", "reload", "Look now"),
        Binding("ctrl+q", "app.quit", "Quit", priority=True),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._identities: tuple[ListedIdentity, ...] = ()
        self._failed = False
        """Whether the last attempt to look did not work."""

    def compose(self) -> ComposeResult:
        """A question that filters, and the list."""
        banner = Content.styled(f"   {self.app.banner}", STYLES[Style.WARN])
        yield Static(Content.assemble(Content.styled("sendready", "bold"), banner), id="title")
        yield Static("Which domain or address? Type a new one, or choose one that SES has already.", classes="about")
        yield Input(placeholder="example.com", id="name", compact=True)
        yield Static(id="refused", markup=False)
        yield OptionList(id="identities")
        yield Static("asking SES…", id="status", markup=False)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Starts to look."""
        self.query_one("#name", Input).focus()
        self._load()

    @work(exclusive=True)
    async def _load(self) -> None:
        try:
            world = await self.app.open_world(anew=self._failed)
            self._identities = await world.ses.identities()
        except SendreadyError as error:
            self._failed = True
            self.query_one("#status", Static).update(f"{error.message}. {error.hint or ''} F5 looks again")
            return
        self._failed = False
        count = len(self._identities)
        told = f"{count} identit{'y' if count == 1 else 'ies'} in {world.ses.region}"
        self.query_one("#status", Static).update(told)
        self._filter(self.query_one("#name", Input).value)

    def _filter(self, typed: str) -> None:
        wanted = typed.strip().lower()
        shown = [identity for identity in self._identities if wanted in identity.name.lower()]
        self.query_one("#identities", OptionList).set_options(Option(_row(i), id=i.name) for i in shown)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filters as it is typed."""
        self.query_one("#refused", Static).update("")
        self._filter(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Opens what was typed; what is no name is told, and stays as it was typed."""
        try:
            identity = read_identity(event.value)
        except BadInput as error:
            self.query_one("#refused", Static).update(f"! {error.message}. {error.hint or ''}")
            return
        self.app.open_identity(identity)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Opens the chosen one."""
        found = next(i for i in self._identities if i.name == event.option_id)
        self.app.open_identity(Identity(found.name, found.kind))

    def action_into_list(self) -> None:
        """From the question into the list."""
        listed = self.query_one("#identities", OptionList)
        if listed.option_count:
            listed.highlighted = listed.highlighted or 0
            listed.focus()

    def action_reload(self) -> None:
        """Asks SES again."""
        self._load()


def _row(identity: ListedIdentity) -> Content:
    words, style = _MARKS[identity.status]
    kind = "address" if identity.kind is IdentityKind.ADDRESS else "domain"
    return Content.assemble(
        Content.styled(f"{words:14}", STYLES[style]),
        f"{escape(identity.name):{NAME_WIDTH}}",
        Content.styled(f"  {kind}", STYLES[Style.QUIET]),
    )
