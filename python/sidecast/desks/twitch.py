"""Twitch's accounts as the show, the control room and the terminal have them: settings and vault behind the room `twitch`."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx2
from fastapi import APIRouter

from ..clock import Clock
from ..control.access.audit import Audit
from ..control.api import twitch_models as told
from ..control.api.problems import Refusal
from ..control.api.twitch import twitch_api
from ..control.settings_desk import SettingsDesk
from ..errors import SettingsError, SidecastError, TwitchError
from ..flow.twitch import Account, Feature
from ..settings import Settings
from ..telemetry.logs import redactor
from ..twitch.accounts import Accounts, Shown, State
from ..twitch.helix import Helix
from ..twitch.id_server import Away, IdServer
from ..twitch.kept import Secrets, Shelf
from ..twitch.log_in import LogIns, LogInState
from ..twitch.scopes import BY_FEATURE, FEATURES, PLAIN, asked_for, in_words, lacking, needed
from ..twitch.web import Web

NO_CLIENT = "There is no client id yet, which Twitch wants of every application."
HOW = "Register one at dev.twitch.tv/console (public client) and put its id into twitch.client_id."
KEYS = ("twitch.features", "twitch.client_id", "control.twitch.client_id")
"""Settings whose change holds at once."""


class TwitchDesk:
    """`start`, then `run` as a task, then `close`. `helix` is the show's `TwitchApi`."""

    def __init__(
        self,
        settings: Settings,
        secrets: Secrets,
        clock: Clock,
        rng: random.Random,
        *,
        on_note: Callable[[str], None] = lambda _: None,
        transport: httpx2.AsyncBaseTransport | None = None,
        shelf: Shelf | None = None,
    ) -> None:
        """
        Args:
            on_note: told what is wrong, in a sentence; empty when all is well again.
            transport: in place of the network.
            shelf: in place of `secrets`, whose calls go to a thread.
        """
        self._settings = settings
        self._clock = clock
        self._on_note = on_note
        self._noted = ""
        self._on_change: Callable[[], None] = lambda: None
        self._desk: SettingsDesk | None = None
        self._shelf = shelf or Shelf(secrets, server=urlsplit(settings.twitch.id).netloc)
        self._web = Web(transport)
        self._client = self._id_server()
        self.accounts = Accounts(
            self._shelf, self._client, clock, rng, on_change=lambda _: self._changed(), on_secret=redactor.hide
        )
        self.helix = Helix(self.accounts, self._web, settings.twitch.api, clock, rng)
        self.log_ins = LogIns(
            self.accounts,
            self._web,
            settings.twitch.api,
            clock,
            channel=lambda: self._settings.chat.channel,
            on_secret=redactor.hide,
        )

    # as long as a show

    async def start(self) -> None:
        """What the vault has; Twitch is not asked yet."""
        await self.accounts.load()
        self._changed()

    async def run(self) -> None:
        """Validates the log-ins hourly; for ever."""
        await self.accounts.run()

    async def close(self) -> None:
        await self.log_ins.cancel()
        await self.accounts.close()
        await self._web.close()

    def connect(self, desk: SettingsDesk, on_change: Callable[[], None] = lambda: None) -> None:
        """
        Args:
            desk: where features are switched; until then they are as the settings say.
            on_change: told from now on when accounts, permissions or features are others.
        """
        self._desk = desk
        self._on_change = on_change

    def routers(self, audit: Audit) -> list[APIRouter]:
        """`/api/v1/twitch`."""
        return [twitch_api(self, audit)]

    def live(self) -> dict[str, Callable[[Settings], None]]:
        """By a setting's key, what makes a change of it hold at once; for the event loop."""
        return dict.fromkeys(KEYS, self.adopt)

    def adopt(self, wanted: Settings) -> None:
        """Other settings."""
        # the addresses and the channel hold after a restart
        twitch = wanted.twitch.model_copy(
            update={name: getattr(self._settings.twitch, name) for name in ("api", "id", "eventsub")}
        )
        self._settings = self._settings.model_copy(update={"twitch": twitch, "control": wanted.control})
        if client_id_of(self._settings) != (self._client.client_id if self._client else ""):
            self._client = self._id_server()
            self.accounts.use(self._client)
        self._changed()

    @property
    def features(self) -> frozenset[Feature]:
        """Those that are on, whether or not they are permitted."""
        return frozenset(self._settings.twitch.features)

    def lacking(self, account: Account) -> frozenset[str]:
        """What `account` must still allow for the features that are on."""
        if self.accounts.shown(account).who is None:
            return frozenset()
        return lacking(self._needed(account), self.accounts.shown(account).scopes)

    # as the page and the terminal use it: `control.api.twitch.Twitching`

    async def shown(self) -> told.TwitchShown:
        # the terminal may have logged somebody in or out meanwhile
        await self.accounts.load()
        words = ""
        try:
            secret = await self._shelf.client_secret() is not None
        except SidecastError as trouble:
            secret, words = False, str(trouble)
        return told.TwitchShown(
            client_id=client_id_of(self._settings),
            has_secret=secret,
            words=words,
            accounts=[self._account(self.accounts.shown(each)) for each in Account],
            features=[self._feature(each.feature) for each in FEATURES],
            fixed_by=self._fixed_by(),
            log_in=self._log_in(self.log_ins.state),
        )

    async def begin(self, account: Account) -> None:
        client = self._ready()
        await self.accounts.load()
        try:
            await self.log_ins.begin(client, account, self.asked(account))
        except Away as away:
            raise Refusal(503, away.what, away.remedy) from None

    async def begin_in_browser(self, account: Account, redirect_uri: str) -> tuple[str, str]:
        client = self._ready()
        await self.accounts.load()
        if await self._shelf.client_secret() is None:
            raise TwitchError("This way of logging in needs the application's secret.", "Put it under Secrets, or use a code.")
        return await self.log_ins.begin_in_browser(client, account, self.asked(account), redirect_uri)

    async def come_back(self, state: str, code: str, error: str) -> None:
        await self.log_ins.come_back(state, code, error)

    async def confirm(self) -> None:
        await self.log_ins.confirm()

    async def cancel(self) -> None:
        await self.log_ins.cancel()

    async def log_out(self, account: Account) -> bool:
        await self.accounts.load()
        return await self.accounts.forget(account)

    async def check(self) -> None:
        await self.accounts.load()
        for account in Account:
            await self.accounts.check(account)

    async def switch(self, feature: Feature, *, on: bool) -> None:
        if self._desk is None:
            raise SettingsError("The settings cannot be changed here.", "Change twitch.features in the settings file.")
        order = [each.feature for each in FEATURES]
        wanted = sorted(self.features | {feature} if on else self.features - {feature}, key=order.index)
        await asyncio.to_thread(self._desk.change, {"twitch.features": [each.value for each in wanted]})

    def asked(self, account: Account) -> frozenset[str]:
        """What a log-in as `account` asks for."""
        # a bot that is about to log in is one of its own
        own_bot = self.accounts.own_bot or account is Account.BOT
        return asked_for(needed(self.features, account, own_bot=own_bot), self.accounts.shown(account).scopes)

    # inside

    def _ready(self) -> IdServer:
        if self._client is None:
            raise TwitchError(NO_CLIENT, HOW)
        return self._client

    def _id_server(self) -> IdServer | None:
        client_id = client_id_of(self._settings)
        if not client_id:
            return None
        return IdServer(self._settings.twitch.id, client_id, self._shelf.client_secret, self._web, self._clock)

    def _needed(self, account: Account) -> frozenset[str]:
        return needed(self.features, account, own_bot=self.accounts.own_bot)

    def _changed(self) -> None:
        note = self._sentence()
        if note != self._noted:
            self._noted = note
            self._on_note(note)
        self._on_change()

    def _sentence(self) -> str:
        """What is wrong, for the show's health."""
        wrong = []
        for account in Account:
            shown = self.accounts.shown(account)
            if shown.state not in (State.NONE, State.GOOD):
                wrong.append(f"Twitch, {TITLES[account]}{f' ({shown.who.name})' if shown.who else ''}: {shown.words}")
            elif missing := in_words(self.lacking(account)):
                wrong.append(f"Twitch, {TITLES[account]}: log in again to allow: {', '.join(missing)}.")
        return " ".join(wrong)

    def _account(self, shown: Shown) -> told.AccountShown:
        others = [self.accounts.shown(each).who for each in Account if each is not shown.account]
        same = shown.who is not None and any(each is not None and each.user_id == shown.who.user_id for each in others)
        return told.AccountShown(
            account=shown.account,
            state=told.AccountState(shown.state.value),
            words=shown.words,
            login=shown.who.login if shown.who else "",
            name=shown.who.name if shown.who else "",
            since_ms=shown.since_ms,
            checked_ms=shown.checked_ms,
            missing=in_words(self.lacking(shown.account)) if shown.state is not State.ENDED else [],
            granted=in_words(shown.scopes),
            same_as_other=same,
        )

    def _feature(self, feature: Feature) -> told.FeatureShown:
        wants = BY_FEATURE[feature]
        permissions = []
        for account, scopes in wants.scopes.items():
            holder = account if account is Account.BOT and self.accounts.own_bot else Account.BROADCASTER
            granted = self.accounts.shown(holder).scopes
            permissions += [
                told.Permitted(scope=each, words=PLAIN[each], account=holder, granted=not lacking([each], granted))
                for each in scopes
            ]
        return told.FeatureShown(
            feature=feature,
            title=wants.title,
            what=wants.what,
            acts=wants.acts,
            on=feature in self.features,
            permissions=permissions,
        )

    def _log_in(self, state: LogInState | None) -> told.LogInShown | None:
        if state is None:
            return None
        return told.LogInShown(
            account=state.account,
            step=told.LogInStep(state.step.value),
            user_code=state.user_code,
            page=state.page,
            expires_in_s=max(0, (state.expires_ms - self._clock.wall_ms()) // 1000),
            words=state.words,
            login=state.who.login if state.who else "",
            name=state.who.name if state.who else "",
            offline=state.offline,
        )

    def _fixed_by(self) -> str:
        return self._desk.fixed_by("twitch.features") if self._desk else ""


TITLES = {Account.BROADCASTER: "your account", Account.BOT: "your bot’s account"}


def client_id_of(settings: Settings) -> str:
    """The application's; that of the page's log-in when there is no other."""
    return settings.twitch.client_id or settings.control.twitch.client_id
