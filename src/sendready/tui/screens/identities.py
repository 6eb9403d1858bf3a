"""The region's identities with their state, filtered as you type; one opens, or a new one begins."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import getters, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Input, Static

from sendready.model.errors import BadInput, SendreadyError
from sendready.model.identity import Identity, ListedIdentity
from sendready.report.lines import Style, escape
from sendready.steps.naming import read_identity
from sendready.tui.content import STYLES
from sendready.tui.widgets.identity_table import IdentityTable, shown

if TYPE_CHECKING:
    from sendready.tui.app import SendreadyApp


def _app() -> type[SendreadyApp]:
    from sendready.tui.app import SendreadyApp

    return SendreadyApp


class IdentitiesScreen(Screen[None]):
    """Where the wizard starts without a name."""

    CSS_PATH = str(Path(__file__).with_name("setup.tcss"))
    app = getters.app(_app)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "into_list", "List", show=False),
        Binding("f3", "sort", "Sort"),
        Binding("f5", "reload", "Look now"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._identities: tuple[ListedIdentity, ...] = ()
        self._by_name = False
        self._region = ""
        self._failed = False
        """Whether the last attempt to look did not work."""

    def compose(self) -> ComposeResult:
        """A question that filters, and the list."""
        banner = Content.styled(f"   {self.app.banner}", STYLES[Style.WARN])
        yield Static(Content.assemble(Content.styled("sendready", "bold"), banner), id="title")
        yield Static("Which domain or address? Type a new one, or choose one that SES has already.", classes="about")
        yield Input(placeholder="example.com", id="name", compact=True)
        yield Static(id="refused", markup=False)
        yield IdentityTable(id="identities")
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
        self._region = world.ses.region
        self._filter()

    def _filter(self) -> None:
        """Shows what fits what was typed, and says what Enter would do."""
        typed = self.query_one("#name", Input).value.strip()
        rows = shown(self._identities, typed, by_name=self._by_name)
        self.query_one(IdentityTable).show(rows)
        if not self._region:
            return  # not asked yet
        count, order = len(self._identities), "by name" if self._by_name else "what needs you first"
        told = f"{count} identit{'y' if count == 1 else 'ies'} in {self._region}"
        if typed and count:
            told = f"{len(rows)} of {told}"
        if len(rows) > 1:
            told += f" · {order} · ↓ into the list"
        elif not rows:
            told += f" · Enter sets up {escape(typed)}" if typed else " · type the domain that you want to send from"
        self.query_one("#status", Static).update(told)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filters as it is typed."""
        self.query_one("#refused", Static).update("")
        self._filter()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Opens what was typed; what is no name is told, and stays as it was typed."""
        try:
            identity = read_identity(event.value)
        except BadInput as error:
            self.query_one("#refused", Static).update(f"! {error.message}. {error.hint or ''}")
            return
        self.app.open_identity(identity)

    def on_identity_table_opened(self, event: IdentityTable.Opened) -> None:
        """Opens the chosen one."""
        self.app.open_identity(Identity(event.identity.name, event.identity.kind))

    def on_identity_table_left_above(self) -> None:
        """Back to the question."""
        self.query_one("#name", Input).focus()

    def action_into_list(self) -> None:
        """From the question into the list."""
        if (table := self.query_one(IdentityTable)).rows:
            table.focus()

    def action_sort(self) -> None:
        """What is wrong first, or by name."""
        self._by_name = not self._by_name
        self._filter()

    def action_reload(self) -> None:
        """Asks SES again."""
        self._load()
