"""An apt of our own: it downloads packages and can install nothing, because its dpkg is a stub. Any user may run it.

A newer Debian's packages must never be installed on the host: they replace libc6 and break it. A private apt state alone
does not keep apt from calling the host's dpkg; the stub does.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from . import debian
from .commands import Runner
from .trouble import Trouble

STUB = """#!/bin/sh
case "$*" in --print-foreign-architectures) exit 0 ;; esac
echo "dpkg is blocked here: $*" >&2
exit 99
"""
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


class PrivateApt:
    """State, lists, cache and dpkg in `folder`."""

    def __init__(self, folder: Path, runner: Runner, *, suite: str = "") -> None:
        """Args:
        suite: another Debian's name, whose packages then come with everything they need, as if nothing were
            installed; empty = this machine's own sources, where only what is not installed is downloaded.
        """
        self._folder, self._runner = folder, runner
        for part in ("lists/partial", "archives/partial"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        stub, status, sources = folder / "dpkg", folder / "status", folder / "sources.list"
        stub.write_text(STUB, "utf-8")
        stub.chmod(0o755)
        settings = {
            "Dir::State": folder,
            "Dir::State::lists": folder / "lists",
            "Dir::State::status": status,
            "Dir::State::extended_states": folder / "extended_states",
            "Dir::Cache": folder,
            "Dir::Cache::archives": folder / "archives",
            "Dir::Log": folder,
            "Dir::Bin::dpkg": stub,
            "APT::Get::Download-Only": "true",
            "APT::Install-Recommends": "false",
            "APT::Update::Post-Invoke::": "",
            "Acquire::Languages": "none",
            "Dpkg::Use-Pty": "0",
        }
        if suite:
            status.write_text("", "utf-8")
            signed = f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
            sources.write_text(f"deb {signed}{debian.mirror()} {suite} main\n", "utf-8")
            settings |= {
                "Dir::Etc::sourcelist": sources,
                "Dir::Etc::sourceparts": "/dev/null",
                "Dir::Etc::preferences": "/dev/null",
                "Dir::Etc::preferencesparts": "/dev/null",
                # otherwise a mirror that cannot be reached is only a warning, and then there is no such package
                "APT::Update::Error-Mode": "any",
                # a testing release's index is often past its date of expiry
                "Acquire::Check-Valid-Until": "false",
            }
        else:
            shutil.copy(debian.SYSTEM_STATUS, status)
        # apt as root downloads as the user _apt, who may not enter this folder
        settings["APT::Sandbox::User"] = "root"
        # on the command line, because a setting there is stronger than the machine's apt.conf
        self._options = [text for name, value in settings.items() for text in ("-o", f"{name}={value}")]
        self._guard(stub)

    def _guard(self, stub: Path) -> None:
        command = ["apt-config", "dump", *self._options]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        if f'Dir::Bin::dpkg "{stub}";' not in said:
            raise Trouble("apt would not leave this machine's packages alone, so it was not started.", "Set GODOT to yours.")

    def update(self) -> None:
        self._runner.run(["apt-get", "-q", *self._options, "update"], env=debian.QUIET)

    def versions(self, package: str) -> list[str]:
        """Versions on offer, newest first."""
        said = self._runner.run(["apt-cache", *self._options, "madison", package], env=debian.QUIET)
        return re.findall(rf"^\s*{re.escape(package)} \| (\S+) \|", said, re.MULTILINE)

    def download(self, packages: Sequence[str]) -> list[Path]:
        """The packages (`name` or `name=version`) and what they need, as `.deb` files."""
        command = ["apt-get", "-q", "-y", *self._options, "--download-only", "install", *packages]
        self._runner.apt(command, env=debian.QUIET)
        return sorted((self._folder / "archives").glob("*.deb"))

    def download_alone(self, package: str) -> Path:
        """One package (`name` or `name=version`) without what it needs."""
        folder = self._folder / "alone"
        folder.mkdir(exist_ok=True)
        self._runner.run(["apt-get", "-q", *self._options, "download", package], env=debian.QUIET, cwd=folder)
        return max(folder.glob("*.deb"), key=lambda path: path.stat().st_mtime)


def unpack(package: Path, destination: Path, runner: Runner) -> None:
    runner.run(["dpkg-deb", "-x", package, destination])


def find_each_other(folder: Path, patchelf: Path, runner: Runner, rpath: str = "$ORIGIN") -> None:
    """Lets every library in `folder` look for others in `rpath` first; without this the host's would be mixed in."""
    libraries = [path for path in sorted(folder.glob("*.so*")) if path.is_file() and not path.is_symlink()]
    if libraries:
        runner.run([patchelf, "--force-rpath", "--set-rpath", rpath, *libraries])
