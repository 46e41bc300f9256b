"""`/api/v1/people`: who may come in, and who did what."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from ..access.accounts import Accounts
from ..access.audit import note_of
from ..access.desk import Desk
from ..access.permission import Caller, Permission
from ..access.rows import Invitation, Key, Member, Session
from ..access.sessions import is_over
from ..access.store import Change
from . import people_models as told
from .declared import needs
from .problems import Refusal

Watcher = Annotated[Caller, needs(Permission.WATCH)]
Keeper = Annotated[Caller, needs(Permission.MEMBERS)]
Id = Annotated[told.Id, Path()]
PAGE = 100
"""Audit lines at most in one answer."""


def people_api(accounts: Accounts, desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/api/v1/people", tags=["people"])
    _add_me(router, accounts, desk)
    _add_members(router, accounts)
    _add_invitations(router, accounts)
    _add_sessions(router, accounts, desk)
    _add_keys(router, accounts)
    _add_audit(router, accounts)
    return router


def _add_me(router: APIRouter, accounts: Accounts, desk: Desk) -> None:
    def person(request: Request, caller: Caller) -> tuple[Member, Session]:
        session = desk.session(request)
        if not caller.by_cookie or session is None:
            raise Refusal(403, "Only a person who is logged in can do this.", "Do it on the page.")
        return accounts.members.of(caller), session

    @router.get("/me", summary="Who asks")
    async def me(request: Request, caller: Watcher) -> told.Me:
        """Of a key: what the key may do."""
        return me_of(caller, accounts.members.of(caller) if caller.by_cookie else None, desk.csrf(request))

    @router.put("/me/name", summary="Choose a name")
    async def rename(body: told.NewName, request: Request, caller: Watcher) -> told.Me:
        person(request, caller)
        return me_of(caller, await accounts.members.rename(caller, body.name), desk.csrf(request))

    @router.put("/me/passphrase", summary="Choose a passphrase")
    async def set_passphrase(body: told.NewPassphrase, request: Request, caller: Watcher) -> told.Me:
        """All other sessions of the person end."""
        _, session = person(request, caller)
        member = await accounts.members.set_passphrase(caller, session, body.current, body.passphrase)
        return me_of(caller, member, desk.csrf(request))

    @router.delete("/me/{kind}", summary="Unlink a log-in of somebody else's")
    async def unlink(kind: Annotated[told.Outside, Path()], request: Request, caller: Watcher) -> told.Me:
        person(request, caller)
        return me_of(caller, await accounts.members.unlink(caller, kind), desk.csrf(request))

    @router.get("/me/sessions", summary="Where I am logged in")
    async def my_sessions(request: Request, caller: Watcher) -> list[told.SessionSeen]:
        member, this = person(request, caller)
        return [each for each in _sessions(accounts, this) if each.member_id == member.id]

    @router.delete("/me/sessions/{session_id}", status_code=204, summary="Log out one of my sessions")
    async def end_mine(session_id: Id, request: Request, caller: Watcher) -> None:
        member, _ = person(request, caller)
        await _end(accounts, caller, session_id, member.id)

    @router.post("/log-out", status_code=204, summary="End this session")
    async def log_out(request: Request, response: Response, caller: Watcher) -> None:
        _, session = person(request, caller)
        await _end(accounts, caller, session.id, session.member_id)
        desk.let_out(request, response)


def _add_members(router: APIRouter, accounts: Accounts) -> None:
    @router.get("/members", summary="Everybody who may come in")
    async def members(caller: Keeper) -> list[told.MemberSeen]:
        return [_member(accounts, caller, each) for each in accounts.register.members.values()]

    @router.put("/members/{member_id}/role", summary="Change somebody's role")
    async def set_role(member_id: Id, body: told.NewRole, caller: Keeper) -> told.MemberSeen:
        """The last owner stays one. Pages that are open there load anew."""
        return _member(accounts, caller, await accounts.members.set_role(caller, member_id, body.role))

    @router.delete("/members/{member_id}", status_code=204, summary="Remove somebody")
    async def remove(member_id: Id, caller: Keeper) -> None:
        """With all sessions and keys, at once. The last owner stays."""
        await accounts.members.remove(caller, member_id)


def _add_invitations(router: APIRouter, accounts: Accounts) -> None:
    @router.get("/invitations", summary="Invitations that nobody has used yet")
    async def invitations(caller: Keeper) -> list[told.InvitationSeen]:
        return [_invitation(each) for each in accounts.invitations.open()]

    @router.post("/invitations", status_code=201, summary="Invite somebody")
    async def invite(body: told.Invite, caller: Keeper) -> told.InvitationMade:
        """The key in the answer works once. Nobody can give a role with more permissions than their own."""
        key, invitation = await accounts.invitations.make(caller, body.role, body.hours)
        return told.InvitationMade(**_invitation(invitation).model_dump(), key=key)

    @router.delete("/invitations/{invitation_id}", status_code=204, summary="Take an invitation back")
    async def uninvite(invitation_id: Id, caller: Keeper) -> None:
        await accounts.invitations.take_back(caller, invitation_id)


def _add_sessions(router: APIRouter, accounts: Accounts, desk: Desk) -> None:
    @router.get("/sessions", summary="Who is logged in where")
    async def sessions(request: Request, caller: Keeper) -> list[told.SessionSeen]:
        return _sessions(accounts, desk.session(request) if caller.by_cookie else None)

    @router.delete("/sessions/{session_id}", status_code=204, summary="Log a session out")
    async def end(session_id: Id, caller: Keeper) -> None:
        """At once, with every page that is open in it."""
        await _end(accounts, caller, session_id)


def _add_keys(router: APIRouter, accounts: Accounts) -> None:
    @router.get("/keys", summary="Keys of scripts")
    async def keys(caller: Keeper) -> list[told.KeySeen]:
        return [_key(accounts, each) for each in accounts.register.keys.values()]

    @router.post("/keys", status_code=201, summary="Make a key")
    async def make(body: told.NewKey, caller: Keeper) -> told.KeyMade:
        """It can never do more than whoever made it, now or later."""
        maker = accounts.members.of(caller)
        text, key = await accounts.keys.make(caller, maker, body.name, frozenset(body.permissions), body.days)
        return told.KeyMade(**_key(accounts, key).model_dump(), key=text)

    @router.delete("/keys/{key_id}", status_code=204, summary="Take a key back")
    async def take_back(key_id: Id, caller: Keeper) -> None:
        await accounts.keys.take_back(caller, key_id)


def _add_audit(router: APIRouter, accounts: Accounts) -> None:
    @router.get("/audit", summary="Who did what")
    async def audit(
        caller: Keeper,
        before: Annotated[int, Query(ge=1, le=2**53, description="Only lines older than the one with this id.")] = 2**53,
        limit: Annotated[int, Query(ge=1, le=PAGE)] = 50,
        who: Annotated[str, Query(max_length=60, description="Only what this id did (`member:…`, `key:…`).")] = "",
        action: Annotated[str, Query(max_length=60, description="Only this, or all that begins with it and a dot.")] = "",
    ) -> told.AuditPage:
        """Kept for a year, and no more than the last 20,000 of each area; of log-ins that were refused, 2,000."""
        await accounts.refused.write()
        notes = await accounts.register.notes(before, limit + 1, who, action)
        lines = [
            told.AuditLine(
                id=note.id,
                at_ms=note.at_ms,
                who=note.who,
                who_id=note.who_id,
                action=note.action,
                about=note.about,
                detail=dict(note.detail),
            )
            for note in notes[:limit]
        ]
        return told.AuditPage(lines=lines, before=lines[-1].id if len(notes) > limit else None)


async def _end(accounts: Accounts, caller: Caller, session_id: str, member_id: str = "") -> None:
    """
    Raises:
        Refusal: there is no such session, or none of that member.
    """

    def plan() -> tuple[Change, None]:
        everything = accounts.register.sessions.values()
        found = [each for each in everything if each.id == session_id and member_id in ("", each.member_id)]
        if not found:
            raise Refusal(404, "There is no such session.", "It may be over: load the list again.")
        name = accounts.register.members[found[0].member_id].name
        note = note_of(accounts.clock.wall_ms(), caller, "people.logged_out", name, {"browser": found[0].browser})
        return Change(drop=tuple(found), note=note), None

    await accounts.register.change(plan)


def me_of(caller: Caller, member: Member | None, csrf: str) -> told.Me:
    """`member`: None for a key."""
    return told.Me(
        id=caller.id,
        name=member.name if member else caller.name,
        role=caller.role,
        permissions=sorted(caller.permissions),
        csrf=csrf if member else "",
        named=member.named if member else True,
        passphrase=bool(member and member.passphrase),
        oidc=bool(member and member.subject),
        twitch=member.twitch_login if member else "",
    )


def _member(accounts: Accounts, caller: Caller, member: Member) -> told.MemberSeen:
    now = accounts.clock.wall_ms()
    sessions = [each for each in accounts.register.sessions.values() if each.member_id == member.id and not is_over(each, now)]
    return told.MemberSeen(
        id=member.id,
        name=member.name,
        role=member.role,
        created_ms=member.created_ms,
        you=caller.id == f"member:{member.id}",
        local=member.local,
        passphrase=bool(member.passphrase),
        oidc=bool(member.subject),
        twitch=member.twitch_login,
        sessions=len(sessions),
        seen_ms=max((each.seen_ms for each in sessions), default=0),
    )


def _invitation(each: Invitation) -> told.InvitationSeen:
    return told.InvitationSeen(id=each.id, role=each.role, by=each.by, created_ms=each.created_ms, expires_ms=each.expires_ms)


def _sessions(accounts: Accounts, this: Session | None) -> list[told.SessionSeen]:
    now = accounts.clock.wall_ms()
    return [
        told.SessionSeen(
            id=each.id,
            member_id=each.member_id,
            member=accounts.register.members[each.member_id].name,
            created_ms=each.created_ms,
            seen_ms=each.seen_ms,
            how=each.how,
            browser=each.browser,
            address=each.address,
            this=this is not None and each.id == this.id,
        )
        for each in sorted(accounts.register.sessions.values(), key=lambda each: -each.seen_ms)
        if not is_over(each, now)
    ]


def _key(accounts: Accounts, key: Key) -> told.KeySeen:
    maker = accounts.register.members.get(key.member_id)
    return told.KeySeen(
        id=key.id,
        prefix=key.prefix,
        name=key.name,
        member=maker.name if maker else "",
        permissions=sorted(accounts.keys.permissions(key)),
        created_ms=key.created_ms,
        expires_ms=key.expires_ms,
        used_ms=key.used_ms,
    )
