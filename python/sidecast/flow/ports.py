"""The seams: what the show asks of an engine. Each is found through the entry point group of the same name."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from .board import AwaitsApproval, Queued
from .candidate import Candidate, Reason, Understanding
from .chat import ChannelEvent, ChatMessage, Incoming
from .clause import Clause, ClearedClause
from .cue import Caption, Cue, Status
from .line import LedgerLine
from .mark import Mark
from .prompt import Prompt
from .turn import Turn
from .utterance import Alphabet, Utterance
from .verdict import Verdict

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class ChatSource(Protocol):
    """`sidecast.chat`: a source of messages and events."""

    name: str

    def incoming(self) -> AsyncIterator[Incoming]:
        """Yields until the source ends; stamps `arrived_ns` itself, as early as it can.

        Raises:
            SourceError: it cannot be read at all. Single bad lines are counted in `malformed` and skipped.
        """
        ...

    @property
    def malformed(self) -> int:
        """Lines that could not be understood."""
        ...


class Understander(Protocol):
    """`sidecast.understanding`: what the words tell."""

    def understand(self, items: Sequence[ChatMessage | ChannelEvent]) -> list[Understanding]: ...


class Filter(Protocol):
    """`sidecast.filter`: text → verdict. Pure and fast: it runs on the message path."""

    def judge(self, text: str) -> Verdict: ...


class Brain(Protocol):
    """`sidecast.brain`: prompt → token stream.

    One that never looks at `prompt.history` says `reads_history = False`: a removal of what stands there then cuts no turn.
    """

    @property
    def name(self) -> str:
        """Shown on the page and in the ledger; a stand-in brain says so in its name."""
        ...

    def stream(self, prompt: Prompt) -> AsyncIterator[str]:
        """Pieces of text as they are written. `[happy]` and `(wave)` tags set mood and gesture.

        Raises:
            BrainError: no answer can be given.
        """
        ...


class Embedder(Protocol):
    """`sidecast.embedder`: texts → unit vectors."""

    dim: int

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """n × dim."""
        ...


class Voice(Protocol):
    """`sidecast.voice`: cleared clause → PCM + phoneme times."""

    @property
    def name(self) -> str: ...

    @property
    def alphabet(self) -> Alphabet: ...

    async def synthesise(self, cleared: ClearedClause) -> Utterance:
        """Returns as soon as enough of it is there to begin with.

        Raises VoiceError when no sound can be made in time; cancelling it is safe.
        """
        ...

    async def close(self) -> None: ...


class Pronouncer(Protocol):
    """A voice that tells how it will say a text, without saying it."""

    @property
    def name(self) -> str: ...

    @property
    def alphabet(self) -> Alphabet: ...

    async def pronounce(self, texts: Sequence[str]) -> list[tuple[str, ...]]:
        """The phonemes of each text alone, in `alphabet`; none of a text that it cannot read. Cancelling it is safe.

        Raises:
            VoiceError: there is no answer.
        """
        ...


class Stage(Protocol):
    """`sidecast.stage`: where it is seen and heard."""

    def send(self, cue: Cue) -> None:
        """Never blocks; what cannot be sent is counted and logged."""
        ...

    def play(self, utterance: Utterance, number: int, epoch: int) -> bool:
        """Hand PCM to the mixer's ring. False when `epoch` is over (a stop came in between) or the ring is full."""
        ...

    def go_on(self, utterance: Utterance, number: int, epoch: int, rest: bytes) -> bool:
        """Hand over the rest of what was begun with `play`; nothing, when there will be none. False as with `play`."""
        ...

    def epoch(self) -> int:
        """Read before a turn's first clause; each stop makes a new one."""
        ...

    def stop(self) -> int:
        """Silence at the mixer within 100 ms, past every queue. Returns the new epoch."""
        ...

    def marks(self) -> AsyncIterator[Mark]: ...


class Watcher(Protocol):
    """Whoever is told what happens: ledger, metrics, control page. Called on the message path: never blocks, never raises."""

    def heard(self, item: Incoming) -> None:
        """Something arrived."""
        ...

    def settled(self, item: Incoming, reason: Reason, verdict: Verdict | None) -> None:
        """The one reason why `item` was or was not answered. Called exactly once for each item that was heard."""
        ...

    def chosen(self, turn: Turn, waiting: Sequence[Candidate]) -> None:
        """`turn` was chosen; `waiting` are the others, best first."""
        ...

    def judged(self, turn: Turn, clause: Clause, verdict: Verdict) -> None: ...

    def ended(self, line: LedgerLine) -> None:
        """A turn is over; called exactly once for each chosen turn."""
        ...

    def status(self, status: Status) -> None: ...

    def marked(self, mark: Mark) -> None:
        """The stage reported something: frame statistics, what was audible, finished or cut."""
        ...


class Board(Protocol):
    """Whoever shows the show to those who direct it. Called on the message path: never blocks, never raises."""

    def queue(self, look: Callable[[], Sequence[Queued]]) -> None:
        """The queue has changed; `look` gives it as it stands whenever it is called, in the order of answering."""
        ...

    def approval(self, awaits: AwaitsApproval | None) -> None:
        """A reply waits for a human; None = none does any more."""
        ...

    def approval_mode(self, mode: str) -> None:
        """Which replies wait for a human from now on: a value of `order.Approval`."""
        ...

    def mood(self, mood: str, held_by: str) -> None:
        """What the avatar shows now; `held_by`: who wants it shown whatever is said, or empty."""
        ...

    def caption(self, caption: Caption) -> None:
        """The words of an utterance that is on its way to the mixer, with their times."""
        ...


class Sealer(Protocol):
    """Seals a viewer's personal fields with a key of that viewer's own: erasing the key erases the fields. Thread-safe."""

    def seal(self, viewer_id: str, text: str, context: str) -> bytes:
        """`text` sealed for the place that `context` names (`table:row:column`): moved elsewhere it does not open.

        Raises:
            VaultError: the viewer's key cannot be read or kept.
        """
        ...

    def open(self, viewer_id: str, sealed: bytes, context: str) -> str | None:
        """The text, or None when the viewer's key was erased.

        Raises:
            VaultError: it was changed, moved, or sealed by another vault.
        """
        ...

    def erase(self, viewer_id: str) -> bool:
        """Forget the viewer's key for good. False when there was none."""
        ...
