"""Members: who they are, how their role changes, how they go. There is always an owner."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..api.problems import Refusal
from .audit import note_of
from .lockout import Lockout
from .names import folded
from .passphrase import Passphrases, check_new
from .permission import GRANTS, Caller, Permission, Role
from .refused import RefusedLogIns
from .register import Register
from .rows import Member, Note, Session
from .store import Change

MAX_MEMBERS = 100


class Members:
    """What may be done to members. Everything is in the audit."""

    def __init__(self, register: Register, passphrases: Passphrases, lockout: Lockout, refused: RefusedLogIns) -> None:
        self._register = register
        self._passphrases = passphrases
        self._lockout = lockout
        self._refused = refused

    def of(self, caller: Caller) -> Member:
        """The member who asks, or whose key asks.

        Raises:
            Refusal: gone in the meantime.
        """
        kind, _, number = caller.id.partition(":")
        if kind == "key":
            number = next((key.member_id for key in self._register.keys.values() if key.id == number), "")
        member = self._register.members.get(number)
        if member is None:
            raise Refusal(401, "You are no longer a member here.")
        return member

    async def rename(self, caller: Caller, name: str) -> Member:
        """The caller chooses a name. It must be clean (`names.Name`)."""

        def plan() -> tuple[Change, Member]:
            old = self.of(caller)
            check_free(self._register, name, but=old.id)
            new = replace(old, name=name, named=True)
            return Change(put=(new,), note=self._note(caller, "people.renamed", name, {"from": old.name})), new

        return await self._register.change(plan)

    async def set_passphrase(self, caller: Caller, session: Session, current: str, passphrase: str) -> Member:
        """Every other session of the member ends: whoever knew the old one is out.

        Raises:
            Refusal: it is too weak, or `current` is not the one until now (429 after too many wrong tries). From the
                terminal's link none is asked for.
        """
        member = self.of(caller)
        if member.passphrase and session.how != "link":
            await self._check(member, session, current)
        hashed = await self._passphrases.hash(check_new(passphrase, member.name)) if passphrase else ""

        def plan() -> tuple[Change, Member]:
            old = self.of(caller)
            new = replace(old, passphrase=hashed)
            others = (each for each in self._register.sessions.values() if each.member_id == old.id and each.id != session.id)
            note = self._note(caller, "people.passphrase", old.name, {"set": bool(hashed)})
            return Change(put=(new,), drop=tuple(others), note=note), new

        return await self._register.change(plan)

    async def _check(self, member: Member, session: Session, current: str) -> None:
        """Who took over somebody's open page must not guess there as often as they like."""
        # not the name of the log-in: the member would be locked out as well
        tried = f"current:{member.id}"
        self._lockout.count(tried)
        if not await self._passphrases.verify(member.passphrase, current):
            self._refused.note("new passphrase", member.name, session.address)
            raise Refusal(403, "This is not your passphrase until now.", "Type it again, or come in by the link in the terminal.")
        self._lockout.forgive(tried)

    async def unlink(self, caller: Caller, kind: str) -> Member:
        """`kind` is `oidc` or `twitch`: the member can no longer log in by it."""

        def plan() -> tuple[Change, Member]:
            old = self.of(caller)
            new = replace(old, issuer="", subject="") if kind == "oidc" else replace(old, twitch_id="", twitch_login="")
            return Change(put=(new,), note=self._note(caller, "people.unlinked", kind)), new

        return await self._register.change(plan)

    async def set_role(self, caller: Caller, member_id: str, role: Role) -> Member:
        """
        Raises:
            Refusal: no such member (404), the last owner (409), or more than the caller may give (403).
        """

        def plan() -> tuple[Change, Member]:
            old = self._get(member_id)
            check_giving(caller, GRANTS[role])
            check_giving(caller, GRANTS[old.role])
            if role is not Role.OWNER:
                self._check_not_last(old)
            new = replace(old, role=role, local=old.local and role is Role.OWNER)
            return Change(put=(new,), note=self._note(caller, "people.role", old.name, {"from": old.role, "to": role})), new

        return await self._register.change(plan)

    async def remove(self, caller: Caller, member_id: str) -> None:
        """With all sessions and keys. Raises as `set_role` does."""

        def plan() -> tuple[Change, None]:
            old = self._get(member_id)
            check_giving(caller, GRANTS[old.role])
            self._check_not_last(old)
            return Change(drop=(old,), note=self._note(caller, "people.removed", old.name, {"role": old.role})), None

        await self._register.change(plan)

    def _get(self, member_id: str) -> Member:
        member = self._register.members.get(member_id)
        if member is None:
            raise Refusal(404, "There is no such member.", "The list of members may have changed: load it again.")
        return member

    def _check_not_last(self, member: Member) -> None:
        if self._register.owners == [member]:
            raise Refusal(409, f"{member.name} is the only owner.", "Make somebody else an owner first.")

    def _note(self, caller: Caller, action: str, about: str, detail: dict[str, object] | None = None) -> Note:
        return note_of(self._register.clock.wall_ms(), caller, action, about, detail)


def check_giving(caller: Caller, permissions: Iterable[Permission]) -> None:
    """
    Raises:
        Refusal: nobody can give, or take from somebody, what they do not have themselves.
    """
    missing = sorted(set(permissions) - caller.permissions)
    if missing:
        raise Refusal(403, f"That takes permissions that you do not have yourself: {', '.join(missing)}.")


def check_free(register: Register, name: str, but: str = "") -> None:
    """
    Raises:
        Refusal: another member (not the one with the id `but`) has a name that looks like this.
    """
    if any(folded(each.name) == folded(name) and each.id != but for each in register.members.values()):
        raise Refusal(409, "Somebody here already has this name.", "Choose another one.")


def free_name(register: Register, wanted: str) -> str:
    """`wanted`, or with the first number behind it that makes it nobody else's."""
    taken = {folded(each.name) for each in register.members.values()}
    names = (wanted if number == 1 else f"{wanted[:36]} {number}" for number in range(1, MAX_MEMBERS + 2))
    return next(name for name in names if folded(name) not in taken)
