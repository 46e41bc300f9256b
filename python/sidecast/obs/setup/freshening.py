"""After each connection to OBS and each start of the app: what was made is brought up to date; nothing new is made."""

from __future__ import annotations

from dataclasses import replace

from ...clock import Clock, SystemClock
from ...errors import ObsError
from ...flow.obs import ObsApi
from .applying import apply
from .journal import Journal
from .looking import look
from .plan import Change, plan
from .wanted import Done, Made, Part, Wanted

WAKE_S = 0.5


async def freshen(api: ObsApi, wanted: Wanted, journal: Journal, *, wake: bool, clock: Clock | None = None) -> Done:
    """The capture learns of another screen. Nothing is asked of OBS where nothing was ever set up. Raises nothing.

    Args:
        wake: the voice's source listens anew, because its sink may be younger than OBS: OBS listens once to a device that was
            not there, and never again until it is told another.
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
    except ObsError as error:
        return Done(trouble=str(error))
    return done


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
