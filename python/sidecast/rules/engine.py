"""The rules against what happens: which of them run, and why the others do not. Pure: time and chance come in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from .conditions import Checks, Unmet, compiled, means, unmet
from .cooling import Cooling
from .happening import Happening, Situation, What
from .model import (
    OnCommand,
    OnEvent,
    OnEvery,
    OnMood,
    OnObs,
    OnObsEvent,
    OnSilence,
    OnSpeech,
    OnStorm,
    OnTime,
    OnWords,
    Rule,
    Trigger,
)
from .timing import Timing

COOLING = "cooldown"
TOO_OFTEN = "too_often"


class Decision(NamedTuple):
    """A rule that was set off."""

    rule: Rule
    happening: Happening
    situation: Situation
    why_not: str = ""
    """Empty: it runs; else an `Unmet`, `cooldown` or `too_often`."""

    @property
    def runs(self) -> bool:
        return not self.why_not


class Engine:
    """Looks only at rules whose trigger is of the happening's sort and name."""

    def __init__(
        self, rules: Sequence[Rule], *, chance: Callable[[], float], local: Callable[[int], datetime], now_ns: int
    ) -> None:
        """
        Args:
            chance: draws a number from 0 to below 1.
            local: Unix milliseconds → the streamer's own time of day.
        """
        self._chance = chance
        self._local = local
        self._cooling = Cooling()
        self._timing = Timing(now_ns)
        self.passed: dict[str, Counter[str]] = {}
        """Rule → why it did not run although it was set off, and how often."""
        self._adopt(rules, now_ns)

    @property
    def rules(self) -> tuple[Rule, ...]:
        return self._rules

    def adopt(self, rules: Sequence[Rule], now_ns: int) -> None:
        """Other rules from now on; those with the same names keep their cool-downs and their place in time."""
        self._adopt(rules, now_ns)
        names = {rule.name for rule in rules}
        self._cooling.keep(names)
        self.passed = {name: counted for name, counted in self.passed.items() if name in names}

    def tell(self, happening: Happening, situation: Situation) -> list[Decision]:
        """What happened → the rules that it sets off, in the order of the file."""
        if happening.what is What.SOUND:
            self._timing.heard(happening.name, happening.at_ns)
            return []
        waiting = self._index.get((happening.what, happening.name))
        if not waiting:
            return []
        return list(self._decide(((rule, happening) for rule, trigger in waiting if means(trigger, happening)), situation))

    def wants(self, happening: Happening) -> bool:
        """Some rule waits for its like."""
        return (happening.what, happening.name) in self._index

    def tick(self, now_ns: int, wall_ms: int, situation: Situation) -> list[Decision]:
        """Call it about once a second: for what the clock brings."""
        due = self._timing.due(
            now_ns, self._local(wall_ms), host_speaks=situation.host_speaks, streamer=situation.streamer_speaks
        )
        found = [(rule, Happening(what=what, name=name, at_ns=now_ns, at_ms=wall_ms)) for rule, what, name in due]
        return list(self._decide(found, situation))

    def pass_over(self, rule: Rule, why: str) -> None:
        """Counts why it does not run."""
        counted = self.passed.get(rule.name)
        if counted is None:
            counted = self.passed[rule.name] = Counter()
        counted[why] += 1

    def forget(self, viewer_id: str) -> None:
        self._cooling.forget(viewer_id)

    def _decide(self, found: Iterable[tuple[Rule, Happening]], situation: Situation) -> Iterator[Decision]:
        minute, day = -1, 0
        decided: set[str] = set()
        for rule, happening in found:
            if rule.name in decided:
                continue
            decided.add(rule.name)
            if minute < 0:
                at = self._local(happening.at_ms)
                minute, day = at.hour * 60 + at.minute, at.weekday()
            why = self._why_not(rule, happening, situation, minute, day)
            if why:
                self.pass_over(rule, why)
            else:
                self._cooling.ran(rule, _viewer(happening), happening.at_ns)
            yield Decision(rule, happening, situation, why)

    def _why_not(self, rule: Rule, happening: Happening, situation: Situation, minute: int, day: int) -> str:
        if why := unmet(self._checks[rule.name], happening, situation, minute, day):
            return why.value
        if self._cooling.left_s(rule, _viewer(happening), happening.at_ns) > 0:
            return COOLING
        if self._cooling.too_often(rule, happening.at_ns):
            return TOO_OFTEN
        # last, so that a draw is only made where it decides
        if rule.conditions.chance < 1 and self._chance() >= rule.conditions.chance:
            return Unmet.CHANCE.value
        return ""

    def _adopt(self, rules: Sequence[Rule], now_ns: int) -> None:
        self._rules = tuple(rules)
        self._index: dict[tuple[What, str], list[tuple[Rule, Trigger]]] = {}
        self._checks: dict[str, Checks] = {rule.name: compiled(rule.conditions) for rule in rules}
        in_use = [rule for rule in rules if rule.enabled]
        for rule in in_use:
            for trigger in rule.when:
                for place in _places(trigger):
                    self._index.setdefault(place, []).append((rule, trigger))
        self._timing.adopt(in_use, now_ns)


def _viewer(happening: Happening) -> str:
    return happening.viewer.id if happening.viewer else ""


def _places(trigger: Trigger) -> list[tuple[What, str]]:
    """Under which sort and name happenings find it; none for what the clock brings."""
    match trigger:
        case OnEvent(kind=kind):
            return [(What.EVENT, kind.value)]
        case OnCommand(words=words):
            return [(What.COMMAND, word) for word in words]
        case OnMood(mood=mood):
            return [(What.MOOD, mood)]
        case OnSpeech(starts=starts):
            return [(What.SPEECH, "starts" if starts else "ends")]
        case OnWords():
            return [(What.SAYS, "")]
        case OnStorm(begins=begins):
            return [(What.STORM, "begins" if begins else "ends")]
        case OnObs(what=what):
            return [(What.OBS, what.value)]
        case OnObsEvent(event=event):
            return [(What.OBS_EVENT, event)]
        case OnSilence() | OnTime() | OnEvery():
            return []
