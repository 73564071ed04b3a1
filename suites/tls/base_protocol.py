"""The TLS extension together with HTTP and WebSocket (ASGI TLS Extension, "The Base Protocol", "When to use …")."""

from asgi_conformance.authoring import (
    ClientCertificate,
    Over,
    Tls,
    app,
    case,
    client,
    der,
    plain,
    requirement,
    response,
    scope,
    where,
)

TLS = "extension:tls"
ASKED = {"client_certificates": "asked"}
START = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}
BODY = {"type": "http.response.body", "body": b"ok"}


def tls(seen):
    return plain((plain(seen.scope).get("extensions") or {}).get("tls"))


def described(seen, heard):
    """As fully as for the first request of this connection."""
    given, first = tls(seen), tls(heard.timeline.calls()[0])
    return given == first or f"{given!r}, while the first request on the connection had {first!r}"[:300]


def not_of(who):
    """Nothing of what this other client, of another TLS version and certificate, has negotiated or presented."""

    def separate(seen, heard):
        other, given = heard.timeline.connected(who).tls, tls(seen)
        chain = plain(given.get("client_cert_chain", ()))
        certificates = [plain(item) for item in chain] if isinstance(chain, list | tuple) else []
        theirs = [der(item) in other.client for item in certificates if isinstance(item, str) and "BEGIN" in item]
        numbers = given.get("tls_version") == other.version or given.get("cipher_suite") == other.cipher_suite
        return not numbers and not any(theirs) or f"what {who} has: {given!r}"[:300]

    return where("nothing of the other client's connection", separate)


DICT = where("a dict", lambda seen, heard: isinstance(tls(seen), dict))
OWN = requirement("tls.one-connection-per-scope")
SAME = where("the extension, with the same values", described)

case(
    "Every request on a TLS connection has the extension, with the same values",
    client.sends(b"GET /first HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(where("the extension", lambda seen, heard: tls(seen) is not None)),
    app.sends(START),
    app.sends(BODY),
    client.gets(response(200, body=b"ok")),
    client.sends(b"GET /second HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.named("second").is_called(SAME, requirement("tls.http-and-websocket")),
    needs=(TLS, "keep-alive"),
    over=Over.TLS,
)

case(
    "A WebSocket over TLS has the extension",
    client.opens_websocket("/secure"),
    app.is_called(
        where("the extension", lambda seen, heard: tls(seen) is not None),
        requirement("tls.http-and-websocket"),
        requirement("tls.scheme-consistent", expects=scope(scheme="wss")),
    ),
    needs=(TLS, "websocket"),
    over=Over.TLS,
)

case(
    "Where the TLS extension is the scheme is https",
    client.sends(b"GET /secure HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(where("the extension", lambda seen, heard: tls(seen) is not None),
                  requirement("tls.scheme-consistent", expects=scope(scheme="https"))),
    needs=TLS,
    over=Over.TLS,
)  # fmt: skip

one, other = client, client.named("other")

case(
    "Each of two clients is described by its own connection",
    one.connects(tls=Tls(version="1.2", certificate=ClientCertificate((("CN", "Ann"),)))),
    other.connects(tls=Tls(version="1.3", certificate=ClientCertificate((("CN", "Bob"),)))),
    one.sends(b"GET /one HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(DICT),
    app.looks_at_scope(not_of("client:other"), OWN),
    other.sends(b"GET /other HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.named("other").is_called(DICT, on="/other"),
    app.named("other").looks_at_scope(not_of("client"), OWN),
    app.sends(START),
    app.sends(BODY),
    one.gets(response(200, body=b"ok")),
    one.sends(b"GET /again HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.named("again").is_called(DICT, on="/again"),
    app.named("again").looks_at_scope(not_of("client:other"), OWN),
    needs=(TLS, "keep-alive"),
    over=Over.TLS,
    options=ASKED,
)
