"""What a show opens first: the vault, the voice, the classifiers."""

from __future__ import annotations

import asyncio
import random
from contextlib import AsyncExitStack

from ..clock import Clock
from ..opened import open_here
from ..safety.classify.scorer import LazyScorer
from ..settings import Settings, data_dir
from ..speech.voices import OwnVoices, build_voice
from ..vault.changing import Changes
from ..vault.vault import Vault
from .notes import Notes


async def open_vault(closing: AsyncExitStack) -> tuple[Vault, Changes]:
    """A person may have to unlock a keyring first."""
    vault, changes = await asyncio.to_thread(open_here, data_dir())
    closing.callback(vault.close)
    return vault, changes


async def open_voice(settings: Settings, clock: Clock, chance: random.Random, notes: Notes, closing: AsyncExitStack) -> OwnVoices:
    voice = build_voice(settings.speech, clock, chance, on_change=lambda sentence: notes.put("voice", sentence))
    closing.push_async_callback(voice.close)
    await voice.start()
    return voice


def open_classifiers(settings: Settings) -> LazyScorer | None:
    """Being loaded, so that no message waits for it."""
    if not settings.safety.classifiers:
        return None
    scorer = LazyScorer()
    scorer.start()
    return scorer
