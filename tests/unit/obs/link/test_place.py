"""Where OBS is looked for, of settings, vault and OBS's own words."""

# ruff: noqa: S106 - no password of anybody

from __future__ import annotations

from pathlib import Path

import pytest

from sidecast.errors import VaultError
from sidecast.obs.link.live import BEAT_S, SIGN_S
from sidecast.obs.link.own_config import OwnConfig
from sidecast.obs.link.place import Finder, Place, place
from sidecast.obs.link.troubles import Why, trouble
from sidecast.settings import ObsSettings

pytestmark = pytest.mark.unit

OWN = OwnConfig(path=Path("config.json"), enabled=True, port=4460, password="of OBS")


def test_found_by_itself() -> None:
    assert place(ObsSettings(), None, OWN) == Place(host="127.0.0.1", port=4460, passwords=("of OBS",), own=OWN)
    assert place(ObsSettings(), None, None) == Place(host="127.0.0.1", port=4455)


def test_the_vaults_password_goes_first() -> None:
    found = place(ObsSettings(), "of the vault", OWN)
    assert found is not None
    assert found.passwords == ("of the vault", "of OBS")
    same = place(ObsSettings(), "of OBS", OWN)
    assert same is not None
    assert same.passwords == ("of OBS",)


def test_the_settings_win() -> None:
    found = place(ObsSettings(port=4499), None, OWN)
    assert found is not None
    assert found.port == 4499


def test_this_machines_obs_says_nothing_about_another() -> None:
    assert place(ObsSettings(host="studio.example"), "kept", OWN) == Place(host="studio.example", port=4455, passwords=("kept",))


@pytest.mark.parametrize("host", ["", " LocalHost ", "::1", "127.0.0.1"])
def test_this_machine_has_many_names(host: str) -> None:
    found = place(ObsSettings(host=host), None, OWN)
    assert found is not None
    assert (found.host, found.own) == ("127.0.0.1", OWN)


def test_not_used() -> None:
    assert place(ObsSettings(enabled=False), "kept", OWN) is None


async def test_what_is_looked_up_each_time() -> None:
    kept: list[str | None] = [None]
    asked: list[str] = []
    settings = [ObsSettings()]

    def own() -> OwnConfig | None:
        asked.append("own")
        return OWN

    find = Finder(lambda: settings[0], lambda: kept[0], own)
    assert (await find()) == place(ObsSettings(), None, OWN)
    kept[0] = "new"
    assert (await find()) == place(ObsSettings(), "new", OWN)
    settings[0] = ObsSettings(host="studio.example")
    assert (await find()) == Place(host="studio.example", passwords=("new",))
    settings[0] = ObsSettings(enabled=False)
    assert (await find()) is None
    assert len(asked) == 2


async def test_a_vault_that_does_not_open_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    def shut() -> str | None:
        raise VaultError("The vault is locked.", "Unlock it.")

    find = Finder(ObsSettings, shut, lambda: OWN)
    for _ in range(3):
        assert (await find()) == place(ObsSettings(), None, OWN)
    assert caplog.text.count("The vault is locked.") == 1


def test_passwords_are_not_shown() -> None:
    assert "planted" not in repr(Place(passwords=("planted",)))


@pytest.mark.parametrize("why", Why)
def test_every_trouble_says_what_and_what_to_do(why: Why) -> None:
    found = trouble(why, Place(host="studio.example", port=4499, passwords=("planted",)))
    assert found.why is why
    assert found.what.endswith(".")
    assert found.remedy.endswith(".")
    assert "{" not in found.sentence
    assert "planted" not in found.sentence


def test_a_server_that_is_off_is_named() -> None:
    off = OwnConfig(path=Path("config.json"), enabled=False, port=4455)
    assert trouble(Why.AWAY, Place(own=off)).why is Why.SERVER_OFF
    assert trouble(Why.SILENT, Place(own=off)).why is Why.SILENT
    assert trouble(Why.AWAY, Place(own=OWN)).why is Why.AWAY


def test_a_frozen_obs_is_noticed_within_two_seconds_even_when_nobody_asks() -> None:
    assert BEAT_S + SIGN_S <= 1.8
