"""What stands for a viewer in the figures: of no use to whoever lacks the vault."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Protocol

SECRET = "ledger.viewers"  # noqa: S105 -- its name
_KEY_BYTES = 32
_MARK_BYTES = 16


class Secrets(Protocol):
    """The vault's."""

    def get(self, name: str) -> str | None: ...

    def set(self, name: str, value: str | None) -> None: ...


def viewer_marks(vault: Secrets) -> Callable[[str], bytes]:
    """Viewer's id → mark; the same for as long as the vault is.

    Raises:
        VaultError: the vault cannot be read or written.
    """
    kept = vault.get(SECRET)
    if kept is None:
        vault.set(SECRET, kept := secrets.token_hex(_KEY_BYTES))
    key = bytes.fromhex(kept)

    def mark(viewer_id: str) -> bytes:
        return hmac.digest(key, viewer_id.encode("utf-8", "surrogatepass"), hashlib.sha256)[:_MARK_BYTES]

    return mark
