"""Tokens: 192 random bits, shown once; kept is their SHA-256. No salt and no slowness: nobody guesses 192 bits."""

from __future__ import annotations

import hashlib
import secrets

KEY_START = "sidecast_"
"""API keys begin so, for people and for scanners of leaked secrets."""
_BYTES = 24
_PREFIX = len(KEY_START) + 6


def new_token() -> str:
    return secrets.token_urlsafe(_BYTES)


def new_key() -> str:
    return KEY_START + new_token()


def prefix_of(key: str) -> str:
    return key[:_PREFIX]


def new_id() -> str:
    """Public, short, unique enough for thousands."""
    return secrets.token_hex(6)


def digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def csrf_of(token: str) -> str:
    """Bound to the session and changed with it, without anything to keep. Does not tell the token."""
    return hashlib.sha256(b"csrf\0" + token.encode("utf-8", "surrogatepass")).hexdigest()[:32]
