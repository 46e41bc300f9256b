"""The own authority: what it may vouch for, what it signs, when it is renewed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store

from sidecast.control.certificates import (
    SERVER_DAYS,
    Certificates,
    fingerprint,
    general_name,
    make_authority,
    names_for,
    renew,
)
from sidecast.errors import ControlError

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 23, tzinfo=UTC)
NAMES = names_for("studio", "192.168.1.20", ["room.example.org"])


@pytest.fixture
def made(tmp_path: Path) -> Certificates:
    made = make_authority(tmp_path / "tls", ["room.example.org"], "studio", NOW)
    assert renew(made.folder, NAMES, NOW)
    return made


def leaf(made: Certificates) -> x509.Certificate:
    return x509.load_pem_x509_certificate(made.server.read_bytes())


def test_a_certificate_has_every_name_once() -> None:
    assert NAMES == ["localhost", "127.0.0.1", "::1", "studio", "studio.local", "192.168.1.20", "room.example.org"]
    assert names_for("studio", "0.0.0.0", []) == ["localhost", "127.0.0.1", "::1", "studio", "studio.local"]  # noqa: S104


@pytest.mark.parametrize("name", ["room.example.org", "studio.local", "192.168.1.20", "127.0.0.1"])
def test_who_trusts_the_authority_trusts_the_server(made: Certificates, name: str) -> None:
    store = Store([x509.load_pem_x509_certificate(made.authority.read_bytes())])
    wanted = general_name(name)
    assert isinstance(wanted, x509.DNSName | x509.IPAddress)
    verifier = PolicyBuilder().store(store).time(NOW + timedelta(days=300)).build_server_verifier(wanted)
    assert len(verifier.verify(leaf(made), [])) == 2


def test_only_its_owner_reads_the_keys(made: Certificates) -> None:
    rights = {path.name: path.stat().st_mode & 0o777 for path in made.folder.iterdir()}
    assert rights == {"sidecast-authority.crt": 0o644, "authority.key": 0o600, "server.pem": 0o600}
    assert b"PRIVATE" not in made.authority.read_bytes()


def test_it_cannot_vouch_for_the_rest_of_the_world(made: Certificates) -> None:
    authority = x509.load_pem_x509_certificate(made.authority.read_bytes())
    constraints = authority.extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical
    for name in ("id.twitch.tv", "example.org", "evilroom.example.org", "8.8.8.8"):
        with pytest.raises(ControlError, match=f"may not vouch for {name}"):
            renew(made.folder, [*NAMES, name], NOW)
    basic = authority.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert (basic.ca, basic.path_length) == (True, 0)


def test_it_lasts_as_long_as_browsers_allow_and_is_renewed_in_time(made: Certificates) -> None:
    first = leaf(made)
    assert first.not_valid_after_utc - first.not_valid_before_utc == timedelta(days=SERVER_DAYS)
    assert not renew(made.folder, NAMES, NOW + timedelta(days=300))
    assert renew(made.folder, NAMES, NOW + timedelta(days=SERVER_DAYS - 20))
    assert leaf(made).serial_number != first.serial_number


def test_another_name_makes_another_certificate(made: Certificates) -> None:
    assert renew(made.folder, [*NAMES, "10.1.2.3"], NOW)
    assert not renew(made.folder, [*NAMES, "10.1.2.3"], NOW)


@pytest.mark.parametrize("damage", ["gone", "foreign", "rubbish"])
def test_what_does_not_fit_is_said(made: Certificates, tmp_path: Path, damage: str) -> None:
    key = made.folder / "authority.key"
    if damage == "gone":
        key.unlink()
    elif damage == "foreign":
        make_authority(tmp_path / "other", [], "x", NOW)
        key.write_bytes((tmp_path / "other" / "authority.key").read_bytes())
    else:
        key.write_bytes(b"rubbish")
    made.server.unlink()
    with pytest.raises(ControlError, match="sidecast certificate"):
        renew(made.folder, NAMES, NOW)


def test_a_server_certificate_of_an_old_authority_is_made_anew(made: Certificates) -> None:
    make_authority(made.folder, ["room.example.org"], "studio", NOW)
    assert renew(made.folder, NAMES, NOW)


def test_the_fingerprint_is_as_devices_show_it(made: Certificates) -> None:
    assert len(fingerprint(made.authority).split(":")) == 32
