"""One run of a rule, step by step; a step that cannot be done does not keep the next from being done."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass

from ..clock import Clock
from ..errors import OrderRefused
from ..flow.action import Write
from ..flow.chat import Removal, RemovalScope
from ..flow.obs_act import SetText
from ..flow.order import Say
from ..flow.rule import RunEnding, RunLine
from .engine import Decision
from .filling import filled, filled_text, holds_viewers_words
from .granting import granted
from .happening import Happening
from .model import Do, Speak, Step, Wait
from .ports import Actor, Judge, Speaks

log = logging.getLogger(__name__)

BY_RULE = "rule: "
"""How a line begins that says who had it said."""
REMOVED = "What the viewer wrote was removed before it could be shown."


@dataclass(frozen=True, slots=True)
class Hands:
    """With what a run acts."""

    actor: Actor
    say: Speaks
    judge: Judge
    clock: Clock
    on_shown: Callable[[str, Decision | None], None] = lambda _source, _decision: None
    """A text source shows a viewer's words from now on, by this decision; None: none any more."""


class Run:
    """`perform` once; `take_away` while it waits or runs."""

    def __init__(self, run_id: str, decision: Decision, *, tested: bool = False) -> None:
        self.id = run_id
        self.decision = decision
        self.tested = tested
        self._removed = False
        self.troubles: list[str] = []
        """Of each step that is over, why it was not done; empty where it was."""
        self.over = asyncio.Event()
        self.ended_as: RunLine | None = None
        self._began_ns: int | None = None

    @property
    def rule_name(self) -> str:
        return self.decision.rule.name

    def take_away(self) -> None:
        """Words of its viewer are shown no more."""
        self._removed = True

    async def perform(self, hands: Hands) -> RunLine:
        """Does not raise, unless it is cancelled."""
        self._began_ns = hands.clock.now_ns()
        for step in self.decision.rule.do:
            try:
                problem = await self._step(step, hands)
            except Exception as error:  # noqa: BLE001 -- whatever it is, the next step is done
                # without its text, which may hold a viewer's words
                where = "".join(traceback.format_tb(error.__traceback__)[-2:])
                log.error("a step of the rule %r failed with %s:\n%s", self.rule_name, type(error).__name__, where)  # noqa: TRY400
                problem = "This step failed; the log says where."
            self.troubles.append(problem)
        steps = self.decision.rule.do
        acted = any(not trouble for step, trouble in zip(steps, self.troubles, strict=True) if not isinstance(step, Wait))
        ending = RunEnding.DONE if not any(self.troubles) else RunEnding.PART if acted else RunEnding.REFUSED
        return self.line(ending, now_ns=hands.clock.now_ns())

    def line(self, ending: RunEnding, told: str = "", *, now_ns: int = 0) -> RunLine:
        happening = self.decision.happening
        return RunLine(
            run_id=self.id,
            at_ms=happening.at_ms,
            rule=self.rule_name,
            trigger=happening.words,
            ending=ending,
            told=told or next(filter(None, self.troubles), ""),
            steps=len(self.decision.rule.do),
            done=self.troubles.count(""),
            took_ms=0 if self._began_ns is None else max(now_ns - self._began_ns, 0) // 1_000_000,
            tested=self.tested,
            viewer_id=happening.viewer.id if happening.viewer else "",
        )

    async def _step(self, step: Step, hands: Hands) -> str:
        """Why it was not done, or empty."""
        match step:
            case Wait(seconds=seconds):
                await hands.clock.sleep(seconds)
                return ""
            case Speak(text=text):
                return self._say(text, hands)
            case Do():
                return await self._do(step, hands)

    async def _do(self, step: Do, hands: Hands) -> str:
        decision = self.decision
        act = filled(step, decision.happening, decision.situation)
        if holds_viewers_words(step.act):
            assert isinstance(act, SetText | Write)
            if self._removed:
                return REMOVED
            if refused := hands.judge(act.text):
                return refused
        acted = await hands.actor.do(act, granted(decision.rule))
        if isinstance(act, SetText):
            await self._shown(act.source, holds_viewers_words(step.act), hands)
        return "" if acted.done else acted.words or "It was not done."

    async def _shown(self, source: str, of_viewer: bool, hands: Hands) -> None:
        """Also where it is not sure that they are shown."""
        if of_viewer and self._removed:
            # taken away while OBS was asked
            await hands.actor.do(SetText(source=source, text=""), granted(self.decision.rule))
            of_viewer = False
        hands.on_shown(source, self.decision if of_viewer else None)

    def _say(self, text: str, hands: Hands) -> str:
        decision = self.decision
        line = filled_text(text, decision.happening, decision.situation)
        by = f"{BY_RULE}{self.rule_name}"
        try:
            hands.say(Say(by=by, by_id=f"rule:{self.rule_name}", at_ns=hands.clock.now_ns(), text=line))
        except OrderRefused as refusal:
            return str(refusal)
        return ""


def hits(removal: Removal, happening: Happening) -> bool:
    """`happening` holds what `removal` takes away."""
    if happening.viewer is None:
        return False
    match removal.scope:
        case RemovalScope.CHAT:
            return True
        case RemovalScope.USER:
            return happening.viewer.id == removal.author_id != ""
        case _:
            return happening.item_id == removal.message_id != ""
