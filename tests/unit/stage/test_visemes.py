from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecast.flow.utterance import Alphabet, Segment
from sidecast.stage.visemes import ARPABET, IPA, NAMES, shapes_of, visemes

pytestmark = pytest.mark.unit

CMU = frozenset(ARPABET) - {"axr", "ix", "ux", "em", "en", "nx", "el", "hv", "wh", "dx", "sil", "ssil", "brth", "_"}
"""The phones that Flite's `slt` uses; test_flite.py holds the table to what it really says."""


def track(*phonemes: str, alphabet: Alphabet = Alphabet.ARPABET, length_s: float = 0.1) -> list[tuple[str, float, float]]:
    segments = [Segment(p, i * length_s, (i + 1) * length_s, 0) for i, p in enumerate(phonemes)]
    return [(v.name, v.start_s, v.end_s) for v in visemes(segments, alphabet)]


@pytest.mark.parametrize("phone", sorted(p for p in CMU if p not in ("hh", "pau")))
def test_every_phone_of_the_voice_moves_the_mouth(phone: str) -> None:
    shapes = shapes_of(phone, Alphabet.ARPABET)
    assert set(shapes) <= set(NAMES) - {"sil"}


def test_the_tables_name_only_shapes_that_the_avatar_has() -> None:
    assert {shape for table in (ARPABET, IPA) for shapes in table.values() for shape in shapes} <= {*NAMES, ""}


def test_every_shape_of_the_avatar_is_reached_from_either_alphabet() -> None:
    for table in (ARPABET, IPA):
        assert {shape for shapes in table.values() for shape in shapes if shape} == set(NAMES)


def test_a_diphthong_becomes_two_shapes_within_its_own_time() -> None:
    assert track("b", "ay") == [("PP", 0.0, 0.1), ("aa", 0.1, 0.16), ("ih", 0.16, 0.2)]


def test_a_triphthong_becomes_three_shapes_within_its_own_time() -> None:
    assert track("aɪɚ", alphabet=Alphabet.IPA, length_s=0.3) == [("aa", 0.0, 0.1), ("ih", 0.1, 0.2), ("RR", 0.2, 0.3)]


def test_equal_neighbours_are_one_shape() -> None:
    assert track("t", "d", "n", "aa") == [("DD", 0.0, 0.3), ("aa", 0.3, 0.4)]


def test_a_breath_takes_the_shape_of_what_follows() -> None:
    assert track("hh", "uw") == [("ou", 0.0, 0.2)]
    assert track("pau", "hh") == [("sil", 0.0, 0.2)]


@pytest.mark.parametrize(
    ("ipa", "shapes"),
    [
        ("ˈaɪ", ("aa", "ih")),
        ("tʃ", ("CH",)),
        ("ɔːɹ", ("oh", "RR")),
        ("n̩", ("DD",)),
        ("oʊ", ("oh", "ou")),
        ("əl", ("L",)),
        ("iː", ("ih",)),
        ("_", ("sil",)),
    ],
)
def test_ipa_is_read_longest_symbol_first_and_without_its_marks(ipa: str, shapes: tuple[str, ...]) -> None:
    assert shapes_of(ipa, Alphabet.IPA) == shapes


@given(
    st.lists(st.tuples(st.sampled_from([*ARPABET, "unknown", ""]), st.floats(0, 0.5)), max_size=40),
    st.sampled_from(Alphabet),
)
def test_a_track_is_in_order_without_gap_or_overlap(phones: list[tuple[str, float]], alphabet: Alphabet) -> None:
    segments, at = [], 0.0
    for phoneme, length in phones:
        segments.append(Segment(phoneme, at, at + length, 0))
        at += length
    found = visemes(segments, alphabet)
    assert all(v.name in NAMES for v in found)
    assert all(a.end_s == b.start_s and a.name != b.name for a, b in itertools.pairwise(found))
    if found:
        assert found[0].start_s == 0.0
        assert found[-1].end_s == pytest.approx(at, abs=1e-4)
