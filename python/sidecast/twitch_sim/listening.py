"""The one port: uvicorn's protocols on listening sockets that can be taken away and put back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp
from uvicorn.config import Config
from uvicorn.server import ServerState

from .eventsub.upgrade import upgrade
from .front_door import front_door
from .world.world import WorldError


class Listening:
    """Serves on 127.0.0.1 alone."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        eventsub: Callable[[], asyncio.Protocol],
        irc: Callable[[], asyncio.Protocol],
        port: int,
        turned_away: Callable[[], str],
    ) -> None:
        """Args: turned_away: `hang_up` or `hang` while new connections are to be treated so; empty = they are welcome."""
        self.port = port
        self._config = Config(
            app,
            http=front_door(irc),
            ws=upgrade(eventsub),
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
        )
        self._state = ServerState()
        self._turned_away = turned_away
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """On the port that it had before, if it had one.

        Raises:
            SidecastError: another program has the port.
        """
        if not self._config.loaded:
            self._config.load()
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(self._protocol, "127.0.0.1", self.port, backlog=512)
        except OSError as error:
            raise WorldError(
                f"Port {self.port} of this machine cannot be had: {error.strerror or error}.", "Choose another with --port."
            ) from error
        self.port = self._server.sockets[0].getsockname()[1]

    @property
    def up(self) -> bool:
        return self._server is not None

    def shut(self) -> None:
        """New connections are refused; those that are open go on."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def end(self) -> None:
        self.shut()
        for connection in list(self._state.connections):
            connection.shutdown()
        for task in list(self._state.tasks):
            task.cancel()
        await asyncio.gather(*self._state.tasks, return_exceptions=True)

    def _protocol(self) -> asyncio.BaseProtocol:
        match self._turned_away():
            case "hang_up":
                return _HangsUp()
            case "hang":
                return asyncio.Protocol()
            case _:
                made: Any = self._config.http_protocol_class
                protocol: asyncio.BaseProtocol = made(config=self._config, server_state=self._state, app_state={}, _loop=None)
                return protocol


class _HangsUp(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()
