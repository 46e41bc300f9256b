"""What people type when they mean a Twitch channel → its name. Standard library only: the launcher checks options with it."""

from __future__ import annotations

import re

from ..errors import SettingsError

_NAME = re.compile(r"[a-z0-9_]{1,25}")
_ADDRESS = re.compile(r"(?:https?://)?(?:[a-z]+\.)?twitch\.tv/(?:(?:popout|moderator|embed)/)?([^/?#]*)(?:[/?#].*)?")


def channel_name(text: str) -> str:
    """The name of `text`: a name in any case, also with `#` or `@` before it, or the address of a channel's page.

    Raises:
        SettingsError: Twitch has no such names.
    """
    wanted = text.strip().lower()
    address = _ADDRESS.fullmatch(wanted)
    name = address[1] if address else wanted.lstrip("#@")
    if not _NAME.fullmatch(name):
        raise SettingsError(
            f"“{text.strip()[:60]}” is no name of a Twitch channel.",
            "Up to 25 letters (a-z), digits and underscores.",
        )
    return name
