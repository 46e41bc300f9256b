"""Helix in an account's name: see `flow.twitch.TwitchApi`. https://dev.twitch.tv/docs/api/guide"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..clock import Clock
from ..flow.twitch import Account, Answer, Identity
from ..worker.backoff import Backoff
from .accounts import Accounts, Pass
from .pace import Pace
from .web import Query, Reply, Web

TRIES = 3
"""Of a call that got no answer, an error of Twitch's, or a 429."""
LONGEST_WAIT_S = 60.0
"""For the pace, in all; a call that would have to wait longer is answered with a 429 of ours."""
_PATH = re.compile(r"[a-z0-9_]+(/[a-z0-9_]+)*")
_AGAIN = frozenset({"GET", "PUT"})
"""Done twice, they do the same. A DELETE would be told that it was done already, as if it had failed."""
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})


class Helix:
    """Implements `flow.twitch.TwitchApi`."""

    def __init__(self, accounts: Accounts, web: Web, url: str, clock: Clock, rng: random.Random) -> None:
        """`url`: with `/helix`."""
        self._accounts = accounts
        self._web = web
        self._url = url.rstrip("/")
        self._clock = clock
        self._rng = rng
        self._paces: dict[str, Pace] = {}
        self.waited = 0
        """Calls that had to wait for the pace."""
        self.too_many = 0
        """Answers with status 429."""

    def identity(self, account: Account) -> Identity | None:
        return self._accounts.identity(account)

    def scopes(self, account: Account) -> frozenset[str]:
        return self._accounts.scopes(account)

    async def call(
        self,
        method: str,
        path: str,
        *,
        account: Account,
        query: Query | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Raises ValueError: no method or path of Helix, which is a fault of the caller's."""
        if method not in _METHODS or not _PATH.fullmatch(path):
            raise ValueError(f"Helix has no {method} {path}.")
        holder = await self._accounts.token(account)
        if holder is None:
            return Answer(status=401, message=self._nobody(account))
        reply = await self._asked(method, path, holder, query, body)
        if reply.status == 401 and not _lacks_scope(reply):
            again = await self._accounts.renew(account, holder.access)
            if again is None:
                return Answer(status=401, message=self._nobody(account))
            holder = again
            reply = await self._asked(method, path, holder, query, body)
        if 200 <= reply.status < 300:
            return Answer(status=reply.status, data=reply.data)
        # of a refusal only the words: what else is in it may be an echo of what was sent
        return Answer(status=reply.status, message=reply.words or f"Twitch answered with status {reply.status}.")

    async def _asked(self, method: str, path: str, holder: Pass, query: Query | None, body: Mapping[str, Any] | None) -> Reply:
        """One call, tried again where that cannot do it twice."""
        headers = {"authorization": f"Bearer {holder.access.reveal()}", "client-id": holder.client_id}
        pace = self._paces.setdefault(holder.user_id, Pace())
        backoff = Backoff(self._rng, first_s=0.3, most_s=5.0)
        left_s = LONGEST_WAIT_S
        for tried in range(1, TRIES + 1):
            waited_s = await self._in_turn(pace, left_s)
            if waited_s is None:
                return Reply(status=429, why="Sidecast asks Twitch too much at once", sent=False)
            left_s -= waited_s
            reply = await self._web.ask(method, f"{self._url}/{path}", headers=headers, query=query, body=body)
            pace.heard(reply.headers, self._clock.now_ns())
            if reply.status == 429:
                self.too_many += 1
                pace.told_to_wait(reply.headers, self._clock.now_ns(), self._clock.wall_ms())
                continue
            if tried == TRIES or not _worth_another_try(method, reply):
                break
            await self._clock.sleep(backoff.failed())
        return reply if reply.status else replace(reply, why=f"Twitch gave no answer: {reply.why}")

    async def _in_turn(self, pace: Pace, left_s: float) -> float | None:
        """Waits until a call may go out, and takes its point. Returns the seconds, or None when it would take too long."""
        waited_s = 0.0
        while (wait_s := pace.wait_s(self._clock.now_ns())) > 0:
            if waited_s + wait_s > left_s + 0.5:
                return None
            self.waited += not waited_s
            waited_s += wait_s
            await self._clock.sleep(wait_s)
        pace.take(self._clock.now_ns())
        return waited_s

    def _nobody(self, account: Account) -> str:
        return self._accounts.words(account) or f"Nobody is logged in to Twitch as the {account}."


def _lacks_scope(reply: Reply) -> bool:
    """Twitch says 401 for a permission that is missing, too: another token would not have it either."""
    return "scope" in reply.words.lower()


def _worth_another_try(method: str, reply: Reply) -> bool:
    if reply.status == 0:
        return not reply.sent or method in _AGAIN
    return reply.status >= 500 and method in _AGAIN
