"""The real app in a real OBS: set up by Sidecast, seen in OBS's picture, seen and heard in what OBS records.

The app is on a screen of its own. OBS has no graphics card here, so it is `xshm_input` that captures; capture of windows
(`xcomposite_input`) needs one, and shows nothing on llvmpipe.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from fakes.obs_linked import linked
from fakes.real_obs import FIRST_SCENE, RealObs
from fakes.until import until
from godot.real_godot import Godot
from godot.test_whole_show import app, said
from sidecast.obs.setup import Journal, Part, Voice, Wanted, Window, apply, look, plan, undo

pytestmark = [
    pytest.mark.godot,
    pytest.mark.skipif(not all(map(shutil.which, ("Xvfb", "ffmpeg", "ffprobe"))), reason="needs Xvfb and ffmpeg"),
]

Picture = npt.NDArray[np.uint8]
"""Rows, columns, red green blue: 0 … 255."""
WIDTH, HEIGHT = 640, 360
ORANGE, CREAM, MINT = (0xF5, 0x8A, 0x42), (0xFF, 0xF8, 0xEF), (0x5F, 0xF0, 0xCF)
"""The avatar's fur; the ground of a caption, the edge of a card (scenes/overlay/palette.gd)."""
FACE = (slice(90, 270), slice(340, 560))
CAPTION, CARD, CARD_EDGE = (slice(205, 250), slice(35, 285)), (slice(135, 190), slice(45, 285)), (slice(150, 180), slice(30, 42))
"""Where these stand in a wide window (scenes/show/stage_layout.gd), at the canvas's size."""
RECORD_MS = 20_000
FPS = 30
RATE = 48_000
AUDIBLE = 10 ** (-40 / 20)
MOVED = 12
"""How much brighter or darker some place is: above what compression does to a picture that stands still."""


