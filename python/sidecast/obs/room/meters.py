"""How loud inputs are, from OBS's `InputVolumeMeters`: twenty times a second, for all inputs that are active.

Each channel is `[magnitude, peak, input peak]`, linear, of the latest packet of sound (about 20 ms), after the input's filters;
the first two also after the fader, and 0 while it is muted (obs-websocket, `Obs_VolumeMeter.cpp`).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any

SILENCE_DB = -100.0


def loudest(data: Mapping[str, Any], names: Collection[str]) -> float | None:
    """Level before the fader of the loudest of these inputs (dBFS, RMS); None where OBS measures none of them now.

    What the stream does not hear (muted, fader at the bottom, push-to-talk not pressed) is silence.

    Raises:
        ValueError: the event is not as the protocol says.
    """
    try:
        heard = [
            max((_before_fader(*channel) for channel in each["inputLevelsMul"]), default=0.0)
            for each in data["inputs"]
            if each["inputName"] in names
        ]
    except (KeyError, TypeError) as error:
        raise ValueError(f"InputVolumeMeters: {error!r}") from error
    return decibel(max(heard)) if heard else None


def decibel(linear: float) -> float:
    return max(SILENCE_DB, 20 * math.log10(linear)) if linear > 0 else SILENCE_DB


def _before_fader(magnitude: float, peak: float, input_peak: float) -> float:
    return magnitude * input_peak / peak if peak > 0 else 0.0
