"""What the moderation API takes and gives where a human decides: test cases, held lines, storms."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from ...flow.moderation import CaseResult, HeldLine, Storm, VerdictCase
from ...flow.policy import Direction
from .moderation_policy import Millis, Taken
from .moderation_verdicts import Judged, Side, Text


class Wrong(Taken):
    wanted: Literal["allow", "block"] = Field(description="What the gate should have said.")


class NewCase(Taken):
    text: Text
    direction: Side = "in"
    wanted: Literal["allow", "block"]


class CaseSeen(BaseModel):
    """A test case. Without its text when its viewer was erased."""

    id: str
    at_ms: Millis
    direction: Side
    wanted: Literal["allow", "block"]
    text: str
    rule: str = Field(description="What had decided wrongly, or empty.")
    by: str

    @classmethod
    def of(cls, case: VerdictCase) -> CaseSeen:
        return cls(
            id=case.id,
            at_ms=case.at_ms,
            direction="out" if case.direction is Direction.OUT else "in",
            wanted=case.wanted.value,
            text=case.text,
            rule=case.rule,
            by=case.by,
        )


class CaseChecked(BaseModel):
    case: CaseSeen
    verdict: Judged
    passed: bool


class CasesChecked(BaseModel):
    """All test cases under one policy."""

    passed: int
    failed: int
    results: list[CaseChecked] = Field(description="Those that failed first.")

    @classmethod
    def of(cls, results: list[CaseResult]) -> CasesChecked:
        shown = [
            CaseChecked(case=CaseSeen.of(each.case), verdict=Judged.of(each.verdict), passed=each.passed)
            for each in sorted(results, key=lambda each: each.passed)
        ]
        passed = sum(each.passed for each in results)
        return cls(passed=passed, failed=len(results) - passed, results=shown)


class HeldSeen(BaseModel):
    """A line that waits for a decision."""

    id: str
    at_ms: Millis
    until_ms: Millis
    name: str
    viewer: str
    text: str
    verdict: Judged

    @classmethod
    def of(cls, line: HeldLine) -> HeldSeen:
        return cls(
            id=line.item.id,
            at_ms=line.at_ms,
            until_ms=line.until_ms,
            name=line.item.author.name[:64],
            viewer=line.item.author.id,
            text=line.item.text[:600],
            verdict=Judged.of(line.verdict),
        )


LineId = Annotated[str, Field(min_length=1, max_length=200, description="The line's id.")]


class Decide(Taken):
    id: LineId


class DecideAll(Taken):
    ids: list[LineId] = Field(min_length=1, max_length=200)

    @property
    def about(self) -> str:
        """For the audit: the line, if it is one."""
        return self.ids[0] if len(self.ids) == 1 else ""


class SetCare(Taken):
    care: Literal["all", "known", "nobody"] = Field(
        description="`known`: only questions and mentions of people who are known here; `nobody`: no one is answered."
    )


class StormSeen(BaseModel):
    """How careful the host is."""

    care: Literal["all", "known", "nobody"]
    since_ms: Millis
    by: str = Field(description="Who decided; empty: the show itself.")
    why: str
    before: Literal["all", "known", "nobody"] = Field(description="What an undo goes back to.")
    kind: Literal["none", "raid", "flood", "hate"] = Field(description="What the show itself took for a storm.")

    @classmethod
    def of(cls, storm: Storm) -> StormSeen:
        return cls(
            care=storm.care.value,
            since_ms=storm.since_ms,
            by=storm.by,
            why=storm.why,
            before=storm.before.value,
            kind=storm.kind.value,
        )
