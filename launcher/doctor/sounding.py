"""What is heard: somewhere to play it, and a voice."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from .. import debian, system, voices
from .. import sound as playing
from .asking import ask
from .case import Case
from .finding import Finding, comes, found, missing

LOAD_S = 10
NO_TRACES = {"PULSE_RUNTIME_PATH": "/dev/null/none"}
"""libpulse, which eSpeak NG loads, would make folders for itself."""


def sound(case: Case) -> Finding:
    if playing.usable():
        where = os.environ.get("PULSE_SERVER")
        return found(f"the sound server {where}" if where else "this machine's own")
    if system.SOUND.met():
        return found("none here, so the show gets a sound server of its own (PulseAudio)")
    if debian.can_install():
        return comes(f"none here; set-up installs {', '.join(system.SOUND.packages)}")
    what = "There is no sound server here: the show would run mute and a little slower."
    return missing(what, debian.how_to_install(system.SOUND.packages), needed=False)


def voice(case: Case) -> Finding:
    good, bad = [], []
    for each in voices.VOICES:
        folder = voices.find(each, case.places)
        if folder is None:
            continue
        if wrong := _wrong(each, folder):
            bad.append(wrong)
        else:
            good.append(each.name)
    chosen = {"flite": "Flite", "espeak": "eSpeak NG"}.get(str(case.setting("speech", "voice")), "Flite")
    lacking = [each for each in voices.VOICES if voices.find(each, case.places) is None]
    if bad:
        return missing(" ".join(bad), "Run  ./sidecast clean  and start again.", needed=False)
    if not lacking:
        return found(f"{chosen}, with {' and '.join(name for name in good if name != chosen)} as its stand-in")
    packages = [package for each in lacking for package in each.packages]
    names = " and ".join(each.name for each in lacking)
    if debian.here():
        return comes(f"set-up fetches {names} (no rights needed)")
    what = f"{names} {'is' if len(lacking) == 1 else 'are'} not installed{'' if good else ', so the show would be mute'}."
    return missing(what, debian.how_to_install(packages), needed=False)


def _wrong(each: voices.Voice, folder: Path) -> str:
    """Loaded in a process of its own: a library that does not fit may crash."""
    command = voices.check(Path(sys.executable), folder, [folder / library for library in each.libraries])
    answer = ask(command, LOAD_S, NO_TRACES)
    if answer.well:
        return ""
    if answer.code is not None and answer.code < 0:
        return f"{each.name} in {folder} crashes ({signal.Signals(-answer.code).name})."
    return f"{each.name} in {folder} cannot be loaded: {answer.last_words.rpartition(chr(10))[2] or 'it took too long'}."
