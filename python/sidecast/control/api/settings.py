"""`/api/v1/settings`: every setting with its bounds and where it comes from; secrets by name; live tests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from ...clock import Clock
from ...errors import SidecastError
from ..access.audit import Audit
from ..access.pace import Pace
from ..access.permission import Caller, Permission
from ..settings_desk import FixedError, OutdatedError, SettingsDesk, Shown, Source
from ..settings_form import Kind
from .declared import needs
from .problems import Refusal

Owner = Annotated[Caller, needs(Permission.CONFIGURE)]
Key = Annotated[str, Field(min_length=1, max_length=100)]
Name = Annotated[str, Path(min_length=1, max_length=64)]
Text = Annotated[str, Field(max_length=4000)]
Plain = bool | int | float | Text | list[Annotated[str, Field(max_length=500)]] | None
MAX_CHANGES = 100
MAX_IMPORT = 48 * 1024
MAX_SENTENCE = 300
TESTS_A_SECOND, TESTS_AT_ONCE = 0.5, 5


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


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


class SecretShown(BaseModel):
    """That a secret is there; never what it is."""

    name: str
    title: str
    description: str
    set: bool
    ending: str = Field(description="Its last two characters, of a long one; else empty.")


class NewSecret(Body):
    value: SecretStr = Field(min_length=1, max_length=4096)


class Sentence(Body):
    text: str = Field(min_length=1, max_length=MAX_SENTENCE)


class MouthShape(Body):
    shape: str = Field("", max_length=3, description="A mouth shape to hold, such as `aa`; empty: smile and wave.")


class Tried(BaseModel):
    """What a test found."""

    ok: bool
    what: str = Field(description="One sentence.")
    remedy: str
    ms: float | None


class Service(BaseModel):
    """A service whose address is in the settings."""

    name: str
    title: str
    where: str = Field(description="Its host; nothing of the path.")


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


class Trying(Protocol):
    """Tests of what is set, each within seconds. Trouble that a test finds is its answer, not an error."""

    async def sentence(self, caller: Caller, text: str) -> Tried: ...

    async def mouth(self, shape: str) -> Tried: ...

    async def brain(self) -> Tried: ...

    def services(self) -> Sequence[Service]: ...

    async def service(self, name: str) -> Tried: ...


def settings_api(desk: SettingsDesk, secrets: SecretBook, trying: Trying, audit: Audit, clock: Clock) -> APIRouter:
    router = APIRouter(prefix="/api/v1/settings", tags=["settings"])
    _add_settings(router, desk, audit)
    _add_transfer(router, desk, audit)
    _add_secrets(router, secrets, audit)
    _add_tests(router, trying, clock)
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


def _add_secrets(router: APIRouter, secrets: SecretBook, audit: Audit) -> None:
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


def _add_tests(router: APIRouter, trying: Trying, clock: Clock) -> None:
    pace = Pace(clock, a_second=TESTS_A_SECOND, burst=TESTS_AT_ONCE)

    async def tried(caller: Caller, test: Callable[[], Any]) -> Tried:
        if wait_s := pace.take(caller.id):
            raise Refusal(429, "That was many tests at once.", f"Go on in {wait_s} s.", wait_s=wait_s)
        try:
            found = await test()
        except SidecastError as error:
            return Tried(ok=False, what=error.what, remedy=error.remedy, ms=None)
        assert isinstance(found, Tried)
        return found

    @router.post("/try/sentence", summary="Play a sentence")
    async def sentence(body: Sentence, caller: Owner) -> Tried:
        """Through the gate, like anything that the host says."""
        return await tried(caller, lambda: trying.sentence(caller, body.text))

    @router.post("/try/mouth", summary="Move the avatar's face")
    async def mouth(caller: Owner, body: MouthShape | None = None) -> Tried:
        return await tried(caller, lambda: trying.mouth(body.shape if body else ""))

    @router.post("/try/brain", summary="Ask the brain something")
    async def brain(caller: Owner) -> Tried:
        """A greeting, whose answer is thrown away."""
        return await tried(caller, trying.brain)

    @router.get("/try/services", summary="Services that can be pinged")
    async def services(caller: Owner) -> list[Service]:
        return list(trying.services())

    @router.post("/try/services/{name}", summary="Ping a service")
    async def service(name: Annotated[str, Path(min_length=1, max_length=40)], caller: Owner) -> Tried:
        """Only services whose address is in the settings. No redirect is followed, and nothing of the answer is given out but
        whether there was one."""
        if name not in {each.name for each in trying.services()}:
            raise Refusal(404, "No service of this name is in the settings.", "Look at the list.")
        return await tried(caller, lambda: trying.service(name))


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


def _secret(known: KnownSecret, endings: Mapping[str, str]) -> SecretShown:
    ending = endings.get(known.name)
    return SecretShown(
        name=known.name, title=known.title, description=known.description, set=ending is not None, ending=ending or ""
    )
