"""A certificate authority of a test's own, and certificates as PEM files, as cert-manager and Strimzi write them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Files:
    """PEM files of one certificate: its CA, itself, its key."""

    ca: Path
    certificate: Path
    key: Path


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _san(text: str) -> x509.GeneralName:
    if "://" in text:
        return x509.UniformResourceIdentifier(text)
    try:
        return x509.IPAddress(ip_address(text))
    except ValueError:
        return x509.DNSName(text)


class Authority:
    """Issues what it is asked for into `folder`."""

    def __init__(self, folder: Path, name: str = "test CA") -> None:
        self.folder, self.name = folder, _name(name)
        folder.mkdir(parents=True, exist_ok=True)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.file = folder / "ca.crt"
        own = self._build(self.name, self.key.public_key()).add_extension(x509.BasicConstraints(True, 0), critical=True)
        self.file.write_bytes(own.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def _build(self, subject: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        begin = datetime.now(UTC) - timedelta(hours=1)
        made = x509.CertificateBuilder().issuer_name(self.name).subject_name(subject).public_key(key)
        made = made.serial_number(x509.random_serial_number())
        return made.not_valid_before(begin).not_valid_after(begin + timedelta(days=1))

    def issue(self, common: str, *names: str, file: str = "") -> Files:
        """A certificate for a common name and these hosts, addresses and URIs; an old file is replaced."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._build(_name(common), key.public_key())
        made = made.add_extension(x509.BasicConstraints(False, None), critical=True)
        if names:
            made = made.add_extension(x509.SubjectAlternativeName(list(map(_san, names))), critical=False)
        files = Files(self.file, self.folder / f"{file or common}.crt", self.folder / f"{file or common}.key")
        files.certificate.write_bytes(made.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        pem = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        files.key.write_bytes(key.private_bytes(*pem))
        return files
