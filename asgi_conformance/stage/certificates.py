"""Certificates for servers under TLS, made once a run, by trustme (the extra `tls`)."""

import ssl
import threading
from functools import cached_property
from pathlib import Path
from typing import Any

from asgi_conformance.stage.extras import MissingExtra


class Certificates:
    """One authority and one server certificate for localhost and 127.0.0.1, made when first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()

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

    def client_context(self, protocols: tuple[str, ...] = ()) -> ssl.SSLContext:
        """A client's context that trusts the authority. `protocols`: ALPN names."""
        context = ssl.create_default_context()
        self._authority.configure_trust(context)
        if protocols:
            context.set_alpn_protocols(list(protocols))
        return context


def _pkcs8(pem: bytes) -> bytes:
    from cryptography.hazmat.primitives import serialization

    key = serialization.load_pem_private_key(pem, None)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
