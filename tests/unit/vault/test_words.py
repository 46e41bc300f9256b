from __future__ import annotations

import pytest

from sidecast.errors import VaultError
from sidecast.vault import words

pytestmark = pytest.mark.unit

# BIP-39's own test vector for 32 bytes of zeros
ZEROS = ["abandon"] * 23 + ["art"]


def test_they_are_bip39() -> None:
    assert words.private_key(" ".join(ZEROS))
    assert len(words.new()) == 24
    assert words.new() != words.new()


@pytest.mark.parametrize(
    "typed",
    [
        "  ".join(ZEROS).upper(),
        ", ".join(ZEROS),
        "\n".join(f"{n}. {word}" for n, word in enumerate(ZEROS, 1)),
        " ".join(word[:4] for word in ZEROS),
    ],
)
def test_they_may_be_typed_in_many_ways(typed: str) -> None:
    assert words.private_key(typed) == words.private_key(" ".join(ZEROS))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (" ".join(ZEROS[:23]), "23 words"),
        ("", "0 words"),
        (" ".join(["abandon"] * 24), "do not fit together"),
        (" ".join([*ZEROS[:2], "sidecast", *ZEROS[3:]]), "Word 3 is none of the list"),
        ("abandon " * 500, "too much text"),
    ],
)
def test_what_is_wrong_is_said_without_quoting(typed: str, said: str) -> None:
    with pytest.raises(VaultError, match=said) as refused:
        words.private_key(typed)
    assert "sidecast" not in str(refused.value)


def test_three_are_asked_for() -> None:
    chosen = words.new()
    asked = words.to_ask()
    assert len(set(asked)) == 3
    right = [chosen[number - 1] for number in asked]
    assert words.written_down(chosen, asked, right)
    assert words.written_down(chosen, asked, [word.upper() + " " for word in right])
    assert not words.written_down(chosen, asked, right[::-1] if right[::-1] != right else ["x"] * 3)
    assert not words.written_down(chosen, asked, right[:2])
    assert not words.written_down(chosen, asked, [])
