"""The real main scene with a scripted bridge: what it shows when, by the mixer's position."""

from __future__ import annotations

import itertools

import pytest

from godot.scenes.theatre import Rehearsal, Theatre, caption, cue, speak, voice
from sidecast.stage.sync import PULSES_S

pytestmark = pytest.mark.godot

FRAME_S = 1 / 30
BLOCK_S = 4096 / 44100
"""The scripted mixer's block: it tells of a start or an end up to this much late."""
CLOSED = 0.05
WORDS = (("Welcome", 0.1, 0.5), ("back,", 0.5, 0.9), ("everyone", 1.0, 1.6), ("here!", 1.6, 2.0))
SHAPES = (("sil", 0.0, 0.1), ("aa", 0.1, 0.6), ("PP", 0.6, 0.8), ("aa", 0.8, 1.4), ("oh", 1.4, 2.0))
BAD = (
    {"at": 0.2, "topic": "speak", "raw": "nonsense"},
    {"at": 0.2, "topic": "card", "raw": "[1, 2]\n"},
    {"at": 0.2, "topic": "status", "raw": '{"state":\n'},
    {"at": 0.2, "topic": "speak", "raw": '{"utterance": 9, "visemes": [4]}\n'},
    {"at": 0.2, "topic": "nobody", "raw": '{"a": 1}\n'},
)


@pytest.fixture(scope="module")
def evening(theatre: Theatre) -> Rehearsal:
    """A turn that is cut in its second utterance, with everything around it."""
    card = cue(0.4, "card", turn_id="t", name="[b]Ada[/b]", colour="#00F", text="wh\u0007y [i]so\u202e[/i]?", style="question")
    cues = [
        cue(0.1, "status", state="listening", note="", page=""),
        *BAD,
        card,
        cue(0.4, "status", state="thinking", note=""),
        speak(0.9, 1, SHAPES),
        caption(0.9, 1, WORDS),
        cue(0.9, "express", mood="laughing", utterance=2),
        cue(0.9, "gesture", name="wave", utterance=1),
        cue(1.0, "status", state="speaking", note=""),
        speak(2.0, 2, SHAPES),
        caption(2.0, 2, WORDS, more=True),
        cue(5.0, "caption", utterance=2, turn_id="t", words=[], more=False),
        cue(5.0, "card", turn_id=""),
        cue(5.0, "status", state="stopped", note=""),
    ]
    plan = {
        "size": [1280, 720],
        "cues": cues,
        # The second one is cut after 0.8 s.
        "voice": [voice(1, 1.0, 3.0), voice(2, 3.0, 3.8)],
        "keys": [{"at": at, "key": key} for at, key in ((3.8, "Escape"), (4.2, "S"), (4.3, "M"), (4.4, "P"), (4.5, "Space"))],
        "shots": [],
        "until": 6.0,
    }
    return theatre.rehearse(plan)


def test_the_mouth_moves_with_the_voice(evening: Rehearsal) -> None:
    opened = [frame["mo"] for frame in evening.between(1.2, 2.9)]
    assert max(opened) > 0.85
    assert min(frame["mo"] for frame in evening.between(1.62, 1.78)) < 0.25, "the lips do not meet at PP"
    assert max(frame["mo"] for frame in evening.between(0.2, 0.95)) < CLOSED


def test_a_cut_closes_the_mouth_within_80_ms(evening: Rehearsal) -> None:
    silent = next(frame["s"] for frame in evening.seen if frame["s"] > 3.5 and not frame["sounding"])
    assert silent <= 3.8 + BLOCK_S + FRAME_S
    assert all(frame["mo"] < CLOSED for frame in evening.between(silent + 0.08, silent + 0.3))


def test_the_sweep_follows_the_voice_and_stops_with_it(evening: Rehearsal) -> None:
    swept = [frame["word"] + frame["progress"] for frame in evening.seen if frame["caption"]]
    assert swept == sorted(swept)
    assert evening.at(1.3)["word"] == 0
    assert evening.at(2.3)["word"] == 2
    after_cut = evening.between(4.0, 4.9)
    assert len({(frame["word"], frame["progress"]) for frame in after_cut}) == 1
    assert after_cut[0]["word"] < 2 * len(WORDS) - 1


def test_clauses_of_a_turn_go_on_in_one_caption(evening: Rehearsal) -> None:
    assert evening.at(3.2)["caption"] == "Welcome back, everyone here! Welcome back, everyone here!"
    assert evening.at(5.2)["caption"] == ""


