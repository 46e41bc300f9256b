"""What each feature needs of Twitch, in plain words. Only what is switched on is asked for. https://dev.twitch.tv/docs/authentication/scopes"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..flow.twitch import Account, Feature


@dataclass(frozen=True, slots=True, kw_only=True)
class Wants:
    """One feature."""

    feature: Feature
    title: str
    what: str
    """What the co-host does with it."""
    acts: bool
    """It changes something at Twitch; the others only listen."""
    scopes: Mapping[Account, tuple[str, ...]]


def _wants(feature: Feature, title: str, what: str, *own: str, bot: tuple[str, ...] = (), acts: bool = False) -> Wants:
    scopes = {account: names for account, names in ((Account.BROADCASTER, own), (Account.BOT, bot)) if names}
    return Wants(feature=feature, title=title, what=what, acts=acts, scopes=MappingProxyType(scopes))


FEATURES: tuple[Wants, ...] = (
    _wants(
        Feature.CHAT, "Hear chat", "Messages with badges, emotes and replies, and what is removed from chat.", "user:read:chat"
    ),
    _wants(
        Feature.THANKS,
        "Thank people",
        "Follows, subscriptions, gifts and cheers. Raids need no permission.",
        "channel:read:subscriptions",
        "bits:read",
        "moderator:read:followers",
    ),
    _wants(Feature.REWARDS, "See rewards", "Channel-points rewards that viewers redeem.", "channel:read:redemptions"),
    _wants(Feature.POLLS, "Follow polls", "Polls and predictions as they run.", "channel:read:polls", "channel:read:predictions"),
    _wants(
        Feature.SHOW,
        "Follow the show",
        "Hype trains, ad breaks, and shout-outs that you get.",
        "channel:read:hype_train",
        "channel:read:ads",
        "moderator:read:shoutouts",
    ),
    _wants(
        Feature.MODERATION,
        "Follow moderation",
        "What AutoMod holds and moderators do, so that your co-host leaves the same messages alone.",
        "moderator:manage:automod",
        "moderator:read:suspicious_users",
        "moderator:read:shield_mode",
        "moderator:read:blocked_terms",
        "moderator:read:chat_settings",
        "moderator:read:unban_requests",
        "moderator:read:banned_users",
        "moderator:read:chat_messages",
        "moderator:read:warnings",
        "moderator:read:moderators",
        "moderator:read:vips",
    ),
    _wants(Feature.WRITE, "Write in chat", "Write and reply in chat, as the bot account.", bot=("user:write:chat",), acts=True),
    _wants(
        Feature.MODERATE,
        "Moderate",
        "Delete messages, time out and warn viewers, switch shield mode: by you, your moderators and your rules.",
        "moderator:manage:chat_messages",
        "moderator:manage:banned_users",
        "moderator:manage:warnings",
        "moderator:manage:shield_mode",
        acts=True,
    ),
    _wants(
        Feature.SHOUT_OUT, "Give shout-outs", "Twitch's own shout-out to a streamer.", "moderator:manage:shoutouts", acts=True
    ),
    _wants(
        Feature.RUN_POLLS,
        "Run polls",
        "Start and end polls and predictions.",
        "channel:manage:polls",
        "channel:manage:predictions",
        acts=True,
    ),
    _wants(
        Feature.FULFIL,
        "Settle rewards",
        "Fulfil redeemed rewards, or give the points back.",
        "channel:manage:redemptions",
        acts=True,
    ),
)
"""In the order in which they are shown."""
BY_FEATURE = MappingProxyType({each.feature: each for each in FEATURES})
IMPLIED: Mapping[str, str] = MappingProxyType(
    {
        "channel:read:redemptions": "channel:manage:redemptions",
        "channel:read:polls": "channel:manage:polls",
        "channel:read:predictions": "channel:manage:predictions",
        "moderator:read:shoutouts": "moderator:manage:shoutouts",
        "moderator:read:shield_mode": "moderator:manage:shield_mode",
        "moderator:read:blocked_terms": "moderator:manage:blocked_terms",
        "moderator:read:chat_settings": "moderator:manage:chat_settings",
        "moderator:read:unban_requests": "moderator:manage:unban_requests",
        "moderator:read:banned_users": "moderator:manage:banned_users",
        "moderator:read:chat_messages": "moderator:manage:chat_messages",
        "moderator:read:warnings": "moderator:manage:warnings",
    }
)
"""A permission to read, and the one to change things that contains it."""
PLAIN: Mapping[str, str] = MappingProxyType(
    {
        "user:read:chat": "read chat",
        "user:write:chat": "write in chat",
        "channel:read:subscriptions": "see who subscribes",
        "bits:read": "see cheers",
        "moderator:read:followers": "see who follows",
        "channel:read:redemptions": "see redeemed rewards",
        "channel:manage:redemptions": "fulfil or refund rewards",
        "channel:read:polls": "see polls",
        "channel:manage:polls": "start and end polls",
        "channel:read:predictions": "see predictions",
        "channel:manage:predictions": "start and end predictions",
        "channel:read:hype_train": "see hype trains",
        "channel:read:ads": "see ad breaks",
        "moderator:read:shoutouts": "see shout-outs",
        "moderator:manage:shoutouts": "give shout-outs",
        "moderator:manage:automod": "see what AutoMod holds (Twitch has this only together with deciding on it)",
        "moderator:read:suspicious_users": "see messages of suspicious users",
        "moderator:read:shield_mode": "see shield mode",
        "moderator:manage:shield_mode": "switch shield mode",
        "moderator:read:blocked_terms": "see blocked terms",
        "moderator:read:chat_settings": "see chat settings",
        "moderator:read:unban_requests": "see unban requests",
        "moderator:read:banned_users": "see bans and timeouts",
        "moderator:manage:banned_users": "ban, time out and let back in",
        "moderator:read:chat_messages": "see deleted messages",
        "moderator:manage:chat_messages": "delete messages",
        "moderator:read:warnings": "see warnings",
        "moderator:manage:warnings": "warn viewers",
        "moderator:read:moderators": "see who moderates",
        "moderator:read:vips": "see who is a VIP",
    }
)
"""What a permission allows, for people."""


def needed(features: Iterable[Feature], account: Account, *, own_bot: bool) -> frozenset[str]:
    """What `account` must allow for `features`.

    Args:
        own_bot: a bot account is logged in; without one the streamer's own does the bot's part.
    """
    does = {account} if own_bot else ({Account.BROADCASTER, Account.BOT} if account is Account.BROADCASTER else {Account.BOT})
    return frozenset(
        scope for feature in features for each, scopes in BY_FEATURE[feature].scopes.items() if each in does for scope in scopes
    )


def lacking(wanted: Iterable[str], granted: frozenset[str]) -> frozenset[str]:
    """Of `wanted`, what `granted` does not allow; the permission to change something contains that to see it."""
    return frozenset(scope for scope in wanted if scope not in granted and IMPLIED.get(scope) not in granted)


def asked_for(wanted: frozenset[str], granted: frozenset[str]) -> frozenset[str]:
    """What a log-in asks for: never less than is granted already, so that none of it is lost."""
    return wanted | granted


def in_words(scopes: Iterable[str]) -> list[str]:
    """Each permission as people understand it; one that is not known here by its own name."""
    return [PLAIN.get(scope, scope) for scope in sorted(scopes)]
