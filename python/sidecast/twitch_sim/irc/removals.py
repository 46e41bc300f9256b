"""What a moderator did → CLEARMSG, CLEARCHAT, ROOMSTATE and the NOTICE that goes with it."""

from __future__ import annotations

from ..world.happenings import Banned, ChatSettings, Cleared, Deleted
from ..world.people import User
from .wire import ServerLine, notice, server


def clearmsg(deleted: Deleted, sent_ms: int) -> ServerLine:
    tags = {
        "login": deleted.message.author.login,
        "room-id": deleted.channel.id,
        "target-msg-id": deleted.message.id,
        "tmi-sent-ts": str(sent_ms),
    }
    return server("CLEARMSG", f"#{deleted.channel.login}", deleted.message.text, tags=tags)


def clearchat(cleared: Cleared, sent_ms: int) -> ServerLine:
    """The whole room."""
    tags = {"room-id": cleared.channel.id, "tmi-sent-ts": str(sent_ms)}
    return ServerLine(command="CLEARCHAT", params=(f"#{cleared.channel.login}",), tags=tags)


def shut_out(banned: Banned) -> ServerLine:
    """Takes all that the user wrote away; says for how many seconds, unless it is for good."""
    lasts = {} if banned.ends_ms is None else {"ban-duration": str(round((banned.ends_ms - banned.at_ms) / 1000))}
    tags = {**lasts, "room-id": banned.channel.id, "target-user-id": banned.user.id, "tmi-sent-ts": str(banned.at_ms)}
    return server("CLEARCHAT", f"#{banned.channel.login}", banned.user.login, tags=tags)


def modes(settings: ChatSettings) -> dict[str, str]:
    """Followers in minutes, -1 = anybody; slow in seconds."""
    followers = settings.followers_minutes
    return {
        "emote-only": str(int(settings.emote_only)),
        "followers-only": str(-1 if followers is None else followers),
        "r9k": str(int(settings.unique)),
        "slow": str(settings.slow_seconds or 0),
        "subs-only": str(int(settings.subs_only)),
    }


def roomstate(channel: User, settings: ChatSettings, before: ChatSettings | None = None) -> ServerLine:
    """All of it, or what has changed since `before`."""
    earlier = modes(before) if before else {}
    tags = {name: value for name, value in modes(settings).items() if earlier.get(name) != value}
    return ServerLine(command="ROOMSTATE", params=(f"#{channel.login}",), tags=tags | {"room-id": channel.id})


_OFF = {"followers-only": "-1"}
_NOTICES = {
    "emote-only": ("emote_only", "This room is now in emote-only mode.", "This room is no longer in emote-only mode."),
    "followers-only": (
        "followers",
        "This room is now in {} minutes followers-only mode.",
        "This room is no longer in followers-only mode.",
    ),
    "r9k": ("r9k", "This room is now in unique-chat mode.", "This room is no longer in unique-chat mode."),
    "slow": (
        "slow",
        "This room is now in slow mode. You may send messages every {} seconds.",
        "This room is no longer in slow mode.",
    ),
    "subs-only": ("subs", "This room is now in subscribers-only mode.", "This room is no longer in subscribers-only mode."),
}


def mode_notices(channel: User, settings: ChatSettings, before: ChatSettings) -> list[ServerLine]:
    """One for each setting that has changed, in Twitch's words."""
    earlier = modes(before)
    found = []
    for name, value in modes(settings).items():
        if earlier[name] == value:
            continue
        kind, on, off = _NOTICES[name]
        if value == _OFF.get(name, "0"):
            found.append(notice(channel.login, f"{kind}_off", off))
        elif name == "followers-only" and value == "0":
            found.append(notice(channel.login, "followers_on_zero", "This room is now in followers-only mode."))
        else:
            found.append(notice(channel.login, f"{kind}_on", on.format(value)))
    return found
