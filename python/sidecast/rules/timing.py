"""What the clock brings: silences, times of day, every so often. Pure: times come in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from .happening import Voice, What
from .model import OnEvery, OnSilence, OnTime, Rule

LATE_MINUTES = 2
"""A time of day that was slept over for longer does not count any more."""

MOST_AHEAD = 180
"""Minutes that a clock goes ahead at once."""


@dataclass(slots=True)
class _Timed:
    rule: Rule
    trigger: OnSilence | OnTime | OnEvery
    since_ns: int
    """`every` and silences count from here, when the rule was read."""
    told: bool = False
    """This silence has been told."""


class Timing:
    """`every` counts from when the rule was first read, and a silence is told once, until it ends."""

    def __init__(self, now_ns: int) -> None:
        self._sounds = dict.fromkeys(Voice, now_ns)
        self._timed: dict[tuple[str, object], _Timed] = {}
        self._last: datetime | None = None

    def adopt(self, rules: Sequence[Rule], now_ns: int) -> None:
        """Whoever is the same as before goes on from where it was."""
        before, self._timed = self._timed, {}
        for rule in rules:
            for trigger in rule.when:
                if isinstance(trigger, OnSilence | OnTime | OnEvery):
                    old = before.get((rule.name, trigger))
                    timed = _Timed(rule, trigger, now_ns) if old is None else replace(old, rule=rule)
                    self._timed[rule.name, trigger] = timed

    def heard(self, voice: str, at_ns: int) -> None:
        self._sounds[Voice(voice)] = max(at_ns, self._sounds[Voice(voice)])

    def due(self, now_ns: int, now: datetime, *, host_speaks: bool, streamer: bool) -> Iterator[tuple[Rule, What, str]]:
        """Which rules are set off, by what. Call it often; `now` is local time."""
        if host_speaks:
            self._sounds[Voice.HOST] = now_ns
        if streamer:
            self._sounds[Voice.STREAMER] = now_ns
        before, self._last = self._last, now
        for timed in self._timed.values():
            match timed.trigger:
                case OnSilence(seconds=seconds, of=of):
                    since_ns = max(timed.since_ns, *(self._sounds[voice] for voice in of))
                    silent = now_ns - since_ns >= seconds * 1e9
                    if silent and not timed.told:
                        yield timed.rule, What.SILENCE, ""
                    timed.told = silent
                case OnEvery(seconds=seconds):
                    span_ns = round(seconds * 1e9)
                    if now_ns - timed.since_ns >= span_ns:
                        # what was slept over is not made up for
                        timed.since_ns += (now_ns - timed.since_ns) // span_ns * span_ns
                        yield timed.rule, What.EVERY, ""
                case OnTime(minute=minute, days=days):
                    if before is not None and _crossed(before, now, minute) and (not days or now.weekday() in days):
                        yield timed.rule, What.AT, ""


def _crossed(before: datetime, now: datetime, minute: int) -> bool:
    """The minute has begun since; a clock that was set does not count as passing."""
    # of the same zone a difference would be one of clock faces
    passed = now.timestamp() - before.timestamp()
    if not 0 < passed <= LATE_MINUTES * 60:
        return False
    of_now, of_before = now.hour * 60 + now.minute, before.hour * 60 + before.minute
    ahead = (of_now - of_before) % 1440
    # an hour that summer time skips counts as passed; one that comes twice does not count as a day
    return 0 < ahead <= MOST_AHEAD and (of_now - minute) % 1440 < ahead
