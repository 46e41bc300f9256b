"""The brains of a show: the chosen one, and those that stand in for it."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from contextlib import AsyncExitStack

from ..clock import Clock
from ..dialogue.brains.build import OwnBrain, build_brain
from ..dialogue.brains.chosen import read as read_choice
from ..dialogue.brains.key import SECRET, find_key
from ..dialogue.dialogue import Dialogue
from ..dialogue.embedded_brain import EmbeddedBrain, StandInBrain
from ..dialogue.embedder import MiniLM, models_dir
from ..dialogue.persona import Persona
from ..errors import BrainError
from ..flow.ports import Brain
from ..settings import Settings
from ..telemetry.logs import redactor
from ..vault.vault import Vault
from .notes import Notes

log = logging.getLogger(__name__)


def own_brain(
    name: str, persona: Persona, settings: Settings, vault: Vault, *, clock: Clock, chance: random.Random
) -> OwnBrain | None:
    key = find_key(vault.get(SECRET))
    if key is not None:
        redactor.hide(key.reveal())
    return build_brain(read_choice(name), persona.instructions, settings.dialogue, key, clock=clock, rng=chance)


def embedded_brain(persona: Persona, chance: random.Random, notes: Notes) -> Brain | None:
    """None, and a note, when its model is missing: general lines are better than no show."""
    try:
        return EmbeddedBrain(persona, MiniLM(), chance, cache=models_dir())
    except BrainError as error:
        notes.put("built-in replies", f"{error} Until then only general lines are said.")
        log.warning("%s", error)
        return None


def open_dialogue(
    name: str,
    persona: Persona,
    settings: Settings,
    *,
    vault: Vault,
    clock: Clock,
    chance: random.Random,
    notes: Notes,
    closing: AsyncExitStack,
    speakable: Callable[[str], bool],
) -> tuple[Brain, Dialogue]:
    """The chosen brain (`name`: as the settings write it), and the dialogue that asks it and those that stand in for it."""
    own = own_brain(name, persona, settings, vault, clock=clock, chance=chance)
    brains = [each for each in (own, embedded_brain(persona, chance, notes), StandInBrain(persona, chance)) if each]
    dialogue = Dialogue(
        brains[0],
        brains[1:],
        persona,
        settings.dialogue,
        clock,
        speakable=speakable,
        rng=chance,
        on_change=lambda sentence: notes.put("brain", sentence),
    )
    if own is not None:
        closing.push_async_callback(own.close)
        dialogue.start()
    closing.push_async_callback(dialogue.close)
    return brains[0], dialogue
