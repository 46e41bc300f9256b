"""What rules need of others: who acts, who says a line, who judges what viewers wrote."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ..flow.action import Act, Granted
from ..flow.obs_act import ObsAct
from ..flow.order import Say


@dataclass(frozen=True, slots=True, kw_only=True)
class Acted:
    """What became of an act."""

    done: bool
    words: str = ""
    """Why it was not, or what is good to know; a sentence, without viewers' words."""


class Actor(Protocol):
    """Acts in OBS and at Twitch. Never raises for what they do."""

    async def do(self, act: ObsAct | Act, cause: Granted) -> Acted: ...

    def check(self, act: ObsAct | Act, cause: Granted) -> tuple[str, ...]:
        """What stands in its way as things are, in sentences; nothing is changed."""
        ...


Speaks = Callable[[Say], object]
"""The show's `order`: raises OrderRefused."""
Judge = Callable[[str], str]
"""Why a text that holds viewers' words may not be shown, in a sentence without them; empty: it may."""
