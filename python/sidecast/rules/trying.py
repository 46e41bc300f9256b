"""What the control room shows of the rules, and how it tries them: on a made-up event, on the last hour, or for real."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..clock import Clock
from ..errors import RulesError
from ..flow.chat import Role
from ..flow.rule import RunLine
from .engine import Decision, Engine
from .filling import filled
from .granting import granted
from .happening import Happening, Situation, Viewer, What
from .hour import Would
from .model import Do, Rule, Step
from .ports import Actor
from .rules import Given, Rules
from .table import Problem
from .words import do_words, if_words, often_words, step_words, when_words

SOMEBODY = Viewer(id="", name="Viewer")
"""Who causes a test; nobody can be timed out or shown to others by it."""
LIKE_ANYBODY = Happening(
    what=What.TEST, at_ns=0, at_ms=0, viewer=Viewer(id="1", name="Viewer"), amount=42, title="Reward", text="Hello!",
    item_id="1", about="1", reward_id="1",
)  # fmt: skip
"""What steps are looked at with: only what has nothing to do with who causes it is told."""
AMOUNT = 42


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleShown:
    """One rule, in words."""

    name: str
    enabled: bool
    line: int
    """Where it begins in the file."""
    when: str
    conditions: tuple[str, ...]
    do: tuple[str, ...]
    often: str
    note: str
    running: bool
    runs: int
    """Since the start, and when the last was (Unix milliseconds; 0: never)."""
    last_ms: int
    hindrances: tuple[str, ...]
    """What stands in its way now, each in a sentence."""
    passed: Mapping[str, int]
    """Why it did not run although it was set off → how often, since the show began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesShown:
    path: str
    rules: tuple[RuleShown, ...]
    problems: tuple[Problem, ...]
    trouble: str
    """Why the file as it stands is not used, or empty."""
    held: bool
    waiting: int
    dropped: int
    """Runs since the start that never began, and happenings that nobody looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeUp:
    """An event for a dry run, and how things stand then."""

    what: What
    name: str = ""
    amount: int = 0
    roles: frozenset[Role] = frozenset()
    first: bool = False
    title: str = ""
    """Of a reward, a scene, a source; kind of a storm."""
    text: str = ""
    """What the host has said."""
    situation: Situation | None = None
    """None: as it is now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTried:
    words: str
    hindrances: tuple[str, ...] = ()
    """What stands in its way now, in sentences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A rule that a made-up event sets off. Nothing was done."""

    rule: str
    why_not: str
    """Empty: it would run; `chance`: it might."""
    steps: tuple[StepTried, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDone:
    words: str
    trouble: str | None
    """Why it was not done; empty: it was; None: it has not been its turn yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """What became of a test."""

    line: RunLine | None
    """None: it still runs."""
    steps: tuple[StepDone, ...]


class Trying:
    """On the show's loop only."""

    def __init__(self, rules: Rules, given: Given) -> None:
        self._rules = rules
        self._clock: Clock = given.clock
        self._actor: Actor = given.actor
        self._given = given

    def shown(self) -> RulesShown:
        rules, book = self._rules, self._rules.file.book
        return RulesShown(
            path=str(rules.file.path),
            rules=tuple(self._rule(each) for each in book.rules),
            problems=book.problems,
            trouble=book.trouble,
            held=rules.held,
            waiting=rules.runs.waiting,
            dropped=rules.runs.dropped + rules.dropped,
        )

    def made_up(self, event: MadeUp) -> list[Tried]:
        """Which rules it would set off, without regard to cool-downs, and what each step would meet."""
        situation = event.situation or self._rules.situation
        happening = Happening(
            what=event.what,
            name=event.name,
            at_ns=self._clock.now_ns(),
            at_ms=self._clock.wall_ms(),
            viewer=replace(SOMEBODY, roles=event.roles, first=event.first),
            amount=event.amount,
            title=event.title,
            text=event.text,
        )
        engine = Engine(self._rules.engine.rules, chance=lambda: 0.0, local=self._given.local, now_ns=happening.at_ns)
        return [
            Tried(
                rule=decision.rule.name,
                why_not=decision.why_not or ("chance" if decision.rule.conditions.chance < 1 else ""),
                steps=self.checked(decision.rule),
            )
            for decision in engine.tell(happening, situation)
        ]

    def last_hour(self) -> list[Would]:
        """What the rules as they stand would have done with what was heard in the last hour."""
        given = self._given
        return self._rules.hour.would(self._rules.engine.rules, given.clock.now_ns(), given.clock.wall_ms(), given.local)

    def checked(self, rule: Rule) -> tuple[StepTried, ...]:
        """What each step meets as things are; nothing is done."""
        cause = granted(rule)

        def hindrances(step: Step) -> tuple[str, ...]:
            if not isinstance(step, Do):
                return ()
            return self._actor.check(filled(step, LIKE_ANYBODY, self._rules.situation), cause)

        return tuple(StepTried(words=step_words(step), hindrances=hindrances(step)) for step in rule.do)

    async def test(self, name: str, *, wait_s: float = 5.0) -> Tested:
        """The test button: really does it, now, whatever its conditions and cool-downs say, for a viewer who is nobody.

        Args:
            wait_s: how long its end is waited for.

        Raises:
            RulesError: there is no such rule, or too many runs wait.
        """
        rule = self.named(name)
        now_ns, now_ms = self._clock.now_ns(), self._clock.wall_ms()
        happening = Happening(what=What.TEST, at_ns=now_ns, at_ms=now_ms, viewer=SOMEBODY, amount=AMOUNT, text="A test.")
        run = self._rules.runs.test(Decision(rule=rule, happening=happening, situation=self._rules.situation))
        if run is None:
            raise RulesError("Too many runs wait already.", "Try it again when they are over.")
        over = asyncio.ensure_future(run.over.wait())
        timer = asyncio.ensure_future(self._clock.sleep(wait_s))
        try:
            await asyncio.wait({over, timer}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            over.cancel()
            timer.cancel()
        troubles = [*run.troubles, *[None] * len(rule.do)]
        steps = [StepDone(words=step_words(step), trouble=trouble) for step, trouble in zip(rule.do, troubles, strict=False)]
        return Tested(line=run.ended_as, steps=tuple(steps))

    def named(self, name: str) -> Rule:
        """
        Raises:
            RulesError: there is none.
        """
        found = next((rule for rule in self._rules.engine.rules if rule.name.casefold() == name.casefold()), None)
        if found is None:
            raise RulesError(f"There is no rule “{name[:60]}”.", "Look at the list of rules again.")
        return found

    def _rule(self, rule: Rule) -> RuleShown:
        rules = self._rules
        runs, last_ms = rules.ran.get(rule.name, (0, 0))
        return RuleShown(
            name=rule.name,
            enabled=rule.enabled,
            line=rule.line,
            when=when_words(rule),
            conditions=if_words(rule),
            do=do_words(rule),
            often=often_words(rule),
            note=rule.note,
            running=rule.name in rules.runs.running,
            runs=runs,
            last_ms=last_ms,
            hindrances=tuple(dict.fromkeys(each for step in self.checked(rule) for each in step.hindrances)),
            passed=dict(rules.engine.passed.get(rule.name, {})),
        )
