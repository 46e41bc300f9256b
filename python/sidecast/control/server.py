"""Serves the page inside the show's loop, on loopback only, without touching the process's signals: they are Godot's."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator, Sequence

import uvicorn
from fastapi import APIRouter

from ..clock import Clock
from ..errors import ControlError
from ..flow.order import Order
from .access.accounts import Accounts
from .api.outside import Outsiders
from .app import build_app
from .door import Door
from .entrance import Entrance
from .feed import Feed
from .limits import HEADER_BYTES
from .overlay.overlays import Overlays
from .page_link import no_channels
from .slow_clients import NotTooMany, TimedProtocol, TimedWebSocket
from .tls import OnlyHttps, Secured, Tls

log = logging.getLogger(__name__)

PORTS_TRIED = 20
CLOSE_WITHIN_S = 0.9
MAX_PAGE_MESSAGE = 4096
"""Bytes of a WebSocket message from the page."""


class ControlServer:
    """`start`, then `mint_link` for every opening, then `close`."""

    def __init__(
        self,
        feed: Feed,
        orders: Callable[[Order], str | None],
        clock: Clock,
        metrics_text: Callable[[], bytes],
        *,
        host: str = "127.0.0.1",
        port: int = 8787,
        examine: Callable[[], Awaitable[str]] | None = None,
        change_channel: Callable[[str], None] = no_channels,
        accounts: Accounts | None = None,
        outsiders: Outsiders | None = None,
        routers: Sequence[APIRouter] = (),
        names: Sequence[str] = (),
        proxies: Sequence[str] = (),
        tls: Callable[[], Tls | None] = lambda: None,
        overlays: Overlays | None = None,
    ) -> None:
        """As `build_app`, and:

        Args:
            proxies: addresses of reverse proxies; only those are believed when they say who asks, and that HTTPS is used.
            tls: the certificate of its own, for HTTPS; may raise ControlError, when it is started.
        """
        self._find_tls = tls
        self._tls: Tls | None = None
        self._clock = clock
        self._keeping_up: asyncio.Task[None] | None = None
        self._proxies = tuple(proxies)
        self._host = host
        self._wanted_port = port
        self._entrance = Entrance(clock)
        self._app = build_app(
            feed,
            orders,
            clock,
            metrics_text,
            self._entrance,
            accounts=accounts,
            outsiders=outsiders,
            examine=examine,
            change_channel=change_channel,
            routers=routers,
            names=names,
            overlays=overlays,
        )
        self._server: _Server | None = None
        self._task: asyncio.Task[None] | None = None
        self.port = 0
        """The port it listens on, once started."""

    async def start(self) -> None:
        """Returns when the page can be opened.

        Raises:
            ControlError: others could reach it without HTTPS, the certificate cannot be used, or no port is free.
        """
        self._tls = self._find_tls()
        secured = None if self._tls is None else await asyncio.to_thread(Secured, self._tls, self._clock)
        listener = listen_on(self._host, self._wanted_port, abroad=secured is not None or bool(self._proxies))
        self.port = listener.getsockname()[1]
        config = uvicorn.Config(
            NotTooMany(OnlyHttps(self._app), self._connections),
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            ws_max_size=MAX_PAGE_MESSAGE,
            ws_max_queue=32,
            http=TimedProtocol,
            ws=TimedWebSocket,
            h11_max_incomplete_event_size=HEADER_BYTES,
            proxy_headers=bool(self._proxies),
            forwarded_allow_ips=list(self._proxies),
            timeout_graceful_shutdown=1,
        )
        self._server = _Server(config, None if secured is None else secured.context)
        if secured is not None:
            self._keeping_up = asyncio.get_running_loop().create_task(secured.keep_up(), name="certificate")
        self._task = asyncio.get_running_loop().create_task(self._server.serve(sockets=[listener]), name="control page")
        serving = asyncio.ensure_future(self._server.serving.wait())
        await asyncio.wait({serving, self._task}, return_when=asyncio.FIRST_COMPLETED)
        serving.cancel()
        if self._task.done():
            listener.close()
            raise ControlError(
                "The control page's server ended while it started.", "The log says why."
            ) from self._task.exception()
        if self._wanted_port not in (self.port, 0):
            log.info("port %d is taken; the control page is on port %d", self._wanted_port, self.port)

    def _connections(self) -> int:
        return len(self._server.server_state.connections) if self._server else 0

    @property
    def address(self) -> str:
        """Where it is, without a key; empty until it has started."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._host, self._host)  # noqa: S104 - where we are reached
        return f"{'https' if self._tls else 'http'}://{_in_url(host)}:{self.port}" if self.port else ""

    def mint_link(self) -> str:
        """A link that opens the page once, within ten minutes. Not for the log."""
        return f"{self.address}/open?key={self._entrance.mint()}"

    async def close(self) -> None:
        """Within a second, whatever pages are open."""
        if self._server is None or self._task is None:
            return
        if self._keeping_up is not None:
            self._keeping_up.cancel()
        # it would wait for them
        self._app.state.streams.end()
        self._server.should_exit = True
        _, late = await asyncio.wait({self._task}, timeout=CLOSE_WITHIN_S)
        if late:
            self._server.abandon()
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=0.1)
        self._task = None


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, context: ssl.SSLContext | None) -> None:
        super().__init__(config)
        self.serving = asyncio.Event()
        self._context = context

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The process's signals are not ours to take."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        if self._context is None:
            await super().startup(sockets)
        else:
            await super().startup([])
            doors = [Door(listener, self._protocol, self._context) for listener in sockets or []]
            for door in doors:
                door.open()
            self.servers = doors  # type: ignore[assignment]  # what is asked of them is `close`
        self.serving.set()

    def _protocol(self) -> asyncio.Protocol:
        """As uvicorn makes it for its own servers."""
        make: Callable[..., asyncio.Protocol] = self.config.http_protocol_class
        return make(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)

    def abandon(self) -> None:
        """When it does not end in time: nobody is let in any more, and who is in is put out."""
        self.force_exit = True
        for listener in self.servers:
            listener.close()
        for task in list(self.server_state.tasks):
            task.cancel()
        for connection in list(self.server_state.connections):
            transport = getattr(connection, "transport", None)
            if transport is not None:
                transport.abort()


