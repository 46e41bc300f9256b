"""What the moderation API takes and gives of verdicts: the log, and trials on the last hour or on a text."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from ...flow.moderation import Found, Screened, Trial
from ...flow.policy import Direction
from ...flow.verdict import Category, Decision, Verdict
from .moderation_policy import Change, Millis, Taken

Side = Annotated[Literal["in", "out"], Field(description="`in`: what viewers write; `out`: what the co-host says.")]
Decided = Literal["allow", "soften", "hold", "block"]
Text = Annotated[str, Field(min_length=1, max_length=600)]


class Judged(BaseModel):
    """A verdict. `rule` names what decided; it never quotes the text."""

    decision: Decided
    category: Category
    rule: str
    confidence: float

    @classmethod
    def of(cls, verdict: Verdict) -> Judged:
        decision: dict[Decision, Decided] = {
            Decision.ALLOW: "allow",
            Decision.SOFTEN: "soften",
            Decision.HOLD: "hold",
            Decision.BLOCK: "block",
        }
        return cls(
            decision=decision[verdict.decision],
            category=verdict.category,
            rule=verdict.rule,
            confidence=round(verdict.confidence, 3),
        )


class Logged(BaseModel):
    """A text that was judged. Its words are gone where they were removed."""

    number: int
    at_ms: Millis
    direction: Side
    text: str
    name: str
    viewer: str = Field(description="The author's id, for /viewers.")
    removed: bool
    verdict: Judged

    @classmethod
    def of(cls, screened: Screened) -> Logged:
        return cls(
            number=screened.number,
            at_ms=screened.at_ms,
            direction="out" if screened.direction is Direction.OUT else "in",
            text=screened.text,
            name=screened.name,
            viewer=screened.author_id,
            removed=screened.removed,
            verdict=Judged.of(screened.verdict),
        )


class LogAsked(Taken):
    """Which lines of the log."""

    before: int = Field(2**53, ge=1, le=2**53, description="Only lines older than the one with this number.")
    limit: int = Field(50, ge=1, le=200)
    direction: Side | None = None
    category: Category | None = None
    decision: Decided | None = None
    rule: str = Field("", max_length=60, description="Only this rule, or all that begin with it and a dot.")

    def wants(self, line: Logged) -> bool:
        verdict = line.verdict
        return (
            line.number < self.before
            and self.direction in (None, line.direction)
            and self.category in (None, verdict.category)
            and self.decision in (None, verdict.decision)
            and (not self.rule or verdict.rule == self.rule or verdict.rule.startswith(f"{self.rule}."))
        )


class LogPage(BaseModel):
    lines: list[Logged]
    more: bool = Field(description="There are older ones: ask with `before`.")
    kept: int = Field(description="How many verdicts the log holds.")


class TryText(Change):
    text: Text
    direction: Side = "in"


class TriedText(BaseModel):
    """One text under the policy in force, and under the draft."""

    before: Judged
    after: Judged


class DifferenceSeen(BaseModel):
    text: Logged
    before: Judged
    after: Judged


class TrialSeen(BaseModel):
    """The last hour under a draft."""

    judged: int
    complete: bool = Field(description="False: the time was over before the hour was.")
    stricter: int
    milder: int
    examples: list[DifferenceSeen]

    @classmethod
    def of(cls, trial: Trial) -> TrialSeen:
        examples = [
            DifferenceSeen(text=Logged.of(each.screened), before=Judged.of(each.before), after=Judged.of(each.after))
            for each in trial.examples
        ]
        return cls(judged=trial.judged, complete=trial.complete, stricter=trial.stricter, milder=trial.milder, examples=examples)


class FoundText(BaseModel):
    text: Logged
    marks: list[tuple[int, int]] = Field(
        description="Characters (code points) from, and up to but not including; none: found only with its disguise undone."
    )


class FoundSeen(BaseModel):
    """What an expression finds in the last hour."""

    looked: int
    complete: bool
    found: int
    examples: list[FoundText]

    @classmethod
    def of(cls, found: Found) -> FoundSeen:
        examples = [FoundText(text=Logged.of(each.screened), marks=list(each.marks)) for each in found.examples]
        return cls(looked=found.looked, complete=found.complete, found=found.found, examples=examples)
