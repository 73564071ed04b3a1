"""One authority for a run, made when it is first asked for."""

import sys
import threading
from pathlib import Path

import pytest
from cryptography import x509

from asgi_conformance.stage.certificates import Certificates
from asgi_conformance.stage.extras import MissingExtra


def test_files_are_made_once_and_in_a_form_that_every_server_reads(tmp_path: Path) -> None:
    certificates = Certificates(tmp_path)
    assert list(tmp_path.iterdir()) == []
    files = certificates.files()
    before = {name: Path(path).read_bytes() for name, path in files.items()}
    assert set(before) == {"certfile", "keyfile"}
    assert before["keyfile"].startswith(b"-----BEGIN PRIVATE KEY-----")  # PKCS#8
    threads = [threading.Thread(target=certificates.files) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {name: Path(path).read_bytes() for name, path in certificates.files().items()} == before


def test_the_certificate_is_for_this_host_and_of_our_authority(tmp_path: Path) -> None:
    certificates = Certificates(tmp_path)
    found = x509.load_pem_x509_certificate(Path(certificates.files()["certfile"]).read_bytes())
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1"]
    found.verify_directly_issued_by(x509.load_pem_x509_certificate(certificates.authority()))


def test_clients_trust_the_authority(tmp_path: Path) -> None:
    context = Certificates(tmp_path).client_context()
    assert context.check_hostname
    assert len(context.get_ca_certs()) >= 1


def test_the_library_comes_with_an_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trustme", None)
    with pytest.raises(MissingExtra, match=r"TLS needs an extra: pip install 'asgi-conformance\[tls\]'"):
        Certificates(tmp_path).files()
