"""Which rules are set off, which run, and why the others do not: pure, with times that are given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from fakes.rules import local
from sidecast.flow.chat import Role
from sidecast.rules.cooling import MOST_A_MINUTE, MOST_VIEWERS, Cooling
from sidecast.rules.engine import Decision, Engine
from sidecast.rules.happening import Happening, Situation, Viewer, What
from sidecast.rules.reading import read_rules

pytestmark = pytest.mark.unit

S = 1_000_000_000
FRIDAY_EVENING_MS = int(datetime(2026, 11, 20, 22, 30, tzinfo=UTC).timestamp() * 1000)
MIKA = Viewer(id="1", name="Mika", roles=frozenset({Role.SUBSCRIBER}))


def engine(text: str, chance: float = 0.5) -> Engine:
    return Engine(read_rules(text), chance=lambda: chance, local=local, now_ns=0)


def rule(when: str, more: str = "", name: str = "R") -> str:
    return f'[[rule]]\nname = "{name}"\nwhen = {when}\n{more}\ndo = {{ scene = "A" }}\n'


def happening(what: What, name: str = "", at_s: float = 0, viewer: Viewer | None = MIKA, **more: object) -> Happening:
    return Happening(
        what=what,
        name=name,
        at_ns=round(at_s * S),
        at_ms=FRIDAY_EVENING_MS + round(at_s * 1000),
        viewer=viewer,
        **more,  # type: ignore[arg-type]
    )


def why(decisions: Sequence[Decision]) -> list[str]:
    """One word a rule that was set off: `runs`, or why not."""
    return [decision.why_not or "runs" for decision in decisions]


RAID = happening(What.EVENT, "raid", amount=7)


@pytest.mark.parametrize(
    ("when", "told", "sets_off"),
    [
        ('{ event = "raid" }', RAID, True),
        ('{ event = "raid", at_least = 7, at_most = 7 }', RAID, True),
        ('{ event = "raid", at_least = 8 }', RAID, False),
        ('{ event = "raid", at_most = 6 }', RAID, False),
        ('{ event = "follow" }', RAID, False),
        ('{ event = "reward", reward = "Hydrate" }', happening(What.EVENT, "redemption", title="hydrate "), True),
        ('{ event = "reward", reward = "r-1" }', happening(What.EVENT, "redemption", reward_id="r-1"), True),
        ('{ event = "reward", reward = "Hydrate" }', happening(What.EVENT, "redemption", title="Hydrate all"), False),
        ('{ command = "!x", by = "everyone" }', happening(What.COMMAND, "!x"), True),
        ('{ command = "!x", by = "subscriber" }', happening(What.COMMAND, "!x"), True),
        ('{ command = "!x", by = "vip" }', happening(What.COMMAND, "!x"), False),
        ('{ command = "!x" }', happening(What.COMMAND, "!x"), False),
        ('{ command = ["!x", "!y"], by = "everyone" }', happening(What.COMMAND, "!y"), True),
        ('{ mood = "happy" }', happening(What.MOOD, "happy"), True),
        ('{ mood = "happy" }', happening(What.MOOD, "sad"), False),
        ('{ speech = "ends" }', happening(What.SPEECH, "ends"), True),
        ('{ says = "good night" }', happening(What.SAYS, text="So, GOOD night!"), True),
        ('{ says = "good night" }', happening(What.SAYS, text="a good nightmare"), False),
        ('{ storm = "begins", kind = "hate" }', happening(What.STORM, "begins", title="hate"), True),
        ('{ storm = "begins", kind = "hate" }', happening(What.STORM, "begins", title="raid"), False),
        ('{ obs = "scene", to = "Game" }', happening(What.OBS, "scene", title="Game"), True),
        ('{ obs = "scene", to = "Game" }', happening(What.OBS, "scene", title="game"), False),
        ('{ obs = "scene" }', happening(What.OBS, "scene", title="Any"), True),
        ('{ obs_event = "X", where = { a = 1 } }', happening(What.OBS_EVENT, "X", data={"a": 1, "b": 2}), True),
        ('{ obs_event = "X", where = { a = 1 } }', happening(What.OBS_EVENT, "X", data={"a": 2}), False),
        ('{ obs_event = "X", where = { a = 1 } }', happening(What.OBS_EVENT, "X"), False),
        ('[ { mood = "sad" }, { event = "raid" } ]', RAID, True),
        ('[ { event = "raid" }, { event = "raid", at_least = 2 } ]', RAID, True),
    ],
)
def test_a_trigger_means_what_it_says(when: str, told: Happening, sets_off: bool) -> None:
    assert why(engine(rule(when)).tell(told, Situation())) == ["runs"] * sets_off


@pytest.mark.parametrize(
    ("roles", "by", "may"),
    [
        ({Role.BROADCASTER}, "vip", True),
        ({Role.BROADCASTER}, "moderator", True),
        ({Role.MODERATOR}, "subscriber", True),
        ({Role.MODERATOR}, "vip", True),
        ({Role.MODERATOR}, "streamer", False),
        ({Role.VIP}, "subscriber", False),
        ({Role.VIP, Role.SUBSCRIBER}, "subscriber", True),
        (set(), "everyone", True),
        (set(), "subscriber", False),
    ],
)
def test_commands_are_taken_from_roles(roles: set[Role], by: str, may: bool) -> None:
    told = happening(
        What.COMMAND, "!x", viewer=Viewer(id="1", name="streamer", roles=frozenset(roles)), text="!x I am a moderator"
    )
    assert bool(engine(rule(f'{{ command = "!x", by = "{by}" }}')).tell(told, Situation())) is may


ON_AIR = Situation(obs=True, scene="Game", streaming=True, mood="happy", storm="raid", host_speaks=True)


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ('scene = "Game"', "runs"),
        ('scene = ["Other", "Game"]', "runs"),
        ('scene = "Other"', "scene"),
        ('not_scene = "Game"', "scene"),
        ('not_scene = "Other"', "runs"),
        ("streaming = true", "runs"),
        ("streaming = false", "streaming"),
        ("recording = true", "recording"),
        ("recording = false", "runs"),
        ('mood = "happy"', "runs"),
        ('mood = "sad"', "mood"),
        ('not_mood = "happy"', "mood"),
        ("storm = true", "runs"),
        ("storm = false", "storm"),
        ("host_speaks = false", "speaks"),
        ("streamer_speaks = false", "runs"),
        ("streamer_speaks = true", "speaks"),
        ('by = "subscriber"', "runs"),
        ('by = "vip"', "who"),
        ('by = "everyone"', "runs"),
        ('viewer = "@MIKA"', "runs"),
        ('viewer = "1"', "runs"),
        ('viewer = "ada"', "who"),
        ("first_message = true", "who"),
        ("first_message = false", "runs"),
        ("at_least = 8", "amount"),
        ("at_most = 6", "amount"),
        ("at_least = 7, at_most = 7", "runs"),
        ('between = ["22:00", "23:00"]', "runs"),
        ('between = ["22:31", "23:00"]', "time"),
        ('between = ["22:00", "22:30"]', "time"),
        ('between = ["22:00", "02:00"], days = "fri"', "runs"),
        ('between = ["23:00", "02:00"]', "time"),
        ('days = ["sat", "sun"]', "time"),
        ("chance = 0.6", "runs"),
        ("chance = 0.5", "chance"),
        ("chance = 0", "chance"),
    ],
)
def test_a_condition_holds_or_says_that_it_does_not(asked: str, word: str) -> None:
    made = engine(rule('{ event = "raid" }', f"if = {{ {asked} }}"))
    assert why(made.tell(RAID, ON_AIR)) == [word]
    assert dict(made.passed.get("R", {})) == ({} if word == "runs" else {word: 1})


@pytest.mark.parametrize(
    "asked", ['scene = "Game"', 'not_scene = "X"', "streaming = false", "recording = false", "streamer_speaks = false"]
)
def test_what_is_not_known_does_not_hold(asked: str) -> None:
    made = engine(rule('{ event = "raid" }', f"if = {{ {asked} }}"))
    assert why(made.tell(RAID, Situation(obs=False, scene="Game"))) == ["obs"]


def test_after_midnight_it_is_still_the_evening_that_is_meant() -> None:
    made = engine(rule('{ event = "raid" }', 'if = { between = ["22:00", "02:00"], days = "fri" }'))
    saturday_at_one = happening(What.EVENT, "raid", at_s=2.5 * 3600)
    assert why(made.tell(saturday_at_one, Situation())) == ["runs"]
    friday_at_one = happening(What.EVENT, "raid", at_s=-21.5 * 3600)
    assert why(made.tell(friday_at_one, Situation())) == ["time"]


def test_nobody_is_not_meant_by_a_condition_on_who() -> None:
    for asked in ('by = "vip"', 'viewer = "ada"', "first_message = true"):
        made = engine(rule('{ mood = "happy" }', f"if = {{ {asked} }}"))
        assert why(made.tell(happening(What.MOOD, "happy", viewer=None), Situation())) == ["who"]


def test_a_cooldown_is_the_rules_and_begins_when_it_runs() -> None:
    made = engine(rule('{ event = "raid" }', 'cooldown = "30 s"\nif = { at_least = 5 }'))
    told = [happening(What.EVENT, "raid", at_s=at, amount=amount) for at, amount in ((0, 1), (1, 7), (30.9, 7), (31, 7))]
    assert [why(made.tell(each, Situation())) for each in told] == [["amount"], ["runs"], ["cooldown"], ["runs"]]


def test_a_cooldown_per_viewer_is_each_viewers_own() -> None:
    made = engine(rule('{ event = "raid" }', 'cooldown_per_viewer = "1 min"'))
    ada = Viewer(id="2", name="Ada")
    told = [(0, MIKA), (10, ada), (59, MIKA), (60, MIKA), (61, None), (62, None)]
    found = [why(made.tell(happening(What.EVENT, "raid", at_s=at, viewer=who), Situation())) for at, who in told]
    assert found == [["runs"], ["runs"], ["cooldown"], ["runs"], ["runs"], ["runs"]]
    made.forget("2")
    assert why(made.tell(happening(What.EVENT, "raid", at_s=63, viewer=ada), Situation())) == ["runs"]


def test_a_draw_that_fails_costs_no_cooldown() -> None:
    draws = iter([0.9, 0.1])
    made = Engine(
        read_rules(rule('{ event = "raid" }', 'cooldown = "1 h"\nif = { chance = 0.5 }')),
        chance=lambda: next(draws),
        local=local,
        now_ns=0,
    )
    assert [why(made.tell(RAID, Situation())) for _ in range(3)] == [["chance"], ["runs"], ["cooldown"]]


def test_two_rules_that_set_each_other_off_are_stopped() -> None:
    made = engine(rule('{ obs = "scene" }'))
    found = [why(made.tell(happening(What.OBS, "scene", at_s=at / 10), Situation())) for at in range(MOST_A_MINUTE + 20)]
    assert found.count(["runs"]) == MOST_A_MINUTE
    assert found[-1] == ["too_often"]
    assert why(made.tell(happening(What.OBS, "scene", at_s=61), Situation())) == ["runs"]


def test_cooldowns_survive_other_rules_and_go_with_their_own() -> None:
    text = rule('{ event = "raid" }', 'cooldown = "1 h"')
    made = engine(text)
    made.tell(RAID, Situation())
    made.adopt(read_rules(text + rule('{ mood = "sad" }', name="Other")), S)
    assert why(made.tell(RAID, Situation())) == ["cooldown"]
    made.adopt(read_rules(rule('{ event = "raid" }', name="Other")), S)
    assert set(made.passed) == set()
    made.adopt(read_rules(text), S)
    assert why(made.tell(RAID, Situation())) == ["runs"]


def test_a_rule_that_is_switched_off_is_not_set_off() -> None:
    assert engine(rule('[{ event = "raid" }, { every = "5 s" }]', "enabled = false")).tell(RAID, Situation()) == []


def test_the_cooldowns_of_viewers_are_bounded() -> None:
    (each,) = read_rules(rule('{ event = "raid" }', 'cooldown_per_viewer = "1 h"'))
    cooling = Cooling()
    for number in range(MOST_VIEWERS + 5):
        cooling.ran(each, f"v{number}", S)
    assert cooling.forgotten == 5
    assert cooling.left_s(each, "v4", S) == 0
    assert cooling.left_s(each, "v5", S) == 3600


def ticks(made: Engine, seconds: float, start_s: float = 0, step_s: float = 1, situation: Situation = Situation()) -> list[float]:  # noqa: B008 - frozen
    """At which seconds something was set off."""
    found, at = [], start_s
    while at <= start_s + seconds:
        found += [at] * len(made.tick(round(at * S), FRIDAY_EVENING_MS + round(at * 1000), situation))
        at += step_s
    return found


def test_every_so_often_counts_from_when_the_rule_was_read() -> None:
    made = engine(rule('{ every = "10 s" }'))
    assert ticks(made, 35) == [10, 20, 30]
    made.adopt(made.rules, 35 * S)
    assert ticks(made, 10, 36) == [40]
    # asleep for a while: once, not as often as it would have been
    assert ticks(made, 5, 1000) == [1000]
    assert ticks(made, 10, 1006) == [1010]


def test_a_time_of_day_is_passed_once() -> None:
    made = engine(rule('{ at = "22:31" }'))
    assert ticks(made, 300) == [60]
    assert ticks(made, 100, 86_400 - 60) == []
    assert ticks(made, 30, 86_441) == [86_460]


def test_a_time_of_day_is_of_its_days_and_not_made_up_for() -> None:
    assert ticks(engine(rule('{ at = "22:31", days = "sat" }')), 300) == []
    slept = engine(rule('{ at = "22:31" }'))
    assert ticks(slept, 0) == []
    assert ticks(slept, 0, 3600) == []
    late = engine(rule('{ at = "22:31" }'))
    assert ticks(late, 200, step_s=100) == [100]


def test_an_hour_that_summer_time_skips_counts_and_one_that_comes_twice_does_not() -> None:
    berlin = ZoneInfo("Europe/Berlin")

    def made(when: str) -> Engine:
        return Engine(
            read_rules(rule(when)),
            chance=lambda: 0.0,
            local=lambda ms: datetime.fromtimestamp(ms / 1000, UTC).astimezone(berlin),
            now_ns=0,
        )

    spring = int(datetime(2026, 3, 29, 0, 59, 30, tzinfo=UTC).timestamp() * 1000)
    autumn = int(datetime(2026, 10, 25, 0, 59, 30, tzinfo=UTC).timestamp() * 1000)
    for start_ms, when, times in ((spring, '{ at = "02:30" }', 1), (autumn, '{ at = "12:00" }', 0)):
        each = made(when)
        found = [each.tick(at * S, start_ms + at * 1000, Situation()) for at in range(60)]
        assert sum(map(len, found)) == times


def sound(voice: str, at_s: float) -> Happening:
    return happening(What.SOUND, voice, at_s=at_s)


def test_a_silence_is_told_once_until_it_ends() -> None:
    made = engine(rule('{ silence = "10 s" }'))
    made.tell(sound("chat", 3), Situation())
    assert ticks(made, 30) == [13]
    made.tell(sound("streamer", 31), Situation())
    assert ticks(made, 20, 31) == [41]


def test_a_silence_is_of_whom_it_names() -> None:
    made = engine(rule('{ silence = "10 s", of = "streamer" }'))
    made.tell(sound("chat", 9), Situation())
    assert ticks(made, 15) == [10]
    speaking = Situation(streamer_speaks=True)
    assert ticks(made, 30, 16, situation=speaking) == []
    assert ticks(made, 15, 47) == [56]


def test_while_the_host_speaks_it_is_not_silent() -> None:
    made = engine(rule('{ silence = "10 s", of = "host" }'))
    assert ticks(made, 60, situation=Situation(host_speaks=True)) == []
    assert ticks(made, 20, 61) == [70]


def test_only_one_run_comes_of_one_happening() -> None:
    made = engine(rule('[{ event = "raid" }, { event = "raid", at_least = 5 }]') + rule('{ event = "raid" }', name="S"))
    assert [decision.rule.name for decision in made.tell(RAID, Situation())] == ["R", "S"]
