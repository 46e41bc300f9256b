"""The one way to do something in OBS: an act and who causes it go in, what became of it comes out."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection
from pathlib import Path

from ...clock import Clock, ms_between
from ...errors import ObsAwayError, ObsError, ObsLacksError, ObsRefusedError
from ...flow.action import Cause, Ending
from ...flow.obs import ObsApi
from ...flow.obs_act import ObsAct, ObsChecked, ObsDone, ObsHindrance, ObsObstacle
from .holding import Holding, TooMuchError
from .journal import Journal
from .kinds import kind_of, words_of
from .looking import Looking
from .performing import Did, Performing
from .planning import Plan, lacks, plan
from .stock import Stock
from .valid import forbidden, wrong

MOST_AT_ONCE = 32
"""Acts that are not over; more are turned away."""
NOT_THERE = 600
"""`RequestStatus::ResourceNotFound`."""


class ObsActing:
    """On the show's loop only. `run` must run: it puts back what acts hold for a while."""

    def __init__(
        self,
        api: ObsApi,
        clock: Clock,
        *,
        folder: Path,
        may_stream: Callable[[], Collection[str]],
    ) -> None:
        """
        Args:
            folder: Sidecast's data folder; pictures, chapters and the journal get their places in it.
            may_stream: `obs.may_stream` as it stands now.
        """
        self._api = api
        self._clock = clock
        self._may_stream = may_stream
        self._looking = Looking(api, clock)
        self._journal = Journal(folder / "obs-held.json")
        self._holding = Holding(api, clock, self._journal.held)
        self._performing = Performing(api, clock, self._holding, folder)
        self._now = 0
        self.turned_away: Counter[str] = Counter()
        """Acts that were not done, by `ObsObstacle`."""

    @property
    def held_ended(self) -> Counter[str]:
        """How what was set for a while ended; see `Holding.ended`."""
        return self._holding.ended

    @property
    def stock(self) -> Stock | None:
        """What OBS has by name, as last seen; None while there is no connection."""
        return self._looking.stock

    async def look(self) -> Stock:
        """What OBS has by name, for lists to choose from.

        Raises:
            ObsError: as `ObsApi`.
        """
        return await self._looking.now()

    def dry_run(self, act: ObsAct, cause: Cause | None = None) -> ObsChecked:
        """What `do` would ask OBS for, and what stands in its way, as far as OBS was seen. Nothing is asked or changed."""
        stock = self._looking.stock
        planned = self._plan(act, cause, stock)
        notes = planned.notes
        if stock is None and not planned.hindrances:
            notes = (*notes, "Which names OBS has was not looked at yet.")
        return ObsChecked(
            kind=kind_of(act).name,
            words=words_of(act),
            calls=() if planned.hindrances else planned.asked,
            hindrances=planned.hindrances,
            notes=notes,
        )

    async def check(self, act: ObsAct, cause: Cause | None = None) -> ObsChecked:
        """`dry_run` after a look at what OBS has. Nothing is changed."""
        checked = self.dry_run(act, cause)
        if self._api.version is None:
            return checked
        try:
            await self._looking.now(searching=not checked.possible)
        except ObsError as error:
            return ObsChecked(kind=checked.kind, words=checked.words, hindrances=(_hindrance(error),))
        return self.dry_run(act, cause)

    async def do(self, act: ObsAct, cause: Cause) -> ObsDone:
        """Returns when it is done: glides are there, media that is waited for is over. Never raises for what OBS does."""
        began_ns = self._clock.now_ns()
        if self._now >= MOST_AT_ONCE:
            hindrance = ObsHindrance(obstacle=ObsObstacle.LIMIT, what=f"{MOST_AT_ONCE} acts in OBS are not over yet.")
            return self._over(act, began_ns, Did(hindrance=hindrance))
        self._now += 1
        try:
            return self._over(act, began_ns, await self._do(act, cause))
        finally:
            self._now -= 1

    async def _do(self, act: ObsAct, cause: Cause) -> Did:
        sent = False
        try:
            for again in (False, True):
                planned = await self._planned(act, cause)
                if planned.hindrances:
                    return Did(hindrance=planned.hindrances[0])
                sent = True
                try:
                    return await self._performing.perform(act, planned, self._looking.stock or Stock())
                except ObsRefusedError as refused:
                    if refused.status != NOT_THERE or again:
                        raise
                    # it went away since we looked
                    self._looking.stale()
                    sent = False
        except TooMuchError:
            return Did(
                hindrance=ObsHindrance(obstacle=ObsObstacle.LIMIT, what="Too much in OBS is set for a while only already.")
            )
        except ObsError as error:
            unsure = sent and isinstance(error, ObsAwayError)
            return Did(hindrance=_hindrance(error), ending=Ending.UNSURE if unsure else Ending.REFUSED)
        raise AssertionError("A loop of two has ended.")

    async def _planned(self, act: ObsAct, cause: Cause) -> Plan:
        planned = self._plan(act, cause, None)
        if planned.hindrances:
            return planned
        planned = self._plan(act, cause, await self._looking.now())
        if any(each.obstacle is ObsObstacle.NAME for each in planned.hindrances):
            planned = self._plan(act, cause, await self._looking.now(searching=True))
        return planned

    def _plan(self, act: ObsAct, cause: Cause | None, stock: Stock | None) -> Plan:
        version = self._api.version
        if version is None:
            away = ObsHindrance(obstacle=ObsObstacle.AWAY, what=self._api.trouble or "There is no connection to OBS.")
        else:
            away = None
        found = (
            forbidden(act, cause, self._may_stream()),
            wrong(act),
            away,
            lacks(act, version) if version is not None else None,
        )
        hindrances = tuple(each for each in found if each is not None)
        if hindrances or stock is None:
            return Plan(hindrances=hindrances)
        return plan(act, stock)

    def _over(self, act: ObsAct, began_ns: int, did: Did) -> ObsDone:
        ending = did.ending or (Ending.REFUSED if did.hindrance else Ending.DONE)
        if did.hindrance is not None:
            self.turned_away[did.hindrance.obstacle.value] += 1
        words = did.words or (words_of(act, done=True) if did.hindrance is None else did.hindrance.words)
        return ObsDone(
            kind=kind_of(act).name,
            ending=ending,
            words=words,
            took_ms=ms_between(began_ns, self._clock.now_ns()),
            hindrance=did.hindrance,
            file=did.file,
        )

    async def run(self) -> None:
        """Looks ahead of need, puts back what is due, keeps the journal. Until cancelled."""
        for slot, left in await asyncio.to_thread(self._journal.read):
            self._holding.take_over(slot, left)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._looking.run())
            group.create_task(self._holding.run())
            group.create_task(self._journal.run())

    async def close(self) -> None:
        """Puts everything back at once, when `run` is over; what cannot be is put back by the next show."""
        self._looking.close()
        await self._holding.close()
        await asyncio.to_thread(self._journal.write)


def _hindrance(error: ObsError) -> ObsHindrance:
    match error:
        case ObsAwayError():
            obstacle = ObsObstacle.AWAY
        case ObsLacksError():
            obstacle = ObsObstacle.LACKS
        case ObsRefusedError(status=600):
            obstacle = ObsObstacle.NAME
        case _:
            obstacle = ObsObstacle.REFUSED
    return ObsHindrance(obstacle=obstacle, what=str(error))
