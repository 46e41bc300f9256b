"""What the end of a socket means: Twitch's close codes and the general ones (RFC 6455, section 7.4), and what to do then.

Source of Twitch's: https://dev.twitch.tv/docs/eventsub/handling-websocket-events/#close-message. None of them ends
the source: whatever the server means by a code, a new connection is made.
"""

from __future__ import annotations

from dataclasses import dataclass

NO_WORD = 1006
"""RFC 6455's code for a connection that ended without a close frame."""


@dataclass(frozen=True, slots=True)
class Ended:
    """Why a socket is over, and how soon it makes sense to open the next."""

    why: str
    """For the ledger's gap and the streamer's note: a clause without a full stop."""
    at_ns: int
    """`Clock.now_ns()` of the last moment in which events came, or may have come."""
    code: int = 0
    """Close code; 0 = we closed it."""
    least_s: float = 0.0
    silent: bool = False
    log_in: bool = False
    """Nothing will come before somebody has logged in, or given permission."""
    sent_away: bool = False
    """The address was refused, not the connection lost: a `reconnect_url` is not worth another try."""
    ours: bool = False
    """What this program did wrong; it belongs into a report, and nothing that the streamer does helps."""


_MEANINGS: dict[int, str] = {
    1000: "Twitch closed the connection",
    1001: "Twitch's server is going away",
    NO_WORD: "the connection to Twitch broke off",
    1009: "Twitch sent more at once than is taken",
    1011: "Twitch's server failed",
    1012: "Twitch's server restarts",
    1013: "Twitch's server is overloaded",
    4000: "Twitch's server failed",
    4001: "Twitch says that it was sent something, which it does not allow",
    4002: "Twitch got no answer to its ping",
    4003: "Twitch saw no subscription in time",
    4004: "the move to another server took too long",
    4005: "Twitch's network timed out",
    4006: "Twitch's network failed",
    4007: "Twitch did not take the address that it had given for a move",
}
_LEAST_S = {1013: 1.0}
_OURS = frozenset({4001})
_ADDRESS = frozenset({4004, 4007})


def ended_by(code: int, at_ns: int) -> Ended:
    """What a close code means. Unknown ones mean a lost connection like any other."""
    why = _MEANINGS.get(code, f"Twitch closed the connection (code {code})")
    return Ended(why, at_ns, code, _LEAST_S.get(code, 0.0), sent_away=code in _ADDRESS, ours=code in _OURS)
