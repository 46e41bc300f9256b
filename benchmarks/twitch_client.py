"""The client of `bench twitch`, in a process of its own so that its memory is its own: the show's source and its log-in.

In, on standard input: one JSON line with the addresses and the log-in; its end ends the client. Out, on standard output: one
JSON line an item (`id`), gap (`from_ms`, `to_ms`, `why`), note, look at its memory (`rss`, `fds`), and at the end `counts`.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import sys
from typing import Any

import psutil

from sidecast.chat.eventsub.source import EventSubChat
from sidecast.clock import SystemClock
from sidecast.flow.chat import Gap, Removal
from sidecast.flow.twitch import Account, Identity
from sidecast.twitch.accounts import Accounts
from sidecast.twitch.helix import Helix
from sidecast.twitch.hidden import Hidden
from sidecast.twitch.id_server import IdServer
from sidecast.twitch.kept import Grant, Shelf
from sidecast.twitch.web import Web

LOOK_S = 10.0


class Drawer:
    """Keeps secrets as the vault does, for as long as this process lives."""

    def __init__(self) -> None:
        self._kept: dict[str, str | None] = {}

    def get(self, name: str) -> str | None:
        return self._kept.get(name)

    def set(self, name: str, value: str | None) -> None:
        self._kept[name] = value


def tell(**what: Any) -> None:
    sys.stdout.write(json.dumps(what, separators=(",", ":")) + "\n")
    sys.stdout.flush()


async def run(asked: dict[str, Any]) -> None:
    clock, rng = SystemClock(), random.Random(asked["seed"])  # noqa: S311 - the same pauses for the same seed
    web = Web()

    async def no_secret() -> Hidden | None:
        return None

    id_server = IdServer(asked["id"], asked["client_id"], no_secret, web, clock)
    accounts = Accounts(Shelf(Drawer()), id_server, clock, rng)
    grant = Grant(
        access=Hidden(asked["access"]), refresh=Hidden(asked["refresh"]), scopes=frozenset(asked["scopes"]), expires_in_s=14_400
    )
    who = Identity(user_id=asked["user_id"], login=asked["login"], name=asked["name"])
    await accounts.keep(Account.BROADCASTER, grant, who)
    source = EventSubChat(
        asked["eventsub"],
        Helix(accounts, web, asked["helix"], clock, rng),
        clock,
        rng,
        on_note=lambda sentence: tell(note=sentence),
        on_gap=_gap,
    )
    tasks = [asyncio.create_task(_read(source)), asyncio.create_task(_look()), asyncio.create_task(accounts.run())]
    end = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    done, _ = await asyncio.wait({*tasks, end}, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    tell(
        counts={
            "dropped": source.dropped,
            "left_out": source.left_out,
            "malformed": source.malformed,
            "ends": source.ends,
            "silences": source.silences,
        }
    )
    await accounts.close()
    await web.close()
    for task in done - {end}:
        task.result()


async def _read(source: EventSubChat) -> None:
    async for item in source.incoming():
        if not isinstance(item, Removal):
            tell(id=item.id)


async def _look() -> None:
    process = psutil.Process()
    while True:
        await asyncio.sleep(LOOK_S)
        tell(rss=process.memory_info().rss, fds=process.num_fds())


def _gap(gap: Gap) -> None:
    tell(from_ms=gap.from_ms, to_ms=gap.to_ms, why=gap.why)


if __name__ == "__main__":
    logging.basicConfig(level=logging.ERROR)
    asyncio.run(run(json.loads(sys.stdin.readline())))
