"""What is known of a viewer, and how it is made to be forgotten. Knows every room that remembers somebody."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from ..audience.seen import Seen
from ..clock import Clock
from ..errors import PolicyError
from ..flow.chat import Removal, RemovalScope
from ..flow.line import LedgerLine
from ..flow.moderation import Dossier, Erased, Kept, TurnKept, ViewerFound
from ..flow.ports import Sealer
from ..ledger.acts import ActReader
from ..ledger.ledger import Ledger
from ..ledger.runs import RunReader
from ..ledger.viewers import ViewerReader
from ..safety.cases import Cases
from ..safety.held import HeldLines
from ..safety.last_hour import LastHour
from ..safety.opt_out import OptOuts

FOUND = 20
"""Viewers of one search."""
NAMES_OPENED = 5_000
"""Viewers of the ledger whose sealed names one search by name looks at."""
TURNS = 100
FLUSH_S = 10.0
BACKUPS = (
    "Backups that were made before still hold what they held, sealed, until they are rotated out. If one of them is restored, "
    "this viewer is erased from it at once."
)
ANONYMOUS = "Figures of streams that count nobody in particular stay, and so do lines of the ledger without name, id and words."


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Everything that may remember a viewer."""

    seen: Seen
    last_hour: LastHour
    held: HeldLines
    cases: Cases
    opt_outs: OptOuts
    ledger: Ledger
    reader: ViewerReader
    acts: ActReader
    runs: RunReader
    vault: Sealer
    keep_days: int
    forget_in_rules: Callable[[str], None] = lambda _: None
    """Cool-downs and the last runs, in memory."""


