"""What a step of a scenario may be: one thing that viewers, streamers, moderators, Twitch or the network do."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from .fault import check_fault

HOUR_S = 3600.0
Seconds = Annotated[float, Field(ge=0, le=4 * HOUR_S)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,25}$")]
"""A login. One that nobody has becomes an account, as viewers come from anywhere."""
Text = Annotated[str, Field(min_length=1, max_length=500)]
Count = Annotated[int, Field(ge=1, le=10_000)]
Tier = Literal["1000", "2000", "3000"]


class Step(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, populate_by_name=True)


class Say(Step):
    """One message. `reply`: it answers the newest message of that viewer."""

    who: Name = Field(alias="from")
    text: Text
    reply: Name | None = None
    action: bool = False


class Burst(Step):
    """Many messages: `per_s` a second for `for_s` seconds, of the texts in turn, by viewers in turn."""

    per_s: Annotated[float, Field(gt=0, le=500)]
    for_s: Annotated[float, Field(gt=0, le=HOUR_S)]
    texts: Annotated[list[Text], Field(min_length=1, max_length=1000)]
    who: Annotated[list[Name], Field(max_length=1000)] = Field(default_factory=list, alias="from")
    """Empty: `viewers` accounts that have never written here."""
    viewers: Count = 30


class Follow(Step):
    who: Name = Field(alias="from")


class Sub(Step):
    who: Name = Field(alias="from")
    tier: Tier = "1000"
    prime: bool = False


class Resub(Step):
    who: Name = Field(alias="from")
    months: Annotated[int, Field(ge=1, le=500)]
    streak: Annotated[int, Field(ge=1, le=500)] | None = None
    text: Annotated[str, Field(max_length=500)] = ""
    tier: Tier = "1000"


class Gift(Step):
    """Subs for viewers who had none. Without `from` they come from nobody one knows."""

    who: Name | None = Field(default=None, alias="from")
    count: Annotated[int, Field(ge=1, le=200)] = 1
    tier: Tier = "1000"


class Cheer(Step):
    who: Name = Field(alias="from")
    bits: Annotated[int, Field(ge=1, le=100_000)]
    text: Annotated[str, Field(max_length=480)] = ""


class Raid(Step):
    """Another streamer arrives. The raiders' words are a `burst` of their own, as raiders may well be silent."""

    who: Name = Field(alias="from")
    viewers: Annotated[int, Field(ge=1, le=500_000)]


class HateRaid(Step):
    """Accounts made just now follow within seconds and write the same few things over and over."""

    accounts: Annotated[int, Field(ge=1, le=1000)] = 200
    for_s: Annotated[float, Field(gt=0, le=HOUR_S)] = 30.0
    texts: Annotated[list[Text], Field(min_length=1, max_length=100)]
    follow: bool = True


class Redeem(Step):
    """Channel points. A reward that is not there is made."""

    who: Name = Field(alias="from")
    reward: Annotated[str, Field(min_length=1, max_length=45)]
    text: Annotated[str, Field(max_length=200)] = ""
    cost: Annotated[int, Field(ge=1, le=10_000_000)] = 100


class HypeTrain(Step):
    """`contributions` of viewers, spread over `for_s` seconds; then it ends."""

    contributions: Annotated[int, Field(ge=1, le=500)] = 12
    points: Annotated[int, Field(ge=1, le=100_000)] = 500
    for_s: Annotated[float, Field(gt=0, le=HOUR_S)] = 60.0


class Poll(Step):
    """Viewers vote now and then until it ends after `seconds`."""

    title: Annotated[str, Field(min_length=1, max_length=60)]
    choices: Annotated[list[Annotated[str, Field(min_length=1, max_length=25)]], Field(min_length=2, max_length=5)]
    seconds: Annotated[int, Field(ge=15, le=1800)] = 60
    votes: Annotated[int, Field(ge=0, le=10_000)] = 40


class Prediction(Step):
    """Viewers bet for `seconds`; it ends half a minute later with outcome number `winner` (from 1; 0 = cancelled)."""

    title: Annotated[str, Field(min_length=1, max_length=45)]
    outcomes: Annotated[list[Annotated[str, Field(min_length=1, max_length=25)]], Field(min_length=2, max_length=10)]
    seconds: Annotated[int, Field(ge=30, le=1800)] = 60
    winner: Annotated[int, Field(ge=0, le=10)] = 1

    @model_validator(mode="after")
    def _there(self) -> Prediction:
        if self.winner > len(self.outcomes):
            raise ValueError(f"winner is {self.winner}, but there are only {len(self.outcomes)} outcomes")
        return self


class ShoutOut(Step):
    """Another streamer shows this channel to theirs."""

    who: Name = Field(alias="from")
    viewers: Annotated[int, Field(ge=0, le=500_000)] = 50


class Announce(Step):
    who: Name = Field(alias="from")
    text: Text
    colour: Literal["primary", "blue", "green", "orange", "purple"] = "primary"


class Ads(Step):
    seconds: Annotated[int, Field(ge=30, le=180)] = 60


class Stream(Step):
    on: bool
    viewers: Annotated[int, Field(ge=0, le=500_000)] = 12


class Delete(Step):
    """The newest message of `of`."""

    of: Name


class TimeOut(Step):
    who: Name
    seconds: Annotated[int, Field(ge=1, le=1_209_600)] = 600
    reason: Annotated[str, Field(max_length=500)] = ""


class Ban(Step):
    who: Name
    reason: Annotated[str, Field(max_length=500)] = ""


class Clear(Step):
    """The whole chat."""


class Chat(Step):
    """How the chat is set; what is not given stays. 0 seconds and -1 minutes switch off."""

    slow_seconds: Annotated[int, Field(ge=0, le=120)] | None = None
    followers_minutes: Annotated[int, Field(ge=-1, le=129_600)] | None = None
    emote_only: bool | None = None
    subs_only: bool | None = None
    unique: bool | None = None


class Held(Step):
    """AutoMod keeps a message back; a moderator decides `after_s` seconds later, or never (left out)."""

    who: Name = Field(alias="from")
    text: Text
    category: Annotated[str, Field(max_length=40)] = "swearing"
    after_s: Seconds | None = None
    allow: bool = False


class Fault(Step):
    """What goes wrong between Twitch and its clients: `name` is a fault of `twitch_sim/faults.py`, the rest are its arguments."""

    model_config = ConfigDict(extra="allow", frozen=True)
    name: str

    @property
    def arguments(self) -> dict[str, Any]:
        return dict(self.model_extra or {})

    @model_validator(mode="after")
    def _fits(self) -> Fault:
        check_fault(self.name, self.arguments)
        return self


class Irc(Step):
    """Chat's IRC asks its clients to come anew, or hangs up on them."""

    do: Literal["reconnect", "hang_up"]


KINDS: dict[str, type[Step]] = {
    "ads": Ads,
    "announce": Announce,
    "ban": Ban,
    "burst": Burst,
    "chat": Chat,
    "cheer": Cheer,
    "clear": Clear,
    "delete": Delete,
    "fault": Fault,
    "follow": Follow,
    "gift": Gift,
    "hate_raid": HateRaid,
    "held": Held,
    "hype_train": HypeTrain,
    "irc": Irc,
    "poll": Poll,
    "prediction": Prediction,
    "raid": Raid,
    "redeem": Redeem,
    "resub": Resub,
    "say": Say,
    "shout_out": ShoutOut,
    "stream": Stream,
    "sub": Sub,
    "timeout": TimeOut,
}
"""What may stand in a `[[step]]` beside `at`."""
