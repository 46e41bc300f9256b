"""The control room's page in a real Chromium under a fast chat: how quickly it answers a key, and whether it grows.

A made-up show (made-up messages, turns, queue; the real server, feed and page) sends 200 messages a second, a turn every three
seconds and a change of the queue every second. All the while a key is pressed three times a second. `input_delay_ms` is from the
key to the page's own handler, `input_to_frame_ms` to the frame that is drawn after it. The heap is looked at after garbage
collection, once the bounded lists are full and eleven times in all, each time with the samples taken out of the page:
`heap_growth_mb` is from the first look to the last, `heap_growth_half_mb` from the middle on. First paint: the median of fresh
browsers, with a full chat.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import statistics
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, CDPSession, Page

from benchmarks.report import Report, percentile, raw_writer
from fakes.browser import chromium, chromium_path
from fakes.control_room import ControlRoom
from fakes.page import built_page
from sidecast.control.feed import LINES, MESSAGES
from sidecast.flow.candidate import Reason

WARM_S = 20
"""Until the heap is looked at first: lists are full and code is compiled."""
LOOKS = 10
"""At the heap, after the first."""
PAINTS = 5
KEYS_A_SECOND = 3
REASONS = (Reason.REACTION, Reason.STALE, Reason.CROWDED_OUT, Reason.BLOCKED, Reason.COMMAND)
WATCH = """() => {
  window.samples = [];
  window.frames_ms = [];
  const drawn = new MessageChannel();
  const waiting = [];
  drawn.port1.onmessage = () => {
    const at = performance.now();
    for (const sample of waiting.splice(0)) sample.frame = at - sample.pressed;
  };
  addEventListener("keydown", (event) => {
    const sample = { delay: performance.now() - event.timeStamp, pressed: event.timeStamp, frame: null };
    window.samples.push(sample);
    requestAnimationFrame(() => {
      waiting.push(sample);
      drawn.port2.postMessage(null);
    });
  }, true);
  let before = performance.now();
  const frame = (now) => {
    window.frames_ms.push(now - before);
    before = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}"""
TAKE = """() => ({ samples: window.samples.splice(0), frames_ms: window.frames_ms.splice(0) })"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="./sidecast bench page", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the figures as JSON")
    parser.add_argument("--raw", type=Path, help="write one JSON line a key")
    parser.add_argument("--minutes", type=float, default=3.0, help="how long the chat is fast (default 3)")
    parser.add_argument("--rate", type=int, default=200, help="messages a second (default 200)")
    options = parser.parse_args()
    folder, why = built_page()
    if folder is None or chromium_path() is None:
        sys.stderr.write(f"{why or 'There is no Chromium here.'}\n")
        return 1
    report = Report("page")
    with raw_writer(options.raw) as raw:
        asyncio.run(measure(report, raw, minutes=options.minutes, rate=options.rate))
    # the overlays are pages of their own
    own = (script for script in folder.glob("*.js") if not script.name.startswith("overlay."))
    scripts = [gzip.compress(script.read_bytes(), 9) for script in own]
    report.figure("js_kb_gz", round(sum(map(len, scripts)) / 1000, 1))
    report.figure("rate_per_s", options.rate)
    report.figure("minutes", options.minutes)
    report.finish(options.json)
    return 0


