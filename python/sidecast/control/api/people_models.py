"""What the people's API takes and gives."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ..access.names import Name
from ..access.permission import Permission, Role

Millis = Annotated[int, Field(ge=0, description="Unix time in milliseconds.")]
Token = Annotated[str, Field(max_length=200)]
Id = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[0-9a-z]+$")]
Outside = Literal["oidc", "twitch"]
Passphrase = Annotated[str, Field(max_length=256)]


class Taken(BaseModel):
    """Of requests."""

    model_config = ConfigDict(extra="forbid")


class Provider(BaseModel):
    name: str = Field(description="As the button calls it.")


class Me(BaseModel):
    id: str
    name: str
    role: Role | None = Field(description="None for a key.")
    permissions: list[Permission]
    csrf: str = Field(description="For the header `X-Sidecast-CSRF`; empty for a key.")
    named: bool = Field(description="False until the first owner has chosen a name.")
    passphrase: bool = Field(description="Has one.")
    oidc: bool = Field(description="Is linked to the provider of OpenID Connect.")
    twitch: str = Field(description="The Twitch log-in that is linked; empty for none.")


class WaysIn(BaseModel):
    """How somebody can log in here."""

    me: Me | None = Field(description="Who asks; null for who is not in yet.")
    empty: bool = Field(description="Nobody is a member yet: only the link in the terminal lets in.")
    passphrase: bool = Field(description="Somebody has a passphrase.")
    oidc: Provider | None = Field(description="A provider of OpenID Connect, if one is configured.")
    twitch: bool = Field(description="Log-in by Twitch is configured.")


class PassphraseLogIn(Taken):
    name: str = Field(min_length=1, max_length=40)
    passphrase: Passphrase


class OutsideLogIn(Taken):
    invitation: Token = Field("", description="For who is not a member yet: the key of the invitation.")


class GoThere(BaseModel):
    url: str = Field(description="Where the browser goes now to log in.")


class DeviceCode(BaseModel):
    user_code: str = Field(description="What the person types there.")
    verification_uri: str = Field(description="Where.")
    verification_uri_complete: str = Field(description="The same with the code in it, for a QR code; empty if there is none.")
    expires_in_s: int
    interval_s: int = Field(description="Ask no more often than this.")


class DeviceState(BaseModel):
    state: Literal["waiting", "in", "denied", "expired"] = Field(description="`in`: logged in, or linked.")


class In(BaseModel):
    """Logged in: the session's cookie came with this answer."""

    csrf: str = Field(description="For the header `X-Sidecast-CSRF`.")


class Join(Taken):
    key: Token
    name: Name
    passphrase: Passphrase


class InvitationKey(Taken):
    key: Token


class InvitedAs(BaseModel):
    role: Role
    by: str
    expires_ms: Millis


class NewName(Taken):
    name: Name


class NewPassphrase(Taken):
    current: Passphrase = ""
    passphrase: Passphrase = Field(description="At least 12 characters; empty takes it away.")


class MemberSeen(BaseModel):
    id: str
    name: str
    role: Role
    created_ms: Millis
    you: bool
    local: bool = Field(description="Whoever starts Sidecast: the link in the terminal lets in as this one.")
    passphrase: bool
    oidc: bool
    twitch: str
    sessions: int
    seen_ms: Millis = Field(description="When last seen; 0: never, or all sessions are over.")


class NewRole(Taken):
    role: Role


class Invite(Taken):
    role: Role
    hours: int = Field(48, ge=1, le=24 * 14, description="How long it can be used.")


class InvitationSeen(BaseModel):
    id: str
    role: Role
    by: str
    created_ms: Millis
    expires_ms: Millis


class InvitationMade(InvitationSeen):
    key: str = Field(description="Shown only now. The page makes a link of it: `/#/join/<key>`.")


class SessionSeen(BaseModel):
    id: str
    member_id: str
    member: str
    created_ms: Millis
    seen_ms: Millis
    how: str = Field(description="`link`, `passphrase`, `oidc`, `twitch` or `invitation`.")
    browser: str
    address: str
    this: bool = Field(description="The one that asks.")


class NewKey(Taken):
    name: Name
    permissions: list[Permission] = Field(min_length=1, max_length=len(Permission))
    days: int | None = Field(None, ge=1, le=3650, description="How long it is valid; null: until it is taken back.")


class KeySeen(BaseModel):
    id: str
    prefix: str = Field(description="Its first characters.")
    name: str
    member: str = Field(description="Who made it.")
    permissions: list[Permission]
    created_ms: Millis
    expires_ms: Millis = Field(description="0: never.")
    used_ms: Millis = Field(description="0: never.")


class KeyMade(KeySeen):
    key: str = Field(description="Shown only now. Send it as `Authorization: Bearer …`.")


class AuditLine(BaseModel):
    id: int
    at_ms: Millis
    who: str
    who_id: str
    action: str
    about: str
    detail: dict[str, Any]


class AuditPage(BaseModel):
    lines: list[AuditLine] = Field(description="The newest first.")
    before: int | None = Field(description="Ask with this for the next page; null: there is none.")
