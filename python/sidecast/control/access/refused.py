"""Log-ins that were refused, in the audit: one line a name, a way and an hour, with their number. A flood fills nothing."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from .register import Register
from .rows import REFUSED, Note
from .store import Change

log = logging.getLogger(__name__)

UNKNOWN = "a name that nobody has"
"""What was typed there is not kept: it may be a passphrase in the wrong field."""
WRITE_EVERY_NS = 10**9


@dataclass(slots=True)
class _Tries:
    number: int = 0
    address: str = ""


class RefusedLogIns:
    """Counts in memory and writes at most once a second; `write` brings the audit up to date."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._waiting: dict[tuple[str, str], _Tries] = {}
        """By way and name: bounded, as both are ours."""
        self._written_ns: int | None = None

    def note(self, how: str, name: str, address: str) -> None:
        """Returns at once.

        Args:
            how: `passphrase`, `new passphrase`, `link`, `invitation`, `oidc` or `twitch`.
            name: a member's, or one of ours; nothing that a stranger typed.
        """
        tries = self._waiting.setdefault((how, name), _Tries())
        tries.number += 1
        tries.address = address
        now = self._register.clock.now_ns()
        if self._written_ns is None or now - self._written_ns >= WRITE_EVERY_NS:
            self._written_ns = now
            self.write_soon()

    def write_soon(self) -> None:
        """Without waiting for it; at the end of a show, too."""
        if self._waiting:
            self._register.change_soon(self._plan)

    async def write(self) -> None:
        """Returns when all of them are in the audit.

        Raises:
            ControlError: they could not be written.
        """
        if self._waiting:
            await self._register.change(lambda: (self._plan(), None))

    def _plan(self) -> Change:
        waiting, self._waiting = self._waiting, {}
        at_ms = self._register.clock.wall_ms()
        for (how, _), tries in waiting.items():
            log.info("refused log-ins by %s: %d", how, tries.number)
        return Change(
            counted=tuple(
                Note(
                    at_ms=at_ms,
                    who_id="",
                    who="a stranger",
                    action=REFUSED,
                    about=name,
                    detail={"how": how, "tries": tries.number, "from": tries.address[:60]},
                )
                for (how, name), tries in waiting.items()
            )
        )
