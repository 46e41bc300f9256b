"""After each connection to OBS and each start of the app: what was made is brought up to date; nothing new is made."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from ...clock import Clock, SystemClock
from ...errors import ObsError
from ...flow.obs import Call, ObsApi
from .applying import apply
from .journal import Journal
from .looking import look
from .plan import Change, plan
from .wanted import OVERLAYS, Done, Made, Part, Wanted

WAKE_S = 0.5
RELOAD = "refreshnocache"
"""The button of a browser source (obs-browser): “Refresh cache of current page”."""

log = logging.getLogger(__name__)


async def freshen(
    api: ObsApi, wanted: Wanted, journal: Journal, *, wake: bool, reload: bool = False, clock: Clock | None = None
) -> Done:
    """The capture learns of another screen. Nothing is asked of OBS where nothing was ever set up. Raises nothing.

    Args:
        wake: the voice's source listens anew, because its sink may be younger than OBS: OBS listens once to a device that was
            not there, and never again until it is told another.
        reload: the overlays' pages are loaded anew: a browser source that found no Sidecast keeps an empty page.
    """
    try:
        if not journal.entries():
            return Done()
        found = await look(api, journal)
        planned = plan(found, wanted)
        changes = replace(planned, steps=tuple(step for step in planned.steps if isinstance(step.deed, Change)), notes=())
        done = await apply(api, changes, journal, clock=clock)
        voice = found.of(Part.VOICE)
        if wake and voice is not None and not done.trouble:
            await _wake(api, voice, clock or SystemClock())
        if reload:
            await _reload(api, [made.name for made in map(found.of, OVERLAYS) if made is not None])
    except ObsError as error:
        return Done(trouble=str(error))
    return done


async def _reload(api: ObsApi, names: Sequence[str]) -> None:
    press = [Call("PressInputPropertiesButton", {"inputName": name, "propertyName": RELOAD}) for name in names]
    for name, answer in zip(names, await api.batch(press), strict=True):
        if answer.error is not None:
            log.warning("OBS does not load the page of “%s” anew: %s", name, answer.error)


async def _wake(api: ObsApi, voice: Made, clock: Clock) -> None:
    device = voice.settings.get("device_id", "")
    if not device:
        return  # not a device, but a program (Windows)
    try:
        await api.call("SetInputSettings", {"inputName": voice.name, "inputSettings": {"device_id": ""}})
        # one stream is closed before the next is opened: OBS 29 has crashed in between
        await clock.sleep(WAKE_S)
    finally:
        await api.call("SetInputSettings", {"inputName": voice.name, "inputSettings": {"device_id": device}})
