"""What Twitch does not do, with the status and the words of its answer."""

from __future__ import annotations


class Refused(Exception):
    """Holds no token and no viewer's text."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
