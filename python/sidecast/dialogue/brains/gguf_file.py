"""Looks at a GGUF file before anything heavy does. Standard library only: the launcher asks this too.

The head's layout is in ggml's docs/gguf.md: magic, version, number of tensors, number of keys; little-endian.
"""

from __future__ import annotations

import struct
from pathlib import Path

from .trouble import BrainTrouble

_HEAD = struct.Struct("<4sIQQ")
VERSIONS = (2, 3)
AROUND = 1.15
"""Memory that a model takes, as a multiple of its file: what it computes with comes on top."""


def check(path: Path, available_bytes: int | None = None) -> None:
    """
    Args:
        available_bytes: of memory; None = ask the system.

    Raises:
        BrainTrouble: there is no such file, it is no GGUF, or too big for this machine.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(_HEAD.size)
    except FileNotFoundError:
        raise _bad(f"There is no file {path}.", "Check the path after gguf:.") from None
    except OSError as error:
        raise _bad(f"{path} cannot be read: {error.strerror}.", "Name a GGUF file that you may read.") from None
    if len(head) < _HEAD.size or head[:4] != b"GGUF":
        raise _bad(f"{path} is no GGUF file.", "Models for llama.cpp end in .gguf; other formats have to be converted first.")
    _, version, tensors, _ = _HEAD.unpack(head)
    if version not in VERSIONS or not tensors:
        raise _bad(f"{path} is a GGUF file of version {version} with {tensors} tensors.", "Get the model's file again.")
    available = memory_available() if available_bytes is None else available_bytes
    if available and size * AROUND > available:
        need, have = size * AROUND / 1e9, available / 1e9
        raise _bad(
            f"The model {path.name} needs about {need:.1f} GB of memory, and {have:.1f} GB are free.",
            "Take a smaller model, or one with a stronger quantisation (Q4_K_M instead of Q8_0).",
        )


def memory_available() -> int:
    """Bytes that programs can still have, caches included; 0 where the system does not tell."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), 0)


def _bad(what: str, remedy: str) -> BrainTrouble:
    return BrainTrouble(what, remedy, state="cannot be loaded")
