"""A whole show on fakes at the ports: scripted chat, scripted brain, tone voice, silent stage; everything between is real."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from fakes.brain import ScriptedBrain
from fakes.source import ScriptedSource
from fakes.voice import FakeVoice
from fakes.watcher import Recorder
from sidecast.audience.turn_taking import Floor
from sidecast.audience.understanding import SpacyUnderstander
from sidecast.audience.waiting import Audience
from sidecast.chat.commands import order_from
from sidecast.clock import Clock
from sidecast.dialogue.dialogue import Dialogue
from sidecast.dialogue.persona import load_persona
from sidecast.flow.candidate import Candidate
from sidecast.flow.chat import Incoming
from sidecast.flow.ports import ChatSource, Voice, Watcher
from sidecast.flow.prompt import Prompt
from sidecast.safety.gate_in import GateIn
from sidecast.safety.gate_out import GateOut
from sidecast.settings import Safety, Settings
from sidecast.show.parts import Parts, no_other_channel
from sidecast.show.show import Show
from sidecast.show.watching import Watchers
from sidecast.stage.cards import card_for
from sidecast.stage.perform import perform
from sidecast.stage.silent import SilentStage
from sidecast.virtual_time import loop_clock, run_virtual

UNDERSTANDER = SpacyUnderstander(("Kit",))
SETTINGS = Settings()
PERSONA = load_persona(None)


@cache
def gates(settings: Safety) -> tuple[GateIn, GateOut]:
    """Their rules take longer to read than an evening to play."""
    return GateIn(settings), GateOut(settings)


@dataclass
class Evening:
    """What a test may set, and afterwards what it may look at."""

    script: Sequence[tuple[float, Incoming]]
    reply: Callable[[Prompt], str | None] = lambda prompt: f"Thank you for asking, {prompt.name}! That is a lovely question."
    settings: Settings = SETTINGS
    make_brain: Callable[[Clock, Callable[[Prompt], str | None]], ScriptedBrain] = ScriptedBrain
    make_source: Callable[[Clock], ChatSource] | None = None
    """In place of the script."""
    make_voice: Callable[[Clock], Voice] = FakeVoice
    make_stage: Callable[[Clock], SilentStage] = SilentStage
    open_channel: Callable[[str], ChatSource] = no_other_channel
    offer_channel: bool = False
    meanwhile: Callable[[Show, Clock], object] | None = None
    seconds: float | None = None
    watched: Recorder = field(default_factory=Recorder)
    gates: tuple[GateIn, GateOut] | None = None
    """In place of those of the settings."""
    admits: Callable[[Candidate], bool] = lambda _: True
    opted_out: Callable[[str], bool] = lambda _: False
    also: Sequence[Callable[[Clock], Watcher]] = ()
    """Who else watches."""
    more: Callable[[Clock], dict[str, Any]] = lambda clock: {}
    """Other fields of `Parts`."""

    def play(self) -> Recorder:
        """Run it to its end in virtual time."""
        run_virtual(self._run())
        return self.watched

    async def _run(self) -> None:
        clock = loop_clock()
        settings = self.settings
        turns = itertools.count(1)
        gate_in, gate_out = self.gates or gates(settings.safety)
        brain = self.make_brain(clock, self.reply)
        stage, voice = self.make_stage(clock), self.make_voice(clock)
        show = Show(
            Parts(
                source=self.make_source(clock) if self.make_source else ScriptedSource(clock, self.script),
                gate_in=gate_in,
                understander=UNDERSTANDER,
                audience=Audience(settings.audience),
                floor=Floor(settings.audience.pause_s),
                dialogue=Dialogue(brain, [brain], PERSONA, settings.dialogue, clock, speakable=gate_in.speakable),
                gate_out=gate_out,
                voice=voice,
                stage=stage,
                cues=perform,
                card=card_for,
                order_from=lambda message: order_from(message, ("Kit",)),
                watcher=Watchers(self.watched, *(make(clock) for make in self.also)),
                new_turn_id=lambda: f"t{next(turns)}",
                page_link=lambda: "",
                admits=self.admits,
                opted_out=self.opted_out,
                open_channel=self.open_channel,
                offer_channel=self.offer_channel,
                **self.more(clock),
            ),
            clock,
        )
        self.brain, self.stage, self.voice = brain, stage, voice
        if self.meanwhile is not None:
            self.meanwhile(show, clock)
        await show.run(self.seconds)
