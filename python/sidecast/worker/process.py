"""The parent's side of a worker: start it, ask it, notice its death at once, start it again."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any

from ..clock import Clock
from ..errors import BadFrame, WorkerError
from . import life, pipe
from .answer import Answer
from .backoff import Backoff
from .complaints import relay_lines
from .engine import Refused, Reply
from .spec import State, WorkerSpec

log = logging.getLogger(__name__)


class WorkerProcess:
    """One worker that is kept alive. All methods belong to one event loop, which may run on any thread."""

    def __init__(self, spec: WorkerSpec, *, clock: Clock, rng: random.Random) -> None:
        self.spec = spec
        self.state = State.NEW
        self.about: Mapping[str, Any] = {}
        """What the engine declared when it was last ready."""
        self.last_error = ""
        self.starts = 0
        self.late_replies = 0
        """Replies to calls that were given up; dropped."""
        self._clock = clock
        self._backoff = Backoff(rng)
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._changed = asyncio.Condition()
        self._answers: dict[int, Answer] = {}
        self._numbers = 0
        self._death = ""

    @property
    def pid(self) -> int | None:
        """Of the process that is running now."""
        return self._process.pid if self._process is not None else None

    @property
    def broken(self) -> bool:
        """It failed so often in a row that it is tried only now and then."""
        return self._backoff.broken

    def start(self) -> None:
        """Start and keep alive until `close`. Returns at once."""
        if self._keeper is None and self.state is not State.CLOSED:
            self.state = State.STARTING
            self._keeper = asyncio.create_task(self._keep_alive(), name=f"worker-{self.spec.name}")

    async def ready(self, timeout_s: float, *, through_failures: bool = False) -> None:
        """Wait until it answers.

        Args:
            through_failures: wait on when a start fails, for one of the next starts.

        Raises:
            WorkerError: it did not get ready, in time; the message says what its last start failed of.
        """
        awaited = {State.READY, State.CLOSED} if through_failures else {State.READY, State.CLOSED, State.WAITING}
        try:
            async with asyncio.timeout(timeout_s), self._changed:
                await self._changed.wait_for(lambda: self.state in awaited)
        except TimeoutError:
            raise self._error(f"was not ready within {timeout_s:g} s") from None
        if self.state is not State.READY:
            raise self._error(f"is not running ({self.state})")

    async def ask(self, call: Mapping[str, Any], body: bytes = b"", *, timeout_s: float) -> Reply:
        """The first reply. Cancelling is safe: a late reply is dropped by its id.

        Raises:
            Refused: the engine would not do it.
            WorkerError: the worker is not running, died, failed, or took too long (it is then restarted).
        """
        async with aclosing(self.stream(call, body, timeout_s=timeout_s)) as replies:
            async for reply in replies:
                return reply
        raise self._error("answered nothing")

    async def stream(self, call: Mapping[str, Any], body: bytes = b"", *, timeout_s: float) -> AsyncGenerator[Reply, None]:
        """Replies as they come; each may take `timeout_s`. Raises like `ask`."""
        if self.state is State.STARTING:
            await self.ready(timeout_s)
        process = self._process
        if self.state is not State.READY or process is None:
            raise self._error(f"is not running ({self.state})")
        if len(self._answers) >= self.spec.pending_limit:
            raise self._error(f"has {len(self._answers)} calls under way, its limit")
        self._numbers += 1
        number = self._numbers
        answer = self._answers[number] = Answer(self.spec.replies_limit)
        ended = False
        try:
            await self._send(process, pipe.pack({"id": number, "call": dict(call)}, body), timeout_s)
            while not ended:
                reply = await self._next(answer, timeout_s)
                ended = reply.last
                yield reply
        finally:
            del self._answers[number]
            if not ended and self._process is process and self.state is State.READY:
                _write(process, pipe.pack({"cancel": number}))

    async def close(self) -> None:
        """End the process and wait for that; safe to call twice."""
        keeper, self._keeper = self._keeper, None
        self.state = State.CLOSED
        if keeper is not None:
            keeper.cancel()
            await asyncio.wait({keeper})
        self._lose()
        await self._tell_change()

    async def _send(self, process: asyncio.subprocess.Process, packed: bytes, timeout_s: float) -> None:
        _write(process, packed)
        try:
            async with asyncio.timeout(timeout_s):
                assert process.stdin is not None
                await process.stdin.drain()
        except TimeoutError:
            self._kill(f"took no call for {timeout_s:g} s")
            raise self._error(f"took no call for {timeout_s:g} s") from None
        except ConnectionError as error:
            raise self._error("died") from error

    async def _next(self, answer: Answer, timeout_s: float) -> Reply:
        try:
            async with asyncio.timeout(timeout_s):
                return await answer.next()
        except TimeoutError:
            self._kill(f"gave no answer for {timeout_s:g} s")
            raise self._error(f"gave no answer for {timeout_s:g} s", "It is being restarted.") from None

    def _kill(self, why: str) -> None:
        """A hung engine cannot be asked to stop; the keeper sees the pipe end and starts another."""
        self._death = why
        self.state = State.WAITING
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    # ---- keeping it alive -------------------------------------------------------------------------------------------

    async def _keep_alive(self) -> None:
        while True:
            self.state = State.STARTING
            self._death = ""
            try:
                await self._live()
            except (WorkerError, BadFrame, OSError) as error:
                self._death = self._death or str(error)
            self.state = State.WAITING
            self.last_error = self._death
            await self._tell_change()
            delay_s = self._backoff.failed()
            log.warning("worker %s %s; next start in %.2f s", self.spec.name, self.last_error, delay_s)
            await self._clock.sleep(delay_s)

    async def _live(self) -> None:
        """One process from its start to its end."""
        self.starts += 1
        transport, process = await life.spawn(self.spec)
        self._process = process
        assert process.stdout is not None
        assert process.stderr is not None
        complaints = asyncio.create_task(relay_lines(process.stderr, self.spec.name))
        try:
            about = await life.greet(process.stdout, self.spec)
            if about is not None:
                self.about, self.state = about, State.READY
                await self._tell_change()
                await self._take_all(process.stdout)
        finally:
            # those who wait are told at once; what it died of is known only when it was reaped
            self._lose()
            try:
                code = await life.end(process)
                await asyncio.wait({complaints}, timeout=life.END_S)
            finally:
                # also when its end is broken off, and whatever was not read; kills what still runs
                transport.close()
                complaints.cancel()
                self._process = None
        self._death = self._death or life.cause_of_death(code)

    async def _take_all(self, stdout: asyncio.StreamReader) -> None:
        while (message := await pipe.read_async(stdout)) is not None:
            self._take(*message)

    def _take(self, header: Mapping[str, Any], body: bytes) -> None:
        number, reply = header.get("id"), header.get("reply", {})
        if not isinstance(number, int) or not isinstance(reply, dict):
            raise BadFrame("sent a reply without a number or with a header that is no object")
        answer = self._answers.get(number)
        if answer is None:
            self.late_replies += 1
        elif "refused" in header:
            answer.fail(Refused(f"Worker {self.spec.name}: {header['refused']}", str(header.get("remedy", ""))))
            self._backoff.succeeded()
        elif "error" in header:
            answer.fail(WorkerError(f"Worker {self.spec.name}: {header['error']}"))
        elif not answer.add(Reply(reply, body, bool(header.get("last", True)))):
            answer.fail(self._error(f"sent more than {self.spec.replies_limit} replies that nobody read"))
        else:
            self._backoff.succeeded()

    def _lose(self) -> None:
        """No answer will come any more."""
        if self.state is not State.CLOSED:
            self.state = State.WAITING
        for answer in self._answers.values():
            answer.fail(self._error(self._death or "has ended"))

    def _error(self, what: str, remedy: str = "") -> WorkerError:
        tell = self.last_error and self.last_error != what and self.state is not State.READY
        because = f" (before: {self.last_error})" if tell else ""
        return WorkerError(f"Worker {self.spec.name} {what}{because}.", remedy)

    async def _tell_change(self) -> None:
        async with self._changed:
            self._changed.notify_all()


def _write(process: asyncio.subprocess.Process, packed: bytes) -> None:
    assert process.stdin is not None
    if not process.stdin.is_closing():
        process.stdin.write(packed)
