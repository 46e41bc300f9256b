"""The operating system's keyring: only a real one, and never for longer than somebody takes to unlock it."""

from __future__ import annotations

import logging
import os
import queue
import threading
from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeVar

from ..errors import VaultError

log = logging.getLogger(__name__)

SERVICE = "Sidecast vault"
REAL = (
    "keyring.backends.SecretService",
    "keyring.backends.kwallet",
    "keyring.backends.libsecret",
    "keyring.backends.macOS",
    "keyring.backends.Windows",
)
"""Modules of the backends that a system protects. Others keep plain files, or nothing."""
BACKEND = "PYTHON_KEYRING_BACKEND"
"""keyring's own variable; `keyring.backends.null.Keyring` means: none."""
ANSWER_WITHIN_S = 45.0
"""A desktop may ask for its password first."""
T = TypeVar("T")


class Ring(Protocol):
    """Keeps short texts under names. Every method raises VaultError when it cannot."""

    @property
    def name(self) -> str:
        """As people call it; empty when there is none."""
        ...

    def get(self, entry: str) -> str | None: ...

    def set(self, entry: str, value: str) -> None: ...

    def delete(self, entry: str) -> None:
        """One that is not there is no error."""
        ...


class NoRing:
    """Where there is none, or none is wanted."""

    name = ""

    def get(self, entry: str) -> str | None:
        raise _missing()

    def set(self, entry: str, value: str) -> None:
        raise _missing()

    def delete(self, entry: str) -> None:
        raise _missing()


class SystemRing:
    """`keyring`'s best real backend. Looked for when first needed; may block for `ANSWER_WITHIN_S`."""

    def __init__(self, backend: Any = None, answer_within_s: float = ANSWER_WITHIN_S) -> None:
        """`backend`: this one and no other, if it is a real one."""
        self._given = backend
        self._within_s = answer_within_s
        self._found: Any = None
        self._looked = False

    @property
    def name(self) -> str:
        backend = self._backend()
        return "" if backend is None else str(getattr(backend, "name", type(backend).__name__))

    def get(self, entry: str) -> str | None:
        value = self._ask(lambda backend: backend.get_password(SERVICE, entry))
        return None if value is None else str(value)

    def set(self, entry: str, value: str) -> None:
        self._ask(lambda backend: backend.set_password(SERVICE, entry, value))

    def delete(self, entry: str) -> None:
        if self.get(entry) is not None:
            self._ask(lambda backend: backend.delete_password(SERVICE, entry))

    def _ask(self, what: Callable[[Any], T]) -> T:
        backend = self._backend()
        if backend is None:
            raise _missing()
        return self._in_time(lambda: what(backend))

    def _backend(self) -> Any:
        if not self._looked:
            try:
                self._found = self._in_time(lambda: _best_real(self._given))
            except VaultError as error:
                log.info("no keyring: %s", error)
                self._found = None
            self._looked = True
        return self._found

    def _in_time(self, what: Callable[[], T]) -> T:
        """On a thread of its own: a keyring that waits for its user cannot be interrupted."""
        from keyring.errors import InitError, KeyringError, KeyringLocked, NoKeyringError

        done: queue.SimpleQueue[tuple[T | None, Exception | None]] = queue.SimpleQueue()

        def work() -> None:
            try:
                done.put((what(), None))
            except Exception as error:  # noqa: BLE001 - backends raise whatever their bus raises; it is told below
                done.put((None, error))

        threading.Thread(target=work, name="keyring", daemon=True).start()
        unlock = "Unlock it (on a desktop: log in there), or use your recovery words: ./sidecast vault unlock"
        try:
            value, error = done.get(timeout=self._within_s)
        except queue.Empty:
            raise VaultError(f"The keyring did not answer within {self._within_s:.0f} s.", unlock) from None
        if error is None:
            return value  # type: ignore[return-value]
        if isinstance(error, NoKeyringError):
            raise _missing() from error
        if isinstance(error, KeyringLocked | InitError):
            raise VaultError("The keyring is locked.", unlock) from error
        # its text may quote what it was given
        kind = type(error).__name__
        known = "" if isinstance(error, KeyringError) else " unexpectedly"
        raise VaultError(f"The keyring failed{known} ({kind}).", unlock) from None


def _best_real(given: Any) -> Any:
    import keyring.backend
    import keyring.core

    if given is None and os.environ.get(BACKEND):
        given = keyring.core.load_env()
    if given is not None:
        return given if _real(given) else None
    candidates: Iterable[Any] = keyring.backend.get_all_keyring()
    real = [backend for backend in candidates if _real(backend)]
    return max(real, key=lambda backend: backend.priority, default=None)


def _real(backend: Any) -> bool:
    return type(backend).__module__.startswith(REAL)


def _missing() -> VaultError:
    return VaultError("There is no keyring here.", "Start Sidecast from your desktop, or use a passphrase instead.")
