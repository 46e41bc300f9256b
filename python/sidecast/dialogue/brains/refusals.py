"""What an HTTP status of a brain's server means for the streamer and for the next try."""

from __future__ import annotations

import email.utils
from collections.abc import Mapping

from .key import VARIABLE
from .trouble import BrainTrouble

LONGEST_WAIT_S = 3600.0
PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
"""May be over a moment later. 503 is also what llama-server says while it loads its model."""


def refusal(name: str, status: int, headers: Mapping[str, str], kind: str, now_ms: int) -> BrainTrouble:
    """`kind`: what the answer's body calls the error, or empty. `now_ms`: Unix time, for a date in Retry-After."""
    because = f" ({kind})" if kind else ""
    what = f"The brain {name} answered with HTTP {status}{because}."
    if status in {401, 403}:
        return BrainTrouble(what, f"Check the key in {VARIABLE} or the vault.", state="does not accept the key")
    if status == 404:
        return BrainTrouble(what, "Check the address and the model's name after the #.", state="does not know the model")
    if status == 429:
        after_s = retry_after_s(headers.get("Retry-After", ""), now_ms)
        return BrainTrouble(what, "It limits how often it is asked.", state="is busy", worth_another_try=True, after_s=after_s)
    if status in PASSING:
        return BrainTrouble(what, worth_another_try=True, after_s=retry_after_s(headers.get("Retry-After", ""), now_ms))
    if 300 <= status < 400:
        return BrainTrouble(what, "It sends us elsewhere; name that address.", state="has moved")
    return BrainTrouble(what, state="refuses to answer")


def retry_after_s(value: str, now_ms: int) -> float:
    """Seconds of a Retry-After header (RFC 9110, section 10.2.3: seconds or a date); 0 for none or nonsense."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:12]), LONGEST_WAIT_S)
    try:
        at_s = email.utils.parsedate_to_datetime(value).timestamp()
    except (ValueError, TypeError, OverflowError):
        return 0.0
    return min(max(0.0, at_s - now_ms / 1000), LONGEST_WAIT_S)
