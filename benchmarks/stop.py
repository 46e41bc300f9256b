"""From an order to silence at the mixer, under full load: a chat of 200 messages a second, and the host in mid-sentence.

The real app in Godot, on a screen and a sound server of its own, reads a server that speaks Twitch's IRC over TLS. While the host
speaks, at a random moment, it is stopped in each way in turn: a moderator's `!stop` in that same chat, the control page's order
over HTTP, the stop key while another program has the focus (`key`), and, with `--window-key`, Escape in the app's own
window, which Godot reads with a frame. `stop_ms` counts from just before the order is sent, outside of the app, to the
last audible sample of what the sound server was given: an upper bound. Stops that came when nothing sounded do not count.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.captured_mix import CapturedMix, Listening
from benchmarks.report import Report, percentile, raw_writer
from fakes.certificates import server_context
from fakes.irc_server import FakeTwitch, privmsg
from fakes.until import until
from fakes.x_client import ALT, CTRL, ESCAPE, SPACE, XClient
from sidecast.control.access.tokens import csrf_of

REPOSITORY = Path(__file__).resolve().parent.parent
PROMISED_MS = 100.0
WRITES_A_SECOND = 20
"""To the socket; each carries its part of the chat."""
ASKED_A_SECOND = 1.0
"""Questions to the host among the chat: enough that it is never without one."""
VIEWERS = 600
LOOKED_BEFORE_S = 0.1
"""Something sounded within so much before the order, or the stop does not count."""
SILENT_S = 0.7
"""After the order nothing is told to go on for so long, and nothing may sound again."""
SPEAKS_WITHIN_S = 60.0
TOLD_AGAIN_S = 12.0
WORDS = (
    "that was so close",
    "again",
    "lol",
    "nice one",
    "look at the jump",
    "no way",
    "he did it",
    "go left",
    "what a save",
    "hype",
)
LINK = re.compile(r"http://127\.0\.0\.1:\d+/open\?key=\S+")


@dataclass(frozen=True, slots=True)
class Given:
    """A stop, and when it was about to be sent."""

    way: str
    at_ns: int


class App:
    """The app while it runs: what it says of itself, and the ways to stop it."""

    def __init__(self, folder: Path, server: FakeTwitch, process: subprocess.Popen[bytes]) -> None:
        self._folder = folder
        self._server = server
        self.process = process
        self._page = httpx.AsyncClient()
        self._keys: XClient | None = None
        self._window = 0
        self._number = 10**6
        self._read = 0
        self._sounding: set[int] = set()

    @property
    def said(self) -> str:
        return (self._folder / "app.log").read_text("utf-8", "replace")

    @property
    def speaks(self) -> bool:
        """By the marks of its trace."""
        trace = self._folder / "trace"
        if trace.exists():
            with trace.open("rb") as file:
                file.seek(self._read)
                new = file.read()
            new = new[: new.rfind(b"\n") + 1]
            self._read += len(new)
            for line in new.splitlines():
                entry = json.loads(line)
                if entry.get("mark") == "audible":
                    self._sounding.add(entry["utterance"])
                elif entry.get("mark") in {"finished", "cut"}:
                    self._sounding.discard(entry["utterance"])
        return bool(self._sounding)

    async def open_page(self) -> None:
        """Logs in by the link that the app has printed."""
        await until(lambda: LINK.search(self.said) or self.process.poll() is not None)
        link = LINK.search(self.said)
        if link is None:
            raise RuntimeError(f"The app ended, or told no link: {self.said[-2000:]}")
        origin = link[0].partition("/open")[0]
        self._page = httpx.AsyncClient(base_url=origin, headers={"origin": origin, "sec-fetch-site": "same-origin"}, timeout=10)
        await self._page.get(link[0])
        token = next(cookie.value for cookie in self._page.cookies.jar)
        self._page.headers["x-sidecast-csrf"] = csrf_of(token or "")

    async def order(self, way: str, *, on: bool) -> None:
        if way == "moderator":
            self._number += 1
            text = "!stop" if on else "!go"
            self._server.tell(privmsg(text, who="rowan", number=self._number, badges="moderator/1", mod=1))
        elif way == "page":
            answer = await self._page.post("/api/v1/live/orders", json={"order": "stop", "on": on})
            answer.raise_for_status()
        elif way == "window_key":
            self._hands.focus(self._window)
            self._hands.tap(ESCAPE)
        else:
            self._hands.take_focus()
            self._hands.tap(SPACE, CTRL | ALT)

    async def open_keys(self) -> None:
        """Another program on the same screen, and fingers on the keyboard."""
        await until(lambda: '"watching"' in self._trace() or self.process.poll() is not None)
        self._keys = XClient()
        self._window = self._keys.largest_window()

    @property
    def _hands(self) -> XClient:
        assert self._keys is not None, "open_keys comes first"
        return self._keys

    def _trace(self) -> str:
        trace = self._folder / "trace"
        return trace.read_text("utf-8") if trace.exists() else ""

    async def close(self) -> None:
        await self._page.aclose()
        if self._keys is not None:
            self._keys.close()


@contextlib.contextmanager
def godot(folder: Path, server_port: int, trusted: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The app in a window, with data of its own."""
    environment = os.environ | {
        "SIDECAST_AUDIENCE__PAUSE_S": "0",
        "SIDECAST_CONTROL__PORT": "0",
        "SIDECAST_CHAT__IRC_HOST": "127.0.0.1",
        "SIDECAST_CHAT__IRC_PORT": str(server_port),
        "SSL_CERT_FILE": str(trusted),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
    }
    window = ["--rendering-driver", "opengl3", "--position", "0,0", "--resolution", "1280x720", "--audio-driver", "PulseAudio"]
    arguments = ["--channel", "kit", "--trace", str(folder / "trace"), "--seed", "1"]
    command = [os.environ["SIDECAST_GODOT"], "--no-header", *window, "--path", str(REPOSITORY), "--", *arguments]
    with (folder / "app.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextlib.asynccontextmanager
async def running(folder: Path) -> AsyncIterator[tuple[App, FakeTwitch]]:
    context, trusted = server_context(folder)
    server = FakeTwitch()
    async with server.on_socket(context) as port:
        with godot(folder, port, trusted) as process:
            app = App(folder, server, process)
            try:
                await app.open_page()
                await until(lambda: server.joined)
                yield app, server
            finally:
                await app.close()
        server.hang_up()
        # the connections' own tasks see it before the loop ends
        await until(lambda: not server.clients)
        await asyncio.sleep(0.1)


async def flood(server: FakeTwitch, rate: int, rng: random.Random) -> None:
    """Endless; what falls behind is caught up with."""
    began, sent = time.monotonic(), 0
    while True:
        await asyncio.sleep(1 / WRITES_A_SECOND)
        lines = []
        while sent < (time.monotonic() - began) * rate:
            sent += 1
            text, tags = " ".join(rng.sample(WORDS, rng.randint(1, 4))), {}
            if rng.random() < ASKED_A_SECOND / rate:
                text, tags = (
                    f"Kit, what do you think of number {sent} and the rest?",
                    {"badges": "subscriber/3", "subscriber": "1"},
                )
            lines.append(privmsg(text, who=f"viewer{rng.randrange(VIEWERS)}", number=sent, **tags))
        if lines:
            server.tell(*lines)


async def spoken(app: App) -> None:
    """Until it speaks, or has ended. A key is a switch: where it came after what tells to go on, that is told again."""
    for _ in range(round(SPEAKS_WITHIN_S / TOLD_AGAIN_S)):
        with contextlib.suppress(TimeoutError):
            await until(lambda: app.speaks or app.process.poll() is not None, TOLD_AGAIN_S)
            return
        await app.order("page", on=False)
    raise TimeoutError(f"The host said nothing for {SPEAKS_WITHIN_S:.0f} s.")


async def stop_often(app: App, ways: list[str], stops: int, rng: random.Random) -> list[Given]:
    """Each time while it speaks, then lets it go on."""
    given: list[Given] = []
    while len(given) < stops:
        await spoken(app)
        if app.process.poll() is not None:
            raise RuntimeError(f"The app ended by itself: {app.said[-2000:]}")
        await asyncio.sleep(rng.uniform(0.1, 1.2))
        if not app.speaks:
            continue
        way = ways[len(given) % len(ways)]
        given.append(Given(way, time.monotonic_ns()))
        await app.order(way, on=True)
        await asyncio.sleep(SILENT_S)
        await app.order("page", on=False)
    return given


def stop_ms(given: Given, mix: Listening) -> float | None:
    """None when nothing sounded at that moment: neither just before nor after it."""
    before_ns = given.at_ns - round(LOOKED_BEFORE_S * 1e9)
    if mix.silent_from(before_ns, LOOKED_BEFORE_S) is None:
        return None
    last_ns = mix.silent_from(given.at_ns, SILENT_S)
    return None if last_ns is None else max(0.0, (last_ns - given.at_ns) / 1e6)


async def measure(folder: Path, options: argparse.Namespace) -> tuple[list[Given], Listening]:
    rng = random.Random(options.seed)  # noqa: S311 - moments, nothing secret
    ways = ["moderator", "page", "key", *(["window_key"] if options.window_key else [])]
    with CapturedMix() as mix:
        async with running(folder) as (app, server):
            await app.open_keys()
            chat = asyncio.create_task(flood(server, options.rate, rng))
            try:
                given = await stop_often(app, ways, options.stops, rng)
            finally:
                chat.cancel()
        return given, mix.listen()


def main() -> int:
    options = _options()
    if not os.environ.get("SIDECAST_GODOT"):
        sys.stderr.write("SIDECAST_GODOT names no Godot. Start this with  ./sidecast bench stop , which gets it.\n")
        return 1
    with tempfile.TemporaryDirectory(prefix="sidecast-stop-") as name:
        given, mix = asyncio.run(measure(Path(name), options))
    report = Report("stop")
    times: list[tuple[str, float]] = []
    with raw_writer(options.raw) as write:
        for each in given:
            took = stop_ms(each, mix)
            write({"way": each.way, "stop_ms": took})
            times += [] if took is None else [(each.way, took)]
    report.n = len(times)
    report.figure("chat_per_s", options.rate)
    report.figure("stops", len(times))
    report.figure("stops_in_a_pause", len(given) - len(times))
    for way in ("", *dict.fromkeys(way for way, _ in times)):
        of_way = [took for by, took in times if way in ("", by)]
        prefix = f"{way}_" if way else ""
        for q, key in ((50, "p50"), (95, "p95"), (100, "max")):
            report.figure(f"{prefix}stop_ms_{key}", percentile(of_way, q))
        report.figure(f"{prefix}stops_late", sum(took > PROMISED_MS for took in of_way))
    report.finish(options.json)
    return 0


def _options() -> argparse.Namespace:
    reading = argparse.ArgumentParser(prog="./sidecast bench stop", description=(__doc__ or "").splitlines()[0])
    reading.add_argument("--json", type=Path, help="write the figures as JSON")
    reading.add_argument("--raw", type=Path, help="write one JSON line a stop")
    reading.add_argument("--stops", type=int, default=50, help="how often (default 50)")
    reading.add_argument("--rate", type=int, default=200, help="messages a second (default 200)")
    reading.add_argument("--seed", type=int, default=1, help="of the chat and the moments")
    reading.add_argument("--window-key", action="store_true", help="also by Escape in the app's own window")
    return reading.parse_args()


if __name__ == "__main__":
    sys.exit(main())
