"""What the show, the chat and OBS tell, as happenings. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..flow.chat import ChannelEvent, ChatMessage, EventKind, Removal
from ..flow.line import LedgerLine
from ..flow.moderation import Care, Storm
from ..flow.obs import ObsEvent, ObsState
from .happening import STILL, Happening, ObsTrigger, Viewer, What
from .run import BY_RULE, hits

_UNTOLD = frozenset({EventKind.SAID, EventKind.UNKNOWN})
LONGEST_COMMAND = 40
METERS = "InputVolumeMeters"
"""Twenty a second, and of no use to a rule."""


def of_message(message: ChatMessage, at_ms: int) -> list[Happening]:
    """A command by its first word; a cheer and a redeemed reward, which come as messages too. Mostly nothing."""
    command = message.text[: LONGEST_COMMAND + 1].split(maxsplit=1)[:1] if message.text.startswith("!") else []
    if not command and not message.bits and not message.reward and not message.reward_id:
        return []
    author = message.author
    viewer = Viewer(id=author.id, name=author.name, roles=author.roles, first=message.first)

    def happening(what: What, name: str, amount: int = 0) -> Happening:
        return Happening(
            what=what,
            name=name,
            at_ns=message.arrived_ns,
            at_ms=at_ms,
            viewer=viewer,
            amount=amount,
            title=message.reward,
            text=message.text,
            item_id=message.id,
            reward_id=message.reward_id,
        )

    found = []
    if command and len(command[0]) <= LONGEST_COMMAND:
        found.append(happening(What.COMMAND, command[0].casefold()))
    if message.bits:
        found.append(happening(What.EVENT, EventKind.CHEER.value, message.bits))
    if message.reward or message.reward_id:
        found.append(happening(What.EVENT, EventKind.REDEMPTION.value))
    return found


def of_event(event: ChannelEvent, at_ms: int) -> Happening | None:
    if event.kind in _UNTOLD:
        return None
    author = event.author
    viewer = Viewer(id=author.id, name=author.name, roles=author.roles) if author and author.id else None
    return Happening(
        what=What.EVENT,
        name=event.kind.value,
        at_ns=event.arrived_ns,
        at_ms=at_ms,
        viewer=viewer,
        amount=event.amount,
        title=event.title,
        text=event.text,
        item_id=event.id,
        about=event.about,
        reward_id=event.reward_id,
    )


def of_turn(line: LedgerLine, at_ns: int, at_ms: int) -> Happening | None:
    """What the host was heard to say, if somebody of the streamer's has typed it.

    Not in other turns, whatever their cause: a model has read the chat before it writes. Nor what a rule had it say.
    """
    if not line.heard or line.cause != EventKind.SAID.value or line.asked_by.startswith(BY_RULE):
        return None
    return Happening(what=What.SAYS, at_ns=at_ns, at_ms=at_ms, text=line.heard)


def of_storm(before: Storm, now: Storm, at_ns: int, at_ms: int) -> Happening | None:
    """A storm that becomes one of another kind begins again, for rules that name this kind."""
    was, kind = storm_name(before), storm_name(now)
    if was == kind:
        return None
    data = {STILL: True} if was and kind else {}
    name = "begins" if kind else "ends"
    return Happening(what=What.STORM, name=name, title=kind or was, at_ns=at_ns, at_ms=at_ms, data=data)


def is_taken(removal: Removal, happening: Happening) -> bool:
    """What a removal takes away before anybody has looked at it has not happened; but events stay what they were."""
    return happening.what is What.COMMAND and hits(removal, happening)


def storm_name(storm: Storm) -> str:
    """Its kind; `hand` where a person has made the host careful; empty: there is none."""
    if storm.care is Care.ALL:
        return ""
    return storm.kind.value if storm.kind.value != "none" else "hand"


_OUTPUTS: Mapping[tuple[str, str], ObsTrigger] = {
    ("StreamStateChanged", "OBS_WEBSOCKET_OUTPUT_STARTED"): ObsTrigger.STREAM_STARTS,
    ("StreamStateChanged", "OBS_WEBSOCKET_OUTPUT_STOPPED"): ObsTrigger.STREAM_STOPS,
    ("RecordStateChanged", "OBS_WEBSOCKET_OUTPUT_STARTED"): ObsTrigger.RECORDING_STARTS,
    ("RecordStateChanged", "OBS_WEBSOCKET_OUTPUT_STOPPED"): ObsTrigger.RECORDING_STOPS,
    ("RecordStateChanged", "OBS_WEBSOCKET_OUTPUT_PAUSED"): ObsTrigger.RECORDING_PAUSES,
    ("RecordStateChanged", "OBS_WEBSOCKET_OUTPUT_RESUMED"): ObsTrigger.RECORDING_RESUMES,
}


def of_obs(event: ObsEvent, at_ms: int) -> list[Happening]:
    """The event by its own name, and by a streamer's word where it has one; volume meters are none."""
    if event.name == METERS:
        return []
    raw = Happening(what=What.OBS_EVENT, name=event.name, at_ns=event.at_ns, at_ms=at_ms, data=event.data)
    told = _in_words(event)
    return [raw] if told is None else [_obs(*told, event.at_ns, at_ms), raw]


def _in_words(event: ObsEvent) -> tuple[ObsTrigger, str] | None:
    """With the name of what it is about."""
    data = event.data
    match event.name:
        case "CurrentProgramSceneChanged":
            return ObsTrigger.SCENE, str(data.get("sceneName", ""))
        case "SourceFilterEnableStateChanged":
            on = data.get("filterEnabled") is True
            return ObsTrigger.FILTER_ON if on else ObsTrigger.FILTER_OFF, str(data.get("filterName", ""))
        case "InputMuteStateChanged":
            on = data.get("inputMuted") is True
            return ObsTrigger.MUTED if on else ObsTrigger.UNMUTED, str(data.get("inputName", ""))
        case "ReplayBufferSaved":
            return ObsTrigger.REPLAY_SAVED, ""
        case name:
            output = _OUTPUTS.get((name, str(data.get("outputState"))))
            return None if output is None else (output, "")


def of_state(old: ObsState, new: ObsState, at_ns: int, at_ms: int) -> Iterator[Happening]:
    """What OBS's events do not tell, or tell wrongly: after a media source's file was set they tell an end that is none."""
    if old.connected != new.connected:
        yield _obs(ObsTrigger.CONNECTED if new.connected else ObsTrigger.DISCONNECTED, "", at_ns, at_ms)
        return
    for name in sorted(new.playing - old.playing):
        yield _obs(ObsTrigger.MEDIA_STARTS, name, at_ns, at_ms)
    for name in sorted(old.playing - new.playing):
        yield _obs(ObsTrigger.MEDIA_ENDS, name, at_ns, at_ms)
    if old.streamer_speaks != new.streamer_speaks:
        what = ObsTrigger.STREAMER_SPEAKS if new.streamer_speaks else ObsTrigger.STREAMER_SILENT
        yield _obs(what, "", at_ns, at_ms)


def _obs(what: ObsTrigger, title: str, at_ns: int, at_ms: int) -> Happening:
    return Happening(what=What.OBS, name=what.value, title=title, at_ns=at_ns, at_ms=at_ms)
