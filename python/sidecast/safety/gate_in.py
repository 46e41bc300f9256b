"""The gate in: may the host take notice of what a viewer wrote, is named, or put into a reward?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from ..flow.chat import ChannelEvent, ChatMessage
from ..flow.verdict import Decision, Verdict
from ..settings import Safety
from .folding import fold
from .rules import Rule, RuleSet, own_words_rule, shipped_rules
from .shape import misshapen

MAX_TEXT = 500
"""Characters; what Twitch lets a viewer write. Longer is not chat."""
MAX_NAME = 64
NAMES_KEPT = 8_192
"""Verdicts on names that are remembered: chat has few authors and many messages."""

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|[_\d.]+")


class GateIn:
    """Judges messages and events. Pure: the same item gets the same verdict. About 20 µs a message."""

    def __init__(self, safety: Safety, rules: Sequence[Rule] | None = None) -> None:
        known = shipped_rules() if rules is None else rules
        everything = (*own_words_rule(safety.block), *known)
        self._set = RuleSet(everything, safety.level_in, outward=False, allow=safety.allow)
        # A name is judged as strictly as speech: the host says it aloud.
        self._aloud = RuleSet(everything, safety.level_out, outward=True, allow=safety.allow)
        self._name_verdict = lru_cache(NAMES_KEPT)(self._judge_name)
        self._speakable = lru_cache(NAMES_KEPT)(self._judge_speakable)

    def screen(self, item: ChatMessage | ChannelEvent) -> Verdict:
        """The strictest verdict on its text, its author's name and its reward or poll title.

        `judged` is the part that decided; the text, when all is well.
        """
        verdict = self.judge(item.text) if item.text or isinstance(item, ChatMessage) else Verdict(Decision.ALLOW, "")
        if verdict.decision is Decision.BLOCK:
            return verdict
        if item.author is not None:
            verdict = _stricter(verdict, self._name_verdict(item.author.name))
        title = item.reward if isinstance(item, ChatMessage) else item.title
        return _stricter(verdict, self.judge(title)) if title else verdict

    def screen_many(self, items: Sequence[ChatMessage | ChannelEvent]) -> list[Verdict]:
        """`screen` of each, in order."""
        screen = self.screen
        return [screen(item) for item in items]

    def judge(self, text: str) -> Verdict:
        """One text alone; the `sidecast.filter` port."""
        problem = misshapen(text, MAX_TEXT)
        if problem is not None:
            return Verdict(Decision.BLOCK, text, problem.category, problem.rule)
        return self._by_rules(text, text)

    def speakable(self, name: str) -> bool:
        """Whether the host may say this name aloud; a viewer whose name it may not say can still be answered."""
        return self._speakable(name)

    def _by_rules(self, judged: str, read: str) -> Verdict:
        hit = self._set.first_hit(fold(read))
        if hit is None:
            return Verdict(Decision.ALLOW, judged)
        rule = self._set.rules[hit]
        return Verdict(self._set.decisions[hit], judged, rule.category, rule.name, rule.confidence)

    def _judge_name(self, name: str) -> Verdict:
        problem = misshapen(name, MAX_NAME)
        if problem is not None:
            return Verdict(Decision.BLOCK, name, problem.category, f"name.{problem.rule}")
        verdict = self._by_rules(name, name_words(name))
        if verdict.decision is Decision.ALLOW:
            return verdict
        return Verdict(verdict.decision, name, verdict.category, f"name.{verdict.rule}", verdict.confidence)

    def _judge_speakable(self, name: str) -> bool:
        return misshapen(name, MAX_NAME) is None and self._aloud.first_hit(fold(name_words(name))) is None


def name_words(name: str) -> str:
    """A name as written and once more with the words in it set apart: `xXBadWordXx_99` hides them from word borders."""
    return f"{name} {_CAMEL.sub(' ', name)}"


def _stricter(one: Verdict, other: Verdict) -> Verdict:
    """The first of two that are equally strict."""
    return other if other.decision > one.decision else one
