"""A chat source that says what a test scripts, when it scripts it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from sidecast.clock import Clock
from sidecast.flow.chat import Author, ChannelEvent, ChatMessage, EventKind, Incoming, Removal, RemovalScope, Role


class ScriptedSource:
    """Plays `(seconds from the start, item)` pairs in order; `arrived_ns` is stamped when they are yielded."""

    name = "script"
    malformed = 0

    def __init__(self, clock: Clock, script: Sequence[tuple[float, Incoming]], linger_s: float = 0.0) -> None:
        self._clock = clock
        self._script = script
        self._linger_s = linger_s

    async def incoming(self) -> AsyncIterator[Incoming]:
        start_ns = self._clock.now_ns()
        for at_s, item in self._script:
            wait_s = at_s - (self._clock.now_ns() - start_ns) / 1e9
            if wait_s > 0:
                await self._clock.sleep(wait_s)
            yield replace(item, arrived_ns=self._clock.now_ns())
        await self._clock.sleep(self._linger_s)


def says(
    text: str,
    who: str = "mika",
    id: str = "",  # noqa: A002
    roles: frozenset[Role] = frozenset(),
    reply_to: str = "",
) -> ChatMessage:
    """A message by `who`, whose id is made of both unless given."""
    author = Author(id=f"id-{who}", name=who, roles=roles)
    return ChatMessage(id=id or f"{who}: {text}", author=author, text=text, arrived_ns=0, reply_to=reply_to)


def moderator_says(text: str) -> ChatMessage:
    return says(text, who="mod", roles=frozenset({Role.MODERATOR}))


def raid(viewers: int, who: str = "kitsu") -> ChannelEvent:
    return ChannelEvent(
        id=f"raid-{who}", kind=EventKind.RAID, author=Author(id=f"id-{who}", name=who), amount=viewers, arrived_ns=0
    )


def deletes(message: ChatMessage) -> Removal:
    return Removal(scope=RemovalScope.MESSAGE, message_id=message.id, arrived_ns=0)


def times_out(who: str) -> Removal:
    return Removal(scope=RemovalScope.USER, author_id=f"id-{who}", arrived_ns=0)
