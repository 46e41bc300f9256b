"""A real HTTP server that speaks OpenAI's chat completions, and misbehaves as a test or a benchmark asks.

It writes its own bytes: no library would send most of what is wanted here.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

Answer = Callable[["Call"], Awaitable[None]]
"""Writes one response."""


@dataclass(slots=True)
class Call:
    """One request, and the means to answer it."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def status(self, status: int, body: bytes = b"{}", *headers: str, kind: str = "application/json") -> None:
        lines = [f"HTTP/1.1 {status} X", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers]
        await self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    async def begin(self) -> None:
        """A stream of events whose end is the connection's."""
        await self.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")

    async def events(self, *tokens: str, pause_s: float = 0.0) -> None:
        for token in tokens:
            await self.send(event({"choices": [{"index": 0, "delta": {"content": token}}]}))
            if pause_s:
                await asyncio.sleep(pause_s)

    async def done(self) -> None:
        await self.send(event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}) + b"data: [DONE]\n\n")

    async def gone(self) -> None:
        """Until the other side hangs up."""
        while await self.reader.read(4096):
            pass


def event(value: object) -> bytes:
    return b"data: " + json.dumps(value).encode() + b"\n\n"


def says(*tokens: str, pause_s: float = 0.0) -> Answer:
    """A proper answer."""

    async def answer(call: Call) -> None:
        await call.begin()
        await call.events(*tokens, pause_s=pause_s)
        await call.done()

    return answer


def sends(data: bytes) -> Answer:
    """These bytes as a stream of events, and then the end."""

    async def answer(call: Call) -> None:
        await call.begin()
        await call.send(data)

    return answer


def refuses(status: int, *headers: str, body: bytes = b"{}") -> Answer:
    async def answer(call: Call) -> None:
        await call.status(status, body, *headers)

    return answer


async def silence(call: Call) -> None:
    """A half-open connection: it takes the request, and nothing ever comes."""
    await call.gone()


def stalls_after(*tokens: str) -> Answer:
    async def answer(call: Call) -> None:
        await call.begin()
        await call.events(*tokens)
        await call.gone()

    return answer


def floods(data: bytes, begin: bytes = b"") -> Answer:
    """The same bytes over and over, until the other side hangs up."""

    async def answer(call: Call) -> None:
        await call.begin()
        await call.send(begin)
        while not call.writer.is_closing():
            await call.send(data)
            await asyncio.sleep(0)  # who is flooded has its turns

    return answer


async def hangs_up(call: Call) -> None:
    """No answer at all."""


@dataclass(slots=True)
class ChatServer:
    """Answers the n-th request for a completion with the n-th of `answers`, and all others with the last one."""

    answers: Sequence[Answer]
    models: Sequence[str] = ("tiny",)
    calls: list[Call] = field(default_factory=list)
    port: int = 0
    connections: int = 0
    _server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def open(self) -> None:
        """On the port that it had before, if it had one."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while (call := await _request(reader, writer)) is not None:
                self.calls.append(call)
                if call.method == "GET":
                    await call.status(200, json.dumps({"data": [{"id": model} for model in self.models]}).encode())
                    continue
                number = sum(each.method == "POST" for each in self.calls) - 1
                await self.answers[min(number, len(self.answers) - 1)](call)
                break
        except ConnectionError:
            pass  # they hung up, as they may
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    @property
    def asked(self) -> list[Call]:
        """The requests for completions."""
        return [call for call in self.calls if call.method == "POST"]


async def _request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Call | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").rstrip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    method, path, _ = first.split(" ")
    return Call(method, path, headers, json.loads(body) if body else None, reader, writer)


@asynccontextmanager
async def chat_server(*answers: Answer, models: Sequence[str] = ("tiny",)) -> AsyncIterator[ChatServer]:
    server = ChatServer(answers, models)
    await server.open()
    try:
        yield server
    finally:
        await server.shut()
