"""How OBS has the co-host's voice apart from all other sound, and on which tracks it belongs."""

from __future__ import annotations

from .capturing import Way, newest
from .capturing import on_windows as window_on_windows
from .wanted import Found, Voice

TRACKS = 6
OWN_TRACK = 6
"""The one that streams and OBS's own presets use least; 1 is the stream's, 2 Twitch's for videos."""


def way(found: Found, voice: Voice) -> Way | None:
    """None where OBS cannot hear one program alone."""
    if kind := newest(found.kinds, "wasapi_process_output_capture"):
        settings = {"window": window_on_windows(), "priority": 1}
        return Way(kind=kind, words="what the app plays", settings=settings, window_property="window", never_run=True)
    if kind := newest(found.kinds, "pulse_output_capture"):
        return Way(kind=kind, words=f"what the app plays into {voice.device}", settings={"device_id": voice.device})
    return None


def is_doubled(found: Found, voice: Voice) -> bool:
    """Whether OBS hears it already, in all that the streamer's machine plays."""
    return voice.heard and bool(found.desktop_audio)


def tracks(found: Found, voice: Voice) -> dict[str, bool]:
    """All, as OBS gives to a new source; only `OWN_TRACK` where it would be heard twice on the others.

    Shape: as `SetInputAudioTracks` takes it, the track's number as text.
    """
    doubled = is_doubled(found, voice)
    return {str(track): track == OWN_TRACK or not doubled for track in range(1, TRACKS + 1)}
