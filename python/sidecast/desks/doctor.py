"""Asks `./sidecast doctor` about the machine that a show runs on. It is a program of its own, and yields to the show."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from pathlib import Path

from ..cli import Options
from ..errors import ControlError

SCRIPT = Path(__file__).resolve().parents[3] / "sidecast"
LONGEST_S = 60.0
MOST_BYTES = 100_000


class Doctor:
    """`await doctor()`. Who asks while it is being asked gets the same answer: pages cannot start it twice at once."""

    def __init__(self, command: Sequence[str], longest_s: float = LONGEST_S) -> None:
        self._command = command
        self._longest_s = longest_s
        self._asking: asyncio.Task[str] | None = None

    @classmethod
    def of(cls, options: Options, python: str, script: Path = SCRIPT) -> Doctor | None:
        """For a show with these options; None when it was not started from a checkout."""
        if not script.is_file():
            return None
        command = [python, str(script), "doctor", "--json", "--stage", options.stage]
        if options.settings is not None:
            command += ["--settings", str(options.settings)]
        if options.brain is not None:
            command += ["--brain", options.brain]
        return cls(command)

    async def __call__(self) -> str:
        """Its findings as JSON.

        Raises:
            ControlError: it did not start, took too long, or said nothing.
        """
        if self._asking is None or self._asking.done():
            self._asking = asyncio.get_running_loop().create_task(self._ask(), name="doctor")
        # whoever goes away does not take the answer from the others
        return await asyncio.shield(self._asking)

    async def _ask(self) -> str:
        pipe, nowhere = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        try:
            process = await asyncio.create_subprocess_exec(*self._command, stdin=nowhere, stdout=pipe, stderr=nowhere)
        except OSError as error:
            raise ControlError(
                f"The doctor cannot be started: {error.strerror}.", "Try  ./sidecast doctor  in a terminal."
            ) from error
        assert process.stdout is not None
        try:
            async with asyncio.timeout(self._longest_s):
                said = await process.stdout.read(MOST_BYTES)
                while more := await process.stdout.read(MOST_BYTES):
                    said = (said + more)[:MOST_BYTES]
                await process.wait()
        except TimeoutError:
            raise ControlError("The doctor took too long.", "Try  ./sidecast doctor  in a terminal.") from None
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        if not said.startswith(b"{"):
            raise ControlError("The doctor had nothing to say.", "Try  ./sidecast doctor  in a terminal.")
        return said.decode("utf-8", "replace")
