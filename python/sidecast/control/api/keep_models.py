"""What the API of keeping takes and gives, and what it asks the show for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Annotated, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, SecretStr

Way = Literal["keyring", "passphrase", "file"]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class BackupShown(BaseModel):
    """A backup in the folder."""

    name: str
    made_ms: int
    size: int = Field(description="Bytes.")
    daily: bool = Field(description="Made by itself, so it is deleted by itself.")


class KeyShown(BaseModel):
    """Where the vault's key is held. No secret is in it."""

    way: Way
    number: int = Field(description="How many keys there have been, with this one.")
    has_words: bool
    keyring: str = Field(description="The name of the keyring that could hold it; empty when there is none.")


class KeepShown(BaseModel):
    """Everything about keeping."""

    key: KeyShown
    backups: list[BackupShown] = Field(description="Newest first.")
    folder: str
    daily: bool
    copies: int
    next_ms: int | None = Field(description="When the next daily backup is due; null when there are none.")
    making: float | None = Field(description="How much of the one that is being made is done, 0 to 1; null when none is.")
    trouble: str = Field(description="Why the last one could not be made; empty when it could.")
    opens_elsewhere: bool = Field(description="Backups made now can be opened on another machine.")
    restore_ms: int | None = Field(description="When the backup was made that is put in place at the next start; null: none.")
    erased_gone_ms: int | None = Field(description="When the last daily backup that holds what is erased now will be deleted.")
    by_hand: int = Field(description="Backups made by hand: they hold what was erased since, until somebody deletes them.")


class MakeBackup(Body):
    passphrase: SecretStr | None = Field(None, max_length=1024, description="Also opens this backup.")


class RestoreFrom(Body):
    name: str = Field(min_length=1, max_length=100)
    words: SecretStr | None = Field(None, max_length=600, description="Recovery words, where the vault's key is another now.")
    passphrase: SecretStr | None = Field(None, max_length=1024)


class RestorePrepared(BaseModel):
    """It lies ready, and is put in place at the next start."""

    made_ms: int
    files: int


class MoveKey(Body):
    way: Way
    passphrase: SecretStr | None = Field(None, max_length=1024, description="The new one, for the way `passphrase`.")
    current: SecretStr | None = Field(None, max_length=1024, description="The vault's passphrase now, where it has one.")


class RotateKey(Body):
    current: SecretStr | None = Field(None, max_length=1024, description="The vault's passphrase, where it has one.")


class Rotated(BaseModel):
    rows: int = Field(description="Keys and secrets that were wrapped anew.")
    key: KeyShown


class NewWords(BaseModel):
    """Shown this once. They count from when three of them were typed."""

    id: str
    words: list[str]
    ask: list[int] = Field(description="Which of them to type, counted from 1.")


class WrittenDown(Body):
    id: str = Field(min_length=1, max_length=64)
    answers: list[Annotated[str, Field(max_length=20)]] = Field(min_length=3, max_length=3)


@dataclass(frozen=True, slots=True)
class Words:
    words: tuple[str, ...]
    ask: tuple[int, ...]


class Keeping(Protocol):
    """What this API asks for. Errors are SidecastErrors, whose sentences the page shows."""

    async def shown(self) -> KeepShown: ...

    async def make(self, passphrase: str = "") -> BackupShown: ...

    def file(self, name: str) -> FilePath:
        """Raises KeepError: there is no backup of this name."""
        ...

    async def delete(self, name: str) -> None: ...

    async def take_in(self, name: str, pieces: AsyncIterator[bytes]) -> BackupShown:
        """A backup from elsewhere. Raises KeepError: it is none, or the disk is full."""
        ...

    async def prepare(self, name: str, words: str, passphrase: str) -> RestorePrepared:
        """Raises KeepError, VaultError: it does not open or is not whole; nothing was touched."""
        ...

    async def call_off(self) -> bool: ...

    async def check(self, passphrase: str) -> None:
        """Raises VaultError when the vault is under another passphrase."""
        ...

    async def move(self, way: Way, passphrase: str) -> None: ...

    async def rotate(self, passphrase: str) -> int: ...

    def new_words(self) -> Words: ...

    def fit(self, words: Words, answers: Sequence[str]) -> bool: ...

    async def keep_words(self, words: Words) -> None: ...
