"""AES-256-GCM with a random nonce. What a ciphertext belongs to is bound to it, so that it opens nowhere else."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

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


def derive(key: bytes, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose (HKDF-SHA256, RFC 5869), which says nothing of `key` or of those for other purposes."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"sidecast {purpose}".encode()).derive(key)


def public_of(private: bytes) -> bytes:
    """The X25519 public key (RFC 7748), to which anybody can seal and only `private` can open."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def seal_to(public: bytes, plain: bytes, place: str) -> bytes:
    """Sender's one-time public key + `seal` under the secret that both ends share."""
    once = X25519PrivateKey.generate()
    sender = once.public_key().public_bytes_raw()
    shared = once.exchange(X25519PublicKey.from_public_bytes(public))
    return sender + seal(derive(shared + sender + public, "sealed box"), plain, place)


def unseal_with(private: bytes, box: bytes, place: str) -> bytes:
    """Opens what `seal_to` sealed to the public key of `private`.

    Raises:
        DoesNotOpen: it was not, or for another place.
    """
    sender, sealed = box[:KEY_BYTES], box[KEY_BYTES:]
    try:
        shared = X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(sender))
    except ValueError as error:
        raise DoesNotOpen from error
    return unseal(derive(shared + sender + public_of(private), "sealed box"), sealed, place)
