"""Takes away all that the journal lists and that still carries our mark; nothing else, whatever it is called."""

from __future__ import annotations

from ...clock import Clock
from ...errors import ObsError, ObsRefusedError
from ...flow.obs import ObsApi
from .journal import Journal
from .looking import by_protocol, look
from .taking import take_away
from .wanted import Done, Found, Made, Part


async def undo(api: ObsApi, journal: Journal, *, clock: Clock | None = None) -> Done:
    """Ends at the first thing that OBS does not let go of; the journal keeps what is left. Raises nothing."""
    said: list[str] = []
    notes: list[str] = []
    try:
        with by_protocol():
            found = await look(api, journal)
            _check_scene(found)
            for made in in_order(found):
                if made.part is Part.SCENE and (strangers := await _strangers(api, found, made)):
                    names = ", ".join(f"“{name}”" for name in strangers)
                    notes.append(f"The scene “{made.name}” stays, because you have put {names} into it. It is yours now.")
                else:
                    await take_away(api, made, clock)
                    said.append(_gone(made))
                journal.remove([made.mark])
            notes += _the_rest(found, journal)
    except ObsError as error:
        return Done(said=tuple(said), notes=tuple(notes), trouble=str(error))
    return Done(said=tuple(said) or ("There was nothing of Sidecast's in OBS.",), notes=tuple(notes))


def in_order(found: Found) -> list[Made]:
    """What shows a thing before the thing."""
    first = (Part.SHOWN_IN,)
    last = (Part.SCENE,)
    return sorted(found.made, key=lambda made: (made.part in last, made.part not in first))


def _check_scene(found: Found) -> None:
    """Raises ObsError: the audience would see it go, or OBS would be left without a scene."""
    scene = found.of(Part.SCENE)
    if scene is None:
        return
    if len(found.scenes) == 1:
        # OBS 29 would agree, and have none
        raise ObsError(f"“{scene.name}” is the only scene in OBS.", "Make another first, then undo again.")
    if found.on_air and found.programme == scene.name:
        raise ObsError(f"“{scene.name}” is on the programme while OBS streams or records.", "Switch to another scene first.")


async def _strangers(api: ObsApi, found: Found, scene: Made) -> list[str]:
    """What is in our scene and not of our making."""
    ours = {made.name for made in found.made}
    try:
        items = (await api.call("GetSceneItemList", {"sceneName": scene.name}))["sceneItems"]
    except ObsRefusedError:
        return []
    return [str(item["sourceName"]) for item in items if item["sourceName"] not in ours]


def _the_rest(found: Found, journal: Journal) -> list[str]:
    """Forgets what somebody else has taken away, and names what is where nobody can reach it now."""
    gone = [entry for entry in journal.entries() if entry.collection == found.collection]
    journal.remove(entry.mark for entry in gone)
    return [f"More is in the scene collection “{name}”: open it in OBS and undo again." for name in found.elsewhere]


def _gone(made: Made) -> str:
    return f"“{made.name}” is not shown in “{made.scene}” any more." if made.part is Part.SHOWN_IN else f"“{made.name}” is gone."
