"""Links for the overlays of a stream: each lets pages look at the overlays' cells (`control/overlay/`) and at nothing else."""

from __future__ import annotations

from dataclasses import replace

from ..api.problems import Refusal
from .audit import note_of
from .permission import Caller
from .register import Register
from .rows import OverlayLink
from .sessions import SEEN_EVERY_MS
from .store import Change
from .tokens import KEY_START, digest, new_id, new_token

START = f"{KEY_START}overlay_"
"""How their tokens begin, for people and for scanners of leaked secrets."""
MAX_LINKS = 20
MAX_TOKEN = 200
BACK_FOR_MS = 600_000
"""How long a withdrawn link may be put back: OBS goes on with the address that it has."""
_PREFIX = len(START) + 4


class OverlayLinks:
    """No member and no API key: a token of these is asked for by the overlays' socket alone."""

    def __init__(self, register: Register) -> None:
        self._register = register

    def find(self, text: str) -> OverlayLink | None:
        """The link of this token, if it works; notes that it was used."""
        link = self._register.overlay_links.get(digest(text)) if len(text) <= MAX_TOKEN else None
        if link is None or link.withdrawn_ms:
            return None
        now = self._register.clock.wall_ms()
        if now - link.used_ms >= SEEN_EVERY_MS:
            known = link.digest
            self._register.overlay_links[known] = replace(link, used_ms=now)
            self._register.change_soon(lambda: Change(put=tuple(filter(None, [self._register.overlay_links.get(known)]))))
        return link

    async def gone(self, link: OverlayLink) -> None:
        """Returns once `link`, by which somebody was let in, is withdrawn."""
        while True:
            now = self._register.overlay_links.get(link.digest)
            if now is None or now.withdrawn_ms:
                return
            await self._register.changed()

    def all(self) -> list[OverlayLink]:
        """Those that work, the oldest first."""
        return [each for each in self._register.overlay_links.values() if not each.withdrawn_ms]

    async def make(self, caller: Caller, name: str) -> tuple[str, OverlayLink]:
        """The token, which nobody can read again, and what is kept.

        Raises:
            Refusal: too many links (409).
        """

        def plan() -> tuple[Change, tuple[str, OverlayLink]]:
            now = self._register.clock.wall_ms()
            if len(self.all()) >= MAX_LINKS:
                raise Refusal(409, f"There are {MAX_LINKS} overlay links.", "Withdraw one first.")
            text = START + new_token()
            link = OverlayLink(
                id=new_id(),
                digest=digest(text),
                prefix=text[:_PREFIX],
                name=name,
                by_id=caller.id,
                by=caller.name,
                created_ms=now,
            )
            return Change(put=(link,), drop=self._over(now), note=note_of(now, caller, "overlays.link_made", name)), (text, link)

        return await self._register.change(plan)

    async def withdraw(self, caller: Caller, link_id: str) -> None:
        """Pages that use it are out at once.

        Raises:
            Refusal: there is none (404).
        """

        def plan() -> tuple[Change, None]:
            now = self._register.clock.wall_ms()
            link = self._get(link_id, withdrawn=False)
            note = note_of(now, caller, "overlays.link_withdrawn", link.name)
            return Change(put=(replace(link, withdrawn_ms=now),), drop=self._over(now), note=note), None

        await self._register.change(plan)

    async def put_back(self, caller: Caller, link_id: str) -> None:
        """It works again.

        Raises:
            Refusal: it was not withdrawn, or too long ago (404), or there are too many by now (409).
        """

        def plan() -> tuple[Change, None]:
            now = self._register.clock.wall_ms()
            link = self._get(link_id, withdrawn=True)
            if now - link.withdrawn_ms > BACK_FOR_MS:
                raise Refusal(404, "This link was withdrawn too long ago.", "Make a new one.")
            if len(self.all()) >= MAX_LINKS:
                raise Refusal(409, f"There are {MAX_LINKS} overlay links.", "Withdraw one first.")
            note = note_of(now, caller, "overlays.link_put_back", link.name)
            return Change(put=(replace(link, withdrawn_ms=0),), note=note), None

        await self._register.change(plan)

    def _get(self, link_id: str, *, withdrawn: bool) -> OverlayLink:
        for each in self._register.overlay_links.values():
            if each.id == link_id and bool(each.withdrawn_ms) is withdrawn:
                return each
        raise Refusal(404, "There is no such link.", "The list of links may have changed: load it again.")

    def _over(self, now_ms: int) -> tuple[OverlayLink, ...]:
        """Those that nobody can put back any more."""
        every = self._register.overlay_links.values()
        return tuple(each for each in every if each.withdrawn_ms and now_ms - each.withdrawn_ms > BACK_FOR_MS)
