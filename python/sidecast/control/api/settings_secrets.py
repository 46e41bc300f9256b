"""`/api/v1/settings/secrets`: which are set, by name; they are set and deleted, and never read."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field, SecretStr

from ..access.audit import Audit
from .problems import Refusal
from .settings_common import Body, Owner

Name = Annotated[str, Path(min_length=1, max_length=64)]


class SecretShown(BaseModel):
    """That a secret is there; never what it is."""

    name: str
    title: str
    description: str
    set: bool
    ending: str = Field(description="Its last two characters, of a long one; else empty.")


class NewSecret(Body):
    value: SecretStr = Field(min_length=1, max_length=4096)


@dataclass(frozen=True, slots=True)
class KnownSecret:
    """A secret that may be set from the page."""

    name: str
    title: str
    description: str


class SecretBook(Protocol):
    """The vault, as far as this API may use it. Blocks: called in threads."""

    @property
    def known(self) -> Sequence[KnownSecret]: ...

    def endings(self) -> Mapping[str, str]:
        """By the names of those that are set."""
        ...

    def set(self, name: str, value: str | None) -> None:
        """Raises SidecastError: it cannot be kept."""
        ...


def add_secrets(router: APIRouter, secrets: SecretBook, audit: Audit) -> None:
    names = {each.name: each for each in secrets.known}

    async def state(name: str) -> SecretShown:
        endings = await asyncio.to_thread(secrets.endings)
        return _secret(names[name], endings)

    def check(name: str) -> None:
        if name not in names:
            raise Refusal(404, "Sidecast has no secret of this name.", "Look at the list.")

    @router.get("/secrets", summary="Which secrets are set")
    async def listed(caller: Owner) -> list[SecretShown]:
        """A secret is never given out again, to nobody."""
        endings = await asyncio.to_thread(secrets.endings)
        return [_secret(each, endings) for each in secrets.known]

    @router.put("/secrets/{name}", summary="Set a secret")
    async def put(name: Name, body: NewSecret, caller: Owner) -> SecretShown:
        """Goes into the vault, sealed. Holds after a restart."""
        check(name)
        await asyncio.to_thread(secrets.set, name, body.value.get_secret_value().strip())
        audit.note(caller, "settings.secret_set", name)
        return await state(name)

    @router.delete("/secrets/{name}", summary="Delete a secret")
    async def delete(name: Name, caller: Owner) -> SecretShown:
        check(name)
        await asyncio.to_thread(secrets.set, name, None)
        audit.note(caller, "settings.secret_deleted", name)
        return await state(name)


def _secret(known: KnownSecret, endings: Mapping[str, str]) -> SecretShown:
    ending = endings.get(known.name)
    return SecretShown(
        name=known.name, title=known.title, description=known.description, set=ending is not None, ending=ending or ""
    )
