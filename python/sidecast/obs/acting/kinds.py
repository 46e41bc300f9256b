"""Each kind of act: its name, the requests without which it cannot be, and its words before and after."""

from __future__ import annotations

from dataclasses import dataclass

from ...flow import obs_act as acts
from ...flow.obs_act import ObsAct, RecordStep


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    """In the ledger, and in `ObsChecked.kind`."""
    requests: tuple[str, ...]
    """All are needed."""


KINDS: dict[type[ObsAct], Kind] = {
    acts.SwitchScene: Kind("switch_scene", ("SetCurrentProgramScene",)),
    acts.ShowSource: Kind("show_source", ("SetSceneItemEnabled", "GetSceneItemEnabled")),
    acts.SwitchFilter: Kind("switch_filter", ("SetSourceFilterEnabled", "GetSourceFilter")),
    acts.SetText: Kind("set_text", ("SetInputSettings",)),
    acts.PlayMedia: Kind("play_media", ("TriggerMediaInputAction", "GetMediaInputStatus")),
    acts.SetVolume: Kind("set_volume", ("SetInputVolume", "GetInputVolume")),
    acts.Mute: Kind("mute", ("SetInputMute", "GetInputMute")),
    acts.Transform: Kind("transform", ("SetSceneItemTransform", "GetSceneItemTransform")),
    acts.Screenshot: Kind("screenshot", ("GetSourceScreenshot",)),
    acts.Record: Kind("record", ("GetRecordStatus",)),
    acts.Chapter: Kind("chapter", ("GetRecordStatus",)),
    acts.SaveReplay: Kind("save_replay", ("SaveReplayBuffer", "GetReplayBufferStatus")),
    acts.Stream: Kind("stream", ("StartStream", "StopStream", "GetStreamStatus")),
    acts.Hotkey: Kind("hotkey", ("TriggerHotkeyByName",)),
}
TRANSITION_REQUESTS = ("GetSceneSceneTransitionOverride", "SetSceneSceneTransitionOverride")
RECORD_REQUESTS = {
    RecordStep.START: "StartRecord",
    RecordStep.STOP: "StopRecord",
    RecordStep.PAUSE: "PauseRecord",
    RecordStep.RESUME: "ResumeRecord",
    RecordStep.SPLIT: "SplitRecordFile",
}
_RECORD_WORDS = {
    RecordStep.START: ("Starts recording", "Started recording"),
    RecordStep.STOP: ("Stops recording", "Stopped recording"),
    RecordStep.PAUSE: ("Pauses the recording", "Paused the recording"),
    RecordStep.RESUME: ("Goes on recording", "Went on recording"),
    RecordStep.SPLIT: ("Begins a new file of the recording", "Began a new file of the recording"),
}


def kind_of(act: ObsAct) -> Kind:
    return KINDS[type(act)]


def requests_of(act: ObsAct) -> tuple[str, ...]:
    """What OBS must know for this very act."""
    more: tuple[str, ...] = ()
    if isinstance(act, acts.SwitchScene) and (act.transition or act.transition_ms):
        more = TRANSITION_REQUESTS
    elif isinstance(act, acts.Record):
        more = (RECORD_REQUESTS[act.step],)
    return kind_of(act).requests + more


def words_of(act: ObsAct, *, done: bool = False) -> str:
    """A sentence; never what a text source is to show, for that may be a viewer's words."""
    return f"{_of_value(act, done) or _of_doing(act, done)}."


def _of_value(act: ObsAct, done: bool) -> str:
    """Of what sets a value, perhaps for a while; empty of the others."""
    match act:
        case acts.ShowSource():
            verb = _verb(done, "Shows", "Showed") if act.on else _verb(done, "Hides", "Hid")
            return f"{verb} “{act.source}” in {_scene(act.scene)}{_for(act.for_s)}"
        case acts.SwitchFilter():
            verb = _verb(done, "Switches", "Switched")
            return f"{verb} the filter “{act.filter}” of “{act.source}” {_on(act.on)}{_for(act.for_s)}"
        case acts.SetVolume():
            level = "silence" if act.db <= -100 else f"{act.db:g} dB"
            return f"{_verb(done, 'Sets', 'Set')} the volume of “{act.source}” to {level}{_over(act.over_s)}{_for(act.for_s)}"
        case acts.Mute():
            verb = _verb(done, "Mutes", "Muted") if act.on else _verb(done, "Unmutes", "Unmuted")
            return f"{verb} “{act.source}”{_for(act.for_s)}"
        case acts.Transform():
            verb = _verb(done, "Places", "Placed")
            return f"{verb} “{act.source}” in {_scene(act.scene)}{_place(act)}{_over(act.over_s)}{_for(act.for_s)}"
    return ""


def _of_doing(act: ObsAct, done: bool) -> str:
    match act:
        case acts.SwitchScene():
            return f"{_verb(done, 'Switches', 'Switched')} to the scene “{act.scene}”{_by(act)}"
        case acts.SetText():
            return f"{_verb(done, 'Sets', 'Set')} the text of “{act.source}”"
        case acts.PlayMedia():
            return f"{_verb(done, 'Plays', 'Played')} “{act.source}” from its beginning{' to its end' if act.wait else ''}"
        case acts.Screenshot():
            return f"{_verb(done, 'Takes', 'Took')} a picture of {f'“{act.source}”' if act.source else 'the programme'}"
        case acts.Record():
            return _RECORD_WORDS[act.step][done]
        case acts.Chapter():
            return f"{_verb(done, 'Marks', 'Marked')} a chapter in the recording: “{' '.join(act.name.split())}”"
        case acts.SaveReplay():
            return f"{_verb(done, 'Saves', 'Saved')} what the replay buffer holds"
        case acts.Stream():
            return f"{_verb(done, 'Starts', 'Started') if act.start else _verb(done, 'Stops', 'Stopped')} the stream"
        case acts.Hotkey():
            return f"{_verb(done, 'Presses', 'Pressed')} OBS's hotkey “{act.name}”"
    return ""


def _verb(done: bool, will: str, did: str) -> str:
    return did if done else will


def _on(on: bool) -> str:
    return "on" if on else "off"


def _scene(scene: str) -> str:
    return f"the scene “{scene}”" if scene else "the scene on the programme"


def _by(act: acts.SwitchScene) -> str:
    by = f" by “{act.transition}”" if act.transition else ""
    return by + (f" in {act.transition_ms} ms" if act.transition_ms else "")


def _for(seconds: float) -> str:
    return f" for {seconds:g} s" if seconds else ""


def _over(seconds: float) -> str:
    return f" over {seconds:g} s" if seconds else ""


def _place(act: acts.Transform) -> str:
    parts = [
        f"{name} {value:g}{unit}"
        for name, value, unit in (("x", act.x, ""), ("y", act.y, ""), ("scale", act.scale, ""), ("turned by", act.rotation, "°"))
        if value is not None
    ]
    return " at " + ", ".join(parts) if parts else ""
