"""A rules file that a person wrote: what it means, and what is said, with its line, when it means nothing."""

from __future__ import annotations

import pytest

from sidecast.errors import RulesError
from sidecast.flow.action import NOBODY, Settle, Shield, ShoutOut, StartPoll, StartPrediction, TimeOut, Write
from sidecast.flow.chat import EventKind
from sidecast.flow.obs_act import (
    Chapter,
    Hotkey,
    Mute,
    PlayMedia,
    Record,
    RecordStep,
    SaveReplay,
    Screenshot,
    SetText,
    SetVolume,
    ShowSource,
    Stream,
    SwitchFilter,
    SwitchScene,
    Transform,
)
from sidecast.rules.happening import ObsTrigger, Voice
from sidecast.rules.model import (
    EVERYONE,
    Conditions,
    Do,
    OnCommand,
    OnEvent,
    OnEvery,
    OnMood,
    OnObs,
    OnObsEvent,
    OnSilence,
    OnSpeech,
    OnStorm,
    OnTime,
    OnWords,
    Speak,
    Step,
    Trigger,
    Wait,
)
from sidecast.rules.reading import read_rules
from sidecast.rules.table import Problem
from sidecast.rules.words import when_words

pytestmark = pytest.mark.unit

WHOLE = """\
# what happens on a raid
[[rule]]
name = "Raid welcome"
note = "Ask Ada before changing it"
when = { event = "raid", at_least = 5 }
if = { not_scene = "Be right back", storm = false }
cooldown = "1 min 30 s"
cooldown_per_viewer = "1 h"
while_running = "wait"
do = [
  { scene = "Raid", transition = "Fade", over = "500 ms" },
  { play = "Airhorn", wait_for_end = true },
  { say = "What a crowd!" },
]

[[rule]]
name = "Be right back"
enabled = false
when = [
  { command = "BRB" },
  { command = ["!pause", "!break"], by = ["vip", "subs"] },
]
do = { scene = "Be right back" }
"""


def only_rule(when: str = '{ mood = "happy" }', do: str = '{ scene = "A" }', more: str = "") -> str:
    return f'[[rule]]\nname = "R"\nwhen = {when}\ndo = [{do}]\n{more}\n'


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(RulesError) as caught:
        read_rules(text)
    found = caught.value.problems
    assert all(isinstance(each, Problem) for each in found)
    return found  # type: ignore[return-value]


def test_a_whole_file_is_read() -> None:
    raid, pause = read_rules(WHOLE)
    assert (raid.name, raid.enabled, raid.waits, raid.line, raid.note) == (
        "Raid welcome",
        True,
        True,
        2,
        "Ask Ada before changing it",
    )
    assert raid.when == (OnEvent(kind=EventKind.RAID, at_least=5),)
    assert raid.conditions == Conditions(not_scene=("Be right back",), storm=False)
    assert (raid.cooldown_s, raid.cooldown_per_viewer_s) == (90.0, 3600.0)
    assert raid.do == (
        Do(act=SwitchScene(scene="Raid", transition="Fade", transition_ms=500)),
        Do(act=PlayMedia(source="Airhorn", wait=True)),
        Speak(text="What a crowd!"),
    )
    assert (pause.enabled, pause.waits, pause.line) == (False, False, 16)
    assert pause.when == (
        OnCommand(words=("!brb",), by=frozenset({"moderator"})),
        OnCommand(words=("!pause", "!break"), by=frozenset({"vip", "subscriber"})),
    )


def test_a_rule_on_the_hosts_speech_may_have_it_speak_now_and_then() -> None:
    assert read_rules(only_rule(when='{ speech = "ends" }', do='{ say = "And?" }', more='cooldown = "30 s"'))


def test_an_empty_file_and_one_of_remarks_hold_no_rules() -> None:
    assert read_rules("") == read_rules("# nothing yet\n") == ()


