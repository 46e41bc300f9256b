"""The co-host's own sink on a real PulseAudio: made where it is wanted, kept while somebody listens, else gone."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.until import until
from launcher import sound, voice_sink
from launcher.console import Console
from launcher.places import Places
from launcher.process import Family
from sidecast.obs.setup.journal import FILE, Entry, Journal
from sidecast.obs.setup.wanted import Part

pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif(not all(map(shutil.which, ("pulseaudio", "pactl", "parec"))), reason="needs pulseaudio, pactl and parec"),
]


def pactl(*arguments: str) -> str:
    return subprocess.run(["pactl", *arguments], check=True, capture_output=True, text=True).stdout


def sinks() -> list[str]:
    return [line.split("\t")[1] for line in pactl("list", "short", "sinks").splitlines()]


@pytest.fixture
def console() -> Console:
    return Console(io.StringIO())


@pytest.fixture
def streamers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Family]:
    """A sound server as a streamer has it: with loudspeakers of another name."""
    with Family() as family:
        server = sound.start(family, tmp_path)
        monkeypatch.setenv("PULSE_SERVER", server.variables()["PULSE_SERVER"])
        for name in ("PULSE_SINK", "PULSE_SOURCE"):
            monkeypatch.delenv(name, raising=False)
        pactl("unload-module", "module-null-sink")
        pactl("load-module", "module-null-sink", "sink_name=loudspeakers")
        yield family


def test_it_is_there_for_the_show_and_heard_from_the_loudspeakers(streamers: Family, console: Console) -> None:
    before = pactl("list", "short", "modules")
    with voice_sink.sink(console) as variables:
        assert variables == {"PULSE_SINK": "sidecast", voice_sink.TOLD: "made"}
        assert sorted(sinks()) == ["loudspeakers", "sidecast"]
        assert pactl("get-default-sink").strip() == "loudspeakers"
        played = pactl("list", "short", "sink-inputs").splitlines()
        assert [line.split("\t")[3] for line in played] == ["module-loopback.c"]
        assert voice_sink.listeners() == 0
    assert pactl("list", "short", "modules") == before


async def test_it_stays_while_somebody_listens_and_is_found_again(streamers: Family, console: Console) -> None:
    with voice_sink.sink(console):
        listener = streamers.start(["parec", "--device=sidecast.monitor", "--raw"], stdout=subprocess.DEVNULL)
        await until(lambda: voice_sink.listeners() == 1)
    assert "sidecast" in sinks()
    with voice_sink.sink(console) as variables:
        assert variables[voice_sink.TOLD] == "kept"
        assert sinks().count("sidecast") == 1
        listener.terminate()
        listener.wait()
        await until(lambda: voice_sink.listeners() == 0)
    assert sinks() == ["loudspeakers"]


def test_without_a_sound_server_the_show_goes_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/nothing")
    said = io.StringIO()
    with voice_sink.sink(Console(said)) as variables:
        assert variables == {}
    assert "no voice of its own" in said.getvalue()


def test_it_is_wanted_where_obs_was_given_a_source_for_it(tmp_path: Path) -> None:
    places = Places(tmp_path, tmp_path, tmp_path, tmp_path / "data")
    assert not voice_sink.wanted(places)
    path = places.data / FILE
    journal = Journal(path)
    journal.add(Entry(part=Part.AVATAR, mark="a", name="Sidecast avatar", collection="Mine"))
    assert not voice_sink.wanted(places)
    journal.add(Entry(part=Part.VOICE, mark="b", name="Sidecast voice", collection="Mine"))
    assert voice_sink.wanted(places)
    for text in ("[]", "{", '{"version": 1, "made": [{}]}'):
        path.write_text(text, "utf-8")
        assert not voice_sink.wanted(places)
