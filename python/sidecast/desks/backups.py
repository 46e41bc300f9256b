"""Keeping while a show runs: the daily backup, and what the page asks for. Everything slow happens in a thread."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..clock import Clock
from ..control.api.keep_models import BackupShown, KeepShown, KeyShown, RestorePrepared, Words
from ..control.api.keep_models import Way as WayName
from ..errors import KeepError, SidecastError
from ..keep import rotation, swapping
from ..keep.container import read_header
from ..keep.estate import Estate
from ..settings import Keep
from ..vault import words
from ..vault.changing import Changes
from ..vault.ways import Way
from .keeping import Opens, back_up, prepare

log = logging.getLogger(__name__)

FIRST_AFTER_S = 300.0
"""A show that has just started has better things to do."""
LOOK_EVERY_S = 900.0
SPARE = 64 * 2**20


@dataclass(slots=True)
class _State:
    making: float | None = None
    trouble: str = ""


class Backups:
    """See `control.api.keep.Keeping`. `run` makes the daily ones until it is cancelled."""

    def __init__(
        self,
        changes: Changes,
        estate: Estate,
        settings: Callable[[], Keep],
        clock: Clock,
        on_note: Callable[[str], None] = lambda sentence: None,
        *,
        in_thread: Callable[..., Coroutine[Any, Any, Any]] = asyncio.to_thread,
    ) -> None:
        """
        Args:
            settings: asked each time: they may change while the show runs.
            on_note: is told trouble, or with an empty sentence that all is well again.
        """
        self._in_thread = in_thread
        self._changes = changes
        self._estate = estate
        self._settings = settings
        self._clock = clock
        self._on_note = on_note
        self._state = _State()

    @property
    def folder(self) -> Path:
        return self._settings().folder or self._estate.data / "backups"

    async def run(self) -> None:
        await self._clock.sleep(FIRST_AFTER_S)
        while True:
            if self._settings().daily:
                await self._daily()
            await self._clock.sleep(LOOK_EVERY_S)

    async def _daily(self) -> None:
        try:
            now = self._clock.wall_ms()
            kept = await self._in_thread(rotation.listed, self.folder)
            if rotation.due_ms(kept, now) <= now and self._state.making is None:
                await self._make(rotation.daily_name(now), "")
                kept = await self._in_thread(rotation.listed, self.folder)
                for old in rotation.to_drop(kept, self._settings().copies):
                    await self._in_thread((self.folder / old.name).unlink, missing_ok=True)
        except (SidecastError, OSError) as error:
            self._tell(f"No backup could be made today: {error}")
        else:
            self._tell("")

    def _tell(self, trouble: str) -> None:
        if trouble != self._state.trouble:
            self._state.trouble = trouble
            self._on_note(trouble)
            if trouble:
                log.warning("%s", trouble)

    async def _make(self, name: str, typed: str) -> rotation.Kept:
        if self._state.making is not None:
            raise KeepError("A backup is being made already.", "Wait for its end.")
        self._state.making = 0.0

        def progress(part: float) -> None:
            self._state.making = part

        now = self._clock.wall_ms()
        try:
            # one of a daily kind is better than none, even where only this machine's key opens it
            work = self._in_thread(
                back_up, self._changes, self._estate, self.folder / name, now, typed=typed, only_here=True, progress=progress
            )
            made = await asyncio.shield(asyncio.ensure_future(work))
        finally:
            self._state.making = None
        log.info("backup %s: %d files, %d bytes", name, made.files, made.size)
        return rotation.Kept(name, now, made.size, name.startswith("daily-"))

    async def make(self, passphrase: str = "") -> BackupShown:
        made = await self._make(rotation.by_hand_name(self._clock.wall_ms()), passphrase)
        self._tell("")
        return _shown(made)

    async def shown(self) -> KeepShown:
        settings, now = self._settings(), self._clock.wall_ms()
        kept = await self._in_thread(rotation.listed, self.folder)
        state = await self._in_thread(self._changes.state)
        waiting = await self._in_thread(swapping.waiting, self._estate.data)
        gone, by_hand = self.gone_from_backups(kept)
        return KeepShown(
            key=KeyShown(way=state.way.value, number=state.number, has_words=state.has_words, keyring=state.keyring),
            backups=[_shown(each) for each in kept],
            folder=str(self.folder),
            daily=settings.daily,
            copies=settings.copies,
            next_ms=max(now, rotation.due_ms(kept, now)) if settings.daily else None,
            making=self._state.making,
            trouble=self._state.trouble,
            opens_elsewhere=state.has_words or state.way is Way.PASSPHRASE,
            restore_ms=None if waiting is None else waiting.created_ms,
            erased_gone_ms=gone,
            by_hand=by_hand,
        )

    def gone_from_backups(self, kept: list[rotation.Kept] | None = None) -> tuple[int | None, int]:
        """When what is erased now is in no daily backup any more (Unix ms, None: it is in none), and in how many made by hand it
        stays until somebody deletes those. Reads a folder."""
        kept = rotation.listed(self.folder) if kept is None else kept
        return rotation.gone_by_ms(kept, self._settings().copies, self._clock.wall_ms())

    def file(self, name: str) -> Path:
        path = self.folder / rotation.checked(name)
        if not path.is_file() or path.is_symlink():
            raise KeepError("There is no backup of this name.", "Look at the list again.")
        return path

    async def delete(self, name: str) -> None:
        await self._in_thread(self.file(name).unlink)

    async def take_in(self, name: str, pieces: AsyncIterator[bytes]) -> BackupShown:
        path = self.folder / rotation.checked(name)
        if path.exists():
            raise KeepError("There is a backup of this name already.", "Give yours another name.")
        part = path.with_name(f"{path.name}.part")
        try:
            await self._in_thread(self.folder.mkdir, mode=0o700, parents=True, exist_ok=True)
            with part.open("xb") as out:
                async for piece in pieces:
                    await self._in_thread(out.write, piece)
            with part.open("rb") as stream:
                header, _ = await self._in_thread(read_header, stream)
            await self._in_thread(part.chmod, 0o600)
            await self._in_thread(part.rename, path)
        except FileExistsError:
            raise KeepError("A backup of this name is being uploaded already.", "Wait for its end.") from None
        except BaseException as error:
            part.unlink(missing_ok=True)
            if isinstance(error, OSError):
                raise KeepError(f"The backup cannot be kept: {error.strerror}.", "Free some space.") from error
            raise
        return BackupShown(name=name, made_ms=header.created_ms, size=path.stat().st_size, daily=False)

    async def prepare(self, name: str, typed_words: str, passphrase: str) -> RestorePrepared:
        path = self.file(name)
        opens = Opens(words=typed_words, passphrase=passphrase, changes=self._changes)

        def work() -> swapping.Plan:
            with path.open("rb") as stream:
                return prepare(stream, opens, self._estate)

        wanted: swapping.Plan = await asyncio.shield(asyncio.ensure_future(self._in_thread(work)))
        return RestorePrepared(made_ms=wanted.created_ms, files=len(wanted.put))

    async def call_off(self) -> bool:
        return bool(await self._in_thread(swapping.call_off, self._estate.data))

    async def check(self, passphrase: str) -> None:
        await self._in_thread(self._changes.check, passphrase)

    async def move(self, way: WayName, passphrase: str) -> None:
        await self._in_thread(self._changes.move, Way(way), passphrase)

    async def rotate(self, passphrase: str) -> int:
        return int(await self._in_thread(self._changes.rotate, passphrase))

    def new_words(self) -> Words:
        return Words(words.new(), words.to_ask())

    def fit(self, made: Words, answers: Sequence[str]) -> bool:
        return words.written_down(made.words, made.ask, answers)

    async def keep_words(self, made: Words) -> None:
        await self._in_thread(self._changes.keep_words, made.words)


def _shown(kept: rotation.Kept) -> BackupShown:
    return BackupShown(name=kept.name, made_ms=kept.made_ms, size=kept.size, daily=kept.daily)