@pytest.mark.parametrize(
    ("when", "trigger"),
    [
        ('{ event = "hype train" }', OnEvent(kind=EventKind.HYPE_TRAIN)),
        ('{ event = "bits", at_least = 100, at_most = 999 }', OnEvent(kind=EventKind.CHEER, at_least=100, at_most=999)),
        ('{ event = "reward", reward = "Hydrate" }', OnEvent(kind=EventKind.REDEMPTION, reward="Hydrate")),
        ('{ command = "!hi", by = "everyone" }', OnCommand(words=("!hi",), by=EVERYONE)),
        ('{ mood = "Happy" }', OnMood(mood="happy")),
        ('{ speech = "starts" }', OnSpeech(starts=True)),
        ('{ speech = "ends" }', OnSpeech(starts=False)),
        ('{ says = ["Good night!", "bye"] }', OnWords(words=("good night", "bye"))),
        ('{ silence = "2 min" }', OnSilence(seconds=120, of=frozenset(Voice))),
        ('{ silence = 30, of = "chat" }', OnSilence(seconds=30, of=frozenset({Voice.CHAT}))),
        ('{ storm = "begins", kind = "hate" }', OnStorm(begins=True, kind="hate")),
        ('{ storm = "ends" }', OnStorm(begins=False)),
        ('{ obs = "scene", to = "Game" }', OnObs(what=ObsTrigger.SCENE, name="Game")),
        ('{ obs = "media ends", source = "Intro" }', OnObs(what=ObsTrigger.MEDIA_ENDS, name="Intro")),
        ('{ obs = "filter_on", filter = "Blur" }', OnObs(what=ObsTrigger.FILTER_ON, name="Blur")),
        ('{ obs = "stream-starts" }', OnObs(what=ObsTrigger.STREAM_STARTS)),
        ('{ obs_event = "VirtualcamStateChanged" }', OnObsEvent(event="VirtualcamStateChanged")),
        (
            '{ obs_event = "InputMuteStateChanged", where = { inputName = "Mic", inputMuted = true } }',
            OnObsEvent(event="InputMuteStateChanged", where={"inputName": "Mic", "inputMuted": True}),
        ),
        ('{ at = "9:05", days = ["sat", "Sunday"] }', OnTime(minute=545, days=frozenset({5, 6}))),
        ('{ every = "15 min" }', OnEvery(seconds=900)),
    ],
)
def test_every_trigger(when: str, trigger: Trigger) -> None:
    (rule,) = read_rules(only_rule(when=when))
    assert rule.when == (trigger,)


@pytest.mark.parametrize(
    ("written", "step"),
    [
        ('{ scene = "A", over = "1.5 s" }', Do(act=SwitchScene(scene="A", transition_ms=1500))),
        ('{ show = "Cat", in = "A", for = "8 s" }', Do(act=ShowSource(source="Cat", on=True, scene="A", for_s=8))),
        ('{ hide = "Cat" }', Do(act=ShowSource(source="Cat", on=False))),
        ('{ filter_on = "Blur", of = "Cam", for = 2 }', Do(act=SwitchFilter(source="Cam", filter="Blur", on=True, for_s=2))),
        ('{ filter_off = "Blur", of = "Cam" }', Do(act=SwitchFilter(source="Cam", filter="Blur", on=False))),
        ('{ set_text = "Label", to = "Hi {who}, {{ok}}" }', Do(act=SetText(source="Label", text="Hi {who}, {{ok}}"))),
        ('{ set_text = "Label", to = "" }', Do(act=SetText(source="Label", text=""))),
        (
            '{ play = "Horn", wait_for_end = true, at_most = "5 s" }',
            Do(act=PlayMedia(source="Horn", wait=True, at_most_s=5)),
        ),
        (
            '{ volume = "Music", db = -20, over = "1 s", for = "10 s" }',
            Do(act=SetVolume(source="Music", db=-20, over_s=1, for_s=10)),
        ),
        ('{ mute = "Mic", for = "3 s" }', Do(act=Mute(source="Mic", on=True, for_s=3))),
        ('{ unmute = "Mic" }', Do(act=Mute(source="Mic", on=False))),
        (
            '{ move = "Cam", in = "A", x = 10, y = 20.5, scale = 0.5, rotation = -90, over = "1 s" }',
            Do(act=Transform(source="Cam", scene="A", x=10, y=20.5, scale=0.5, rotation=-90, over_s=1)),
        ),
        ("{ screenshot = true }", Do(act=Screenshot())),
        ('{ screenshot = "Cam" }', Do(act=Screenshot(source="Cam"))),
        ('{ recording = "split" }', Do(act=Record(step=RecordStep.SPLIT))),
        ('{ chapter = "Boss" }', Do(act=Chapter(name="Boss"))),
        ("{ save_replay = true }", Do(act=SaveReplay())),
        ('{ stream = "stop" }', Do(act=Stream(start=False))),
        ('{ hotkey = "OBSBasic.Screenshot" }', Do(act=Hotkey(name="OBSBasic.Screenshot"))),
        ('{ wait = "200 ms" }', Wait(seconds=0.2)),
        ('{ say = "{amount} of you!" }', Speak(text="{amount} of you!")),
        ('{ write = "Thanks {who}", reply = true }', Do(act=Write(text="Thanks {who}"), reply=True)),
        ("{ shout_out = true }", Do(act=ShoutOut(target=NOBODY))),
        ("{ shield = false }", Do(act=Shield(on=False))),
        (
            '{ poll = "Which?", choices = ["left", "right"], for = "2 min", points = 50 }',
            Do(act=StartPoll(title="Which?", choices=("left", "right"), seconds=120, points=50)),
        ),
        (
            '{ prediction = "Win?", outcomes = ["yes", "no"], for = 60 }',
            Do(act=StartPrediction(title="Win?", outcomes=("yes", "no"), seconds=60)),
        ),
        (
            '{ time_out = "1 min", reason = "You asked for it" }',
            Do(act=TimeOut(target=NOBODY, seconds=60, reason="You asked for it")),
        ),
        ("{ fulfil = true }", Do(act=Settle(redemption_id="", reward_id="", fulfil=True))),
        ("{ refund = true }", Do(act=Settle(redemption_id="", reward_id="", fulfil=False))),
    ],
)
def test_every_step(written: str, step: Step) -> None:
    (rule,) = read_rules(only_rule(do=f'{written}, {{ scene = "A" }}'))
    assert rule.do[0] == step


