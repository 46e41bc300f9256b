"""Which brain was asked for: `embedded`, `openai:URL[#model]`, a preset such as `ollama#llama3.2`, or `gguf:PATH`.

Standard library only: the launcher reads this before there is an environment.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from ...errors import SettingsError

PRESETS = {
    "vllm": "http://127.0.0.1:8000/v1",
    "llama-server": "http://127.0.0.1:8080/v1",
    "gpt4all": "http://127.0.0.1:4891/v1",
    "ollama": "http://127.0.0.1:11434/v1",
    "lmstudio": "http://127.0.0.1:1234/v1",
}
"""Where each program listens unless its user changed that."""
EMBEDDED = "embedded"
LONGEST = 2000
HOW = f"Choose {EMBEDDED}, {', '.join(PRESETS)} (each with or without #model), openai:http://host:port/v1#model, or gguf:FILE."


class Kind(StrEnum):
    EMBEDDED = "embedded"
    OPENAI = "openai"
    GGUF = "gguf"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice, checked as far as words go."""

    kind: Kind
    label: str
    """What it is called on the page and in notes."""
    url: str = ""
    """Of the API's root, without a slash at its end."""
    model: str = ""
    """Empty: the first that the server lists."""
    path: Path | None = None


def read(text: str) -> Chosen:
    """Raises SettingsError: it is none of the choices, or its address cannot be used."""
    text = text.strip()
    if len(text) > LONGEST or not text.isprintable():
        raise SettingsError("The brain's name is too long or has characters that cannot be printed.", HOW)
    head, _, model = text.partition("#")
    kind, colon, rest = head.partition(":")
    if head in ("", EMBEDDED):
        return Chosen(Kind.EMBEDDED, EMBEDDED)
    if head in PRESETS:
        return Chosen(Kind.OPENAI, head, PRESETS[head], model)
    if kind == Kind.OPENAI and colon:
        url, host = _checked(rest)
        return Chosen(Kind.OPENAI, host, url, model)
    if kind == Kind.GGUF and colon and rest:
        path = Path(text.partition(":")[2]).expanduser()  # a # may be part of a file's name
        return Chosen(Kind.GGUF, path.name, path=path)
    raise SettingsError(f"There is no brain “{head}”.", HOW)


def at_home(url: str) -> bool:
    """Whether the address is this machine or one of its own network: no proxy stands between, and a key may go unencrypted."""
    host = urlsplit(url).hostname or ""
    address = _address(host)
    if address is not None:
        return address.is_private
    return "." not in host or host.endswith((".local", ".lan", ".internal", ".home.arpa"))


def is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    address = _address(host)
    return host == "localhost" if address is None else address.is_loopback


def _checked(url: str) -> tuple[str, str]:
    """The API's root, and host and port for people."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise SettingsError(f"The brain's address cannot be read: {error}.", HOW) from None
    if parts.scheme not in {"http", "https"}:
        raise SettingsError(f"The brain's address begins with “{parts.scheme}”, not with http:// or https://.", HOW)
    if parts.username is not None or parts.password is not None:
        # not quoted: it may hold a password
        raise SettingsError("The brain's address holds a user name or password.", "Put a key into SIDECAST_BRAIN_KEY instead.")
    if not host or parts.query or any(sign.isspace() for sign in url):
        raise SettingsError("The brain's address has no host, or a question mark or a space in it.", HOW)
    address = _address(host)
    if address is not None and not _serves(address):
        # where clouds keep what belongs to the machine alone
        raise SettingsError(f"No model server is at {host}: that is a link-local or reserved address.", HOW)
    return _root(parts), f"{host}:{port}" if port else host


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """As the system reads it, which takes `2130706433` and `0x7f.1` for addresses too; None for a name."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        try:
            return ipaddress.IPv4Address(socket.inet_aton(host))
        except (OSError, UnicodeError):
            return None
    return getattr(address, "ipv4_mapped", None) or address


def _serves(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    odd = address.is_link_local or address.is_multicast or address.is_unspecified or address.is_reserved
    return address.is_loopback or not odd


def _root(parts: SplitResult) -> str:
    path = parts.path.rstrip("/").removesuffix("/chat/completions")
    return f"{parts.scheme}://{parts.netloc}{path or '/v1'}"
