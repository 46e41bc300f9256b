"""A brain that writes what a test scripts, as slowly as the test wants."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from sidecast.clock import Clock
from sidecast.errors import BrainError
from sidecast.flow.prompt import Prompt


class ScriptedBrain:
    """Streams `reply(prompt)` word by word: `first_s` before the first word, `word_s` before each other one.

    A reply of None is a brain that fails.
    """

    name = "scripted"
    reads_history = True

    def __init__(self, clock: Clock, reply: Callable[[Prompt], str | None], first_s: float = 0.01, word_s: float = 0.001) -> None:
        self._clock = clock
        self.reply = reply
        self.first_s = first_s
        self._word_s = word_s
        self.asked: list[Prompt] = []

    async def stream(self, prompt: Prompt) -> AsyncIterator[str]:
        self.asked.append(prompt)
        await self._clock.sleep(self.first_s)
        reply = self.reply(prompt)
        if reply is None:
            raise BrainError("The scripted brain was told to fail.")
        for word in reply.split(" "):
            yield word + " "
            await self._clock.sleep(self._word_s)
