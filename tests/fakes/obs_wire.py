"""A relay in front of a real OBS that does what networks do: goes silent, closes one direction, cuts."""

from __future__ import annotations

import asyncio
import contextlib
from types import TracebackType

CHUNK = 64 * 1024


class ObsWire:
    """Async context manager; listens on `port`. A link makes two connections: the first is told events, the second asks."""

    def __init__(self, obs_port: int) -> None:
        self.port = 0
        self.silent = False
        """Everything is taken, and nothing is handed on."""
        self.taken = 0
        """Connections so far."""
        self._obs_port = obs_port
        self._server: asyncio.Server | None = None
        self._ways: set[asyncio.Task[None]] = set()
        self._towards_client: list[asyncio.StreamWriter] = []

    async def __aenter__(self) -> ObsWire:
        self._server = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self._server is not None
        self._server.close()
        for way in self._ways:
            way.cancel()
        await asyncio.gather(*self._ways, return_exceptions=True)

    @property
    def connected(self) -> int:
        """Connections that are open."""
        return len(self._ways) // 2

    def half_close(self, which: int) -> None:
        """OBS's direction of a connection (0, 1: of the newest two) ends properly; the other one is still taken."""
        self._towards_client[which - 2].write_eof()

    def cut(self) -> None:
        """All connections, as a power cut does."""
        for writer in self._towards_client:
            writer.transport.abort()

    async def _relay(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        self.taken += 1
        self._towards_client.append(to_client)
        try:
            from_obs, to_obs = await asyncio.open_connection("127.0.0.1", self._obs_port)
        except OSError:
            to_client.transport.abort()
            return
        for reader, writer in ((from_client, to_obs), (from_obs, to_client)):
            way = asyncio.create_task(self._pass(reader, writer))
            self._ways.add(way)
            way.add_done_callback(self._ways.discard)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(OSError):
                while data := await reader.read(CHUNK):
                    # a direction that was closed by `half_close` swallows what still comes
                    if not self.silent and writer.can_write_eof() and not writer.is_closing():
                        with contextlib.suppress(RuntimeError):
                            writer.write(data)
        finally:
            writer.transport.abort()
