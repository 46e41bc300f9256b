"""What happens → a notification for each subscription that hears of it, written to its session's sockets and recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...clock import Clock
from ..ids import Ids
from ..record import Record
from ..world.happenings import Happening
from ..world.world import World
from . import frames
from .session import Session
from .socket import Socket
from .subscriptions import Subscription
from .told import Told, told

if TYPE_CHECKING:
    from .server import EventSub


@dataclass(frozen=True, slots=True, kw_only=True)
class _Notice:
    """One notification, as it is written to any socket and at any time."""

    frame: str
    session: Session
    event: int
    kind: str
    message_id: str


class Telling:
    def __init__(self, eventsub: EventSub, world: World, ids: Ids, record: Record, clock: Clock) -> None:
        self.events = 0
        self._eventsub = eventsub
        self._world = world
        self._ids = ids
        self._record = record
        self._clock = clock
        self.stop = world.listen(self._hear)

    def _hear(self, happening: Happening) -> None:
        self.events += 1
        for each in told(happening):
            hearing = self._eventsub.subscriptions.hearing(each)
            if not hearing:
                self._record.add("unheard", event=self.events, kind=each.type)
            for subscription in hearing:
                self._notify(subscription, each)

    def _notify(self, subscription: Subscription, each: Told) -> None:
        session = self._eventsub.sessions.get(subscription.session_id)
        message_id = self._ids.uuid()
        live = session.live if session is not None else []
        if session is None or not live or self._clock.now_ns() < session.silent_until_ns:
            self._record.add(
                "missed",
                session=subscription.session_id,
                event=self.events,
                kind=each.type,
                message_id=message_id,
                note="silent" if live else "no socket",
            )
            return
        armed = self._eventsub.armed
        stale = armed.take_stale()
        sent_ms = self._world.now_ms() - (armed.stale_ms if stale else 0)
        frame = frames.notification(message_id, sent_ms, subscription, each)
        notice = _Notice(frame=frame, session=session, event=self.events, kind=each.type, message_id=message_id)
        written = 0
        for socket in live:
            written += self._write(socket, notice, "stale" if stale else "again" if written else "")
        if written and not stale and armed.take_duplicate():
            self._eventsub.do(self._again(live[-1], notice, armed.duplicate_after_s))

    async def _again(self, socket: Socket, notice: _Notice, after_s: float) -> None:
        if after_s > 0:
            await self._clock.sleep(after_s)
        self._write(socket, notice, "again")

    def _write(self, socket: Socket, notice: _Notice, note: str) -> bool:
        now = self._clock.now_ns()
        written = now >= notice.session.silent_until_ns and socket.send(notice.frame)
        if written:
            notice.session.wrote_ns = now
        elif note == "again":
            return False
        self._record.add(
            "wrote" if written else "missed",
            socket=socket.number,
            session=notice.session.id,
            event=notice.event,
            kind=notice.kind,
            message_id=notice.message_id,
            note=note if written else "unread",
        )
        return written
