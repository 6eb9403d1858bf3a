"""A mail server on loopback that wants TLS and a password, as SES's SMTP hosts do."""

from __future__ import annotations

import asyncio
import ssl
import threading
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


@dataclass(frozen=True)
class Envelope:
    """One message that was taken."""

    sender: str
    recipients: list[str]
    content: bytes


@dataclass
class Mailbox:
    """Takes messages of one user while it is entered; `received` holds them."""

    context: ssl.SSLContext
    user: str
    password: str
    received: list[Envelope] = field(default_factory=list)

    def __enter__(self) -> Mailbox:
        self._loop = asyncio.new_event_loop()
        listening = self._loop.create_server(self._session, "127.0.0.1", 0)
        self._server = self._loop.run_until_complete(listening)
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def port(self) -> int:
        """Where it listens."""
        (listening,) = self._server.sockets
        return int(listening.getsockname()[1])

    def _session(self) -> SMTP:
        return SMTP(
            self,
            tls_context=self.context,
            require_starttls=True,
            auth_required=True,
            authenticator=self._authenticate,
            loop=self._loop,
        )

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ANN401, N802  # aiosmtpd's
        self.received.append(Envelope(envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 Ok"

    def _authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:  # noqa: ANN401
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (
            self.user.encode(),
            self.password.encode(),
        )
        return AuthResult(success=right)
