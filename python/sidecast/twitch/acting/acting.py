"""The one way to do something at Twitch: an act and who causes it go in, what became of it comes out."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import replace

from ...clock import Clock
from ...flow import action as acts
from ...flow.acting import ActingNow, Could, SeenItem
from ...flow.action import Act, Action, ActLine, Cause, Checked, Ending, Hindrance, Obstacle, Performed, Person, Target
from ...flow.chat import ChatMessage
from ...flow.twitch import Account, Feature, TwitchApi
from .checking import Checking, Judge
from .done import detail_of
from .kinds import KINDS, kind_of, target_of
from .performing import Performing, first_row
from .permits import Permits
from .recent import Recent
from .splitting import plain
from .standing import Running

UNDO_KEPT = 200
"""Actions that can be taken back; the oldest go first."""


class Acting:
    """On the show's loop only."""

    def __init__(
        self,
        api: TwitchApi,
        clock: Clock,
        *,
        features: Callable[[], Collection[Feature]],
        judge: Judge,
        new_id: Callable[[], str],
        on_line: Callable[[ActLine], None],
    ) -> None:
        """
        Args:
            features: what the streamer has switched on.
            judge: the gate out, for what the host writes.
            on_line: the ledger's.
        """
        self._api = api
        self._clock = clock
        self._new_id = new_id
        self._on_line = on_line
        self._permits = Permits(api, features)
        self._checking = Checking(self._permits, clock, judge)
        self._performing = Performing(api, clock, lambda: self._checking.pace)
        self._running = Running(api, clock)
        self._undo: OrderedDict[str, Act] = OrderedDict()
        self.recent = Recent(self._checking.ranks)
        """A watcher of the show."""

    @property
    def turned_away(self) -> int:
        """Actions that were not taken because too many waited."""
        return self._performing.turned_away

    def wrote(self, message: ChatMessage) -> bool:
        """The host's own line, come back: all of a bot's account, and of the streamer's what was written with it from here."""
        bot, streamer = self._api.identity(Account.BOT), self._api.identity(Account.BROADCASTER)
        if bot is not None and message.author.id == bot.user_id and (streamer is None or streamer.user_id != bot.user_id):
            return True
        if streamer is None or message.author.id != streamer.user_id:
            return False
        # Twitch puts the name before a reply
        answered = message.text.partition(" ")[2] if message.reply_to else message.text
        return not {message.text, answered}.isdisjoint(self._performing.written)

    def dry_run(self, act: Act, cause: Cause) -> Checked:
        """What `do` would send, and what stands in its way. Nothing is asked or changed."""
        return self._checking.check(act, cause)

    async def do(self, act: Act, cause: Cause, *, undoes: str = "") -> Performed:
        """Never raises for what is refused: that is in what it returns, and in the ledger."""
        action = Action(id=self._new_id(), act=act, cause=cause, at_ms=self._clock.wall_ms(), undoes=undoes)
        checked = self._checking.check(act, cause)
        if checked.hindrances:
            first = checked.hindrances[0]
            performed = Performed(action=action, ending=Ending.REFUSED, words=first.what, hindrance=first)
        else:
            performed = await self._perform(action, checked)
        if performed.undo is not None and performed.ending is not Ending.REFUSED and not undoes:
            self._remember(action.id, performed.undo)
        self._on_line(line_of(performed))
        return performed

    async def _perform(self, action: Action, checked: Checked) -> Performed:
        # before it is known how it ends: two shout-outs at once would be one too many
        target = action.act.target if isinstance(action.act, acts.ShoutOut) else None
        take_back = self._checking.shout_outs.given(target.id, self._clock.now_ns()) if target else None
        performed = await self._performing.perform(action, checked.sendings, self._checking.writer)
        self._running.changed()
        if take_back is not None and performed.ending is Ending.REFUSED:
            take_back()
        if performed.undo is not None and self._checking.check(performed.undo, action.cause).hindrances:
            return replace(performed, undo=None)
        return performed

    async def undo(self, action_id: str, cause: Cause) -> Performed | None:
        """Takes an action back, once; None: it cannot be, or was already. Whoever does may have to have more rights."""
        act = self._undo.get(action_id)
        if act is None:
            return None
        if not self._checking.check(act, cause).hindrances:
            del self._undo[action_id]
        performed = await self.do(act, cause, undoes=action_id)
        if performed.ending in {Ending.REFUSED, Ending.UNSURE}:
            self._remember(action_id, act)
        return performed

    async def now(self) -> ActingNow:
        """How things stand, for the control room."""
        streamer = self._permits.streamer
        could = tuple(
            Could(kind=kind.name, missing=self._permits.missing(kind), wait_s=self._wait_s(kind.name)) for kind in KINDS.values()
        )
        if streamer is None:
            return ActingNow(could=could)
        able = {each.kind for each in could if each.missing is None}
        channel = streamer.user_id
        return ActingNow(
            streamer=streamer.name,
            writer=self._checking.writer.name,
            could=could,
            poll=await self._running.poll(channel) if "start_poll" in able else None,
            prediction=await self._running.prediction(channel) if "start_prediction" in able else None,
            shield=await self._running.shield(channel) if "shield" in able else None,
        )

    async def named(self, login: str) -> Target | Hindrance:
        """Somebody at Twitch, by the name in their address."""
        login = (
            login.strip().removeprefix("@").removeprefix("https://").removeprefix("www.").removeprefix("twitch.tv/").casefold()
        )
        if not (login.isascii() and login.replace("_", "").isalnum() and len(login) <= 25):
            return Hindrance(obstacle=Obstacle.TARGET, what=f"“{login[:40]}” can be no name at Twitch.")
        if self._permits.streamer is None:
            return self._permits.missing(KINDS[acts.ShoutOut]) or Hindrance(
                obstacle=Obstacle.ACCOUNT, what="Nobody is logged in."
            )
        answer = await self._api.call("GET", "users", account=Account.BROADCASTER, query={"login": login})
        row = first_row(answer)
        if not row.get("id"):
            what = f"Twitch knows nobody called {login}." if answer.ok else "Twitch did not say who that is."
            return Hindrance(obstacle=Obstacle.TARGET, what=what, remedy="Check the name." if answer.ok else "Try again.")
        return Target(id=str(row["id"]), name=str(row.get("display_name") or login))

    def seen(self, item_id: str) -> SeenItem | None:
        """A message or event of the chat, by the platform's id."""
        return self.recent.get(item_id)

    def _wait_s(self, name: str) -> float:
        return self._checking.wait_s(acts.ShoutOut(target=acts.NOBODY)) if name == "shout_out" else 0.0

    def _remember(self, action_id: str, undo: Act) -> None:
        self._undo[action_id] = undo
        if len(self._undo) > UNDO_KEPT:
            self._undo.popitem(last=False)


def line_of(performed: Performed) -> ActLine:
    """For the ledger."""
    action, target = performed.action, target_of(performed.action.act)
    cause = action.cause
    by_id, by = (cause.id, cause.name) if isinstance(cause, Person) else (f"{cause.engine}:{cause.name}", cause.name)
    return ActLine(
        action_id=action.id,
        at_ms=action.at_ms,
        kind=kind_of(action.act).name,
        by_id=by_id,
        by=by,
        ending=performed.ending,
        told="" if performed.hindrance is None else performed.hindrance.what,
        viewer_id=target.id,
        viewer_name=target.name,
        detail=plain(detail_of(action.act)),
        undoes=action.undoes,
    )