async def measure(report: Report, raw: Callable[[Mapping[str, Any]], None], *, minutes: float, rate: int) -> None:
    room = ControlRoom()
    await room.server.start()
    room.evening()
    # what is bounded is full from the start: what grows after that, grows for ever
    for number in range(LINES):
        room.show.end(room.show.choose(room.show.message("mika", f"asked before anybody looks ({number})")), "It was said.")
    for number in range(MESSAGES):
        room.show.message("mika", f"before anybody looks ({number})", REASONS[number % len(REASONS)])
    async with chromium() as browser:
        paints = [await first_paint(browser, room) for _ in range(PAINTS)]
        page = await (await browser.new_context(viewport={"width": 1440, "height": 900})).new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(room.server.mint_link())
        await page.wait_for_selector("#chat .message")
        await page.evaluate(WATCH)
        chatter = asyncio.create_task(chat(room, rate))
        inspector = await page.context.new_cdp_session(page)
        await press(page, WARM_S)
        await page.evaluate(TAKE)
        heaps = [await heap_mb(inspector)]
        samples: list[dict[str, float | None]] = []
        frames: list[float] = []
        for _ in range(LOOKS):
            await press(page, minutes * 60 / LOOKS)
            taken = await page.evaluate(TAKE)
            samples += taken["samples"]
            frames += taken["frames_ms"]
            heaps.append(await heap_mb(inspector))
        nodes = await page.evaluate("document.querySelectorAll('*').length")
        chatter.cancel()
    await room.server.close()
    for sample in samples:
        raw(sample)
    delays = [delay for sample in samples if (delay := sample["delay"]) is not None]
    drawn = [frame for sample in samples if (frame := sample["frame"]) is not None]
    report.n = len(samples)
    report.figure("input_delay_ms_p50", percentile(delays, 50))
    report.figure("input_delay_ms_p95", percentile(delays, 95))
    report.figure("input_delay_ms_max", max(delays))
    report.figure("input_to_frame_ms_p95", percentile(drawn, 95))
    report.figure("frame_ms_p50", percentile(frames, 50))
    report.figure("frame_ms_p99", percentile(frames, 99))
    report.figure("heap_mb", heaps[-1])
    report.figure("heap_growth_mb", heaps[-1] - heaps[0])
    report.figure("heap_growth_half_mb", heaps[-1] - heaps[LOOKS // 2])
    report.figure("nodes", nodes)
    report.figure("page_errors", len(errors))
    report.figure("first_paint_ms", statistics.median(paints))


async def first_paint(browser: Browser, room: ControlRoom) -> float:
    """Milliseconds from the request of the page to its first content, for somebody who is logged in."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    page = await context.new_page()
    await page.goto(room.server.mint_link())
    await page.wait_for_selector("#chat .message")
    fresh = await context.new_page()
    await fresh.goto(room.server.address)
    await fresh.wait_for_selector("#chat .message")
    paint = await fresh.evaluate(
        "performance.getEntriesByType('paint').find(({name}) => name === 'first-contentful-paint').startTime"
    )
    await context.close()
    return float(paint)


async def chat(room: ControlRoom, rate: int) -> None:
    """Messages, turns and changes of the queue, until it is cancelled."""
    number = 0
    turn = None
    began = room.clock.now_ns()
    while True:
        due = round((room.clock.now_ns() - began) / 1e9 * rate)
        while number < due:
            number += 1
            who = ("mika", "loud", "ayla", "vip")[number % 4]
            text = f"message {number} " + "la " * (number % 23)
            item = room.show.message(who, text, None if number % (3 * rate) == 0 else REASONS[number % len(REASONS)])
            if number % (3 * rate) == 0:
                if turn is not None:
                    room.show.end(turn, "It was said.")
                turn = room.show.choose(item)
                room.show.say(turn, "One clause of it,", "and another one.", audible=0)
                room.caption(turn, 1, "One clause of it,")
                room.began(1, 0)
            if number % rate == 0:
                room.queue = [] if len(room.queue) > 20 else room.queue
                room.line_up()
        await room.clock.sleep(0.02)


async def press(page: Page, seconds: float) -> None:
    """A key without a meaning, again and again."""
    for _ in range(round(seconds * KEYS_A_SECOND)):
        await page.keyboard.press("x")
        await asyncio.sleep(1 / KEYS_A_SECOND)


async def heap_mb(inspector: CDPSession) -> float:
    """What the page's scripts hold, after garbage collection."""
    await inspector.send("HeapProfiler.collectGarbage")
    usage = await inspector.send("Runtime.getHeapUsage")
    return float(usage["usedSize"]) / 1e6


if __name__ == "__main__":
    sys.exit(main())
