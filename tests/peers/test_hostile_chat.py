"""Five hundred hostile names and texts through a whole show: they stay text in every view and every file, and out of the log."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.async_api import Page

from fakes.browser import chromium, chromium_path
from fakes.payloads import MARK, payloads
from fakes.served import served
from fakes.until import until
from fakes.whole import arrived

pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif(chromium_path() is None, reason="Chromium is not installed"),
]

SHOWN = (
    *("on-air", "moderation", "moderation/cases", "moderation/viewers", "moderation/viewers?id=h0", "moderation/history"),
    *("analytics", "analytics/stream/1", "analytics/over-time", "set-up/audit"),
)
FOREIGN = "main :is(img, iframe, object, embed, script, base, marquee, video, math, link, meta, form[action])"
PARTS = ("series", "latency", "tallies", "topics", "events", "gaps")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "|", "%")
FIRST_S, EVERY_S = 3.0, 0.02
EVENTS = ("raid", "redemption", "resub", "poll", "follow", "an invented <b>event</b>")


def chat(path: Path, hostile: list[str]) -> Path:
    """Each as a name and as a text, every fifth in an event, every seventh as a question that may be answered."""
    path.write_text("".join(json.dumps(line) + "\n" for line in _lines(hostile)))
    return path


def _lines(hostile: list[str]) -> Iterator[dict[str, object]]:
    for number, payload in enumerate(hostile):
        at = FIRST_S + number * EVERY_S
        author = {"id": f"h{number}", "name": payload[:60].strip() or "x"}
        text = f"Kit, what do you think of {payload}?"[:500] if number % 7 == 0 else payload
        yield {"kind": "message", "at": at, "id": f"m{number}", "author": author, "text": text, "reward": payload[:40]}
        if number % 5 == 0:
            event = EVENTS[number // 5 % len(EVENTS)]
            yield {"kind": "event", "at": at, "event": event, "author": author, "amount": 7, "title": payload, "text": payload}
    # it goes on: a show whose chat is over would end
    yield {"kind": "message", "at": 3600, "author": "nobody", "text": "the end"}


async def asked(page: Page, path: str) -> Any:
    """What the API answers to our own page."""
    return await page.evaluate("async path => (await (await fetch('/api/v1/' + path)).json())", path)


async def of_file(page: Page, path: str) -> str:
    return str(await page.evaluate("async path => (await fetch('/api/v1/' + path)).text()", path))


async def test_what_viewers_write_stays_text_wherever_it_is_shown(tmp_path: Path) -> None:
    hostile = payloads()
    assert len(hostile) == 500
    file = chat(tmp_path / "chat.jsonl", hostile)
    async with served(tmp_path, "--replay", str(file)) as show, chromium() as browser:
        page = await browser.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: wrong.append(dialog.message))
        page.on("console", lambda line: wrong.append(line.text) if "Security Policy" in line.text else None)
        page.on(
            "request",
            lambda request: None if urlsplit(request.url).netloc == f"127.0.0.1:{show.port}" else wrong.append(request.url),
        )
        await page.goto(show.link)
        cookies = {each["name"]: each["value"] for each in await page.context.cookies()}
        with httpx.Client(base_url=show.address, cookies=cookies) as script:
            await until(lambda: _all_there(script))
        for place in SHOWN:
            await page.goto(f"{show.address}/#/{place}")
            await arrived(page)
            assert await page.locator(FOREIGN).count() == 0, place
            assert MARK not in await page.title(), place
            assert page.url.startswith(f"{show.address}/"), place
        assert await page.evaluate("Object.prototype.owned === undefined && ({}).polluted === undefined")
        assert wrong == []
        await _check_files(page)
    log = (tmp_path / "app.log").read_bytes()
    assert b"document.title" not in log
    assert b"\x1b[31m" not in log
    assert b"\x00" not in log


def _all_there(script: httpx.Client) -> bool:
    streams = script.get("/api/v1/analytics/streams").json()["streams"]
    return any(each["figures"] and each["figures"]["messages"] >= 500 for each in streams)


async def _check_files(page: Page) -> None:
    """Nothing in a table is a formula, and JSON is JSON."""
    paths = ["streams", "over-time?unit=day", *(f"streams/1?part={part}" for part in PARTS)]
    cells = 0
    for path in paths:
        text = await of_file(page, f"analytics/{path}{'&' if '?' in path else '?'}format=csv")
        for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"))):
            for cell in row:
                cells += 1
                assert not cell.startswith(FORMULA) or _is_number(cell), f"{path}: {cell[:60]!r}"
    assert cells > 50
    for path in ("analytics/streams/1", "moderation/log?limit=100", "viewers?name=constructor", "viewers/h0", "live/state"):
        answer = await asked(page, path)
        assert isinstance(answer, dict | list), path


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
