"""The TLS extension, but for the client's certificate (ASGI TLS Extension, "TLS Connection Scope").

None is right for each of the three mandatory values, for a server may not know them (A66).
"""

from asgi_conformance.authoring import Over, Tls, app, case, client, der, each, plain, requirement, scope, where

TLS = "extension:tls"


def tls(seen):
    return plain((seen.scope.get("extensions") or {}).get("tls"))


def keys(seen):
    return set(tls(seen)) if isinstance(tls(seen), dict) else set()


def unknown(key):
    return where("None", lambda seen, heard: tls(seen).get(key) is None)


def as_sent(seen, heard):
    """The PEM text is compared by what it holds."""
    return der(plain(tls(seen)["server_cert"])) == heard.timeline.connected().tls.server


def as_negotiated(key):
    """The number that the client knows from the handshake, and of no other type."""

    def same(seen, heard):
        expected = getattr(heard.timeline.connected().tls, "cipher_suite" if key == "cipher_suite" else "version")
        got = tls(seen)[key]
        return (type(got), got) == (int, expected) or f"{got!r}, while the client negotiated {expected:#06x}"

    return where("the number of what was negotiated", same)


DICT = where("a dict", lambda seen, heard: isinstance(tls(seen), dict))

case(
    "A request over TLS has the scheme https and reaches the application",
    client.sends(b"GET /secure HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http", scheme="https", path="/secure"), requirement("http.scope.scheme.value")),
    over=Over.TLS,
)

case(
    "The mandatory keys of the TLS extension are there",
    client.sends(b"GET /secure HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(
        DICT,
        requirement("tls.value-is-dict"),
        requirement(
            "tls.mandatory-keys",
            expects=where(
                "server_cert, tls_version and cipher_suite",
                lambda seen, heard: {"server_cert", "tls_version", "cipher_suite"} <= keys(seen),
            ),
        ),
    ),
    needs=TLS,
    over=Over.TLS,
)


CERTIFICATE = requirement(
    "tls.server-cert.value", ways={"None": unknown("server_cert"), "PEM": where("the one that was sent", as_sent)}
)
VERSION = requirement(
    "tls.tls-version.value", ways={"None": unknown("tls_version"), "number": as_negotiated("tls_version")}
)
CIPHER_SUITE = requirement(
    "tls.cipher-suite.value", ways={"None": unknown("cipher_suite"), "number": as_negotiated("cipher_suite")}
)

case(
    "The server's certificate is the one that it sent",
    client.connects(),
    client.sends(b"GET /secure HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(DICT),
    app.looks_at_scope(CERTIFICATE),
    needs=TLS,
    over=Over.TLS,
)


@each(needs=TLS, over=Over.TLS, version=["1.2", "1.3"])
def the_version(version):
    """The TLS version is the protocol's number for the one that was negotiated"""
    yield client.connects(tls=Tls(version=version))
    yield client.sends(b"GET /secure HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(DICT)
    yield app.looks_at_scope(VERSION)


CIPHERS = {
    "0xC02B": Tls(version="1.2", cipher="ECDHE-ECDSA-AES128-GCM-SHA256"),
    "0xC02C": Tls(version="1.2", cipher="ECDHE-ECDSA-AES256-GCM-SHA384"),
    "one-of-TLS-1.3": Tls(version="1.3"),
}


@each(needs=TLS, over=Over.TLS, suite=CIPHERS)
def the_cipher_suite(suite):
    """The cipher suite is IANA's number for the one that was negotiated

    For TLS 1.3 the server chooses, as Python's clients cannot.
    """
    yield client.connects(tls=CIPHERS[suite])
    yield client.sends(b"GET /secure HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(DICT)
    yield app.looks_at_scope(CIPHER_SUITE)


case(
    "On a stream of HTTP/2 the values are those of its connection",
    client.connects(),
    client.requests("GET", "/secure"),
    app.is_called(DICT),
    app.looks_at_scope(CERTIFICATE, VERSION, CIPHER_SUITE),
    needs=TLS,
    over=Over.HTTP2_TLS,
)
