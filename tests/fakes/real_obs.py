"""A real OBS under a screen of its own, for tests and benchmarks. Use it by its fixtures:

    async def test_it(real_obs: RealObs) -> None:
        real_obs.scene("Game")                                    # made, and on the programme
        item = real_obs.colour("Lamp", scene="Game")              # a source
        async with linked(real_obs) as link:                      # fakes/obs_linked.py: an `ObsLink` that is connected
            await link.call("SetSceneItemEnabled", {"sceneName": "Game", "sceneItemId": item, "sceneItemEnabled": False})
        # asked apart from the link:
        assert real_obs.ask("GetCurrentProgramScene")["currentProgramSceneName"] == "Game"

`real_obs` is silent, `real_obs_with_sound` has a PulseAudio with a null sink (`launcher/sound.py`) to hear and to be heard by.
Each starts once a session; before each test it is empty again (one scene, “Scene”, no inputs but OBS's own for sound), and alive
again if the test before has ended it. `freeze`, `thaw`, `kill`, `quit`, `start` do what they say; call `start` and `restart` in
the main thread, because OBS ends with the thread that started it. Without OBS the test is skipped. It listens on all addresses,
because OBS knows no other way; its password is random.
"""

from __future__ import annotations

import base64
import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest
from websocket import WebSocketException

from fakes import obs_config
from fakes.obs_witness import Refused, Witness
from launcher import screen, sound
from launcher.process import Family, end, spawn, wait_for

NEEDED = ("obs", "Xvfb", "openbox")
READY_S = 60.0
"""It takes one to two seconds; far more on a machine that does other things."""
GONE_S = 10.0
FIRST_SCENE = "Scene"


