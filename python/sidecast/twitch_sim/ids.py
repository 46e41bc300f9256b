"""Ids in the forms that Twitch gives them, from one seeded generator: the same seed gives the same run."""

from __future__ import annotations

import base64
import random
import string
import uuid
from datetime import UTC, datetime

_SECRET = string.ascii_lowercase + string.digits
_CODE = "BCDFGHJKLMNPQRSTVWXZ"
"""Letters of a user code: no vowels, so that no word comes out."""


class Ids:
    """Not for secrets of real accounts: whoever knows the seed knows every token."""

    def __init__(self, seed: int = 0) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - repeatable on purpose

    def uuid(self) -> str:
        """Of messages, subscriptions, polls, redemptions."""
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def secret(self, length: int = 30) -> str:
        """Access tokens have 30 characters, refresh tokens 50, device codes 40."""
        return "".join(self.rng.choices(_SECRET, k=length))

    def user_code(self) -> str:
        """What a person types on the page of the device flow."""
        return "".join(self.rng.choices(_CODE, k=8))

    def session(self) -> str:
        """Of an EventSub session."""
        return "AgoQ" + base64.urlsafe_b64encode(self.rng.randbytes(24)).decode()

    def number(self, digits: int = 11) -> str:
        """Of streams and gifts."""
        return str(self.rng.randrange(10 ** (digits - 1), 10**digits))


def stamp(ms: int) -> str:
    """Unix milliseconds as Twitch writes them: RFC 3339 with nanoseconds."""
    return f"{datetime.fromtimestamp(ms // 1000, UTC):%Y-%m-%dT%H:%M:%S}.{ms % 1000:03d}000000Z"


def whole_seconds(ms: int) -> str:
    """As Helix writes most of its times."""
    return f"{datetime.fromtimestamp(ms // 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"
