"""Where everything is printed: data to stdout, narration to stderr, colour only for terminals that want it."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO

from sendready.model.errors import BadInput, SendreadyError
from sendready.report.lines import Line, Span, Style, line, paint, wrapped

_CONTROL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|O.|.)|[\x00-\x1f\x7f]")
"""What keys send that write nothing: control sequences (ECMA-48, section 5.4) and control characters."""


@dataclass(frozen=True, slots=True)
class Console:
    """The two streams and what they can do."""

    stdout: TextIO = field(default_factory=lambda: sys.stdout)
    stderr: TextIO = field(default_factory=lambda: sys.stderr)
    stdin: TextIO = field(default_factory=lambda: sys.stdin)
    no_color: bool = False
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    @property
    def interactive(self) -> bool:
        """Whether somebody is there to be asked."""
        return self.stdin.isatty() and self.stderr.isatty()

    @property
    def can_draw(self) -> bool:
        """Whether a full screen can be drawn: Textual reads stdin, draws on stderr, and waits for ever without."""
        return self.interactive and self.environment.get("TERM", "") not in ("", "dumb")

    def data(self, lines: Iterable[Line]) -> None:
        """Lines that were asked for."""
        self._write(self.stdout, paint(lines, colour=self._colour(self.stdout)))

    def text(self, text: str) -> None:
        """A text that is data and ready as it is, such as a zone file."""
        self._write(self.stdout, text if text.endswith("\n") else f"{text}\n")

    def object(self, value: object) -> None:
        """One JSON object on one line."""
        self._write(self.stdout, json.dumps(value, ensure_ascii=True, separators=(", ", ": ")) + "\n")

    def say(self, lines: Iterable[Line]) -> None:
        """Lines that tell what is going on."""
        self._write(self.stderr, paint(lines, colour=self._colour(self.stderr)))

    def note(self, text: str) -> None:
        """One sentence of narration."""
        self.say(wrapped(text, ""))

    def error(self, error: SendreadyError) -> None:
        """What went wrong, and on its own line what to do."""
        self.say([line(Span("error: ", Style.BAD), error.message)])
        self.say(line(f"  {detail}") for detail in error.details)
        if error.hint:
            self.say([line(Span("hint:  ", Style.BUSY), error.hint)])

    def ask(self, question: str) -> str:
        """Asks on stderr and reads a line; what an arrow key sends is no part of it.

        Raises:
            BadInput: the input ended; nothing is assumed for it.
        """
        self._write(self.stderr, question)
        with _signals_as_ever():
            answer = self.stdin.readline()
        if not answer:
            self._write(self.stderr, "\n")
            raise BadInput("the input ended before every question was answered", "Your answers so far are kept")
        return _CONTROL.sub("", answer).strip()

    def ask_hidden(self, question: str) -> str:
        """A secret: asked for on the terminal without being shown, or a line of standard input that is none.

        Raises:
            BadInput: the input ended, or is no text.
        """
        try:
            if not self.stdin.isatty():
                return self.stdin.readline().strip()
            import getpass

            with _signals_as_ever():
                return getpass.getpass(question).strip()
        except (EOFError, UnicodeDecodeError):
            raise BadInput("the input ended before the secret was given, or it is no text") from None

    def _colour(self, stream: TextIO) -> bool:
        if self.no_color or self.environment.get("NO_COLOR") or self.environment.get("TERM") == "dumb":
            return False
        return bool(self.environment.get("FORCE_COLOR")) or stream.isatty()

    @staticmethod
    def _write(stream: TextIO, text: str) -> None:
        try:
            stream.write(text)
        except UnicodeEncodeError:  # a terminal or pipe that is not UTF-8: marks become question marks, words stay
            encoding = stream.encoding or "ascii"
            stream.write(text.encode(encoding, "replace").decode(encoding))
        stream.flush()


@contextmanager
def _signals_as_ever() -> Iterator[None]:
    """While a prompt blocks the event loop, Ctrl-C and a polite kill end the program and not only a task of it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
