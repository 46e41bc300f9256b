"""One log-in from its code to the vault: waits, asks, checks who it is, and stops at a mix-up until somebody decides."""

from __future__ import annotations

import asyncio
import hmac
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from ..clock import Clock
from ..errors import SidecastError, TwitchError
from ..flow.twitch import Account, Identity
from .accounts import Accounts
from .hidden import Hidden
from .id_server import Away, CodeOver, DeviceCode, IdServer, who_is
from .kept import Grant
from .mix_up import mix_up, same_for_both
from .scopes import in_words, lacking
from .web import Web

log = logging.getLogger(__name__)

DECIDE_S = 600
"""How long a mix-up waits for a decision, and a browser may be away for the code flow."""
TRIES = 4
"""To learn who it is, when Twitch does not answer."""


class Step(StrEnum):
    WAITING = "waiting"
    """For the code to be typed, or for the browser to come back."""
    MIX_UP = "mix_up"
    """Somebody else than was meant: confirm or cancel."""
    DONE = "done"
    EXPIRED = "expired"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogInState:
    """What may be shown of a log-in. No token, and no code but the one that a person types."""

    account: Account
    step: Step
    user_code: str = ""
    """Empty in the code flow."""
    page: str = ""
    """Where it is typed."""
    expires_ms: int = 0
    """When the code is over (Unix ms)."""
    words: str = ""
    """What happened, and what to do."""
    who: Identity | None = None
    """Who logged in, once that is known."""
    offline: bool = False
    """Twitch does not answer right now; it is asked again."""


@dataclass(slots=True)
class _Browser:
    """A code flow that is under way."""

    state: str
    redirect_uri: str
    scopes: frozenset[str]
    until_ns: int


