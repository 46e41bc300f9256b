"""The gate in: may the host take notice of what a viewer wrote, is named, or put into a reward?"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

from ..flow.chat import ChannelEvent, ChatMessage
from ..flow.verdict import Decision, Verdict
from ..settings import Safety
from .fragments import Fragments
from .holder import PolicyHolder, fixed
from .judge import Judge
from .rules import Rule

RELEASED = "released"
"""Rule of the verdict on what was held until a human let it pass."""
RELEASED_KEPT = 1_024


class GateIn:
    """Judges messages and events by the policy of the moment. About 20 µs a message."""

    def __init__(self, safety: Safety | PolicyHolder, rules: Sequence[Rule] | None = None) -> None:
        self._holder = fixed(safety, rules) if isinstance(safety, Safety) else safety
        self._judge = Judge(self._holder.now)
        self._fragments = Fragments()
        self._released: OrderedDict[str, bool] = OrderedDict()

    def screen(self, item: ChatMessage | ChannelEvent, *, closely: bool = False) -> Verdict:
        """The strictest verdict on its text, its author's name and its reward or poll title.

        `judged` is the part that decided; the text, when all is well. `closely`: with the slow classifier too, some milliseconds,
        for what is about to be answered; else only what the quick one is in doubt about.
        """
        judge = self._judge
        if judge.policy is not self._holder.now:
            judge = self._now()
        verdict = judge.screen(item, closely=closely)
        if verdict.passes and isinstance(item, ChatMessage):
            verdict = self._with_those_before(item, verdict)
        if verdict.decision is Decision.HOLD and item.id in self._released:
            return replace(verdict, decision=Decision.ALLOW, judged=item.text, rule=RELEASED)
        return verdict

    def screen_many(self, items: Sequence[ChatMessage | ChannelEvent]) -> list[Verdict]:
        """`screen` of each, in order."""
        screen = self.screen
        return [screen(item) for item in items]

    def judge(self, text: str) -> Verdict:
        """One text alone; the `sidecast.filter` port."""
        return self._now().judge(text)

    def speakable(self, name: str) -> bool:
        """Whether the host may say this name aloud; a viewer whose name it may not say can still be answered."""
        return self._now().speakable(name)

    def release(self, item_id: str) -> None:
        """A human has looked at it: when it comes again it is not held. What would be blocked still is."""
        self._released[item_id] = True
        if len(self._released) > RELEASED_KEPT:
            self._released.popitem(last=False)

    def _with_those_before(self, message: ChatMessage, verdict: Verdict) -> Verdict:
        """Short messages may spell a word together, by the gravest rules only: chance spells many words."""
        for pieces in self._fragments.with_latest(message):
            hit = self._holder.now.grave.spelled(pieces)
            if hit is not None:
                return Verdict(hit.decision, message.text, hit.category, hit.rule, hit.confidence)
        return verdict

    def _now(self) -> Judge:
        if self._judge.policy is not self._holder.now:
            self._judge = Judge(self._holder.now)
        return self._judge
