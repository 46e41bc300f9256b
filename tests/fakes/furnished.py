"""A show that runs, with what gathers in a control room: earlier streams, members, keys, words, test cases, a backup."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from benchmarks.analytics_year import DAY_MS, write
from fakes.served import Served, data_of, served

STREAMS = 24
PASSPHRASE = "correct horse battery staple"  # noqa: S105 - a made-up one
MEMBERS = (
    ("Torben", "moderator"),
    ("Ayla", "viewer"),
    ("Maximiliane-Friederike von Lanternwood", "moderator"),
)
"""Names and roles; the last one is as long as a name can be."""
POLICY = {
    "levels_in": {"link": 0, "swearing": 3},
    "block_add": ["spoiler ending", "gloomharbour", "the moth did it", "cheap viewers"],
    "allow_add": ["lanternwood", "scunthorpe"],
    "patterns_put": [
        {"name": "free-coins", "expression": r"free \w+ coins", "direction": "both", "decision": "hold"},
        {"name": "best-viewers", "expression": r"best\W*viewz?\w*", "direction": "in", "decision": "block"},
    ],
}


class Client:
    """A member's browser, without a page."""

    def __init__(self, address: str) -> None:
        self.http = httpx.Client(base_url=f"{address}/api/v1/", headers={"origin": address}, timeout=60)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.http.request(method, path, json=body)
        assert answer.is_success, f"{method} {path}: {answer.text}"
        return answer.json() if answer.content else None

    def is_in(self) -> None:
        self.http.headers["x-sidecast-csrf"] = self.ask("GET", "people/me")["csrf"]


@asynccontextmanager
async def furnished(folder: Path, *options: str) -> AsyncIterator[Served]:
    """Its owner is called Mira and, like all `MEMBERS`, comes in with `PASSPHRASE`. `options`: of the show."""
    ledger = data_of(folder) / "ledger.db"
    ledger.parent.mkdir(parents=True)
    first_ms = time.time_ns() // 1_000_000 - round(STREAMS * 365 / 200 + 1) * DAY_MS
    write(ledger, streams=STREAMS, messages=40_000 * STREAMS, first_ms=first_ms - first_ms % DAY_MS + DAY_MS * 3 // 4)
    async with served(folder, *options) as show:
        owner = Client(show.address)
        owner.http.get(show.link)
        owner.is_in()
        furnish(owner, show.address)
        yield show


def furnish(owner: Client, address: str) -> None:
    owner.ask("PUT", "people/me/name", {"name": "Mira"})
    owner.ask("PUT", "people/me/passphrase", {"passphrase": PASSPHRASE})
    for name, role in MEMBERS:
        key = owner.ask("POST", "people/invitations", {"role": role})["key"]
        member = Client(address)
        member.ask("POST", "people/invitations/accept", {"key": key, "name": name, "passphrase": PASSPHRASE})
    owner.ask("POST", "people/invitations", {"role": "viewer", "hours": 48})
    owner.ask("POST", "people/keys", {"name": "Stream Deck", "permissions": ["direct", "watch"]})
    owner.ask("POST", "people/keys", {"name": "Figures for the weekly newsletter", "permissions": ["analyse"], "days": 90})
    version = owner.ask("GET", "moderation/policy")["version"]
    owner.ask("PATCH", "moderation/policy", POLICY | {"version": version})
    for text, wanted in (("you are a lovely bunch of coconuts", "allow"), ("buy followers cheap, best viewers here", "block")):
        owner.ask("POST", "moderation/cases", {"text": text, "wanted": wanted})
    owner.ask("PUT", "settings/secrets/brain.key", {"value": "sk-made-up-0123456789-abcd"})
    owner.ask("POST", "keep/backups", {})
