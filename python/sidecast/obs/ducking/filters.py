"""The gain filters of ours in OBS: made, set, found again, taken away."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence

from ...errors import ObsAwayError, ObsRefusedError
from ...flow.obs import Answered, Call, ObsApi

NAME = "Sidecast ducking"
"""Whatever is called so and is a gain filter is ours."""
KIND = "gain_filter"
_ALREADY = 601
"""obs-websocket's `RequestStatus::ResourceAlreadyExists`."""


async def inputs(api: ObsApi) -> list[str]:
    """Names of all sources that can have sound. Raises ObsError."""
    listed = (await api.call("GetInputList")).get("inputs", ())
    return [str(each["inputName"]) for each in listed if isinstance(each, dict) and "inputName" in each]


async def ours(api: ObsApi, names: Sequence[str]) -> list[str]:
    """Those of these sources that have a filter of ours. Raises ObsError."""
    answers = await api.batch([Call("GetSourceFilterList", {"sourceName": name}) for name in names])
    return [name for name, answered in zip(names, answers, strict=True) if _has_ours(answered)]


async def make(api: ObsApi, names: Sequence[str]) -> list[str]:
    """On these sources, at 0 dB; returns where there is one now. Raises ObsAwayError, ObsLacksError."""
    data = {"filterName": NAME, "filterKind": KIND, "filterSettings": {"db": 0.0}}
    return _done(names, await api.batch([Call("CreateSourceFilter", {"sourceName": name, **data}) for name in names]))


async def turn(api: ObsApi, names: Sequence[str], level_db: float) -> list[str]:
    """All to this level; returns where it was done. Raises ObsAwayError, ObsLacksError."""
    data = {"filterName": NAME, "filterSettings": {"db": round(level_db, 2)}}
    return _done(names, await api.batch([Call("SetSourceFilterSettings", {"sourceName": name, **data}) for name in names]))


async def take_away(api: ObsApi, names: Sequence[str]) -> None:
    """What is gone already is gone. Raises ObsAwayError, ObsLacksError."""
    _done(names, await api.batch([Call("RemoveSourceFilter", {"sourceName": n, "filterName": NAME}) for n in names]))


async def sweep(api: ObsApi) -> list[str]:
    """Takes away all of ours, whoever left them; returns the sources. Raises ObsError."""
    names = await ours(api, await inputs(api))
    if names:
        await take_away(api, names)
    return names


def missing(wanted: Sequence[str], there: Collection[str]) -> str:
    """For the streamer: which of the sources that they named OBS does not have; empty when it has all."""
    sentences = []
    for name in wanted:
        if name not in there:
            near = difflib.get_close_matches(name, there, n=1, cutoff=0.5)
            hint = f"did you mean “{near[0]}”?" if near else "correct obs.duck."
            sentences.append(f"OBS has no source “{name}” to make quieter: {hint}")
    return " ".join(sentences)


def _has_ours(answered: Answered) -> bool:
    return any(
        isinstance(each, dict) and each.get("filterName") == NAME and each.get("filterKind") == KIND
        for each in answered.data.get("filters", ())
    )


def _done(names: Sequence[str], answers: Sequence[Answered]) -> list[str]:
    """Raises ObsAwayError: one of them was not answered; the others may have been done."""
    done = []
    for name, answered in zip(names, answers, strict=True):
        if isinstance(answered.error, ObsAwayError):
            raise answered.error
        if answered.error is None or (isinstance(answered.error, ObsRefusedError) and answered.error.status == _ALREADY):
            done.append(name)
    return done
