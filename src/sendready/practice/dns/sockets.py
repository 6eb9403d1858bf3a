"""UDP and TCP on 127.0.0.1 for any number of name servers, all on one event loop in one daemon thread."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
import threading
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sendready.practice.dns.exchange import Exchange

ADDRESS = "127.0.0.1"
BACKLOG = 128
MOST_CONNECTIONS = 512
"""TCP connections that all servers hold together; further ones are reset."""
READY_WITHIN = 10.0
ROUNDS_TO_END = 5
"""Rounds of the loop until nothing is open: a connection just accepted is made known two rounds later, and a closed
one lets go of its socket in the next."""
LINGER = "hh" if os.name == "nt" else "ii"


class Sockets:
    """The sockets of these servers, open from `start` to `stop`: for each, UDP and TCP on one port."""

    def __init__(self, exchanges: Mapping[str, Exchange], real: Callable[[float], float], idle: float) -> None:
        """`real` makes real seconds of practice seconds; `idle` real seconds of silence end a connection."""
        self._exchanges = exchanges
        self._real = real
        self._idle = idle
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._failure: BaseException | None = None

    def start(self) -> dict[str, str]:
        """Opens everything; returns where each server listens, "127.0.0.1:PORT". OSError if none is left."""
        pairs = {name: _bound_pair() for name in self._exchanges}
        ready, self._failure = threading.Event(), None
        self._thread = threading.Thread(target=self._run, args=(pairs, ready), name="practice-dns", daemon=True)
        self._thread.start()
        if not ready.wait(READY_WITHIN) or self._failure is not None:
            self.stop()
            for pair in pairs.values():
                for opened in pair:
                    opened.close()
            raise OSError("the practice name servers did not start") from self._failure
        return {name: f"{ADDRESS}:{udp.getsockname()[1]}" for name, (udp, _) in pairs.items()}

    def stop(self) -> None:
        """Closes everything, answers under way included; does nothing if nothing is open."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        if self._loop is not None and self._stopping is not None:
            with suppress(RuntimeError):  # the loop has ended by itself
                self._loop.call_soon_threadsafe(self._stopping.set)
        thread.join()

    def _run(self, pairs: Mapping[str, tuple[socket.socket, socket.socket]], ready: threading.Event) -> None:
        try:
            asyncio.run(self._serve(pairs, ready))
        except BaseException as error:
            self._failure = error
            ready.set()

    async def _serve(self, pairs: Mapping[str, tuple[socket.socket, socket.socket]], ready: threading.Event) -> None:
        self._loop = loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        datagrams, listeners, connections = [], [], set[_Stream]()
        for name, (udp, tcp) in pairs.items():
            exchange = self._exchanges[name]
            transport, _ = await loop.create_datagram_endpoint(partial(_Datagrams, exchange, self._real), sock=udp)
            listener = await loop.create_server(
                partial(_Stream, exchange, self._real, self._idle, connections), sock=tcp, backlog=BACKLOG
            )
            datagrams.append(transport)
            listeners.append(listener)
        ready.set()
        await self._stopping.wait()
        # A server closed between accepting a connection and making its transport leaks that connection (asyncio
        # asserts then), so accepting ends first.
        for _, tcp in pairs.values():
            with suppress(NotImplementedError):  # Windows' loop has no readers
                loop.remove_reader(tcp)
        for transport in datagrams:
            transport.abort()
        for _ in range(ROUNDS_TO_END):
            for connection in list(connections):
                connection.abort()
            await asyncio.sleep(0)
        for listener in listeners:
            listener.close()


class _Datagrams(asyncio.DatagramProtocol):
    """One server's UDP."""

    def __init__(self, exchange: Exchange, real: Callable[[float], float]) -> None:
        self._exchange = exchange
        self._real = real

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        answering = self._exchange.answer(data, "udp")
        if answering.after:
            wait = self._real(answering.after)
            asyncio.get_running_loop().call_later(wait, self._send, answering.messages, addr)
        else:
            self._send(answering.messages, addr)

    def _send(self, messages: tuple[bytes, ...], addr: tuple[str, int]) -> None:
        if not self._transport.is_closing():
            for message in messages:
                self._transport.sendto(message, addr)


class _Stream(asyncio.Protocol):
    """One TCP connection: any number of queries, answered as they are ready (RFC 7766, section 6.2.1)."""

    def __init__(
        self, exchange: Exchange, real: Callable[[float], float], idle: float, connections: set[_Stream]
    ) -> None:
        self._exchange = exchange
        self._real = real
        self._idle = idle
        self._connections = connections
        self._received = bytearray()
        self._pending = 0
        self._ended = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._loop = asyncio.get_running_loop()
        self._timer = self._loop.call_later(self._idle, self._idled)
        self._connections.add(self)
        if self._refused() or len(self._connections) > MOST_CONNECTIONS:
            self.abort()

    def data_received(self, data: bytes) -> None:
        if self._refused():
            self.abort()
            return
        self._rearm()
        self._received += data
        while len(self._received) >= 2:
            end = 2 + int.from_bytes(self._received[:2], "big")
            if len(self._received) < end:
                break
            message = bytes(self._received[2:end])
            del self._received[:end]
            self._answer(message)

    def eof_received(self) -> bool:
        self._ended = True
        return self._pending > 0

    def connection_lost(self, exc: Exception | None) -> None:
        self._timer.cancel()
        self._connections.discard(self)

    def pause_writing(self) -> None:
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        self._transport.resume_reading()

    def abort(self) -> None:
        """Resets the connection: lingering for no time makes the close an RST."""
        opened = self._transport.get_extra_info("socket")
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(LINGER, 1, 0))
        self._transport.abort()

    def _answer(self, message: bytes) -> None:
        answering = self._exchange.answer(message, "tcp")
        if answering.after:
            self._pending += 1
            self._loop.call_later(self._real(answering.after), self._send_late, answering.messages)
        else:
            self._send(answering.messages)

    def _send_late(self, messages: tuple[bytes, ...]) -> None:
        self._pending -= 1
        self._send(messages)
        if self._ended and not self._pending:
            self._transport.close()

    def _send(self, messages: tuple[bytes, ...]) -> None:
        if not self._transport.is_closing():
            for message in messages:
                self._transport.write(len(message).to_bytes(2, "big") + message)

    def _refused(self) -> bool:
        return self._exchange.server.behaviour().tcp_refused

    def _idled(self) -> None:
        if self._pending:
            self._rearm()
        else:
            self._transport.close()

    def _rearm(self) -> None:
        self._timer.cancel()
        self._timer = self._loop.call_later(self._idle, self._idled)


def _bound_pair(attempts: int = 50) -> tuple[socket.socket, socket.socket]:
    """A UDP and a TCP socket on the same free port."""
    for _ in range(attempts):
        tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            tcp.bind((ADDRESS, 0))
            udp.bind(tcp.getsockname())
        except OSError:
            tcp.close()
            udp.close()
        else:
            return udp, tcp
    raise OSError("no port of 127.0.0.1 is free for both UDP and TCP")
