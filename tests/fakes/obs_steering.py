"""OBS as the control room's page sees it, made up: for looking at the page in states that a real OBS seldom has."""

from __future__ import annotations

from sidecast.control.access.permission import Caller
from sidecast.control.api import obs_models as told
from sidecast.control.api import obs_rules_models as ruled
from sidecast.errors import SettingsError

NOT_THERE = "OBS is not there: nothing answers at 127.0.0.1:4455. Start OBS; it is tried again by itself."
WRONG = "OBS does not take the password. Copy it again: in OBS under Tools → WebSocket Server Settings → Show Connect Info."
STEPS = (
    "Make the scene “Sidecast”.",
    "Put the avatar into it: the window “Sidecast”, with its transparent ground.",
    "Take the co-host's voice in as “Sidecast voice”, on track 2.",
    "Show the scene “Sidecast” in “Game”.",
)
TEXT = """[[rule]]
name = "Raid"
when = { event = "raid", at_least = 10 }
then = [{ scene = "Party" }]
"""
RAN_MS = 1_767_225_600_000


class MadeUp:
    """See `control.api.obs.Steering`."""

    def __init__(self) -> None:
        self.password = told.PasswordFrom.NONE
        self.host, self.port = "", 0
        self.words = NOT_THERE
        self.made: list[told.MadeShown] = []
        self.text = TEXT
        self.tested: list[tuple[str, bool]] = []
        self.rule_list = [
            ruled.RuleShown(
                name="Raid",
                on=True,
                when="Raid of 10 or more.",
                conditions=["You stream.", "The scene is “Game”."],
                then=[
                    "Switches to the scene “Party”.",
                    "Plays “Fanfare” from its beginning to its end.",
                    "Switches to the scene “Game”.",
                ],
                pauses="At most every 1 min.",
                note="",
                running=False,
                runs=3,
                last_ms=RAN_MS,
                troubles=[],
                passed={"cooldown": 2},
            ),
            ruled.RuleShown(
                name="Be right back",
                on=False,
                when="A moderator writes !brb.",
                conditions=[],
                then=["Switches to the scene “Pausse”."],
                pauses="",
                troubles=["OBS has no scene “Pausse”. Did you mean “Pause”?"],
                note="For coffee.",
                running=True,
                runs=0,
                last_ms=0,
                passed={},
            ),
        ]
        self.ran = [
            ruled.RunShown(
                rule="Raid",
                at_ms=RAN_MS,
                outcome=outcome,
                trigger=trigger,
                words=words,
                steps=3,
                done=done,
                took_ms=4210,
                tested=trigger == "test",
            )
            for outcome, trigger, words, done in (
                (ruled.Outcome.DONE, "raid of 24", "", 3),
                (ruled.Outcome.PART, "test", "OBS has no source “fanfare”. Did you mean “Fanfare”?", 2),
            )
        ]

    def connected(self) -> None:
        self.words = ""

    async def shown(self) -> told.ObsShown:
        there = not self.words
        return told.ObsShown(
            used=True,
            connected=there,
            words=self.words,
            address=f"{self.host or '127.0.0.1'}:{self.port or 4455}",
            found="Named in the settings." if self.port else "Found in OBS’s own configuration.",
            host=self.host,
            port=self.port,
            fixed_by="",
            password=self.password,
            obs="29.0.2" if there else "",
            websocket="5.1.0" if there else "",
            platform="linux" if there else "",
            lacks=["Marking chapters in a recording needs OBS 30.2."] if there else [],
            now=told.ObsNow(
                scene="Game" if there else "",
                streaming=there,
                recording=there,
                paused=False,
                replay_buffer=False,
                streamer_speaks=there,
                playing=["Music"] if there else [],
            ),
            microphone="Mic/Aux" if there else "",
            sound_words="OBS has no source “Musik” to make quieter: did you mean “Music”?" if there else "",
            ducked=["Music"] if there else [],
            made=self.made,
        )

    async def stock(self) -> told.StockShown:
        sounds = [
            told.Sound(name="Mic/Aux", kind="pulse_input_capture", microphone=True, ours=False),
            told.Sound(name="Music", kind="ffmpeg_source", microphone=False, ours=False),
            told.Sound(name="Desktop Audio", kind="pulse_output_capture", microphone=False, ours=False),
            told.Sound(name="Sidecast voice", kind="pulse_output_capture", microphone=False, ours=True),
        ]
        return told.StockShown(scenes=["Game", "Just chatting", "Pause"], sounds=sounds)

    async def connect(self, host: str, port: int, password: str | None) -> None:
        self.host, self.port = host, port
        self.password = told.PasswordFrom.VAULT if password else self.password
        self.words = "" if password == "right" else WRONG  # noqa: S105 - made up

    async def forget_password(self) -> None:
        self.password, self.words = told.PasswordFrom.NONE, WRONG

    async def again(self) -> None:
        pass

    async def preview(self, wish: told.SetUpWish) -> told.PlanShown:
        steps = [] if self.made else STEPS
        return told.PlanShown(
            steps=[told.StepShown(words=each, done=None, trouble="") for each in steps],
            notes=["OBS here has no web pages as sources: captions and cards come with the avatar's window instead."],
            words="" if steps else "All of it is there already.",
        )

    async def set_up(self, wish: told.SetUpSeen, caller: Caller) -> told.PlanShown:
        self.made = [
            told.MadeShown(part="scene", name="Sidecast", scene=""),
            told.MadeShown(part="avatar", name="Sidecast avatar", scene=""),
            told.MadeShown(part="voice", name="Sidecast voice", scene=""),
            told.MadeShown(part="shown_in", name="Sidecast", scene="Game"),
        ]
        return told.PlanShown(
            steps=[told.StepShown(words=each, done=True, trouble="") for each in STEPS], notes=[], words="It is set up."
        )

    async def undo(self, caller: Caller) -> told.PlanShown:
        steps = [told.StepShown(words=f"“{each.name}” is gone.", done=True, trouble="") for each in self.made]
        self.made = []
        return told.PlanShown(steps=steps, notes=[], words="It is taken back.")

    async def rules(self) -> ruled.RulesShown:
        return ruled.RulesShown(file="rules.toml", held=False, words="", rules=self.rule_list, revision="1")

    async def rules_text(self) -> ruled.RulesText:
        return ruled.RulesText(text=self.text, revision="1")

    async def write_rules(self, text: str, revision: str) -> None:
        if "[[rule]]" not in text:
            raise SettingsError("Line 1 of the rules: this is no rule.", "Begin each rule with [[rule]].")
        self.text = text

    async def switch_rule(self, name: str, *, on: bool) -> None:
        self.rule_list = [each.model_copy(update={"on": on}) if each.name == name else each for each in self.rule_list]

    async def test_rule(self, name: str, *, dry: bool) -> ruled.TestShown:
        self.tested.append((name, dry))
        rule = next(each for each in self.rule_list if each.name == name)
        return ruled.TestShown(
            dry=dry,
            outcome=None if dry else ruled.Outcome.DONE,
            words="",
            acts=[ruled.ActShown(words=each, done=None if dry else True, troubles=rule.troubles) for each in rule.then],
        )

    async def last_hour(self) -> list[ruled.WouldShown]:
        return [
            ruled.WouldShown(rule="Raid", at_ms=RAN_MS, trigger="raid of 24", why_not=why) for why in ("", "cooldown", "chance")
        ]

    async def runs(self, count: int) -> list[ruled.RunShown]:
        return self.ran[:count]
