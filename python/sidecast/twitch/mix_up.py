"""Whether somebody else logged in than was meant: a browser is often logged in to Twitch as the other account."""

from __future__ import annotations

from ..flow.twitch import Account, Identity


def mix_up(account: Account, who: Identity, *, before: Identity | None, other: Identity | None, channel: str) -> str:
    """What seems to be wrong, as a sentence; empty when nothing does.

    Args:
        who: logged in now, as `account`.
        before: who was logged in there earlier.
        other: who is logged in as the other account.
        channel: the login of the channel that the settings name, or empty.
    """
    broadcaster = account is Account.BROADCASTER
    if before is not None and before.user_id == who.user_id:
        return ""
    if broadcaster and other is not None and other.user_id == who.user_id:
        return f"{who.name} is your bot’s account. Your own was meant, whose channel it is."
    if broadcaster and channel and channel.lower() != who.login.lower():
        return f"{who.name} logged in, but the settings say that your channel is {channel}."
    if before is not None and not (not broadcaster and other is not None and other.user_id == who.user_id):
        slot = "your own account" if broadcaster else "your bot’s account"
        return f"{who.name} logged in; so far {slot} was {before.name}."
    return ""


def same_for_both(account: Account, who: Identity, other: Identity | None) -> str:
    """Said, and allowed: one account for both."""
    if other is None or other.user_id != who.user_id:
        return ""
    if account is Account.BOT:
        return f"{who.name} is your own account, too: your co-host writes in your name."
    return f"{who.name} is your bot’s account, too: your co-host writes in your name."
