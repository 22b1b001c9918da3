"""Certificates for a directory server: right, expired, or for another name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_NOW = datetime.now(UTC)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Certificates:
    """PEM files: the server's certificate, its key, and the authority that signed it."""

    certificate: Path
    key: Path
    authority: Path


def certificates(
    folder: Path, *, host: str = "127.0.0.1", expires: timedelta = 7 * _DAY
) -> Certificates:
    """For a host's address or name, until so long from now."""
    folder.mkdir(exist_ok=True)
    own, above = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = (
        _builder("Test authority", "Test authority", above, 7 * _DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(*(True, False, False, False, False, True, True, False, False)),
            critical=True,
        )
        .sign(above, hashes.SHA256())
    )
    try:
        name: x509.GeneralName = x509.IPAddress(ip_address(host))
    except ValueError:
        name = x509.DNSName(host)
    server = (
        _builder(host, "Test authority", own, expires)
        .add_extension(x509.SubjectAlternativeName([name]), critical=False)
        .sign(above, hashes.SHA256())
    )
    made = Certificates(*(folder / f"{what}.pem" for what in ("server", "key", "authority")))
    pem = serialization.Encoding.PEM
    made.certificate.write_bytes(server.public_bytes(pem))
    made.key.write_bytes(
        own.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    made.authority.write_bytes(authority.public_bytes(pem))
    return made


def _builder(
    subject: str, issuer: str, key: ec.EllipticCurvePrivateKey, expires: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_NOW - 3 * _DAY)
        .not_valid_after(_NOW + expires)
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
