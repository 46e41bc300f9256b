"""What comes in, judged under one policy: text, author's name, reward title."""

from __future__ import annotations

import re
from functools import lru_cache

from ..flow.chat import ChannelEvent, ChatMessage
from ..flow.verdict import Decision, Verdict
from .compiled import Compiled
from .reading.shape import misshapen
from .screen import Screen

MAX_TEXT = 500
"""Characters; what Twitch lets a viewer write. Longer is not chat."""
MAX_NAME = 64
NAMES_KEPT = 8_192
"""Verdicts on names that are remembered: chat has few authors and many messages."""

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|[_\d.]+")


class Judge:
    """Pure: the same item gets the same verdict. Remembers names for as long as its policy is in force."""

    def __init__(self, policy: Compiled) -> None:
        self.policy = policy
        self._inward = policy.inward
        self._exempt_roles = policy.policy.exempt
        self._name_verdict = lru_cache(NAMES_KEPT)(self._judge_name)
        self._speakable = lru_cache(NAMES_KEPT)(self._judge_speakable)

    def screen(self, item: ChatMessage | ChannelEvent, *, closely: bool = False) -> Verdict:
        """See `GateIn.screen`."""
        exempt = False
        screen = self._inward
        if self._exempt_roles and item.author is not None and not self._exempt_roles.isdisjoint(item.author.roles):
            exempt, screen = True, self.policy.exempt
        written = item.text or isinstance(item, ChatMessage)
        verdict = judged(screen, item.text, closely=closely) if written else Verdict(Decision.ALLOW, "")
        if verdict.decision is Decision.BLOCK:
            return verdict
        if item.author is not None:
            verdict = _stricter(verdict, self._name_verdict(item.author.name, exempt))
        title = item.reward if isinstance(item, ChatMessage) else item.title
        return _stricter(verdict, judged(screen, title, closely=closely)) if title else verdict

    def judge(self, text: str) -> Verdict:
        """One text of nobody in particular, as closely as the gate can look."""
        return judged(self._inward, text, closely=True)

    def speakable(self, name: str) -> bool:
        """A name is judged as strictly as speech: the host says it aloud."""
        return self._speakable(name)

    def _judge_name(self, name: str, exempt: bool) -> Verdict:
        problem = misshapen(name, MAX_NAME)
        if problem is not None:
            return Verdict(Decision.BLOCK, name, problem.category, f"name.{problem.rule}")
        verdict = _by(self.policy.exempt if exempt else self._inward, name, name_words(name))
        if verdict.decision is Decision.ALLOW:
            return verdict
        return Verdict(verdict.decision, name, verdict.category, f"name.{verdict.rule}", verdict.confidence)

    def _judge_speakable(self, name: str) -> bool:
        return misshapen(name, MAX_NAME) is None and self.policy.outward.find(name_words(name)) is None


def judged(screen: Screen, text: str, *, closely: bool) -> Verdict:
    """One text alone: its shape, then the rules, then what the classifiers make of it."""
    problem = misshapen(text, MAX_TEXT)
    if problem is not None:
        return Verdict(Decision.BLOCK, text, problem.category, problem.rule)
    hit = screen.find(text)
    if hit is None or hit.decision is Decision.ALLOW:
        hit = screen.doubt(text, closely=closely) or hit
    return Verdict(Decision.ALLOW, text) if hit is None else Verdict(hit.decision, text, *hit[1:])


def name_words(name: str) -> str:
    """A name as written and once more with the words in it set apart: `xXBadWordXx_99` hides them from word borders."""
    return f"{name} {_CAMEL.sub(' ', name)}"


def _by(screen: Screen, judged: str, read: str) -> Verdict:
    hit = screen.find(read)
    return Verdict(Decision.ALLOW, judged) if hit is None else Verdict(hit.decision, judged, *hit[1:])


def _stricter(one: Verdict, other: Verdict) -> Verdict:
    """The first of two that are equally strict."""
    return other if other.decision > one.decision else one
