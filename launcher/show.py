"""`./sidecast run`: set up, a screen and a sound server where there are none, the app, an orderly end."""

from __future__ import annotations

import contextlib
import signal
from dataclasses import dataclass
from pathlib import Path

from . import brains, keeping, record, screen, setup, sound, system, voice_sink
from .console import Console
from .lock import only_show
from .places import Places
from .process import Family, end, raise_on_signals
from .trouble import Interrupted, Trouble
from .workplace import workplace

GRACE_S = 3.0
"""Between SIGTERM and SIGKILL; the app needs at most 2.5 s to end its show."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a start needs besides the app, decided before anything is set up."""

    picture: bool
    own_screen: bool
    own_sound: bool
    film: Path | None
    brain: brains.Chosen | None = None

    @classmethod
    def of(cls, *, picture: bool, film: Path | None, brain: brains.Chosen | None = None) -> Plan:
        return cls(
            picture=picture,
            own_screen=picture and (film is not None or not screen.usable()),
            own_sound=picture and (film is not None or not sound.usable()),
            film=film,
            brain=brain,
        )

    def needs(self) -> list[system.Need]:
        needs = []
        if self.own_screen:
            needs.append(system.SCREEN)
        if self.own_sound:
            needs.append(system.SOUND if self.film else system.SOUND_IF_POSSIBLE)
        if self.film:
            needs.append(system.FFMPEG)
        return needs


def run(arguments: list[str], plan: Plan, places: Places, console: Console) -> int:
    """Returns the app's exit code.

    Args:
        arguments: for the app, with absolute paths.

    Raises:
        Trouble: a step of the set-up failed, another show runs, or the app crashed.
    """
    with only_show(places), workplace() as folder, keeping.passphrase_for(places) as phrase:
        ready = setup.everything(places, console, plan.needs(), picture=plan.picture, brain=plan.brain)
        environment = ready.environment() | phrase
        inherited = keeping.descriptors(phrase)
        with contextlib.ExitStack() as beside, Family() as family:
            if plan.picture:
                assert ready.godot is not None
                options, environment = _surroundings(plan, environment, family, folder, console)
                if not plan.own_sound and voice_sink.wanted(places):
                    to_sink = beside.enter_context(voice_sink.sink(console))
                    environment = environment | to_sink
                    options += ["--audio-driver", "PulseAudio"] if to_sink else []
                recorder = record.Recorder.start(family, folder, environment) if plan.film else None
                if recorder:
                    arguments = [*arguments, "--sync"]
                code = _app(
                    [ready.godot.program, "--path", places.repository, *options, "--", *arguments], environment, family, inherited
                )
                if recorder and plan.film:
                    raise_on_signals()  # a second Ctrl-C gives the film up
                    recorder.finish(plan.film, console, places.logs / "film.log")
            else:
                environment["PYTHONPATH"] = str(places.repository / "python")
                code = _app([places.python, "-m", "sidecast", *arguments], environment, family, inherited)
    return _judged(code)


def _surroundings(
    plan: Plan, environment: dict[str, str], family: Family, folder: Path, console: Console
) -> tuple[list[str], dict[str, str]]:
    """A screen and a sound server: Godot's options for them, and the variables that lead there."""
    options = ["--no-header"]
    if plan.own_screen:
        virtual = screen.start(family, folder)
        environment = environment | virtual.variables() | {screen.OWN: virtual.display}
        options += ["--rendering-driver", "opengl3", "--position", "0,0", "--resolution", screen.SIZE]
        if not plan.film:
            console.line("  No screen here, so the show runs on one of its own. Look at it with a VNC server for X displays, or")
            console.line("  film it with --record FILE.mp4:")
            console.line(f"    DISPLAY={virtual.display} XAUTHORITY={virtual.authority}")
    elif screen.only_wayland():
        options += ["--display-driver", "wayland"]
    if plan.own_sound and system.SOUND.met():
        environment = environment | sound.start(family, folder).variables()
        options += ["--audio-driver", "PulseAudio"]
    elif plan.own_sound:
        console.warn("No sound can be heard: there is no sound server here. The show runs on, mute and a little slower.")
        options += ["--audio-driver", "Dummy"]
    return options, environment


def _app(command: list[str | Path], environment: dict[str, str], family: Family, inherited: tuple[int, ...]) -> int:
    """Waits for the app; when a signal says to end, it gets `GRACE_S` to do so in its own way."""
    process = family.start(command, env=environment, grace_s=GRACE_S, pass_fds=inherited)
    try:
        return process.wait()
    except Interrupted:
        return end(process, GRACE_S)


def _judged(code: int) -> int:
    if code == -signal.SIGKILL:
        raise Trouble("The app did not end in time and was stopped.", "What it acknowledged is in the ledger; start again.")
    if code < 0:
        raise Trouble(f"The app crashed ({signal.Signals(-code).name}).", "Start again; the ledger is whole.", code=128 - code)
    return code
