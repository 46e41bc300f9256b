"""What people do, by name and with plain arguments: for scenario files, HTTP and tests.

People are given by login; `channel` may be given everywhere, and is the streamer's where it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .world.happenings import Message
from .world.people import Badge
from .world.world import World, WorldError


def act(world: World, name: str, arguments: Mapping[str, Any]) -> Any:
    """Raises WorldError: there is no such act, or the arguments do not fit it."""
    done = ACTS.get(name)
    if done is None:
        raise WorldError(f"Nobody can “{name}”.", f"There is: {', '.join(ACTS)}.")
    given = dict(arguments)
    if "channel" in given:
        given["channel"] = world.user(str(given["channel"]))
    try:
        return done(world, **given)
    except (TypeError, KeyError, ValueError) as error:
        raise WorldError(f"“{name}” cannot be done so: {error}.", "See twitch_sim/acts.py for what it takes.") from error


def shared(world: World, who: str, text: str, source: str, **more: Any) -> Message:
    """A message from another channel of a shared chat."""
    there = world.user(source)
    badges = (Badge("subscriber", "3", "3"),)
    return world.chat.say(world.user(who), text, source=there, source_badges=badges, **more)


def suspicious(world: World, who: str, text: str, **more: Any) -> Message:
    """Somebody who is thought to evade a ban writes."""
    message = world.chat.say(world.user(who), text, **more)
    world.moderation.suspect(message)
    return message


def last_of(world: World, who: str) -> str:
    """Id of the last message of somebody."""
    user = world.user(who)
    found = [message.id for message in world.room().messages.values() if message.author.id == user.id]
    if not found:
        raise WorldError(f"{user.login} has written nothing that is still there.", "Let them write first.")
    return found[-1]


def delete(world: World, message: str = "", last_of_user: str = "", moderator: str = "", **more: Any) -> bool:
    """By id, or the last one of somebody."""
    who = world.user(moderator) if moderator else None
    return world.chat.delete(message or last_of(world, last_of_user), who, **more)


def reply(world: World, who: str, text: str, to_last_of: str, **more: Any) -> Message:
    return world.chat.say(world.user(who), text, reply_to=last_of(world, to_last_of), **more)


def redeem(world: World, who: str, reward: str, text: str = "", cost: int = 100, **more: Any) -> Any:
    """By the reward's title; one that there is not yet is made."""
    channel = more.get("channel")
    rewards = world.room(channel).rewards.values()
    found = next((each for each in rewards if each["title"] == reward), None)
    found = found or world.points.add_reward(reward, cost, asks=bool(text), **more)
    return world.points.redeem(world.user(who), str(found["id"]), text, **more)


ACTS: Mapping[str, Callable[..., Any]] = {
    "say": lambda w, who, text, **more: w.chat.say(w.user(who), text, **more),
    "reply": reply,
    "shared": shared,
    "suspicious": suspicious,
    "cheer": lambda w, who, text, bits=0, **more: w.chat.cheer(w.user(who), text, bits, **more),
    "delete": delete,
    "clear": lambda w, moderator="", **more: w.chat.clear(w.user(moderator) if moderator else None, **more),
    "settings": lambda w, **changes: w.chat.set(**changes),
    "hold": lambda w, who, text, **more: w.chat.hold(w.user(who), text, **more),
    "decide": lambda w, message, allow, **more: w.chat.decide(message, allow=allow, **more),
    "ban": lambda w, who, reason="", **more: w.moderation.ban(w.user(who), reason=reason, **more),
    "timeout": lambda w, who, seconds=600, reason="", **more: w.moderation.ban(
        w.user(who), seconds=seconds, reason=reason, **more
    ),
    "unban": lambda w, who, **more: w.moderation.unban(w.user(who), **more),
    "warn": lambda w, who, reason, **more: w.moderation.warn(w.user(who), reason=reason, **more),
    "acknowledge": lambda w, who, **more: w.moderation.acknowledge(w.user(who), **more),
    "shield": lambda w, on=True, **more: w.moderation.shield(on, **more),
    "make_moderator": lambda w, who, on=True, **more: w.moderation.make_moderator(w.user(who), on, **more),
    "make_vip": lambda w, who, on=True, **more: w.moderation.make_vip(w.user(who), on, **more),
    "follow": lambda w, who, **more: w.support.follow(w.user(who), **more),
    "subscribe": lambda w, who, **more: w.support.subscribe(w.user(who), **more),
    "resubscribe": lambda w, who, months, **more: w.support.resubscribe(w.user(who), months, **more),
    "gift": lambda w, receivers, who="", **more: w.support.gift(
        w.user(who) if who else None, [w.user(each) for each in receivers], **more
    ),
    "raid": lambda w, raider, viewers, **more: w.support.raid(w.user(raider), viewers, **more),
    "announce": lambda w, who, text, **more: w.support.announce(w.user(who), text, **more),
    "shouted_out": lambda w, by, viewers=10, **more: w.support.shouted_out(w.user(by), viewers, **more),
    "redeem": redeem,
    "poll": lambda w, title, choices, **more: w.votes.begin_poll(title, choices, **more),
    "vote": lambda w, choice, votes=1, **more: w.votes.vote(choice, votes, **more),
    "end_poll": lambda w, status="completed", **more: w.votes.end_poll(status, **more),
    "predict": lambda w, title, outcomes, **more: w.votes.begin_prediction(title, outcomes, **more),
    "bet": lambda w, who, outcome, points, **more: w.votes.predict(w.user(who), outcome, points, **more),
    "lock": lambda w, **more: w.votes.lock_prediction(**more),
    "resolve": lambda w, winner=None, **more: w.votes.end_prediction(winner, **more),
    "online": lambda w, **more: w.air.online(**more),
    "offline": lambda w, **more: w.air.offline(**more),
    "update": lambda w, **more: w.air.update(**more),
    "ads": lambda w, seconds=60, **more: w.air.ads(seconds, **more),
    "train": lambda w, who, points, **more: w.air.train(w.user(who), points, **more),
    "end_train": lambda w, **more: w.air.end_train(**more),
}
"""Name → what is called with the world and the arguments."""
