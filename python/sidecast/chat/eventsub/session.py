"""What is said on one socket: welcome, keepalives, notifications, the move to another server. No socket and no clock in here.

https://dev.twitch.tv/docs/eventsub/handling-websocket-events/
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto

from ...flow.chat import Incoming
from .address import KEEPALIVE_S, may_reconnect
from .closes import Ended, ended_by
from .dropped import Dropped, Tally
from .envelope import Bad, Envelope, Kind, read
from .items import items_of
from .pulse import Pulse
from .seen import Seen
from .twitch_time import TwitchTime

WELCOME_S = 10.0
"""From the open socket to its welcome."""
SLACK_S = 2.5
"""On top of the keepalive, which itself may be late by a little."""
LONGEST_KEEPALIVE_S = 600.0
"""The most that Twitch allows to ask for."""
STALE_MS = 10 * 60 * 1000
"""Twitch's documentation: older messages are to be taken for a replay."""
GRACE_S = 35.0
"""A socket that is asked to move is closed by Twitch after 30 s."""
LINGER_S = 10.0
"""The old socket after its successor's welcome: what is still on its way is read; nothing new is written to it."""


@dataclass(frozen=True, slots=True)
class Welcomed:
    session_id: str = field(repr=False)
    at_ns: int


@dataclass(frozen=True, slots=True)
class Move:
    """The server asks for a new connection to `url`; this one goes on until that is welcomed."""

    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Revoked:
    """Twitch has ended a subscription. `status` in its words: `authorization_revoked`, `user_removed` …"""

    type: str
    status: str


Told = Incoming | Welcomed | Move | Revoked


@dataclass(slots=True)
class Memory:
    """What outlives a socket: which messages have come, what time it is at Twitch, and the counts."""

    seen: Seen = field(default_factory=Seen)
    time: TwitchTime = field(default_factory=TwitchTime)
    tally: Tally = field(default_factory=Tally)
    pulse: Pulse = field(default_factory=Pulse)
    """Of a socket and its successors: one that is moved may have fallen silent before."""


class Phase(Enum):
    OPENING = auto()
    """Not welcomed yet."""
    LIVE = auto()
    MOVING = auto()
    """Asked to move; its successor is not there yet."""
    RETIRED = auto()
    """Its successor is there."""


