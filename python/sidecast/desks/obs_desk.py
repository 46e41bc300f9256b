"""OBS as the control room's page has it. See `control.api.obs.Steering`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..control.access.permission import Caller
from ..control.api import obs_models as told
from ..control.api import obs_rules_models as ruled
from ..errors import SidecastError
from ..flow.obs import Call, ObsState, ObsVersion
from ..obs.acting.acting import ObsActing
from ..obs.acting.kinds import KINDS
from ..obs.ducking.ducking import Ducking
from ..obs.link.connection import ObsLink
from ..obs.room.microphone import SPECIAL
from ..obs.room.room import Room
from .obs_finding import Finding
from .obs_rules import RuleDesk
from .obs_setting_up import SettingUp

SOMETIMES = {
    "CreateRecordChapter": "Chapters inside of a recording need OBS 30.2; until then they go into a file beside it.",
    "SplitRecordFile": "Beginning a new file of a recording by a rule needs OBS 30.2.",
}
"""By request: what an older OBS cannot do."""
VOICE = "voice"


class ObsDesk:
    def __init__(
        self,
        link: ObsLink,
        finding: Finding,
        setting_up: SettingUp,
        rules: RuleDesk,
        *,
        room: Room,
        ducking: Ducking,
        acting: ObsActing,
    ) -> None:
        self._link = link
        self._finding = finding
        self._setting_up = setting_up
        self._rules = rules
        self._room = room
        self._ducking = ducking
        self._acting = acting

    async def shown(self) -> told.ObsShown:
        words, link = self._link.trouble, self._link
        found, how, password, made = None, "", told.PasswordFrom.NONE, []
        try:
            found, how, password = await self._finding.where()
            made = await self._setting_up.made()
        except SidecastError as trouble:
            words = f"{words} {trouble}".strip()
        settings = self._finding.settings
        version, microphones = link.version, self._room.microphones
        connected = version is not None
        return told.ObsShown(
            used=settings.enabled,
            connected=connected,
            words=words,
            address=f"{found.host}:{found.port}" if found is not None else "",
            found=how,
            host=settings.host,
            port=settings.port,
            fixed_by=self._finding.fixed_by,
            password=password,
            obs=version.obs if version else "",
            websocket=version.websocket if version else "",
            platform=version.platform if version else "",
            lacks=_lacks(version) if version else [],
            now=_now(self._room.state),
            microphone=", ".join(microphones.names),
            sound_words=" ".join(filter(None, (microphones.trouble, self._ducking.trouble))) if connected else "",
            ducked=list(self._ducking.lowered),
            made=made,
        )

    async def stock(self) -> told.StockShown:
        """Raises ObsError."""
        stock = await self._acting.look()
        names = list(stock.inputs)
        calls = [Call("GetInputVolume", {"inputName": name}) for name in names]
        # only what has sound has a volume
        answers = await self._link.batch(calls) if calls else ()
        special = await self._link.call("GetSpecialInputs")
        own = {each.name for each in await self._setting_up.made() if each.part == VOICE}
        microphones = {str(special[key]) for key in SPECIAL if special.get(key)} | set(self._room.microphones.names)
        return told.StockShown(
            scenes=list(stock.scenes),
            sounds=[
                told.Sound(name=name, kind=stock.inputs[name], microphone=name in microphones, ours=name in own)
                for name, answer in zip(names, answers, strict=True)
                if answer.error is None
            ],
        )

    async def connect(self, host: str, port: int, password: str | None) -> None:
        await self._finding.connect(host, port, password)

    async def forget_password(self) -> None:
        await self._finding.forget_password()

    async def again(self) -> None:
        await self._finding.again()

    async def preview(self, wish: told.SetUpWish) -> told.PlanShown:
        return await self._setting_up.preview(wish)

    async def set_up(self, wish: told.SetUpSeen, caller: Caller) -> told.PlanShown:
        return await self._setting_up.set_up(wish, caller)

    async def undo(self, caller: Caller) -> told.PlanShown:
        return await self._setting_up.undo(caller)

    async def rules(self) -> ruled.RulesShown:
        return await self._rules.rules()

    async def rules_text(self) -> ruled.RulesText:
        return await self._rules.rules_text()

    async def write_rules(self, text: str, revision: str) -> None:
        await self._rules.write_rules(text, revision)

    async def switch_rule(self, name: str, *, on: bool) -> None:
        await self._rules.switch_rule(name, on=on)

    async def test_rule(self, name: str, *, dry: bool) -> ruled.TestShown:
        return await self._rules.test_rule(name, dry=dry)

    async def last_hour(self) -> list[ruled.WouldShown]:
        return await self._rules.last_hour()

    async def runs(self, count: int) -> list[ruled.RunShown]:
        return await self._rules.runs(count)


def _now(state: ObsState) -> told.ObsNow:
    return told.ObsNow(
        scene=state.scene,
        streaming=state.streaming,
        recording=state.recording,
        paused=state.paused,
        replay_buffer=state.replay_buffer,
        streamer_speaks=state.streamer_speaks,
        playing=sorted(state.playing),
    )


def _lacks(version: ObsVersion) -> list[str]:
    found = [words for request, words in SOMETIMES.items() if request not in version.requests]
    needed: Sequence[Any] = [each for each in KINDS.values() if not version.requests.issuperset(each.requests)]
    return found + [f"It knows no request for “{each.name.replace('_', ' ')}”: update OBS." for each in needed]