def test_the_bubble_grows_without_a_jump(theatre: Theatre) -> None:
    cues = [
        speak(0.2, 1, SHAPES),
        caption(0.2, 1, WORDS[:1]),
        speak(1.4, 2, SHAPES),
        caption(1.4, 2, WORDS * 2, more=True),
    ]
    rehearsal = theatre.rehearse({"cues": cues, "voice": [voice(1, 0.3, 1.4), voice(2, 1.4, 2.8)], "until": 2.8})
    bubbles = [frame["bubble"] for frame in rehearsal.between(1.3, 2.7)]
    for side in (0, 3):
        sides = [bubble[side] for bubble in bubbles]
        way = sides[-1] - sides[0]
        steps = [(b - a) / way for a, b in itertools.pairwise(sides)]
        assert abs(way) > 40, "it does not grow"
        assert min(steps) >= 0, "it goes back"
        assert max(steps) < 0.2, f"it jumps by {max(steps):.0%} of the way"
    assert {bubble[2] for bubble in bubbles} == {bubbles[0][2]}, "it leaves its tail"


def test_cues_wait_for_their_utterance(evening: Rehearsal) -> None:
    assert evening.at(2.9)["mood"] == "neutral"
    assert evening.at(3.2)["mood"] == "laughing"
    assert max(frame["wave"] for frame in evening.between(0.0, 1.0)) == 0.0
    assert max(frame["wave"] for frame in evening.between(1.2, 2.4)) > 0.8


def test_states_and_cards_come_and_go(evening: Rehearsal) -> None:
    assert [evening.at(at)["state"] for at in (0.2, 0.6, 1.5, 5.2)] == ["listening", "thinking", "speaking", "stopped"]
    assert [evening.at(at)["card"] for at in (0.2, 0.6, 5.2)] == [False, True, False]


def test_removed_words_vanish_in_the_next_frame(theatre: Theatre) -> None:
    cues = [
        cue(0.2, "card", turn_id="t", name="Ada", colour="", text="something rude", style="message"),
        speak(0.4, 1, SHAPES),
        caption(0.4, 1, WORDS),
        # as soon as it may be: while both still grow
        cue(0.5, "caption", utterance=-1, turn_id="", words=[], more=False, at_once=True),
        cue(0.5, "card", turn_id="", at_once=True),
        cue(1.0, "card", turn_id="u", name="Bo", colour="", text="something nice", style="message"),
        speak(1.0, 2, SHAPES),
        caption(1.0, 2, WORDS[:2]),
    ]
    rehearsal = theatre.rehearse({"cues": cues, "voice": [voice(1, 0.45, 0.5), voice(2, 1.0, 1.8)], "until": 1.8})
    shown = rehearsal.between(0.4 + FRAME_S, 0.5)
    assert all(frame["card_drawn"] and frame["bubble"] != [0, 0, 0, 0] for frame in shown[-2:])
    for frame in rehearsal.between(0.5 + FRAME_S, 1.0):
        assert not frame["card_drawn"]
        assert (frame["card_text"], frame["caption"], frame["bubble"]) == ("", "", [0, 0, 0, 0])
    last = rehearsal.at(1.7)
    assert (last["card_drawn"], last["card_text"], last["caption"]) == (True, "something nice", "Welcome back,")


def test_viewer_text_is_plain_text(evening: Rehearsal) -> None:
    assert evening.notes["card_text"] == "why [i]so[/i]?"


def test_bad_frames_are_counted_and_the_show_goes_on(evening: Rehearsal) -> None:
    assert evening.notes["bad"] == len(BAD)


def test_keys_become_hotkeys_and_stop_does_not_wait_for_python(evening: Rehearsal) -> None:
    assert [mark["name"] for mark in evening.posted("hotkey")] == ["stop", "skip", "mute", "page", "stop"]
    # Twice by key, once at the end of the show.
    assert evening.notes["stops"] == 2


