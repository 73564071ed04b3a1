"""Extensions: what is advertised works, what works is advertised (ASGI, "Extensions").

The happy path of each extension that is known here; what else each of them promises has suites of its own. Reading
A59: an early hint comes before the start or after it.
"""

from asgi_conformance.authoring import (
    Over,
    app,
    case,
    client,
    each,
    made,
    plain,
    raises,
    requirement,
    response,
    returns,
    scope,
    where,
)

WORKS = requirement("common.extensions.advertised-works")
START = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]}

HINT = {"type": "http.response.early_hint", "links": [b"</a.css>; rel=preload"]}
TRIED = {"raises": raises(), "returns": returns()}
PROBES = {
    "http.response.pathsend": {"type": "http.response.pathsend", "path": made("path", b"FILE")},
    "http.response.zerocopysend": {"type": "http.response.zerocopysend", "file": made("file", b"FILE")},
    "http.response.early_hint": HINT,
}


def accepted_once(seen, heard):
    """The hint was accepted here, or before the start, which is two lines earlier."""
    both = (heard.timeline.answer(heard.line - 2), seen)
    return any(getattr(outcome, "raised", seen) is None for outcome in both) or "refused before the start and after it"


def not_honoured(seen, heard):
    """The application's own body or an error, but nothing of what an extension would bring."""
    return not any(part in seen.data for part in (b"FILE", b"HTTP/1.1 103")) or "it did what the extension describes"


def is_advertised(name):
    """A function that tells whether the scope of the request offers the extension."""
    return lambda seen, heard: name in (plain(plain(heard.timeline.calls()[0].scope).get("extensions")) or ())


case(
    "Path send works where it is advertised",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends(START),
    app.sends({"type": "http.response.pathsend", "path": made("path", b"FILE")}, WORKS),
    client.gets(response(200, body=b"FILE"), WORKS),
    needs="extension:http.response.pathsend",
)

case(
    "Zero copy send works where it is advertised",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends(START),
    app.sends({"type": "http.response.zerocopysend", "file": made("file", b"FILE")}, WORKS),
    client.gets(response(200, body=b"FILE"), WORKS),
    needs="extension:http.response.zerocopysend",
)

case(
    "Zero copy send works over TLS where it is advertised",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends(START),
    app.sends({"type": "http.response.zerocopysend", "file": made("file", b"FILE")}, WORKS),
    client.gets(response(200, body=b"FILE"), WORKS),
    over=Over.TLS,
    needs="extension:http.response.zerocopysend",
)

case(
    "Trailers work where they are advertised",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nTE: trailers\r\nConnection: TE\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends(
        {"type": "http.response.start", "status": 200, "headers": [(b"trailer", b"x-sum")], "trailers": True}, WORKS
    ),
    app.sends({"type": "http.response.body", "body": b"body"}),
    app.sends({"type": "http.response.trailers", "headers": [(b"x-sum", b"1")]}, WORKS),
    client.gets(response(200, body=b"body", trailers=[(b"x-sum", b"1")]), WORKS),
    needs="extension:http.response.trailers",
)

case(
    "Early hints are accepted where they are advertised",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends(HINT, ways=TRIED),
    app.sends(START),
    app.sends(HINT, requirement("common.extensions.advertised-works", expects=where("accepted once", accepted_once)),
              ways=TRIED),
    app.sends({"type": "http.response.body", "body": b"body"}),
    client.gets(response(200, body=b"body"), WORKS),
    needs="extension:http.response.early_hint",
)  # fmt: skip

case(
    "A push is accepted where it is advertised",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends(START),
    app.sends({"type": "http.response.push", "path": "/pushed", "headers": []}, WORKS),
    app.sends({"type": "http.response.body", "body": b"body"}),
    client.gets(response(200, body=b"body"), WORKS),
    needs="extension:http.response.push",
)

case(
    "A denial response works where it is advertised",
    client.opens_websocket("/"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.http.response.start", "status": 401, "headers": [(b"content-length", b"4")]}, WORKS),
    app.sends({"type": "websocket.http.response.body", "body": b"body"}, WORKS),
    client.gets(response(401, body=b"body"), WORKS),
    needs=("websocket", "extension:websocket.http.response"),
)


@each(extension=PROBES)
def unadvertised(extension):
    """An extension that is not advertised is not there

    Whether the event raises is a matter of unknown types; here it counts that nothing of the extension happens.
    """
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(type="http"))
    yield app.sends(START)
    yield app.sends(PROBES[extension], ways=TRIED)
    yield app.sends({"type": "http.response.body", "body": b"body"}, ways=TRIED)
    yield client.gets(
        requirement(
            "common.extensions.advertise-supported",
            ways={
                "advertised": where("advertised", is_advertised(extension)),
                "not there": where("nothing of the extension", not_honoured),
            },
        )
    )
