"""What Helix answered when it did not do what was asked → a sentence that says what happened and what helps."""

from __future__ import annotations

from ...flow import action as acts
from ...flow.action import Act, Hindrance, Obstacle
from ...flow.twitch import Answer
from .permits import SET_UP

MOST_QUOTED = 200
"""Characters of Twitch's own words."""
_DROPS = {
    "msg_duplicate": "it is the same as the last one, less than 30 seconds ago",
    "msg_ratelimit": "the account has written too much in the last 30 seconds",
    "msg_slowmode": "slow mode is on, and the account has just written",
    "msg_subsonly": "only subscribers may write, and the account is none",
    "msg_followersonly": "only followers may write, and the account does not follow long enough",
    "msg_followersonly_zero": "only followers may write, and the account follows nobody here",
    "msg_emoteonly": "only emotes may be written",
    "msg_r9k": "in unique-chat mode everything must be new",
    "msg_banned": "the account is banned here",
    "msg_timedout": "the account is timed out here",
    "msg_requires_verified_phone_number": "the account has no verified phone number, and the channel wants one",
    "msg_verified_email": "the account has no verified e-mail address, and the channel wants one",
    "msg_rejected": "AutoMod holds it for a moderator to look at",
    "msg_rejected_mandatory": "the channel's settings do not let these words pass",
    "channel_settings": "the channel's settings do not let these words pass",
    "automod_held": "AutoMod holds it for a moderator to look at",
    "msg_suspended": "the account is suspended at Twitch",
}
"""Codes of `drop_reason`, as IRC names its notices too. https://dev.twitch.tv/docs/chat/irc/#notice-message-ids"""


def dropped(code: str, message: str) -> Hindrance:
    """Twitch took a message and did not show it."""
    why = _DROPS.get(code) or (f"“{_quoted(message)}”" if message else f"it gave no reason that is known here ({code or 'none'})")
    return Hindrance(obstacle=Obstacle.TWITCH, what=f"Twitch did not show this: {why}.", remedy=_DROP_REMEDIES.get(code, ""))


_DROP_REMEDIES = {
    "msg_duplicate": "Write it in other words, or a little later.",
    "msg_ratelimit": "Wait half a minute. As a moderator of your channel the account may write five times as much.",
    "msg_slowmode": "Make the account a moderator of your channel, or wait.",
    "msg_subsonly": "Make the account a moderator of your channel.",
    "msg_followersonly": "Make the account a moderator of your channel, or let it follow you.",
    "msg_followersonly_zero": "Make the account a moderator of your channel, or let it follow you.",
    "msg_emoteonly": "Make the account a moderator of your channel.",
    "msg_r9k": "Make the account a moderator of your channel.",
    "msg_rejected": "Let it pass at Twitch, or say it in other words.",
    "automod_held": "Let it pass at Twitch, or say it in other words.",
}


def refused(act: Act, answer: Answer) -> Hindrance:
    """What a status means for this act."""
    known = _known(act, answer.status, answer.message.lower())
    if known is not None:
        return known
    said = f" It says: “{_quoted(answer.message)}”" if answer.message else ""
    match answer.status:
        case 401:
            return _twitch(
                "Twitch does not take the log-in any more." + said, f"Log in once more under {SET_UP}.", Obstacle.SCOPE
            )
        case 403:
            return _twitch("Twitch does not let your account do this." + said, "It may need another role in the channel.")
        case 404:
            return _twitch("Twitch knows nothing of this any more." + said, "It may be gone already.")
        case 409:
            return _twitch("Somebody is changing the same thing just now." + said, "Look how it is, then try again.")
        case 429:
            return _twitch("Twitch is asked too much just now." + said, "Try again in a minute.", Obstacle.LIMIT, wait_s=60)
        case 400 | 422:
            return _twitch("Twitch does not take this." + said)
        case status if status >= 500:
            return _twitch(f"Twitch has trouble of its own (status {status}).", "Try again in a moment.")
        case status:
            return _twitch(f"Twitch answered with status {status}, which is not known here." + said)


def no_answer() -> Hindrance:
    what = "Twitch gave no answer: it may have happened, or not."
    return Hindrance(obstacle=Obstacle.NO_ANSWER, what=what, remedy="Look at Twitch before you try again.")


def _known(act: Act, status: int, said: str) -> Hindrance | None:  # noqa: PLR0912 - one branch an act
    """What Twitch means by a status that says more for this act than for others."""
    match act, status:
        case ((acts.TimeOut() | acts.Ban()), 400) if "already banned" in said:
            return _twitch("This viewer is banned already.")
        case ((acts.TimeOut() | acts.Ban() | acts.Warn()), 400) if "may not be" in said or "cannot be" in said:
            return _twitch("Twitch does not let this be done to the streamer, a moderator or its own staff.")
        case acts.LetBack(), 400:
            return _twitch("This viewer is neither timed out nor banned.", "Nothing has to be done.")
        case acts.Delete(), 404:
            return _twitch("This message is gone already, or older than six hours.", "Older ones cannot be deleted one by one.")
        case acts.Delete(), 400:
            return _twitch("Twitch does not let messages of the streamer or of other moderators be deleted here.")
        case acts.ShoutOut(), 400 if "itself" in said or "themsel" in said:
            return _twitch("You cannot give yourself a shout-out.")
        case acts.ShoutOut(), 400:
            return _twitch("Twitch gives no shout-out now: it needs you to be live, with at least one viewer.")
        case acts.ShoutOut(), 429:
            what = "Twitch allows one shout-out every 2 minutes, and one of the same streamer every 60 minutes."
            return _twitch(what, "Try again later.", Obstacle.LIMIT, wait_s=120)
        case (acts.StartPoll(), 400) if "already" in said or "active" in said:
            return _twitch("A poll is on already.", "End it first.")
        case (acts.StartPrediction(), 400) if "already" in said or "active" in said:
            return _twitch("A prediction is on already.", "End it first.")
        case (acts.EndPoll(), 400 | 404):
            return _twitch("This poll is over already.")
        case ((acts.LockPrediction() | acts.ResolvePrediction() | acts.CancelPrediction()), (400 | 404)):
            return _twitch("This prediction is over already, or not in the state for this.")
        case ((acts.StartPoll() | acts.StartPrediction()), 403):
            return _twitch("Twitch has polls and predictions for Affiliates and Partners only.")
        case acts.Settle(), 403:
            what = "Twitch lets a reward be settled only by the program that made it, and this one was made elsewhere."
            return _twitch(what, "Settle it in Twitch's own rewards queue.")
        case acts.Settle(), (400 | 404):
            return _twitch("This redeemed reward is settled already, or gone.")
        case _:
            return None


def _twitch(what: str, remedy: str = "", obstacle: Obstacle = Obstacle.TWITCH, *, wait_s: float = 0.0) -> Hindrance:
    return Hindrance(obstacle=obstacle, what=what, remedy=remedy, wait_s=wait_s)


def _quoted(message: str) -> str:
    """Of what comes from outside only what can be read."""
    text = " ".join("".join(character if character.isprintable() else " " for character in message).split())
    return text if len(text) <= MOST_QUOTED else text[: MOST_QUOTED - 1] + "…"
