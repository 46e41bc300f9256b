"""A choice → a brain. What a brain needs is imported only for that brain."""

from __future__ import annotations

import random
from typing import Protocol

from ...clock import Clock
from ...flow.ports import Brain
from ...settings import Dialogue
from .chosen import Chosen, Kind
from .key import Key


class OwnBrain(Brain, Protocol):
    """A brain of the streamer's choice."""

    async def close(self) -> None: ...


def build_brain(
    chosen: Chosen, instructions: str, settings: Dialogue, key: Key | None, *, clock: Clock, rng: random.Random
) -> OwnBrain | None:
    """None for the embedded one, which is always there. Nothing is started or asked yet.

    Args:
        instructions: what it is told of itself; viewers' words are never in it.

    Raises:
        SidecastError: it cannot be used as it was chosen.
    """
    if chosen.kind is Kind.OPENAI:
        from .openai import OpenAIBrain

        return OpenAIBrain(chosen, instructions, key, clock, rng, temperature=settings.temperature)
    if chosen.kind is Kind.GGUF:
        from .gguf import GgufBrain

        return GgufBrain(chosen, instructions, settings, clock, rng)
    return None
