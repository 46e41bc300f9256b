"""The whole app plays into the co-host's own sink, on a sound server as a streamer has it, and leaves nothing there."""

from __future__ import annotations

import asyncio
import io
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from fakes.until import until
from godot.real_godot import REPOSITORY, Godot
from launcher import godot as launchers_godot
from launcher import setup, show, sound, voice_sink
from launcher.console import Console
from launcher.places import Places
from launcher.process import Family
from sidecast.obs.setup.journal import FILE, Entry, Journal
from sidecast.obs.setup.wanted import Part

pytestmark = [
    pytest.mark.godot,
    pytest.mark.skipif(not all(map(shutil.which, ("Xvfb", "pulseaudio", "pactl"))), reason="needs Xvfb, pulseaudio and pactl"),
]


def pactl(*arguments: str) -> str:
    return subprocess.run(["pactl", *arguments], check=True, capture_output=True, text=True).stdout


def playing_to_the_sink() -> int:
    """Programs that play into it; what hands it on plays to the loudspeakers."""
    sinks = {line.split("\t")[0] for line in pactl("list", "short", "sinks").splitlines() if line.split("\t")[1] == sound.SINK}
    inputs = json.loads(pactl("--format=json", "list", "sink-inputs"))
    return sum(1 for each in inputs if str(each["sink"]) in sinks)


async def test_the_voice_is_alone_in_a_sink_of_its_own(godot: Godot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "bridge.json"
    config.write_text(json.dumps({**godot.python, "code": str(REPOSITORY / "python"), "module": "sidecast.embedded"}), "utf-8")
    places = Places(REPOSITORY, tmp_path / "home", tmp_path / "cache", tmp_path / "data" / "sidecast")
    for name, value in {
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "SIDECAST_CONTROL__PORT": "0",
        "SIDECAST_BRIDGE": str(config),
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("PULSE_SINK", "PULSE_SOURCE", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)

    def there_already(*_: object, **__: object) -> setup.Ready:
        return setup.Ready(places, {}, launchers_godot.Godot(godot.program, "", 0))

    monkeypatch.setattr(setup, "everything", there_already)
    journal = Journal(places.data / FILE)
    journal.add(Entry(part=Part.VOICE, mark="a", name="Sidecast voice", collection="Mine"))
    with Family() as family:
        streamers = sound.start(family, tmp_path)
        monkeypatch.setenv("PULSE_SERVER", streamers.variables()["PULSE_SERVER"])
        pactl("unload-module", "module-null-sink")
        pactl("load-module", "module-null-sink", "sink_name=loudspeakers")
        before = pactl("list", "short", "modules")
        plan = show.Plan.of(picture=True, film=None)
        assert not plan.own_sound
        running = asyncio.create_task(asyncio.to_thread(show.run, ["--for", "8"], plan, places, Console(io.StringIO())))
        await until(lambda: running.done() or (voice_sink_is_there() and playing_to_the_sink() > 0))
        assert not running.done()
        assert voice_sink.listeners() == 0
        assert await running == 0
        assert pactl("list", "short", "modules") == before


def voice_sink_is_there() -> bool:
    return sound.SINK in pactl("list", "short", "sinks").split()
