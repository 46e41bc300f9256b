"""The dry run: what would be sent, and everything that stands in the way. Changes nothing and asks Twitch nothing."""

from __future__ import annotations

from typing import Protocol

from ...clock import Clock
from ...flow import action as acts
from ...flow.action import NOBODY, Act, Cause, Checked, Granted, Hindrance, Obstacle, Person, Target
from ...flow.twitch import Account
from .kinds import in_words, kind_of, span, target_of
from .limits import ChatPace, ShoutOuts
from .permits import Permits
from .sendings import sendings_of
from .splitting import split
from .undo import has_undo
from .valid import wrong_with

LONGEST_WAIT_S = 40.0
"""That a message waits for Twitch's pace; one that would have to wait longer is not taken."""


class Judge(Protocol):
    """The gate out."""

    def __call__(self, text: str, *, links: bool) -> Hindrance | None:
        """Why these words may not leave, or None. `links`: a person has typed it, who may post one."""
        ...


class Checking:
    def __init__(self, permits: Permits, clock: Clock, judge: Judge) -> None:
        self._permits = permits
        self._clock = clock
        self._judge = judge
        self._paces: dict[str, ChatPace] = {}
        self.shout_outs = ShoutOuts()

    @property
    def writer(self) -> Target:
        """Who writes in chat; `NOBODY` when nobody is logged in."""
        identity = self._permits.identity(self._permits.writer)
        return NOBODY if identity is None else Target(id=identity.user_id, name=identity.name)

    @property
    def pace(self) -> ChatPace:
        """Of the account that writes now."""
        writer, streamer = self.writer, self._permits.streamer
        pace = self._paces.setdefault(writer.id, ChatPace())
        if streamer is not None and writer.id == streamer.user_id:
            pace.privileged = True
        return pace

    def ranks(self, user_id: str, ranks: bool) -> None:
        """The chat shows whether somebody moderates; of the account that writes it says how much it may."""
        if user_id and user_id == self.writer.id:
            self.pace.privileged = ranks

    def wait_s(self, act: Act) -> float:
        """Until Twitch's limits allow it; 0 = now."""
        now_ns = self._clock.now_ns()
        match act:
            case acts.Write(text=text):
                return self.pace.repeated_s(text, now_ns)
            case acts.ShoutOut(target=target):
                return self.shout_outs.wait_s(target.id, now_ns)
            case _:
                return 0.0

    def check(self, act: Act, cause: Cause) -> Checked:
        """Every hindrance, gravest first."""
        kind = kind_of(act)
        hindrances = list(self._permits.against(act, cause))
        wrong = wrong_with(act)
        for found in (wrong, self._target(act), self._limit(act) if wrong is None else None, self._gate(act, cause)):
            hindrances += [found] if found is not None else []
        return Checked(
            kind=kind.name,
            words=in_words(act),
            feature=kind.feature,
            scope=kind.scope,
            account=self._permits.account_of(kind),
            sendings=self._sendings(act) if wrong is None else (),
            hindrances=tuple(hindrances),
            undo="" if isinstance(act, acts.Write) and self._permits.writer is Account.BROADCASTER else has_undo(act),
        )

    def _sendings(self, act: Act) -> tuple[acts.Sending, ...]:
        streamer = self._permits.streamer
        if streamer is None:
            return ()
        return sendings_of(act, streamer.user_id, self.writer.id, self._permits.writer)

    def _target(self, act: Act) -> Hindrance | None:
        streamer, target = self._permits.streamer, target_of(act)
        if streamer is None or not target.id or target.id != streamer.user_id:
            return None
        match act:
            case acts.TimeOut() | acts.Ban() | acts.Warn():
                what = "This is the streamer: nobody can be kept out of their own chat."
            case acts.ShoutOut():
                what = "You cannot give yourself a shout-out."
            case acts.Delete():
                what = "Twitch does not let the streamer's own messages be deleted by other programs."
            case _:
                return None
        return Hindrance(obstacle=Obstacle.TARGET, what=what)

    def _limit(self, act: Act) -> Hindrance | None:
        now_ns = self._clock.now_ns()
        if isinstance(act, acts.ShoutOut) and (wait_s := self.wait_s(act)) > 0:
            what = "Twitch allows one shout-out every 2 minutes, and one of the same streamer every 60 minutes."
            return _later(what, wait_s)
        if isinstance(act, acts.Write):
            first = split(act.text)[0]
            if (wait_s := self.pace.repeated_s(first, now_ns)) > 0:
                return _later("The same was written just now: Twitch would drop it.", wait_s)
            if (wait_s := self.pace.wait_s(first, now_ns)) > LONGEST_WAIT_S:
                return _later("So much was written that Twitch would drop more.", wait_s)
        return None

    def _gate(self, act: Act, cause: Cause) -> Hindrance | None:
        """What the host writes; and whatever others read that no person has typed."""
        texts: tuple[str, ...] = ()
        match act:
            case acts.Write(text=text):
                texts = (text,)
            case acts.Warn(reason=reason) | acts.TimeOut(reason=reason) | acts.Ban(reason=reason) if isinstance(cause, Granted):
                texts = (reason,)
            case acts.StartPoll(title=title, choices=more) if isinstance(cause, Granted):
                texts = (title, *more)
            case acts.StartPrediction(title=title, outcomes=more) if isinstance(cause, Granted):
                texts = (title, *more)
        return next(
            (found for text in texts if text and (found := self._judge(text, links=isinstance(cause, Person))) is not None), None
        )


def _later(what: str, wait_s: float) -> Hindrance:
    whole_s = max(1, round(wait_s + 0.5))
    return Hindrance(obstacle=Obstacle.LIMIT, what=what, remedy=f"Try again in {span(whole_s)}.", wait_s=wait_s)