def listen_on(host: str, port: int, *, abroad: bool = False) -> socket.socket:
    """A listening socket on `port`, or on the next free one when it is taken.

    Args:
        abroad: others than this machine itself may reach it.

    Raises:
        ControlError: `host` is not this machine's own, or no port is free.
    """
    family = _family(host, abroad=abroad)
    tries = [port, *range(port + 1, min(port + PORTS_TRIED, 65536)), 0] if port else [0]
    for number in tries:
        listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, number))
            listener.listen(64)
        except OSError as error:
            listener.close()
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise ControlError(
                    f"The control page cannot listen on {host}: {error.strerror}.", "Check control.host."
                ) from error
        else:
            listener.setblocking(False)
            return listener
    raise ControlError(f"No port is free on {host} for the control page.", "End a program that listens there.")


def _family(host: str, *, abroad: bool) -> socket.AddressFamily:
    """Without HTTPS the page must not leave the machine."""
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        raise ControlError(f"control.host is {host}, which is no address.", "Put names into control.names instead.") from None
    if not (address.is_loopback or abroad):
        what = f"The control page is reached without HTTPS on this machine itself only, not on {host}."
        remedy = "Make a certificate (./sidecast certificate), or set control.host to 127.0.0.1 and use a tunnel "
        raise ControlError(what, remedy + "(ssh -L 8787:127.0.0.1:8787).")
    return socket.AF_INET6 if address.version == 6 else socket.AF_INET


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