class RealObs:
    """Context manager. Everything that it starts ends with it."""

    def __init__(self, *, with_sound: bool = False) -> None:
        self.port = _free_port()
        self.password = secrets.token_urlsafe(16)
        self.sound: sound.Sound | None = None
        self._with_sound = with_sound
        self._family = Family()
        self._stack = contextlib.ExitStack()
        self._process: subprocess.Popen[bytes] | None = None
        self._witness: Witness | None = None
        self._frozen = False

    def __enter__(self) -> RealObs:
        self.folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="sidecast-obs-")))
        self.videos = self.folder / "videos"
        self._stack.enter_context(self._family)
        self._stack.callback(self.kill)
        try:
            self.variables = self._surroundings()
            self.configure()
            self.start()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stack.close()

    @property
    def config_home(self) -> Path:
        """What OBS has as `XDG_CONFIG_HOME`: its configuration is in `obs-studio` there."""
        return self.folder / "config"

    @property
    def _log(self) -> Path:
        return self.folder / "obs.log"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def configure(self, *, server: bool = True) -> None:
        """Writes its configuration, for the next start; `server`: whether its WebSocket server is on."""
        obs_config.write(self.config_home, port=self.port, password=self.password, videos=self.videos, server=server)

    def start(self, *, ready: bool = True) -> None:
        """Starts it and, with `ready`, waits until it answers. It listens before it is ready, and OBS 32 then answers 207."""
        assert not self.alive
        # without --disable-shutdown-check, OBS from 30 on asks about a safe mode after it was killed
        command = ["obs", "--multi", "--disable-missing-files-check", "--disable-shutdown-check"]
        with self._log.open("wb") as output:
            self._process = spawn(command, stdout=output, stderr=output, env=self.variables, cwd=self.folder)
        if ready:
            self.wait_ready()

    def wait_ready(self) -> None:
        assert self._process is not None
        if not wait_for(self._process, READY_S, self._answers):
            raise AssertionError(f"OBS did not start: {self._log.read_text('utf-8', 'replace')[-2000:]}")

    def freeze(self) -> None:
        """Returns when no thread of it runs any more."""
        assert self._process is not None
        os.kill(self.pid, signal.SIGSTOP)
        self._frozen = True
        assert wait_for(self._process, GONE_S, self._stands_still)

    def _stands_still(self) -> bool:
        """proc(5): the state follows the name, which is in brackets."""
        try:
            stats = [(each / "stat").read_text("utf-8") for each in Path(f"/proc/{self.pid}/task").iterdir()]
        except OSError:
            return False  # a thread was just ending
        return all(stat.rpartition(")")[2].split()[0] == "T" for stat in stats)

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)
        self._frozen = False

    def kill(self) -> None:
        """At once, as a crash does."""
        self._forget_witness()
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._frozen = False

    def quit(self) -> None:
        """As a person does: it saves its scenes."""
        self._forget_witness()
        if self._frozen:
            self.thaw()
        if self._process is not None and self._process.poll() is None:
            os.kill(self.pid, signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(GONE_S)
            end(self._process, grace_s=0.0)

    def restart(self) -> None:
        """Killed and started."""
        self.kill()
        self.start()

    def ask(self, request: str, data: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """A request by a connection of the test's own. Raises `fakes.obs_witness.Refused`."""
        if self._witness is None:
            self._witness = Witness(self.port, self.password)
        try:
            return self._witness.ask(request, data)
        except Refused:
            raise
        except BaseException:
            self._forget_witness()
            raise

    def scene(self, name: str) -> str:
        """Makes a scene and puts it on the programme."""
        self.ask("CreateScene", {"sceneName": name})
        self.ask("SetCurrentProgramScene", {"sceneName": name})
        return name

    def input(self, name: str, kind: str, settings: Mapping[str, Any] | None = None, *, scene: str = FIRST_SCENE) -> int:
        """Makes an input in a scene; returns the id of the scene's item."""
        data = {"sceneName": scene, "inputName": name, "inputKind": kind, "inputSettings": dict(settings or {})}
        return int(self.ask("CreateInput", data)["sceneItemId"])

    def colour(self, name: str, rgb: int = 0x00FF00, *, scene: str = FIRST_SCENE, width: int = 200, height: int = 200) -> int:
        """A plain rectangle."""
        abgr = 0xFF000000 | (rgb & 0xFF) << 16 | rgb & 0xFF00 | rgb >> 16
        return self.input(name, "color_source_v3", {"color": abgr, "width": width, "height": height}, scene=scene)

    def text(self, name: str, text: str, *, scene: str = FIRST_SCENE) -> int:
        font = {"face": "DejaVu Sans", "size": 64, "style": "Book"}
        return self.input(name, "text_ft2_source_v2", {"text": text, "font": font}, scene=scene)

    def media(self, name: str, file: Path, *, scene: str = FIRST_SCENE, **settings: Any) -> int:
        """A sound or a film that does not begin by itself."""
        given = {"local_file": str(file), "restart_on_activate": False, "close_when_inactive": False, "hw_decode": False}
        return self.input(name, "ffmpeg_source", {**given, **settings}, scene=scene)

    def picture(self, source: str = FIRST_SCENE, *, width: int = obs_config.WIDTH) -> bytes:
        """What a source or a scene looks like, as a PNG."""
        data = {"sourceName": source, "imageFormat": "png", "imageWidth": width}
        return base64.b64decode(self.ask("GetSourceScreenshot", data)["imageData"].partition(",")[2])

    def sink(self, name: str) -> None:
        """A further null sink of the sound server; what is played there is heard at `NAME.monitor`."""
        self.pactl("load-module", "module-null-sink", f"sink_name={name}", "rate=48000", "channels=2")

    def pactl(self, *arguments: str) -> str:
        return subprocess.run(["pactl", *arguments], env=self.variables, check=True, capture_output=True, text=True).stdout

    def empty(self) -> None:
        """As at its first start; started again where it has ended."""
        if self._frozen:
            self.thaw()
        if not self.alive:
            self.configure()
            self.start()
        self._forget_witness()
        for request in ("StopRecord", "StopStream", "StopReplayBuffer", "StopVirtualCam"):
            with contextlib.suppress(Refused):
                self.ask(request)
        with contextlib.suppress(Refused):
            self.ask("SetStudioModeEnabled", {"studioModeEnabled": False})
        with contextlib.suppress(Refused):
            self.ask("CreateScene", {"sceneName": FIRST_SCENE})
        self.ask("SetCurrentProgramScene", {"sceneName": FIRST_SCENE})
        self.ask("SetCurrentSceneTransition", {"transitionName": "Cut"})
        special = set(filter(None, self.ask("GetSpecialInputs").values()))
        self._remove("Scene", {str(each["sceneName"]) for each in self.ask("GetSceneList")["scenes"]} - {FIRST_SCENE})
        self._remove("Input", {str(each["inputName"]) for each in self.ask("GetInputList")["inputs"]} - special)
        for item in self.ask("GetSceneItemList", {"sceneName": FIRST_SCENE})["sceneItems"]:
            self.ask("RemoveSceneItem", {"sceneName": FIRST_SCENE, "sceneItemId": item["sceneItemId"]})
        for name in special:
            self.ask("SetInputMute", {"inputName": name, "inputMuted": False})
            self.ask("SetInputVolume", {"inputName": name, "inputVolumeDb": 0.0})
            for each in self.ask("GetSourceFilterList", {"sourceName": name})["filters"]:
                self.ask("RemoveSourceFilter", {"sourceName": name, "filterName": each["filterName"]})

    def _remove(self, what: str, names: set[str]) -> None:
        """Gone when the answer comes is only its place in lists: names are free a little later."""
        key = f"{what.lower()}Name"
        for name in names:
            with contextlib.suppress(Refused):
                self.ask(f"Remove{what}", {key: name})
        deadline = time.monotonic() + GONE_S
        while names & {str(each[key]) for each in self.ask(f"Get{what}List")[f"{what.lower()}s"]}:
            assert time.monotonic() < deadline, f"OBS keeps some of {sorted(names)}"
            time.sleep(0.02)

    def _surroundings(self) -> dict[str, str]:
        run = self.folder / "run"
        run.mkdir(mode=0o700)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PULSE_", "XDG_", "QT_", "DBUS_"))}
        given = {
            "XDG_CONFIG_HOME": str(self.config_home),
            "XDG_RUNTIME_DIR": str(run),
            "QT_QPA_PLATFORM": "xcb",
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "DBUS_SESSION_BUS_ADDRESS": "unix:path=/dev/null",
            # a server that is named is not started by the library itself
            "PULSE_SERVER": "unix:/dev/null",
        }
        given |= screen.start(self._family, self.folder).variables()
        if self._with_sound:
            self.sound = sound.start(self._family, self.folder)
            given |= self.sound.variables()
        told = self.folder / "openbox.ready"
        # before OBS: without a window manager that says so, OBS has no capture of windows
        manager = self._family.start(
            ["openbox", "--sm-disable", "--startup", f"touch {told}"], stderr=subprocess.DEVNULL, env={**kept, **given}
        )
        assert wait_for(manager, READY_S, told.exists), "openbox did not start"
        return {**kept, **given}

    def _answers(self) -> bool:
        try:
            return bool(self.ask("GetSceneList")["scenes"])
        except (OSError, WebSocketException, Refused, AssertionError):
            self._forget_witness()
            return False

    def _forget_witness(self) -> None:
        witness, self._witness = self._witness, None
        if witness is not None:
            with contextlib.suppress(OSError, WebSocketException):
                witness.close()


def missing(*, with_sound: bool = False) -> str:
    """Why there can be no OBS here; empty when there can."""
    names = [name for name in (*NEEDED, *(("pulseaudio", "pactl") if with_sound else ())) if shutil.which(name) is None]
    return f"not installed: {', '.join(names)}" if names else ""


def _started(*, with_sound: bool) -> Iterator[RealObs]:
    if why := missing(with_sound=with_sound):
        pytest.skip(why)
    with RealObs(with_sound=with_sound) as obs:
        yield obs


@pytest.fixture(scope="session")
def obs_of_session() -> Iterator[RealObs]:
    yield from _started(with_sound=False)


@pytest.fixture(scope="session")
def sounding_obs_of_session() -> Iterator[RealObs]:
    yield from _started(with_sound=True)


@pytest.fixture
def real_obs(obs_of_session: RealObs) -> RealObs:
    """Silent."""
    obs_of_session.empty()
    return obs_of_session


@pytest.fixture
def real_obs_with_sound(sounding_obs_of_session: RealObs) -> RealObs:
    """With a sound server: `real_obs.sound`, `pactl`, `sink`."""
    sounding_obs_of_session.empty()
    return sounding_obs_of_session


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
