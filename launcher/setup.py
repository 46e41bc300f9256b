"""The steps before a start, in their order. Each does nothing when it was done before; none touches the network then.

Three take long and wait for little, so they run beside the others: the system's packages, the page, and llama.cpp.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from . import brains, bridge, environment, godot, libpython, llama, models, page, paths, project, system, voices
from .console import Console
from .places import Places
from .stamps import only_one
from .trouble import Interrupted


@dataclass(frozen=True, slots=True)
class Ready:
    """What a start needs to know afterwards."""

    places: Places
    variables: dict[str, str]
    """For the environment of every program of ours: where the parts were put."""
    godot: godot.Godot | None

    def environment(self) -> dict[str, str]:
        return {**os.environ, **self.variables}


def everything(
    places: Places,
    console: Console,
    needs: list[system.Need],
    *,
    dev: bool = False,
    picture: bool = True,
    brain: brains.Chosen | None = None,
    with_llama: bool = False,
) -> Ready:
    """All that the show needs; without `picture` neither Godot nor the bridge. `with_llama`: llama.cpp in any case.

    Raises:
        Trouble: a step failed; what was done before it stays done.
    """
    if picture:
        libpython.check(places)
    if (picture and not bridge.ever_built(places)) or (with_llama and llama.must_be_built(places)):
        needs = [*needs, system.COMPILER]  # with the rest: whoever has to install it by hand does so once
    with _alone(places, console), ExitStack() as beside:
        environment.make(places, console)
        installing = beside.enter_context(system.Installing(needs, places))
        environment.prepare(places, console, dev=dev)
        page_building = beside.enter_context(page.Building(places, dev=dev))
        installing.finish(console)
        llama_building = beside.enter_context(llama.Building(places)) if with_llama else None
        variables = voices.prepare(places, console)
        variables["SIDECAST_MODELS"] = str(models.prepare(places, console))
        if brain is not None:
            brains.prepare(brain, places, console)
        found = None
        if picture:
            found = godot.prepare(places, console)
            if places.cache not in found.program.parents:  # Debian's closure carries its own
                system.prepare([system.OPENGL], places, console)
            bridge.prepare(places, found, libpython.prepare(places, console), console)
            project.prepare(places, found, console)
            variables |= {"SIDECAST_GODOT": str(found.program), "SIDECAST_BRIDGE": str(places.bridge_config)}
        variables |= page_building.finish(console)
        if llama_building is not None:
            llama_building.finish(console)
    return Ready(places, variables, found)


def only_python(places: Places, console: Console) -> Ready:
    """The environment alone."""
    with _alone(places, console):
        environment.prepare(places, console, dev=False)
    return Ready(places, {}, None)


@contextmanager
def _alone(places: Places, console: Console) -> Iterator[None]:
    paths.check(places)
    started, steps = time.monotonic(), console.steps_done

    def waiting() -> None:
        console.line("  … Another ./sidecast is setting up; waiting for it.")

    with only_one(places.home / "setup.lock", waiting), only_one(places.cache / "setup.lock", waiting):
        try:
            yield
        except Interrupted:
            console.line("  What is done stays done; the next start goes on from here.")
            raise
    if console.steps_done > steps:
        console.line(f"  Set up in {time.monotonic() - started:.0f} s; from now on this takes no time.")
