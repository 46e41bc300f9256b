"""What the moderation API takes and gives."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ...flow.chat import Role
from ...flow.moderation import CaseResult, Found, HeldLine, Screened, Storm, Trial, VerdictCase
from ...flow.policy import (
    MAX_EXPRESSION,
    MAX_LEVEL,
    MAX_PATTERN_NAME,
    MAX_PATTERNS,
    MAX_WORD,
    MAX_WORDS,
    Direction,
    OwnPattern,
    Policy,
    PolicyChange,
    PolicyVersion,
)
from ...flow.verdict import Category, Decision, Verdict

Level = Annotated[int, Field(ge=0, le=MAX_LEVEL, description="0 only the worst … 4 everything doubtful.")]
Word = Annotated[str, Field(min_length=1, max_length=MAX_WORD)]
Words = Annotated[list[Word], Field(max_length=MAX_WORDS)]
Levels = Annotated[dict[Category, Level], Field(max_length=len(Category))]
Millis = Annotated[int, Field(description="Unix time in milliseconds.")]
Which = Literal["in", "out", "both"]
Side = Annotated[Literal["in", "out"], Field(description="`in`: what viewers write; `out`: what the co-host says.")]
Held = Literal["hold", "block"]
Decided = Literal["allow", "soften", "hold", "block"]
Text = Annotated[str, Field(min_length=1, max_length=600)]
Version = Annotated[int, Field(ge=1, le=2**31)]


class Taken(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Pattern(Taken):
    """An expression of google-re2's, looked for in any case of letters, as written and with its disguise undone."""

    name: str = Field(min_length=1, max_length=MAX_PATTERN_NAME, description="Lower case letters, digits and dashes.")
    expression: str = Field(min_length=1, max_length=MAX_EXPRESSION)
    direction: Which = "both"
    decision: Held = "block"

    @classmethod
    def of(cls, pattern: OwnPattern) -> Pattern:
        decision: Held = "hold" if pattern.decision is Decision.HOLD else "block"
        return cls(name=pattern.name, expression=pattern.expression, direction=pattern.direction.value, decision=decision)

    def own(self) -> OwnPattern:
        decision = Decision.HOLD if self.decision == "hold" else Decision.BLOCK
        return OwnPattern(name=self.name, expression=self.expression, direction=Direction(self.direction), decision=decision)


class Change(Taken):
    """What is to differ; whatever is not named stays."""

    level_in: Level | None = None
    level_out: Level | None = None
    levels_in: dict[Category, Level | None] = Field({}, max_length=32, description="null: the overall level from now on.")
    levels_out: dict[Category, Level | None] = Field({}, max_length=32)
    block_add: Words = []
    block_remove: Words = []
    allow_add: Words = []
    allow_remove: Words = []
    patterns_put: list[Pattern] = Field([], max_length=MAX_PATTERNS, description="New ones, or others of the same name.")
    patterns_remove: list[str] = Field([], max_length=MAX_PATTERNS)
    exempt: list[Role] | None = Field(None, max_length=len(Role), description="All roles that are judged at level 0.")

    def change(self) -> PolicyChange:
        return PolicyChange(
            level_in=self.level_in,
            level_out=self.level_out,
            levels_in=dict(self.levels_in),
            levels_out=dict(self.levels_out),
            block_add=tuple(self.block_add),
            block_remove=tuple(self.block_remove),
            allow_add=tuple(self.allow_add),
            allow_remove=tuple(self.allow_remove),
            patterns_put=tuple(each.own() for each in self.patterns_put),
            patterns_remove=tuple(self.patterns_remove),
            exempt=None if self.exempt is None else frozenset(self.exempt),
        )

    def summary(self) -> dict[str, int | str]:
        """For the audit: no words, which may be a viewer's name."""
        counts = {
            name: len(getattr(self, name))
            for name in ("block_add", "block_remove", "allow_add", "allow_remove", "patterns_put", "patterns_remove")
        }
        told: dict[str, int | str] = {name: count for name, count in counts.items() if count}
        for name in ("level_in", "level_out"):
            if getattr(self, name) is not None:
                told[name] = getattr(self, name)
        for name in ("levels_in", "levels_out"):
            for category, level in getattr(self, name).items():
                told[f"{name}.{category.value}"] = "overall" if level is None else level
        if self.exempt is not None:
            told["exempt"] = ", ".join(sorted(role.value for role in self.exempt)) or "nobody"
        return told


class ChangeFrom(Change):
    version: Version | None = Field(None, description="The version that you have seen: refused if it is another one by now.")


class PolicySeen(BaseModel):
    """The policy in force."""

    version: int
    level_in: int
    level_out: int
    levels_in: dict[Category, int]
    levels_out: dict[Category, int]
    block: list[str]
    allow: list[str]
    patterns: list[Pattern]
    exempt: list[Role]

    @classmethod
    def of(cls, policy: Policy, version: int) -> PolicySeen:
        return cls(
            version=version,
            level_in=policy.level_in,
            level_out=policy.level_out,
            levels_in=dict(policy.levels_in),
            levels_out=dict(policy.levels_out),
            block=list(policy.block),
            allow=list(policy.allow),
            patterns=[Pattern.of(pattern) for pattern in policy.patterns],
            exempt=sorted(policy.exempt),
        )


class VersionSeen(BaseModel):
    """One change of the policy."""

    number: int
    at_ms: Millis
    by: str = Field(description="Who; `the file` when somebody has edited that.")
    what: list[str] = Field(description="Sentences.")

    @classmethod
    def of(cls, version: PolicyVersion) -> VersionSeen:
        return cls(number=version.number, at_ms=version.at_ms, by=version.by, what=list(version.what))


class Restore(Taken):
    number: Version = Field(description="The version to go back to; its number less one undoes a version.")
    version: Version | None = Field(None, description="As with a change.")


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

    @classmethod
    def of(cls, storm: Storm) -> StormSeen:
        return cls(care=storm.care.value, since_ms=storm.since_ms, by=storm.by, why=storm.why, before=storm.before.value)
