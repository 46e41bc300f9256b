"""What `/api/v1/acting` takes and gives."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field

from ...flow.acting import ActingNow, Could, Vote
from ...flow.action import ActLine, Checked, Hindrance, Performed, Sending
from .settings_common import Body

Id = Annotated[str, Field(max_length=128)]
Reason = Annotated[str, Field(max_length=1000, description="The viewer sees it.")]
Titles = Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=20)]
Millis = Annotated[int, Field(description="Unix time in milliseconds; 0: not known.")]


class Whom(Body):
    """Say one of them: who wrote a message of the chat, a viewer by the platform's id, or somebody at Twitch by name."""

    item: Id = ""
    viewer: Id = ""
    login: str = Field("", max_length=100)


class WriteBody(Body):
    text: str = Field(max_length=5000)
    reply_to: Id = ""


class DeleteBody(Body):
    item: Id


class TimeOutBody(Whom):
    seconds: int = Field(600, description="1 to 1,209,600 (two weeks).")
    reason: Reason = ""


class BanBody(Whom):
    reason: Reason = ""


class WarnBody(Whom):
    reason: Reason


class ShieldBody(Body):
    on: bool


class PollBody(Body):
    title: str = Field(max_length=200)
    choices: Titles
    seconds: int = 60
    points: int = Field(0, description="Channel points for each vote more; 0: one vote for everybody.")


class EndPollBody(Body):
    id: Id
    show: bool = Field(True, description="Show how it stands; without, it is taken away.")


class PredictionBody(Body):
    title: str = Field(max_length=200)
    outcomes: Titles
    seconds: int = 120


class PredictionId(Body):
    id: Id


class ResolveBody(Body):
    id: Id
    outcome: Id
    title: str = Field("", max_length=200, description="Of the outcome, for the ledger.")


class SettleBody(Body):
    item: Id = Field(description="The event of the chat that told of it.")
    fulfil: bool = Field(description="Done; without, the points go back.")


class HindranceSeen(BaseModel):
    """One reason why not."""

    obstacle: str
    what: str
    remedy: str
    wait_s: float = Field(description="After which it could be done; 0: waiting does not help.")

    @classmethod
    def of(cls, found: Hindrance) -> HindranceSeen:
        return cls(obstacle=found.obstacle.value, what=found.what, remedy=found.remedy, wait_s=found.wait_s)


class SendingSeen(BaseModel):
    """One call of Twitch's Helix."""

    method: str
    path: str
    account: str
    query: dict[str, str]
    body: dict[str, Any]

    @classmethod
    def of(cls, sending: Sending) -> SendingSeen:
        return cls(
            method=sending.method,
            path=sending.path,
            account=sending.account.value,
            query=dict(sending.query),
            body=dict(sending.body),
        )


class ActSeen(BaseModel):
    """What became of it, or with `dry`, what would."""

    id: str = Field("", description="Of the action, for undo; empty after a dry run.")
    ending: str = Field(description="`done`, `part`; after a dry run `possible` or `impossible`.")
    words: str
    undo: str = Field("", description="How it can be taken back, or empty.")
    sendings: list[SendingSeen] = []
    hindrances: list[HindranceSeen] = []

    @classmethod
    def dry(cls, checked: Checked) -> ActSeen:
        return cls(
            ending="possible" if checked.possible else "impossible",
            words=checked.words,
            undo=checked.undo,
            sendings=[SendingSeen.of(each) for each in checked.sendings],
            hindrances=[HindranceSeen.of(each) for each in checked.hindrances],
        )

    @classmethod
    def of(cls, performed: Performed) -> ActSeen:
        return cls(
            id=performed.action.id,
            ending=performed.ending.value,
            words=performed.words,
            undo="yes" if performed.undo is not None else "",
            hindrances=[HindranceSeen.of(performed.hindrance)] if performed.hindrance is not None else [],
        )


class CouldSeen(BaseModel):
    kind: str
    missing: HindranceSeen | None = Field(description="What has to be set up first.")
    wait_s: float

    @classmethod
    def of(cls, could: Could) -> CouldSeen:
        missing = None if could.missing is None else HindranceSeen.of(could.missing)
        return cls(kind=could.kind, missing=missing, wait_s=could.wait_s)


class OptionSeen(BaseModel):
    id: str
    title: str
    count: int = Field(description="Votes, or people who bet.")
    points: int


class VoteSeen(BaseModel):
    """A poll or a prediction that runs."""

    id: str
    title: str
    options: list[OptionSeen]
    locked: bool
    until_ms: Millis

    @classmethod
    def of(cls, vote: Vote) -> VoteSeen:
        options = [OptionSeen(id=each.id, title=each.title, count=each.count, points=each.points) for each in vote.options]
        return cls(id=vote.id, title=vote.title, options=options, locked=vote.locked, until_ms=vote.until_ms)


class ActingSeen(BaseModel):
    """How things stand."""

    streamer: str
    writer: str
    could: list[CouldSeen]
    poll: VoteSeen | None
    prediction: VoteSeen | None
    shield: bool | None

    @classmethod
    def of(cls, now: ActingNow) -> ActingSeen:
        return cls(
            streamer=now.streamer,
            writer=now.writer,
            could=[CouldSeen.of(each) for each in now.could],
            poll=None if now.poll is None else VoteSeen.of(now.poll),
            prediction=None if now.prediction is None else VoteSeen.of(now.prediction),
            shield=now.shield,
        )


class ActLineSeen(BaseModel):
    """An action of the ledger."""

    id: str
    at_ms: Millis
    kind: str
    by: str
    ending: str
    told: str
    viewer: str = Field(description="The platform's id, or empty.")
    name: str
    detail: str
    undoes: str

    @classmethod
    def of(cls, line: ActLine) -> ActLineSeen:
        return cls(
            id=line.action_id,
            at_ms=line.at_ms,
            kind=line.kind,
            by=line.by,
            ending=line.ending.value,
            told=line.told,
            viewer=line.viewer_id,
            name=line.viewer_name,
            detail=line.detail,
            undoes=line.undoes,
        )
