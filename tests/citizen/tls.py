"""What a TLS connection is, in the words of the TLS extension (ASGI TLS 0.2)."""

import ssl
from typing import Any, Final

VERSIONS: Final = {"TLSv1": 0x0301, "TLSv1.1": 0x0302, "TLSv1.2": 0x0303, "TLSv1.3": 0x0304}
NAMES: Final = {
    "commonName": "CN", "localityName": "L", "stateOrProvinceName": "ST", "organizationName": "O",
    "organizationalUnitName": "OU", "countryName": "C", "streetAddress": "STREET", "domainComponent": "DC",
    "userId": "UID",
}  # fmt: skip
END: Final = "-----END CERTIFICATE-----\n"


def server_context(certfile: str, keyfile: str | None, cafile: str | None) -> ssl.SSLContext:
    """`cafile`: issuers of the client certificates that are asked for, not demanded; None to ask for none."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certfile, keyfile)
    context.set_alpn_protocols(["h2", "http/1.1"])
    if cafile:
        context.load_verify_locations(cafile)
        context.verify_mode = ssl.CERT_OPTIONAL
    return context


def first_certificate(certfile: str) -> str:
    """The PEM of the certificate that is sent: the first of the file."""
    with open(certfile, encoding="ascii", errors="replace") as file:
        pem = file.read()
    begin = pem.index("-----BEGIN CERTIFICATE-----")
    return pem[begin : pem.index(END.strip(), begin)] + END


def describe(connection: ssl.SSLObject, certificate: str | None) -> dict[str, Any]:
    chain = client_chain(connection)
    return {
        "server_cert": certificate,
        "client_cert_chain": chain,
        "client_cert_name": client_name(connection) if chain else None,
        "client_cert_error": None,
        "tls_version": VERSIONS.get(connection.version() or ""),
        "cipher_suite": cipher_suite(connection),
    }


def client_chain(connection: ssl.SSLObject) -> list[str]:
    """The certificates that the client sent, its own first. Before Python 3.13 there is no public way to them."""
    beneath: Any = connection._sslobj  # type: ignore[attr-defined]
    return [certificate.public_bytes() for certificate in beneath.get_unverified_chain() or () if certificate]


def client_name(connection: ssl.SSLObject) -> str:
    """The subject as RFC 4514 writes it: the last relative name first."""
    subject: Any = (connection.getpeercert() or {}).get("subject", ())
    return ",".join(
        "+".join(f"{NAMES.get(key, key)}={escape(value)}" for key, value in rdn) for rdn in reversed(subject)
    )


def escape(value: str) -> str:
    text = "".join("\\" + char if char in '\\,+"<>;' else "\\00" if char == "\0" else char for char in value)
    if text.startswith(("#", " ")):
        text = "\\" + text
    return text[:-1] + "\\ " if text.endswith(" ") and len(text) > 1 else text


def cipher_suite(connection: ssl.SSLObject) -> int | None:
    """The number that IANA gave it, which OpenSSL keeps in the lower half of its own."""
    cipher = connection.cipher()
    known: Any = connection.context.get_ciphers()
    numbers = {suite["name"]: suite["id"] & 0xFFFF for suite in known}
    return numbers.get(cipher[0]) if cipher else None
