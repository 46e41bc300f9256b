"""A line as the server sends it, and as much of it as a client's capabilities let it see.

Source: https://dev.twitch.tv/docs/chat/irc/ and https://ircv3.net/specs/extensions/message-tags (escapes).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

HOST = "tmi.twitch.tv"
TAGS, COMMANDS, MEMBERSHIP = "twitch.tv/tags", "twitch.tv/commands", "twitch.tv/membership"
CAPABILITIES = frozenset({TAGS, COMMANDS, MEMBERSHIP})
_ESCAPES = str.maketrans({";": "\\:", " ": "\\s", "\\": "\\\\", "\r": "\\r", "\n": "\\n"})
_BREAKS = str.maketrans({"\r": " ", "\n": " ", "\0": None})
"""What would end a line is no part of one."""

_NEEDS_COMMANDS = frozenset(
    {"CLEARCHAT", "CLEARMSG", "GLOBALUSERSTATE", "NOTICE", "RECONNECT", "ROOMSTATE", "USERNOTICE", "USERSTATE"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerLine:
    """`params[-1]` is sent after a colon if it is a `trailing` one."""

    command: str
    params: tuple[str, ...] = ()
    source: str = HOST
    tags: Mapping[str, str] = field(default_factory=dict)
    """Values as they are meant; escapes are made on the way out."""
    trailing: bool = False
    always: bool = False
    """Sent whatever the client asked for, as a failed log-in is."""

    def seen_by(self, capabilities: frozenset[str]) -> str | None:
        """The line without its end, or None when such a client is not told."""
        if self.command in _NEEDS_COMMANDS and COMMANDS not in capabilities and not self.always:
            return None
        tags = ""
        if self.tags and TAGS in capabilities:
            tags = "@" + ";".join(f"{name}={value.translate(_ESCAPES)}" for name, value in self.tags.items()) + " "
        *middle, last = (self.command, *self.params) if self.params else (self.command,)
        if self.trailing:
            last = f":{last}"
        return f"{tags}:{self.source} {' '.join((*middle, last))}".translate(_BREAKS)


def user(login: str) -> str:
    """Who a line comes from when it comes from a user."""
    return f"{login}!{login}@{login}.{HOST}"


def server(command: str, *params: str, tags: Mapping[str, str] | None = None, always: bool = False) -> ServerLine:
    """A line of the server's own whose last parameter is free text."""
    return ServerLine(command=command, params=params, tags=tags or {}, trailing=True, always=always)


def notice(room: str, kind: str, text: str) -> ServerLine:
    """`kind`: a msg-id of https://dev.twitch.tv/docs/chat/irc/#notice-tags."""
    return server("NOTICE", f"#{room}", text, tags={"msg-id": kind})
