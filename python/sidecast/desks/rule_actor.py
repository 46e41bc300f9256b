"""Acts for the rules: in OBS by the room `obs`, at Twitch by the room `twitch`. See `rules.ports.Actor`."""

from __future__ import annotations

from typing import Protocol

from ..flow.action import Act, Cause, Checked, Ending, Granted, Performed
from ..flow.obs_act import ObsAct, ObsChecked, ObsDone
from ..rules.ports import Acted


class InObs(Protocol):
    """`obs.acting.acting.ObsActing`."""

    def dry_run(self, act: ObsAct, cause: Cause | None = None) -> ObsChecked: ...

    async def do(self, act: ObsAct, cause: Cause) -> ObsDone: ...


class AtTwitch(Protocol):
    """`desks.acting.ActingDesk`."""

    def dry_run(self, act: Act, cause: Cause) -> Checked: ...

    async def do(self, act: Act, cause: Cause) -> Performed: ...


class RuleActor:
    def __init__(self, obs: InObs, twitch: AtTwitch) -> None:
        self._obs = obs
        self._twitch = twitch

    async def do(self, act: ObsAct | Act, cause: Granted) -> Acted:
        if isinstance(act, ObsAct):
            done = await self._obs.do(act, cause)
            return Acted(done=done.ok, words="" if done.ok else done.words)
        performed = await self._twitch.do(act, cause)
        if performed.ending is Ending.DONE:
            return Acted(done=True)
        why = performed.hindrance
        return Acted(done=False, words=f"{why.what} {why.remedy}".strip() if why is not None else performed.words)

    def check(self, act: ObsAct | Act, cause: Granted) -> tuple[str, ...]:
        if isinstance(act, ObsAct):
            return tuple(each.words for each in self._obs.dry_run(act, cause).hindrances)
        return tuple(f"{each.what} {each.remedy}".strip() for each in self._twitch.dry_run(act, cause).hindrances)
