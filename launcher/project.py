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
    repository = places.repository
    files = [
        file
        for folder in ("scenes", "addons")
        for pattern in IMPORTED
        for file in sorted((repository / folder).rglob(pattern))
        if not {"bin", "build"} & set(file.relative_to(repository).parts)
    ]
    names = "\n".join(str(file.relative_to(repository)) for file in files)
    key = key_of(repository / "project.godot", names, *files, godot.version)
    stamp = Stamp(places.stamps / "project")
    if stamp.holds(key) and (repository / ".godot" / "imported").is_dir():
        return
    with console.step("Project") as step:
        stamp.clear()
        # otherwise the first import of a project with an extension crashes at its end (godotengine/godot#123511)
        write_whole(repository / ".godot" / "extension_list.cfg", EXTENSION + "\n")
        runner = Runner(step, places.logs / "project.log")
        runner.run([godot.program, "--headless", "--path", repository, "--import"])
    stamp.set(key)
