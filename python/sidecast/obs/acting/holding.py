"""Setting values in OBS for good or for a while, at once or gliding, and putting back what was there."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count

from ...clock import Clock
from ...errors import ObsAwayError, ObsError, ObsLacksError, ObsRefusedError
from ...flow.obs import Answered, Call, ObsApi, ObsEvent
from .gliding import STEP_S, between
from .layers import Held, Layer
from .slots import Change, Slot, glides, merged, value_of
from .told import told_by
from .waiting import until_set

MOST_HELD = 200
"""Values at a time."""
NOT_READY = 207
"""`RequestStatus`: OBS starts, or loads scenes."""
AGAIN_S = 0.25
"""After OBS did not answer."""


class TooMuchError(Exception):
    """More is held than can be watched over."""


class Holding:
    """On the show's loop only; `run` puts back."""

    def __init__(self, api: ObsApi, clock: Clock, on_held: Callable[[Mapping[Slot, Held]], None]) -> None:
        """`on_held`: told what is held each time that it changed, for a journal."""
        self._api = api
        self._clock = clock
        self._on_held = on_held
        self._held: dict[Slot, Held] = {}
        self._lock = asyncio.Lock()
        self._wake = asyncio.Event()
        self._numbers = count(1)
        self._collection: str | None = None
        """The scene collection that OBS has open; None while that is not known."""
        self._ends_now = False
        """It has saved its scenes, and would take what is written now with it: the next one is written to."""
        self._ends = [api.follow(self._told), api.on_change(self._another)]
        self.ended: Counter[str] = Counter()
        """How what was held ended: put `back`; `theirs`: the streamer changed it meanwhile; `gone`: OBS has it no more."""

    def __len__(self) -> int:
        return len(self._held)

    def take_over(self, slot: Slot, left: Held) -> None:
        """Something that a show before this one did not put back."""
        self._held.setdefault(slot, left)
        self._changed()

    async def change(self, changes: Sequence[Change], *, over_s: float = 0.0, for_s: float = 0.0) -> None:
        """Returns when all of it is there; what `for_s` puts back comes later.

        Raises:
            ObsError: as `ObsApi`; it is not known whether something was changed only with `ObsAwayError`.
            TooMuchError: nothing was changed.
        """
        slots = [change.slot for change in changes]
        async with self._lock:
            if not over_s and not for_s and self._held.keys().isdisjoint(slots):
                await self._write(changes)
                return
            if len(self._held.keys() | set(slots)) > MOST_HELD or any(self._held[s].full() for s in slots if s in self._held):
                raise TooMuchError
            await self._take(slots)
            number = next(self._numbers) if over_s else 0
            self._lay(changes, number, over_s, for_s)
            if not number:
                await self._settle(changes)
        if number:
            await self._glide(number, changes, over_s)

    async def _take(self, slots: Sequence[Slot]) -> None:
        """How OBS has them, before anything is changed."""
        answers = await self._read(slots)
        values = [value_of(slot, answer) for slot, answer in zip(slots, answers, strict=True)]
        for slot, current in zip(slots, values, strict=True):
            if slot in self._held and not self._is_here(self._held[slot]):
                self._drop([slot], "gone")
            held = self._held.setdefault(slot, Held(base=current, ours=(current,), collection=self._collection or ""))
            if not held.moving and not held.is_ours(current):
                held.taken(current)
                self.ended["theirs"] += 1
            held.ours = (current,)

    async def _read(self, slots: Sequence[Slot]) -> Sequence[Answered]:
        """How OBS has them; and in which scene collection that is."""
        listed, *answers = await self._api.batch([Call("GetSceneCollectionList"), *(slot.read() for slot in slots)])
        self._collection = str(listed.data.get("currentSceneCollectionName") or "")
        return answers

    def _is_here(self, held: Held) -> bool:
        """Not known is taken for yes: it is looked before anything is put back."""
        return self._collection is None or held.collection == self._collection

    def _lay(self, changes: Sequence[Change], number: int, over_s: float, for_s: float) -> None:
        until_ns = self._clock.now_ns() + round((over_s + for_s) * 1e9)
        for change in changes:
            held = self._held[change.slot]
            if for_s:
                held.lay(Layer(change.value, until_ns, over_s))
            else:
                held.set(change.value)
            held.moving = number
        self._changed()

    async def _settle(self, changes: Sequence[Change]) -> None:
        now_ns = self._clock.now_ns()
        for change in changes:
            self._held[change.slot].writes(change.value, now_ns, unsure=True)
        try:
            await self._write(changes)
        except ObsAwayError:
            # it may be there: what it was is put back in its time
            raise
        except ObsError:
            self._drop((change.slot for change in changes), "gone")
            raise
        else:
            for change in changes:
                if (held := self._held.get(change.slot)) is not None:
                    held.writes(change.value, now_ns)
        finally:
            self._forget_over()

    async def _write(self, changes: Sequence[Change]) -> None:
        for answer in await self._api.batch(merged([change.slot.write(change.value) for change in changes])):
            if answer.error is not None:
                raise answer.error

    async def _glide(self, number: int, changes: Sequence[Change], over_s: float) -> None:
        """Until all is there, or a later act moves it all."""
        starts = {c.slot: held.ours[-1] for c in changes if (held := self._moved(c.slot, number)) is not None}
        began_ns, share = self._clock.now_ns(), 0.0
        try:
            while share < 1.0:
                await self._clock.sleep(STEP_S)
                now_ns = self._clock.now_ns()
                share = min(1.0, (now_ns - began_ns) / (over_s * 1e9))
                steps = []
                for change in changes:
                    if (held := self._moved(change.slot, number)) is not None:
                        value = between(change.slot, starts[change.slot], change.value, share)
                        held.writes(value, now_ns, unsure=True)
                        steps.append(Change(change.slot, value))
                if not steps:
                    return
                await self._write(steps)
            for change in changes:
                if (held := self._moved(change.slot, number)) is not None:
                    held.writes(change.value, now_ns)
                    held.unsettled = False
        finally:
            for change in changes:
                if (held := self._moved(change.slot, number)) is not None:
                    held.moving = 0
            self._forget_over()

    def _moved(self, slot: Slot, number: int) -> Held | None:
        held = self._held.get(slot)
        return held if held is not None and held.moving == number else None

    async def run(self) -> None:
        """Puts back what is due, as soon as OBS is there. Until cancelled."""
        async with asyncio.TaskGroup() as backs:
            while True:
                self._wake.clear()
                due = min((at_ns for held in self._held.values() if (at_ns := self._due_ns(held)) is not None), default=None)
                if due is None or self._ends_now or self._api.version is None:
                    await self._wake.wait()
                elif due > (now_ns := self._clock.now_ns()):
                    await until_set(self._wake, self._clock, (due - now_ns) / 1e9)
                else:
                    for number, changes, over_s in await self._put_back(now_ns):
                        backs.create_task(self._glide_back(number, changes, over_s))

    def _due_ns(self, held: Held) -> int | None:
        return held.due_ns if self._is_here(held) else None

    async def _put_back(self, now_ns: int) -> list[tuple[int, list[Change], float]]:
        """What is due and does not glide; returns the glides."""
        due: list[Slot] = []
        try:
            async with self._lock:
                due += [s for s, held in self._held.items() if (at_ns := self._due_ns(held)) is not None and at_ns <= now_ns]
                back = await self._still_ours(due, now_ns)
                moves: dict[float, list[Change]] = {}
                for change in back:
                    held = self._held[change.slot]
                    moves.setdefault(held.back_s if glides(change.slot) else 0.0, []).append(change)
                await self._write_back(moves.pop(0.0, []))
                return [(self._start(changes), changes, over_s) for over_s, changes in moves.items()]
        except ObsAwayError:
            # still due; the connection tells when there is one again
            await self._clock.sleep(AGAIN_S)
            return []
        except ObsLacksError:
            # another OBS than the one that we changed
            self._drop(due, "gone")
            return []

    def _start(self, changes: Sequence[Change]) -> int:
        number = next(self._numbers)
        for change in changes:
            self._held[change.slot].moving = number
        return number

    async def _still_ours(self, slots: Sequence[Slot], now_ns: int) -> list[Change]:
        """What is to be written of that whose time is over."""
        back = []
        for slot, answer in zip(slots, await self._read(slots), strict=True):
            held = self._held.get(slot)
            if held is None or not self._is_here(held):
                continue
            try:
                current = value_of(slot, answer)
            except ObsRefusedError as refused:
                if refused.status == NOT_READY:
                    raise ObsAwayError(str(refused)) from None
                self._drop([slot], "gone")
                continue
            if not held.is_ours(current):
                self._drop([slot], "theirs")
                continue
            held.end(now_ns)
            if held.unsettled:
                held.ours = (current,)
                back.append(Change(slot, held.wanted))
        self._forget_over()
        return back

    async def _write_back(self, changes: Sequence[Change]) -> None:
        now_ns = self._clock.now_ns()
        for change in changes:
            self._held[change.slot].writes(change.value, now_ns, unsure=True)
        answers = await self._api.batch([change.slot.write(change.value) for change in changes]) if changes else ()
        for change, answer in zip(changes, answers, strict=True):
            if answer.error is not None:
                self._drop([change.slot], "gone")
            elif (held := self._held.get(change.slot)) is not None:
                held.writes(change.value, now_ns)
                held.unsettled = False
        self._forget_over()

    async def _glide_back(self, number: int, changes: Sequence[Change], over_s: float) -> None:
        try:
            await self._glide(number, changes, over_s)
        except ObsAwayError:
            self._wake.set()
        except ObsError:
            self._drop((change.slot for change in changes), "gone")

    async def close(self) -> None:
        """Puts everything back at once. What cannot be stays in the journal."""
        for end in self._ends:
            end()
        for held in self._held.values():
            held.end_all()
        await self._put_back(self._clock.now_ns())

    def _drop(self, slots: Iterable[Slot], why: str) -> None:
        for slot in slots:
            if self._held.pop(slot, None) is not None:
                self.ended[why] += 1
        self._changed()

    def _forget_over(self) -> None:
        over = [slot for slot, held in self._held.items() if held.over]
        for slot in over:
            if self._held.pop(slot).ended:
                self.ended["back"] += 1
        self._changed()

    def _another(self) -> None:
        """It came or went."""
        self._collection, self._ends_now = None, False
        self._wake.set()

    def _changed(self) -> None:
        self._on_held(self._held)
        self._wake.set()

    def _told(self, event: ObsEvent) -> None:
        """The streamer may switch something away and back again: it is theirs from then on."""
        if event.name in {"CurrentSceneCollectionChanging", "CurrentSceneCollectionChanged"}:
            self._collection = None
            self._wake.set()
        elif event.name == "ExitStarted":
            self._ends_now = True
        told = told_by(event)
        if told is None or (held := self._held.get(told[0])) is None:
            return
        if not held.is_ours(told[1]) and not held.echoes(told[1], self._clock.now_ns()):
            self._drop([told[0]], "theirs")
