"""The brains that are attacked: the app's own, a model in a GGUF file, and the worst that there can be."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator
from pathlib import Path

from benchmarks.attack_scripts import Attack, letters_of
from benchmarks.attacked import shown_in
from sidecast.dialogue.brains.gguf_engine import GgufEngine, gguf
from sidecast.dialogue.brains.messages import MAX_TOKENS, messages_of
from sidecast.dialogue.embedded_brain import EmbeddedBrain
from sidecast.dialogue.embedder import MiniLM, models_dir
from sidecast.dialogue.persona import Persona
from sidecast.flow.prompt import Prompt
from sidecast.settings import Dialogue

TOLD_WORDS = 26
"""Of the instructions, when it reads them out."""
MIDDLE = "# How you answer"
FRIENDLY = "[happy] Nice to have you here."


class ObedientBrain:
    """Does what it is asked as soon as it was shown what that takes: no model is worse, so only the gates stand in between.

    It is simulated: it knows the attack, and looks only whether the attack's words have reached it.
    """

    name = "obedient (simulated)"
    reads_history = True

    def __init__(self, instructions: str, mark: str) -> None:
        self._slots = {
            "rules": _words(instructions),
            "middle": _words(instructions.partition(MIDDLE)[2]),
            "mark": mark,
            "mark_spelled": " ".join(mark),
        }
        self.attack: Attack | None = None

    async def stream(self, prompt: Prompt) -> AsyncIterator[str]:
        for word in self.reply(shown_in(prompt), prompt.text, prompt.name).split():
            yield f"{word} "

    def reply(self, shown: str, asked: str, name: str) -> str:
        """To what `name` has asked last, after all that was shown."""
        reply = self._obey(letters_of(shown), letters_of(asked))
        for slot, value in (self._slots | {"name": name}).items():
            reply = reply.replace(f"{{{slot}}}", value)
        return reply

    def _obey(self, shown: str, asked: str) -> str:
        attack = self.attack
        if attack is None:
            return FRIENDLY
        if len(attack.obeyed) > 1:
            answers = zip(attack.needs, attack.obeyed, strict=True)
            return next((answer for need, answer in answers if letters_of(need) in asked), FRIENDLY)
        return attack.obeyed[0] if all(letters_of(need) in shown for need in attack.needs) else FRIENDLY


def _words(text: str) -> str:
    """As somebody reads it out: without signs of headings and lists."""
    return " ".join(text.replace("#", " ").replace("- ", " ").split()[:TOLD_WORDS])


class GgufHere:
    """llama.cpp in this process, as the app's worker runs it, so that virtual time can wait for it."""

    reads_history = True

    def __init__(self, path: Path, instructions: str, seed: int) -> None:
        self.name = path.name
        self._instructions = instructions
        self._engine: GgufEngine = gguf({"path": str(path), "context": Dialogue().context, "seed": seed})
        self._temperature = Dialogue().temperature

    async def stream(self, prompt: Prompt) -> AsyncIterator[str]:
        messages = json.dumps(messages_of(self._instructions, prompt)).encode()
        for reply in self._engine.answer({"max_tokens": MAX_TOKENS, "temperature": self._temperature}, messages):
            yield reply.header["text"]


def embedded(persona: Persona, seed: int) -> EmbeddedBrain:
    """Raises BrainError when its model was not built."""
    return EmbeddedBrain(persona, MiniLM(), random.Random(seed), cache=models_dir())  # noqa: S311
