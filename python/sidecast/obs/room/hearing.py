"""Whether the streamer speaks, from OBS's meters of their microphones. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .meters import SILENCE_DB, loudest
from .microphone import Microphones
from .voice import VoiceActivity

LOST_AFTER_S = 1.0
"""Without a level for so long (OBS hangs, the microphone is in no scene that is shown) nobody is heard."""


class Hearing:
    def __init__(self) -> None:
        self.microphones = Microphones()
        self._voice = VoiceActivity()
        self._heard_ns = 0
        self._level_db = SILENCE_DB

    @property
    def speaks(self) -> bool:
        return self._voice.speaks

    def listen(self, microphones: Microphones) -> None:
        """To these from now on."""
        if microphones.names != self.microphones.names:
            self._voice = VoiceActivity()
        self.microphones = microphones

    def levels(self, data: Mapping[str, Any], at_ns: int) -> bool:
        """What `InputVolumeMeters` tells; returns whether they speak.

        Raises:
            ValueError: it is not as the protocol says.
        """
        level_db = loudest(data, self.microphones.names)
        if level_db is None:
            return self.still(at_ns)
        self._heard_ns = at_ns
        before_db, self._level_db = self._level_db, level_db
        if level_db == before_db > SILENCE_DB:
            # no packet has come since (the machine is busy): OBS says the last one again, and a click would be a word
            return self.speaks
        return self._voice.hear(level_db)

    def still(self, now_ns: int) -> bool:
        """No level has come; returns whether they speak."""
        if now_ns - self._heard_ns >= LOST_AFTER_S * 1e9 and self._voice.speaks:
            self._voice = VoiceActivity()
        return self._voice.speaks
