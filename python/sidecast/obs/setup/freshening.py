"""After each connection to OBS and each start of the app: what was made is brought up to date; nothing new is made."""

from __future__ import annotations

from dataclasses import replace

from ...clock import Clock
from ...errors import ObsError
from ...flow.obs import ObsApi
from .applying import apply, refused, waking
from .journal import Journal
from .looking import look
from .plan import Change, plan
from .wanted import Done, Part, Wanted


async def freshen(api: ObsApi, wanted: Wanted, journal: Journal, *, clock: Clock | None = None) -> Done:
    """The capture learns of another screen, the voice's source listens to a sink that was made after OBS's start.

    Costs one batch where nothing was ever set up. Raises nothing.
    """
    try:
        if not journal.entries():
            return Done()
        found = await look(api, journal)
        planned = plan(found, wanted)
        changes = replace(planned, steps=tuple(step for step in planned.steps if isinstance(step.deed, Change)), notes=())
        done = await apply(api, changes, journal, clock=clock)
        voice = found.of(Part.VOICE)
        device = str(voice.settings.get("device_id", "")) if voice else ""
        if voice and device and not done.trouble:
            error = refused(await api.batch(waking(voice.name, device)))
            if error is not None:
                raise error
    except ObsError as error:
        return Done(trouble=str(error))
    return done
