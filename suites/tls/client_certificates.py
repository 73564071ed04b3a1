"""What the TLS extension says of the client's certificate (ASGI TLS Extension, "TLS Connection Scope")."""

from asgi_conformance.authoring import (
    ClientCertificate,
    Over,
    Tls,
    app,
    case,
    client,
    closed,
    der,
    distinguished_name,
    each,
    note,
    plain,
    requirement,
    where,
)

TLS = "extension:tls"
ASKED = {"client_certificates": "asked"}
GET = b"GET /secure HTTP/1.1\r\nHost: test\r\n\r\n"

JOERG = (("C", "GB"), ("O", "Ex, Inc"), ("OU", "A+B"), ("CN", "Jörg"))


def tls(seen):
    return plain((seen.scope.get("extensions") or {}).get("tls"))


def chain(seen):
    """What there is of the chain, as a tuple of whatever it holds; nothing if the key is missing."""
    given = plain(tls(seen).get("client_cert_chain", ()))
    if not isinstance(given, list | tuple):
        raise TypeError(f"{given!r} is no iterable of strings")
    return tuple(map(plain, given))


def chain_is(*which):
    """These certificates of those that the client presented, by their places."""

    def same(seen, heard):
        presented, given = heard.timeline.connected().tls.client, [der(item) for item in chain(seen)]
        places = [presented.index(item) if item in presented else "unknown" for item in given]
        return places == list(which) or f"{len(given)} certificates, by their places among the client's: {places}"

    return same


def name(seen):
    """The name, read; None where it is None or missing."""
    given = plain(tls(seen).get("client_cert_name"))
    return None if given is None else distinguished_name(given)


def reversed_name(subject):
    """As `distinguished_name` reads it: RFC 4514 has the last relative name first."""
    return tuple((attribute,) for attribute in reversed(subject))


DICT = where("a dict", lambda seen, heard: isinstance(tls(seen), dict))
EMPTY = where("an empty iterable, or no such key", lambda seen, heard: chain(seen) == ())
CERTIFICATES = where(
    "an iterable of PEM strings, each with one certificate",
    lambda seen, heard: all(der(item) for item in chain(seen)),
)
NO_NAME = where("None, or no such key", lambda seen, heard: name(seen) is None)
UNKNOWN_CLIENT = where("no chain and no name", lambda seen, heard: not chain(seen) and name(seen) is None)
NO_ERROR = where("None, or no such key", lambda seen, heard: tls(seen).get("client_cert_error") is None)
ERROR = where(
    "a str that is not empty",
    lambda seen, heard: isinstance(error := plain(tls(seen).get("client_cert_error")), str) and error != "",
)


@each(needs=TLS, over=Over.TLS, options=lambda asked: ASKED if asked == "asked" else {}, asked=["not-asked", "asked"])
def without_a_certificate(asked):
    """Of a client without a certificate there is no chain, no name and no error"""
    yield client.connects()
    yield client.sends(GET)
    yield app.is_called(DICT)
    yield app.looks_at_scope(
        requirement("tls.client-cert-chain.type", expects=CERTIFICATES),
        requirement("tls.client-cert-chain.empty", expects=EMPTY),
        requirement("tls.client-cert-name.value", expects=NO_NAME),
        requirement("tls.client-cert-error.value", expects=NO_ERROR),
    )


case(
    "A client's certificate is the first of its chain, and its subject the name",
    client.connects(tls=Tls(certificate=ClientCertificate(JOERG))),
    client.sends(GET),
    app.is_called(DICT),
    app.looks_at_scope(
        requirement("tls.client-cert-chain.type", expects=CERTIFICATES),
        requirement("tls.client-cert-chain.order", ways={
            "given": where("the client's certificate", chain_is(0)), "unavailable": note(EMPTY)}),
        requirement("tls.client-cert-name.value", ways={
            "RFC 4514": where("CN=Jörg,OU=A\\+B,O=Ex\\, Inc,C=GB",
                              lambda seen, heard: name(seen) == reversed_name(JOERG)),
            "unavailable": where("no name and no chain", lambda seen, heard: name(seen) is None and not chain(seen))}),
        requirement("tls.client-cert-error.value", expects=NO_ERROR),
    ),
    note="A server that cannot know what the client presented leaves the chain empty and the name None.",
    needs=TLS, over=Over.TLS, options=ASKED,
)  # fmt: skip

case(
    "After the client's certificate comes the one that signed it",
    client.connects(tls=Tls(certificate=ClientCertificate((("O", "Ex"), ("CN", "Ann")), intermediate=True))),
    client.sends(GET),
    app.is_called(DICT),
    app.looks_at_scope(
        requirement("tls.client-cert-chain.order", ways={
            "whole chain": where("the client's certificate, then its issuer's", chain_is(0, 1)),
            "first only": note(where("the client's certificate alone", chain_is(0))),
            "unavailable": note(EMPTY)}),
        requirement("tls.client-cert-name.required-with-chain", ways={
            "no chain": note(EMPTY),
            "both": where("a name with the subject of the first certificate in it",
                          lambda seen, heard: "Ann" in tls(seen)["client_cert_name"])}),
    ),
    note="The first certificate alone is a chain too; what else the client sent, not every TLS library tells.",
    needs=TLS, over=Over.TLS, options=ASKED,
)  # fmt: skip

case(
    "A certificate that cannot be verified is refused, or comes with an error",
    client.connects(tls=Tls(version="1.3", certificate=ClientCertificate((("CN", "Eve"),), trusted=False))),
    client.sends(GET),
    app.is_called(
        requirement(
            "tls.client-cert-error.value",
            ways={"refused": closed(), "let through": ERROR, "nothing said": note(UNKNOWN_CLIENT)},
        )
    ),
    note="With TLS 1.3 the client's part of the handshake is over before the server has seen its certificate. Where "
    "nothing is said of the client nobody can take it for somebody else.",
    needs=TLS,
    over=Over.TLS,
    options=ASKED,
)
