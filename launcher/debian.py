"""Debian's packages: installed with root's rights where there are any, unpacked into a folder of ours where there are none."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from .commands import Runner
from .trouble import Trouble

SYSTEM_LISTS = Path("/var/lib/apt/lists")
SYSTEM_STATUS = Path("/var/lib/dpkg/status")
QUIET = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
SOURCE = re.compile(r"^\s*deb\s+(?:\[.*?\]\s+)?(?P<address>\S+)\s+(?P<suite>\S+)(?P<parts>.*)")
"""A line of sources.list(5)."""
WAIT_FOR_LOCK = ("-o", "DPkg::Lock::Timeout=300")


@cache
def here() -> bool:
    """Whether this system has apt and dpkg."""
    return all(shutil.which(program) for program in ("apt-get", "dpkg-deb", "dpkg"))


@cache
def architecture() -> str:
    return subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout.strip()


@cache
def codename() -> str:
    """`bookworm`, `trixie`, …; `unknown` where os-release does not say."""
    text = Path("/etc/os-release").read_text("utf-8") if Path("/etc/os-release").exists() else ""
    match = re.search(r"^VERSION_CODENAME=\W*(\w+)", text, re.MULTILINE)
    return match[1] if match else "unknown"


def can_install() -> bool:
    """Root, or a sudo that asks for no password."""
    return here() and bool(_as_root() or os.geteuid() == 0)


@cache
def _as_root() -> tuple[str, ...]:
    if os.geteuid() == 0 or not shutil.which("sudo"):
        return ()
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, stdin=subprocess.DEVNULL, check=False)
    return ("sudo", "-n", "--preserve-env=DEBIAN_FRONTEND") if asked.returncode == 0 else ()


def how_to_install(packages: Sequence[str]) -> str:
    """The sentence for somebody who has to do it."""
    if here():
        return f"Install it once:  sudo apt-get install {' '.join(packages)}"
    return f"Install what Debian calls {', '.join(packages)} with your system's package manager."


def install(packages: Sequence[str], runner: Runner) -> None:
    """Installs with apt-get; refreshes the package lists when there are none or they have become too old.

    Raises:
        Trouble: no rights, no apt, or apt failed; says which command would do it.
    """
    remedy = how_to_install(packages)
    if not can_install():
        raise Trouble(f"{runner.step.title}: {', '.join(packages)} is missing, and installing it needs root's rights.", remedy)
    command = [*_as_root(), "apt-get", "-y", "--no-install-recommends", *WAIT_FOR_LOCK, "install", *packages]
    update = [*_as_root(), "apt-get", *WAIT_FOR_LOCK, "update"]
    fresh = any(SYSTEM_LISTS.glob("*_Packages*"))
    if not fresh:
        runner.run(update, env=QUIET, remedy=remedy)
    try:
        runner.apt(command, env=QUIET, remedy=remedy)
    except Trouble:
        if not fresh:
            raise
        runner.run(update, env=QUIET, remedy=remedy)
        runner.apt(command, env=QUIET, remedy=remedy)


def mirror(folder: Path = Path("/etc/apt")) -> str:
    """The Debian mirror this machine already uses: an address of ours would be the wrong one behind most firewalls.

    Args:
        folder: apt's configuration.

    Raises:
        Trouble: the machine's apt has no Debian mirror.
    """
    one_line = [folder / "sources.list", *sorted(folder.glob("sources.list.d/*.list"))]
    for path in (path for path in one_line if path.exists()):
        for line in path.read_text("utf-8").splitlines():
            if (match := SOURCE.match(line)) and _is_main_mirror(match["address"], match["suite"], match["parts"].split()):
                return match["address"]
    for path in sorted(folder.glob("sources.list.d/*.sources")):
        for stanza in path.read_text("utf-8").split("\n\n"):
            fields: Mapping[str, str] = dict(re.findall(r"^(\S+):[ \t]*(.*)$", stanza, re.MULTILINE))
            suites, parts = fields.get("Suites", "").split(), fields.get("Components", "").split()
            for address in fields.get("URIs", "").split():
                if any(_is_main_mirror(address, suite, parts) for suite in suites):
                    return address
    raise Trouble("This machine's apt knows no Debian mirror.", "Install Godot 4.5 or newer and name it:  GODOT=/path/to/godot")


def _is_main_mirror(address: str, suite: str, parts: Sequence[str]) -> bool:
    """Neither security fixes, updates and backports nor somebody else's packages for Debian."""
    return "debian" in address.lower() and "security" not in address and not re.search(r"[-/]", suite) and "main" in parts
