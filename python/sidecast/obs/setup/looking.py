"""Asks OBS what is there. Nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from ...errors import ObsError, ObsRefusedError
from ...flow.obs import Call, ObsApi
from .journal import Entry, Journal
from .wanted import MARK, Found, Made, Part

LOOK_S = 5.0
"""For one batch: a collection of some hundred sources."""
PRIVATE = "GetSourcePrivateSettings"
"""Of the protocol, though its document does not list it; what OBS keeps of a source beside its settings."""
_ALWAYS = (
    Call("GetSceneCollectionList"),
    Call("GetSceneList"),
    Call("GetGroupList"),
    Call("GetInputList"),
    Call("GetInputKindList"),
    Call("GetVideoSettings"),
    Call("GetSpecialInputs"),
    Call("GetStreamStatus"),
    Call("GetRecordStatus"),
)


async def look(api: ObsApi, journal: Journal) -> Found:
    """What there is, and what of it is ours.

    Raises:
        ObsError: OBS is away or refuses, or the journal cannot be read.
    """
    with by_protocol():
        return await _look(api, journal)


@contextmanager
def by_protocol() -> Iterator[None]:
    """Raises ObsError where an answer has not the fields that the protocol says."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        # the error's own words may hold names of the streamer's, not secrets
        what = f"OBS answered otherwise than its protocol says ({type(error).__name__}: {error})."
        raise ObsError(what, "Update OBS, or tell Sidecast's makers.") from error


async def _look(api: ObsApi, journal: Journal) -> Found:
    entries = journal.entries()
    collections, scenes, groups, inputs, kinds, video, special, stream, record = await _asked(api, _ALWAYS)
    collection = str(collections["currentSceneCollectionName"])
    scene_names = tuple(str(each["sceneName"]) for each in scenes["scenes"])
    input_names = [str(each["inputName"]) for each in inputs["inputs"]]
    version = api.version
    here = [entry for entry in entries if entry.collection == collection]
    desktop = [str(special[key]) for key in ("desktop1", "desktop2") if special.get(key)]
    muted = await _asked(api, [Call("GetInputMute", {"inputName": name}) for name in desktop])
    return Found(
        platform=_platform(version.platform if version else ""),
        kinds=frozenset(map(str, kinds["inputKinds"])),
        names=frozenset([*scene_names, *map(str, groups["groups"]), *input_names]),
        scenes=scene_names[::-1],  # OBS lists them from the lowest
        programme=str(scenes["currentProgramSceneName"] or ""),
        canvas=(int(video["baseWidth"]), int(video["baseHeight"])),
        collection=collection,
        desktop_audio=tuple(name for name, each in zip(desktop, muted, strict=True) if not each["inputMuted"]),
        on_air=bool(stream["outputActive"] or record["outputActive"]),
        made=await _made(api, here, scene_names, input_names),
        elsewhere=tuple(sorted({entry.collection for entry in entries} - {collection})),
    )


async def _made(api: ObsApi, entries: Sequence[Entry], scenes: Sequence[str], inputs: Sequence[str]) -> tuple[Made, ...]:
    """Of what the journal lists, that which OBS has with the same mark, whatever it is called by now."""
    if not entries:
        return ()
    ours = {entry.mark: entry for entry in entries}
    found: list[Made] = []
    own_scene = ""
    for name, mark in (await _marked_scenes(api, scenes, entries)).items():
        if (entry := ours.get(mark)) is not None and entry.part is Part.SCENE:
            own_scene = name
            found.append(Made(part=Part.SCENE, mark=mark, name=name))
    in_scene = {str(item["sourceName"]) for item in await _items(api, own_scene)} if own_scene else set()
    answers = await api.batch([Call("GetInputSettings", {"inputName": name}) for name in inputs], timeout_s=LOOK_S)
    for name, answer in zip(inputs, answers, strict=True):
        if answer.error is not None:
            continue  # it went away meanwhile
        settings = answer.data["inputSettings"]
        entry = ours.get(str(settings.get(MARK, "")))
        if entry is not None and entry.part not in (Part.SCENE, Part.SHOWN_IN):
            kind = str(answer.data["inputKind"])
            found.append(
                Made(part=entry.part, mark=entry.mark, name=name, kind=kind, settings=settings, in_scene=name in in_scene)
            )
    for entry in entries:
        if entry.part is Part.SHOWN_IN and own_scene and entry.scene in scenes:
            item = _item_of(entry, own_scene, await _items(api, entry.scene))
            if item:
                found.append(Made(part=entry.part, mark=entry.mark, name=own_scene, scene=entry.scene, item=item))
    return tuple(found)


def _item_of(entry: Entry, own_scene: str, items: Sequence[Mapping[str, Any]]) -> int:
    """Its id; 0 when it is not there. An id that OBS never told (it went away before) is that of the last of our scene's."""
    ids = [int(item["sceneItemId"]) for item in items if item["sourceName"] == own_scene]
    if entry.item:
        return entry.item if entry.item in ids else 0
    return max(ids, default=0)


async def _marked_scenes(api: ObsApi, scenes: Sequence[str], entries: Sequence[Entry]) -> dict[str, str]:
    """From a scene's name to its mark. An OBS that keeps no private settings is taken at the name's word."""
    if api.version is None or PRIVATE not in api.version.requests:
        return {entry.name: entry.mark for entry in entries if entry.part is Part.SCENE and entry.name in scenes}
    answers = await api.batch([Call(PRIVATE, {"sourceName": name}) for name in scenes], timeout_s=LOOK_S)
    marks = {}
    for name, answer in zip(scenes, answers, strict=True):
        if answer.error is None and MARK in (settings := answer.data.get("sourceSettings") or {}):
            marks[name] = str(settings[MARK])
    return marks


async def _items(api: ObsApi, scene: str) -> Sequence[Mapping[str, Any]]:
    try:
        items: Sequence[Mapping[str, Any]] = (await api.call("GetSceneItemList", {"sceneName": scene}))["sceneItems"]
    except ObsRefusedError:
        return ()  # the scene went away meanwhile
    return items


async def _asked(api: ObsApi, calls: Sequence[Call]) -> list[Mapping[str, Any]]:
    if not calls:
        return []
    answers = await api.batch(calls, timeout_s=LOOK_S)
    for answer in answers:
        if answer.error is not None:
            raise answer.error
    return [answer.data for answer in answers]


def _platform(name: str) -> str:
    """`QSysInfo::productType`: the names of Linuxes are left as they are."""
    return "macos" if name in ("osx", "macos") else name
