"""Kinds of values that settings have, with what is wrong about one that cannot be used."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator

from .errors import SettingsError
from .flow.channel import channel_name
from .flow.stop_key import key_combination

OptionalPath = Annotated[Path | None, BeforeValidator(lambda value: value or None)]
"""An empty string in the file means "not set"."""


def _channel(text: str) -> str:
    try:
        return channel_name(text) if text else ""
    except SettingsError as error:
        raise ValueError(str(error)) from error


Channel = Annotated[str, AfterValidator(_channel)]
"""A channel's name, or empty for none."""


def _stop_key(text: str) -> str:
    try:
        return str(key_combination(text)) if text.strip() else ""
    except SettingsError as error:
        raise ValueError(str(error)) from error


StopKey = Annotated[str, AfterValidator(_stop_key)]
"""A key with modifiers as in `Ctrl+Alt+Space`, or empty for none."""


def _address(text: str, encrypted: str, plain: str) -> str:
    """Encrypted, or on this machine itself: what goes there holds tokens."""
    remedy = f"use one such as {encrypted}://twitch.example.org"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise ValueError(f"this is no address; {remedy}") from error
    host = parts.hostname or ""
    if not host or parts.username or parts.query or parts.fragment or port == 0 or not text.isascii():
        raise ValueError(f"this is no address; {remedy}")
    if parts.scheme != encrypted and not (parts.scheme == plain and _is_loopback(host)):
        raise ValueError(f"this is not encrypted ({plain} is for this machine itself alone); {remedy}")
    return text.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


Web = Annotated[str, AfterValidator(lambda text: _address(text, "https", "http"))]
Socket = Annotated[str, AfterValidator(lambda text: _address(text, "wss", "ws"))]
"""Addresses of servers that are sent tokens, or that say what happens."""
