"""Who may come in, as the room looks it up: in memory, where no disk can delay an answer, and in `access.db` first."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, TypeVar

from ...clock import Clock
from .permission import Role
from .rows import Invitation, Key, Member, Note, OverlayLink, Row, Session
from .runner import OneThread, Runner
from .store import Change, Store

log = logging.getLogger(__name__)

T = TypeVar("T")

CLOSE_WITHIN_S = 1.5


class Register:
    """Lookups are immediate. Changes are written one after another, then seen; `changed` tells who waits for one."""

    def __init__(self, store: Store, clock: Clock, runner: Runner | None = None) -> None:
        self.clock = clock
        self._store = store
        self._runner = runner or OneThread("access")
        kept = store.everything()
        self.members: dict[str, Member] = {each.id: each for each in kept.members}
        """By id, the oldest first, as in all of these."""
        self.sessions: dict[bytes, Session] = {each.digest: each for each in kept.sessions}
        """By the token's digest."""
        self.invitations: dict[bytes, Invitation] = {each.digest: each for each in kept.invitations}
        self.keys: dict[bytes, Key] = {each.digest: each for each in kept.keys}
        self.overlay_links: dict[bytes, OverlayLink] = {each.digest: each for each in kept.overlay_links}
        self._one_at_a_time = asyncio.Lock()
        self._changed = asyncio.Event()
        self._under_way: set[asyncio.Task[Any]] = set()

    def __repr__(self) -> str:
        return f"<Register of {len(self.members)} members>"

    @property
    def owners(self) -> list[Member]:
        return [member for member in self.members.values() if member.role is Role.OWNER]

    async def change(self, plan: Callable[[], tuple[Change, T]]) -> T:
        """`plan` looks at what is so now and says what to change; nothing else changes in between.

        It goes on to its end when whoever asked is gone: the file and the memory never differ.

        Raises:
            ControlError: it could not be written; then nothing has changed.
        """
        return await asyncio.shield(self._start(self._change(plan)))

    def change_soon(self, plan: Callable[[], Change]) -> None:
        """For what nobody waits for, such as notes and when a session was last seen."""

        async def quietly() -> None:
            try:
                await self._change(lambda: (plan(), None))
            except Exception:
                log.exception("a note on who did what, or was last seen when, could not be kept")

        self._start(quietly())

    @property
    def next_change(self) -> asyncio.Event:
        """The next change sets it: whoever takes it before a look misses none that comes after the look."""
        return self._changed

    async def changed(self) -> None:
        """Returns after the next change."""
        await self._changed.wait()

    async def notes(self, before: int, limit: int, who_id: str = "", action: str = "") -> list[Note]:
        """See `Store.notes`."""
        return await self._runner.call(partial(self._store.notes, before, limit, who_id, action))

    async def close(self) -> None:
        """After the changes that are under way; but a disk that hangs does not keep the show from ending."""
        try:
            async with asyncio.timeout(CLOSE_WITHIN_S):
                while self._under_way:
                    await asyncio.wait(set(self._under_way))
                await self._runner.call(self._store.close)
        except TimeoutError:
            log.warning("%d changes of who may come in were not written: the disk does not answer", len(self._under_way))
        self._runner.stop()

    def _start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.get_running_loop().create_task(work, name="access")
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task

    async def _change(self, plan: Callable[[], tuple[Change, T]]) -> T:
        async with self._one_at_a_time:
            change, result = plan()
            await self._runner.call(partial(self._store.apply, change))
            for row in change.drop:
                self._forget(row)
            for row in change.put:
                self._keep(row)
            done, self._changed = self._changed, asyncio.Event()
            done.set()
            return result

    def _keep(self, row: Row) -> None:
        match row:
            case Member():
                self.members[row.id] = row
            case Session():
                self.sessions[row.digest] = row
            case Invitation():
                self.invitations[row.digest] = row
            case Key():
                self.keys[row.digest] = row
            case OverlayLink():
                self.overlay_links[row.digest] = row

    def _forget(self, row: Row) -> None:
        match row:
            case Member():
                self.members.pop(row.id, None)
                self.sessions = {each.digest: each for each in self.sessions.values() if each.member_id != row.id}
                self.keys = {each.digest: each for each in self.keys.values() if each.member_id != row.id}
            case Session():
                self.sessions.pop(row.digest, None)
            case Invitation():
                self.invitations.pop(row.digest, None)
            case Key():
                self.keys.pop(row.digest, None)
            case OverlayLink():
                self.overlay_links.pop(row.digest, None)
