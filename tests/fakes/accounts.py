"""Accounts for tests: in memory or in a file, with passphrases that cost little, and callers of every kind."""

from __future__ import annotations

from pathlib import Path

from fakes.inline_runner import InlineRunner
from sidecast.clock import Clock
from sidecast.control.access.accounts import Accounts
from sidecast.control.access.passphrase import Passphrases
from sidecast.control.access.permission import GRANTS, Caller, Permission, Role
from sidecast.control.access.sessions import Where
from sidecast.control.access.tokens import digest

GOOD = "correct horse battery staple"


class CheapAccounts(Accounts):
    """Everything happens in the loop itself, at once."""

    def __init__(self, clock: Clock, path: Path | None = None) -> None:
        passphrases = Passphrases(time_cost=1, memory_kib=8, runner=InlineRunner())
        super().__init__(path, clock, passphrases=passphrases, runner=InlineRunner())

    async def owner(self) -> tuple[Caller, str]:
        """The local owner and a session's token."""
        return self.caller(token := await self.log_in.by_link(Where("127.0.0.1"))), token

    async def member(self, name: str, role: Role) -> tuple[Caller, str]:
        """Somebody invited by the local owner."""
        owner, _ = await self.owner()
        key, _ = await self.invitations.make(owner, role, 1)
        return self.caller(token := await self.log_in.by_invitation(key, name, GOOD, Where("192.0.2.7"))), token

    async def key(self, *permissions: Permission) -> str:
        """Of a script, made by the local owner."""
        owner, _ = await self.owner()
        text, _ = await self.keys.make(owner, self.members.of(owner), "a script", frozenset(permissions), None)
        return text

    def caller(self, token: str) -> Caller:
        member = self.register.members[self.register.sessions[digest(token)].member_id]
        permissions = GRANTS[member.role]
        return Caller(id=f"member:{member.id}", name=member.name, permissions=permissions, role=member.role, by_cookie=True)
