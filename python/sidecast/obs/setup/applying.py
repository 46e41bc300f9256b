"""Carries out a plan, step by step, each in the journal before it is in OBS."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...clock import Clock, SystemClock
from ...errors import ObsError, ObsRefusedError
from ...flow.obs import Call, ObsApi
from . import capturing
from .capturing import Way
from .journal import Entry, Journal
from .looking import by_protocol
from .plan import Area, Change, MakeInput, MakeScene, Place, Plan, Step, TakeAway
from .taking import take_away
from .wanted import MARK, Done, Made, Part

SHOWS_WITHIN_S = 4.0
"""A capture has a size with its first frame; a browser source at once."""
LOOK_EVERY_S = 0.2
NAME_TAKEN = 601
"""RequestStatus.ResourceAlreadyExists. OBS lets go of a name a moment after its source was removed."""
NAME_FREE_WITHIN_S = 3.0
BREATH_S = 0.5
"""OBS's window hears of a new item a moment later and selects it; one that is gone by then crashes OBS 29."""
TOP_LEFT, CENTRED = 5, 0
"""OBS's alignment of an item's position, and of what is in its bounds."""


async def apply(
    api: ObsApi,
    plan: Plan,
    journal: Journal,
    *,
    clock: Clock | None = None,
    new_mark: Callable[[], str] = lambda: secrets.token_hex(8),
) -> Done:
    """Ends at the first step that OBS does not do; what was done stays, and a new plan goes on from there. Raises nothing."""
    applying = _Applying(api, plan.collection, journal, clock or SystemClock(), new_mark)
    trouble = ""
    try:
        with by_protocol():
            await applying.check_collection()
            for step in plan.steps:
                await applying.do(step)
    except ObsError as error:
        trouble = str(error)
    if applying.said:
        await applying.breathe()
    return Done(said=tuple(applying.said), notes=(*applying.notes, *plan.notes), trouble=trouble)


