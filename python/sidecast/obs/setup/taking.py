"""Takes what is ours out of OBS, and looks whether it is gone: OBS agrees to things that it then does not do."""

from __future__ import annotations

from ...clock import Clock, SystemClock
from ...errors import ObsError, ObsRefusedError
from ...flow.obs import Call, ObsApi
from .wanted import Made, Part

GONE_WITHIN_S = 3.0
LOOK_EVERY_S = 0.05
LIST_S = 5.0
NOT_FOUND = 600
"""RequestStatus.ResourceNotFound: gone already, which is what was wanted."""


async def take_away(api: ObsApi, made: Made, clock: Clock | None = None) -> None:
    """Returns when OBS does not list it any more.

    Raises:
        ObsError: OBS is away, will not, or said yes and did not do it.
    """
    if made.part not in (Part.SCENE, Part.SHOWN_IN):
        await _out_of_scenes(api, made.name)
    request, data = _removal(made)
    try:
        await api.call(request, data)
    except ObsRefusedError as error:
        if error.status != NOT_FOUND:
            raise
    clock = clock or SystemClock()
    until_ns = clock.now_ns() + round(GONE_WITHIN_S * 1e9)
    while await _is_there(api, made):
        if clock.now_ns() >= until_ns:
            raise ObsError(f"OBS did not let go of “{made.name}”.", "Restart OBS.")
        await clock.sleep(LOOK_EVERY_S)


async def _out_of_scenes(api: ObsApi, source: str) -> None:
    """A scene lets go of a removed source only when it is drawn next, and until then OBS keeps the source and its name."""
    scenes = [str(each["sceneName"]) for each in (await api.call("GetSceneList"))["scenes"]]
    groups = [str(each) for each in (await api.call("GetGroupList"))["groups"]]
    calls = [Call("GetSceneItemList", {"sceneName": name}) for name in scenes]
    calls += [Call("GetGroupSceneItemList", {"sceneName": name}) for name in groups]
    listed = await api.batch(calls, timeout_s=LIST_S)
    ours = [
        Call("RemoveSceneItem", {"sceneName": name, "sceneItemId": item["sceneItemId"]})
        for name, answer in zip([*scenes, *groups], listed, strict=True)
        for item in answer.data.get("sceneItems", ())
        if item["sourceName"] == source
    ]
    if ours:
        await api.batch(ours)


def _removal(made: Made) -> tuple[str, dict[str, object]]:
    if made.part is Part.SCENE:
        return "RemoveScene", {"sceneName": made.name}
    if made.part is Part.SHOWN_IN:
        return "RemoveSceneItem", {"sceneName": made.scene, "sceneItemId": made.item}
    return "RemoveInput", {"inputName": made.name}


async def _is_there(api: ObsApi, made: Made) -> bool:
    if made.part is Part.SCENE:
        scenes = (await api.call("GetSceneList"))["scenes"]
        return any(each["sceneName"] == made.name for each in scenes)
    if made.part is Part.SHOWN_IN:
        try:
            items = (await api.call("GetSceneItemList", {"sceneName": made.scene}))["sceneItems"]
        except ObsRefusedError:
            return False  # the scene is gone, and the item with it
        return any(each["sceneItemId"] == made.item for each in items)
    inputs = (await api.call("GetInputList"))["inputs"]
    return any(each["inputName"] == made.name for each in inputs)
