"""Certificates for servers under TLS and for their clients, made once a run, by trustme (the extra `tls`)."""

import ssl
import tempfile
import threading
from functools import cached_property
from pathlib import Path
from typing import Any

from asgi_conformance.acts import ClientCertificate, Tls
from asgi_conformance.stage.client_certificates import ClientAuthorities, Issued
from asgi_conformance.stage.extras import MissingExtra

ANY = Tls()


VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


class Certificates:
    """One authority and one server certificate for localhost and 127.0.0.1, and what clients present; each made when
    first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.RLock()
        self._clients: dict[ClientCertificate, Issued] = {}

    @cached_property
    def _authority(self) -> Any:
        try:
            import trustme
        except ImportError:
            raise MissingExtra("TLS", "tls") from None
        return trustme.CA()

    def authority(self) -> bytes:
        """The authority's own certificate, PEM."""
        pem: bytes = self._authority.cert_pem.bytes()
        return pem

    def files(self) -> dict[str, str]:
        """Paths of `certfile` and `keyfile`, PEM."""
        certfile, keyfile = self._folder / "server.pem", self._folder / "server.key"
        with self._lock:  # processes are started from several threads
            if not certfile.exists():
                issued = self._authority.issue_cert("localhost", "127.0.0.1")
                keyfile.write_bytes(_pkcs8(issued.private_key_pem.bytes()))
                certfile.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
        return {"certfile": str(certfile), "keyfile": str(keyfile)}

    def client_ca(self) -> str:
        """Path of the certificate of the authority that has issued those of clients, PEM; not the servers' one."""
        path = self._folder / "client-ca.pem"
        with self._lock:
            if not path.exists():
                path.write_bytes(self._client_authorities.known.pem)
        return str(path)

    @cached_property
    def _client_authorities(self) -> "ClientAuthorities":
        _ = self._authority  # without the extra, whoever asks is told
        return ClientAuthorities()

    def _issued(self, wanted: ClientCertificate) -> Issued:
        with self._lock:
            if wanted not in self._clients:
                self._clients[wanted] = self._client_authorities.issue(wanted)
            return self._clients[wanted]

    def presented(self, wanted: ClientCertificate) -> tuple[bytes, ...]:
        """The certificates that such a client sends, its own first, DER."""
        return self._issued(wanted).chain

    def client_context(self, protocols: tuple[str, ...] = (), tls: Tls = ANY) -> ssl.SSLContext:
        """A client's context that trusts the authority. `protocols`: ALPN names."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # knows nobody else: to load them all takes its time
        self._authority.configure_trust(context)
        if protocols:
            context.set_alpn_protocols(list(protocols))
        if tls.version:
            context.minimum_version = context.maximum_version = VERSIONS[tls.version]
        if tls.cipher:
            context.set_ciphers(tls.cipher)
        if tls.certificate:
            with tempfile.NamedTemporaryFile(dir=self._folder) as file:
                file.write(self._issued(tls.certificate).pem)
                file.flush()
                context.load_cert_chain(file.name)
        return context


def _pkcs8(pem: bytes) -> bytes:
    from cryptography.hazmat.primitives import serialization

    key = serialization.load_pem_private_key(pem, None)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
