"""`./sidecast vault`, `backup` and `restore` as somebody types them, on a terminal that the test plays."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fakes.ring import FakeRing
from sidecast.commands import backup as backup_command
from sidecast.commands import vault as vault_command
from sidecast.commands.vault import Talk
from sidecast.errors import KeepError, VaultError
from sidecast.vault import passphrase
from sidecast.vault.opening import open_vault
from sidecast.vault.passphrase import WrongPassphrase
from sidecast.vault.ring import NoRing, Ring
from sidecast.vault.ways import Way

pytestmark = pytest.mark.unit

PHRASE = "correct horse battery staple"


class Terminal:
    def __init__(self, *hidden: str, plain: tuple[str, ...] = ()) -> None:
        self.said: list[str] = []
        self._hidden, self._plain = list(hidden), list(plain)
        self.talk = Talk(self.said.append, lambda _: self._hidden.pop(0), self._answer)

    def _answer(self, question: str) -> str:
        """Reads its own screen when it is asked for a word of it."""
        wanted = re.search(r"Word (\d+)", question)
        if wanted and not self._plain:
            return self.words()[int(wanted[1]) - 1]
        return self._plain.pop(0)

    def words(self) -> list[str]:
        found = re.findall(r"(\d+)\. (\w+)", "\n".join(self.said))
        return [word for _, word in found]


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passphrase, "MEMORY_KIB", 64)
    monkeypatch.setattr(passphrase, "PASSES", 1)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("SIDECAST_PASSPHRASE_FILE", raising=False)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)


def run(what: str, data: Path, *hidden: str, ring: Ring | None = None, plain: tuple[str, ...] = ()) -> Terminal:
    terminal = Terminal(*hidden, plain=plain)
    vault_command.act(what, data, terminal.talk, ring or NoRing())
    return terminal


def secret(data: Path, value: str | None = None) -> str | None:
    vault = open_vault(data / "vault")
    try:
        if value:
            vault.set("brain.key", value)
        return vault.get("brain.key")
    finally:
        vault.close()


def test_the_status_says_where_the_key_is_and_what_is_better(tmp_path: Path) -> None:
    said = run("status", tmp_path).said
    assert said[0].startswith("The vault's key is in a key file: whoever can copy")
    assert said[1:] == ["Better: ./sidecast vault passphrase", "There are no recovery words yet: ./sidecast vault words"]


def test_the_key_goes_under_a_passphrase_that_then_opens_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret(tmp_path, "abcdef")
    with pytest.raises(VaultError, match="not the same"):
        run("passphrase", tmp_path, PHRASE, PHRASE + "r")
    with pytest.raises(VaultError, match="10 to 1024"):
        run("passphrase", tmp_path, "short")
    run("passphrase", tmp_path, PHRASE, PHRASE)
    with pytest.raises(VaultError, match="needs its passphrase"):
        run("status", tmp_path)
    (tmp_path / "phrase").write_text(PHRASE + "\n")
    monkeypatch.setenv("SIDECAST_PASSPHRASE_FILE", str(tmp_path / "phrase"))
    assert "under your passphrase" in run("status", tmp_path).said[0]
    run("rotate", tmp_path, PHRASE)
    with pytest.raises(WrongPassphrase):
        run("rotate", tmp_path, "not this one")
    run("file", tmp_path)
    assert secret(tmp_path) == "abcdef"


def test_systemd_hands_over_a_passphrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("passphrase", tmp_path, PHRASE, PHRASE)
    (tmp_path / "sidecast-passphrase").write_text(PHRASE)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert run("status", tmp_path).said


def test_words_are_shown_asked_for_and_open_the_vault(tmp_path: Path) -> None:
    secret(tmp_path, "abcdef")
    shown = run("words", tmp_path)
    assert len(shown.words()) == 24
    assert "They fit" in shown.said[-1]
    (tmp_path / "vault" / "master.key").unlink()
    ring = FakeRing()
    run("unlock", tmp_path, plain=(" ".join(shown.words()),), ring=ring)
    vault = open_vault(tmp_path / "vault", ring=ring)
    assert vault.get("brain.key") == "abcdef"
    vault.close()


def test_a_wrong_word_is_asked_for_again(tmp_path: Path) -> None:
    shown = run("words", tmp_path, plain=("zebra",))
    assert "That is another word. Look at your paper." in shown.said


def backup(data: Path, *arguments: str, hidden: tuple[str, ...] = ()) -> Terminal:
    terminal = Terminal(*hidden)
    asked = backup_command.parser("backup").parse_args(list(arguments))
    backup_command.backup(asked, data, terminal.talk, NoRing(), 1_795_392_000_000)
    return terminal


def restore(data: Path, file: Path, *hidden: str, ring: Ring | None = None) -> Terminal:
    terminal = Terminal(*hidden)
    backup_command.restore(backup_command.parser("restore").parse_args([str(file)]), data, terminal.talk, ring or NoRing())
    return terminal


def test_a_backup_goes_to_another_machine(tmp_path: Path) -> None:
    here, there, file = tmp_path / "here", tmp_path / "there", tmp_path / "all.sidecast-backup"
    secret(here, "abcdef")
    with pytest.raises(KeepError, match="recovery words first"):
        backup(here, str(file))
    said = backup(here, str(file), "--passphrase", hidden=(PHRASE, PHRASE)).said
    assert said[1] == "On another machine it opens with its own passphrase."
    said = restore(there, file, "wrong wrong wrong", PHRASE).said
    assert said[0] == "This machine's key does not open the backup. It opens with the passphrase of the backup."
    assert secret(there) == "abcdef"
    with pytest.raises(WrongPassphrase):
        restore(tmp_path / "elsewhere", file, "wrong", "wronger", "wrongest")
    assert not list((tmp_path / "elsewhere").rglob("*"))


def test_the_same_machine_is_asked_nothing(tmp_path: Path) -> None:
    file = tmp_path / "all.sidecast-backup"
    secret(tmp_path, "abcdef")
    backup(tmp_path, str(file), "--only-here")
    secret(tmp_path, "ghijkl")
    restore(tmp_path, file)
    assert secret(tmp_path) == "abcdef"


def test_a_keyring_gets_its_key_back(tmp_path: Path) -> None:
    file, ring = tmp_path / "all.sidecast-backup", FakeRing()
    run("keyring", tmp_path, ring=ring)
    asked = backup_command.parser("backup").parse_args([str(file), "--only-here"])
    backup_command.backup(asked, tmp_path, Terminal().talk, ring, 1)
    restore(tmp_path, file, ring=ring)
    assert not list((tmp_path / "vault").glob("*.key"))
    assert len(ring.entries) == 1


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeepError, match="cannot be read"):
        restore(tmp_path, tmp_path / "nowhere")
    (tmp_path / "x").write_text("something else, and long enough")
    with pytest.raises(KeepError, match="no backup"):
        restore(tmp_path, tmp_path / "x")


def test_every_way_is_explained() -> None:
    assert set(vault_command.EXPLAINED) == set(Way)
