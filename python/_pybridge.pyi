"""The module that the Godot app builds into the interpreter it runs (addons/python_bridge/src/pybridge_module.cpp).

It exists only in there. Times are nanoseconds of CLOCK_MONOTONIC, frames of PCM are 16-bit little-endian mono samples.
"""

from typing_extensions import Buffer

def post(topic: str, frame: Buffer) -> bool:
    """Send a frame to Godot, where it comes out of the signal `event`. False when the queue is full: it was dropped."""

def receive(timeout_s: float) -> tuple[str, bytes] | None:
    """Wait for the next topic and frame from Godot or the mixer, the GIL released. At once None when closed and empty."""

def closed() -> bool:
    """Godot asked Python to end: `main` has 2.5 s from here to return. Marks still come."""

def now_ns() -> int:
    """The same clock as `time.monotonic_ns()`."""

def epoch() -> int:
    """The present stop epoch, which a push belongs to."""

def stop() -> int:
    """Silence everything that was pushed, within one mix block and a fade of 5 ms. The new epoch."""

def watch_key(key: int, modifiers: int) -> None:
    """Let this key silence the voice from now on, whatever program has the focus and however busy Python and the picture are.

    Topic `stop_key` tells how it stands, topic `hotkey` of each press (flow/mark.py).

    Args:
        key: an X keysym, on Windows a virtual key code; 0: no key, any more.
        modifiers: 1 Shift, 2 Ctrl, 4 Alt, 8 Super, added up.

    Raises:
        ValueError: a negative key, other modifiers.
    """

def push(utterance: int, epoch: int, rate: int, pcm: Buffer, last: bool) -> int:
    """Give PCM to the mixer. The same number goes on with the same utterance, another one begins after it.

    Returns the frames accepted, fewer than given when the ring (87 s at 24 kHz) is full; `last` counts only when all were.
    -1 when that epoch is over: nothing was taken and the utterance is done with.

    Raises:
        ValueError: an utterance below 0, a rate outside of 8,000 to 96,000 Hz or other than the utterance's, half a sample.
        BufferError: an end without samples while too many utterances wait; try again later.
    """

def room() -> int:
    """Frames that `push` would accept now."""
