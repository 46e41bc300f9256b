"""A certificate authority of one's own for the control room at home, and the certificate that it signs.

The authority may vouch only for this machine's names, home networks and the names it was made for (X.509 name constraints,
RFC 5280 4.2.1.10): were its key ever stolen, a phone that trusts it would still not be fooled about any other site.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ..errors import ControlError

AUTHORITY_FILE, AUTHORITY_KEY, SERVER_FILE = "sidecast-authority.crt", "authority.key", "server.pem"
AUTHORITY_DAYS, SERVER_DAYS, RENEW_DAYS = 3652, 397, 30
"""Browsers take no certificate for more than 398 days."""
HOME_DOMAINS = ("localhost", "local", "lan", "home.arpa", "internal")
HOME_NETWORKS = (
    "127.0.0.0/8",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "100.64.0.0/10",
    "::1/128",
    "fc00::/7",
    "fe80::/10",
)
_SKEW = timedelta(days=1)
"""Clocks of phones are wrong, too."""


@dataclass(frozen=True, slots=True)
class Certificates:
    """Files in one folder."""

    folder: Path

    @property
    def authority(self) -> Path:
        """What other devices are to trust. Holds no secret."""
        return self.folder / AUTHORITY_FILE

    @property
    def server(self) -> Path:
        """The server's certificate, the authority's, and the server's key, in one file, so that they always fit."""
        return self.folder / SERVER_FILE


def make_authority(folder: Path, names: Sequence[str], machine: str, now: datetime) -> Certificates:
    """A new authority. One that is there is replaced: devices have to trust the new one then.

    Args:
        names: public names that it may vouch for, besides home networks and this machine.
        machine: this machine's name.

    Raises:
        ControlError: a file cannot be written.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Sidecast on {machine}"[:64])])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(now + timedelta(days=AUTHORITY_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(
            x509.NameConstraints(permitted_subtrees=_permitted([*names, machine]), excluded_subtrees=None), critical=True
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    made = Certificates(folder)
    # the key first: whoever is broken off in between has an authority of before, whose key is gone, and makes a new one
    write(folder / AUTHORITY_KEY, _pem(key), 0o600)
    write(made.authority, certificate.public_bytes(serialization.Encoding.PEM), 0o644)
    made.server.unlink(missing_ok=True)
    return made


def renew(folder: Path, names: Sequence[str], now: datetime) -> bool:
    """A certificate for `names`, signed by the authority; False when the one that is there is good for another month.

    Raises:
        ControlError: there is no authority, or it may not vouch for a name, or a file cannot be written.
    """
    made = Certificates(folder)
    if _good(made.server, names, now):
        return False
    authority, key = _load(folder)
    if authority.not_valid_after_utc <= now + timedelta(days=RENEW_DAYS):
        raise ControlError("Your own certificate authority is over.", "Make a new one: ./sidecast certificate --new")
    for name in names:
        if not _may(authority, name):
            remedy = f"Make a new one, which then has to be trusted: ./sidecast certificate --new {name}"
            raise ControlError(f"Your own certificate authority may not vouch for {name}.", remedy)
    own = ec.generate_private_key(ec.SECP256R1())
    # the names are in the extension, where alone they are looked for
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Sidecast control room")]))
        .issuer_name(authority.subject)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(min(now + timedelta(days=SERVER_DAYS) - _SKEW, authority.not_valid_after_utc))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([general_name(name) for name in names]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    write(made.server, certificate.public_bytes(pem) + authority.public_bytes(pem) + _pem(own), 0o600)
    return True


def names_for(machine: str, host: str, public: Sequence[str]) -> list[str]:
    """What a certificate of this machine is for: each name once."""
    listens = [] if host in {"0.0.0.0", "::", ""} else [host]  # noqa: S104 - compared, not bound
    local = [machine, f"{machine}.local"] if machine and "." not in machine else [machine]
    found = ["localhost", "127.0.0.1", "::1", *local, *listens, *public]
    return list(dict.fromkeys(name.lower().strip("[]") for name in found if name))


def general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def fingerprint(authority: Path) -> str:
    """SHA-256, as devices show it."""
    certificate = x509.load_pem_x509_certificate(authority.read_bytes())
    return ":".join(f"{byte:02X}" for byte in certificate.fingerprint(hashes.SHA256()))


def write(path: Path, content: bytes, rights: int) -> None:
    """Whole or not at all."""
    draft = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, rights), "wb") as file:
            os.fchmod(file.fileno(), rights)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise ControlError(f"{path} cannot be written: {error.strerror}.", "Check the space and the rights there.") from error


def _load(folder: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    missing = ControlError("There is no certificate authority of your own here.", "Make one: ./sidecast certificate")
    try:
        authority = x509.load_pem_x509_certificate((folder / AUTHORITY_FILE).read_bytes())
        key = serialization.load_pem_private_key((folder / AUTHORITY_KEY).read_bytes(), None)
    except FileNotFoundError:
        raise missing from None
    except (ValueError, TypeError, OSError) as error:
        what = f"The certificate authority in {folder} cannot be read."
        raise ControlError(what, "Make a new one: ./sidecast certificate --new") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != authority.public_key():
        raise ControlError(
            f"The certificate authority in {folder} lacks its key.", "Make a new one: ./sidecast certificate --new"
        )
    return authority, key


def _good(server: Path, names: Sequence[str], now: datetime) -> bool:
    try:
        certificate = x509.load_pem_x509_certificate(server.read_bytes())
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        authority = x509.load_pem_x509_certificate((server.parent / AUTHORITY_FILE).read_bytes())
        certificate.verify_directly_issued_by(authority)
    except (OSError, ValueError, TypeError, x509.ExtensionNotFound, InvalidSignature):
        return False
    there = certificate.not_valid_before_utc <= now and now + timedelta(days=RENEW_DAYS) < certificate.not_valid_after_utc
    return there and set(found) == {general_name(name) for name in names}


def _may(authority: x509.Certificate, name: str) -> bool:
    permitted = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    wanted = general_name(name)
    return any(_within(wanted, each) for each in permitted)


def _within(wanted: x509.GeneralName, permitted: x509.GeneralName) -> bool:
    if isinstance(wanted, x509.IPAddress) and isinstance(permitted, x509.IPAddress):
        network = ipaddress.ip_network(str(permitted.value))
        return ipaddress.ip_address(str(wanted.value)) in network
    if isinstance(wanted, x509.DNSName) and isinstance(permitted, x509.DNSName):
        return wanted.value == permitted.value or wanted.value.endswith(f".{permitted.value}")
    return False


def _permitted(names: Sequence[str]) -> list[x509.GeneralName]:
    found: list[x509.GeneralName] = [x509.DNSName(domain) for domain in HOME_DOMAINS]
    found += [x509.IPAddress(ipaddress.ip_network(network)) for network in HOME_NETWORKS]
    for name in dict.fromkeys(names):
        try:
            found.append(x509.IPAddress(ipaddress.ip_network(name)))
        except ValueError:
            found.append(x509.DNSName(name.lower()))
    return found


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