@pytest.mark.parametrize(
    ("asked", "conditions"),
    [
        ('scene = ["A", "B"]', Conditions(scene=("A", "B"))),
        ("streaming = true, recording = false", Conditions(streaming=True, recording=False)),
        ('mood = "Happy", not_mood = ["sad"]', Conditions(mood=("happy",), not_mood=("sad",))),
        ('between = ["22:00", "2:30"], days = "fri"', Conditions(between=(1320, 150), days=frozenset({4}))),
        ('by = "subscriber", viewer = "@Mika"', Conditions(by=frozenset({"subscriber"}), viewers=frozenset({"mika"}))),
        ('by = "everyone"', Conditions(by=EVERYONE)),
        ("first_message = true, at_least = 3, at_most = 9", Conditions(first_message=True, at_least=3, at_most=9)),
        (
            "storm = false, streamer_speaks = false, host_speaks = true",
            Conditions(storm=False, streamer_speaks=False, host_speaks=True),
        ),
        ("chance = 0.25", Conditions(chance=0.25)),
    ],
)
def test_every_condition(asked: str, conditions: Conditions) -> None:
    (rule,) = read_rules(only_rule(more=f"if = {{ {asked} }}"))
    assert rule.conditions == conditions


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('[[rule]]\nname = "R\n', 2, "quotation mark is missing"),
        ('[[rule]]\nname = "R"\nwhen = { event = "raid"\n', 3, "closed on the same line"),
        ('[[rule]]\nname = "R"\nname = "S"\n', 3, "twice"),
        ('name = "R"\n', 1, "outside of any rule. Each rule begins"),
        ('[[rul]]\nname = "R"\n', 1, "Did you mean `rule`?"),
        ('[rule]\nname = "R"\n', 1, "[[rule]], with two brackets"),
        ('[[rule]]\nwhen = { mood = "happy" }\ndo = [{ scene = "A" }]\n', 1, "has no name"),
        ('[[rule]]\nname = "R"\ndo = [{ scene = "A" }]\n', 1, "not said when"),
        ('[[rule]]\nname = "R"\nwhen = { mood = "happy" }\n', 1, "not said what is done"),
        (only_rule().replace('"R"', '"Sub/Resub"'), 2, "no slash"),
        (only_rule().replace('"R"', '".."'), 2, "a letter or a digit"),
        (only_rule(when='"raid"'), 3, "no table"),
        (only_rule(when="[]"), 3, "no table"),
        (only_rule(when='{ evnt = "raid" }'), 3, "Did you mean `event`?"),
        (only_rule(when='{ event = "rade" }'), 3, "Did you mean `raid`?"),
        (only_rule(when='{ event = "said" }'), 3, "sets no rule off"),
        (only_rule(when='{ event = "raid", mood = "happy" }'), 3, "there can only be one"),
        (only_rule(when='{ event = "raid", reward = "X" }'), 3, "only for a reward"),
        (only_rule(when='{ event = "raid", at_least = 9, at_most = 3 }'), 3, "smaller than"),
        (only_rule(when='{ event = "raid", at_least = "many" }'), 3, "must be a number"),
        (only_rule(when='{ command = "be right back" }'), 3, "no command"),
        (only_rule(when='{ command = "!x", by = "moderater" }'), 3, "Did you mean `moderator`?"),
        (only_rule(when='{ silence = "soon" }'), 3, "no span of time"),
        (only_rule(when='{ silence = "1 s" }'), 3, "between 5 s and 24 h"),
        (only_rule(when='{ silence = "1 min", of = "dog" }'), 3, "There is: chat, host, streamer"),
        (only_rule(when='{ at = "25:00" }'), 3, "no time of day"),
        (only_rule(when='{ at = "20:00", days = "funday" }'), 3, "Did you mean `sunday`?"),
        (only_rule(when='{ speech = "begin" }'), 3, "There is: ends, starts"),
        (only_rule(when='{ says = "!!" }'), 3, "no word"),
        (only_rule(when='{ storm = "begins", kind = "none" }'), 3, "of some kind"),
        (only_rule(when='{ obs = "scenes" }'), 3, "Did you mean `scene`?"),
        (only_rule(when='{ obs = "stream_starts", to = "X" }'), 3, "`to` is not known here"),
        (only_rule(when='{ obs_event = "X", where = { a = [1] } }'), 3, "fields and their values"),
        (only_rule(do='{ shwo = "Cat" }'), 4, "Did you mean `show`?"),
        (only_rule(do="{ scene = 5 }"), 4, 'Put it in quotes: scene = "…"'),
        (only_rule(do='{ scene = "" }'), 4, "is empty"),
        (only_rule(do='{ scene = "A", fro = "3 s" }'), 4, "`fro` is not known here"),
        (only_rule(do='{ scene = "A", over = "1 h" }'), 4, "between 20 ms and 20 s"),
        (only_rule(do='{ filter_on = "Blur" }'), 4, "whose filter"),
        (only_rule(do='{ set_text = "L" }'), 4, "which text"),
        (only_rule(do='{ set_text = "L", to = "{whoo}" }'), 4, "{whoo} is no placeholder"),
        (only_rule(do='{ set_text = "L", to = "50 } off" }'), 4, "a single }"),
        (only_rule(do='{ play = "Horn", at_most = "5 s" }'), 4, "wait_for_end = true"),
        (only_rule(do='{ volume = "M" }'), 4, "how loud"),
        (only_rule(do='{ volume = "M", db = 40 }'), 4, "between -100 and 26"),
        (only_rule(do='{ volume = "M", db = nan }'), 4, "between -100 and 26"),
        (only_rule(do='{ move = "C" }'), 4, "where to"),
        (only_rule(do='{ recording = "begin" }'), 4, "not known"),
        (only_rule(do='{ stream = "end" }'), 4, "There is: start, stop"),
        (only_rule(do="{ save_replay = false }"), 4, "does nothing"),
        (only_rule(do='{ say = "Hi {who}" }'), 4, "does not say {who}"),
        (only_rule(do='{ write = "{text} she said" }'), 4, "command your other bots"),
        (only_rule(do='{ poll = "Q", choices = ["a"], for = 60 }'), 4, "2 to 5 choices"),
        (only_rule(do='{ poll = "Q", choices = ["a", "b"] }'), 4, "how long it is open"),
        (only_rule(when='{ speech = "ends" }', do='{ say = "And?" }'), 4, "would never end"),
        (only_rule(do='{ wait = "1 s" }'), 4, "All that this rule does is wait"),
        (only_rule(more='if = { scen = "A" }'), 5, "Did you mean `scene`?"),
        (only_rule(more='if = { between = ["20:00"] }'), 5, "two different times"),
        (only_rule(more="if = { chance = 2 }"), 5, "between 0 and 1"),
        (only_rule(more='if = "live"'), 5, "no table"),
        (only_rule(more='coldown = "3 s"'), 5, "Did you mean `cooldown`?"),
        (only_rule(more='while_running = "again"'), 5, '"skip" or "wait"'),
        (only_rule(more='enabled = "no"'), 5, "true or false"),
        (only_rule() + only_rule().replace('"R"', '"r"'), 7, "line 1 has this name"),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_the_remedy(text: str, line: int, said: str) -> None:
    found = problems(text)
    assert [each.line for each in found if said in str(each)] == [line], [str(each) for each in found]


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_the_file() -> None:
    text = only_rule(when='{ evnt = "raid" }', do='{ scene = 1 }, { shwo = "x" }') + only_rule(do='{ say = "{who}" }').replace(
        "R", "S"
    )
    found = problems(text)
    assert [(each.line, each.rule) for each in found] == [(3, "R"), (4, "R"), (4, "R"), (9, "S")]
    with pytest.raises(RulesError, match=r"^rules\.toml: Line 3, rule “R”: .* And 3 more\.$"):
        read_rules(text)