class LogIns:
    """One at a time: a new one ends the one before."""

    def __init__(
        self,
        accounts: Accounts,
        web: Web,
        api: str,
        clock: Clock,
        *,
        channel: Callable[[], str] = lambda: "",
        on_change: Callable[[], None] = lambda: None,
        on_secret: Callable[[str], None] = lambda _: None,
    ) -> None:
        """
        Args:
            api: Helix's address, which knows names as they are displayed.
            channel: the login of the channel that the settings name, or empty.
            on_secret: told each token and code, so that it is never logged.
        """
        self._accounts = accounts
        self._web = web
        self._api = api
        self._clock = clock
        self._channel = channel
        self._on_change = on_change
        self._on_secret = on_secret
        self._id: IdServer | None = None
        self._task: asyncio.Task[None] | None = None
        self._browser: _Browser | None = None
        self._held: tuple[Grant, Identity] | None = None
        """After a mix-up, until somebody has decided."""
        self._giving_up: asyncio.Task[None] | None = None
        self._state: LogInState | None = None

    @property
    def state(self) -> LogInState | None:
        """Of the log-in that is under way, or of the last one; None when there was none, or it was put away."""
        return self._state

    async def begin(self, id_server: IdServer, account: Account, scopes: frozenset[str]) -> LogInState:
        """By a code that is typed on Twitch's page, on any device.

        Raises:
            TwitchError: Twitch gives none.
        """
        await self.cancel()
        self._id = id_server
        code = await id_server.begin(scopes)
        self._on_secret(code.device_code.reveal())
        expires_ms = self._clock.wall_ms() + (code.expires_ns - self._clock.now_ns()) // 10**6
        state = LogInState(account=account, step=Step.WAITING, user_code=code.user_code, page=code.page, expires_ms=expires_ms)
        self._tell(state)
        self._task = asyncio.get_running_loop().create_task(self._wait(id_server, account, code, scopes), name="twitch log-in")
        return state

    async def begin_in_browser(
        self, id_server: IdServer, account: Account, scopes: frozenset[str], redirect_uri: str
    ) -> tuple[str, str]:
        """By the code flow. Returns where the browser goes, and what it must bring back (`state`)."""
        await self.cancel()
        self._id = id_server
        until_ns = self._clock.now_ns() + DECIDE_S * 10**9
        self._browser = _Browser(secrets.token_urlsafe(32), redirect_uri, scopes, until_ns)
        self._tell(LogInState(account=account, step=Step.WAITING, expires_ms=self._clock.wall_ms() + DECIDE_S * 1000))
        return id_server.authorize_url(redirect_uri, scopes, self._browser.state), self._browser.state

    async def come_back(self, state: str, code: str, error: str) -> None:
        """The browser is back; `begin_in_browser` was in the same one, which the caller has checked.

        Raises:
            TwitchError: this is not what was begun, or it was not granted.
        """
        begun, self._browser = self._browser, None
        known = begun is not None and hmac.compare_digest(begun.state.encode(), state.encode("utf-8", "replace"))
        if begun is None or self._id is None or self._state is None or not known or self._clock.now_ns() >= begun.until_ns:
            self._browser = begun
            raise TwitchError("This is not the log-in that was begun here, or it is over.", "Begin it again.")
        account = self._state.account
        try:
            if error or not code:
                raise TwitchError("The log-in was refused on Twitch's page.", "Begin again, if that was not meant.")
            self._on_secret(code)
            grant = await self._id.by_code(_code(code), begun.redirect_uri)
        except SidecastError as refusal:
            self._tell(LogInState(account=account, step=Step.REFUSED, words=str(refusal)))
            raise
        await self._arrived(self._id, account, grant, begun.scopes)

    async def confirm(self) -> None:
        """The mix-up was meant.

        Raises:
            TwitchError: none waits.
            SidecastError: the vault cannot be written.
        """
        held, state = self._held, self.state
        if held is None or state is None or state.step is not Step.MIX_UP:
            raise TwitchError("No log-in waits for a decision.", "Begin it again.")
        await self._accounts.keep(state.account, held[0], held[1])
        self._let_go()
        self._tell(replace(state, step=Step.DONE, words=""))

    async def cancel(self) -> None:
        """Ends what is under way and forgets it; what was granted meanwhile is given back."""
        task, self._task = self._task, None
        if task is not None and not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        held = self._let_go()
        self._browser = None
        if held is not None and self._id is not None:
            await self._id.revoke(held.access)
        if self._state is not None:
            self._tell(None)

    async def ended(self) -> LogInState | None:
        """Waits until the device flow needs nobody but a person who decides."""
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)
        return self.state

    # inside

    async def _wait(self, id_server: IdServer, account: Account, code: DeviceCode, scopes: frozenset[str]) -> None:
        while True:
            wait_ns = min(max(code.next_ns, self._clock.now_ns() + 10**9), code.expires_ns) - self._clock.now_ns()
            await self._clock.sleep(max(wait_ns / 1e9, 0.0))
            try:
                grant = await id_server.ask(code, scopes)
            except CodeOver as over:
                self._end(Step.EXPIRED, str(over))
                return
            except Away as away:
                self._offline(str(away))
                continue
            except SidecastError as refusal:
                self._end(Step.REFUSED, str(refusal))
                return
            self._offline("")
            if grant is not None:
                await self._arrived(id_server, account, grant, scopes)
                return

    async def _arrived(self, id_server: IdServer, account: Account, grant: Grant, asked: frozenset[str]) -> None:
        """Whose tokens these are, and whether they are kept."""
        for each in (grant.access, grant.refresh):
            if each is not None:
                self._on_secret(each.reveal())
        kept = False
        try:
            grant, who = await self._checked(id_server, grant)
            other = self._accounts.remembered(Account.BOT if account is Account.BROADCASTER else Account.BROADCASTER)
            wrong = mix_up(account, who, before=self._accounts.remembered(account), other=other, channel=self._channel())
            if wrong:
                self._held, kept = (grant, who), True
                self._giving_up = asyncio.get_running_loop().create_task(self._give_up(id_server), name="twitch mix-up")
                self._end(Step.MIX_UP, wrong, who)
                return
            await self._accounts.keep(account, grant, who)
            kept = True
            without = in_words(lacking(asked, grant.scopes))
            words = [same_for_both(account, who, other), f"Twitch did not grant: {', '.join(without)}." if without else ""]
            self._end(Step.DONE, " ".join(filter(None, words)), who)
        except SidecastError as trouble:
            self._end(Step.REFUSED, str(trouble))
        finally:
            if not kept:
                await asyncio.shield(id_server.revoke(grant.access))

    async def _checked(self, id_server: IdServer, grant: Grant) -> tuple[Grant, Identity]:
        """
        Raises:
            TwitchError: it is for another application, or Twitch does not say whose it is.
        """
        for tried in range(1, TRIES + 1):
            try:
                valid = await id_server.validate(grant.access)
                break
            except Away:
                if tried == TRIES:
                    raise
                await self._clock.sleep(tried)
        if valid is None or valid.client_id != id_server.client_id:
            raise TwitchError("Twitch gave a token for another application.", "Check the client id, and log in again.")
        who = await who_is(self._web, self._api, id_server.client_id, grant.access, valid)
        return replace(grant, scopes=valid.scopes or grant.scopes), who

    async def _give_up(self, id_server: IdServer) -> None:
        """Nobody decides."""
        await self._clock.sleep(DECIDE_S)
        held, self._held = self._held, None
        if held is not None:
            self._end(Step.EXPIRED, "Nobody decided in time, so it was given back. Log in again.")
            await id_server.revoke(held[0].access)

    def _let_go(self) -> Grant | None:
        """What was held, which is not waited for any longer."""
        held, self._held = self._held, None
        if self._giving_up is not None:
            self._giving_up.cancel()
            self._giving_up = None
        return held[0] if held is not None else None

    def _offline(self, words: str) -> None:
        state = self._state
        if state is not None and state.offline != bool(words):
            self._tell(replace(state, offline=bool(words), words=words))

    def _end(self, step: Step, words: str, who: Identity | None = None) -> None:
        if self._state is not None:
            self._tell(LogInState(account=self._state.account, step=step, words=words, who=who))

    def _tell(self, state: LogInState | None) -> None:
        self._state = state
        self._on_change()


def _code(text: str) -> Hidden:
    try:
        return Hidden(text)
    except ValueError:
        raise TwitchError("The browser brought back no code.", "Begin again.") from None
