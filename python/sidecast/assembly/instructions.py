"""The persona's instructions: marked, so that it is noticed when the host gives them away."""

from __future__ import annotations

import random
from dataclasses import replace

from ..dialogue.persona import Persona
from ..safety.leaks import Leaks, make_canary, with_canary


def marked(persona: Persona, chance: random.Random | None = None) -> tuple[Persona, Leaks]:
    """The persona with a mark of this show's own in its instructions, and what the gate out compares clauses with.

    Args:
        chance: what the mark is drawn from; by default what nobody can guess.
    """
    canary = make_canary(chance or random.SystemRandom())
    leaks = Leaks(persona.instructions, sayable=_own_words(persona), canary=canary)
    return replace(persona, instructions=with_canary(persona.instructions, canary)), leaks


def _own_words(persona: Persona) -> list[str]:
    """What the pack has the host tell of itself, in its instructions or not."""
    replies = [reply for topic in persona.topics for reply in topic.replies]
    others = [line for lines in (*persona.otherwise.values(), *persona.events.values()) for line in lines]
    return [persona.about, *persona.facts.values(), *persona.deflections, *persona.closings, *replies, *others]
