"""Step: the control room's page, built by Vite beside the other steps. Without it the show runs, and the page says why."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import TracebackType

from . import node
from .beside import Beside
from .commands import Runner
from .console import Console, Step
from .places import Places
from .stamps import Stamp, key_of, whole_folder
from .trouble import Trouble

VARIABLE = "SIDECAST_PAGE"
WHY_NOT = "SIDECAST_PAGE_TROUBLE"
"""Tells the app, which serves a page all the same, why it is not the right one."""
TITLE = "Control page"
LEFT_OUT = {"node_modules", "dist", ".gitignore"}
NPM = {
    "CI": "1",
    "NO_COLOR": "1",
    "NO_UPDATE_NOTIFIER": "1",
    "npm_config_audit": "false",
    "npm_config_fund": "false",
    "npm_config_fetch_retry_mintimeout": "1000",
    "npm_config_fetch_retry_maxtimeout": "5000",
}
"""Mirrors and proxies are the user's own: npm reads them where it always does."""
FETCHING = 0.8
"""Of the whole time that is over when the build itself starts."""


def source(places: Places) -> Path:
    return places.repository / "python" / "sidecast" / "control" / "page"


def built(places: Places) -> Path | None:
    """The page that fits its sources, if it is there."""
    folder = _folder(places)
    return folder if (folder / "index.html").exists() else None


def workshop(places: Places) -> Path:
    """Where it is built, with the packages that this needs, and for tests more of them."""
    return places.home / "page-build"


class Building:
    """Begins with its making, beside the other steps; `finish` waits for it. A context manager, like `Beside`."""

    def __init__(self, places: Places, *, dev: bool) -> None:
        """`dev`: the packages of its tests, too."""
        self._places = places
        self._beside: Beside | None = None
        if built(places) is None or (dev and not _stamp(places).holds(_packages_key(places, dev=True))):
            self._beside = Beside(TITLE, lambda step: _build(places, step, dev=dev))

    def __enter__(self) -> Building:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._beside is not None:
            self._beside.__exit__(kind, error, trace)

    def finish(self, console: Console) -> dict[str, str]:
        """The variables that tell the app where the page is, or why there is none."""
        trouble = None
        try:
            if self._beside is not None:
                self._beside.finish(console)
        except Trouble as known:
            trouble = known
        except OSError as error:
            trouble = Trouble(f"{TITLE}: {error}.", "Free some space, or give yourself the right to write there.")
        found = built(self._places)
        if trouble is None:
            return {VARIABLE: str(found)}
        old = found or _newest(self._places)
        what = "It is that of an earlier version." if old else "The show runs without it."
        console.warn(f"{trouble.what} {what} {trouble.remedy}")
        return {WHY_NOT: trouble.what, **({VARIABLE: str(old)} if old else {})}


def _build(places: Places, step: Step, *, dev: bool) -> None:
    nodejs = node.prepare(places, step)
    runner = Runner(step, places.logs / "page.log")
    shop = workshop(places)
    _copy_sources(source(places), shop)
    stamp, key = _stamp(places), _packages_key(places, dev=dev)
    if not stamp.holds(key) and not (not dev and stamp.holds(_packages_key(places, dev=True))):
        stamp.clear()
        _fetch_packages(nodejs, shop, runner, dev=dev)
        stamp.set(key)
    if built(places) is None:
        step.progress(FETCHING, "building")
        with whole_folder(_folder(places)) as making:
            vite = shop / "node_modules" / "vite" / "bin" / "vite.js"
            runner.run([nodejs.program, vite, "build", "--outDir", making, "--emptyOutDir"], cwd=shop, env={"NO_COLOR": "1"})
    step.progress(1.0)
    step.result = f"(Node {nodejs.version.removeprefix('v')})"
    for old in _pages(places):
        if old != _folder(places):
            shutil.rmtree(old, ignore_errors=True)


def _fetch_packages(nodejs: node.Node, shop: Path, runner: Runner, *, dev: bool) -> None:
    packages = json.loads((shop / "package-lock.json").read_text("utf-8"))["packages"].values()
    total = sum(1 for each in packages if not each.get("optional") and (dev or not each.get("dev")))
    seen = 0

    def heard(line: str) -> None:
        nonlocal seen
        if line.startswith(("npm http fetch GET", "npm http cache")):
            seen += 1
            runner.step.progress(FETCHING * min(seen / max(total, 1), 1.0), "packages")

    options = ["ci", "--ignore-scripts", "--loglevel=http", *([] if dev else ["--omit=dev"])]
    remedy = "npm uses your own settings for mirrors and proxies: npm config list."
    runner.run([*nodejs.npm, *options], cwd=shop, env=NPM, heard=heard, remedy=remedy)


def _copy_sources(sources: Path, shop: Path) -> None:
    """Sources that are gone must not be built; packages that are there are kept."""
    shop.mkdir(parents=True, exist_ok=True)
    for each in shop.iterdir():
        if each.name != "node_modules":
            shutil.rmtree(each) if each.is_dir() else each.unlink()
    for each in sources.iterdir():
        if each.name not in LEFT_OUT:
            shutil.copytree(each, shop / each.name) if each.is_dir() else shutil.copy2(each, shop / each.name)


def _folder(places: Places) -> Path:
    sources = source(places)
    files = [
        file for file in sorted(sources.rglob("*")) if not LEFT_OUT & set(file.relative_to(sources).parts) and file.is_file()
    ]
    names = "\n".join(str(file.relative_to(sources)) for file in files)
    return places.home / "page" / key_of(names, *files)[:12]


def _packages_key(places: Places, *, dev: bool) -> str:
    return key_of(source(places) / "package-lock.json", "with those of the tests" if dev else "")


def _stamp(places: Places) -> Stamp:
    return Stamp(places.stamps / "page-packages")


def _pages(places: Places) -> list[Path]:
    pages = (index.parent for index in (places.home / "page").glob("*/index.html"))
    return [page for page in pages if not page.name.startswith(".")]


def _newest(places: Places) -> Path | None:
    return max(_pages(places), key=lambda page: page.stat().st_mtime, default=None)
