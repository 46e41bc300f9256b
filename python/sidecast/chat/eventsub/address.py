"""Where a socket may go: to the address of the settings, and to a `reconnect_url` that is at home there."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

LONGEST = 4096
"""Characters of a `reconnect_url`; Twitch's have about 150."""
KEEPALIVE_S = 10
"""The shortest that Twitch allows: silence is noticed soonest."""


def with_keepalive(url: str, seconds: int = KEEPALIVE_S) -> str:
    """The address of a first connection, asking for a sign of life every `seconds`."""
    parts = urlsplit(url)
    query = [(key, value) for key, value in parse_qsl(parts.query) if key != "keepalive_timeout_seconds"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("keepalive_timeout_seconds", str(seconds))])))


def may_reconnect(url: str, home: str) -> bool:
    """True for an address that a message may send us to: encrypted, and the host of `home` or one of Twitch's.

    Where `home` is a simulator on this computer, loopback addresses may, unencrypted too.
    """
    if not 0 < len(url) <= LONGEST or any(character.isspace() for character in url):
        return False
    at_home, there = _parts(home), _parts(url)
    if at_home is None or there is None or there.username is not None or there.password is not None:
        return False
    host = there.hostname or ""
    if is_loopback(at_home.hostname or ""):
        return there.scheme in {"ws", "wss"} and is_loopback(host)
    # compared whole, or from the dot on: eviltwitch.tv is none of Twitch's
    return there.scheme == "wss" and (host in {at_home.hostname, "twitch.tv"} or host.endswith(".twitch.tv"))


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # a port that is none is found out only here
    except ValueError:
        return None
    return parts
