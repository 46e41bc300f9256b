from __future__ import annotations

import pytest

from sidecast.errors import VoiceError
from sidecast.speech.take import MAX_TEXT, check_text

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("text", ["Hello chat!", "café über 42 % <b>hi</b> [[h]]", "日本語", "x" * MAX_TEXT])
def test_plain_text_passes(text: str) -> None:
    check_text(text.encode()[:MAX_TEXT])


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (b"x" * (MAX_TEXT + 1), "over the 2000"),
        (b"caf\xe9", "not UTF-8 at byte 3"),
        (b"a\x00b", "control characters"),
        (b"a\x01+80Sb", "control characters"),
        (b"a\nb", "control characters"),
        (b"a\x7fb", "control characters"),
    ],
)
def test_what_c_code_should_not_see_is_refused(text: bytes, what: str) -> None:
    with pytest.raises(VoiceError, match=what):
        check_text(text)
