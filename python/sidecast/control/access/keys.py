"""API keys: for scripts, each with a few permissions of its own, never more than its maker has now."""

from __future__ import annotations

from dataclasses import replace

from ..api.problems import Refusal
from .audit import note_of
from .members import check_giving
from .permission import GRANTS, Caller, Permission
from .register import Register
from .rows import Key, Member
from .sessions import SEEN_EVERY_MS
from .store import Change
from .tokens import digest, new_id, new_key, prefix_of

MAX_KEYS = 50
_DAY_MS = 86_400_000


class Keys:
    def __init__(self, register: Register) -> None:
        self._register = register

    def find(self, text: str) -> Key | None:
        """The key, if it is valid; notes that it was used."""
        key = self._register.keys.get(digest(text))
        now = self._register.clock.wall_ms()
        if key is None or 0 < key.expires_ms <= now:
            return None
        if now - key.used_ms >= SEEN_EVERY_MS:
            known = key.digest
            self._register.keys[known] = replace(key, used_ms=now)
            self._register.change_soon(lambda: Change(put=tuple(each for each in [self._register.keys.get(known)] if each)))
        return key

    def permissions(self, key: Key) -> frozenset[Permission]:
        """What it may do now: its maker may have lost some since."""
        maker = self._register.members.get(key.member_id)
        return key.permissions & GRANTS[maker.role] if maker else frozenset()

    async def make(
        self, caller: Caller, maker: Member, name: str, permissions: frozenset[Permission], days: int | None
    ) -> tuple[str, Key]:
        """The key, which nobody can read again, and what is kept.

        Raises:
            Refusal: more permissions than the caller has (403), or too many keys (409).
        """

        def plan() -> tuple[Change, tuple[str, Key]]:
            check_giving(caller, permissions)
            now = self._register.clock.wall_ms()
            over = tuple(each for each in self._register.keys.values() if 0 < each.expires_ms <= now)
            if len(self._register.keys) - len(over) >= MAX_KEYS:
                raise Refusal(409, f"There are {MAX_KEYS} keys.", "Take one back first.")
            text = new_key()
            key = Key(
                id=new_id(),
                digest=digest(text),
                prefix=prefix_of(text),
                name=name,
                member_id=maker.id,
                permissions=permissions,
                created_ms=now,
                expires_ms=now + days * _DAY_MS if days else 0,
            )
            note = note_of(now, caller, "people.key_made", name, {"permissions": sorted(permissions), "days": days})
            return Change(put=(key,), drop=over, note=note), (text, key)

        return await self._register.change(plan)

    async def take_back(self, caller: Caller, key_id: str) -> None:
        """It is out at once.

        Raises:
            Refusal: there is none (404).
        """

        def plan() -> tuple[Change, None]:
            found = [each for each in self._register.keys.values() if each.id == key_id]
            if not found:
                raise Refusal(404, "There is no such key.", "The list of keys may have changed: load it again.")
            return Change(
                drop=tuple(found), note=note_of(self._register.clock.wall_ms(), caller, "people.key_taken_back", found[0].name)
            ), None

        await self._register.change(plan)
