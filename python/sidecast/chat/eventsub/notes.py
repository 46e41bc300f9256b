"""What the streamer is told of EventSub: one sentence while something is amiss, an empty one when all is well."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Mapping

from .subscribing import Standing

NAMED = 3
"""Types that a sentence names."""
PERMITTED = frozenset({Standing.FORBIDDEN, Standing.REVOKED})

log = logging.getLogger(__name__)


class Notes:
    def __init__(self, on_note: Callable[[str], None]) -> None:
        self._on_note = on_note
        self._last = ""

    def away(self, why: str, again_s: float | None = None) -> None:
        """Nothing is heard. `again_s`: when it will be tried again, where that is known."""
        when = "." if again_s is None else f"; trying again in {math.ceil(again_s)} s."
        self._say(f"Twitch's events are away: {why}{when}")

    def here(self, standing: Mapping[str, Standing], refusals: Mapping[str, str]) -> None:
        """The socket is up; how it stands with each type of event."""
        lacking = {kind: refusals.get(kind, "") for kind, how in standing.items() if how in PERMITTED}
        if not lacking:
            self._say("")
            return
        named = [f"{kind} ({words})" if words else kind for kind, words in sorted(lacking.items())[:NAMED]]
        more = f" and {len(lacking) - NAMED} more" if len(lacking) > NAMED else ""
        self._say(f"Twitch does not let us hear {', '.join(named)}{more}; log in again under Set-up to give the permission.")

    def _say(self, sentence: str) -> None:
        if sentence == self._last:
            return
        self._last = sentence
        self._on_note(sentence)
        if sentence:
            log.warning("%s", sentence)
        else:
            log.info("Twitch's events are heard")
