"""PEM and RFC 4514 strings, as servers may write them."""

import pytest

from asgi_conformance.matchers.certificates import der, distinguished_name

PEM = "-----BEGIN CERTIFICATE-----\nAAEC\n-----END CERTIFICATE-----\n"
JOERG = ((("CN", "Jörg"),), (("OU", "A+B"),), (("O", "Ex, Inc"),), (("C", "GB"),))


@pytest.mark.parametrize("text", [PEM, PEM.strip(), PEM.replace("\n", "\r\n"), f"subject=/CN=x\n{PEM}"])
def test_one_certificate_is_read(text: str) -> None:
    assert der(text) == b"\0\1\2"


@pytest.mark.parametrize("text", ["", PEM + PEM, "AAEC", PEM.replace("AAEC", ""), PEM.replace("AAEC", "A")])
def test_anything_else_is_no_certificate(text: str) -> None:
    with pytest.raises(ValueError):
        der(text)


@pytest.mark.parametrize(
    "text",
    [
        r"CN=Jörg,OU=A\+B,O=Ex\, Inc,C=GB",
        r"cn=J\C3\B6rg,ou=A\2bB,o=Ex\2C Inc,c=GB",
        r"2.5.4.3=#0c054ac3b67267,2.5.4.11=A\+B,O=Ex\,\20Inc,C=GB",
    ],
)
def test_spellings_of_one_name_come_out_the_same(text: str) -> None:
    assert distinguished_name(text) == JOERG


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ()),
        ("CN=", ((("CN", ""),),)),
        (r"CN=a=b\ ", ((("CN", "a=b "),),)),
        (r"CN=\ \#\\", ((("CN", " #\\"),),)),
        ("OU=b+CN=a", ((("CN", "a"), ("OU", "b")),)),
        ("UID=x,DC=example,DC=org", ((("UID", "x"),), (("DC", "example"),), (("DC", "org"),))),
    ],
)
def test_what_the_grammar_allows(text: str, names: object) -> None:
    assert distinguished_name(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "/C=GB/O=Ex",
        "Jörg",
        "CN=a,",
        "CN=a, O=b",
        "CN= a",
        "CN=a ",
        "CN=#x",
        'CN="a"',
        "CN=a;b",
        "CN=\\x",
        "CN=\\ff",
        "=a",
    ],
)
def test_what_it_does_not(text: str) -> None:
    with pytest.raises(ValueError):
        distinguished_name(text)
