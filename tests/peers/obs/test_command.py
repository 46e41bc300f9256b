"""`./sidecast obs` with a real OBS: by hand at its parts, and as the process that a streamer starts."""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from fakes.obs_linked import linked
from fakes.real_obs import FIRST_SCENE, RealObs
from sidecast.clock import SystemClock
from sidecast.commands.obs import Given, Talk, act, keep_password, parser, read_overlays, show_runs
from sidecast.errors import ObsError
from sidecast.flow.obs import ObsApi
from sidecast.obs.ducking import filters
from sidecast.obs.link.place import PASSWORD
from sidecast.obs.setup import Journal, Part, Window
from sidecast.vault.opening import open_vault

pytestmark = pytest.mark.peers

ROOT = Path(__file__).resolve().parents[3]


class Person:
    """At the terminal: what they answer in turn, and what they read."""

    def __init__(self, *answers: str) -> None:
        self._answers: Iterator[str] = iter(answers)
        self.read: list[str] = []
        self.asked: list[str] = []

    def talk(self, *, there: bool = True) -> Talk:
        return Talk(self.read.append, self._ask if there else None, self._ask)

    def _ask(self, question: str) -> str:
        self.asked.append(question)
        return next(self._answers)

    @property
    def text(self) -> str:
        return "\n".join(self.read)


def scenes(obs: RealObs) -> set[str]:
    return {str(each["sceneName"]) for each in obs.ask("GetSceneList")["scenes"]}


def asked(*arguments: str) -> argparse.Namespace:
    return parser().parse_args(arguments)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "obs-setup.json")


@pytest.fixture
def window(real_obs: RealObs) -> Window:
    return Window(open=True, own_screen=real_obs.variables["DISPLAY"])


async def test_it_shows_what_it_would_do_and_asks(real_obs: RealObs, journal: Journal, window: Window) -> None:
    async with linked(real_obs) as api:
        for person, there in ((Person(""), True), (Person("no"), True), (Person(), False)):
            given = _given(api, journal, person.talk(there=there))
            assert await act(asked("setup", "--no-voice", "--scene", FIRST_SCENE), given, window) == 1
            assert "1. Make the scene “Sidecast”" in person.text
            assert f"in your scene “{FIRST_SCENE}”" in person.text
            assert "--yes" in person.read[-1]
        assert scenes(real_obs) == {FIRST_SCENE}
        assert journal.entries() == ()

        person = Person("y")
        given = _given(api, journal, person.talk())
        assert await act(asked("setup", "--no-voice", "--scene", FIRST_SCENE), given, window) == 0
        assert scenes(real_obs) == {FIRST_SCENE, "Sidecast"}
        again = Person()
        given = _given(api, journal, again.talk())
        assert await act(asked("setup", "--no-voice", "--scene", FIRST_SCENE), given, window) == 0
        assert again.read[0] == "All of it is in OBS already."

        told = Person()
        assert await act(asked("status"), _given(api, journal, told.talk()), window) == 0
        assert "Connected to OBS" in told.text
        assert "“Sidecast avatar” (avatar)" in told.text

        refusing, agreeing = Person("n"), Person("yes")
        assert await act(asked("undo"), _given(api, journal, refusing.talk()), window) == 1
        assert scenes(real_obs) == {FIRST_SCENE, "Sidecast"}
        assert await act(asked("undo"), _given(api, journal, agreeing.talk()), window) == 0
        assert scenes(real_obs) == {FIRST_SCENE}


async def test_a_link_of_an_overlay_is_not_repeated(real_obs: RealObs, journal: Journal, window: Window) -> None:
    async with linked(real_obs) as api:
        person = Person("http://127.0.0.1:8317/overlay/caption#token=very-secret", "", "y")
        assert await act(asked("setup", "--no-voice", "--overlays"), _given(api, journal, person.talk()), window) == 0
        assert "very-secret" not in person.text
        assert "no browser source" in person.text
        assert await act(asked("undo", "--yes"), _given(api, journal, Person().talk(), yes=True), window) == 0


