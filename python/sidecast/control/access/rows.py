"""What `access.db` holds: members, sessions, invitations, keys, overlay links, the audit. Of every token only a digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .permission import Permission, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person who may come in."""

    id: str
    name: str
    """As people call them; unique but for case."""
    role: Role
    created_ms: int
    passphrase: str = field(default="", repr=False)
    """Its argon2id hash in PHC form; empty: none."""
    issuer: str = ""
    """Of OpenID Connect, with `subject`; both empty: not linked."""
    subject: str = ""
    twitch_id: str = ""
    twitch_login: str = ""
    local: bool = False
    """Whoever starts Sidecast: the link in the terminal lets in as this one."""
    named: bool = True
    """False until the local owner has chosen a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A browser that is logged in."""

    id: str
    digest: bytes = field(repr=False)
    """SHA-256 of the cookie's token."""
    member_id: str
    created_ms: int
    seen_ms: int
    """To the minute."""
    how: str
    """`link`, `passphrase`, `oidc`, `twitch` or `invitation`."""
    browser: str
    """In words, such as “Firefox on Linux”."""
    address: str
    """Where from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Lets one person become a member."""

    id: str
    digest: bytes = field(repr=False)
    role: Role
    by_id: str
    by: str
    created_ms: int
    expires_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """For a script or a Stream Deck. It can never do more than the member who made it."""

    id: str
    digest: bytes = field(repr=False)
    prefix: str
    """The first characters, to tell keys apart."""
    name: str
    member_id: str
    permissions: frozenset[Permission]
    created_ms: int
    expires_ms: int = 0
    """0: never."""
    used_ms: int = 0
    """To the minute; 0: never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlayLink:
    """Lets the pages of the overlays look at what is on the stream anyway, and at nothing else."""

    id: str
    digest: bytes = field(repr=False)
    prefix: str
    """The first characters, to tell links apart."""
    name: str
    by_id: str
    by: str
    """Who made it. It outlives them: a stream must not lose its captions with a member."""
    created_ms: int
    used_ms: int = 0
    """To the minute; 0: never."""
    withdrawn_ms: int = 0
    """0: it works. Else it may be put back for a while (`overlay_links.py`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One line of the audit."""

    at_ms: int
    who_id: str
    who: str
    action: str
    """A stable dotted word, such as `people.invited`."""
    about: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    """For JSON; holds no viewer text."""
    id: int = 0
    """Counts up; 0 until it is written."""


REFUSED = "people.log_in_refused"
"""The action of notes that count log-ins which were refused."""

Row = Member | Session | Invitation | Key | OverlayLink
