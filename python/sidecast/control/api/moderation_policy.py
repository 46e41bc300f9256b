"""What the moderation API takes and gives of the policy: levels, lists, patterns, and the versions of them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ...flow.chat import Role
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
from ...flow.verdict import Category, Decision

Level = Annotated[int, Field(ge=0, le=MAX_LEVEL, description="0 only the worst … 4 everything doubtful.")]
Word = Annotated[str, Field(min_length=1, max_length=MAX_WORD)]
Words = Annotated[list[Word], Field(max_length=MAX_WORDS)]
Levels = Annotated[dict[Category, Level], Field(max_length=len(Category))]
Millis = Annotated[int, Field(description="Unix time in milliseconds.")]
Which = Literal["in", "out", "both"]
Held = Literal["hold", "block"]
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