async def test_undo_puts_back_what_an_obs_that_quit_has_kept_low(real_obs_with_sound: RealObs, journal: Journal) -> None:
    obs, window = real_obs_with_sound, Window(open=True)
    name = str(obs.ask("GetSpecialInputs")["desktop1"])
    obs.ask("CreateSourceFilter", {"sourceName": name, "filterName": filters.NAME, "filterKind": filters.KIND})
    async with linked(obs) as api:
        person = Person()
        assert await act(asked("undo"), _given(api, journal, person.talk()), window) == 0
    assert person.read[-1] == f"As loud as before: {name}."
    assert obs.ask("GetSourceFilterList", {"sourceName": name})["filters"] == []


@pytest.mark.parametrize(
    "typed",
    ["overlay/caption", "http://127.0.0.1/overlay/moon", "javascript:/overlay/caption", "http:///overlay/mood", "http://[::1"],
)
def test_what_is_no_link_of_an_overlay_is_refused(typed: str) -> None:
    with pytest.raises(ObsError, match="no link of an overlay"):
        read_overlays(Person(typed).talk())


def test_links_are_told_apart_by_their_path() -> None:
    links = ("http://127.0.0.1:8317/overlay/cards?size=2#token=a", "https://studio.example:8317/overlay/mood/#token=b", "")
    assert [each.part for each in read_overlays(Person(*links).talk())] == [Part.CARDS, Part.MOOD]


def test_the_password_goes_into_the_vault_and_nowhere_else(tmp_path: Path) -> None:
    with closing(open_vault(tmp_path / "vault")) as vault:
        person = Person("pass word\n", "")
        assert "pass word" not in keep_password(vault, person.talk().ask_secret)
        assert vault.get(PASSWORD) == "pass word"
        assert not any(b"pass word" in file.read_bytes() for file in (tmp_path / "vault").iterdir())
        keep_password(vault, person.talk().ask_secret)
        assert vault.get(PASSWORD) is None


def test_a_show_that_runs_is_known_by_its_lock(tmp_path: Path) -> None:
    assert not show_runs(tmp_path)
    with (tmp_path / "show.lock").open("a+") as lock:
        assert not show_runs(tmp_path)
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert show_runs(tmp_path)
    assert not show_runs(tmp_path)


async def test_as_a_streamer_starts_it(real_obs: RealObs, tmp_path: Path) -> None:
    """OBS is found, and its password, by OBS's own configuration."""
    display = real_obs.variables["DISPLAY"]
    code, said = await _process(real_obs, tmp_path, "setup", "--no-voice", "--screen", display)
    assert (code, scenes(real_obs)) == (1, {FIRST_SCENE})
    assert "Nothing was done" in said
    code, said = await _process(real_obs, tmp_path, "setup", "--no-voice", "--screen", display, "--yes")
    assert (code, scenes(real_obs)) == (0, {FIRST_SCENE, "Sidecast"}), said
    code, said = await _process(real_obs, tmp_path, "undo", "--yes")
    assert (code, scenes(real_obs)) == (0, {FIRST_SCENE}), said
    assert real_obs.password not in said


async def test_a_wrong_password_and_a_missing_obs_are_said_in_a_sentence(real_obs: RealObs, tmp_path: Path) -> None:
    code, said = await _process(real_obs, tmp_path, "password", typed="wrong one")
    assert (code, said.strip()) == (0, "The password is in the vault.")
    # without OBS's own configuration there is nothing but the vault's
    nowhere = {"XDG_CONFIG_HOME": str(tmp_path / "config"), "HOME": str(tmp_path), "SIDECAST_OBS__PORT": str(real_obs.port)}
    code, said = await _process(real_obs, tmp_path, "status", **nowhere)
    assert code == 1
    assert "does not accept the password" in said
    assert "wrong one" not in said
    code, said = await _process(real_obs, tmp_path, "status", **{**nowhere, "SIDECAST_OBS__PORT": "9"})
    assert code == 1
    assert "OBS does not answer" in said


def _given(api: ObsApi, journal: Journal, talk: Talk, *, yes: bool = False) -> Given:
    return Given(api=api, journal=journal, talk=talk, clock=SystemClock(), yes=yes)


async def _process(obs: RealObs, folder: Path, *arguments: str, typed: str = "", **variables: str) -> tuple[int, str]:
    environment = os.environ | {
        "PYTHONPATH": str(ROOT / "python"),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(obs.config_home),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        **variables,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "sidecast.commands.obs", *arguments),
        env=environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate(typed.encode() + b"\n")
    assert process.returncode is not None
    return process.returncode, said.decode()