@pytest.mark.parametrize("placeholder", ["who", "text", "title", "amount", "scene"])
@pytest.mark.parametrize(
    "step",
    [
        "scene = NAME",
        "show = NAME",
        'filter_on = NAME, of = "C"',
        'filter_on = "F", of = NAME',
        'set_text = NAME, to = ""',
        "play = NAME",
        "mute = NAME",
        "chapter = NAME",
        "hotkey = NAME",
        "screenshot = NAME",
        'poll = NAME, choices = ["a", "b"], for = 60',
        'poll = "Q", choices = [NAME, "b"], for = 60',
        "time_out = 5, reason = NAME",
    ],
)
def test_no_name_holds_a_placeholder(step: str, placeholder: str) -> None:
    (found,) = problems(only_rule(do="{ " + step.replace("NAME", f'"x {{{placeholder}}}"') + " }"))
    assert f"cannot hold {{{placeholder}}}" in str(found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("#" + "x" * (1 << 20), "larger than 1 MiB"),
        ("a = " + "[" * 100_000, "nested too deeply"),
        (
            "".join(f'[[rule]]\nname = "R{n}"\nwhen = {{ mood = "a" }}\ndo = [{{ scene = "A" }}]\n' for n in range(501)),
            "at most 500",
        ),
        (only_rule(do=", ".join(['{ scene = "A" }'] * 51)), "at most 50"),
        ("\x00", "cannot be read"),
    ],
)
def test_what_is_too_much_is_refused(text: str, said: str) -> None:
    with pytest.raises(RulesError, match=said):
        read_rules(text)


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ('{ event = "raid", at_least = 5 }', "A raid comes (5 or more viewers)."),
        ('{ event = "bits", at_least = 5, at_most = 9 }', "Somebody cheers (5 to 9 bits)."),
        ('{ event = "hype_train", at_most = 3 }', "Twitch tells of a hype train (at most 3)."),
        ('{ event = "reward", reward = "Hydrate" }', "The reward “Hydrate” is redeemed."),
        ('{ command = ["!x", "!y"], by = ["vip", "sub"] }', "A subscriber or a VIP writes !x or !y."),
        ('{ command = "!x", by = "everyone" }', "Anybody writes !x."),
        ('{ silence = "2 min" }', "Nobody is heard for 2 min."),
        ('{ silence = "2 min", of = "streamer" }', "Nothing is heard of you for 2 min."),
        ('{ silence = "2 min", of = ["chat", "host"] }', "Neither the chat nor the host is heard for 2 min."),
        ('{ obs = "scene", to = "Game" }', "OBS shows “Game”."),
        ('{ obs = "scene" }', "OBS shows another scene."),
        ('{ obs = "muted" }', "A source is muted."),
        ('{ obs = "filter_on", filter = "Blur" }', "The filter “Blur” is switched on."),
        ('[{ storm = "begins", kind = "hate" }, { mood = "sad" }]', "A storm (hate) begins or the host becomes sad."),
        ('{ at = "9:00", days = ["sat", "sun"] }', "It is 09:00 on Saturday or Sunday."),
    ],
)
def test_a_trigger_is_told_as_people_would_tell_it(when: str, words: str) -> None:
    (rule,) = read_rules(only_rule(when=when))
    assert when_words(rule) == words
