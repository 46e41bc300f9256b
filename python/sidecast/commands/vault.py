"""`./sidecast vault …`: where the vault's key is held, a new one, recovery words, and back in with them."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..errors import SidecastError, VaultError
from ..opened import FOLDER, open_here
from ..settings import data_dir
from ..vault import words
from ..vault.changing import Changes
from ..vault.opening import unlock_with_words
from ..vault.passphrase import LONGEST, SHORTEST
from ..vault.ring import Ring, SystemRing
from ..vault.ways import Way

EXPLAINED = {
    Way.KEYRING: "in the keyring of this desktop: it opens when you are logged in there",
    Way.PASSPHRASE: "under your passphrase: it is asked for at every start, and nothing on the disk opens without it",
    Way.FILE: "in a key file: whoever can copy your data folder can open the vault",
}


@dataclass(frozen=True, slots=True)
class Talk:
    """The terminal, or a test."""

    say: Callable[[str], None]
    hidden: Callable[[str], str]
    """Asks, and shows nothing of what is typed."""
    plain: Callable[[str], str]


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./sidecast vault", description="The key of your secrets and of your viewers' data.")
    parser.add_argument(
        "what",
        nargs="?",
        default="status",
        choices=["status", *(way.value for way in Way), "rotate", "words", "unlock"],
        metavar="WHAT",
        help="status · keyring, passphrase or file: hold the key there from now on · rotate: a new key · "
        "words: write down recovery words · unlock: open the vault with them",
    )
    return parser


def act(what: str, data: Path, talk: Talk, ring: Ring) -> None:
    """Does what the command says.

    Raises:
        SidecastError: it cannot be done; everything is as it was.
    """
    if what == "unlock":
        _unlock(data, talk, ring)
        return
    vault, changes = open_here(data, ring)
    try:
        match what:
            case "status":
                _status(changes, talk)
            case "rotate":
                _rotate(changes, talk)
            case "words":
                _words(changes, talk)
            case _:
                way = Way(what)
                changes.move(way, new_passphrase(talk) if way is Way.PASSPHRASE else "")
                talk.say(f"The vault's key is now {EXPLAINED[way]}.")
    finally:
        vault.close()


def _status(changes: Changes, talk: Talk) -> None:
    state = changes.state()
    talk.say(f"The vault's key is {EXPLAINED[state.way]}.")
    if state.way is Way.FILE:
        talk.say(f"Better: ./sidecast vault {'keyring' if state.keyring else 'passphrase'}")
    talk.say("There are recovery words." if state.has_words else "There are no recovery words yet: ./sidecast vault words")


def _rotate(changes: Changes, talk: Talk) -> None:
    typed = talk.hidden("Your passphrase: ") if changes.state().way is Way.PASSPHRASE else ""
    rows = changes.rotate(typed)
    talk.say(f"The vault has a new key; {rows} keys and secrets were wrapped anew. The old key opens nothing any more.")
    talk.say("Backups from before open with your recovery words or their passphrase only.")


def _words(changes: Changes, talk: Talk) -> None:
    chosen = words.new()
    talk.say("Write these down on paper, in this order. They are shown this once and kept nowhere:\n")
    for row in range(0, words.COUNT, 4):
        talk.say("   ".join(f"{number:>2}. {chosen[number - 1]:<9}" for number in range(row + 1, row + 5)).rstrip())
    talk.say("")
    for number in words.to_ask():
        while not words.written_down(chosen, [number], [talk.plain(f"Word {number}, please: ")]):
            talk.say("That is another word. Look at your paper.")
    changes.keep_words(chosen)
    talk.say(
        "They fit. With these words the vault and every backup from now on can be opened, anywhere. Earlier words no longer do."
    )


def _unlock(data: Path, talk: Talk, ring: Ring) -> None:
    typed = talk.plain(f"Your {words.COUNT} recovery words: ")
    words.private_key(typed)
    way = Way.KEYRING if ring.name else Way.PASSPHRASE
    talk.say("" if way is Way.KEYRING else "The vault is put under a passphrase.")
    passphrase = "" if way is Way.KEYRING else new_passphrase(talk)
    unlock_with_words(data / FOLDER, typed, way, ring=ring, passphrase=passphrase)
    talk.say(f"The vault opens again. Its key is now {EXPLAINED[way]}.")


def new_passphrase(talk: Talk) -> str:
    """Typed twice.

    Raises:
        VaultError: too short, too long, or not twice the same.
    """
    typed = talk.hidden(f"A new passphrase ({SHORTEST} characters or more; four unusual words are good): ")
    if not SHORTEST <= len(typed) <= LONGEST:
        raise VaultError(f"A passphrase has {SHORTEST} to {LONGEST} characters.", "Four or five unusual words are good.")
    if talk.hidden("The same again: ") != typed:
        raise VaultError("The two were not the same.", "Try again; nothing was changed.")
    return typed


def terminal() -> Talk:
    """Without a terminal, lines of the standard input."""

    def say(line: str) -> None:
        print(line)  # noqa: T201 - the answer to a command

    def hidden(question: str) -> str:
        return getpass.getpass(question) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")

    def plain(question: str) -> str:
        return input(question) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")

    return Talk(say, hidden, plain)


def main(arguments: list[str]) -> int:
    """Exit code 0, or 1 with a sentence."""
    asked = parser().parse_args(arguments)
    try:
        act(asked.what, data_dir(), terminal(), SystemRing())
    except SidecastError as error:
        print(f"sidecast: {error}", file=sys.stderr)  # noqa: T201
        return 1
    except EOFError:
        print("sidecast: Nothing was typed; nothing was changed.", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
