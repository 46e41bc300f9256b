"""A Godot project of one test: the bridge, a script that writes down what it sees, and a Python program."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import textwrap
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ADDON = HERE.parents[2] / "addons" / "python_bridge"
LIMIT_S = 60.0
"""After this a Godot that does not end is a failure: a deadlock, mostly."""


@dataclass(frozen=True)
class Outcome:
    """What a run of Godot left."""

    code: int
    output: str
    lines: list[dict[str, Any]]
    """The objects that script and program wrote, in their order."""

    def all(self, what: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["what"] == what]

    def one(self, what: str) -> dict[str, Any]:
        found = self.all(what)
        assert len(found) == 1, f"{len(found)} lines of {what!r} in:\n{self.output}"
        return found[0]


class Project:
    """Made in an empty folder. `program` is the Python module `program`, whose `main` the bridge runs."""

    def __init__(self, folder: Path, godot: Path, python: dict[str, str]) -> None:
        self.folder = folder
        self._godot = godot
        self.config = {**python, "code": str(folder / "code"), "module": "program", "args": "[]"}

    def write(self, program: str, *, args: object = (), **config: str) -> None:
        """Lay the project out.

        Args:
            program: source of the Python module; `say(what, **fields)` writes a line of the outcome.
            args: what `main` gets: strings, unless a test wants them wrong.
            config: other values for the bridge's config.
        """
        addon = self.folder / "addons" / "python_bridge"
        addon.mkdir(parents=True)
        (addon / "bin").symlink_to(ADDON / "bin")
        shutil.copy(ADDON / "python_bridge.gdextension", addon)
        for name in ("project.godot", "main.tscn", "main.gd"):
            shutil.copy(HERE / "project" / name, self.folder)
        (self.folder / ".godot").mkdir()
        # Without this line, Godot's first start of a project with an extension crashes at its end (godotengine/godot#123511).
        (self.folder / ".godot" / "extension_list.cfg").write_text("res://addons/python_bridge/python_bridge.gdextension\n")
        (self.folder / "code").mkdir()
        for name in ("say.py", "watch.py"):
            shutil.copy(HERE / "project" / name, self.folder / "code")
        (self.folder / "code" / "program.py").write_text("from say import say\n" + textwrap.dedent(program), encoding="utf-8")
        config = {**self.config, "args": json.dumps(args), **config}
        (self.folder / "bridge.json").write_text(json.dumps(config), encoding="utf-8")

    def start(self, *plan: str, environment: dict[str, str] | None = None) -> Running:
        """Godot with words for main.gd, which says what each of them does."""
        command = [str(self._godot), "--headless", "--audio-driver", "Dummy", "--path", str(self.folder), "--", *plan]
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env={**os.environ, **(environment or {}), "BRIDGE_TEST_FOLDER": str(self.folder)},
        )
        return Running(process)

    def run(self, *plan: str, environment: dict[str, str] | None = None) -> Outcome:
        return self.start(*plan, environment=environment).finish()


class Running:
    """A Godot that has been started; ended by force when it does not end by itself."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._output: list[str] = []
        self._watchdog = threading.Timer(LIMIT_S, process.kill)
        self._watchdog.start()

    def wait_for(self, what: str) -> None:
        """Until script or program wrote such a line."""
        for line in self._lines():
            if line.startswith("@") and json.loads(line[1:])["what"] == what:
                return
        raise AssertionError(f"Godot ended without {what!r}:\n" + "".join(self._output))

    def finish(self) -> Outcome:
        """Wait for its end.

        Raises:
            AssertionError: it had to be killed, or it left objects behind.
        """
        for _ in self._lines():
            pass
        code = self.process.wait()
        killed = self._watchdog.finished.is_set()
        self._watchdog.cancel()
        output = "".join(self._output)
        assert not killed, f"Godot did not end within {LIMIT_S:.0f} s:\n{output}"
        assert "instances leaked" not in output, output
        lines = [json.loads(line[1:]) for line in output.splitlines() if line.startswith("@")]
        return Outcome(code, output, lines)

    def _lines(self) -> Iterator[str]:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._output.append(line)
            yield line
