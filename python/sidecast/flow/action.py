"""What is done at Twitch on purpose: an act, who caused it, what it would do, and what became of it.

Nothing here can be made of a turn, a chat message or what a model wrote: a cause is a person or something that the streamer
granted it to. `tests/unit/twitch/acting/test_nothing_else_acts.py` holds who makes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .twitch import Account, Feature


class Standing(StrEnum):
    """What a person in the control room may have done at Twitch."""

    STREAMER = "streamer"
    """Everything."""
    MODERATOR = "moderator"
    """What moderates."""
    ONLOOKER = "onlooker"
    """Nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody in the control room, or a key that they made. Only its API makes these, of who is behind a request."""

    id: str
    """`member:…` or `key:…`: stable, and never a viewer's."""
    name: str
    standing: Standing

    def __post_init__(self) -> None:
        if not self.id.startswith(("member:", "key:")):
            raise ValueError(f"“{self.id[:20]}” is nobody in the control room.")


class Engine(StrEnum):
    """What may act without a person."""

    RULE = "rule"
    PLUGIN = "plugin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """A rule or a plugin, with what the streamer has granted it."""

    engine: Engine
    name: str
    features: frozenset[Feature]


Cause = Person | Granted


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whom something is done to. `name` is personal."""

    id: str
    name: str = ""


NOBODY = Target(id="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """Write in chat in the co-host's name; more than a message holds goes out as several."""

    text: str
    reply_to: str = ""
    """The platform's id of the message that it answers, or empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete:
    """Take one message out of chat, or several that belong together."""

    message_ids: tuple[str, ...]
    target: Target = NOBODY
    """Who wrote it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOut:
    """A viewer cannot write for a while."""

    target: Target
    seconds: int
    reason: str = ""
    """The viewer sees it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetBack:
    """End a time-out or a ban."""

    target: Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Ban:
    """A viewer cannot write until let back."""

    target: Target
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Warn:
    """A viewer cannot write before having read the warning."""

    target: Target
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shield:
    """Twitch's shield mode, with what the streamer has set up for it there."""

    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShoutOut:
    """Show another streamer to the viewers, with a button to follow."""

    target: Target


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPoll:
    title: str
    choices: tuple[str, ...]
    seconds: int
    points: int = 0
    """Channel points for each vote more; 0: one vote for everybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndPoll:
    poll_id: str
    show: bool = True
    """Show how it stands; without, it is taken away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPrediction:
    title: str
    outcomes: tuple[str, ...]
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LockPrediction:
    """Nobody can bet any more."""

    prediction_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvePrediction:
    """Who bet on the outcome gets the points."""

    prediction_id: str
    outcome_id: str
    outcome: str = ""
    """Its title, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelPrediction:
    """Everybody gets their points back."""

    prediction_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle:
    """A redeemed reward is done, or its points go back."""

    redemption_id: str
    reward_id: str
    fulfil: bool
    target: Target = NOBODY
    title: str = ""


Act = (
    Write
    | Delete
    | TimeOut
    | LetBack
    | Ban
    | Warn
    | Shield
    | ShoutOut
    | StartPoll
    | EndPoll
    | StartPrediction
    | LockPrediction
    | ResolvePrediction
    | CancelPrediction
    | Settle
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """An act with its cause: what is performed, once.

    Raises:
        TypeError: made of something that is no act, or caused by something that may cause none.
    """

    id: str
    act: Act
    cause: Cause
    at_ms: int
    """Unix milliseconds."""
    undoes: str = ""
    """Id of the action that it takes back, or empty."""

    def __post_init__(self) -> None:
        if not isinstance(self.act, Act):
            raise TypeError(f"{type(self.act).__name__} is no act.")
        if not isinstance(self.cause, Cause):
            raise TypeError(f"{type(self.cause).__name__} causes no action: only people, rules and plugins do.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One call of Helix, as it would be made. Holds no token."""

    method: str
    path: str
    account: Account
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)


class Obstacle(StrEnum):
    """Why something cannot be done."""

    ROLE = "role"
    ACCOUNT = "account"
    """Nobody is logged in to Twitch."""
    FEATURE = "feature"
    """It is switched off."""
    SCOPE = "scope"
    """Twitch was not asked for the permission, or has taken it back."""
    WRONG = "wrong"
    """What was asked for cannot be."""
    TARGET = "target"
    LIMIT = "limit"
    """It could be done later."""
    GATE = "gate"
    """The gate does not let the words out."""
    TWITCH = "twitch"
    """Twitch refused."""
    NO_ANSWER = "no_answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindrance:
    """One reason why not, in sentences for people."""

    obstacle: Obstacle
    what: str
    remedy: str = ""
    wait_s: float = 0.0
    """After which it could be done; 0: waiting does not help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A dry run: nothing was changed. Without hindrances it would be sent as `sendings` say."""

    kind: str
    words: str
    """What it does."""
    feature: Feature
    scope: str
    account: Account
    """In whose name."""
    sendings: tuple[Sending, ...] = ()
    hindrances: tuple[Hindrance, ...] = ()
    undo: str = ""
    """How it can be taken back, or empty."""

    @property
    def possible(self) -> bool:
        return not self.hindrances


class Ending(StrEnum):
    """What became of an action."""

    DONE = "done"
    PART = "part"
    """Of several messages the first ones went out."""
    REFUSED = "refused"
    UNSURE = "unsure"
    """No answer came: it may have happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Performed:
    """An action that is over."""

    action: Action
    ending: Ending
    words: str
    """What happened, in a sentence."""
    hindrance: Hindrance | None = None
    undo: Act | None = None
    """What takes it back, if anything does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActLine:
    """An action in the ledger. `viewer_name` and `detail` are sealed with the viewer's key."""

    action_id: str
    at_ms: int
    kind: str
    by_id: str
    by: str
    ending: Ending
    told: str
    """Why it was refused, or empty; holds no words of viewers."""
    viewer_id: str = ""
    viewer_name: str = ""
    detail: str = ""
    """What was written, the reason, the title."""
    undoes: str = ""
