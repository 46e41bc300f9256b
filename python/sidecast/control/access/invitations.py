"""Invitations: a link that makes one person a member, once, for a while."""

from __future__ import annotations

from ..api.problems import Refusal
from .audit import note_of
from .members import MAX_MEMBERS, check_giving
from .permission import GRANTS, Caller, Role
from .register import Register
from .rows import Invitation
from .store import Change
from .tokens import digest, new_id, new_token

MAX_INVITATIONS = 50
_HOUR_MS = 3_600_000


class Invitations:
    def __init__(self, register: Register) -> None:
        self._register = register

    def open(self) -> list[Invitation]:
        """Those that can still be used, the oldest first."""
        now = self._register.clock.wall_ms()
        return [each for each in self._register.invitations.values() if each.expires_ms > now and self._stands(each)]

    def find(self, key: str) -> Invitation:
        """
        Raises:
            Refusal: it was used, taken back, is too old, or never was one (404, always with the same words).
        """
        invitation = self._register.invitations.get(digest(key))
        over = invitation is not None and invitation.expires_ms <= self._register.clock.wall_ms()
        if invitation is None or over or not self._stands(invitation):
            raise Refusal(404, "This invitation cannot be used any more.", "Ask for a new one.")
        return invitation

    def _stands(self, invitation: Invitation) -> bool:
        """False when who invited could not give that role any more."""
        kind, _, number = invitation.by_id.partition(":")
        if kind == "key":
            number = next((key.member_id for key in self._register.keys.values() if key.id == number), "")
        by = self._register.members.get(number)
        return by is not None and GRANTS[invitation.role] <= GRANTS[by.role]

    async def make(self, caller: Caller, role: Role, hours: int) -> tuple[str, Invitation]:
        """Its key, which nobody can read again, and what is kept.

        Raises:
            Refusal: the role is more than the caller has (403), or too many are open (409).
        """

        def plan() -> tuple[Change, tuple[str, Invitation]]:
            check_giving(caller, GRANTS[role])
            now, still_open = self._register.clock.wall_ms(), self.open()
            if len(still_open) >= MAX_INVITATIONS:
                raise Refusal(409, f"{MAX_INVITATIONS} invitations are open.", "Take one back first.")
            if len(self._register.members) >= MAX_MEMBERS:
                raise Refusal(409, f"There are {MAX_MEMBERS} members.", "Remove one first.")
            key = new_token()
            invitation = Invitation(
                id=new_id(),
                digest=digest(key),
                role=role,
                by_id=caller.id,
                by=caller.name,
                created_ms=now,
                expires_ms=now + hours * _HOUR_MS,
            )
            over = tuple(each for each in self._register.invitations.values() if each not in still_open)
            note = note_of(now, caller, "people.invited", role, {"hours": hours})
            return Change(put=(invitation,), drop=over, note=note), (key, invitation)

        return await self._register.change(plan)

    async def take_back(self, caller: Caller, invitation_id: str) -> None:
        """
        Raises:
            Refusal: there is none (404).
        """

        def plan() -> tuple[Change, None]:
            found = [each for each in self.open() if each.id == invitation_id]
            if not found:
                raise Refusal(404, "There is no such invitation.", "It may have been used: look at the members.")
            note = note_of(self._register.clock.wall_ms(), caller, "people.uninvited", found[0].role)
            return Change(drop=tuple(found), note=note), None

        await self._register.change(plan)
