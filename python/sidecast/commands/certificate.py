"""`./sidecast certificate [NAME …]`: HTTPS for the control room on a phone or another computer, explained."""

from __future__ import annotations

import argparse
import socket
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from ..control.certificates import AUTHORITY_FILE, AUTHORITY_KEY, Certificates, fingerprint, make_authority, names_for, renew
from ..errors import SettingsError, SidecastError
from ..settings import Settings, data_dir, load_settings, settings_file

FOLDER = "tls"
HOW = """\
1. Let the control room use it. In {file}:

   [control]
   host = "{host}"
   names = [{names}]

   [control.tls]
   own = true

2. Copy this file to each device that is to open the control room (it holds no secret):

   {authority}

3. Let the device trust it, once:
   Windows      double-click it · Install certificate · Current user · Place all in: Trusted Root Certification Authorities
   macOS        double-click it · Keychain “login” · open it there · Trust: Always
   Firefox      Settings · Privacy & Security · View certificates · Authorities · Import · “identify websites”
   Chromium     Settings · Privacy and security · Security · Manage certificates · Authorities · Import (Linux)
   Android      Settings · Security · Encryption & credentials · Install a certificate · CA certificate
   iPhone, iPad open it (AirDrop, mail) · Settings: Profile downloaded · Install; then Settings · General · About ·
                Certificate trust settings · switch it on
   Compare what the device shows with this fingerprint (SHA-256):
   {fingerprint}

4. Start Sidecast and open  https://{address}:{port}

It can vouch only for this machine, for home networks and for the names above, whoever holds its key. The server's own certificate
is made anew by itself each year; the devices need nothing then."""


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./sidecast certificate", description="HTTPS for the control room, with a certificate authority of your own."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="names or addresses by which devices reach this machine")
    parser.add_argument("--new", action="store_true", help="make a new authority; every device has to trust it anew")
    parser.add_argument("--settings", type=Path, metavar="FILE", help="your settings file, if it is not the usual one")
    return parser


def certificate(
    names: Sequence[str],
    data: Path,
    settings: Settings,
    say: Callable[[str], None],
    *,
    now: datetime,
    new: bool,
    machine: str,
    file: Path,
) -> None:
    """Makes what is missing and explains the rest.

    Raises:
        SidecastError: a name is none, or a file cannot be written.
    """
    public = [_checked(name) for name in (*settings.control.names, *names)]
    folder = data / FOLDER
    made = Certificates(folder)
    there = made.authority.exists() and (folder / AUTHORITY_KEY).exists()
    if new or not there:
        made = make_authority(folder, public, machine, now)
    wanted = names_for(machine, settings.control.host, public)
    renewed = renew(folder, wanted, now)
    say(f"{'Made' if new or not there else 'Renewed' if renewed else 'There is'} a certificate for {', '.join(wanted)}.\n")
    say(
        HOW.format(
            file=file,
            host="0.0.0.0" if settings.control.host in ("127.0.0.1", "localhost") else settings.control.host,  # noqa: S104
            names=", ".join(f'"{name}"' for name in (public or [f"{machine}.local", machine])),
            authority=folder / AUTHORITY_FILE,
            fingerprint=fingerprint(made.authority),
            address=(public or [f"{machine}.local"])[0],
            port=settings.control.port,
        )
    )


def _checked(name: str) -> str:
    fits = name.isascii() and name.replace(".", "").replace("-", "").replace(":", "").isalnum() and 0 < len(name) <= 253
    if not fits:
        raise SettingsError(f"“{name[:60]}” is no name or address of a machine.", "For example: studio.local or 192.168.1.20")
    return name.lower()


def main(arguments: list[str]) -> int:
    """Exit code 0, or 1 with a sentence."""
    asked = parser().parse_args(arguments)
    try:
        settings = load_settings(asked.settings)
        certificate(
            asked.names,
            data_dir(),
            settings,
            print,
            now=datetime.now(UTC),
            new=asked.new,
            machine=socket.gethostname().partition(".")[0].lower(),
            file=asked.settings or settings_file(),
        )
    except SidecastError as error:
        print(f"sidecast: {error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
