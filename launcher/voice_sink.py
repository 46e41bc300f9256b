"""The co-host's voice apart from all other sound, for OBS: a sink of its own on the streamer's PulseAudio or PipeWire.

Made only where `./sidecast obs setup` has put a source for it into OBS. What is played there is handed on to the streamer's
loudspeakers. While OBS listens the sink outlives the show: a sound server that loses a sink moves those who listen to another
source, and that may be a microphone.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from .console import Console
from .places import Places
from .sound import RATE, SINK

JOURNAL = "obs-setup.json"
"""In the data folder; python/sidecast/obs/setup/journal.py"""
TOLD = "SIDECAST_VOICE_SINK"
"""For the app: `made` at this start, so that OBS has to be told of it, or `kept` from one before."""
LOOPBACK_MS = 30
ANSWER_S = 5


@dataclass(frozen=True, slots=True)
class SinkError(Exception):
    """What the sound server said."""

    said: str


def wanted(places: Places) -> bool:
    """Whether OBS was given a source for the voice. A journal that cannot be read is the app's to complain about."""
    try:
        data = json.loads((places.data / JOURNAL).read_text("utf-8"))
        return any(each["part"] == "voice" for each in data["made"])
    except (OSError, ValueError, KeyError, TypeError):
        return False


@contextmanager
def sink(console: Console) -> Iterator[dict[str, str]]:
    """Variables for the app: its sound goes to the sink. Empty, with a warning, where none can be made."""
    if shutil.which("pactl") is None:
        console.warn("OBS has no voice of its own to hear: the program pactl is missing (Debian: pulseaudio-utils).")
        yield {}
        return
    try:
        how = _prepared()
    except SinkError as error:
        console.warn(f"OBS has no voice of its own to hear: the sound server made no sink for it ({error.said}).")
        yield {}
        return
    try:
        yield {"PULSE_SINK": SINK, TOLD: how}
    finally:
        _tidy()


def listeners() -> int:
    """How many listen to the sink, besides what hands it on to the loudspeakers.

    Raises:
        SinkError: the sound server does not answer.
    """
    monitors = {row[0] for row in _rows("sources") if row[1] == f"{SINK}.monitor"}
    ours = {row[0] for row in _modules()}
    try:
        outputs = json.loads(_pactl("--format=json", "list", "source-outputs"))
        return sum(1 for each in outputs if str(each["source"]) in monitors and str(each["owner_module"]) not in ours)
    except (ValueError, KeyError, TypeError) as error:
        raise SinkError("its list of who listens cannot be read") from error


def _prepared() -> str:
    if any(row[1] == SINK for row in _rows("sinks")):
        return "kept"
    loudspeakers = _pactl("get-default-sink").strip()
    properties = f"sink_name={SINK} rate={RATE} channels=2 sink_properties=device.description=Sidecast"
    _pactl("load-module", "module-null-sink", *properties.split())
    if loudspeakers and loudspeakers != SINK:
        # without a sink's name it follows the streamer when they change their loudspeakers
        handed = f"source={SINK}.monitor source_dont_move=yes latency_msec={LOOPBACK_MS}"
        _pactl("load-module", "module-loopback", *handed.split())
        if _pactl("get-default-sink").strip() == SINK:
            _pactl("set-default-sink", loudspeakers)
    return "made"


def _tidy() -> None:
    try:
        if listeners():
            return
        for row in reversed(_modules()):
            _pactl("unload-module", row[0])
    except SinkError:
        return  # the sound server ended before us, and the sink with it


def _modules() -> list[list[str]]:
    """Those that `_prepared` has loaded, at this start or at one before."""
    ours = {f"sink_name={SINK}", f"source={SINK}.monitor"}
    return [row for row in _rows("modules") if ours & set(row[2].split())]


def _rows(what: str) -> list[list[str]]:
    """Of `pactl list short`: number, name and more, between tabulators."""
    return [line.split("\t") for line in _pactl("list", "short", what).splitlines() if line.count("\t") > 1]


def _pactl(*arguments: str) -> str:
    environment = {**os.environ, "LC_ALL": "C"}
    try:
        done = subprocess.run(
            ["pactl", *arguments],
            capture_output=True,
            text=True,
            timeout=ANSWER_S,
            env=environment,
            errors="replace",
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SinkError(str(error)) from error
    if done.returncode != 0:
        raise SinkError(done.stderr.strip() or f"exit code {done.returncode}")
    return done.stdout
