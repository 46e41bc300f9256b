"""The file on the disk: switched and written without losing what else stands in it, and never half."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidecast.errors import RulesError
from sidecast.rules.book import RuleFile

pytestmark = pytest.mark.unit

TEXT = """\
# my rules

[[rule]]
name = "First"   # the best
when = { mood = "happy" }
do = [
  { scene = "A" },  # ours
]

[[rule]]
name = "Second"
enabled = false
when = { mood = "sad" }
do = { scene = "B" }
"""


def book(path: Path, text: str = TEXT) -> RuleFile:
    made = RuleFile(path / "rules.toml")
    made.path.write_text(text, "utf-8")
    assert made.look() is bool(text)
    return made


def test_a_rule_is_switched_and_every_remark_stays(tmp_path: Path) -> None:
    made = book(tmp_path)
    made.enable("first", on=False)
    assert made.look()
    assert [rule.enabled for rule in made.book.rules] == [False, False]
    assert made.text().replace("enabled = false\n", "", 1).count("#") == TEXT.count("#")
    made.enable("First", on=True)
    made.enable("Second", on=True)
    assert made.text() == TEXT.replace("enabled = false\n", "")
    with pytest.raises(RulesError, match="no rule “Third”"):
        made.enable("Third", on=True)


def test_a_text_with_a_mistake_is_not_written(tmp_path: Path) -> None:
    made = book(tmp_path)
    with pytest.raises(RulesError, match="Line 3, rule “First”"):
        made.write(TEXT.replace("when", "wen", 1))
    assert made.text() == TEXT
    assert not made.look()
    made.write(TEXT.replace("First", "Best"))
    assert made.look()
    assert made.book.rules[0].name == "Best"
    assert [each.name for each in tmp_path.iterdir()] == ["rules.toml"]


def test_what_was_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    made = book(tmp_path)
    seen = made.revision()
    made.path.write_text(TEXT + "# later\n", "utf-8")
    with pytest.raises(RulesError, match="changed meanwhile"):
        made.revise(TEXT, seen)
    made.revise(TEXT, made.revision())
    made.revise(TEXT + "# whatever\n")
    assert made.text().endswith("# whatever\n")


def test_a_broken_file_is_not_switched(tmp_path: Path) -> None:
    made = book(tmp_path)
    made.path.write_text("[[rule]\n", "utf-8")
    with pytest.raises(RulesError, match="cannot be read"):
        made.enable("First", on=False)
    assert made.look()
    assert [rule.name for rule in made.book.rules] == ["First", "Second"]
    assert made.book.trouble.startswith("rules.toml: Line 1: This cannot be read")


def test_where_there_is_no_file_there_are_no_rules_and_one_can_be_written(tmp_path: Path) -> None:
    made = RuleFile(tmp_path / "deep" / "rules.toml")
    assert not made.look()
    assert (made.text(), made.book.rules) == ("", ())
    made.write(TEXT)
    assert made.look()
    assert len(made.book.rules) == 2


def test_a_folder_that_cannot_be_written_to_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(RulesError, match="cannot be written"):
        RuleFile(tmp_path / "file" / "rules.toml").write(TEXT)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    made = book(tmp_path, "#" * ((1 << 20) + 1))
    assert made.book.trouble.endswith("larger than 1 MiB. Shorten it.")
