"""The real Flite and eSpeak NG, in this process."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sidecast.errors import VoiceError
from sidecast.flow.clause import Word
from sidecast.flow.utterance import Alphabet
from sidecast.speech.align import words_of
from sidecast.speech.espeak import Espeak
from sidecast.speech.finish import finish
from sidecast.speech.flite import Flite
from sidecast.speech.loudness import lufs
from sidecast.speech.take import SILENCE, SpeechEngine, Take
from sidecast.stage.visemes import ARPABET, shapes_of

pytestmark = pytest.mark.peers

TEXTS = (
    "Hello chat, I'm fine!",
    "Welcome back to the stream, Dragon Slayer ninety nine, we missed you.",
    "The quick brown fox jumps over the lazy dog; measure the beige garage, you boys.",
    "Oh, thanks for the five hundred bits, that's huge!",
    "She sells sea shells. Why? I think those chewy things are very good food.",
    "GG, no way, hmm, ugh, lol!",
    "Yes.",
)


@cache
def engine(kind: type[Flite] | type[Espeak]) -> SpeechEngine:
    """These libraries hold one global state a process, so each is opened once."""
    try:
        return kind()
    except VoiceError as error:
        pytest.skip(str(error))


@pytest.fixture(params=[Flite, Espeak], ids=["flite", "espeak"])
def voice(request: pytest.FixtureRequest) -> SpeechEngine:
    return engine(request.param)


def whole(voice: SpeechEngine, text: str) -> Take:
    """The whole take."""
    *_, take = voice.record(text.encode())
    return take


def words(text: str) -> list[Word]:
    return [Word(w, w) for w in text.split()]


def owners(take: Take, spoken: list[Word]) -> list[int]:
    return words_of([p.position for p in take.phones], [p.phoneme == SILENCE for p in take.phones], spoken)


@pytest.mark.parametrize("text", TEXTS)
def test_phonemes_fill_the_sound_in_order(voice: SpeechEngine, text: str) -> None:
    take = whole(voice, text)
    assert take.samples.size > 0.2 * take.rate
    assert all(a.end_s == b.start_s and a.end_s > a.start_s for a, b in zip(take.phones, take.phones[1:], strict=False))
    assert take.phones[-1].end_s <= take.samples.size / take.rate + 0.1


@pytest.mark.parametrize("text", TEXTS)
def test_every_word_that_is_read_gets_its_phonemes_from_the_engine_itself(voice: SpeechEngine, text: str) -> None:
    take = whole(voice, text)
    assert all(phone.position >= 0 for phone in take.phones if phone.phoneme != SILENCE)
    assert {w for w in owners(take, words(text)) if w >= 0} == set(range(len(words(text))))


@pytest.mark.parametrize("text", TEXTS)
def test_every_phoneme_has_a_mouth_shape(voice: SpeechEngine, text: str) -> None:
    for phone in whole(voice, text).phones:
        if phone.phoneme != SILENCE:
            assert "sil" not in shapes_of(phone.phoneme, voice.alphabet), phone.phoneme


def test_flite_says_only_what_the_viseme_table_lists() -> None:
    flite = engine(Flite)
    assert {p.phoneme for text in TEXTS for p in whole(flite, text).phones} <= set(ARPABET)


def test_a_word_of_several_tokens_is_one_word() -> None:
    spoken = [Word("42", "forty two"), Word("🦊", ""), Word("fans", "fans")]
    for kind in (Flite, Espeak):
        take = whole(engine(kind), "forty two fans")
        found = owners(take, spoken)
        assert {w for w in found if w >= 0} == {0, 2}
        first_fan = found.index(2)
        assert take.phones[first_fan].phoneme == "f"


def test_characters_beyond_ascii_do_not_shift_the_words(voice: SpeechEngine) -> None:
    text = "café über fans"
    take = whole(voice, text)
    found = owners(take, words(text))
    assert take.phones[found.index(2)].phoneme == "f"


@pytest.mark.parametrize("text", TEXTS)
def test_speech_is_loud_where_a_vowel_is_said_and_quiet_in_a_pause(voice: SpeechEngine, text: str) -> None:
    """The times are checked against the sound itself."""
    take = whole(voice, text)
    finished = finish(take, text, -18.0)
    wave = np.frombuffer(finished.pcm, "<i2") / 32768.0
    for phone in finished.phones:
        if phone.end_s - phone.start_s < 0.07:
            continue
        middle = wave[round((phone.start_s + 0.02) * finished.rate) : round((phone.end_s - 0.02) * finished.rate)]
        rms_dbfs = 20 * np.log10(np.sqrt(np.mean(np.square(middle))) + 1e-9)
        if shapes_of(phone.phoneme, voice.alphabet)[0] in ("aa", "E", "oh"):
            assert rms_dbfs > -34, (phone, rms_dbfs)
        elif phone.phoneme == SILENCE:
            assert rms_dbfs < -34, (phone, rms_dbfs)


@pytest.mark.parametrize("text", TEXTS)
def test_both_engines_end_at_the_same_loudness_without_clipping(voice: SpeechEngine, text: str) -> None:
    finished = finish(whole(voice, text), text, -18.0)
    wave = np.frombuffer(finished.pcm, "<i2") / 32768.0
    spoken = wave[: np.flatnonzero(wave)[-1] + 1]
    assert lufs(spoken, finished.rate) == pytest.approx(-18.0, abs=1.0)
    assert np.max(np.abs(wave)) < 0.95


@pytest.mark.parametrize("text", TEXTS)
def test_the_first_audible_sample_comes_within_twelve_milliseconds(voice: SpeechEngine, text: str) -> None:
    finished = finish(whole(voice, text), text, -18.0)
    wave = np.abs(np.frombuffer(finished.pcm, "<i2")) / 32768.0
    assert np.flatnonzero(wave > 10 ** (-50 / 20))[0] / finished.rate <= 0.012


def test_markup_is_text_to_an_engine(voice: SpeechEngine) -> None:
    """With SSML on, the tag would be silent; with phoneme input on, `[[` would switch alphabets."""
    plain, marked = (whole(voice, t).samples.size for t in ("hi h", "<b>hi</b> [[h]]"))
    assert marked > plain * 1.3


@pytest.mark.parametrize("text", ["...", "   "])
def test_a_text_without_anything_to_read_is_an_error(voice: SpeechEngine, text: str) -> None:
    with pytest.raises(VoiceError):
        finish(whole(voice, text), text, -18.0)


def test_the_alphabets_are_as_declared() -> None:
    assert engine(Flite).alphabet is Alphabet.ARPABET
    assert engine(Espeak).alphabet is Alphabet.IPA


def test_flite_gives_a_beginning_of_a_long_clause_with_the_times_of_all_of_it() -> None:
    flite = engine(Flite)
    beginning, entire = flite.record(TEXTS[1].encode())
    assert not beginning.whole
    assert entire.whole
    assert beginning.phones == entire.phones
    assert beginning.samples.size < 0.3 * entire.samples.size
    assert np.array_equal(beginning.samples, entire.samples[: beginning.samples.size])


def test_flite_gives_a_short_clause_at_once() -> None:
    assert [take.whole for take in engine(Flite).record(b"Yes.")] == [True]


def test_flite_can_be_given_up_after_the_beginning() -> None:
    flite = engine(Flite)
    takes = flite.record(TEXTS[1].encode())
    next(takes)
    takes.close()
    assert [take.whole for take in flite.record(b"Yes.")] == [True]
