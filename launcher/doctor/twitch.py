"""Twitch: whether accounts were set up, and whether its log-in answers. Looks at no token: the vault stays shut."""

from __future__ import annotations

import sqlite3
import urllib.error
import urllib.request
from contextlib import closing

from .. import brains
from .case import Case
from .finding import Finding, found, missing

ID = "https://id.twitch.tv/oauth2"
"""As in the app's settings."""
ANSWER_S = 4
KEPT = {"twitch.broadcaster": "your account", "twitch.bot": "the bot’s account"}
"""The vault's names for them; names are not sealed."""
GUEST = "Until then the channel is read as a guest."


def twitch(case: Case) -> Finding:
    control = case.setting("control", "twitch")
    client_id = case.setting("twitch", "client_id") or (control.get("client_id") if isinstance(control, dict) else "")
    if not client_id:
        return found("chat is read as a guest; accounts are set up on the control page, under Set-up")
    kept = _kept(case)
    if not kept:
        return missing(
            "Nobody is logged in to Twitch.", f"./sidecast twitch login, or on the control page. {GUEST}", needed=False
        )
    whose = " and ".join(kept)
    why = _trouble(str(case.setting("twitch", "id") or ID))
    if why:
        return missing(f"Twitch’s log-in {why}. The vault has {whose}.", "Check the network; it is asked again.", needed=False)
    return found(f"its log-in answers; the vault has {whose} (./sidecast twitch status)")


def _kept(case: Case) -> list[str]:
    database = case.places.data / "vault" / "vault.db"
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, timeout=1)) as db:
            names = {name for (name,) in db.execute("SELECT name FROM secrets WHERE name LIKE 'twitch.%'")}
    except sqlite3.Error:
        return []
    return [words for name, words in KEPT.items() if name in names]


def _trouble(url: str) -> str:
    """Asks without a token, so that it says 401; empty when it does."""
    if not url.startswith("https://") and not brains.is_loopback(url):
        return "has an address that is not encrypted"
    handlers = [urllib.request.ProxyHandler({})] if brains.is_loopback(url) else []
    request = urllib.request.Request(f"{url.rstrip('/')}/validate")  # noqa: S310 - checked above
    try:
        with urllib.request.build_opener(*handlers).open(request, timeout=ANSWER_S):
            return ""
    except urllib.error.HTTPError as error:
        return "" if error.code == 401 else f"answers with HTTP status {error.code}"
    except (OSError, urllib.error.URLError, ValueError):
        return "does not answer"