class Session:
    """Feed it every message of a socket; ask `late` when `due_ns` has come."""

    def __init__(self, home: str, channel_id: str, memory: Memory, now_ns: int) -> None:
        """`home`: the address of the settings, which decides where a `reconnect_url` may lead."""
        self.phase = Phase.OPENING
        self.due_ns = now_ns + _ns(WELCOME_S)
        """When something must have come, on `Clock.now_ns()`'s clock."""
        self.heard_ns = now_ns
        """When the last message that could be understood came."""
        self.id = ""
        self._home = home
        self._channel_id = channel_id
        self._memory = memory
        self._silence_ns = _ns(KEEPALIVE_S + SLACK_S)

    def receive(self, frame: bytes, now_ns: int) -> Told | None:
        """What the frame tells, unless it has been told before. Never raises."""
        envelope = read(frame)
        if isinstance(envelope, Bad):
            self._memory.tally.malformed[envelope.value] += 1
            return None
        if self.phase is Phase.OPENING and envelope.kind is not Kind.WELCOME:
            # nothing comes before the welcome, and a session without an id is of no use
            self._memory.tally.malformed["before_welcome"] += 1
            return None
        self.heard_ns = now_ns
        if envelope.kind in {Kind.NOTIFICATION, Kind.KEEPALIVE}:
            # anything else may come though events are held back
            self._memory.pulse.beat(now_ns)
        if self.phase in {Phase.OPENING, Phase.LIVE}:
            self.due_ns = now_ns + self._silence_ns
        match envelope.kind:
            case Kind.NOTIFICATION:
                return self._notified(envelope, now_ns)
            case Kind.WELCOME:
                return self._welcomed(envelope, now_ns)
            case Kind.RECONNECT:
                self._stamp(envelope, now_ns)
                return self._asked_to_move(envelope, now_ns)
            case Kind.REVOCATION:
                return self._revoked(envelope, now_ns)
            case Kind.KEEPALIVE:
                self._stamp(envelope, now_ns)
            case Kind.UNKNOWN:
                self._memory.tally.left_out["unknown_kind"] += 1
        return None

    def late(self, now_ns: int) -> Ended | None:
        """The end, when what is due has not come; None while there is time."""
        if now_ns < self.due_ns:
            return None
        if self.phase is Phase.OPENING:
            return Ended("Twitch opened the connection and said nothing", at_ns=now_ns)
        if self.phase is Phase.LIVE:
            self._memory.tally.silences += 1
            # what came after the last message nobody knows
            return Ended("Twitch fell silent", at_ns=self._sure_ns(now_ns), silent=True)
        if self.phase is Phase.MOVING:
            return Ended("the move to another server of Twitch's did not come about", at_ns=self._sure_ns(now_ns))
        return Ended("its successor is there", at_ns=now_ns)

    def closed(self, code: int, now_ns: int) -> Ended:
        """The other side has closed the socket, or the network has."""
        self._memory.tally.ends[code] += 1
        return ended_by(code, self._memory.pulse.last_sure_ns(now_ns))

    def retire(self, now_ns: int) -> None:
        """The successor has been welcomed."""
        self.phase = Phase.RETIRED
        self.due_ns = now_ns + _ns(LINGER_S)

    def _sure_ns(self, now_ns: int) -> int:
        return min(self.heard_ns, self._memory.pulse.last_sure_ns(now_ns))

    def _welcomed(self, envelope: Envelope, now_ns: int) -> Welcomed | None:
        session = envelope.session
        if session is None or self.phase is not Phase.OPENING:
            self._memory.tally.left_out["second_welcome"] += 1
            return None
        self.phase, self.id = Phase.LIVE, session.id
        if envelope.sent_ms is not None:
            self._memory.time.welcome(envelope.sent_ms, now_ns)
        keepalive_s = session.keepalive_s if session.keepalive_s is not None else KEEPALIVE_S
        self._silence_ns = _ns(min(keepalive_s, LONGEST_KEEPALIVE_S) + SLACK_S)
        self.due_ns = now_ns + self._silence_ns
        return Welcomed(session.id, now_ns)

    def _asked_to_move(self, envelope: Envelope, now_ns: int) -> Move | None:
        url = envelope.session.reconnect_url if envelope.session is not None else ""
        if self.phase is not Phase.LIVE:
            self._memory.tally.left_out["second_reconnect"] += 1
            return None
        if not may_reconnect(url, self._home):
            self._memory.tally.dropped[Dropped.BAD_ADDRESS] += 1
            return None
        self.phase = Phase.MOVING
        self.due_ns = now_ns + _ns(GRACE_S)
        return Move(url)

    def _notified(self, envelope: Envelope, now_ns: int) -> Incoming | None:
        memory = self._memory
        if not memory.seen.first_time(envelope.id, now_ns):
            memory.tally.dropped[Dropped.TWICE] += 1
            return None
        if envelope.sent_ms is not None:
            memory.time.event(envelope.sent_ms, now_ns)
            now_ms = memory.time.ms_at(now_ns)
            if now_ms is not None and now_ms - envelope.sent_ms > STALE_MS:
                memory.tally.dropped[Dropped.STALE] += 1
                return None
        item = items_of(envelope, self._channel_id, now_ns)
        if item is None or isinstance(item, Incoming):
            return item
        if isinstance(item, Bad):
            memory.tally.malformed[item.value] += 1
        else:
            memory.tally.left_out[item.value] += 1
        return None

    def _revoked(self, envelope: Envelope, now_ns: int) -> Revoked | None:
        if envelope.id and not self._memory.seen.first_time(envelope.id, now_ns):
            self._memory.tally.dropped[Dropped.TWICE] += 1
            return None
        return Revoked(envelope.subscription_type, envelope.status)

    def _stamp(self, envelope: Envelope, now_ns: int) -> None:
        if envelope.sent_ms is not None:
            self._memory.time.control(envelope.sent_ms, now_ns)


def _ns(seconds: float) -> int:
    return round(seconds * 1e9)
