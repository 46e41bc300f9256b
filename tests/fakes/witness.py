"""A witness at the ports of a show: what the gate cleared, what a voice was asked and made, and what the bridge was handed.

Its voice makes sound that tells whose words it is: each clause's samples are made of its own text and of the show's name, so
that sound of other words, or of another show, is found out.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace

from fakes.bridge import FakeBridge
from fakes.voice import RATE, tone
from sidecast.clock import Clock
from sidecast.errors import VoiceError
from sidecast.flow.clause import Clause, ClearedClause
from sidecast.flow.policy import Policy
from sidecast.flow.utterance import Alphabet, Utterance
from sidecast.flow.verdict import Verdict
from sidecast.safety.gate_out import GateOut
from sidecast.safety.holder import PolicyHolder
from sidecast.stage.godot import GodotStage
from sidecast.stage.silent import SilentStage

ROOM = 10**9
"""Frames; more than any show has."""
BEGINNING_S = 0.3
REST_AFTER_S = 0.08


@dataclass(frozen=True, slots=True)
class Clearing:
    """One clause that the gate let pass, and the policy of that moment."""

    cleared: ClearedClause
    policy: Policy


@dataclass(frozen=True, slots=True)
class Asked:
    """A voice was asked for it."""

    cleared: ClearedClause


@dataclass(frozen=True, slots=True)
class Handed:
    """Samples on their way to the mixer."""

    utterance: Utterance
    number: int
    pcm: bytes
    begins: bool


@dataclass(slots=True)
class Witness:
    """Of one show, `name`. `seen` is in the order in which it happened."""

    name: str
    seen: list[Clearing | Asked | Handed] = field(default_factory=list)
    refused: int = 0
    """Clauses that the gate did not let pass."""

    def sound_of(self, spoken: str, frames: int) -> bytes:
        """Loud samples that only this text in this show has."""
        digest = hashlib.blake2b(f"{self.name}\n{spoken}".encode("utf-8", "surrogatepass"), digest_size=64).digest()
        return (digest * (2 * frames // len(digest) + 1))[: 2 * frames]


class WitnessedGate(GateOut):
    """The real gate out."""

    def __init__(self, holder: PolicyHolder, witness: Witness) -> None:
        super().__init__(holder)
        self._policies = holder
        self._witness = witness

    def clear(self, clause: Clause) -> tuple[ClearedClause | None, Verdict]:
        policy = self._policies.now.policy
        cleared, verdict = super().clear(clause)
        if cleared is None:
            self._witness.refused += 1
        else:
            self._witness.seen.append(Clearing(cleared, policy))
        return cleared, verdict


class WitnessedVoice:
    """
    Args:
        delays_s: how long each call takes, over and over; None = that call fails.
        breaks_off: which calls (0 is the first) never give their rest; every call gives its sound in two parts unless `whole`.
    """

    name = "witnessed"
    alphabet = Alphabet.ARPABET

    def __init__(
        self, clock: Clock, witness: Witness, delays_s: Sequence[float | None], breaks_off: Container[int], *, whole: bool
    ) -> None:
        self._clock = clock
        self._witness = witness
        self._delays_s = delays_s
        self._breaks_off = breaks_off
        self._whole = whole
        self._calls = 0
        self._rests: set[asyncio.Task[bytes]] = set()

    async def synthesise(self, cleared: ClearedClause) -> Utterance:
        call, self._calls = self._calls, self._calls + 1
        self._witness.seen.append(Asked(cleared))
        delay_s = self._delays_s[call % len(self._delays_s)]
        if delay_s is None:
            raise VoiceError(f"The voice {self.name} was told to fail.")
        await self._clock.sleep(delay_s)
        utterance = tone(cleared, self._clock.now_ns(), self.name)
        pcm = self._witness.sound_of(cleared.spoken, utterance.frames)
        border = 2 * round(BEGINNING_S * RATE)
        if self._whole or len(pcm) <= border:
            return replace(utterance, pcm=pcm)
        rest = asyncio.create_task(self._rest(pcm[border:], breaks_off=call in self._breaks_off))
        self._rests.add(rest)
        rest.add_done_callback(self._over)
        return replace(utterance, pcm=pcm[:border], rest=rest)

    async def close(self) -> None:
        """There is nothing to end."""

    async def _rest(self, pcm: bytes, *, breaks_off: bool) -> bytes:
        await self._clock.sleep(REST_AFTER_S)
        if breaks_off:
            raise VoiceError(f"The voice {self.name} was told to break off.")
        return pcm

    def _over(self, rest: asyncio.Task[bytes]) -> None:
        """Of a turn that was cut nobody asks what became of the rest."""
        self._rests.discard(rest)
        if not rest.cancelled():
            rest.exception()


class WitnessedStage(SilentStage):
    """Keeps time as a silent stage does, and hands every sample to the bridge as the app's own stage does."""

    def __init__(self, clock: Clock, witness: Witness) -> None:
        super().__init__(clock)
        self._witness = witness
        self.bridge = FakeBridge(ROOM)
        # it has nothing to tell: marks come by this stage's clock
        self.bridge.closes()
        self._app = GodotStage(self.bridge)

    def play(self, utterance: Utterance, number: int, epoch: int) -> bool:
        pushed = len(self.bridge.pushed)
        taken = super().play(utterance, number, epoch) and self._app.play(utterance, number, epoch)
        self._note(utterance, pushed, begins=True)
        return taken

    def go_on(self, utterance: Utterance, number: int, epoch: int, rest: bytes) -> bool:
        pushed = len(self.bridge.pushed)
        taken = super().go_on(utterance, number, epoch, rest)
        self._app.go_on(utterance, number, epoch, rest)
        self._note(utterance, pushed, begins=False)
        return taken

    def stop(self) -> int:
        self._app.stop()
        return super().stop()

    def _note(self, utterance: Utterance, pushed: int, *, begins: bool) -> None:
        """What the bridge was handed by this call."""
        self._witness.seen += [Handed(utterance, number, pcm, begins) for number, _, pcm, _ in self.bridge.pushed[pushed:]]
