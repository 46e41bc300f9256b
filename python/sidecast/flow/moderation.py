"""What moderators see and decide: what was judged, what is held, which verdicts were wrong, how careful the host is."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from .chat import ChatMessage, Role
from .policy import Direction
from .verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """A text that a gate has judged. In memory only; a removal takes its words."""

    number: int
    """Grows by one with each."""
    at_ms: int
    """Unix time."""
    direction: Direction
    """IN: a viewer's; OUT: a clause of the host's own."""
    text: str
    verdict: Verdict
    """`judged` is empty here: the text stands above once."""
    item_id: str = ""
    """The platform's id of the message; of a clause, of the message that it answers."""
    author_id: str = ""
    name: str = ""
    roles: frozenset[Role] = frozenset()
    reply_to: str = ""
    reward: str = ""
    removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLine:
    """A message that the gate was not sure of; nobody answers it until a human has looked at it."""

    item: ChatMessage
    verdict: Verdict
    at_ms: int
    until_ms: int
    """Then it is dropped by itself."""


class Wanted(StrEnum):
    """What a gate should have said."""

    ALLOW = "allow"
    BLOCK = "block"
    """Or held, or softened: not let through as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictCase:
    """A text whose verdict somebody called wrong, kept so that later policies can be tested with it."""

    id: str
    at_ms: int
    direction: Direction
    wanted: Wanted
    viewer_id: str
    """Whose words they are, so that they can be erased; empty: nobody's in particular."""
    text: str
    """Empty when its key was erased."""
    rule: str = ""
    """That had decided wrongly, or empty."""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    case: VerdictCase
    verdict: Verdict
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One text on which two policies do not agree."""

    screened: Screened
    before: Verdict
    after: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a draft of a policy would have done."""

    judged: int
    """Texts, newest first, until there were no more or the time was over."""
    complete: bool
    stricter: int
    milder: int
    examples: tuple[Difference, ...] = ()
    """The newest; at most 50."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundIn:
    """A text in which a pattern finds something."""

    screened: Screened
    marks: tuple[tuple[int, int], ...] = ()
    """Characters from, and up to but not including. None: it finds the text only with its disguise undone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a pattern finds in the last hour."""

    looked: int
    """At how many texts, newest first, until there were no more or the time was over."""
    complete: bool
    found: int
    examples: tuple[FoundIn, ...] = ()
    """The newest; at most 50."""


class Care(StrEnum):
    """Whom the host answers. From free to silent."""

    ALL = "all"
    KNOWN = "known"
    """Questions and mentions of people who are known here: moderators, VIPs, subscribers, who has written for a while."""
    NOBODY = "nobody"


class StormKind(StrEnum):
    """What the show itself took for a storm. From mild to grave."""

    NONE = "none"
    """It did not: all is calm, or a human decided."""
    RAID = "raid"
    """Another channel's viewers were sent here, as friends."""
    FLOOD = "flood"
    """Many write the same, or nearly."""
    HATE = "hate"
    """Many write what is refused, or many who are new write the same or are named by one pattern."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Storm:
    """How careful the host is, since when, and why."""

    care: Care = Care.ALL
    since_ms: int = 0
    by: str = ""
    """Who decided; empty: the show itself."""
    why: str = ""
    """A sentence, when the show decided."""
    before: Care = Care.ALL
    """What an undo goes back to."""
    kind: StormKind = StormKind.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One kind of thing that is kept of a viewer."""

    what: str
    """A stable word: `ledger`, `acts`, `seen`, `last_hour`, `held`, `cases`, `opt_out`, `figures`."""
    count: int
    why: str
    until: str
    """Sentences for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerFound:
    """A viewer in a list."""

    id: str
    name: str
    first_ms: int
    last_ms: int
    messages: int
    """That were seen since this show began."""
    answered: int
    """Turns in the ledger."""
    opted_out: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnKept:
    """A turn in the ledger, as far as a viewer's dossier tells it."""

    at_ms: int
    text: str
    heard: str
    outcome: str
    removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """Everything that is known of a viewer, and why it is kept."""

    viewer: ViewerFound
    kept: tuple[Kept, ...] = ()
    turns: tuple[TurnKept, ...] = field(default=())
    """The newest first; at most 100."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What an erasure has taken away, and what it could not reach."""

    viewer_id: str
    removed: tuple[Kept, ...] = ()
    remains: tuple[str, ...] = ()
    """Sentences."""
