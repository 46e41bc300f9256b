"""The rules for the control room: in words, switched, written, tried. See `control.api.obs_rules.Ruling`."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence

from ..control.api import obs_rules_models as told
from ..control.api.problems import Refusal
from ..errors import ObsError, RulesError
from ..flow.rule import RunLine
from ..rules.rules import Rules
from ..rules.trying import RuleShown, Tested, Trying

ANSWER_S = 5.0
"""How long a test is waited for; what takes longer goes on, and stands among the last runs later."""
MOST_WOULD = 200


class RuleDesk:
    def __init__(
        self,
        rules: Rules,
        trying: Trying,
        *,
        look: Callable[[], Awaitable[object]],
        last_runs: Callable[[int], Sequence[RunLine]],
    ) -> None:
        """
        Args:
            look: asks OBS what it has, so that a dry run knows.
            last_runs: of the ledger, the newest first; blocks.
        """
        self._rules = rules
        self._trying = trying
        self._look = look
        self._last_runs = last_runs
        self._writing = asyncio.Lock()

    async def rules(self) -> told.RulesShown:
        shown = self._trying.shown()
        return told.RulesShown(
            file=shown.path,
            held=shown.held,
            words=_why(shown.trouble, shown.problems),
            rules=[_rule(each) for each in shown.rules],
            revision=await asyncio.to_thread(self._revision),
        )

    def _revision(self) -> str:
        try:
            return self._rules.file.revision()
        except RulesError:
            return ""  # said in `words`

    async def rules_text(self) -> told.RulesText:
        file = self._rules.file
        revision = await asyncio.to_thread(file.revision)
        return told.RulesText(text=await asyncio.to_thread(file.text), revision=revision)

    async def write_rules(self, text: str, revision: str) -> None:
        async with self._writing:
            try:
                await asyncio.to_thread(self._rules.file.revise, text, revision)
            except RulesError as error:
                raise Refusal(400, _why(error.what, error.problems), error.remedy) from None
            await self._rules.look_at_file()

    async def switch_rule(self, name: str, *, on: bool) -> None:
        async with self._writing:
            await asyncio.to_thread(self._rules.file.enable, name, on)
            await self._rules.look_at_file()

    async def test_rule(self, name: str, *, dry: bool) -> told.TestShown:
        rule = self._trying.named(name)
        if not dry:
            return _tested(await self._trying.test(name, wait_s=ANSWER_S))
        with contextlib.suppress(ObsError):  # without OBS, each step says so
            await self._look()
        acts = [told.ActShown(words=each.words, done=None, troubles=list(each.hindrances)) for each in self._trying.checked(rule)]
        return told.TestShown(dry=True, outcome=None, words="", acts=acts)

    async def last_hour(self) -> list[told.WouldShown]:
        would = self._trying.last_hour()[-MOST_WOULD:]
        return [
            told.WouldShown(rule=each.rule, at_ms=each.at_ms, trigger=each.trigger, why_not=each.why_not)
            for each in reversed(would)
        ]

    async def runs(self, count: int) -> list[told.RunShown]:
        kept = await asyncio.to_thread(self._last_runs, count)
        # what has just ended is on its way into the ledger
        by_id = {line.run_id: line for line in (*self._rules.lines, *kept)}
        return [_run(line) for line in sorted(by_id.values(), key=lambda line: line.at_ms, reverse=True)[:count]]


def _rule(shown: RuleShown) -> told.RuleShown:
    return told.RuleShown(
        name=shown.name,
        on=shown.enabled,
        when=shown.when,
        conditions=list(shown.conditions),
        then=list(shown.do),
        pauses=shown.often,
        note=shown.note,
        running=shown.running,
        runs=shown.runs,
        last_ms=shown.last_ms,
        troubles=list(shown.hindrances),
        passed=dict(shown.passed),
    )


def _tested(tested: Tested) -> told.TestShown:
    line = tested.line
    acts = [
        told.ActShown(
            words=each.words,
            done=None if each.trouble is None else not each.trouble,
            troubles=[each.trouble] if each.trouble else [],
        )
        for each in tested.steps
    ]
    if line is None:
        return told.TestShown(dry=False, outcome=None, words="", acts=acts)
    return told.TestShown(dry=False, outcome=told.Outcome(line.ending.value), words=line.told, acts=acts)


def _run(line: RunLine) -> told.RunShown:
    return told.RunShown(
        rule=line.rule,
        at_ms=line.at_ms,
        outcome=told.Outcome(line.ending.value),
        trigger=line.trigger,
        words=line.told,
        steps=line.steps,
        done=line.done,
        took_ms=line.took_ms,
        tested=line.tested,
    )


def _why(trouble: str, problems: Sequence[object]) -> str:
    """With each mistake on a line of its own."""
    return "\n".join([trouble, *(str(each) for each in problems if str(each) not in trouble)]) if trouble else ""
