"""What `/api/v1/twitch` takes and tells. No token is in any of it."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, Field

from ...flow.twitch import Account, Feature
from .settings_common import Body

__all__ = ["AccountShown", "Begin", "FeatureShown", "GoThere", "LogInShown", "Permitted", "SwitchFeature", "TwitchShown"]


class AccountState(StrEnum):
    NONE = "none"
    GOOD = "good"
    OFFLINE = "offline"
    ENDED = "ended"
    OTHER_CLIENT = "other_client"
    VAULT = "vault"


class LogInStep(StrEnum):
    WAITING = "waiting"
    MIX_UP = "mix_up"
    DONE = "done"
    EXPIRED = "expired"
    REFUSED = "refused"


class Permitted(BaseModel):
    """One permission of Twitch's."""

    scope: str = Field(description="As Twitch calls it.")
    words: str = Field(description="What it allows.")
    account: Account = Field(description="Which account must grant it.")
    granted: bool


class AccountShown(BaseModel):
    account: Account
    state: AccountState
    words: str = Field(description="What is wrong, and what to do; empty when all is well.")
    login: str = Field(description="Empty while nobody was logged in.")
    name: str
    since_ms: int = Field(description="When it was logged in, Unix ms; 0 = never.")
    checked_ms: int = Field(description="When Twitch last said that it is valid, Unix ms; 0 = not since the start.")
    missing: list[str] = Field(description="What it must still allow for the features that are on, in words.")
    granted: list[str] = Field(description="What it allows, in words.")
    same_as_other: bool = Field(description="One account is both.")


class FeatureShown(BaseModel):
    feature: Feature
    title: str
    what: str
    acts: bool = Field(description="It changes something at Twitch; the others only listen.")
    on: bool
    permissions: list[Permitted]


class LogInShown(BaseModel):
    """The log-in that is under way, or how the last one ended."""

    account: Account
    step: LogInStep
    user_code: str = Field(description="What is typed on Twitch's page; empty in the code flow.")
    page: str = Field(description="Where it is typed.")
    expires_in_s: int = Field(description="For how long the code is good.")
    words: str = Field(description="What happened, and what to do.")
    login: str = Field(description="Who logged in, once that is known.")
    name: str
    offline: bool = Field(description="Twitch does not answer right now; it is asked again by itself.")


class TwitchShown(BaseModel):
    client_id: str = Field(description="Of the application; empty = none. It is no secret.")
    has_secret: bool = Field(description="The application's secret is in the vault: the code flow can be used.")
    words: str = Field(description="What is wrong with all of it, such as a vault that cannot be read.")
    accounts: list[AccountShown]
    features: list[FeatureShown]
    fixed_by: str = Field(description="The variable that says which features are on; empty when the page may.")
    log_in: LogInShown | None


class Begin(Body):
    account: Account


class SwitchFeature(Body):
    on: bool


class GoThere(BaseModel):
    url: str = Field(description="Where the browser goes.")
