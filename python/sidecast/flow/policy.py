"""What a streamer may decide about moderation, as the control room and the gates share it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .chat import Role
from .verdict import Category, Decision

MAX_LEVEL = 4
MAX_WORDS = 10_000
"""Of the block list, and of the allow list."""
MAX_WORD = 100
"""Characters."""
MAX_PATTERNS = 100
MAX_EXPRESSION = 300
"""Characters."""
MAX_PATTERN_NAME = 40


class Direction(StrEnum):
    """Which gate: what viewers write, or what the host says."""

    IN = "in"
    OUT = "out"
    BOTH = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPattern:
    """A google-re2 expression of the streamer's, looked for in any case, in the text as written and with its disguise undone."""

    name: str
    """Lower case letters, digits and dashes; verdicts call the rule `own.<name>`."""
    expression: str
    direction: Direction = Direction.BOTH
    decision: Decision = Decision.BLOCK
    """HOLD or BLOCK."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Immutable. Lists are sorted and hold no word twice; `safety.policy_check` sees to it."""

    level_in: int = 2
    """0 (only the worst) to 4 (everything doubtful)."""
    level_out: int = 4
    levels_in: Mapping[Category, int] = field(default_factory=dict)
    """Where a category's level differs from the overall one."""
    levels_out: Mapping[Category, int] = field(default_factory=dict)
    block: tuple[str, ...] = ()
    """Words that are never let in and never said."""
    allow: tuple[str, ...] = ()
    """Words that are never a reason to block."""
    patterns: tuple[OwnPattern, ...] = ()
    exempt: frozenset[Role] = frozenset()
    """Roles whose messages are judged at level 0. The own lists and the gravest rules hold for them too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChange:
    """What differs from one policy to another; whatever is not named stays."""

    level_in: int | None = None
    level_out: int | None = None
    levels_in: Mapping[Category, int | None] = field(default_factory=dict)
    """None: the overall level from now on."""
    levels_out: Mapping[Category, int | None] = field(default_factory=dict)
    block_add: tuple[str, ...] = ()
    block_remove: tuple[str, ...] = ()
    allow_add: tuple[str, ...] = ()
    allow_remove: tuple[str, ...] = ()
    patterns_put: tuple[OwnPattern, ...] = ()
    """New ones, and those that take the place of another with the same name."""
    patterns_remove: tuple[str, ...] = ()
    """Names."""
    exempt: frozenset[Role] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyVersion:
    """One change of the policy, as the history tells it."""

    number: int
    at_ms: int
    """Unix time."""
    by: str
    """Who, by the name that people know; empty for Sidecast itself."""
    what: tuple[str, ...]
    """Sentences."""
