"""Whether the streamer speaks, as far as twenty levels a second can tell.

Speech is loud against what was there before, and it moves: several times a second it falls by 10 dB and more. So a sound counts
as speech as soon as it is loud for long enough, and no longer once it has shown that it stays as it is (fan, hum, a held chord)
or comes again in equal time (beats). What was found not to be speech has to be topped from then on.

What cannot be told: laughter, coughing, another person, or a film's dialogue near the microphone from the streamer's speech;
music without a beat from it; any of it before it has gone on for a while (a steady sound counts for about 1.5 s, beats for
about 4 s). Speech that is less than some 6 dB louder than what goes on beside it may be missed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from .rhythm import WINDOW, regularity

FRAME_S = 0.05
"""Between two levels: OBS sends one each 50 ms."""
LEAST_DB = -50.0
"""Quieter is never speech: a voice at a microphone that is set up has -30 to -15 dBFS."""
OVER_FLOOR_DB = 10.0
OVER_BACKGROUND_DB = 4.0
"""Over the loudest of what was found not to be speech."""
WHILE_SPEAKING_DB = 4.0
"""By so much less is enough to go on."""
ATTACK = (4, 5)
"""So many loud frames of so many: 0.2 s. A key or a click has one or two."""
HANG_OVER_S = 1.0
"""Pauses between words and sentences are shorter."""
STEADY_FRAMES, STEADY_DB = 30, 5.0
"""All of 1.5 s within so much: never speech, whose longest voiced stretches move by 6 dB and more within a second."""
EVEN_FRAMES, EVEN_DB = 50, 6.0
"""From the 10th to the 90th percentile of 2.5 s; of speech in an echoing room it was never below 7.6."""
REGULAR = 0.72
RHYTHM_EVERY = 10
"""Frames between two looks at the rhythm."""
FORGET_DB_S = 6.0
"""How fast what was found not to be speech is forgotten."""
_LOWEST_DB = -70.0
_FLOOR_FRAMES = 100


class VoiceActivity:
    """Pure: fed one level after another, 50 ms apart."""

    def __init__(self) -> None:
        self.speaks = False
        self._levels: deque[float] = deque(maxlen=_FLOOR_FRAMES)
        self._loud: deque[bool] = deque(maxlen=ATTACK[1])
        self._background_db = _LOWEST_DB
        self._rhythmic = False
        self._frames = 0
        self._since_loud = 0

    def hear(self, level_db: float) -> bool:
        """Whether they speak, after this level (dBFS)."""
        level_db = min(0.0, max(_LOWEST_DB, level_db))
        self._frames += 1
        loud = level_db >= self._threshold()
        self._levels.append(level_db)
        self._loud.append(loud)
        background_db = self._background()
        if background_db is not None:
            self._background_db = max(self._background_db, background_db)
            self.speaks = False
        else:
            self._background_db = max(_LOWEST_DB, self._background_db - FORGET_DB_S * FRAME_S)
            self._decide()
        return self.speaks

    def _decide(self) -> None:
        needed, _ = ATTACK
        if not self.speaks:
            self.speaks = sum(self._loud) >= needed
            self._since_loud = 0
            return
        # two of three: a single click does not prolong it
        self._since_loud = 0 if sum(list(self._loud)[-3:]) >= 2 else self._since_loud + 1
        self.speaks = self._since_loud * FRAME_S < HANG_OVER_S

    def _threshold(self) -> float:
        floor = _percentile(self._levels, 0.1) if self._levels else _LOWEST_DB
        needed = max(LEAST_DB, floor + OVER_FLOOR_DB, self._background_db + OVER_BACKGROUND_DB)
        return needed - WHILE_SPEAKING_DB if self.speaks else needed

    def _background(self) -> float | None:
        """How loud what was heard lately is, if it is a sound that is not speech. Silence is none either, and tells nothing."""
        steady = self._last(STEADY_FRAMES)
        if len(steady) < STEADY_FRAMES or max(steady) < LEAST_DB:
            return None
        if max(steady) - min(steady) < STEADY_DB:
            return max(steady)
        # somebody who begins to speak beside it tops it
        newest = max(self._last(ATTACK[1])) - OVER_BACKGROUND_DB
        even = self._last(EVEN_FRAMES)
        high = _percentile(even, 0.9)
        if len(even) == EVEN_FRAMES and max(LEAST_DB, newest) < high < _percentile(even, 0.1) + EVEN_DB:
            return high
        beats = self._last(WINDOW)
        if self._frames % RHYTHM_EVERY == 0:
            self._rhythmic = len(beats) == WINDOW and regularity(beats) >= REGULAR
        loudest = max(beats[: -ATTACK[1]])
        return loudest if self._rhythmic and newest < loudest else None

    def _last(self, frames: int) -> list[float]:
        return list(self._levels)[-frames:]


def _percentile(levels: Iterable[float], share: float) -> float:
    in_order = sorted(levels)
    return in_order[round(share * (len(in_order) - 1))]
