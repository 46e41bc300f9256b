"""What a running show does with a change of its settings, and what its start has fixed."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from sidecast.cli import Options
from sidecast.clock import SystemClock
from sidecast.desks.housekeeping import Housekeeping, fixed_by, tls_in
from sidecast.errors import ControlError, SettingsError
from sidecast.flow.order import Approval, SetApproval, Skip
from sidecast.settings import Control, ControlTls, Settings, load_settings
from sidecast.vault.changing import Changes
from sidecast.vault.opening import open_vault
from sidecast.vault.ring import NoRing
from sidecast.vault.ways import Holder

pytestmark = pytest.mark.unit


def house(tmp_path: Path, options: Options, applied: list[tuple[float, int]]) -> Housekeeping:
    vault = open_vault(tmp_path / "vault")
    changes = Changes(vault, Holder(tmp_path / "vault", NoRing()))

    def apply(wanted: Settings) -> None:
        applied.append((wanted.audience.pause_s, threading.get_ident()))

    return Housekeeping(
        options, Settings(), (vault, changes), SystemClock(), on_note=lambda sentence: None, live={"audience.pause_s": apply}
    )


async def test_a_change_acts_on_the_shows_own_thread(tmp_path: Path) -> None:
    pytest.importorskip("tomlkit", reason="the environment is older than requirements/base.txt")
    applied: list[tuple[float, int]] = []
    keeping = house(tmp_path, Options(settings=tmp_path / "sidecast.toml"), applied)
    (tmp_path / "sidecast.toml").touch()
    await asyncio.to_thread(keeping.desk.change, {"audience.pause_s": 2.5, "keep.copies": 3})
    await asyncio.sleep(0)
    assert applied == [(2.5, threading.get_ident())]
    assert keeping.desk.running.keep.copies == 3
    with pytest.raises(SettingsError):
        await asyncio.to_thread(keeping.desk.change, {"audience.pause_s": 999})
    assert len(applied) == 1


async def test_an_approval_that_was_ordered_holds_after_the_next_start(tmp_path: Path) -> None:
    pytest.importorskip("tomlkit", reason="the environment is older than requirements/base.txt")
    applied: list[tuple[float, int]] = []
    file = tmp_path / "sidecast.toml"
    file.write_text("# mine\n")
    keeping = house(tmp_path, Options(settings=file), applied)
    for mode in (Approval.ALL, Approval.OFF, Approval.DOUBTFUL):
        keeping.follow(SetApproval(by="ada", at_ns=1, mode=mode))
    keeping.follow(SetApproval(by="ada", at_ns=1, mode=Approval.ALL), refusal="No.")
    keeping.follow(Skip(by="ada", at_ns=1))
    await keeping.close()
    assert load_settings(file).safety.approval is Approval.DOUBTFUL
    assert keeping.desk.running.safety.approval is Approval.DOUBTFUL
    assert file.read_text().startswith("# mine")


async def test_an_approval_that_cannot_be_written_does_not_stop_the_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SIDECAST_SAFETY__APPROVAL", "all")
    keeping = house(tmp_path, Options(settings=tmp_path / "sidecast.toml"), [])
    keeping.follow(SetApproval(by="ada", at_ns=1, mode=Approval.OFF))
    await keeping.close()
    assert "for this show only" in caplog.text
    assert not (tmp_path / "sidecast.toml").exists()


@pytest.mark.parametrize(
    ("options", "fixed"),
    [
        (Options(), {}),
        (Options(channel="kit"), {"chat.channel": ("--channel", "kit")}),
        (Options(replay=Path("/home/ada/log.tsv.gz")), {"chat.channel": ("--replay", "log.tsv.gz")}),
        (Options(demo=True), {"chat.channel": ("--demo", "")}),
        (
            Options(brain="ollama", transparent=True),
            {"dialogue.brain": ("--brain", "ollama"), "stage.transparent": ("--transparent", True)},
        ),
    ],
)
def test_options_of_a_start_are_stronger_than_the_page(options: Options, fixed: dict[str, tuple[str, object]]) -> None:
    assert fixed_by(options) == fixed


def test_https_is_off_unless_it_is_wanted(tmp_path: Path) -> None:
    assert tls_in(Settings(), tmp_path) is None
    own = tls_in(Settings(control=Control(tls=ControlTls(own=True), names=("room.example.org",))), tmp_path)
    assert own is not None
    assert own.own == tmp_path / "tls"
    assert "room.example.org" in own.names
    with pytest.raises(ControlError, match="Both"):
        tls_in(Settings(control=Control(tls=ControlTls(own=True, certificate=tmp_path / "x"))), tmp_path)
