"""Another program on an X display: a window that has the focus, a key that it holds, and fingers on the keyboard (XTEST).

It speaks the X protocol itself (X11R6's "X Window System Protocol", appendix B; XTEST 2.2), so that no library and no program
is needed. Local displays and little-endian machines only.
"""

from __future__ import annotations

import os
import select
import socket
import struct
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

SHIFT, CAPS, CTRL, ALT = 1, 2, 4, 8
"""Modifier masks; Alt is Mod1 wherever Xvfb runs."""
MODIFIER_KEYS = {SHIFT: 0xFFE1, CAPS: 0xFFE5, CTRL: 0xFFE3, ALT: 0xFFE9}
SPACE, ESCAPE, CAPS_LOCK, NUM_LOCK = 0x20, 0xFF1B, 0xFFE5, 0xFF7F
BAD_ACCESS = 10
_COOKIE = b"MIT-MAGIC-COOKIE-1"
_KEY_PRESS, _KEY_RELEASE = 2, 3
_EVENTS = 1 | 1 << 1  # KeyPress, KeyRelease
ANSWER_S = 20.0


class XError(Exception):
    """The server refused a request; `code` is its number in the protocol."""

    def __init__(self, code: int) -> None:
        super().__init__(f"X error {code}")
        self.code = code


