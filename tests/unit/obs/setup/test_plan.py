"""What the set-up would do, for OBSes that are not at hand, too."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sidecast.obs.setup.capturing import is_ours, newest
from sidecast.obs.setup.plan import Change, MakeInput, MakeScene, Place, Plan, TakeAway, plan
from sidecast.obs.setup.wanted import MARK, Found, Made, Overlay, Part, Voice, Wanted, Window

pytestmark = pytest.mark.unit

LINUX = frozenset({"xshm_input", "xcomposite_input", "pulse_output_capture", "pulse_input_capture", "color_source_v3"})
WINDOWS = frozenset({"game_capture", "window_capture", "wasapi_process_output_capture", "browser_source", "monitor_capture"})
WAYLAND = frozenset({"pipewire-window-capture-source", "pulse_output_capture", "browser_source"})
EMPTY = Found(
    platform="debian",
    kinds=LINUX,
    names=frozenset({"Game", "Desktop Audio"}),
    scenes=("Game",),
    programme="Game",
    canvas=(1920, 1080),
    collection="Mine",
)
OPEN = Window(open=True)
OWN_SCREEN = Window(open=True, own_screen=":99")
NONE = MakeInput(scene="", name="", ways=())
PAGE = "http://127.0.0.1:8317/overlay/caption#secret-token"


def inputs(found: Plan) -> dict[Part, MakeInput]:
    return {step.part: step.deed for step in found.steps if isinstance(step.deed, MakeInput)}


def test_a_screen_of_its_own_is_captured_by_its_name() -> None:
    found = plan(EMPTY, Wanted(window=OWN_SCREEN))
    assert isinstance(found.steps[0].deed, MakeScene)
    (way,) = inputs(found)[Part.AVATAR].ways
    assert way.kind == "xshm_input"
    assert way.settings["server"] == ":99"
    assert way.settings["advanced"] is True
    assert not way.keyed


def test_the_streamers_own_screen_is_never_captured_whole() -> None:
    for kinds in (LINUX, LINUX - {"xcomposite_input"}, WAYLAND, WINDOWS):
        for way in inputs(plan(replace(EMPTY, kinds=kinds), Wanted(window=OPEN))).get(Part.AVATAR, NONE).ways:
            assert way.window_property or way.asks


def test_a_newer_version_of_a_kind_is_taken() -> None:
    kinds = frozenset({"xshm_input", "xshm_input_v2", "xshm_input_v10", "xshm_inputs_v3", "xshm_input_v2x"})
    assert newest(kinds, "xshm_input") == "xshm_input_v10"
    assert newest(kinds, "browser_source") == ""


def test_a_clear_window_is_keyed_only_where_it_cannot_shine_through() -> None:
    clear = replace(OWN_SCREEN, transparent=True)
    found = plan(EMPTY, Wanted(window=clear))
    assert inputs(found)[Part.AVATAR].ways[0].keyed
    assert any("colour key" in note and "dark rim" in note for note in found.notes)
    ways = inputs(plan(replace(EMPTY, kinds=WINDOWS, platform="windows"), Wanted(window=replace(OPEN, transparent=True))))
    assert [(way.kind, way.keyed) for way in ways[Part.AVATAR].ways] == [("game_capture", False), ("window_capture", True)]
    assert not inputs(plan(EMPTY, Wanted(window=replace(OPEN, transparent=True))))[Part.AVATAR].ways[0].keyed


def test_what_was_never_run_is_called_so() -> None:
    for kinds in (WINDOWS, WAYLAND):
        assert any("never been run" in note for note in plan(replace(EMPTY, kinds=kinds), Wanted(window=OPEN)).notes)
    assert not any("never been run" in note for note in plan(EMPTY, Wanted(window=OWN_SCREEN)).notes)


def test_an_obs_that_captures_nothing_we_know_is_told_apart() -> None:
    for found in (replace(EMPTY, kinds=frozenset()), replace(EMPTY, platform="macos", kinds=WINDOWS)):
        told = plan(found, Wanted(window=OPEN))
        assert Part.AVATAR not in inputs(told)
        assert any("by hand" in note for note in told.notes)


def test_a_closed_window_is_not_judged() -> None:
    found = plan(EMPTY, Wanted(window=Window(open=False)))
    assert not inputs(found)[Part.AVATAR].must_show
    assert any("nobody has looked" in note for note in found.notes)


def test_a_voice_that_the_desktop_has_already_is_on_a_track_of_its_own() -> None:
    with_desktop = replace(EMPTY, desktop_audio=("Desktop Audio",))
    wanted = Wanted(window=OPEN, voice=Voice())
    doubled = inputs(plan(with_desktop, wanted))[Part.VOICE]
    assert [track for track, on in doubled.tracks.items() if on] == ["6"]
    assert any("not heard twice" in note for note in plan(with_desktop, wanted).notes)
    for found, voice in ((EMPTY, Voice()), (with_desktop, Voice(heard=False))):
        single = inputs(plan(found, Wanted(window=OPEN, voice=voice)))[Part.VOICE]
        assert all(single.tracks.values())
        assert single.area is None
    later = plan(EMPTY, Wanted(window=OPEN, voice=Voice(ready=False)))
    assert any("next start" in note for note in later.notes)
    assert doubled.ways[0].settings == {"device_id": "sidecast.monitor"}
    on_windows = inputs(plan(replace(EMPTY, kinds=WINDOWS), wanted))[Part.VOICE]
    assert on_windows.ways[0].kind == "wasapi_process_output_capture"
    assert any("one program alone" in note for note in plan(replace(EMPTY, kinds=frozenset()), wanted).notes)


def test_an_overlay_is_a_page_and_its_address_is_nowhere_in_the_words() -> None:
    wanted = Wanted(window=OPEN, overlays=(Overlay(part=Part.CAPTION, url=PAGE),))
    found = plan(replace(EMPTY, kinds=WINDOWS), wanted)
    deed = inputs(found)[Part.CAPTION]
    assert deed.ways[0].settings["url"] == PAGE
    assert (deed.ways[0].settings["width"], deed.ways[0].settings["height"]) == (1920, 1080)
    assert "secret-token" not in repr(found)
    assert "secret-token" not in repr(wanted)
    without = plan(EMPTY, wanted)
    assert Part.CAPTION not in inputs(without)
    assert any("no browser source" in note for note in without.notes)


def test_names_of_the_streamers_are_left_to_them() -> None:
    taken = replace(EMPTY, names=EMPTY.names | {"Sidecast", "Sidecast 2", "Sidecast avatar"})
    found = plan(taken, Wanted(window=OPEN))
    assert isinstance(found.steps[0].deed, MakeScene)
    assert found.steps[0].deed.name == "Sidecast 3"
    assert inputs(found)[Part.AVATAR].name == "Sidecast avatar 2"


def test_it_is_shown_in_a_scene_of_the_streamers() -> None:
    found = plan(EMPTY, Wanted(window=OPEN, shown_in="Game"))
    (deed,) = [step.deed for step in found.steps if isinstance(step.deed, Place)]
    assert deed.remembered
    assert deed.area is not None
    assert (deed.area.x + deed.area.width, deed.area.y + deed.area.height) == (1920, 1080)
    clear = plan(EMPTY, Wanted(window=replace(OPEN, transparent=True), shown_in="Game"))
    (deed,) = [step.deed for step in clear.steps if isinstance(step.deed, Place)]
    assert deed.area is not None
    assert (deed.area.x, deed.area.width) == (0, 1920)


def test_a_scene_that_is_not_there_is_named_with_those_that_are() -> None:
    found = plan(EMPTY, Wanted(window=OPEN, shown_in="Gmae"))
    assert not [step for step in found.steps if isinstance(step.deed, Place)]
    assert any("“Gmae”" in note and "“Game”" in note for note in found.notes)


SCENE = Made(part=Part.SCENE, mark="a", name="Sidecast")
AVATAR = Made(
    part=Part.AVATAR,
    mark="b",
    name="Kit",
    kind="xshm_input",
    settings={"advanced": True, "server": ":98", "screen": 0, "show_cursor": False, MARK: "b", "of the streamer's": 1},
)


def test_what_is_there_is_brought_up_to_date_and_no_more() -> None:
    there = replace(EMPTY, made=(SCENE, AVATAR))
    (step,) = plan(there, Wanted(window=OWN_SCREEN)).steps
    assert step.deed == Change(name="Kit", settings={"server": ":99"})
    assert plan(there, Wanted(window=Window(open=True, own_screen=":98"))).empty


def test_what_the_streamer_took_out_of_our_scene_is_put_back() -> None:
    there = replace(EMPTY, made=(SCENE, replace(AVATAR, in_scene=False)))
    (step,) = plan(there, Wanted(window=Window(open=True, own_screen=":98"))).steps
    assert isinstance(step.deed, Place)
    assert not step.deed.remembered


def test_another_place_of_the_window_takes_another_kind() -> None:
    there = replace(EMPTY, made=(SCENE, AVATAR), names=EMPTY.names | {"Sidecast", "Kit"})
    away, made = (step.deed for step in plan(there, Wanted(window=OPEN)).steps)
    assert away == TakeAway(made=AVATAR)
    assert isinstance(made, MakeInput)
    assert made.name == "Kit"
    assert made.ways[0].kind == "xcomposite_input"


def test_an_overlay_that_is_not_wanted_any_more_goes_and_one_that_nobody_spoke_of_stays() -> None:
    cards = Made(part=Part.CARDS, mark="c", name="Sidecast cards", kind="browser_source", settings={"url": "http://x"})
    there = replace(EMPTY, kinds=WINDOWS, made=(SCENE, cards))
    avatar_only = Wanted(window=OPEN)
    assert Part.CARDS not in {step.part for step in plan(there, avatar_only).steps}
    gone = [step.deed for step in plan(there, replace(avatar_only, overlays=())).steps if step.part is Part.CARDS]
    assert gone == [TakeAway(made=cards)]


@pytest.mark.parametrize(
    ("value", "ours"),
    [
        ("2097156\r\nSidecast\r\nSidecast", True),
        ("2097156\r\nSidecast (DEBUG)\r\nSidecast", True),
        ("2097156\r\nSidecast – Mozilla Firefox\r\nfirefox", False),
        ("2097156\r\nSidecast\r\nfirefox", False),
        ("Sidecast:Engine:sidecast.exe", True),
        ("Sidecast (DEBUG):Engine:godot.exe", True),
        ("Sidecast:Chrome_WidgetWin_1:chrome.exe", False),
        ("", False),
    ],
)
def test_only_the_apps_window_is_taken_for_it(value: str, ours: bool) -> None:
    assert is_ours(value) is ours
