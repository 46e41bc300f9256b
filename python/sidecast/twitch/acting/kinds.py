"""Every kind of act: what it needs, who may have it done, and what it does in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ...flow import action as acts
from ...flow.action import Act, Target
from ...flow.twitch import Account, Feature


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What holds for all acts of one type."""

    name: str
    """A stable word."""
    feature: Feature
    scope: str
    account: Account = Account.BROADCASTER
    moderates: bool = False
    """Moderators may have it done, too."""
    by_person: bool = False
    """No rule and no plugin may, whatever it was granted."""


def _moderating(name: str, scope: str) -> Kind:
    return Kind(name=name, feature=Feature.MODERATE, scope=f"moderator:manage:{scope}", moderates=True)


def _poll(name: str) -> Kind:
    return Kind(name=name, feature=Feature.RUN_POLLS, scope="channel:manage:polls")


def _prediction(name: str) -> Kind:
    return Kind(name=name, feature=Feature.RUN_POLLS, scope="channel:manage:predictions")


_BAN = Kind(name="ban", feature=Feature.MODERATE, scope="moderator:manage:banned_users", by_person=True)
KINDS: Mapping[type[Act], Kind] = MappingProxyType(
    {
        acts.Write: Kind(name="write", feature=Feature.WRITE, scope="user:write:chat", account=Account.BOT),
        acts.Delete: _moderating("delete", "chat_messages"),
        acts.TimeOut: _moderating("time_out", "banned_users"),
        acts.LetBack: _moderating("let_back", "banned_users"),
        acts.Ban: _BAN,
        acts.Warn: _moderating("warn", "warnings"),
        acts.Shield: _moderating("shield", "shield_mode"),
        acts.ShoutOut: Kind(name="shout_out", feature=Feature.SHOUT_OUT, scope="moderator:manage:shoutouts"),
        acts.StartPoll: _poll("start_poll"),
        acts.EndPoll: _poll("end_poll"),
        acts.StartPrediction: _prediction("start_prediction"),
        acts.LockPrediction: _prediction("lock_prediction"),
        acts.ResolvePrediction: _prediction("resolve_prediction"),
        acts.CancelPrediction: _prediction("cancel_prediction"),
        acts.Settle: Kind(name="settle", feature=Feature.FULFIL, scope="channel:manage:redemptions"),
    }
)


def kind_of(act: Act) -> Kind:
    return KINDS[type(act)]


def target_of(act: Act) -> Target:
    """Whom it is about; `NOBODY` where it is about nobody in particular."""
    return getattr(act, "target", acts.NOBODY)


def in_words(act: Act) -> str:  # noqa: PLR0912 - one branch an act
    """What it does, in a sentence. Holds the target's name."""
    who = target_of(act).name or "this viewer"
    match act:
        case acts.Write(reply_to=reply_to):
            return "Writes in chat, as a reply." if reply_to else "Writes in chat."
        case acts.Delete(message_ids=ids, target=target):
            return (
                f"Takes {'one message' if len(ids) == 1 else f'{len(ids)} messages'} of {target.name or 'a viewer'} out of chat."
            )
        case acts.TimeOut(seconds=seconds):
            return f"Times {who} out for {span(seconds)}: until then they cannot write, and what they wrote is taken out of chat."
        case acts.LetBack():
            return f"Lets {who} write again."
        case acts.Ban():
            return f"Bans {who}: they cannot write any more until you let them back, and what they wrote is taken out of chat."
        case acts.Warn():
            return f"Warns {who}: they cannot write before they have read the warning."
        case acts.Shield(on=on):
            return "Switches Twitch's shield mode on." if on else "Switches Twitch's shield mode off."
        case acts.ShoutOut():
            return f"Shows {who} to your viewers, with a button to follow."
        case acts.StartPoll(title=title, seconds=seconds):
            return f"Starts the poll “{title}”, open for {span(seconds)}."
        case acts.EndPoll(show=show):
            return "Ends the poll and shows how it stands." if show else "Ends the poll and takes it away."
        case acts.StartPrediction(title=title, seconds=seconds):
            return f"Starts the prediction “{title}”, open for bets for {span(seconds)}."
        case acts.LockPrediction():
            return "Closes the prediction to bets."
        case acts.ResolvePrediction(outcome=outcome):
            return f"Ends the prediction: who bet on {f'“{outcome}”' if outcome else 'the chosen outcome'} wins."
        case acts.CancelPrediction():
            return "Cancels the prediction: everybody gets their points back."
        case acts.Settle(fulfil=fulfil, title=title):
            reward = f"“{title}”" if title else "the reward"
            return f"Marks {reward} of {who} as done." if fulfil else f"Takes {reward} back: {who} gets the points again."


def span(seconds: int) -> str:
    """`45 seconds`, `10 minutes`, `2 hours`, `14 days`; as few units as say it exactly."""
    parts = []
    left = seconds
    for name, size in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {name}{'' if count == 1 else 's'}")
    return " ".join(parts) or "0 seconds"