@pytest.fixture
def screen_of_its_own() -> Iterator[str]:
    """One that OBS may look at: it asks for no cookie."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x720x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(write,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        assert number, "Xvfb did not start."
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(10)


def chat(path: Path) -> Path:
    """A question every eight seconds, for a minute."""
    questions = (
        "hey Kit, how are you feeling tonight?",
        "Kit, can you tell me about your favourite game?",
        "Kit, do you like music?",
    )
    lines = [
        {"at": 1.0 + 8 * turn, "kind": "message", "author": f"mika{turn}", "text": questions[turn % len(questions)]}
        for turn in range(8)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def picture(obs: RealObs, source: str) -> Picture:
    asked = {"sourceName": source, "imageFormat": "ppm", "imageWidth": WIDTH, "imageHeight": HEIGHT}
    data = base64.b64decode(obs.ask("GetSourceScreenshot", asked)["imageData"].partition(",")[2])
    return np.frombuffer(data[-WIDTH * HEIGHT * 3 :], np.uint8).reshape(HEIGHT, WIDTH, 3)


def share(of: Picture, colour: tuple[int, int, int], within: int = 40) -> float:
    """How much of a picture has about this colour, 0 … 1."""
    return float((np.abs(of.astype(np.int16) - np.array(colour, np.int16)).max(axis=2) <= within).mean())


def has_avatar(of: Picture) -> bool:
    return share(of[FACE], ORANGE) > 0.1


def has_words(of: Picture) -> bool:
    """A caption, and above it a card: light letters and a mint edge on a dark ground."""
    letters = (of[CARD].min(axis=2) > 200).mean()
    return share(of[CAPTION], CREAM) > 0.2 and letters > 0.01 and share(of[CARD_EDGE], MINT, 70) > 0.1


def halves_of(film: Path) -> Picture:
    """A picture each half second."""
    data = _decoded(film, "-an", "-vf", f"fps=2,scale={WIDTH}:{HEIGHT}", "-f", "rawvideo", "-pix_fmt", "rgb24")
    return np.frombuffer(data, np.uint8).reshape(-1, HEIGHT, WIDTH, 3)


def _decoded(film: Path, *arguments: str) -> bytes:
    command = ["ffmpeg", "-nostdin", "-loglevel", "error", "-i", str(film), *arguments, "-"]
    return subprocess.run(command, check=True, capture_output=True).stdout


async def test_obs_shows_and_records_the_whole_co_host(
    godot: Godot, tmp_path: Path, real_obs_with_sound: RealObs, screen_of_its_own: str
) -> None:
    obs = real_obs_with_sound
    assert obs.sound is not None
    journal = Journal(tmp_path / "obs-setup.json")
    # with the desktop's sound off, what is heard is the co-host's own source
    for name in filter(None, obs.ask("GetSpecialInputs").values()):
        obs.ask("SetInputMute", {"inputName": name, "inputMuted": True})
    variables = {**obs.sound.variables(), "DISPLAY": screen_of_its_own, "WAYLAND_DISPLAY": ""}
    arguments = ("--replay", str(chat(tmp_path / "chat.jsonl")), "--seed", "1")
    async with linked(obs) as api:
        wanted = Wanted(window=Window(open=True, own_screen=screen_of_its_own), voice=Voice())
        done = await apply(api, plan(await look(api, journal), wanted), journal)
        assert not done.trouble
        assert "shows nothing" not in " ".join(done.notes)
        made = (await look(api, journal)).of(Part.AVATAR)
        assert made is not None
        assert made.kind.startswith("xshm_input")
        obs.ask("SetCurrentProgramScene", {"sceneName": "Sidecast"})
        assert not has_avatar(picture(obs, "Sidecast"))

        with app(godot, tmp_path, *arguments, driver="PulseAudio", variables=variables, window=True) as process:
            await until(lambda: has_avatar(picture(obs, "Sidecast")) or process.poll() is not None)
            assert process.poll() is None, said(tmp_path)
            await until(lambda: has_words(picture(obs, "Sidecast")) or process.poll() is not None)
            assert process.poll() is None, said(tmp_path)
            (tmp_path / "scene.png").write_bytes(obs.picture("Sidecast"))

            obs.ask("StartRecord")
            await until(lambda: obs.ask("GetRecordStatus")["outputDuration"] >= RECORD_MS or process.poll() is not None)
            assert process.poll() is None, said(tmp_path)
            film = Path(obs.ask("StopRecord")["outputPath"])
            await until(lambda: not obs.ask("GetRecordStatus")["outputActive"])
        obs.ask("SetCurrentProgramScene", {"sceneName": FIRST_SCENE})
        assert not (await undo(api, journal)).trouble

    judge(film)


def judge(film: Path) -> None:
    """That it is whole, that it lives, and that what is heard is what is shown."""
    thumbs = _decoded(film, "-an", "-f", "rawvideo", "-pix_fmt", "gray", "-s", "16x9")
    heard = np.frombuffer(_decoded(film, "-vn", "-ac", "1", "-ar", str(RATE), "-f", "f32le"), "<f4")
    frames, seconds = len(thumbs) // (16 * 9), RECORD_MS / 1000
    assert frames >= seconds * FPS * 0.95
    assert len(heard) >= seconds * RATE * 0.95
    assert abs(frames / FPS - len(heard) / RATE) < 0.5

    halves = halves_of(film)
    moved = np.abs(np.diff(halves.astype(np.int16), axis=0)).max(axis=(1, 2, 3)) > MOVED
    # a machine that does much besides draws few pictures, but never the same one for long
    assert moved.mean() > 0.3
    assert all(has_avatar(each) for each in halves)
    with_words = np.array([has_words(each) for each in halves])
    assert 4 <= with_words.sum() < len(halves)

    pieces = [heard[at : at + RATE // 2] for at in range(0, len(heard) - RATE // 2, RATE // 2)]
    loud = np.array([float(np.abs(each).max()) > AUDIBLE for each in pieces])
    assert 4 <= loud.sum() <= len(pieces) - 4
    assert float(np.abs(heard).max()) < 1.0
    # at a word's edge a half second may sound that shows none yet
    beside = np.convolve(with_words.astype(int), [1, 1, 1], mode="same") > 0
    both = min(len(loud), len(beside))
    assert (loud[:both] & beside[:both]).sum() >= 0.5 * loud.sum()
