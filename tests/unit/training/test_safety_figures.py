"""Thresholds, figures and the card: what they say is what was measured."""

from __future__ import annotations

import gzip
import tomllib
from pathlib import Path

import pytest

from sidecast.safety.classify.weights import HEADS, LEVELS, checked, read_card
from training.safety.card import SHARES, Contents, thresholds, write
from training.safety.chat import SETTING, halves, threshold
from training.safety.corpus import capped
from training.safety.data import HATE, INJECTION, Row
from training.safety.figures import MIN_GROUP, Share, area, shares, worst_group

pytestmark = pytest.mark.unit


def row(label: float, source: str = "s", group: str = "", head: str = HATE, category: str = "") -> Row:
    return Row("text", head, label, 1.0, source, "", group, category)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.1, 0.5])
def test_a_threshold_flags_at_most_its_share_and_nearly_all_of_it(share: float) -> None:
    scores = [number / 1_000 for number in range(1_000)]
    flagged = sum(score >= threshold(scores, share) for score in scores)
    assert flagged == int(share * 1_000)


def test_a_threshold_does_not_flag_what_is_as_high_as_too_many_others() -> None:
    scores = [0.9] * 50 + [0.1] * 50
    assert sum(score >= threshold(scores, 0.2) for score in scores) == 0
    assert sum(score >= threshold([1.0, *scores], 0.2) for score in [1.0, *scores]) == 1


def test_thresholds_fall_with_the_level() -> None:
    scores = {head: [number / 20_000 for number in range(20_000)] for head in HEADS}
    found = thresholds(scores)
    for head in HEADS:
        assert list(found[head]) == sorted(found[head], reverse=True)
        assert [sum(score >= limit for score in scores[head]) for limit in found[head]] == pytest.approx(
            [share * 20_000 for share in SHARES[head]], abs=1
        )


def test_shares_are_counted_by_source_and_group() -> None:
    rows = [row(1.0, group="g"), row(1.0, group="g"), row(0.0), row(0.5), row(1.0, head=INJECTION)]
    found = shares(rows, [0.9, 0.1, 0.8, 0.9, 0.9], HATE, 0.5)
    assert found == {"s flagged": Share(1, 2), "group g": Share(1, 2), "s false alarms": Share(1, 1)}


def test_the_interval_is_wilsons() -> None:
    # by hand: (9 + 1.9208) / (10 + 3.8416) ± 1.96 / 13.8416 · √(0.9 + 0.9604)
    assert Share(9, 10).interval == pytest.approx((0.5958, 0.9821), abs=1e-3)
    assert Share(0, 50).interval[0] == 0


def test_the_worst_group_has_enough_rows() -> None:
    found = {"group few": Share(0, MIN_GROUP - 1), "group a": Share(9, 20), "group b": Share(5, 20), "s flagged": Share(0, 90)}
    assert worst_group(found) == ("group b", Share(5, 20))
    assert worst_group({}) is None


def test_the_area_under_the_curve_is_the_chance_of_the_right_order() -> None:
    rows = [row(1.0), row(1.0), row(0.0), row(0.0), row(0.5)]
    assert area(rows, [0.9, 0.4, 0.5, 0.1, 1.0], HATE, "s") == 0.75
    assert area(rows, [0.5] * 5, HATE, "s") == 0.5
    assert area(rows[:2], [0.9, 0.4], HATE, "s") is None


def test_caps_bound_what_they_name_and_keep_the_rest() -> None:
    rows = [row(0.0, "a", category="x")] * 9 + [row(0.0, "a", category="y")] * 9 + [row(0.0, "b")] * 9
    found = capped(rows, {"a/x": 2, "a": 4})
    kinds = [(each.source, each.category) for each in found]
    assert [kinds.count(kind) for kind in (("a", "x"), ("a", "y"), ("b", ""))] == [2, 4, 9]
    assert found == capped(rows, {"a/x": 2, "a": 4})


def test_no_log_both_sets_and_checks_thresholds(tmp_path: Path) -> None:
    folder = tmp_path / "twitch-chat-replays"
    folder.mkdir()
    for name in (SETTING[0], "17"):
        with gzip.open(folder / f"{name}_typical.tsv.gz", "wt", encoding="utf-8") as stream:
            stream.write(f"1\t%\tu1\tfrom {name}\n2\t\tu2\ttab\tin it\nbroken line\n")
    setting, checking = halves(tmp_path)
    assert sorted(setting) == [f"from {SETTING[0]}", "tab\tin it"]
    assert sorted(checking) == ["from 17", "tab\tin it"]
    assert len(halves(tmp_path, most=1)[0]) == 1


def test_a_card_says_what_was_written_and_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "weights").write_bytes(b"some weights")
    levels = {part: dict.fromkeys(HEADS, (0.9, 0.8, 0.7, 0.6, 0.5)) for part in ("quick", "deep")}
    figures: dict[str, dict[str, float | str | Share]] = {"a section, named": {'with "quotes"': Share(1, 2), "plain": 0.5}}
    write(tmp_path, ["weights"], Contents({"data": "sets"}, dict.fromkeys(HEADS, 0.7), levels, figures))
    card = read_card(tmp_path)
    assert checked(tmp_path, card, "weights") == tmp_path / "weights"
    assert card.quick.by_level[HEADS[0]] == (0.9, 0.8, 0.7, 0.6, 0.5)
    assert len(card.deep.by_level[HEADS[1]]) == LEVELS
    assert card.share == dict.fromkeys(HEADS, 0.7)
    content = tomllib.loads((tmp_path / "card.toml").read_text("utf-8"))
    assert content["figures"]["a section, named"]["plain"] == 0.5
    assert content["figures"]["a section, named"]['with "quotes"'].startswith("0.500")
