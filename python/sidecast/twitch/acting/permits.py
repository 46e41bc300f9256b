"""Whether an act may be done at all: by whoever causes it, with what is switched on and what Twitch allows."""

from __future__ import annotations

from collections.abc import Callable, Collection

from ...flow.action import Act, Cause, Granted, Hindrance, Obstacle, Standing
from ...flow.twitch import Account, Feature, Identity, TwitchApi
from ..scopes import BY_FEATURE, in_words, lacking
from .kinds import Kind, kind_of

SET_UP = "Set-up → Twitch"
"""Where the remedies are."""


class Permits:
    def __init__(self, api: TwitchApi, features: Callable[[], Collection[Feature]]) -> None:
        """`features`: what the streamer has switched on."""
        self._api = api
        self._features = features

    @property
    def streamer(self) -> Identity | None:
        return self._api.identity(Account.BROADCASTER)

    def identity(self, account: Account) -> Identity | None:
        return self._api.identity(account)

    @property
    def writer(self) -> Account:
        """Who writes: the bot's account, or where there is none the streamer's."""
        return Account.BROADCASTER if self._api.identity(Account.BOT) is None else Account.BOT

    def account_of(self, kind: Kind) -> Account:
        return self.writer if kind.account is Account.BOT else kind.account

    def against(self, act: Act, cause: Cause) -> tuple[Hindrance, ...]:
        """Everything that stands in the way, gravest first; empty: it may be done."""
        kind = kind_of(act)
        found = (_role(kind, cause), self._account(), self._feature(kind), self._scope(kind))
        return tuple(each for each in found if each is not None)

    def missing(self, kind: Kind) -> Hindrance | None:
        """What has to be set up first, whoever asks."""
        return self._account() or self._feature(kind) or self._scope(kind)

    def _account(self) -> Hindrance | None:
        if self.streamer is not None:
            return None
        what = "Nobody is logged in to Twitch as the streamer."
        return Hindrance(obstacle=Obstacle.ACCOUNT, what=what, remedy=f"Log in under {SET_UP}.")

    def _feature(self, kind: Kind) -> Hindrance | None:
        if kind.feature in self._features():
            return None
        what = f"“{BY_FEATURE[kind.feature].title}” is switched off."
        return Hindrance(obstacle=Obstacle.FEATURE, what=what, remedy=f"Switch it on under {SET_UP}.")

    def _scope(self, kind: Kind) -> Hindrance | None:
        account = self.account_of(kind)
        if self._api.identity(account) is None or not lacking({kind.scope}, self._api.scopes(account)):
            return None
        whose = "bot" if account is Account.BOT else "streamer"
        what = f"Twitch has not allowed the {whose}’s account to {in_words({kind.scope})[0]}."
        return Hindrance(obstacle=Obstacle.SCOPE, what=what, remedy=f"Log in once more under {SET_UP}.")


def _role(kind: Kind, cause: Cause) -> Hindrance | None:
    """Who may have it done."""
    if isinstance(cause, Granted):
        if kind.feature in cause.features and not kind.by_person:
            return None
        why = "is for people alone" if kind.by_person else "was not granted to it"
        what = f"The {cause.engine} “{cause.name}” may not do this: it {why}."
        return Hindrance(obstacle=Obstacle.ROLE, what=what, remedy="Do it yourself, in the control room.")
    if cause.standing is Standing.STREAMER or (kind.moderates and cause.standing is Standing.MODERATOR):
        return None
    what = "Your role may not do this at Twitch."
    remedy = "Ask the streamer." if cause.standing is Standing.MODERATOR else "Ask an owner of this control room."
    return Hindrance(obstacle=Obstacle.ROLE, what=what, remedy=remedy)
