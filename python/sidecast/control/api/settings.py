"""`/api/v1/settings`: every setting with its bounds and where it comes from."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from ...clock import Clock
from ..access.audit import Audit
from ..access.permission import Caller
from ..settings_desk import FixedError, OutdatedError, SettingsDesk, Shown, Source
from ..settings_form import Kind
from .problems import Refusal
from .settings_common import Body, Owner
from .settings_secrets import SecretBook, add_secrets
from .settings_trials import Trying, add_tests

Key = Annotated[str, Field(min_length=1, max_length=100)]
Text = Annotated[str, Field(max_length=4000)]
Plain = bool | int | float | Text | list[Annotated[str, Field(max_length=500)]] | None
MAX_CHANGES = 100
MAX_IMPORT = 48 * 1024


class SettingShown(BaseModel):
    """A setting, what it is, and what it may be."""

    key: str
    title: str
    description: str
    kind: Kind
    value: Plain = Field(description="As it is wanted; holds after the next start in any case.")
    in_use: Plain = Field(description="As the show has it now.")
    default: Plain
    unit: str = Field(description="Of its number, such as `seconds`; empty for none.")
    minimum: float | None
    maximum: float | None
    longest: int | None = Field(description="Characters.")
    choices: list[str]
    source: Source
    fixed_by: str = Field(description="The variable or option that is stronger than the page; empty when none is.")
    by_hand: bool = Field(description="Changed in the file only, by somebody at the machine itself.")
    live: bool = Field(description="A change holds at once; else after a restart.")


class SettingsShown(BaseModel):
    settings: list[SettingShown]
    revision: str = Field(description="Send it back with changes, so that nobody's are lost.")
    file: str


class ChangeSettings(Body):
    changes: dict[Key, Plain] = Field(min_length=1, max_length=MAX_CHANGES, description="By key; null: the default.")
    revision: str = Field("", max_length=64)


class SettingsChanged(BaseModel):
    at_once: list[str] = Field(description="Keys whose new value holds already.")
    after_restart: list[str] = Field(description="Keys whose new value holds after the next start.")
    revision: str


class ImportSettings(Body):
    toml: str = Field(max_length=MAX_IMPORT, description="An exported file.")
    dry_run: bool = Field(True, description="Only say what would change.")


class ImportRead(BaseModel):
    changes: dict[str, Plain]
    left_out: list[str] = Field(description="Keys that belong to a machine, or are fixed here.")
    changed: SettingsChanged | None


def settings_api(desk: SettingsDesk, secrets: SecretBook, trying: Trying, audit: Audit, clock: Clock) -> APIRouter:
    router = APIRouter(prefix="/api/v1/settings", tags=["settings"])
    _add_settings(router, desk, audit)
    _add_transfer(router, desk, audit)
    add_secrets(router, secrets, audit)
    add_tests(router, trying, clock)
    return router


def _add_settings(router: APIRouter, desk: SettingsDesk, audit: Audit) -> None:
    @router.get("", summary="Every setting")
    async def shown(caller: Owner) -> SettingsShown:
        settings, revision = await asyncio.to_thread(desk.shown)
        return SettingsShown(settings=[_shown(each) for each in settings], revision=revision, file=str(desk.path))

    @router.patch("", summary="Change settings")
    async def change(body: ChangeSettings, caller: Owner) -> SettingsChanged:
        """All of them or, when one is wrong, none. The file keeps its comments. What cannot hold at once does after a restart."""
        return await _change(desk, audit, caller, body.changes, body.revision)


_TOML: dict[str, Any] = {"application/toml": {"schema": {"type": "string"}}}


def _add_transfer(router: APIRouter, desk: SettingsDesk, audit: Audit) -> None:
    @router.get("/export", summary="Settings as a file", response_class=Response, responses={200: {"content": _TOML}})
    async def export(caller: Owner) -> Response:
        """For another machine: without secrets (they are in the vault) and without places on this machine's disk."""
        content = await asyncio.to_thread(desk.export)
        disposition = 'attachment; filename="sidecast.toml"'
        return Response(content, media_type="application/toml", headers={"content-disposition": disposition})

    @router.post("/import", summary="Settings from a file")
    async def take_in(body: ImportSettings, caller: Owner) -> ImportRead:
        """What the file sets is changed here; everything else stays as it is."""
        changes, left_out = await asyncio.to_thread(desk.read_import, body.toml)
        changed = None
        if changes and not body.dry_run:
            changed = await _change(desk, audit, caller, changes, "")
        return ImportRead(changes=dict(changes), left_out=left_out, changed=changed)


async def _change(
    desk: SettingsDesk, audit: Audit, caller: Caller, changes: Mapping[str, Plain], revision: str
) -> SettingsChanged:
    try:
        done = await asyncio.to_thread(desk.change, changes, revision)
    except (FixedError, OutdatedError) as error:
        raise Refusal(409, error.what, error.remedy) from error
    if done.at_once or done.after_restart:
        audit.note(caller, "settings.change", ", ".join(sorted(changes))[:200])
    return SettingsChanged(at_once=list(done.at_once), after_restart=list(done.after_restart), revision=done.revision)


def _shown(shown: Shown) -> SettingShown:
    setting = shown.setting
    return SettingShown(
        key=setting.key,
        title=setting.title,
        description=setting.description,
        kind=setting.kind,
        value=shown.value,
        in_use=shown.in_use,
        default=setting.default,
        unit=setting.unit,
        minimum=setting.minimum,
        maximum=setting.maximum,
        longest=setting.longest,
        choices=list(setting.choices),
        source=shown.source,
        fixed_by=shown.fixed_by,
        by_hand=setting.by_hand,
        live=shown.live,
    )
