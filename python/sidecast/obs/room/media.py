"""Whether media that were said to have ended have. OBS says so at once where a file is replaced or missing, too."""

from __future__ import annotations

from ...errors import ObsRefusedError
from ...flow.obs import ObsApi

ENDED = "MediaInputPlaybackEnded"
PLAYS = frozenset({"OBS_MEDIA_STATE_PLAYING", "OBS_MEDIA_STATE_OPENING", "OBS_MEDIA_STATE_BUFFERING"})


async def has_ended(api: ObsApi, name: str) -> bool:
    """What OBS says when it is asked; a source that is gone plays no more.

    Raises:
        ObsAwayError: no connection, or no answer.
    """
    try:
        status = await api.call("GetMediaInputStatus", {"inputName": name})
    except ObsRefusedError:
        return True
    return status.get("mediaState") not in PLAYS
