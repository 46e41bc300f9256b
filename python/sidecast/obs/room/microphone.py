"""Which inputs of OBS hear the streamer. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

SPECIAL = ("mic1", "mic2", "mic3", "mic4")
"""OBS's own, of its audio settings, in the answer of `GetSpecialInputs`."""
_SET = "choose your microphone in OBS under Settings → Audio, or name a source of yours (obs.microphone)."


@dataclass(frozen=True, slots=True)
class Microphones:
    names: tuple[str, ...] = ()
    trouble: str = ""
    """Why there is none, for the streamer."""


def microphones(wanted: str, special: Mapping[str, Any], inputs: Collection[str]) -> Microphones:
    """The one that is wanted; with nothing wanted, all of OBS's own.

    Args:
        special: the answer of `GetSpecialInputs`.
        inputs: names of all inputs.
    """
    if wanted:
        if wanted in inputs:
            return Microphones((wanted,))
        near = difflib.get_close_matches(wanted, inputs, n=1, cutoff=0.5)
        hint = f"did you mean “{near[0]}”?" if near else _SET
        return Microphones(trouble=f"OBS has no source “{wanted}” to hear you by: {hint}")
    own = tuple(str(special[key]) for key in SPECIAL if special.get(key))
    return Microphones(own) if own else Microphones(trouble=f"OBS has no microphone, so nobody knows when you speak: {_SET}")
