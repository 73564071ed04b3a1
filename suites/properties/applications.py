"""Any legal server: whatever it offers, leaves out or cuts into pieces, an application keeps to the order."""

from hypothesis import strategies as st

from asgi_conformance.authoring import (
    ABSENT,
    anything,
    conduct,
    generated,
    http_scope,
    legal_moves,
    lifespan_scope,
    made,
    pending,
    requirement,
    server,
    warn,
    websocket_scope,
)

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "QUERY")
SEGMENTS = st.sampled_from(["", "a", "é", "a b", "%2F", "..", ".", "€", "a%", "a+b", ":", "日本", "a" * 300, "\u0301"])
PATHS = st.lists(SEGMENTS, max_size=3).map(lambda segments: "/" + "/".join(segments))
QUERIES = st.sampled_from([b"", b"a=1", b"a=%C3%A9&b=%ff", b"&&", b"=", b"a", b"a=1&a=2", b"\xe9=\xff", b"%", b"a[]=1"])
FIELDS = st.sampled_from(
    [
        (b"x-a", b""), (b"x-a", b"1"), (b"x-latin", b"caf\xe9"), (b"x-utf8", b"\xe2\x82\xac"), (b"cookie", b"a=1; b=2"),
        (b"cookie", b"c"), (b"content-type", b"application/json"), (b"content-type", b"text/plain; charset=x"),
        (b"accept", b"text/html"), (b"accept-encoding", b"gzip"), (b"range", b"bytes=0-1"), (b"if-none-match", b"*"),
        (b"authorization", b"Basic eDp5"), (b"authorization", b"\xff"), (b"origin", b"http://evil.example"),
        (b"x-forwarded-for", b"1.2.3.4"), (b"expect", b"100-continue"), (b"te", b"trailers"),
    ]
)  # fmt: skip
OPTIONAL = ("scheme", "raw_path", "root_path", "client", "server", "extensions")
NONE = ("raw_path", "client", "server", "extensions")
VERSIONS = ({"version": "3.0"}, {"version": "3.0", "spec_version": "2.0"}, {"version": "3.0", "spec_version": "2.3"})
KINDS = ("coroutine", "future", "object")
ORDER = ("http.response.start.app-first", "http.response.body.app-terminates", "http.response.start.app-body-follows")


ENDS = {"ends": anything(), "goes on": warn(pending())}


def drawn_keys(draw):
    """Optional keys that are left out, or None where that is lawful, and a version that may be an older one."""
    keys = dict.fromkeys(draw(st.sets(st.sampled_from(OPTIONAL))), ABSENT)
    keys |= dict.fromkeys(draw(st.sets(st.sampled_from(NONE), max_size=2)))
    if draw(st.booleans()):
        keys["asgi"] = draw(st.sampled_from(VERSIONS))
    return keys


def drawn_fields(draw, scope):
    """A few more fields, in one of the containers that are lawful."""
    fields = [*scope["headers"], *map(list, draw(st.lists(FIELDS, max_size=4)))]
    container = draw(st.sampled_from(["list", "tuple", "items"]))
    pairs = [tuple(pair) for pair in fields] if draw(st.booleans()) else fields
    return {"list": pairs, "tuple": tuple(pairs), "items": made("items", pairs)}[container]


def request_event(draw, more):
    """A piece of a body, in one of the forms that mean the same."""
    body = draw(st.sampled_from([b"", b"{", b'{"a": 1}', b"a=1&b=2", b"\0\xff", b"x" * 5000]))
    event = {"type": "http.request", "body": body, "more_body": more}
    if not more and draw(st.booleans()):
        del event["more_body"]
    if not body and draw(st.booleans()):
        del event["body"]
    return event


@generated(of_applications=True, needs="http")
def request(draw):
    """A request of any legal server is answered in order"""
    scope = http_scope(draw(st.sampled_from(METHODS)), draw(PATHS), query_string=draw(QUERIES), **drawn_keys(draw))
    scope["headers"] = drawn_fields(draw, scope)
    scope["http_version"] = draw(st.sampled_from(["1.0", "1.1", "2", "3"]))
    yield server.calls(
        scope, awaitables=draw(st.sampled_from(KINDS)), eager=draw(st.booleans()), shares_state=draw(st.booleans())
    )
    for move in legal_moves("http", draw, st.sampled_from):
        gone = move == "http.disconnect"
        yield server.delivers({"type": "http.disconnect"} if gone else request_event(draw, "more" in move))
        if gone:
            if draw(st.booleans()):
                yield server.fails_sends()
            yield server.gets_answer(conduct(*ORDER))
            yield server.sees_the_end(
                requirement(
                    "common.app.lifetime.ends-eventually", ways={"ends": anything(), "goes on": warn(pending())}
                )
            )
            return
        if draw(st.booleans()):
            yield server.gets_answer()
    yield server.gets_answer(conduct(*ORDER))


def websocket_event(draw, move):
    if move == "websocket.connect":
        return {"type": move}
    if move == "websocket.disconnect":
        code = draw(st.sampled_from([1000, 1001, 1005, 1006, 4000]))
        return draw(st.sampled_from([{"type": move, "code": code}, {"type": move, "code": code, "reason": "bye"}]))
    text, data = draw(st.sampled_from(["", "a", "{}", "é\0€"])), draw(st.sampled_from([b"", b"a", b"\xff\0"]))
    shapes = [{"text": text}, {"bytes": data}, {"text": text, "bytes": None}, {"text": None, "bytes": data}]
    return {"type": move, **draw(st.sampled_from(shapes))}


@generated(of_applications=True, needs="websocket")
def websocket(draw):
    """A WebSocket connection of any legal server is served in order"""
    scope = websocket_scope(draw(PATHS), query_string=draw(QUERIES), **drawn_keys(draw))
    scope["headers"] = drawn_fields(draw, scope)
    scope["subprotocols"] = draw(st.sampled_from([[], ["chat"], ["x", "chat"]]))
    yield server.calls(
        scope, awaitables=draw(st.sampled_from(KINDS)), eager=draw(st.booleans()), shares_state=draw(st.booleans())
    )
    for move in legal_moves("websocket", draw, st.sampled_from, answer="websocket.accept", most=8):
        yield server.delivers(websocket_event(draw, move))
        if move == "websocket.connect" or draw(st.booleans()):
            yield server.gets_answer()
        if move == "websocket.disconnect":
            if draw(st.booleans()):
                yield server.fails_sends()
            yield server.sees_the_end(
                requirement(
                    "common.app.lifetime.ends-eventually", ways={"ends": anything(), "goes on": warn(pending())}
                )
            )
            return
    yield server.gets_answer(conduct("websocket.connect.app-must-reply", "websocket.send.app-exactly-one"))


@generated(of_applications=True, needs="lifespan")
def lifespan(draw):
    """A lifespan of any legal server is answered in order"""
    keys = {}
    if draw(st.booleans()):
        keys["asgi"] = draw(st.sampled_from([{"version": "3.0"}, {"version": "3.0", "spec_version": "1.0"}]))
    yield server.calls(lifespan_scope(**keys), awaitables=draw(st.sampled_from(KINDS)), eager=draw(st.booleans()))
    yield server.delivers({"type": "lifespan.startup"})
    yield server.gets({"type": "lifespan.startup.complete"}, requirement("lifespan.startup.complete-shape"))
    yield server.delivers({"type": "lifespan.shutdown"})
    yield server.gets(
        requirement("lifespan.shutdown.app-replies"),
        ways={"complete": {"type": "lifespan.shutdown.complete"}, "failed": {"type": "lifespan.shutdown.failed"}},
    )
    yield server.sees_the_end()
