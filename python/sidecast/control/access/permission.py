"""What may be done in the control room, and which role may do it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Permission(StrEnum):
    """One thing that somebody may or may not do. Routes declare these; roles are bundles of them."""

    WATCH = "watch"
    """See the chat, the turns, the state of the show and what its parts say of themselves."""
    ANALYSE = "analyse"
    """See figures of this and earlier streams."""
    DIRECT = "direct"
    """Stop, mute, skip, choose whom to answer, say a line, approve one."""
    MODERATE = "moderate"
    """Change levels, lists and storm controls; call a verdict wrong; delete, time out and warn at Twitch, switch its shield."""
    VIEWERS = "viewers"
    """See what is known of a viewer, erase it, opt a viewer out."""
    ACT = "act"
    """Do things at Twitch in the streamer's name: write in chat, shout-outs, polls, predictions, rewards, bans; test a rule."""
    CONFIGURE = "configure"
    """Change settings, keys of services, persona, voice and brain; change the channel."""
    MEMBERS = "members"
    """Invite and remove people, change their roles, see and revoke sessions, make API keys, read the audit."""
    KEEP = "keep"
    """Back up, restore, set retention, rotate keys."""


class Role(StrEnum):
    VIEWER = "viewer"
    MODERATOR = "moderator"
    OWNER = "owner"


_VIEWER = frozenset({Permission.WATCH, Permission.ANALYSE})
_MODERATOR = _VIEWER | {Permission.DIRECT, Permission.MODERATE, Permission.VIEWERS}
GRANTS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {Role.VIEWER: _VIEWER, Role.MODERATOR: _MODERATOR, Role.OWNER: frozenset(Permission)}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks."""

    id: str
    """Stable: `member:…` for a person, `key:…` for a script."""
    name: str
    """As people call them; for the audit and the page."""
    permissions: frozenset[Permission]
    role: Role | None = None
    """None for an API key, which has permissions of its own."""
    by_cookie: bool = False
    """The browser sends it by itself: changes then need proof that our own page asks."""

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions
