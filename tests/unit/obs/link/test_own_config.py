"""What OBS has written down, read as OBS wrote it; and whatever else may be in those files."""

# ruff: noqa: S105, S106 - no password of anybody

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import obs_config
from sidecast.obs.link.own_config import OwnConfig, folders, read_own

pytestmark = pytest.mark.unit

INI = "\ufeff[General]\nPre19Defaults=false\n\n[OBSWebSocket]\nFirstLoad=false\nServerEnabled={enabled}\nServerPort={port}\n" + (
    "AlertsEnabled=false\nAuthRequired={asks}\nServerPassword={password}\n\n[Basic]\nServerPort=1\n"
)


def ini(folder: Path, *, enabled: str = "true", port: str = "4460", asks: str = "true", password: str = "pw") -> Path:  # noqa: S107
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "global.ini"
    path.write_text(INI.format(enabled=enabled, port=port, asks=asks, password=password), "utf-8")
    return path


def newer(folder: Path, **changed: object) -> Path:
    said = {"server_enabled": True, "server_port": 4470, "auth_required": True, "server_password": "newer"}
    path = folder / "plugin_config" / "obs-websocket" / "config.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(said | changed), "utf-8")
    return path


def test_of_obs_29(tmp_path: Path) -> None:
    path = ini(tmp_path)
    assert read_own([tmp_path]) == OwnConfig(path=path, enabled=True, port=4460, password="pw")


def test_of_later_ones_which_keep_the_old_section(tmp_path: Path) -> None:
    ini(tmp_path)
    path = newer(tmp_path)
    assert read_own([tmp_path]) == OwnConfig(path=path, enabled=True, port=4470, password="newer")


def test_an_obs_without_password_or_server(tmp_path: Path) -> None:
    ini(tmp_path, asks="false")
    own = read_own([tmp_path])
    assert own is not None
    assert own.password == ""
    newer(tmp_path, auth_required=False, server_enabled=False)
    own = read_own([tmp_path])
    assert own is not None
    assert (own.enabled, own.password) == (False, "")


def test_what_is_escaped(tmp_path: Path) -> None:
    ini(tmp_path, password="a\\\\nb\\\\c=d ;e")
    own = read_own([tmp_path])
    assert own is not None
    assert own.password == "a\\nb\\c=d ;e"


def test_what_the_tests_own_obs_is_given(tmp_path: Path) -> None:
    obs_config.write(tmp_path, port=4499, password="of the test", videos=tmp_path / "videos")
    own = read_own([tmp_path / "obs-studio"])
    assert own is not None
    assert (own.enabled, own.port, own.password) == (True, 4499, "of the test")


def test_the_one_that_was_set_up_last(tmp_path: Path) -> None:
    native, flatpak = tmp_path / "native", tmp_path / "flatpak"
    os.utime(ini(native, port="4461"), (1_000, 1_000))
    os.utime(newer(flatpak), (2_000, 2_000))
    own = read_own([native, tmp_path / "none", flatpak])
    assert own is not None
    assert own.port == 4470


@pytest.mark.parametrize("port", ["", "x", "0", "65536", "-1", "²"])
def test_no_port_is_obs_own(tmp_path: Path, port: str) -> None:
    ini(tmp_path, port=port)
    own = read_own([tmp_path])
    assert own is not None
    assert own.port == 4455


@given(st.binary(max_size=200))
def test_nothing_that_is_in_them_raises(tmp_path_factory: pytest.TempPathFactory, said: bytes) -> None:
    folder = tmp_path_factory.mktemp("obs")
    newer(folder).write_bytes(said)
    (folder / "global.ini").write_bytes(b"[OBSWebSocket]\nServerEnabled=" + said)
    found = read_own([folder])
    assert found is None or 0 < found.port < 65536


def test_a_password_is_not_shown(tmp_path: Path) -> None:
    ini(tmp_path, password="planted")
    own = read_own([tmp_path])
    assert own is not None
    assert own.password == "planted"
    assert "planted" not in repr(own)


def test_there_is_none(tmp_path: Path) -> None:
    assert read_own([tmp_path]) is None
    (tmp_path / "global.ini").write_text("[General]\nFirstRun=true\n", "utf-8")
    assert read_own([tmp_path]) is None


def test_where_it_is() -> None:
    home = Path("/home/ann")
    assert folders({}, "linux", home)[0] == home / ".config" / "obs-studio"
    assert folders({"XDG_CONFIG_HOME": "/elsewhere"}, "linux", home)[0] == Path("/elsewhere/obs-studio")
    assert folders({"XDG_CONFIG_HOME": "relative"}, "linux", home)[0] == home / ".config" / "obs-studio"
    assert home / ".var/app/com.obsproject.Studio/config/obs-studio" in folders({}, "linux", home)
    assert folders({"APPDATA": "/roaming"}, "win32", home) == [Path("/roaming/obs-studio")]
    assert folders({}, "win32", home) == [home / "AppData" / "Roaming" / "obs-studio"]
    assert folders({}, "darwin", home) == [home / "Library" / "Application Support" / "obs-studio"]
