"""What can go wrong at Twitch, and between it and a program; each at a call, and each recorded.

Each fault is a method; `inject(name, **arguments)` calls one by its name, for scenario files, HTTP and schedules.
Where a fault concerns EventSub sessions it hits all that are open, or the one whose id is given.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from ..clock import Clock
from .eventsub.frames import GARBAGE
from .eventsub.server import EventSub
from .eventsub.session import GRACE_S, Session
from .eventsub.socket import REASONS
from .helix.faults import HelixFaults
from .listening import Listening
from .oauth.grants import Grants
from .record import Record
from .refusal import Refused
from .world.world import World, WorldError

_NS = 1_000_000_000
FOR_EVER_NS = 2**63 - 1
CUT_FRAME = b"\x81\x7e\x04\x00half of a frame"
"""A text frame that says it has 1,024 bytes, and has 15."""
NOT_UTF8 = b"\x81\x04\xff\xfe\xc3\x28"


class Faults:
    """`await` nothing: each call returns at once, and what takes time goes on by itself."""

    def __init__(
        self,
        *,
        world: World,
        eventsub: EventSub,
        grants: Grants,
        helix: HelixFaults,
        listening: Listening,
        record: Record,
        clock: Clock,
    ) -> None:
        self._world = world
        self._eventsub = eventsub
        self._grants = grants
        self._helix = helix
        self._listening = listening
        self._record = record
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()

    # events

    def duplicate(self, count: int = 1, *, after_s: float = 0.0) -> None:
        """The next notifications are written twice, with the same message id."""
        self._eventsub.armed.duplicate, self._eventsub.armed.duplicate_after_s = count, after_s
        self._note("duplicate", f"{count} after {after_s} s")

    def stale(self, count: int = 1, *, age_ms: int = 700_000) -> None:
        """The next notifications say that they were sent so long ago (11 min 40 s)."""
        self._eventsub.armed.stale, self._eventsub.armed.stale_ms = count, age_ms
        self._note("stale", str(count))

    def skew(self, ms: int) -> None:
        """Twitch's clock is ahead of this machine's by so much; negative: behind."""
        self._world.skew_ms = ms
        self._note("skew", f"{ms} ms")

    # sockets

    def late_welcome(self, seconds: float, count: int = 1) -> None:
        """The next connections wait for their welcome."""
        self._eventsub.armed.late_welcome, self._eventsub.armed.late_welcome_s = count, seconds
        self._note("late_welcome", f"{seconds} s")

    def reconnect(
        self, *, grace_s: float = GRACE_S, late_welcome_s: float = 0.0, overlap_s: float = 0.0, session: str = ""
    ) -> list[str]:
        """Twitch asks the client to move; returns the addresses.

        Args:
            late_welcome_s: the new socket is welcomed only then; until then events come on the old one.
            overlap_s: the old socket goes on delivering for as long after the welcome: everything comes twice.
        """
        if late_welcome_s > 0:
            self._eventsub.armed.late_welcome, self._eventsub.armed.late_welcome_s = len(self._hit(session)), late_welcome_s
        self._note("reconnect", f"grace {grace_s} s, welcome {late_welcome_s} s late, overlap {overlap_s} s")
        return [self._eventsub.reconnect(each, grace_s=grace_s, overlap_s=overlap_s) for each in self._hit(session)]

    def silence(self, seconds: float | None = None, *, session: str = "") -> None:
        """Connections stay open and nothing comes through; None = for ever."""
        until = FOR_EVER_NS if seconds is None else self._clock.now_ns() + round(seconds * _NS)
        for each in self._hit(session):
            each.silent_until_ns = until
        self._note("silence", f"{seconds} s" if seconds is not None else "for ever")

    def close(self, code: int = 4000, *, session: str = "") -> None:
        """With a close frame, and one of Twitch's codes 4000 to 4007."""
        if code not in REASONS:
            raise WorldError(f"Twitch has no close code {code}.", "It has 4000 to 4007.")
        self._note("close", str(code))
        for each in self._hit(session):
            self._eventsub.close(each, code)

    def drop(self, *, session: str = "") -> None:
        """Connections end without a close frame."""
        self._note("drop")
        for each in self._hit(session):
            for socket in tuple(each.sockets):
                socket.drop()

    def reset(self, *, session: str = "") -> None:
        """Connections are torn (TCP reset): what was just written may be lost."""
        self._note("reset")
        for each in self._hit(session):
            for socket in tuple(each.sockets):
                socket.reset()

    def half_close(self, *, session: str = "") -> None:
        """This side ends, the other may go on writing."""
        self._note("half_close")
        for each in self._hit(session):
            for socket in tuple(each.sockets):
                socket.half_close()

    def slow(self, bytes_per_s: int = 200, seconds: float = 5.0, *, session: str = "") -> None:
        """What comes trickles, cut anywhere."""
        self._note("slow", f"{bytes_per_s} bytes/s for {seconds} s")
        sockets = [socket for each in self._hit(session) for socket in each.sockets]
        for socket in sockets:
            socket.slow(bytes_per_s)

        def hurry() -> None:
            for socket in sockets:
                socket.slow(0)

        self._later(seconds, hurry)

    def garbage(self, kind: str = "not_json", *, session: str = "") -> None:
        """A frame that no client should stumble over; `kind` of `eventsub.frames.GARBAGE`, `cut_frame` or `invalid_utf8`."""
        raw = {"cut_frame": CUT_FRAME, "invalid_utf8": NOT_UTF8}.get(kind)
        if raw is None and kind not in GARBAGE:
            known = ", ".join([*GARBAGE, "cut_frame", "invalid_utf8"])
            raise WorldError(f"There is no garbage “{kind}”.", f"There is: {known}.")
        self._note("garbage", kind)
        for each in self._hit(session):
            for socket in each.live:
                if raw is not None:
                    socket.send_raw(raw)
                else:
                    socket.send(GARBAGE[kind]())
        if kind == "cut_frame":  # nothing that came after it could be read
            for each in self._hit(session):
                for socket in tuple(each.sockets):
                    socket.drop()

    def refuse(self, seconds: float = 5.0, how: str = "refuse") -> None:
        """New connections fail: `refuse` (nobody listens), `hang_up`, `hang` (no answer) or, for EventSub alone, `503`."""
        if how not in {"refuse", "hang_up", "hang", "503"}:
            raise WorldError(f"Connections cannot be refused by “{how}”.", "There is: refuse, hang_up, hang, 503.")
        self._note("refuse", f"{how} for {seconds} s")
        armed = self._eventsub.armed
        armed.refuse_until_ns, armed.refuse_how = self._clock.now_ns() + round(seconds * _NS), how
        if how == "refuse":
            self._listening.shut()
            self._later(seconds, self._listening.open)

    # Helix and the id server

    def helix(self, status: int = 503, count: int = 1, *, path: str = "", delay_s: float = 0.0) -> None:
        """The next calls (below `path`, such as `chat/messages`) are answered so; status 0 = the connection ends instead."""
        self._helix.arm(status, count, path=path, delay_s=delay_s)
        self._note("helix", f"{status} × {count} {path}")

    def rate_limit(self, seconds: float = 2.0) -> None:
        """Every call is answered with 429, and `Ratelimit-Reset` says when that ends."""
        self._helix.limit(seconds)
        self._note("rate_limit", f"{seconds} s")

    def expire_tokens(self, user: str = "") -> int:
        """Access tokens are over; they can be refreshed."""
        self._note("expire_tokens", user)
        return self._grants.expire(self._world.user(user) if user else None)

    def revoke_tokens(self, user: str = "", client_id: str = "") -> int:
        """People take back what they granted: tokens, refresh tokens and subscriptions end."""
        self._note("revoke_tokens", user)
        users = [self._world.user(user)] if user else self._world.users
        return sum(self._grants.disconnect(each, client_id) for each in users)

    def revoke_subscriptions(self, kind: str = "", status: str = "authorization_revoked") -> int:
        """`status` also: `user_removed`, `version_removed`, `moderator_removed`."""
        self._note("revoke_subscriptions", f"{kind} {status}".strip())
        return self._eventsub.revoke(status, kind=kind)

    # ---

    def inject(self, name: str, **arguments: Any) -> Any:
        """Raises WorldError for a fault that does not exist, or arguments that do not fit it."""
        method = getattr(self, name, None) if name in NAMES else None
        if method is None:
            raise WorldError(f"There is no fault “{name}”.", f"There is: {', '.join(NAMES)}.")
        try:
            return method(**arguments)
        except (TypeError, Refused) as error:
            raise WorldError(f"The fault “{name}” cannot be so: {error}.", "See twitch_sim/faults.py.") from error

    def _hit(self, session: str) -> list[Session]:
        sessions = self._eventsub.sessions
        return [sessions[session]] if session in sessions else ([] if session else list(sessions.values()))

    def _note(self, name: str, words: str = "") -> None:
        self._record.add("fault", kind=name, note=words)

    def _later(self, seconds: float, act: Callable[[], Any]) -> None:
        async def wait() -> None:
            await self._clock.sleep(seconds)
            result = act()
            if asyncio.iscoroutine(result):
                await result

        task = asyncio.get_running_loop().create_task(wait())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def shut(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()


NAMES = tuple(
    name
    for name, value in vars(Faults).items()
    if callable(value) and not name.startswith("_") and name not in {"inject", "shut"}
)
"""Of all faults."""
