"""What a worker is told to run, and the states it may be in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSpec:
    """What to run and within which bounds."""

    name: str
    """For logs and errors."""
    engine: str
    """`module:factory`, importable in the child."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """For the factory; JSON values."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to this process's own."""
    start_timeout_s: float = 15.0
    pending_limit: int = 32
    """Calls that may be under way at once."""
    replies_limit: int = 4096
    """Replies of one call that may wait to be read."""


class State(StrEnum):
    NEW = "new"
    STARTING = "starting"
    READY = "ready"
    WAITING = "waiting"
    """It died; the next start comes after a delay."""
    CLOSED = "closed"


def child_environment(added: Mapping[str, str]) -> dict[str, str]:
    """This process's environment and `added`, in which the child finds `sidecast` where this process found it."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", **added}
    code = str(Path(__file__).resolve().parents[2])
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [code, environment.get("PYTHONPATH", "")]))
    return environment
