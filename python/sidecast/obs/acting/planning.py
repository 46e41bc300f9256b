"""An act and what OBS has → what OBS is to be asked. Pure: nothing here asks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import get_args

from ...flow import obs_act as acts
from ...flow.obs import Call, ObsVersion
from ...flow.obs_act import ObsAct, ObsHindrance, ObsObstacle
from .kinds import RECORD_REQUESTS, requests_of, words_of
from .slots import Change, FilterOn, ItemOn, Muted, Place, PlaceField, Volume, merged
from .stock import Item, Stock, unknown

RESTART = "OBS_WEBSOCKET_MEDIA_INPUT_ACTION_RESTART"
MEDIA_KINDS = ("ffmpeg_source", "vlc_source")
PICTURE_FORMAT = "png"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Either `changes` of values, or `calls`, or neither where hindrances stand in the way."""

    changes: tuple[Change, ...] = ()
    over_s: float = 0.0
    for_s: float = 0.0
    calls: tuple[Call, ...] = ()
    hindrances: tuple[ObsHindrance, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def asked(self) -> tuple[Call, ...]:
        """What goes to OBS, as it is shown in a dry run."""
        return self.calls or tuple(merged([change.slot.write(change.value) for change in self.changes]))


def lacks(act: ObsAct, version: ObsVersion) -> ObsHindrance | None:
    """A request that the OBS that runs does not know."""
    missing = [name for name in requests_of(act) if name not in version.requests]
    if not missing:
        return None
    return ObsHindrance(
        obstacle=ObsObstacle.LACKS,
        what=f"OBS {version.obs} does not know “{missing[0]}” (obs-websocket {version.websocket}).",
        remedy=f"A newer OBS may: without it Sidecast cannot do this: {words_of(act)}",
    )


def plan(act: ObsAct, stock: Stock) -> Plan:
    """With hindrances of kind `NAME` when something is not there; the act's own numbers are taken as valid."""
    match act:
        case acts.SwitchScene():
            return _scene(act, stock)
        case acts.ShowSource():
            items = _items(act.source, act.scene, stock)
            if isinstance(items, ObsHindrance):
                return Plan(hindrances=(items,))
            changes = tuple(Change(ItemOn(item.holder, item.id), act.on) for item in items)
            return Plan(changes=changes, for_s=act.for_s)
        case acts.SwitchFilter():
            if (wrong := _filter(act, stock)) is not None:
                return Plan(hindrances=(wrong,))
            return Plan(changes=(Change(FilterOn(act.source, act.filter), act.on),), for_s=act.for_s)
        case acts.SetVolume() | acts.Mute() | acts.SetText() | acts.PlayMedia():
            return _input(act, stock)
        case acts.Transform():
            return _transform(act, stock)
    return _calls(act, stock)


def _calls(act: ObsAct, stock: Stock) -> Plan:
    match act:
        case acts.Screenshot(source=source):
            if source and source not in _sources(stock):
                return Plan(hindrances=(unknown("source", source, _sources(stock)),))
            call = Call("GetSourceScreenshot", {"sourceName": source or stock.programme, "imageFormat": PICTURE_FORMAT})
        case acts.Record():
            call = Call(RECORD_REQUESTS[act.step])
        case acts.Chapter():
            call = Call("CreateRecordChapter", {"chapterName": act.name})
        case acts.Stream():
            call = Call("StartStream" if act.start else "StopStream")
        case acts.Hotkey():
            if act.name not in stock.hotkeys:
                return Plan(hindrances=(unknown("hotkey", act.name, stock.hotkeys),))
            call = Call("TriggerHotkeyByName", {"hotkeyName": act.name})
        case _:
            call = Call("SaveReplayBuffer")
    return Plan(calls=(call,))


def override(act: acts.SwitchScene, stock: Stock) -> Call | None:
    """The transition into the scene, for this once; None: as it is set in OBS."""
    if not act.transition and not act.transition_ms:
        return None
    data: dict[str, object] = {"sceneName": act.scene, "transitionName": act.transition or stock.transition}
    if act.transition_ms:
        data["transitionDuration"] = act.transition_ms
    return Call("SetSceneSceneTransitionOverride", data)


def _scene(act: acts.SwitchScene, stock: Stock) -> Plan:
    wrong = []
    if act.scene not in stock.scenes:
        wrong.append(unknown("scene", act.scene, stock.scenes))
    if act.transition and act.transition not in stock.transitions:
        wrong.append(unknown("transition", act.transition, stock.transitions))
    if wrong:
        return Plan(hindrances=tuple(wrong))
    first = override(act, stock)
    switch = Call("SetCurrentProgramScene", {"sceneName": act.scene})
    notes = ("It is on the programme already.",) if act.scene == stock.programme else ()
    return Plan(calls=(switch,) if first is None else (first, switch), notes=notes)


def _items(source: str, scene: str, stock: Stock) -> tuple[Item, ...] | ObsHindrance:
    where = scene or stock.programme
    if where not in stock.scenes:
        return unknown("scene", where, stock.scenes)
    items = stock.of_source(source, where)
    if items:
        return items
    others = stock.scenes_with(source)
    if others:
        return ObsHindrance(
            obstacle=ObsObstacle.NAME,
            what=f"“{source}” is not in the scene “{where}”.",
            remedy=f"It is in “{others[0]}”: name that scene, or add the source to this one.",
        )
    names = tuple(dict.fromkeys(item.source for item in stock.items(where)))
    return unknown("source", source, names, f"The scene “{where}”")


def _filter(act: acts.SwitchFilter, stock: Stock) -> ObsHindrance | None:
    if act.source not in _sources(stock):
        return unknown("source", act.source, _sources(stock))
    filters = stock.filters.get(act.source, ())
    return None if act.filter in filters else unknown("filter", act.filter, filters, f"“{act.source}”")


def _input(act: acts.SetVolume | acts.Mute | acts.SetText | acts.PlayMedia, stock: Stock) -> Plan:
    if act.source not in stock.inputs:
        fit = tuple(name for name, kind in stock.inputs.items() if _fits(act, kind)) or tuple(stock.inputs)
        return Plan(hindrances=(unknown("source", act.source, fit),))
    kind = stock.inputs[act.source]
    match act:
        case acts.SetVolume():
            return Plan(changes=(Change(Volume(act.source), act.db),), over_s=act.over_s, for_s=act.for_s)
        case acts.Mute():
            return Plan(changes=(Change(Muted(act.source), act.on),), for_s=act.for_s)
    if not _fits(act, kind):
        what = "text" if isinstance(act, acts.SetText) else "media"
        fit = tuple(name for name, each in stock.inputs.items() if _fits(act, each))
        hindrance = ObsHindrance(
            obstacle=ObsObstacle.NAME,
            what=f"“{act.source}” is no {what} source.",
            remedy=_has(fit, what),
            nearest=fit[0] if len(fit) == 1 else "",
        )
        return Plan(hindrances=(hindrance,))
    if isinstance(act, acts.SetText):
        text = "".join(letter for letter in act.text if letter == "\n" or letter.isprintable())
        data = {"inputName": act.source, "inputSettings": {"text": text}, "overlay": True}
        return Plan(calls=(Call("SetInputSettings", data),))
    return Plan(calls=(Call("TriggerMediaInputAction", {"inputName": act.source, "mediaAction": RESTART}),))


def _fits(act: ObsAct, kind: str) -> bool:
    if isinstance(act, acts.SetText):
        return kind.startswith("text_")
    return kind in MEDIA_KINDS if isinstance(act, acts.PlayMedia) else True


def _has(names: Collection[str], what: str) -> str:
    told = ", ".join(f"“{name}”" for name in sorted(names)[:6])
    return f"There is {told}." if told else f"OBS has no {what} source: add one there."


def _transform(act: acts.Transform, stock: Stock) -> Plan:
    items = _items(act.source, act.scene, stock)
    if isinstance(items, ObsHindrance):
        return Plan(hindrances=(items,))
    item = items[0]
    given: dict[str, float | None] = {
        "positionX": act.x,
        "positionY": act.y,
        "scaleX": act.scale,
        "scaleY": act.scale,
        "rotation": act.rotation,
    }
    fields: tuple[PlaceField, ...] = get_args(PlaceField)
    changes = tuple(Change(Place(item.holder, item.id, name), value) for name in fields if (value := given[name]) is not None)
    notes = ("The scene has it more than once: the one on top is placed.",) if len(items) > 1 else ()
    return Plan(changes=changes, over_s=act.over_s, for_s=act.for_s, notes=notes)


def _sources(stock: Stock) -> tuple[str, ...]:
    return (*stock.inputs, *stock.scenes, *stock.groups)
