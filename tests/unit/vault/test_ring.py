"""The real `keyring` package with backends of known behaviour: only a real one counts, and none may block for long."""

from __future__ import annotations

import threading
from typing import Any

import keyring.backend
import keyring.backends.fail
import keyring.backends.null
import pytest
from keyring.errors import KeyringLocked, PasswordSetError

from sidecast.errors import VaultError
from sidecast.vault.ring import SystemRing

pytestmark = pytest.mark.unit


class Desktop(keyring.backend.KeyringBackend):
    """Passes for a real one by the module that it is said to be of."""

    __module__ = "keyring.backends.SecretService"
    priority = 5.0

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.trouble: Exception | None = None
        self.answers = threading.Event()
        self.answers.set()

    def get_password(self, service: str, username: str) -> str | None:
        self.answers.wait()
        if self.trouble:
            raise self.trouble
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.trouble:
            raise self.trouble
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


def test_it_keeps_and_forgets() -> None:
    backend = Desktop()
    ring = SystemRing(backend)
    ring.set("id/1", "abc")
    assert ring.get("id/1") == "abc"
    assert list(backend.kept) == [("Sidecast vault", "id/1")]
    ring.delete("id/1")
    ring.delete("id/1")
    assert ring.get("id/1") is None


@pytest.mark.parametrize("kind", [keyring.backends.fail.Keyring, keyring.backends.null.Keyring, object])
def test_one_that_protects_nothing_does_not_count(kind: Any) -> None:
    ring = SystemRing(kind())
    assert ring.name == ""
    with pytest.raises(VaultError, match=r"no keyring here.*passphrase"):
        ring.get("id/1")


def test_a_locked_one_says_what_to_do() -> None:
    backend = Desktop()
    backend.trouble = KeyringLocked("dismissed")
    with pytest.raises(VaultError, match=r"is locked.*recovery words"):
        SystemRing(backend).get("id/1")


def test_its_errors_never_quote_what_it_was_given() -> None:
    backend = Desktop()
    backend.trouble = PasswordSetError("could not store deadbeef")
    with pytest.raises(VaultError, match="PasswordSetError") as refused:
        SystemRing(backend).set("id/1", "deadbeef")
    assert "deadbeef" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_one_that_does_not_answer_is_given_up() -> None:
    backend = Desktop()
    ring = SystemRing(backend, answer_within_s=0.01)
    assert ring.name
    backend.answers.clear()
    with pytest.raises(VaultError, match="did not answer"):
        ring.get("id/1")
    backend.answers.set()