class XClient:
    """Context manager."""

    def __init__(self, variables: Mapping[str, str] = os.environ) -> None:
        """
        Args:
            variables: with `DISPLAY`, and `XAUTHORITY` where a cookie is needed.
        """
        number = variables["DISPLAY"].rpartition(":")[2].split(".")[0]
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(ANSWER_S)
        self._socket.connect(f"/tmp/.X11-unix/X{number}")  # noqa: S108 - where X servers listen
        self._sequence = 0
        self.pressed: list[int] = []
        """Keysyms of the keys that this program's own window got."""
        self._shake_hands(_cookie_in(variables.get("XAUTHORITY", "")))
        self._keycodes = self._read_keyboard()
        self._xtest = self._extension(b"XTEST")
        self.window = 0

    def __enter__(self) -> XClient:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._socket.close()

    def take_focus(self) -> None:
        """A small window of its own gets all keys from now on that nobody has grabbed."""
        if not self.window:
            self.window = self._first_id
            place = struct.pack("<IIhhHHHHIII", self.window, self.root, 0, 0, 50, 50, 0, 0, 0, 1 << 11, _EVENTS)
            self._ask(1, 0, place)  # CreateWindow
            self._ask(8, 0, struct.pack("<I", self.window))  # MapWindow
            self._sync()
        self.focus(self.window)

    def focus(self, window: int) -> None:
        """Any program's window that can be seen."""
        self._ask(42, 1, struct.pack("<II", window, 0))  # SetInputFocus
        self._sync()

    def largest_window(self) -> int:
        """Of all that lie on the desktop itself."""
        tree = self._answer(self._ask(15, 0, struct.pack("<I", self.root)))  # QueryTree
        windows = struct.unpack_from(f"<{struct.unpack_from('<H', tree, 16)[0]}I", tree, 32)
        largest: int = max(windows, key=self._area)
        return largest

    def _area(self, window: int) -> int:
        width, height = struct.unpack_from("<HH", self._answer(self._ask(14, 0, struct.pack("<I", window))), 16)  # GetGeometry
        area: int = width * height
        return area

    @property
    def has_focus(self) -> bool:
        (focus,) = struct.unpack_from("<I", self._answer(self._ask(43)), 8)
        return bool(focus == self.window)

    def hold(self, keysym: int, modifiers: int) -> None:
        """Grab the key for this program.

        Raises:
            XError: BAD_ACCESS: another program holds it.
        """
        self._ask(33, 0, struct.pack("<IHBBBxxx", self.root, modifiers, self._keycodes[keysym], 1, 1))  # GrabKey
        self._sync()

    def let_go(self, keysym: int, modifiers: int) -> None:
        self._ask(34, self._keycodes[keysym], struct.pack("<IHxx", self.root, modifiers))  # UngrabKey
        self._sync()

    def tap(self, keysym: int, modifiers: int = 0, *, repeats: int = 0, after_ms: int = 0) -> None:
        """Press and release, as fingers do.

        Args:
            repeats: held down so long that it comes so many more times.
            after_ms: the server waits so long before: fingers need some time between two keys.
        """
        held = [MODIFIER_KEYS[mask] for mask in (SHIFT, CTRL, ALT) if mask & modifiers]
        for each in held:
            self._finger(_KEY_PRESS, each)
        self._finger(_KEY_PRESS, keysym, after_ms)
        for _ in range(repeats):
            self._finger(_KEY_RELEASE, keysym)
            self._finger(_KEY_PRESS, keysym)
        for each in (keysym, *reversed(held)):
            self._finger(_KEY_RELEASE, each)
        self._sync()

    def _finger(self, what: int, keysym: int, after_ms: int = 0) -> None:
        body = struct.pack("<BBxxII8xhh7xB", what, self._keycodes[keysym], after_ms, self.root, 0, 0, 0)
        self._ask(self._xtest, 2, body)  # FakeInput

    def _shake_hands(self, cookie: bytes) -> None:
        name = _COOKIE if cookie else b""
        self._socket.sendall(struct.pack("<BxHHHHxx", ord("l"), 11, 0, len(name), len(cookie)) + _padded(name) + _padded(cookie))
        good, _, _, words = struct.unpack("<BxHHH", self._exactly(8))
        setup = self._exactly(4 * words)
        if good != 1:
            raise ConnectionRefusedError(setup.rstrip(b"\0").decode("latin-1"))
        _, self._first_id, _, _, vendor, _, _, formats = struct.unpack_from("<IIIIHHBB", setup)
        self._first_keycode, self._last_keycode = setup[26], setup[27]
        (self.root,) = struct.unpack_from("<I", setup, 32 + vendor + -vendor % 4 + 8 * formats)

    def _read_keyboard(self) -> dict[int, int]:
        """Keycodes by keysym, those where it needs no Shift first."""
        count = self._last_keycode - self._first_keycode + 1
        answer = self._answer(self._ask(101, 0, struct.pack("<BBxx", self._first_keycode, count)))
        width = answer[1]
        keysyms = struct.unpack_from(f"<{count * width}I", answer, 32)
        found: dict[int, int] = {}
        for column in range(width):
            for row in range(count):
                found.setdefault(keysyms[row * width + column], self._first_keycode + row)
        return found

    def _extension(self, name: bytes) -> int:
        answer = self._answer(self._ask(98, 0, struct.pack("<Hxx", len(name)) + _padded(name)))
        if not answer[8]:
            raise LookupError(f"the display has no {name.decode()}")
        return answer[9]

    def _sync(self) -> None:
        """Returns once the server has done all that was asked for."""
        self._answer(self._ask(43))

    def take_events(self) -> None:
        """Read what has come since, into `pressed`."""
        self._sync()
        while select.select([self._socket], [], [], 0)[0]:
            self._next()

    def _ask(self, opcode: int, data: int = 0, body: bytes = b"") -> int:
        self._socket.sendall(struct.pack("<BBH", opcode, data, 1 + len(body) // 4) + body)
        self._sequence += 1
        return self._sequence

    def _answer(self, sequence: int) -> bytes:
        while True:
            packet = self._next()
            if packet[0] == 1 and struct.unpack_from("<H", packet, 2)[0] == sequence & 0xFFFF:
                return packet

    def _next(self) -> bytes:
        packet = self._exactly(32)
        match packet[0] & 0x7F:
            case 0:
                raise XError(packet[1])
            case 1:
                packet += self._exactly(4 * struct.unpack_from("<I", packet, 4)[0])
            case kind if kind == _KEY_PRESS:
                self.pressed += [keysym for keysym, keycode in self._keycodes.items() if keysym and keycode == packet[1]][:1]
        return packet

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            more = self._socket.recv(size - len(data))
            if not more:
                raise ConnectionAbortedError("the display has gone")
            data += more
        return data


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 4)


def _cookie_in(path: str) -> bytes:
    """The first one of the file (Xauth.h: family, then four counted fields)."""
    if not path or not Path(path).is_file():
        return b""
    data, at = Path(path).read_bytes(), 2
    fields = []
    for _ in range(4):
        (size,) = struct.unpack_from(">H", data, at)
        fields.append(data[at + 2 : at + 2 + size])
        at += 2 + size
    return fields[3] if fields[2] == _COOKIE else b""
