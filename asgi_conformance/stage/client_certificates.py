"""Certificates for clients, with the names that cases give them. Written with the library that trustme is made of."""

import datetime
import ssl
from dataclasses import dataclass
from typing import Any

from asgi_conformance.acts import ClientCertificate

Names = tuple[tuple[str, str], ...]

DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate and its key, as a client needs them."""

    pem: bytes
    """Key, certificate, and the intermediate authority's certificate where there is one."""
    chain: tuple[bytes, ...]
    """The certificates alone, DER."""


class Authority:
    """Issues certificates in its name."""

    def __init__(self, name: str, issuer: "Authority | None" = None) -> None:
        """`issuer`: who vouches for it; None: it does so itself."""
        self.subject: Names = (("O", "asgi-conformance"), ("CN", name))
        self.key = _new_key()
        self.certificate = _signed(self.subject, self.key, issuer or self, authority=True)

    @property
    def pem(self) -> bytes:
        """Its own certificate."""
        return _pem(self.certificate)


class ClientAuthorities:
    """The authority that servers are told of, one beneath it, and one of which they know nothing."""

    def __init__(self) -> None:
        self.known = Authority("authority for clients")
        self.intermediate = Authority("intermediate authority for clients", self.known)
        self.unknown = Authority("authority that nobody knows")

    def issue(self, wanted: ClientCertificate) -> Issued:
        """A new key and a certificate for it."""
        issuer = self.known if wanted.trusted else self.unknown
        issuer = self.intermediate if wanted.intermediate else issuer
        key = _new_key()
        chain = [_pem(_signed(wanted.subject, key, issuer)), *([issuer.pem] if wanted.intermediate else [])]
        return Issued(_key_pem(key) + b"".join(chain), tuple(ssl.PEM_cert_to_DER_cert(pem.decode()) for pem in chain))


def _new_key() -> Any:
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.generate_private_key(ec.SECP256R1())


def _signed(subject: Names, key: Any, issuer: Authority, *, authority: bool = False) -> Any:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import ExtendedKeyUsageOID

    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder(
        issuer_name=_name(issuer.subject),
        subject_name=_name(subject),
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - DAY,
        not_valid_after=now + 30 * DAY,
    )
    builder = builder.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    vouching = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
    builder = builder.add_extension(vouching, critical=False)
    builder = builder.add_extension(_usage(authority), critical=True)
    if not authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
    return builder.sign(issuer.key, hashes.SHA256())


def _usage(authority: bool) -> Any:
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _name(names: Names) -> Any:
    """A distinguished name, every attribute a relative name of its own."""
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    kinds = {
        "C": NameOID.COUNTRY_NAME,
        "L": NameOID.LOCALITY_NAME,
        "O": NameOID.ORGANIZATION_NAME,
        "OU": NameOID.ORGANIZATIONAL_UNIT_NAME,
        "CN": NameOID.COMMON_NAME,
    }
    return x509.Name([x509.NameAttribute(kinds[kind], value) for kind, value in names])


def _pem(certificate: Any) -> bytes:
    from cryptography.hazmat.primitives import serialization

    encoded: bytes = certificate.public_bytes(serialization.Encoding.PEM)
    return encoded


def _key_pem(key: Any) -> bytes:
    from cryptography.hazmat.primitives import serialization

    encoded: bytes = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return encoded
