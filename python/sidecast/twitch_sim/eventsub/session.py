"""One EventSub session: it outlives its socket when Twitch asks the client to move. State only."""

from __future__ import annotations

from dataclasses import dataclass, field

from .socket import Socket

KEEPALIVE_S = (10, 600)
DEFAULT_KEEPALIVE_S = 10
SUBSCRIBE_S = 10
"""From the welcome to the first subscription."""
GRACE_S = 30
STATUS = {
    4000: "websocket_internal_error",
    4001: "websocket_received_inbound_traffic",
    4002: "websocket_failed_ping_pong",
    4003: "websocket_connection_unused",
    4004: "websocket_failed_to_reconnect",
    4005: "websocket_network_timeout",
    4006: "websocket_network_error",
    4007: "websocket_internal_error",
}
"""What becomes of the subscriptions."""


@dataclass(slots=True)
class Moving:
    """The client was told to move, and may do so once with this key."""

    key: str = field(repr=False)
    overlap_s: float = 0.0
    """A fault: the old socket goes on delivering for as long after the new one's welcome."""


@dataclass(slots=True)
class Session:
    id: str
    connected_ms: int
    keepalive_s: int
    sockets: list[Socket] = field(default_factory=list)
    """Those that it writes to: one; two while they overlap. The newest is the last."""
    leaving: list[Socket] = field(default_factory=list)
    """Old ones that the client has not closed yet."""
    owner: str = ""
    """`client_id:user_id` of who uses it; empty until the first subscription."""
    welcomed: bool = False
    wrote_ns: int = 0
    unused_ns: int = 0
    """When it is closed for want of a subscription; 0 = it has one."""
    silent_until_ns: int = 0
    pinged_ns: int = 0
    moving: Moving | None = None
    ended: bool = False

    @property
    def live(self) -> list[Socket]:
        return [socket for socket in self.sockets if socket.open]


def clamped(text: str) -> int | None:
    """`keepalive_timeout_seconds` as Twitch takes it: the nearest that it allows. None: that is no number."""
    if not text:
        return DEFAULT_KEEPALIVE_S
    try:
        asked = int(text)
    except ValueError:
        return None
    return min(max(asked, KEEPALIVE_S[0]), KEEPALIVE_S[1])
