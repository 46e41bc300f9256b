"""`./sidecast obs setup | undo | status | password`: OBS and what Sidecast has in it, from the terminal. A show may run."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import getpass
import random
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ..clock import Clock, SystemClock
from ..errors import ObsError, SidecastError
from ..flow.obs import ObsApi
from ..obs.ducking import filters
from ..obs.link.connection import ObsLink
from ..obs.link.own_config import read_own
from ..obs.link.place import PASSWORD, Finder
from ..obs.link.troubles import LASTING, Why
from ..obs.setup import Done, Journal, Overlay, Part, Plan, Voice, Wanted, Window, apply, look, plan, undo
from ..obs.setup.journal import FILE
from ..obs.setup.wanted import OVERLAYS
from ..opened import open_here
from ..settings import Settings, data_dir, load_settings
from ..telemetry.logs import redactor
from ..vault.vault import Vault

CTRL_C = 130
CONNECTED_WITHIN_S = 8.0
AWAY_AFTER_S = 2.0
"""An OBS that is just starting is waited for a little."""
LOOK_S = 0.05
LASTING_OR_OFF = LASTING | {Why.NO_HOST, Why.SERVER_OFF}
_NOT_DONE = "Nothing was done. To have it done:  ./sidecast obs {what} --yes"


@dataclass(frozen=True, slots=True)
class Talk:
    """The terminal, or a test."""

    say: Callable[[str], None]
    ask: Callable[[str], str] | None
    """A question and its answer; None when nobody is there to answer. Blocks."""
    ask_secret: Callable[[str], str]
    """What is typed is not shown; without a terminal, the next line of what is piped in. Blocks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a command works with."""

    api: ObsApi
    journal: Journal
    talk: Talk
    clock: Clock
    yes: bool
    """Not asked before it is done."""


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./sidecast obs", description="OBS, and what Sidecast has in it. setup and undo show what they would do, and ask."
    )
    choices = ["setup", "undo", "status", "password"]
    parser.add_argument("what", nargs="?", default="status", choices=choices, metavar="|".join(choices))
    parser.add_argument("--scene", default="", metavar="NAME", help="setup: show the co-host in this scene of yours, too")
    parser.add_argument(
        "--screen", default="", metavar=":N", help="setup: the X display that the app has to itself (as it says at start)"
    )
    parser.add_argument("--no-voice", action="store_true", help="setup: no source of its own for the co-host's voice")
    parser.add_argument(
        "--overlays", action="store_true", help="setup: asks for links of overlays (control room: Set-up, Overlays)"
    )
    parser.add_argument("--yes", action="store_true", help="do it without asking")
    parser.add_argument("--settings", type=Path, metavar="FILE", help="another settings file")
    return parser


async def act(asked: argparse.Namespace, given: Given, window: Window) -> int:
    """Does what the command says; returns the exit code.

    Raises:
        SidecastError: it cannot be done.
    """
    match asked.what:
        case "setup":
            overlays = await asyncio.to_thread(read_overlays, given.talk) if asked.overlays else None
            voice = None if asked.no_voice else Voice(ready=False)
            return await set_up(Wanted(window=window, voice=voice, overlays=overlays, shown_in=asked.scene), given)
        case "undo":
            return await take_away(given)
        case _:
            return await status(given.api, given.journal, given.talk)


async def set_up(wanted: Wanted, given: Given) -> int:
    talk = given.talk
    planned = plan(await look(given.api, given.journal), wanted)
    if planned.empty:
        talk.say("All of it is in OBS already.")
        _say_notes(planned.notes, talk)
        return 0
    _show(planned, talk)
    if not await _agreed(given, "Do it? [y/N] ", "setup"):
        return 1
    done = await apply(given.api, planned, given.journal, clock=given.clock)
    code = _told(done, planned.notes, talk)
    talk.say("To take it all away again:  ./sidecast obs undo")
    return code


async def take_away(given: Given) -> int:
    talk = given.talk
    found = await look(given.api, given.journal)
    if found.made:
        talk.say(f"Out of OBS's scene collection “{found.collection}” would go:")
        for made in found.made:
            talk.say(f"  {_of(made.part, made.name, made.scene)}")
        if not await _agreed(given, "Take them away? [y/N] ", "undo"):
            return 1
    code = _told(await undo(given.api, given.journal, clock=given.clock), (), talk)
    # an OBS that quits in the middle of a word keeps what is lowered; without a show nobody else would put it back
    if loud := await filters.sweep(given.api):
        talk.say(f"As loud as before: {', '.join(loud)}.")
    return code


async def status(api: ObsApi, journal: Journal, talk: Talk) -> int:
    found = await look(api, journal)
    version = api.version
    assert version is not None
    talk.say(f"Connected to OBS {version.obs} (obs-websocket {version.websocket}).")
    talk.say(f"Scene on the programme: {found.programme}{', on the air' if found.on_air else ''}.")
    if not found.made:
        talk.say("Nothing of Sidecast's is in it. To set it up:  ./sidecast obs setup")
    for made in found.made:
        talk.say(f"  {_of(made.part, made.name, made.scene)}{'' if made.in_scene else ' (not in the scene any more)'}")
    for name in found.elsewhere:
        talk.say(f"  More is in the scene collection “{name}”.")
    return 0


def read_overlays(talk: Talk) -> tuple[Overlay, ...]:
    """Links as the control room shows them once. Blocks.

    Raises:
        ObsError: what was typed is no such link.
    """
    found: dict[Part, Overlay] = {}
    while len(found) < len(OVERLAYS):
        typed = talk.ask_secret("The link of an overlay (nothing is shown; empty = no more): ").strip()
        if not typed:
            break
        redactor.hide(typed)
        overlay = _overlay(typed)
        found[overlay.part] = overlay
        talk.say(f"Overlay: {overlay.part.value}.")
    return tuple(found.values())


def _overlay(link: str) -> Overlay:
    kinds = {part.value: part for part in OVERLAYS}
    try:
        address = urlsplit(link)
        part = kinds.get(address.path.removeprefix("/overlay/").rstrip("/"))
    except ValueError:
        part = None
    if part is None or address.scheme not in ("http", "https") or not address.hostname:
        remedy = "Copy it in the control room under Set-up, Overlays: it has /overlay/caption in it, for example."
        raise ObsError("This is no link of an overlay.", remedy)
    return Overlay(part=part, url=link)


def keep_password(vault: Vault, ask: Callable[[str], str]) -> str:
    """Returns the sentence about what was done. Blocks.

    Raises:
        SidecastError: the vault cannot be written.
    """
    typed = ask("The password that OBS shows under Tools → WebSocket Server Settings (nothing is shown; empty takes it away): ")
    typed = typed.rstrip("\r\n")
    if typed:
        redactor.hide(typed)
    vault.set(PASSWORD, typed or None)
    return "The password is in the vault." if typed else "There is no password in the vault now."


async def connected(link: ObsLink, clock: Clock) -> None:
    """Returns when there is a connection.

    Raises:
        ObsError: there is none, and why.
    """
    started_ns = clock.now_ns()
    while link.version is None:
        waited_s = (clock.now_ns() - started_ns) / 1e9
        soon = AWAY_AFTER_S if link.why is not None else CONNECTED_WITHIN_S
        if link.why in LASTING_OR_OFF or waited_s > soon:
            raise ObsError(link.trouble or "OBS is not used.", "" if link.trouble else "Switch obs.enabled on in the settings.")
        await clock.sleep(LOOK_S)


def show_runs(data: Path) -> bool:
    """Whether the app's window can be expected to be open: the launcher holds a lock as long as a show runs."""
    try:
        import fcntl
    except ImportError:
        return False
    try:
        with (data / "show.lock").open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _show(planned: Plan, talk: Talk) -> None:
    talk.say(f"In OBS's scene collection “{planned.collection}”:")
    for number, step in enumerate(planned.steps, 1):
        talk.say(f"  {number}. {step.words}")
    _say_notes(planned.notes, talk)


