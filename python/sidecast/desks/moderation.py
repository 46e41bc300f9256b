"""Moderation as the control room sees it: policy, trials, the verdict log, held lines, test cases, storms.

Wires the safety room's parts with the show; the control room knows this as its port `Moderation`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from ..audience.storm import StormState
from ..clock import Clock
from ..errors import PolicyError
from ..flow.chat import ChatMessage
from ..flow.moderation import Care, CaseResult, Found, HeldLine, Screened, Storm, Trial, VerdictCase, Wanted
from ..flow.policy import Direction, OwnPattern, Policy, PolicyChange, PolicyVersion
from ..flow.verdict import Verdict
from ..safety.cases import Cases
from ..safety.dry_run import checked_cases, judged_alone, tried
from ..safety.gate_in import GateIn
from ..safety.held import HeldLines
from ..safety.last_hour import LastHour
from ..safety.pattern_test import found_by
from ..safety.policies import Policies


class ModerationDesk:
    """On the show's loop; what takes long goes to a thread. Raises PolicyError for what cannot be."""

    def __init__(
        self,
        policies: Policies,
        gate: GateIn,
        clock: Clock,
        *,
        last_hour: LastHour,
        held: HeldLines,
        storm: StormState,
        cases: Cases,
    ) -> None:
        self._policies = policies
        self._gate = gate
        self._last_hour = last_hour
        self._held = held
        self._storm = storm
        self._cases = cases
        self._clock = clock
        self._trying = asyncio.Lock()

    def connect(
        self, release: Callable[[ChatMessage], None], recheck: Callable[[], None], show: Callable[[int, int], None]
    ) -> None:
        """Once the show is there.

        Args:
            release: a held line comes again.
            recheck: those who wait are judged again.
            show: is told which version of the policy is in force and how many lines are held.
        """
        self._release = release
        self._show = show
        self._policies.on_change(recheck)
        self._policies.on_change(self.tell)
        self._storm.on_change(lambda _: recheck())
        self._held.on_change = self.tell
        self.tell()

    def tell(self) -> None:
        self._show(self.number, len(self._held))

    # ---- the policy ---------------------------------------------------------------------------------------------

    @property
    def policy(self) -> Policy:
        return self._policies.policy

    @property
    def number(self) -> int:
        return self._policies.number

    @property
    def versions(self) -> tuple[PolicyVersion, ...]:
        return self._policies.versions

    async def change(self, change: PolicyChange, by: str, expected: int | None = None) -> PolicyVersion | None:
        return await self._policies.change(change, by, expected)

    async def restore(self, number: int, by: str, expected: int | None = None) -> PolicyVersion | None:
        return await self._policies.restore(number, by, expected)

    # ---- trying out ------------------------------------------------------------------------------------------------

    async def try_text(self, text: str, direction: Direction, change: PolicyChange) -> tuple[Verdict, Verdict]:
        """Today's verdict, and the draft's."""
        before, after = self._policies.now, await self._policies.draft(change)
        return await asyncio.to_thread(
            lambda: (judged_alone(text, direction, before), judged_alone(text, direction, after)),
        )

    async def try_last_hour(self, change: PolicyChange) -> Trial:
        """One trial at a time: whoever comes second waits."""
        async with self._trying:
            before, after = self._policies.now, await self._policies.draft(change)
            texts = self._last_hour.everything()
            return await asyncio.to_thread(tried, texts, before, after)

    async def try_pattern(self, pattern: OwnPattern) -> Found:
        """What it finds in the last hour, and where."""
        async with self._trying:
            texts = self._last_hour.everything()
            return await asyncio.to_thread(found_by, pattern, texts)

    # ---- the verdict log, and what was wrong in it -------------------------------------------------------------------

    def log(self) -> list[Screened]:
        return self._last_hour.refused()

    def last_hour(self) -> list[Screened]:
        return self._last_hour.everything()

    async def wrong(self, number: int, wanted: Wanted, by: str) -> VerdictCase:
        """Somebody calls the verdict on a text of the log wrong."""
        screened = self._last_hour.find(number)
        if screened is None or not screened.text:
            raise PolicyError("The words of this text are not known any more.", "Write them as a test case of your own.")
        case = VerdictCase(
            id="",
            at_ms=self._clock.wall_ms(),
            direction=screened.direction,
            wanted=wanted,
            viewer_id=screened.author_id,
            text=screened.text,
            rule=screened.verdict.rule,
            by=by,
        )
        return await asyncio.to_thread(self._cases.add, case)

    async def cases(self) -> list[VerdictCase]:
        return await asyncio.to_thread(self._cases.all)

    async def add_case(self, text: str, direction: Direction, wanted: Wanted, by: str) -> VerdictCase:
        """One that somebody has written."""
        case = VerdictCase(id="", at_ms=self._clock.wall_ms(), direction=direction, wanted=wanted, viewer_id="", text=text, by=by)
        return await asyncio.to_thread(self._cases.add, case)

    async def drop_case(self, case_id: str) -> None:
        await asyncio.to_thread(self._cases.drop, case_id)

    async def check_cases(self, change: PolicyChange) -> list[CaseResult]:
        """Under the policy in force, or a draft of another."""
        policy = await self._policies.draft(change) if change != PolicyChange() else self._policies.now
        return await asyncio.to_thread(lambda: checked_cases(self._cases.all(), policy))

    # ---- held lines ------------------------------------------------------------------------------------------------

    def held(self) -> list[HeldLine]:
        return self._held.lines()

    def release(self, item_id: str) -> None:
        """It may be answered: it comes again as if it had just been written."""
        item = self._held.release(item_id)
        self._gate.release(item_id)
        self._release(item)

    def drop(self, item_ids: Sequence[str]) -> int:
        """They are not answered. How many of them were still held."""
        return self._held.drop(item_ids)

    def undo_drop(self, item_ids: Sequence[str]) -> int:
        return self._held.undo_drop(item_ids)

    # ---- storms ----------------------------------------------------------------------------------------------------

    @property
    def storm(self) -> Storm:
        return self._storm.now

    def set_care(self, care: Care, by: str) -> Storm:
        return self._storm.set(care, by=by)

    def undo_storm(self, by: str) -> Storm:
        return self._storm.undo(by)
