"""`/api/v1/keep`: backups and their return, the key of the vault, recovery words."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import FileResponse
from pydantic import SecretStr

from ...clock import Clock
from ..access.audit import Audit
from ..access.lockout import Lockout
from ..access.permission import Caller, Permission
from .declared import allows, needs
from .keep_models import (
    BackupShown,
    Keeping,
    KeepShown,
    KeyShown,
    MakeBackup,
    MoveKey,
    NewWords,
    RestoreFrom,
    RestorePrepared,
    Rotated,
    RotateKey,
    Words,
    WrittenDown,
)
from .problems import Refusal

Keeper = Annotated[Caller, needs(Permission.KEEP)]
Name = Annotated[str, Path(min_length=1, max_length=100, description="A backup's file name, as it is listed.")]
MAX_UPLOAD = 8 * 2**30
Check = Callable[[SecretStr | None], Awaitable[None]]
"""Of the vault's passphrase, which nobody guesses without end."""
WORDS_FOR_NS = 15 * 60 * 10**9
"""New words that nobody confirmed for so long are forgotten."""


def keep_api(keeping: Keeping, audit: Audit, clock: Clock) -> APIRouter:
    router = APIRouter(prefix="/api/v1/keep", tags=["keep"])
    tries = Lockout(clock)
    _add_backups(router, keeping, audit)
    _add_restore(router, keeping, audit, tries)

    async def check(typed: SecretStr | None) -> None:
        # whoever asks: an owner makes as many keys as they like
        tries.count("vault")
        await keeping.check(_plain(typed))
        tries.forgive("vault")

    _add_key(router, keeping, audit, check)
    _add_words(router, keeping, audit, clock, check)
    return router


def _add_backups(router: APIRouter, keeping: Keeping, audit: Audit) -> None:
    @router.get("", summary="Backups and the vault's key")
    async def shown(caller: Keeper) -> KeepShown:
        return await keeping.shown()

    @router.post("/backups", status_code=201, summary="Make a backup now")
    async def make(body: MakeBackup, caller: Keeper) -> BackupShown:
        """Everything, in one encrypted file, while the show runs. Answers when it is whole and was read back."""
        made = await keeping.make(_plain(body.passphrase))
        audit.note(caller, "keep.backup", made.name)
        return made

    @router.get("/backups/{name}", response_class=FileResponse, summary="Download a backup")
    async def download(name: Name, caller: Keeper) -> FileResponse:
        """It is encrypted; without recovery words or its passphrase it is of no use to anybody."""
        path = keeping.file(name)
        audit.note(caller, "keep.download", name)
        return FileResponse(path, media_type="application/octet-stream", filename=name)

    @router.put(
        "/backups/{name}",
        status_code=201,
        summary="Upload a backup",
        openapi_extra={
            **allows(body_bytes=MAX_UPLOAD),
            "requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string"}}}},
        },
    )
    async def upload(name: Name, request: Request, caller: Keeper) -> BackupShown:
        """From another machine, to restore it here. It is not opened yet."""
        taken = await keeping.take_in(name, request.stream())
        audit.note(caller, "keep.upload", name)
        return taken

    @router.delete("/backups/{name}", status_code=204, summary="Delete a backup")
    async def delete(name: Name, caller: Keeper) -> Response:
        await keeping.delete(name)
        audit.note(caller, "keep.delete", name)
        return Response(status_code=204)


def _add_restore(router: APIRouter, keeping: Keeping, audit: Audit, tries: Lockout) -> None:
    @router.post("/restore", summary="Prepare a restore")
    async def prepare(body: RestoreFrom, caller: Keeper) -> RestorePrepared:
        """The backup is opened, checked to its last byte and laid ready. It is put in place when Sidecast starts the next time;
        what it replaces stays beside it."""
        tries.count("restore")
        prepared = await keeping.prepare(body.name, _plain(body.words), _plain(body.passphrase))
        tries.forgive("restore")
        audit.note(caller, "keep.restore", body.name)
        return prepared

    @router.delete("/restore", status_code=204, summary="Call off a restore")
    async def call_off(caller: Keeper) -> Response:
        if not await keeping.call_off():
            raise Refusal(404, "No restore waits for the next start.", "Nothing has to be done.")
        audit.note(caller, "keep.restore_called_off")
        return Response(status_code=204)


def _add_key(router: APIRouter, keeping: Keeping, audit: Audit, check: Check) -> None:
    @router.post("/key/move", summary="Hold the vault's key another way")
    async def move(body: MoveKey, caller: Keeper) -> KeyShown:
        """In the keyring of the desktop, under a passphrase that every start asks for, or in a key file. Nothing is lost."""
        await check(body.current)
        await keeping.move(body.way, _plain(body.passphrase))
        audit.note(caller, "keep.key_moved", body.way)
        return (await keeping.shown()).key

    @router.post("/key/rotate", summary="Make a new key for the vault")
    async def rotate(body: RotateKey, caller: Keeper) -> Rotated:
        """Secrets and viewers' keys are wrapped anew in one step. Older backups then open with the words or a passphrase only."""
        await check(body.current)
        rows = await keeping.rotate(_plain(body.current))
        audit.note(caller, "keep.key_rotated", detail={"rows": rows})
        return Rotated(rows=rows, key=(await keeping.shown()).key)


def _add_words(router: APIRouter, keeping: Keeping, audit: Audit, clock: Clock, check: Check) -> None:
    waiting: dict[str, tuple[str, int, Words]] = {}
    """By caller: id, when, words. One each, in memory only."""

    def person(caller: Caller) -> None:
        if not caller.by_cookie:
            raise Refusal(403, "Recovery words are shown to a person only.", "Make them on the page, or: ./sidecast vault words")

    @router.post("/words", summary="Make recovery words")
    async def new_words(body: RotateKey, caller: Keeper) -> NewWords:
        """24 words for paper. Nothing is kept until three of them were typed at `/keep/words/written`."""
        person(caller)
        await check(body.current)
        now = clock.now_ns()
        for who in [who for who, (_, at, _words) in waiting.items() if now - at > WORDS_FOR_NS]:
            del waiting[who]
        made, words_id = keeping.new_words(), secrets.token_urlsafe(12)
        waiting[caller.id] = words_id, now, made
        return NewWords(id=words_id, words=list(made.words), ask=list(made.ask))

    @router.post("/words/written", summary="Confirm recovery words")
    async def written(body: WrittenDown, caller: Keeper) -> KeyShown:
        """From then on these words open the vault and every later backup, and earlier words do not."""
        person(caller)
        words_id, at, made = waiting.get(caller.id, ("", 0, None))
        if made is None or words_id != body.id or clock.now_ns() - at > WORDS_FOR_NS:
            raise Refusal(404, "These words are not waiting any more.", "Make new ones.")
        if not keeping.fit(made, body.answers):
            raise Refusal(409, "These are not the words that were asked for.", "Look at your paper again.")
        await keeping.keep_words(made)
        del waiting[caller.id]
        audit.note(caller, "keep.words")
        return (await keeping.shown()).key


def _plain(typed: SecretStr | None) -> str:
    return typed.get_secret_value() if typed else ""
