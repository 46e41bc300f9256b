"""Step: Godot's import of the project, which makes its textures and its list of classes."""

from __future__ import annotations

from .commands import Runner
from .console import Console
from .godot import Godot
from .places import Places
from .stamps import Stamp, key_of, write_whole

EXTENSION = "res://addons/python_bridge/python_bridge.gdextension"
IMPORTED = ("*.gd", "*.tscn", "*.tres", "*.svg", "*.png", "*.webp", "*.ttf", "*.otf", "*.woff2", "*.gdshader", "*.json", "*.wav")


def prepare(places: Places, godot: Godot, console: Console) -> None:
    """Raises Trouble when Godot cannot import the project."""
    if imported(places, godot):
        return
    repository = places.repository
    stamp = _stamp(places)
    with console.step("Project") as step:
        stamp.clear()
        # otherwise the first import of a project with an extension crashes at its end (godotengine/godot#123511)
        write_whole(repository / ".godot" / "extension_list.cfg", EXTENSION + "\n")
        runner = Runner(step, places.logs / "project.log")
        runner.run([godot.program, "--headless", "--path", repository, "--import"])
    stamp.set(_key(places, godot))


def imported(places: Places, godot: Godot) -> bool:
    """Whether this Godot has imported the project as it is now."""
    return _stamp(places).holds(_key(places, godot)) and (places.repository / ".godot" / "imported").is_dir()


def _stamp(places: Places) -> Stamp:
    return Stamp(places.stamps / "project")


def _key(places: Places, godot: Godot) -> str:
    repository = places.repository
    files = [
        file
        for folder in ("scenes", "addons")
        for pattern in IMPORTED
        for file in sorted((repository / folder).rglob(pattern))
        if not {"bin", "build"} & set(file.relative_to(repository).parts)
    ]
    names = "\n".join(str(file.relative_to(repository)) for file in files)
    return key_of(repository / "project.godot", names, *files, godot.version)
