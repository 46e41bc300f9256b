"""Passphrases: argon2id, off the loop, never more than a few at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type

from ..api.problems import Refusal
from .runner import Runner

T = TypeVar("T")

SHORTEST, LONGEST = 12, 256
AT_ONCE = 2
"""Hashes under way: each takes 64 MiB and about a quarter of a second of a core that the voice needs too."""
WAITING = 8
_REMEDY = f"Take at least {SHORTEST} characters: four or five words that do not belong together are good."


def check_new(passphrase: str, name: str) -> str:
    """It, if it is good enough.

    Raises:
        Refusal: it is not; says why, without repeating it.
    """
    if len(passphrase) < SHORTEST:
        raise Refusal(400, "This passphrase is too short.", _REMEDY)
    if len(set(passphrase)) < 6:
        raise Refusal(400, "This passphrase holds too few different characters.", _REMEDY)
    if name and passphrase.casefold().replace(name.casefold(), "").strip() == "":
        raise Refusal(400, "This passphrase is your name.", _REMEDY)
    return passphrase


class _Threads:
    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passphrase")

    async def call(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def stop(self) -> None:
        self._pool.shutdown(wait=False)


class Passphrases:
    """Hashes and checks. As long for a name that is not known as for one that is."""

    def __init__(self, *, time_cost: int = 3, memory_kib: int = 65536, runner: Runner | None = None) -> None:
        """The figures are those of facts/web-and-ops.md (240 ms); tests take small ones."""
        self._hasher = PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1, type=Type.ID)
        self._runner = runner or _Threads()
        self._under_way = 0
        self._nobody = ""

    async def hash(self, passphrase: str) -> str:
        """In PHC form, with its own salt.

        Raises:
            Refusal: too many are under way (503).
        """
        return await self._run(lambda: self._hasher.hash(_bytes(passphrase)))

    async def verify(self, kept: str, passphrase: str) -> bool:
        """False for an empty `kept`, after as much work as for any other.

        Raises:
            Refusal: too many are under way (503).
        """
        return await self._run(lambda: self._verify(kept, passphrase))

    def is_old(self, kept: str) -> bool:
        """True when it was hashed with other figures than today's."""
        return self._hasher.check_needs_rehash(kept)

    def close(self) -> None:
        self._runner.stop()

    def _verify(self, kept: str, passphrase: str) -> bool:
        if not self._nobody:
            self._nobody = self._hasher.hash(b"nobody")
        try:
            good = self._hasher.verify(kept or self._nobody, _bytes(passphrase))
        except (VerificationError, InvalidHashError):
            return False
        return good and bool(kept)

    async def _run(self, work: Callable[[], T]) -> T:
        if self._under_way >= AT_ONCE + WAITING:
            raise Refusal(503, "Too many people are logging in at once.", "Try again in a few seconds.", wait_s=5)
        self._under_way += 1
        try:
            return await self._runner.call(work)
        finally:
            self._under_way -= 1


def _bytes(passphrase: str) -> bytes:
    return passphrase[:LONGEST].encode("utf-8", "surrogatepass")
