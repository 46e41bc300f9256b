"""AES-256-GCM with a random nonce. What a ciphertext belongs to is bound to it, so that it opens nowhere else."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_NONCE_BYTES = 12


class DoesNotOpen(Exception):
    """Another key, another place, or changed bytes: which of them cannot be told."""


def seal(key: bytes, plain: bytes, place: str) -> bytes:
    """Nonce + ciphertext + tag. `place` is authenticated but not kept."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, place.encode("utf-8", "surrogatepass"))


def unseal(key: bytes, sealed: bytes, place: str) -> bytes:
    """The plain bytes.

    Raises:
        DoesNotOpen: `sealed` was not made with this key for this place.
    """
    nonce, ciphertext = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, place.encode("utf-8", "surrogatepass"))
    except (InvalidTag, ValueError) as error:
        raise DoesNotOpen from error