def _say_notes(notes: Sequence[str], talk: Talk) -> None:
    for note in dict.fromkeys(notes):
        talk.say(f"  Note: {note}")


async def _agreed(given: Given, question: str, what: str) -> bool:
    talk = given.talk
    if given.yes:
        return True
    if talk.ask is not None and (await asyncio.to_thread(talk.ask, question)).strip().lower() in ("y", "yes"):
        return True
    talk.say(_NOT_DONE.format(what=what))
    return False


def _told(done: Done, known: Sequence[str], talk: Talk) -> int:
    for sentence in done.said:
        talk.say(sentence)
    _say_notes([note for note in done.notes if note not in known], talk)
    if done.trouble:
        talk.say(f"It ended here: {done.trouble} What was done stays done; repeat the command to go on.")
    return int(bool(done.trouble))


def _of(part: Part, name: str, scene: str) -> str:
    return f"“{name}” in your scene “{scene}”" if part is Part.SHOWN_IN else f"“{name}” ({part.value})"


def terminal() -> Talk:
    """Questions only where somebody looks."""

    def say(line: str) -> None:
        print(line, flush=True)  # noqa: T201 - the answer to a command

    def ask_secret(question: str) -> str:
        return getpass.getpass(question) if sys.stdin.isatty() else sys.stdin.readline()

    return Talk(say, input if sys.stdin.isatty() else None, ask_secret)


async def _run(asked: argparse.Namespace, settings: Settings, vault: Vault) -> int:
    clock = SystemClock()

    def password() -> str | None:
        found = vault.get(PASSWORD)
        if found:
            redactor.hide(found)
        return found

    link = ObsLink(Finder(lambda: settings.obs, password, read_own), clock, random.Random())  # noqa: S311 - jitter
    running = asyncio.create_task(link.run())
    try:
        await connected(link, clock)
        journal = Journal(data_dir() / FILE)
        window = Window(open=show_runs(data_dir()), own_screen=asked.screen, transparent=settings.stage.transparent)
        given = Given(api=link, journal=journal, talk=terminal(), clock=clock, yes=asked.yes)
        return await act(asked, given, window)
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


def main(arguments: list[str]) -> int:
    """Exit code 0; 1 with a sentence, or when nothing was done; 130 after Ctrl-C."""
    asked = parser().parse_args(arguments)
    try:
        settings = load_settings(asked.settings)
        # before the loop: a passphrase may have to be typed
        with closing(open_here(data_dir())[0]) as vault:
            if asked.what == "password":
                talk = terminal()
                talk.say(keep_password(vault, talk.ask_secret))
                return 0
            return asyncio.run(_run(asked, settings, vault))
    except SidecastError as error:
        print(f"sidecast: {error}", file=sys.stderr)  # noqa: T201
        return 1
    except (KeyboardInterrupt, EOFError):
        print("\nNothing more is done; what was done stays done.", file=sys.stderr)  # noqa: T201
        return CTRL_C


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