class ViewerDesk:
    """On the show's loop; what blocks goes to a thread."""

    def __init__(self, memory: Memory, clock: Clock, receive: Callable[[Removal], None]) -> None:
        """`receive`: the show's, so that whatever is waiting, thought, said or remembered of the viewer goes at once."""
        self._memory = memory
        self._clock = clock
        self._receive = receive

    def alias(self, viewer_id: str) -> str:
        """For the audit, which outlives an erasure."""
        return self._memory.opt_outs.alias(viewer_id)

    async def search(self, name: str) -> list[ViewerFound]:
        """By exact id or name, in any case of letters: among those seen since the start, and those answered lately."""
        memory = self._memory
        name = name.strip().removeprefix("@")
        ids = dict.fromkeys(memory.seen.named(name))
        named = await asyncio.to_thread(memory.reader.named, name, NAMES_OPENED)
        ids |= dict.fromkeys(named)
        lines, _, _ = await asyncio.to_thread(memory.reader.span, name)
        if lines or memory.seen.get(name) is not None or memory.opt_outs.holds(name):
            ids = {name: None} | ids
        return [await self._found(viewer_id, named.get(viewer_id, "")) for viewer_id in list(ids)[:FOUND]]

    async def dossier(self, viewer_id: str) -> Dossier:
        """Everything that is known, and why it is kept.

        Raises:
            PolicyError: nothing is.
        """
        memory = self._memory
        lines = await asyncio.to_thread(memory.reader.lines, viewer_id, TURNS)
        found = await self._found(viewer_id, lines[0].author_name if lines else "")
        kept = tuple(each for each in await self._kept(viewer_id, found) if each.count)
        if not kept:
            raise PolicyError("Nothing is known of this viewer.", "Check the id; names can be searched for.")
        return Dossier(viewer=found, kept=kept, turns=tuple(map(_turn, lines)))

    async def erase(self, viewer_id: str) -> Erased:
        """Everywhere, at once. What the viewer writes afterwards is new; an opt-out stays, or they would be answered again.

        Raises:
            PolicyError, VaultError: something could not be erased; it can be tried again.
        """
        memory = self._memory
        before = await self._kept(viewer_id, await self._found(viewer_id, ""))
        removal = Removal(scope=RemovalScope.USER, author_id=viewer_id, arrived_ns=self._clock.now_ns(), reason="erased")
        self._receive(removal)
        memory.seen.forget(viewer_id)
        memory.last_hour.forget(viewer_id)
        memory.held.forget(viewer_id)
        memory.forget_in_rules(viewer_id)
        await asyncio.to_thread(memory.cases.forget, viewer_id)
        memory.ledger.forget(viewer_id)
        late = await self._flushed()
        # last: what was written until now is sealed with this key
        await asyncio.to_thread(memory.vault.erase, viewer_id)
        gone = tuple(each for each in before if each.count and each.what != "opt_out")
        return Erased(viewer_id=viewer_id, removed=gone, remains=(*late, ANONYMOUS, BACKUPS))

    async def opt_out(self, viewer_id: str) -> bool:
        """From now on they are never answered, quoted or remembered. False when it was so already."""
        new = await asyncio.to_thread(self._memory.opt_outs.add, viewer_id)
        removal = Removal(scope=RemovalScope.USER, author_id=viewer_id, arrived_ns=self._clock.now_ns(), reason="opted out")
        self._receive(removal)
        self._memory.seen.forget(viewer_id)
        return new

    async def opt_in(self, viewer_id: str) -> bool:
        """Takes an opt-out back. False when there was none."""
        return await asyncio.to_thread(self._memory.opt_outs.take_out, viewer_id)

    async def _flushed(self) -> tuple[str, ...]:
        """The ledger may be in trouble for long: then the key goes all the same, and the rest with the next write."""
        try:
            async with asyncio.timeout(FLUSH_S):
                await self._memory.ledger.flush()
        except TimeoutError:
            return (
                "The ledger cannot be written now: the id of this viewer stays in it until it can. Its words are unreadable.",
            )
        return ()

    async def _found(self, viewer_id: str, name: str) -> ViewerFound:
        memory = self._memory
        seen = memory.seen.get(viewer_id)
        answered, first_ms, last_ms = await asyncio.to_thread(memory.reader.span, viewer_id)
        times = [ms for ms in (first_ms, last_ms, *((seen.first_ms, seen.last_ms) if seen else ())) if ms]
        return ViewerFound(
            id=viewer_id,
            name=(seen.name if seen else name)[:64],
            first_ms=min(times, default=0),
            last_ms=max(times, default=0),
            messages=seen.messages if seen else 0,
            answered=answered,
            opted_out=memory.opt_outs.holds(viewer_id),
        )

    async def _kept(self, viewer_id: str, found: ViewerFound) -> tuple[Kept, ...]:
        memory = self._memory
        return (
            Kept(
                what="ledger",
                count=found.answered,
                why="So that you can see what was answered whom, and why. Name and words are sealed with this viewer's own key.",
                until=f"For {memory.keep_days} days (ledger.keep_days).",
            ),
            Kept(
                what="acts",
                count=await asyncio.to_thread(memory.acts.count, viewer_id),
                why="What was done about this viewer at Twitch, by whom and why. Sealed as the turns are.",
                until=f"For {memory.keep_days} days (ledger.keep_days).",
            ),
            Kept(
                what="runs",
                count=await asyncio.to_thread(memory.runs.count, viewer_id),
                why="Which of your rules this viewer has set off, to see what happened and why. No name and no words.",
                until=f"For {memory.keep_days} days (ledger.keep_days).",
            ),
            Kept(
                what="seen",
                count=found.messages,
                why="Name and number of messages, to tell regulars from strangers and to find people by name.",
                until="Until the show ends; only in memory.",
            ),
            Kept(
                what="figures",
                count=int(bool(found.messages or found.answered)),
                why="A keyed hash of the id with the first and last day here, to count who is new and who returns.",
                until="For as long as the figures of streams are kept (ledger.keep_figures_days).",
            ),
            Kept(
                what="last_hour",
                count=memory.last_hour.count(viewer_id),
                why="What the gates judged, so that you can see why, and try out other levels.",
                until="Refused texts until the show ends, others for an hour; only in memory.",
            ),
            Kept(
                what="held",
                count=memory.held.count(viewer_id),
                why="Messages that wait for a moderator's decision.",
                until="Ten minutes; only in memory.",
            ),
            Kept(
                what="cases",
                count=await asyncio.to_thread(memory.cases.count, viewer_id),
                why="Somebody called a verdict on this viewer's words wrong; they are kept, sealed, to test the policy with.",
                until="Until somebody takes them out.",
            ),
            Kept(
                what="opt_out",
                count=int(found.opted_out),
                why="A keyed hash of the id, so that this viewer is left alone. Nothing can be read from it.",
                until="Until the opt-out is taken back.",
            ),
        )


def _turn(line: LedgerLine) -> TurnKept:
    return TurnKept(at_ms=line.wall_ms, text=line.text, heard=line.heard, outcome=line.outcome.value, removed=line.removed)
