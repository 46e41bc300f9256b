"""The page's live tests: a sentence, the avatar's face, the brain, the services. See `control.api.settings.Trying`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from urllib.parse import urlsplit

from ..clock import Clock, ms_between
from ..control.access.permission import Caller
from ..control.api.settings_secrets import KnownSecret
from ..control.api.settings_trials import Service, Tried
from ..dialogue.brains.chosen import Kind
from ..dialogue.brains.chosen import read as read_choice
from ..dialogue.probing import PROBE
from ..errors import SettingsError, SidecastError
from ..flow.cue import Express, Gesture, Mouth
from ..flow.order import Order, Say
from ..flow.ports import Brain, Stage
from ..settings import Settings
from ..stage.visemes import NAMES as SHAPES
from ..twitch.kept import CLIENT_SECRET
from ..vault.vault import Vault
from .pinging import ping_http, ping_port

SMILE_S = 2.5
SHAPE_S = 1.6
BRAIN_S = 30.0


class Trials:
    """Tests what the running show has; nothing that a test says is heard or kept, but for the sentence."""

    def __init__(
        self,
        orders: Callable[[Order], str | None],
        stage: Stage,
        brain: Brain,
        settings: Callable[[], Settings],
        clock: Clock,
        *,
        has_picture: bool,
    ) -> None:
        self._orders = orders
        self._stage = stage
        self._brain = brain
        self._settings = settings
        self._clock = clock
        self._has_picture = has_picture
        self._smiling: asyncio.Task[None] | None = None

    async def sentence(self, caller: Caller, text: str) -> Tried:
        self._orders(Say(by=caller.name, by_id=caller.id, at_ns=self._clock.now_ns(), text=text))
        return Tried(ok=True, what="It is being said, if the gate lets it pass. Listen.", remedy="", ms=None)

    async def mouth(self, shape: str = "") -> Tried:
        if not self._has_picture:
            return Tried(ok=False, what="This show has no picture.", remedy="Start it with  ./sidecast run", ms=None)
        if shape:
            if shape not in SHAPES:
                return Tried(ok=False, what="There is no such mouth shape.", remedy=f"There are {', '.join(SHAPES)}.", ms=None)
            self._stage.send(Mouth(shape=shape, seconds=SHAPE_S))
            return Tried(ok=True, what="Look at its mouth. It is drawn while nothing is said.", remedy="", ms=None)
        if self._smiling is not None:
            self._smiling.cancel()
        self._smiling = asyncio.get_running_loop().create_task(self._smile(), name="smile")
        return Tried(ok=True, what="The avatar smiles and waves for two seconds. Look.", remedy="", ms=None)

    async def _smile(self) -> None:
        try:
            self._stage.send(Express(mood="happy"))
            self._stage.send(Gesture(name="wave"))
            await self._clock.sleep(SMILE_S)
        finally:
            self._stage.send(Express(mood="neutral"))

    async def brain(self) -> Tried:
        began = self._clock.now_ns()
        try:
            async with asyncio.timeout(BRAIN_S), aclosing(_said(self._brain)) as stream:
                async for piece in stream:
                    if piece.strip():
                        ms = ms_between(began, self._clock.now_ns())
                        return Tried(ok=True, what=f"{self._brain.name} began to answer.", remedy="", ms=round(ms, 1))
        except TimeoutError:
            what = f"{self._brain.name} said nothing for {BRAIN_S:.0f} s."
            return Tried(ok=False, what=what, remedy="It may still load its model: try again in a minute.", ms=None)
        return Tried(ok=False, what=f"{self._brain.name} had nothing to say.", remedy="Choose another model.", ms=None)

    def services(self) -> Sequence[Service]:
        return [service for service, _ in self._known()]

    async def service(self, name: str) -> Tried:
        for service, url in self._known():
            if service.name == name:
                chat = self._settings().chat
                if url:
                    found = await ping_http(url, self._clock)
                else:
                    found = await ping_port(chat.irc_host, chat.irc_port, tls=chat.irc_tls, clock=self._clock)
                return _answered(service, found.status, found.ms)
        raise SettingsError("No service of this name is in the settings.", "Look at the list.")

    def _known(self) -> list[tuple[Service, str]]:
        """With the address to ask; empty for one that does not speak HTTP."""
        settings = self._settings()
        chat, control = settings.chat, settings.control
        found = [(Service(name="chat", title="Twitch chat", where=chat.irc_host), "")]
        try:
            chosen = read_choice(settings.dialogue.brain)
        except SidecastError:
            chosen = None
        if chosen is not None and chosen.kind is Kind.OPENAI:
            found.append((_service("brain", "Model server", chosen.url), f"{chosen.url}/models"))
        if control.oidc.issuer:
            url = f"{control.oidc.issuer.rstrip('/')}/.well-known/openid-configuration"
            found.append((_service("oidc", control.oidc.name, url), url))
        if control.twitch.client_id:
            url = f"{control.twitch.url.rstrip('/')}/.well-known/openid-configuration"
            found.append((_service("twitch", "Twitch log-in", url), url))
        return found


class VaultSecrets:
    """The vault as the page may use it: it sets and deletes; of what is there it sees names and endings."""

    known = (
        KnownSecret("brain.key", "Key of your model server", "Sent to it and to nobody else. Holds after a restart."),
        KnownSecret(
            CLIENT_SECRET, "Secret of your Twitch application", "For a confidential client only; a public client has none."
        ),
        KnownSecret("control.oidc_secret", "Log-in by a provider", "What your OpenID Connect provider gave you, if it gave one."),
    )

    def __init__(self, vault: Vault, on_set: Callable[[str], None]) -> None:
        """`on_set` is told each new value, so that it is never logged."""
        self._vault = vault
        self._on_set = on_set

    def endings(self) -> Mapping[str, str]:
        return {state.name: state.ending for state in self._vault.secrets()}

    def set(self, name: str, value: str | None) -> None:
        if value is not None:
            self._on_set(value)
        self._vault.set(name, value)


def _service(name: str, title: str, url: str) -> Service:
    return Service(name=name, title=title, where=urlsplit(url).hostname or "")


def _answered(service: Service, status: int, ms: float) -> Tried:
    ms = round(ms, 1)
    if status in (401, 403):
        return Tried(ok=True, what=f"{service.title} is there, and wants a key.", remedy="Its key goes under Secrets.", ms=ms)
    if 300 <= status < 400:
        remedy = "Put the address that it leads to into the settings."
        return Tried(ok=False, what=f"{service.title} leads elsewhere, and no redirect is followed.", remedy=remedy, ms=ms)
    if status >= 400:
        remedy = "Check the path in its address."
        return Tried(ok=False, what=f"{service.title} is there, and answers with error {status}.", remedy=remedy, ms=ms)
    return Tried(ok=True, what=f"{service.title} is there.", remedy="", ms=ms)


async def _said(brain: Brain) -> AsyncGenerator[str, None]:
    async for piece in brain.stream(PROBE):
        yield piece
