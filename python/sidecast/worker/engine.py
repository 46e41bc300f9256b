"""What a worker runs: an engine, named as `module:factory`."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..errors import WorkerError


class Refused(WorkerError):
    """The engine would not do what a call asked; the worker itself is well."""

    code = "refused"


@dataclass(frozen=True, slots=True)
class Reply:
    """A piece of an answer."""

    header: Mapping[str, Any] = field(default_factory=dict)
    """JSON values."""
    body: bytes = b""
    last: bool = True
    """False: more pieces of the same answer follow."""


class Engine(Protocol):
    """Runs in the child, one call at a time, on the child's main thread."""

    def about(self) -> Mapping[str, Any]:
        """What it declares of itself (JSON values): version, what it can do, licence."""
        ...

    def answer(self, call: Mapping[str, Any], body: bytes) -> Iterator[Reply]:
        """One reply or several. It is closed between two replies when the caller has given up.

        Raises:
            SidecastError: goes back to the caller as `Refused`, with its remedy. Anything else goes back as a
                defect and is logged with its traceback. The worker lives on.
        """
        ...


EngineFactory = Callable[[Mapping[str, Any]], Engine]
"""Makes an engine of its options (JSON values); ready to answer at full speed when it returns."""


def find_factory(path: str) -> EngineFactory:
    """The factory that `module:factory` names.

    Raises:
        WorkerError: there is no such module or name.
    """
    module_name, _, name = path.partition(":")
    try:
        factory = getattr(importlib.import_module(module_name), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise WorkerError(f"There is no engine {path!r}: {error}.", "Name one as module:factory.") from error
    if not callable(factory):
        raise WorkerError(f"{path!r} is not a factory of engines but a {type(factory).__name__}.")
    return factory  # type: ignore[no-any-return]
