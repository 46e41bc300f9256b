"""The overlays in a real Chromium through a busy evening: how many frames they draw, and whether they grow.

All four pages at once, each of 1920 × 1080, over the real server, with a made-up show behind it: a turn every four seconds with
three clauses that are swept word by word, an alert with each, moods that change, and now and then a removal. `fps_p50` and
`frame_ms_p99` are of the caption's page while words are swept; `long_tasks` counts what kept any page from drawing for more
than 50 ms. The heap is looked at after garbage collection, after a minute and from then on; `heap_growth_half_mb` is from the
middle of the run on, of all pages together, and `nodes_growth` what was left in the pages.
Chromium draws without a GPU here: on a streamer's machine OBS's has one.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from playwright.async_api import CDPSession, Page

from benchmarks.report import Report, percentile, raw_writer
from fakes.browser import chromium, chromium_path
from fakes.overlay_room import OverlayRoom, overlay_room
from fakes.page import built_page
from sidecast.control.overlay.link import PAGES
from sidecast.flow.chat import Author, EventKind

SIZE = {"width": 1920, "height": 1080}
LOOKS = 10
"""At the heaps, after the first."""
MOODS = ("neutral", "happy", "laughing", "surprised", "thinking", "sad")
KINDS = (EventKind.FOLLOW, EventKind.SUB, EventKind.RESUB, EventKind.GIFT, EventKind.CHEER, EventKind.RAID)
TEXTS = (
    "Doing great, thank you for asking!",
    "I had a full cup of electricity for breakfast, and a second one because the first was so good.",
    "And you?",
)
WATCH = """() => {
  window.frames_ms = [];
  window.long_tasks = 0;
  new PerformanceObserver((list) => { window.long_tasks += list.getEntries().length; }).observe({ entryTypes: ["longtask"] });
  let before = performance.now();
  const frame = (now) => {
    if (document.querySelector(".said .now")) window.frames_ms.push(now - before);
    before = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}"""
TAKE = """() => {
  const taken = { frames_ms: window.frames_ms.splice(0), long_tasks: window.long_tasks };
  window.long_tasks = 0;
  return taken;
}"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="./sidecast bench overlays", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the figures as JSON")
    parser.add_argument("--raw", type=Path, help="write one JSON line a look at the heaps")
    parser.add_argument("--minutes", type=float, default=10.0, help="how long the evening is (default 10)")
    options = parser.parse_args()
    folder, why = built_page()
    if folder is None or chromium_path() is None:
        sys.stderr.write(f"{why or 'There is no Chromium here.'}\n")
        return 1
    report = Report("overlays")
    with raw_writer(options.raw) as raw:
        asyncio.run(measure(report, raw, minutes=options.minutes))
    report.figure("minutes", options.minutes)
    report.finish(options.json)
    return 0


async def measure(report: Report, raw: Callable[[Mapping[str, Any]], None], *, minutes: float) -> None:
    looks: list[dict[str, float]] = []
    frames: list[float] = []
    long_tasks = 0
    errors: list[str] = []
    async with overlay_room() as room, chromium() as browser:
        pages: dict[str, tuple[Page, CDPSession]] = {}
        for name in PAGES:
            page = await (await browser.new_context(viewport=SIZE)).new_page()  # type: ignore[arg-type]
            page.on("pageerror", lambda error: errors.append(str(error)))
            await page.goto(room.address(name))
            await page.evaluate(WATCH)
            pages[name] = page, await page.context.new_cdp_session(page)
        evening = asyncio.create_task(show(room))
        await asyncio.sleep(min(60.0, minutes * 60 / LOOKS))
        for page, _ in pages.values():
            await page.evaluate(TAKE)
        looks.append(await look(pages))
        for _ in range(LOOKS):
            await asyncio.sleep(minutes * 60 / LOOKS)
            for page, _ in pages.values():
                taken = await page.evaluate(TAKE)
                frames += taken["frames_ms"]
                long_tasks += taken["long_tasks"]
            looks.append(await look(pages))
            raw(looks[-1])
        evening.cancel()
    report.n = len(frames)
    report.figure("fps_p50", 1000 / percentile(frames, 50))
    report.figure("frame_ms_p99", percentile(frames, 99))
    report.figure("long_tasks", long_tasks)
    report.figure("heap_mb", looks[-1]["heap_mb"])
    report.figure("heap_growth_mb", looks[-1]["heap_mb"] - looks[0]["heap_mb"])
    report.figure("heap_growth_half_mb", looks[-1]["heap_mb"] - looks[LOOKS // 2]["heap_mb"])
    report.figure("nodes", looks[-1]["nodes"])
    report.figure("nodes_growth", looks[-1]["nodes"] - looks[0]["nodes"])
    report.figure("listeners_growth", looks[-1]["listeners"] - looks[0]["listeners"])
    report.figure("page_errors", len(errors))


async def show(room: OverlayRoom) -> None:
    """An evening, until it is cancelled."""
    for number in itertools.count():
        author = Author(id=str(number), name=f"viewer_{number}", colour="#7fb069")
        item = room.message(f"message {number}, how are you?", author)
        turn = room.answer(item)
        for part, text in enumerate(TEXTS):
            said = room.say(turn, text, more=part > 0, word_s=0.12)
            room.audible(said)
            await asyncio.sleep(len(text.split()) * 0.12)
        room.overlays.mood(MOODS[number % len(MOODS)])
        event = room.happens(KINDS[number % len(KINDS)], author, number % 900 + 1)
        if number % 5 == 0:
            room.remove(item, cut=turn.id)
            room.remove(event)
        room.end(turn)
        await asyncio.sleep(0.7)


async def look(pages: Mapping[str, tuple[Page, CDPSession]]) -> dict[str, float]:
    """What all pages hold together, after garbage collection and while nothing is shown that will not be shown again."""
    heap = nodes = listeners = 0.0
    for _, inspector in pages.values():
        await inspector.send("HeapProfiler.collectGarbage")
        usage = await inspector.send("Runtime.getHeapUsage")
        counters = await inspector.send("Memory.getDOMCounters")
        heap += usage["usedSize"] / 1e6
        nodes += counters["nodes"]
        listeners += counters["jsEventListeners"]
    return {"heap_mb": heap, "nodes": nodes, "listeners": listeners}


if __name__ == "__main__":
    sys.exit(main())
