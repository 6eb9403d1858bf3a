"""The questions of the wizard as plain prompts: Enter keeps what stands in brackets, `-` empties it, `?` explains."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sendready.cli.output import Console
from sendready.model.answers import DmarcPolicy, EventRoute, KeyLength, MailType, Publish
from sendready.model.errors import BadInput
from sendready.model.observation import Observation
from sendready.report.lines import Style, escape, line, wrapped
from sendready.steps.answering import read_answer
from sendready.steps.pages import page_of
from sendready.steps.questions import open_questions
from sendready.steps.validation import problem_with

DOSSIER = {
    "recipients": "Who gets your mail, and how did they ask for it?",
    "volume": "How many messages a day?",
    "unsubscribe": "How does somebody stop getting it?",
    "sample": "An example of a message",
}
"""What a person at AWS wants to read beyond the form."""

PAGES = {
    **dict.fromkeys(("key_length", "from_local"), "identity"),
    **dict.fromkeys(("dmarc", "dmarc_reports"), "dmarc"),
    **dict.fromkeys(("test", "events", "events_to", "configuration_set"), "test"),
    **dict.fromkeys(("request_access", "mail_type", "website", "contacts", "accept_terms", *DOSSIER), "access"),
    "mail_from": "mail-from",
    "publish": "records",
}
"""The page that `?` shows at each question."""

EMPTIES, EXPLAINS = "-", "?"
YES, NO = ("y", "yes"), ("n", "no")


class Questions:
    """Asks only what still matters for this domain; nothing that AWS or DNS answers by itself."""

    def __init__(self, console: Console, seen: Observation, keep: Callable[[dict[str, Any]], None]) -> None:
        """Asks on `console` about what was `seen`; `keep` is given everything typed so far after each answer."""
        self._console = console
        self._seen = seen
        self._save = keep
        self._open = open_questions(seen)
        self._typed: dict[str, Any] = {}

    def ask(self) -> dict[str, Any]:
        """The answers that differ from what was known before."""
        self._console.note("Enter keeps what stands in [brackets]; ? explains.")
        self._keys()
        self._mail_from()
        self._dmarc()
        self._sender()
        self._records()
        self._access()
        self._test()
        return self._typed

    def _keys(self) -> None:
        if "key_length" in self._open:
            choices = "/".join(length.value for length in KeyLength)
            self._text(
                "key_length", f"DKIM keys, bits ({choices})", "the longer, the better; 1024 is for old DNS hosts"
            )

    def _sender(self) -> None:
        if "from_local" in self._open:
            self._text("from_local", "Test mail from", f"what stands before @{self._seen.identity.domain}")

    def _records(self) -> None:
        if "publish" in self._open:
            others = ", ".join(way.value for way in Publish if way not in (Publish.AUTO, Publish.NONE))
            about = f"auto: Route 53 where the zone is in reach, else you; none: you; or one of {others}"
            self._text("publish", "Who writes the records?", about)

    def _mail_from(self) -> None:
        if "mail_from" in self._open:
            self._text("mail_from", "MAIL FROM label", "bounces return to it, and it lets SPF align; `none` for none")

    def _dmarc(self) -> None:
        if "dmarc" not in self._open:
            return
        choices = "/".join(policy.value for policy in DmarcPolicy)
        self._text("dmarc", f"DMARC policy ({choices})", "start with none; make it stricter once reports are clean")
        self._text("dmarc_reports", "Address for DMARC reports", "a mailbox that exists", without="none")

    def _access(self) -> None:
        if "request_access" not in self._open:
            return
        answers = self._seen.answered.answers
        about = "until AWS lifts the sandbox, mail goes to verified recipients only"
        if not self._yes("request_access", "Ask AWS for production access now?", about, answers.request_access):
            return
        choices = "/".join(kind.value for kind in MailType)
        self._text("mail_type", f"What do you send? ({choices})", "what most of your mail is")
        self._text(
            "website", "Website", "AWS looks at it: what you do, how people sign up, a privacy page", needed=True
        )
        self._text("contacts", "Addresses AWS may write to", "up to four, comma-separated", without="none")
        for name, prompt in DOSSIER.items():
            self._text(name, prompt, "for the text that AWS's support case wants", without="later")
        self._yes(
            "accept_terms",
            "Do you mail only people who asked for it, and handle bounces and complaints?",
            "AWS's form asks you to confirm this",
            answers.accept_terms,
        )
        if not self._value("accept_terms"):
            self._keep("request_access", value=False)
            self._console.note("then the request is left out for now")

    def _test(self) -> None:
        if "test" in self._open:
            about = "five messages to AWS's mailbox simulator, proven by their events; nobody reads them"
            self._yes("test", "Send a test at the end?", about, default=True)
        if "events" not in self._open:
            return
        choices = "/".join(route.value for route in EventRoute)
        about = (
            "what SES tells of each message; temporary: to this test only; keep: bounces and complaints to somebody"
            " from now on; own: where a configuration set of your own sends them"
        )
        self._text("events", f"Where do events go? ({choices})", about)
        match self._value("events"):
            case EventRoute.KEEP:
                self._text("events_to", "Events to", "an address, or the ARN of an SNS topic or event bus", needed=True)
            case EventRoute.OWN:
                self._text(
                    "configuration_set",
                    "Configuration set",
                    "by its name",
                    without="the identity's default, or its own topics",
                )
            case _:
                pass

    def _text(self, name: str, prompt: str, about: str, *, needed: bool = False, without: str = "") -> None:
        """One answer as text; a bad one is told and asked again, nothing is lost.

        `without` says what it means to give none, where it need not be given.
        """
        known = _shown(self._value(name))
        if without:
            about += f"; `{EMPTIES}` for {without}" if known else f"; Enter for {without}"
        self._console.say([line(), *wrapped(about, "  ", style=Style.QUIET)])
        while True:
            typed = self._typed_in(name, f"{prompt} [{escape(known)}]: ")
            text = "" if without and typed == EMPTIES else typed or known
            problem = "it is needed" if needed and not text else self._problem(name, text)
            if problem is None:
                break
            self._console.say(wrapped(problem, "  ", "! ", Style.WARN))
        self._keep(name, read_answer(name, text, prompt))

    def _problem(self, name: str, text: str) -> str | None:
        try:
            return problem_with(name, read_answer(name, text, ""), self._seen.identity)
        except BadInput as error:
            return error.message.removeprefix(": ")

    def _yes(self, name: str, prompt: str, about: str, default: bool) -> bool:
        self._console.say([line(), *wrapped(about, "  ", style=Style.QUIET)])
        while True:
            typed = self._typed_in(name, f"{prompt} [{'Y/n' if default else 'y/N'}] ").lower()
            if typed in ("", *YES, *NO):
                break
            self._console.say(wrapped("y for yes, n for no", "  ", "! ", Style.WARN))
        answer = default if not typed else typed in YES
        self._keep(name, answer)
        return answer

    def _typed_in(self, name: str, question: str) -> str:
        """What was typed; `?` is answered with the page about the step, and the question is asked again."""
        while (typed := self._console.ask(question)) == EXPLAINS:
            page = page_of(PAGES[name]).strip()
            self._console.say([line(), *map(line, page.splitlines()), line()])
        return typed

    def _keep(self, name: str, value: object) -> None:
        if value != getattr(self._seen.answered.answers, name):
            self._typed[name] = value
            self._save(self._typed)

    def _value(self, name: str) -> Any:  # noqa: ANN401  the type is the field's
        return self._typed.get(name, getattr(self._seen.answered.answers, name))


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(getattr(value, "value", value))
