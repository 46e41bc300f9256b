"""The policy while the show runs: compiled in a thread, kept on disk, then in force with the next message."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from ..clock import Clock
from ..errors import PolicyError
from ..flow.policy import Policy, PolicyChange, PolicyVersion
from .classify.layer import Loaded
from .compiled import Compiled
from .holder import PolicyHolder
from .policy_change import applied, change_between, told
from .policy_file import read_policy, write_policy
from .policy_history import History, Step, read_history, write_history

log = logging.getLogger(__name__)

FILE = "moderation.toml"
HISTORY = "moderation-history.json"
BY_HAND = "the file"
"""Who has changed the policy when the file differs from what was last in force."""

T = TypeVar("T")


class Elsewhere(Protocol):
    """Where work that takes long is done; tests in virtual time do it at once."""

    async def call(self, work: Callable[[], T]) -> T: ...


class Threads:
    async def call(self, work: Callable[[], T]) -> T:
        return await asyncio.to_thread(work)


class Policies(PolicyHolder):
    """The holder that the gates read. One change at a time; each is on disk before it is in force.

    Every method raises PolicyError when a policy cannot be: then nothing has changed.
    """

    def __init__(
        self,
        history: History,
        compiled: Compiled,
        clock: Clock,
        *,
        file: Path | None = None,
        history_file: Path | None = None,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        super().__init__(compiled)
        self._elsewhere = elsewhere or Threads()
        self._history = history
        self._file = file
        self._history_file = history_file
        self._clock = clock
        self._changing = asyncio.Lock()
        self._told: list[Callable[[], None]] = []

    @property
    def policy(self) -> Policy:
        return self._history.policy

    @property
    def decides(self) -> bool:
        """There is a policy of its own, in place of what the settings say. Looks at the disk."""
        return self._file is not None and self._file.exists()

    @property
    def number(self) -> int:
        """Of the version that is in force."""
        return self._history.number

    @property
    def versions(self) -> tuple[PolicyVersion, ...]:
        """Newest first; at most 50."""
        return tuple(step.version for step in reversed(self._history.steps))

    def on_change(self, tell: Callable[[], None]) -> None:
        """`tell` is called on the loop, right after another policy has come into force."""
        self._told.append(tell)

    async def change(self, change: PolicyChange, by: str, expected: int | None = None) -> PolicyVersion | None:
        """None when nothing differs. `expected`: the version that whoever asks has seen; another one is refused."""
        return await self._replace(lambda: applied(self.policy, change), by, expected)

    async def restore(self, number: int, by: str, expected: int | None = None) -> PolicyVersion | None:
        """Back to what version `number` was: as a new version, so that this can be undone too."""
        return await self._replace(lambda: self._history.policy_at(number), by, expected, f"Back to version {number}.")

    async def draft(self, change: PolicyChange) -> Compiled:
        """The current policy with a change, ready to judge, in force nowhere."""
        before = self.now
        return await self._elsewhere.call(lambda: Compiled(applied(before.policy, change), before=before))

    async def _replace(self, make: Callable[[], Policy], by: str, expected: int | None, why: str = "") -> PolicyVersion | None:
        async with self._changing:
            if expected is not None and expected != self.number:
                raise PolicyError("Somebody else has changed the policy in the meantime.", "Look at it again, then decide.")
            history, before = self._history, self.now
            prepared = await self._elsewhere.call(lambda: self._prepare(make, history, before, by, why))
            if prepared is None:
                return None
            self._history, self.now = prepared
            log.info("moderation policy %d in force, by %s", self.number, by or "Sidecast")
        for tell in self._told:
            tell()
        return self._history.steps[-1].version

    def _prepare(
        self, make: Callable[[], Policy], history: History, before: Compiled, by: str, why: str
    ) -> tuple[History, Compiled] | None:
        """In a thread: check, compile, write."""
        policy = make()
        step = step_to(policy, history, by, self._clock.wall_ms(), why)
        if step is None:
            return None
        compiled = Compiled(policy, before=before)
        after = history.and_then(step, policy)
        try:
            # the history last: a file that is newer than it reads as edited by hand, and nothing is lost
            if self._file is not None:
                write_policy(self._file, policy)
            if self._history_file is not None:
                write_history(self._history_file, after)
        except OSError as error:
            remedy = "Free some space, or check the rights of that folder; until then the old policy holds."
            raise PolicyError(f"The policy cannot be kept: {error.strerror or error}.", remedy) from error
        return after, compiled


def step_to(policy: Policy, history: History, by: str, at_ms: int, why: str = "") -> Step | None:
    """The next version; None when `policy` is what the history ends with."""
    forth = change_between(history.policy, policy)
    if forth == PolicyChange():
        return None
    what = (why, *told(history.policy, forth)) if why else told(history.policy, forth)
    version = PolicyVersion(number=history.number + 1, at_ms=at_ms, by=by, what=what[:40])
    return Step(version, change_between(policy, history.policy))


def open_policies(
    defaults: Policy,
    clock: Clock,
    *,
    config: Path | None = None,
    data: Path | None = None,
    elsewhere: Elsewhere | None = None,
    classifiers: Loaded | None = None,
) -> Policies:
    """What is on disk, or `defaults`; without folders nothing is kept. Compiles, so it takes a moment.

    Raises:
        PolicyError: a file cannot be used; says which line and key.
    """
    file = None if config is None else config / FILE
    history_file = None if data is None else data / HISTORY
    policy = (None if file is None else read_policy(file, defaults)) or defaults
    history = (None if history_file is None else read_history(history_file)) or History(policy)
    step = step_to(policy, history, BY_HAND, clock.wall_ms())
    if step is not None:
        history = history.and_then(step, policy)
        if history_file is not None:
            try:
                write_history(history_file, history)
            except OSError as error:
                log.warning("the history of the moderation policy cannot be written: %s", error.strerror)
    return Policies(
        history, Compiled(policy, classifiers=classifiers), clock, file=file, history_file=history_file, elsewhere=elsewhere
    )
