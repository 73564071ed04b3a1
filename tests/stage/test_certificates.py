"""One authority for a run, made when it is first asked for."""

import ssl
import sys
import threading
from pathlib import Path

import pytest
from cryptography import x509

from asgi_conformance.acts import ClientCertificate, Tls
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


def test_clients_have_certificates_of_an_authority_of_their_own(tmp_path: Path) -> None:
    certificates = Certificates(tmp_path)
    known = x509.load_pem_x509_certificate(Path(certificates.client_ca()).read_bytes())
    subject = (("C", "GB"), ("O", "Ex, Inc"), ("OU", "A+B"), ("CN", "Jörg"))
    (leaf,) = map(x509.load_der_x509_certificate, certificates.presented(ClientCertificate(subject)))
    leaf.verify_directly_issued_by(known)
    assert leaf.subject.rfc4514_string() == r"CN=Jörg,OU=A\+B,O=Ex\, Inc,C=GB"
    assert certificates.presented(ClientCertificate(subject)) == certificates.presented(ClientCertificate(subject))
    with pytest.raises(ValueError, match="Issuer"):
        leaf.verify_directly_issued_by(x509.load_pem_x509_certificate(certificates.authority()))


def test_a_certificate_may_come_with_the_one_that_signed_it(tmp_path: Path) -> None:
    certificates = Certificates(tmp_path)
    wanted = ClientCertificate((("CN", "Ann"),), intermediate=True)
    leaf, intermediate = map(x509.load_der_x509_certificate, certificates.presented(wanted))
    leaf.verify_directly_issued_by(intermediate)
    intermediate.verify_directly_issued_by(x509.load_pem_x509_certificate(Path(certificates.client_ca()).read_bytes()))


def test_an_untrusted_one_is_of_somebody_else(tmp_path: Path) -> None:
    certificates = Certificates(tmp_path)
    (leaf,) = map(
        x509.load_der_x509_certificate, certificates.presented(ClientCertificate((("CN", "Eve"),), trusted=False))
    )
    known = x509.load_pem_x509_certificate(Path(certificates.client_ca()).read_bytes())
    assert leaf.issuer != known.subject


def test_a_client_may_insist_on_a_version(tmp_path: Path) -> None:
    context = Certificates(tmp_path).client_context(tls=Tls(version="1.2"))
    assert context.minimum_version == context.maximum_version == ssl.TLSVersion.TLSv1_2


def test_the_library_comes_with_an_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trustme", None)
    with pytest.raises(MissingExtra, match=r"TLS needs an extra: pip install 'asgi-conformance\[tls\]'"):
        Certificates(tmp_path).files()
