"""What single acts of a scenario do to the simulated Twitch. One that is impossible as things stand says so and is left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..world.happenings import Message
from ..world.world import WorldError
from . import steps
from .scene import Scene

Act = Callable[[Scene], Any]


def write(login: str, text: str, scene: Scene) -> None:
    scene.world.chat.say(scene.user(login), text)


def follow_as(login: str, scene: Scene) -> None:
    scene.world.support.follow(scene.user(login))


def contribute(login: str, points: int, kind: str, scene: Scene) -> None:
    scene.world.air.train(scene.user(login), points, kind=kind)


def end_train(scene: Scene) -> None:
    scene.world.air.end_train()


def begin_poll(step: steps.Poll, scene: Scene) -> None:
    if scene.world.votes.begin_poll(step.title, step.choices, seconds=step.seconds) is None:
        raise WorldError("A poll is on already.", "Let it end first.")


def vote(choice: int, votes: int, scene: Scene) -> None:
    scene.world.votes.vote(choice, votes)


def end_poll(scene: Scene) -> None:
    scene.world.votes.end_poll()


def begin_prediction(step: steps.Prediction, scene: Scene) -> None:
    if scene.world.votes.begin_prediction(step.title, step.outcomes, seconds=step.seconds) is None:
        raise WorldError("A prediction is on already.", "Let it end first.")


def bet(login: str, outcome: int, points: int, scene: Scene) -> None:
    scene.world.votes.predict(scene.user(login), outcome, points)


def lock_prediction(scene: Scene) -> None:
    scene.world.votes.lock_prediction()


def end_prediction(winner: int, scene: Scene) -> None:
    """`winner` counts from 1; 0 = cancelled."""
    votes = scene.world.votes
    prediction = votes.prediction()
    if prediction is not None:  # a moderator may have ended it
        votes.end_prediction(prediction["outcomes"][winner - 1]["id"] if winner else None)


def hold(step: steps.Held, note: list[str], scene: Scene) -> None:
    """Puts the message's id into `note`, for `decide`."""
    note.append(scene.world.chat.hold(scene.user(step.who), step.text, category=step.category))


def decide(step: steps.Held, note: list[str], scene: Scene) -> None:
    for message_id in note:
        scene.world.chat.decide(message_id, allow=step.allow)


def _newest(login: str, scene: Scene) -> Message:
    """Raises WorldError when the viewer has written nothing that still stands."""
    user = scene.user(login)
    for message in reversed(scene.world.room().messages.values()):
        if message.author.id == user.id:
            return message
    raise WorldError(f"“{login}” has written nothing that still stands.", "Let them write first.")


def _say(step: steps.Say, scene: Scene) -> None:
    reply = _newest(step.reply, scene).id if step.reply else ""
    scene.world.chat.say(scene.user(step.who), step.text, reply_to=reply, action=step.action)


def _gift(step: steps.Gift, scene: Scene) -> None:
    receivers = [scene.user(login) for login in scene.strangers(step.count)]
    giver = scene.user(step.who) if step.who else None
    scene.world.support.gift(giver, receivers, tier=step.tier, community=step.count > 1)


def _cheer(step: steps.Cheer, scene: Scene) -> None:
    scene.world.chat.cheer(scene.user(step.who), f"Cheer{step.bits} {step.text}".strip(), step.bits)


def _redeem(step: steps.Redeem, scene: Scene) -> None:
    points, rewards = scene.world.points, scene.world.room().rewards
    known = next((each["id"] for each in rewards.values() if each["title"] == step.reward), None)
    reward = known or points.add_reward(step.reward, step.cost, asks=bool(step.text))["id"]
    if points.redeem(scene.user(step.who), reward, step.text) is None:
        raise WorldError(f"The reward “{step.reward}” is switched off.", "Switch it on.")


def _stream(step: steps.Stream, scene: Scene) -> None:
    if step.on:
        scene.world.air.online(viewers=step.viewers)
    else:
        scene.world.air.offline()


def _chat(step: steps.Chat, scene: Scene) -> None:
    changes = step.model_dump(exclude_none=True)
    if step.slow_seconds == 0:
        changes["slow_seconds"] = None
    if step.followers_minutes == -1:
        changes["followers_minutes"] = None
    scene.world.chat.set(**changes)


def _resub(step: steps.Resub, scene: Scene) -> None:
    user = scene.user(step.who)
    scene.world.support.resubscribe(user, step.months, text=step.text, streak=step.streak, tier=step.tier)


def _irc(step: steps.Irc, scene: Scene) -> None:
    (scene.irc.reconnect if step.do == "reconnect" else scene.irc.hang_up)()


ONE: dict[type[steps.Step], Callable[[Any, Scene], Any]] = {
    steps.Ads: lambda step, scene: scene.world.air.ads(step.seconds),
    steps.Announce: lambda step, scene: scene.world.support.announce(scene.user(step.who), step.text, colour=step.colour),
    steps.Ban: lambda step, scene: scene.world.moderation.ban(scene.user(step.who), reason=step.reason),
    steps.Chat: _chat,
    steps.Cheer: _cheer,
    steps.Clear: lambda step, scene: scene.world.chat.clear(),
    steps.Delete: lambda step, scene: scene.world.chat.delete(_newest(step.of, scene).id),
    steps.Fault: lambda step, scene: scene.inject(step.name, **step.arguments),
    steps.Follow: lambda step, scene: scene.world.support.follow(scene.user(step.who)),
    steps.Gift: _gift,
    steps.Irc: _irc,
    steps.Raid: lambda step, scene: scene.world.support.raid(scene.user(step.who), step.viewers),
    steps.Redeem: _redeem,
    steps.Resub: _resub,
    steps.Say: _say,
    steps.ShoutOut: lambda step, scene: scene.world.support.shouted_out(scene.user(step.who), step.viewers),
    steps.Stream: _stream,
    steps.Sub: lambda step, scene: scene.world.support.subscribe(scene.user(step.who), tier=step.tier, prime=step.prime),
    steps.TimeOut: lambda step, scene: scene.world.moderation.ban(scene.user(step.who), seconds=step.seconds, reason=step.reason),
}
"""For each step that is one act."""