class _Applying:
    def __init__(self, api: ObsApi, collection: str, journal: Journal, clock: Clock, new_mark: Callable[[], str]) -> None:
        self._api = api
        self._collection = collection
        self._journal = journal
        self._clock = clock
        self._new_mark = new_mark
        self.said: list[str] = []
        self.notes: list[str] = []

    async def check_collection(self) -> None:
        """Raises ObsError: another one is open than the plan was made for."""
        now = str((await self._api.call("GetSceneCollectionList"))["currentSceneCollectionName"])
        if now != self._collection:
            raise ObsError(f"OBS has the scene collection “{now}” open now, not “{self._collection}”.", "Look at the plan again.")

    async def breathe(self) -> None:
        """What was made may be taken away from now on."""
        await self._clock.sleep(BREATH_S)

    async def do(self, step: Step) -> None:
        match step.deed:
            case MakeScene():
                await self._make_scene(step.deed)
            case MakeInput():
                await self._make_input(step.part, step.deed)
            case Place():
                await self._place(step.part, step.deed)
            case Change():
                await self._api.call("SetInputSettings", {"inputName": step.deed.name, "inputSettings": dict(step.deed.settings)})
                self.said.append(f"“{step.deed.name}” is up to date.")
            case TakeAway():
                await take_away(self._api, step.deed.made, self._clock)
                self._journal.remove([step.deed.made.mark])
                self.said.append(f"“{step.deed.made.name}” is gone.")

    async def _make_scene(self, deed: MakeScene) -> None:
        mark = self._new_mark()
        entry = Entry(part=Part.SCENE, mark=mark, name=deed.name, collection=self._collection)
        calls = [Call("CreateScene", {"sceneName": deed.name})]
        version = self._api.version
        if version is not None and "SetSourcePrivateSettings" in version.requests:
            calls.append(Call("SetSourcePrivateSettings", {"sourceName": deed.name, "sourceSettings": {MARK: mark}}))
        await self._create(entry, calls)
        self.said.append(f"The scene “{deed.name}” is there.")

    async def _make_input(self, part: Part, deed: MakeInput) -> None:
        empty: list[Way] = []
        for way in deed.ways:
            entry = Entry(part=part, mark=self._new_mark(), name=deed.name, collection=self._collection)
            item = int((await self._create(entry, _creation(deed, way, entry.mark)))["sceneItemId"])
            window = await self._choose_window(deed.name, way)
            if deed.area is not None:
                await self._api.call("SetSceneItemTransform", _transform(deed.scene, item, deed.area))
            if not deed.must_show or way.asks or await self._shows(deed.scene, item):
                self._tell(part, deed, way, window, empty)
                return
            if way is not deed.ways[-1]:
                empty.append(way)
                await take_away(self._api, Made(part=part, mark=entry.mark, name=deed.name), self._clock)
                self._journal.remove([entry.mark])
        self.said.append(f"“{deed.name}” is there, {deed.ways[-1].words}.")
        self.notes.append(
            f"“{deed.name}” shows nothing. Where OBS or the app draws without a graphics card, capture of windows stays empty; "
            "give the app a screen of its own, or choose another source for its window."
        )

    async def _create(self, entry: Entry, calls: Sequence[Call]) -> Mapping[str, Any]:
        """What the first call makes, and all that it must not be without, in one message. Returns the first answer.

        The name may be one that was taken away just now.

        Raises:
            ObsError: OBS is away, or will not.
        """
        self._journal.add(entry)
        until_ns = self._clock.now_ns() + round(NAME_FREE_WITHIN_S * 1e9)
        while True:
            answers = await self._api.batch(calls, halt=True)
            error = answers[0].error
            if error is None:
                break
            taken = isinstance(error, ObsRefusedError) and error.status == NAME_TAKEN
            if not taken or self._clock.now_ns() >= until_ns:
                self._journal.remove([entry.mark])
                raise error
            await self._clock.sleep(LOOK_EVERY_S)
        for answer in answers:
            if answer.error is not None:
                raise answer.error
        return answers[0].data

    async def _choose_window(self, name: str, way: Way) -> str:
        """The app's window in OBS's own list; the one that the settings name where the list lacks it. Returns its title."""
        if not way.window_property:
            return ""
        asked = {"inputName": name, "propertyName": way.window_property}
        try:
            items = (await self._api.call("GetInputPropertiesListPropertyItems", asked))["propertyItems"]
        except ObsRefusedError:
            return ""  # this version names the property otherwise; the capture looks for the title by itself
        for item in items:
            if isinstance(value := item.get("itemValue"), str) and capturing.is_ours(value):
                await self._api.call("SetInputSettings", {"inputName": name, "inputSettings": {way.window_property: value}})
                return str(item.get("itemName", ""))
        return ""

    async def _shows(self, scene: str, item: int) -> bool:
        until_ns = self._clock.now_ns() + round(SHOWS_WITHIN_S * 1e9)
        while True:
            found = await self._api.call("GetSceneItemTransform", {"sceneName": scene, "sceneItemId": item})
            if found["sceneItemTransform"]["sourceWidth"] > 0:
                return True
            if self._clock.now_ns() >= until_ns:
                return False
            await self._clock.sleep(LOOK_EVERY_S)

    def _tell(self, part: Part, deed: MakeInput, way: Way, window: str, empty: list[Way]) -> None:
        how = f", {way.words}" if way.words else ""
        self.said.append(f"“{deed.name}” is there{how}.")
        if empty:
            tried = "; ".join(each.words for each in empty)
            self.notes.append(f"Tried before, and empty: {tried}.")
        if way.window_property and not window and part is Part.AVATAR:
            self.notes.append("The app's window is not in OBS's list now; the capture waits for it by its title.")

    async def _place(self, part: Part, deed: Place) -> None:
        mark = self._new_mark()
        if deed.remembered:
            self._journal.add(Entry(part=part, mark=mark, name=deed.name, collection=self._collection, scene=deed.scene))
        try:
            item = int(
                (await self._api.call("CreateSceneItem", {"sceneName": deed.scene, "sourceName": deed.name}))["sceneItemId"]
            )
        except ObsRefusedError:
            if deed.remembered:
                self._journal.remove([mark])
            raise
        if deed.remembered:
            self._journal.placed(mark, item)
        if deed.area is not None:
            await self._api.call("SetSceneItemTransform", _transform(deed.scene, item, deed.area))
        self.said.append(f"“{deed.name}” is shown in “{deed.scene}”.")


def _transform(scene: str, item: int, area: Area) -> dict[str, Any]:
    transform = {
        "alignment": TOP_LEFT,
        "positionX": area.x,
        "positionY": area.y,
        "boundsType": "OBS_BOUNDS_SCALE_INNER",
        "boundsAlignment": CENTRED,
        "boundsWidth": area.width,
        "boundsHeight": area.height,
    }
    return {"sceneName": scene, "sceneItemId": item, "sceneItemTransform": transform}


def _creation(deed: MakeInput, way: Way, mark: str) -> list[Call]:
    """An input with its tracks and its key."""
    name = deed.name
    settings = {**way.settings, MARK: mark}
    made = {"sceneName": deed.scene, "inputName": name, "inputKind": way.kind, "inputSettings": settings}
    calls = [Call("CreateInput", made)]
    if deed.tracks:
        calls.append(Call("SetInputAudioTracks", {"inputName": name, "inputAudioTracks": dict(deed.tracks)}))
    if way.keyed:
        key = {"filterName": "Sidecast colour key", "filterKind": capturing.KEY, "filterSettings": dict(capturing.KEY_SETTINGS)}
        calls.append(Call("CreateSourceFilter", {"sourceName": name, **key}))
    return calls