@pytest.fixture(scope="module")
def typing(theatre: Theatre) -> Rehearsal:
    """Somebody tries a name that cannot be, then another, and closes the field when it comes up again."""
    cues = [
        cue(0.1, "status", state="listening", note="", page=""),
        cue(0.1, "channel", state="open", name="", problem=""),
        cue(5.6, "channel", state="open", name="sm c!", problem="“sm c!” is no name of a Twitch channel."),
        cue(7.0, "channel", state="looking", name="kitsu", problem=""),
        cue(7.5, "channel", state="reading", name="kitsu", problem=""),
    ]
    plan = {
        "cues": cues,
        "clicks": [{"at": 4.0, "on": "Name"}, {"at": 13.4, "on": [1200, 100]}, {"at": 14.2, "on": "Close"}],
        "typed": [{"at": 4.2, "text": "sm c!"}, {"at": 5.8, "text": "kitsu"}, {"at": 13.0, "text": "m"}],
        "keys": [
            *({"at": 3.0, "key": "S"}, {"at": 5.5, "key": "Enter"}, {"at": 6.5, "key": "Enter"}, {"at": 6.6, "key": "Escape"}),
            *({"at": 12.5, "key": "C"}, {"at": 13.6, "key": "M"}),
        ],
        "until": 15.0,
    }
    return theatre.rehearse(plan)


def test_a_channel_is_offered_once_the_show_has_been_seen(typing: Rehearsal) -> None:
    assert not any(frame["channel_seen"] for frame in typing.between(0.0, 2.9))
    offered = typing.at(3.9)
    assert offered["channel_seen"] > 0.9
    assert offered["channel_said"] == ["Try your channel no account needed", ""]
    bottom = offered["channel_rect"][3]
    assert bottom < typing.notes["viewport"][3] / 3, "it is not above the card"


def test_what_is_typed_is_sent_off_and_answered_beside_the_field(typing: Rehearsal) -> None:
    assert [mark["name"] for mark in typing.posted("channel")] == ["sm c!", "kitsu"]
    assert typing.at(5.7)["channel_said"] == ["“sm c!” is no name of a Twitch channel.", "sm c!"]
    assert typing.at(5.7)["channel_rect"][1] > typing.notes["pill"][1] + 46, "it covers the pill"
    # the wrong name is marked, so that the next one takes its place; typing takes the sentence away
    assert typing.at(6.2)["channel_said"] == ["Try your channel no account needed", "kitsu"]


def test_once_it_has_done_its_work_it_goes(typing: Rehearsal) -> None:
    # closed by Esc while it was sought, it still tells
    assert typing.at(8.0)["channel_said"][0] == "Reading the chat of kitsu"
    assert typing.at(8.0)["channel_seen"] > 0.9
    assert not any(frame["channel_seen"] for frame in typing.between(12.3, 12.5))


def test_while_it_is_typed_into_keys_are_letters_and_else_orders(typing: Rehearsal) -> None:
    # S before; the second M after a click beside the field. Not: the letters, Esc in the field, the first M.
    assert [mark["name"] for mark in typing.posted("hotkey")] == ["skip", "mute"]


def test_a_key_opens_it_and_a_cross_closes_it(typing: Rehearsal) -> None:
    assert typing.at(13.3)["channel_seen"] > 0.9
    assert typing.at(13.3)["channel_said"][1] == "m", "C opens it, the next letter is typed into it"
    assert typing.at(14.9)["channel_seen"] == 0.0


def test_nothing_is_offered_unasked(evening: Rehearsal) -> None:
    assert not any(frame["channel_seen"] for frame in evening.seen)


def test_it_reports_itself(evening: Rehearsal) -> None:
    assert len(evening.posted("ready")) == 1
    assert evening.posted("ready")[0]["width"] == 1280
    assert len(evening.posted("frame_stats")) == 5
    wanted = {"at_ns", "fps", "frame_ms_p99", "drain_ms_p99", "underruns", "dropped"}
    assert set(evening.posted("frame_stats")[0]) == wanted


def test_flashes_mark_the_clicks_of_utterance_0(theatre: Theatre, evening: Rehearsal) -> None:
    plan = {"cues": [speak(0.2, 0, (("sil", 0.0, 3.0),))], "voice": [voice(0, 0.5, 2.0)], "until": 2.5}
    rehearsal = theatre.rehearse(plan, ["--sync"])
    starts = [b["s"] for a, b in itertools.pairwise(rehearsal.seen) if b["flash"] and not a["flash"]]
    for start, pulse in zip(starts, (pulse for pulse in PULSES_S if pulse < 1.5), strict=True):
        assert 0.5 + pulse - FRAME_S <= start <= 0.5 + pulse + BLOCK_S + FRAME_S
    assert not any(frame["flash"] for frame in evening.seen), "another utterance flashed"
