"""One example of everything that acting at Twitch is made of."""

from __future__ import annotations

from sidecast.flow import action as acts
from sidecast.flow.acting import ActingNow, Could, Option, SeenItem, Vote
from sidecast.flow.action import (
    Act,
    Action,
    ActLine,
    Checked,
    Ending,
    Engine,
    Granted,
    Hindrance,
    Obstacle,
    Performed,
    Person,
    Sending,
    Standing,
    Target,
)
from sidecast.flow.twitch import Account, Feature

MIKA = Target(id="4711", name="mika")
MIRA = Person(id="member:1", name="Mira", standing=Standing.STREAMER)
TORBEN = Person(id="member:2", name="Torben", standing=Standing.MODERATOR)
AYLA = Person(id="member:3", name="Ayla", standing=Standing.ONLOOKER)
RULE = Granted(engine=Engine.RULE, name="calm", features=frozenset(Feature))
EVERY_ACT: tuple[Act, ...] = (
    acts.Write(text="Hello everybody!", reply_to="m1"),
    acts.Delete(message_ids=("m1",), target=MIKA),
    acts.TimeOut(target=MIKA, seconds=600, reason="spoilers"),
    acts.LetBack(target=MIKA),
    acts.Ban(target=MIKA, reason="threats"),
    acts.Warn(target=MIKA, reason="no spoilers, please"),
    acts.Shield(on=True),
    acts.ShoutOut(target=MIKA),
    acts.StartPoll(title="Which way?", choices=("left", "right"), seconds=60),
    acts.EndPoll(poll_id="p1"),
    acts.StartPrediction(title="Do we make it?", outcomes=("yes", "no"), seconds=120),
    acts.LockPrediction(prediction_id="v1"),
    acts.ResolvePrediction(prediction_id="v1", outcome_id="o1", outcome="yes"),
    acts.CancelPrediction(prediction_id="v1"),
    acts.Settle(redemption_id="r1", reward_id="w1", fulfil=True, target=MIKA, title="Hydrate"),
)
"""One of each kind, all of them valid."""
ACTION = Action(id="a1", act=EVERY_ACT[2], cause=MIRA, at_ms=1_767_225_600_000)
HINDRANCE = Hindrance(obstacle=Obstacle.FEATURE, what="“Moderate” is switched off.", remedy="Switch it on.")
SENDING = Sending(method="PUT", path="moderation/shield_mode", account=Account.BROADCASTER, body={"is_active": True})
VOTE = Vote(id="p1", title="Which way?", options=(Option(id="c1", title="left", count=3),), until_ms=1_767_225_660_000)
ACT_LINE = ActLine(
    action_id="a1",
    at_ms=1_767_225_600_000,
    kind="time_out",
    by_id="member:1",
    by="Mira",
    ending=Ending.DONE,
    told="",
    viewer_id="4711",
    viewer_name="mika",
    detail="10 minutes: spoilers",
)
ACT_SAMPLES: tuple[object, ...] = (
    *EVERY_ACT,
    MIKA,
    MIRA,
    RULE,
    ACTION,
    SENDING,
    HINDRANCE,
    Checked(kind="shield", words="…", feature=Feature.MODERATE, scope="s", account=Account.BROADCASTER, sendings=(SENDING,)),
    Performed(action=ACTION, ending=Ending.DONE, words="mika is timed out.", undo=EVERY_ACT[3]),
    ACT_LINE,
    SeenItem(id="m1", target=MIKA),
    Could(kind="shield", missing=HINDRANCE),
    VOTE.options[0],
    VOTE,
    ActingNow(streamer="Mira", writer="Kit", could=(Could(kind="shield"),), poll=VOTE, shield=False),
)
