"""A brain in a GGUF file, run by llama.cpp in a worker process."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncGenerator
from contextlib import aclosing

from ...clock import Clock
from ...errors import WorkerError
from ...flow.prompt import Prompt
from ...settings import Dialogue
from ...worker.process import WorkerProcess
from ...worker.spec import WorkerSpec
from .chosen import Chosen
from .messages import MAX_TOKENS, messages_of
from .thinking import ThinkingFilter
from .trouble import BrainTrouble

LOAD_S = 180.0
"""A model of many gigabytes from a slow disk."""
PATIENCE_S = 60.0
"""For one token, before the worker is taken for hung and started again. A turn is given up much earlier."""


class GgufBrain:
    """`flow.ports.Brain`. Its worker starts when it is first asked."""

    def __init__(self, chosen: Chosen, instructions: str, settings: Dialogue, clock: Clock, rng: random.Random) -> None:
        assert chosen.path is not None
        self.name = f"gguf ({chosen.label})"
        self._instructions = instructions
        self._call = {"max_tokens": MAX_TOKENS, "temperature": settings.temperature}
        spec = WorkerSpec(
            name="gguf",
            engine="sidecast.dialogue.brains.gguf_engine:gguf",
            options={"path": str(chosen.path.absolute()), "context": settings.context, "threads": settings.threads},
            start_timeout_s=LOAD_S,
        )
        self.worker = WorkerProcess(spec, clock=clock, rng=rng)

    async def stream(self, prompt: Prompt) -> AsyncGenerator[str, None]:
        """Raises BrainTrouble."""
        self.worker.start()
        body = json.dumps(messages_of(self._instructions, prompt)).encode()
        spoken = ThinkingFilter()
        try:
            async with aclosing(self.worker.stream(self._call, body, timeout_s=PATIENCE_S)) as replies:
                async for reply in replies:
                    if text := spoken.feed(str(reply.header.get("text", ""))):
                        yield text
        except WorkerError as error:
            raise BrainTrouble(f"The brain {self.name} failed: {error.what}", error.remedy) from None
        if text := spoken.close():
            yield text

    async def close(self) -> None:
        await self.worker.close()
