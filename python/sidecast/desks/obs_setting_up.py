"""The set-up in OBS for the control room: shown before it is done, done as it was shown, taken back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from ..clock import Clock
from ..control.access.permission import Caller
from ..control.access.rows import OverlayLink
from ..control.api import obs_models as told
from ..control.api.problems import Refusal
from ..flow.obs import ObsApi
from ..obs.setup import Done, Found, Journal, Overlay, Part, Plan, Voice, Wanted, Window, apply, look, plan, undo

LINK = "OBS"
"""The name of the overlays' link that the set-up makes; it is withdrawn with the set-up."""
UNMADE = "about:blank"
"""In a preview, in place of an address that holds a token."""


class OverlayLinks(Protocol):
    """`control.access.overlay_links.OverlayLinks`."""

    def all(self) -> list[OverlayLink]: ...

    async def make(self, caller: Caller, name: str) -> tuple[str, OverlayLink]: ...

    async def withdraw(self, caller: Caller, link_id: str) -> None: ...


class SettingUp:
    """One at a time."""

    def __init__(
        self,
        api: ObsApi,
        journal: Journal,
        clock: Clock,
        *,
        window: Callable[[], Window],
        voice: Callable[[], Voice | None],
        links: OverlayLinks,
        address: Callable[[], str],
    ) -> None:
        """
        Args:
            voice: where the co-host's voice can be had alone; None: nowhere.
            address: of the control room, as OBS reaches it (`http://127.0.0.1:8787`).
        """
        self._api = api
        self._journal = journal
        self._clock = clock
        self._window = window
        self._voice = voice
        self._links = links
        self._address = address
        self._one = asyncio.Lock()

    async def made(self) -> list[told.MadeShown]:
        """As the journal has it. Raises ObsError."""
        entries = await asyncio.to_thread(self._journal.entries)
        return [told.MadeShown(part=each.part.value, name=each.name, scene=each.scene) for each in entries]

    async def preview(self, wish: told.SetUpWish) -> told.PlanShown:
        """Raises ObsError."""
        found = await look(self._api, self._journal)
        planned = plan(found, self._wanted(wish, found, ""))
        return told.PlanShown(
            steps=[told.StepShown(words=step.words, done=None, trouble="") for step in planned.steps],
            notes=list(planned.notes),
            words="All of it is there already." if planned.empty else "",
        )

    async def set_up(self, wish: told.SetUpSeen, caller: Caller) -> told.PlanShown:
        """Raises Refusal, ObsError."""
        async with self._one:
            found = await look(self._api, self._journal)
            planned = plan(found, self._wanted(wish, found, ""))
            if [step.words for step in planned.steps] != wish.steps:
                raise Refusal(409, "OBS is not as it was when you looked at the steps.", "Look at them again.")
            if new := _new_overlays(found, wish):
                token, _ = await self._links.make(caller, LINK)
                planned = plan(found, self._wanted(wish, found, token))
            done = await apply(self._api, planned, self._journal, clock=self._clock)
            if new and not any(each.part in new for each in await asyncio.to_thread(self._journal.entries)):
                await self._withdraw(caller)
            return _told(done, "It is set up.", _left(planned, done))

    async def undo(self, caller: Caller) -> told.PlanShown:
        """Raises Refusal."""
        async with self._one:
            done = await undo(self._api, self._journal, clock=self._clock)
            if not done.trouble:
                await self._withdraw(caller)
            return _told(done, "It is taken back.", "The rest is still there.")

    async def _withdraw(self, caller: Caller) -> None:
        for link in self._links.all():
            if link.name == LINK:
                await self._links.withdraw(caller, link.id)

    def _wanted(self, wish: told.SetUpWish, found: Found, token: str) -> Wanted:
        overlays = tuple(Overlay(part=part, url=self._url(part, found, token)) for part in _parts(wish))
        return Wanted(
            window=self._window(), voice=self._voice() if wish.voice else None, overlays=overlays, shown_in=wish.shown_in
        )

    def _url(self, part: Part, found: Found, token: str) -> str:
        """One that is there keeps the address that it has: its token can be read nowhere else."""
        if (made := found.of(part)) is not None and made.settings.get("url"):
            return str(made.settings["url"])
        return f"{self._address().rstrip('/')}/overlay/{part.value}#token={token}" if token else UNMADE


def _parts(wish: told.SetUpWish) -> list[Part]:
    return [Part(each.value) for each in dict.fromkeys(wish.overlays)]


def _new_overlays(found: Found, wish: told.SetUpWish) -> set[Part]:
    """Those that need an address. None where OBS has no web pages."""
    if not any(kind.startswith("browser_source") for kind in found.kinds):
        return set()
    return {part for part in _parts(wish) if found.of(part) is None}


def _left(planned: Plan, done: Done) -> str:
    return "It is set up in part: press again to go on." if done.said and planned.steps else "It is not set up."


def _told(done: Done, well: str, not_well: str) -> told.PlanShown:
    steps = [told.StepShown(words=each, done=True, trouble="") for each in done.said]
    if done.trouble:
        steps.append(told.StepShown(words="It ended here.", done=False, trouble=done.trouble))
    return told.PlanShown(steps=steps, notes=_once(done.notes), words=not_well if done.trouble else well)


def _once(notes: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(notes))
