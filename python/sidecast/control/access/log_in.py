"""The ways in. Each ends with a new session, whose token the browser did not know before."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..api.problems import Refusal
from .audit import note_of
from .invitations import Invitations
from .lockout import Lockout, network_of
from .members import MAX_MEMBERS, check_free, free_name
from .names import clean, folded
from .passphrase import Passphrases, check_new
from .permission import GRANTS, Caller, Role
from .refused import UNKNOWN, RefusedLogIns
from .register import Register
from .rows import Invitation, Member
from .sessions import Where, begin
from .store import Change
from .tokens import new_id

LOCAL_NAME = "Owner"
"""Of the first owner, until a name is chosen."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom somebody else's log-in vouches for."""

    kind: str
    """`oidc` or `twitch`."""
    issuer: str
    """Of OpenID Connect; empty for Twitch."""
    subject: str
    """Its stable id of the person."""
    name: str
    """What it calls them: only a proposal."""


class LogIn:
    """Every method returns the new session's token."""

    def __init__(
        self, register: Register, passphrases: Passphrases, invitations: Invitations, lockout: Lockout, refused: RefusedLogIns
    ) -> None:
        self._register = register
        self._passphrases = passphrases
        self._invitations = invitations
        self._lockout = lockout
        self._refused = refused

    async def by_link(self, where: Where) -> str:
        """By the link in the terminal: the local owner, who is made when there is none. Its key was checked (`Entrance`)."""

        def plan() -> tuple[Change, str]:
            local = next((each for each in self._register.members.values() if each.local), None)
            member = local or self._new(free_name(self._register, LOCAL_NAME), Role.OWNER, local=True, named=False)
            return self._enter(member, "link", where, () if local else (member,))

        return await self._register.change(plan)

    async def by_passphrase(self, name: str, passphrase: str, where: Where) -> str:
        """
        Raises:
            Refusal: 401 with the same words whatever was wrong; 429 after too many wrong tries; 503 when many log in.
        """
        by_name, by_address = f"name:{folded(name)}", f"address:{network_of(where.address)}"
        member = self._by_name(name)
        shown = member.name if member else UNKNOWN
        try:
            self._lockout.count(by_name, by_address)
        except Refusal:
            self._refused.note("passphrase", shown, where.address)
            raise
        if not await self._passphrases.verify(member.passphrase if member else "", passphrase) or member is None:
            self._refused.note("passphrase", shown, where.address)
            raise Refusal(401, "Name or passphrase is wrong.", "Try again, or come in by the link in the terminal.")
        self._lockout.forgive(by_name, by_address)
        hashed = await self._passphrases.hash(passphrase) if self._passphrases.is_old(member.passphrase) else ""

        def plan() -> tuple[Change, str]:
            now = self._register.members.get(member.id)
            if now is None or now.passphrase != member.passphrase:
                raise Refusal(401, "Name or passphrase is wrong.", "It was changed just now.")
            return self._enter(now, "passphrase", where, (replace(now, passphrase=hashed),) if hashed else ())

        return await self._register.change(plan)

    def no_link(self, where: Where) -> None:
        """Somebody came with a key of the terminal's link that is used up, too old, or invented."""
        self._refused.note("link", "", where.address)

    def invited(self, key: str, where: Where) -> Invitation:
        """
        Raises:
            Refusal: the invitation is over, or never was one (404).
        """
        try:
            return self._invitations.find(key)
        except Refusal:
            self._refused.note("invitation", "", where.address)
            raise

    async def by_invitation(self, key: str, name: str, passphrase: str, where: Where) -> str:
        """A new member with a passphrase. `name` must be clean (`names.Name`).

        Raises:
            Refusal: the invitation is over (404), the name taken (409), the passphrase weak (400).
        """
        self.invited(key, where)
        hashed = await self._passphrases.hash(check_new(passphrase, name))

        def plan() -> tuple[Change, str]:
            invitation = self._invitations.find(key)
            check_free(self._register, name)
            return self._join(replace(self._new(name, invitation.role), passphrase=hashed), invitation, where)

        return await self._register.change(plan)

    async def by_identity(self, identity: Identity, invitation_key: str, where: Where) -> str:
        """
        Raises:
            Refusal: a stranger without an invitation (403), or with one that is over (404).
        """

        def plan() -> tuple[Change, str]:
            member = self._known(identity)
            if member is not None:
                return self._enter(member, identity.kind, where)
            if not invitation_key:
                self._refused.note(identity.kind, "", where.address)
                raise Refusal(403, "You are not a member of this control room.", "Ask an owner for an invitation.")
            invitation = self.invited(invitation_key, where)
            name = free_name(self._register, _proposed(identity))
            return self._join(_linked(self._new(name, invitation.role), identity), invitation, where)

        return await self._register.change(plan)

    async def link(self, caller: Caller, member_id: str, identity: Identity) -> None:
        """The member can log in by it from now on.

        Raises:
            Refusal: it is somebody else's (409), or the member is gone (401).
        """

        def plan() -> tuple[Change, None]:
            member, known = self._register.members.get(member_id), self._known(identity)
            if member is None:
                raise Refusal(401, "You are no longer a member here.")
            if known is not None and known.id != member_id:
                raise Refusal(409, "Another member logs in by that account.", "Let them unlink it first.")
            note = note_of(self._register.clock.wall_ms(), caller, "people.linked", identity.kind)
            return Change(put=(_linked(member, identity),), note=note), None

        await self._register.change(plan)

    def _join(self, member: Member, invitation: Invitation, where: Where) -> tuple[Change, str]:
        if len(self._register.members) >= MAX_MEMBERS:
            raise Refusal(409, f"There are {MAX_MEMBERS} members.", "Ask an owner to remove one.")
        change, token = self._enter(member, "invitation", where, (member,))
        note = note_of(self._register.clock.wall_ms(), _as_caller(member), "people.joined", member.name, {"role": member.role})
        return replace(change, drop=(*change.drop, invitation), note=note), token

    def _enter(self, member: Member, how: str, where: Where, first: tuple[Member, ...] = ()) -> tuple[Change, str]:
        token, session, over = begin(self._register, member, how, where)
        note = note_of(session.created_ms, _as_caller(member), "people.log_in", member.name, {"how": how, "from": where.address})
        return Change(put=(*first, session), drop=over, note=note), token

    def _new(self, name: str, role: Role, *, local: bool = False, named: bool = True) -> Member:
        now = self._register.clock.wall_ms()
        return Member(id=new_id(), name=name, role=role, created_ms=now, local=local, named=named)

    def _by_name(self, name: str) -> Member | None:
        return next((each for each in self._register.members.values() if folded(each.name) == folded(name)), None)

    def _known(self, identity: Identity) -> Member | None:
        everybody = self._register.members.values()
        if identity.kind == "twitch":
            return next((each for each in everybody if each.twitch_id == identity.subject), None)
        return next((each for each in everybody if (each.issuer, each.subject) == (identity.issuer, identity.subject)), None)


def _linked(member: Member, identity: Identity) -> Member:
    if identity.kind == "twitch":
        return replace(member, twitch_id=identity.subject, twitch_login=_proposed(identity))
    return replace(member, issuer=identity.issuer, subject=identity.subject)


def _proposed(identity: Identity) -> str:
    """What the other side calls them, as far as it can be a name here."""
    seen = "".join(letter for letter in identity.name if letter.isprintable())[:36]
    try:
        return clean(seen)
    except ValueError:
        return "Guest"


def _as_caller(member: Member) -> Caller:
    return Caller(id=f"member:{member.id}", name=member.name, permissions=GRANTS[member.role], role=member.role)
