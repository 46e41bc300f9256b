"""Where the sound goes: the sound server that is there, or a PulseAudio of our own with a sink that nobody hears.

Godot's dummy driver mixes in blocks of 93 ms; a null sink follows the 15 ms that the project asks for, and can be
recorded (`sidecast.monitor`), by OBS as well as by us.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path

from .process import Family, wait_for
from .trouble import Trouble

SINK = "sidecast"
OWN = "SIDECAST_OWN_SOUND"
"""Tells the app that nobody hears this sound server but who records it."""
RATE = 48_000
START_S = 10


@dataclass(frozen=True, slots=True)
class Sound:
    """A private sound server."""

    socket: Path

    def variables(self) -> dict[str, str]:
        return {
            "PULSE_SERVER": f"unix:{self.socket}",
            "PULSE_SINK": SINK,
            OWN: "1",
            "PULSE_SOURCE": f"{SINK}.monitor",
            "PULSE_COOKIE": str(self.socket.with_name("cookie")),
        }


def usable() -> bool:
    """Whether a sound server or a sound card can be reached from here."""
    server = os.environ.get("PULSE_SERVER", "")
    if server.startswith(("unix:", "/")):
        return _connects(server.removeprefix("unix:"))
    if server:
        return True  # a server on another machine: whoever set it knows
    folders = [os.environ.get("PULSE_RUNTIME_PATH", ""), f"{os.environ.get('XDG_RUNTIME_DIR', '/nowhere')}/pulse", "/run/pulse"]
    if any(folder and _connects(f"{folder}/native") for folder in folders):
        return True
    return any(Path("/dev/snd").glob("pcmC*p")) and os.access("/dev/snd", os.R_OK | os.X_OK)


def _connects(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(path)
        except OSError:
            return False
    return True


def start(family: Family, folder: Path) -> Sound:
    """A PulseAudio with one null sink, all its files in `folder`.

    Raises:
        Trouble: it did not start.
    """
    home = folder / "pulse"
    home.mkdir(mode=0o700)
    native, log = home / "native", home / "log"
    modules = [
        f'module-native-protocol-unix socket="{native}" auth-anonymous=1 auth-cookie-enabled=0',
        f"module-null-sink sink_name={SINK} rate={RATE} channels=2 format=float32le sink_properties=device.description=Sidecast",
    ]
    command = [
        *("pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--disable-shm=yes"),
        *("--high-priority=no", "--realtime=no", "--log-level=notice", "--log-target=stderr"),
        *(part for module in modules for part in ("-L", module)),
    ]
    variables = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PULSE_")},
        "PULSE_RUNTIME_PATH": str(home),
        "PULSE_STATE_PATH": str(home),
        "PULSE_COOKIE": str(home / "cookie"),
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=/dev/null",
    }
    with log.open("wb") as output:
        process = family.start(command, stdout=output, stderr=output, env=variables)
    if not wait_for(process, START_S, lambda: _connects(str(native))):
        said = log.read_text("utf-8", "replace").strip()[-400:]
        raise Trouble(f"The private sound server PulseAudio did not start: {said or 'it said nothing'}.", "Reinstall pulseaudio.")
    return Sound(native)
