"""Cool-downs: of each rule, and of each rule for each viewer. Kept by the rules' names, so that a changed file loses none."""

from __future__ import annotations

from collections import OrderedDict

from .model import Rule

MOST_VIEWERS = 10_000
"""Pairs of a rule and a viewer; when there are more, those that are longest ago may come again."""
MOST_A_MINUTE = 60
"""Runs of one rule: two rules that set each other off are stopped here, and so is a flood."""
MINUTE_NS = 60_000_000_000


class Cooling:
    """Pure: times come in."""

    def __init__(self) -> None:
        self._rules: dict[str, int] = {}
        self._viewers: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._minutes: dict[str, tuple[int, int]] = {}
        """Rule → when its minute began, and its runs since."""
        self.forgotten = 0
        """Cool-downs of viewers that were given up for want of room."""

    def left_s(self, rule: Rule, viewer_id: str, now_ns: int) -> float:
        """For how long it may not run yet; 0: it may."""
        left = 0.0
        if rule.cooldown_s and (last := self._rules.get(rule.name)) is not None:
            left = rule.cooldown_s - (now_ns - last) / 1e9
        if rule.cooldown_per_viewer_s and viewer_id:
            last = self._viewers.get((rule.name, viewer_id))
            if last is not None:
                left = max(left, rule.cooldown_per_viewer_s - (now_ns - last) / 1e9)
        return max(left, 0.0)

    def too_often(self, rule: Rule, now_ns: int) -> bool:
        began, runs = self._minutes.get(rule.name, (now_ns, 0))
        return now_ns - began < MINUTE_NS and runs >= MOST_A_MINUTE

    def ran(self, rule: Rule, viewer_id: str, now_ns: int) -> None:
        if rule.cooldown_s:
            self._rules[rule.name] = now_ns
        if rule.cooldown_per_viewer_s and viewer_id:
            key = (rule.name, viewer_id)
            self._viewers[key] = now_ns
            self._viewers.move_to_end(key)
            if len(self._viewers) > MOST_VIEWERS:
                self._viewers.popitem(last=False)
                self.forgotten += 1
        began, runs = self._minutes.get(rule.name, (now_ns, 0))
        self._minutes[rule.name] = (now_ns, 1) if now_ns - began >= MINUTE_NS else (began, runs + 1)

    def forget(self, viewer_id: str) -> None:
        """An erased viewer."""
        for key in [key for key in self._viewers if key[1] == viewer_id]:
            del self._viewers[key]

    def keep(self, names: set[str]) -> None:
        """Of rules that are gone nothing is kept."""
        self._rules = {name: at for name, at in self._rules.items() if name in names}
        self._minutes = {name: minute for name, minute in self._minutes.items() if name in names}
        self._viewers = OrderedDict((key, at) for key, at in self._viewers.items() if key[0] in names)
