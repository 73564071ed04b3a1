"""HTTP/2 Server Push (ASGI extensions, "HTTP/2 Server Push")."""

from asgi_conformance.authoring import (
    ABSENT,
    Over,
    any_of,
    app,
    case,
    client,
    each,
    header_pairs,
    note,
    plain,
    raises,
    requirement,
    returns,
    scope,
    stream_response,
    warn,
    where,
    whole_body,
)  # fmt: skip

PUSH = "extension:http.response.push"
START = {"type": "http.response.start", "status": 200, "headers": []}
LAST = {"type": "http.response.body", "body": b"x"}
PUSHED = app.named("pushed")
OTHER = app.named("other")
LATER = client.named("later")
BEGUN = (
    client.requests("GET", "/pushes"),
    app.is_called(on="/pushes"),
    app.gets(whole_body(b"")),
    app.sends(START),
)
"""A request whose response has begun."""


def promises(seen):
    """The fields of every promise among these events."""
    return [event.value for event in seen.events if event.kind == "push"]


def promise(**fields):
    """The one promise has these fields: `path` stands for `:path`."""
    wanted = {b":" + name.encode(): value for name, value in fields.items()}
    words = ", ".join(f"{name.decode()} {value.decode()}" for name, value in wanted.items())

    def fits(seen, heard):
        found = [{name: dict(one).get(name) for name in wanted} for one in promises(seen)]
        return found == [wanted] or f"promised: {found}"

    return where(f"one promise of {words}", fits)


def hosts(seen):
    return [value for name, value in header_pairs(seen.scope) if name == b"host"]


# --------------------------------------------------------------------------- offered

case(
    "Push is offered over HTTP/2 by an entry in the extensions",
    client.requests("GET", "/offered"),
    app.is_called(
        scope(extensions=any_of("with a dict for http.response.push",
                                lambda offered: isinstance(plain(offered).get("http.response.push"), dict))),
        requirement("ext.push.advertised"),
    ),
    needs=PUSH,
    over=Over.HTTP2_TLS,
)  # fmt: skip

case(
    "Push is not offered over HTTP/1.1",
    client.sends(b"GET /offered HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(
        requirement("ext.push.advertised", ways={
            "not offered": scope(extensions=any_of(
                "absent or without http.response.push",
                lambda offered: offered in (ABSENT, None) or "http.response.push" not in plain(offered),
            )),
            "offered": warn(scope(), "a promise can be made on no such connection"),
        }),
    ),
)  # fmt: skip

# --------------------------------------------------------------------------- a push

case(
    "A push event is a promise on the wire and a call of its own",
    *BEGUN,
    app.sends({"type": "http.response.push", "path": "/pushed", "headers": [(b"x-p", b"1")]}),
    app.sends(LAST),
    client.gets(
        stream_response(200, body=b"x"),
        promise(method=b"GET", path=b"/pushed"),
        where(
            "with x-p: 1",
            lambda seen, heard: [value for name, value in promises(seen)[0] if name == b"x-p"] == [b"1"],
        ),
        requirement("ext.push.promise"),
    ),
    PUSHED.is_called(
        scope(type="http", path="/pushed", method="GET", http_version="2"),
        where("a scope of its own", lambda seen, heard: seen.facts["ids"]["scope"] not in {
            call.facts["ids"]["scope"] for call in heard.timeline.calls() if call is not seen
        }),
        requirement("ext.push.new-app-call"),
        on="/pushed",
    ),
    PUSHED.gets(whole_body(b""), requirement("ext.push.new-app-call")),
    PUSHED.sends({"type": "http.response.start", "status": 203, "headers": [(b"x-a", b"1")]}),
    PUSHED.sends({"type": "http.response.body", "body": b"pushed"}),
    client.gets(stream_response(203, body=b"pushed", headers_in_order=[(b"x-a", b"1")], stream="push:1"),
                requirement("ext.push.new-app-call")),
    needs=PUSH,
    over=Over.HTTP2_TLS,
)  # fmt: skip

case(
    "Headers of a push are in the promise and in the scope, in their order",
    *BEGUN,
    app.sends({"type": "http.response.push", "path": "/pushed",
               "headers": [(b"accept", b"a"), (b"x-p", b"1"), (b"accept", b"b")]}),
    app.sends(LAST),
    client.gets(
        stream_response(200, body=b"x"),
        where(
            "accept: a, x-p: 1, accept: b",
            lambda seen, heard: [field for field in promises(seen)[0] if field[0] in (b"accept", b"x-p")]
            == [(b"accept", b"a"), (b"x-p", b"1"), (b"accept", b"b")],
        ),
        requirement("ext.push.promise"),
    ),
    PUSHED.is_called(
        where(
            "accept: a, accept: b, and x-p: 1 anywhere",
            lambda seen, heard: sorted(pair for pair in header_pairs(seen.scope) if pair[0] in (b"accept", b"x-p"))
            == [(b"accept", b"a"), (b"accept", b"b"), (b"x-p", b"1")],
        ),
        where("no pseudo header", lambda seen, heard: not any(key[:1] == b":" for key, _ in header_pairs(seen.scope))),
        requirement("ext.push.new-app-call"),
        on="/pushed",
    ),
    needs=PUSH,
    over=Over.HTTP2_TLS,
)  # fmt: skip

case(
    "The authority of a promise is that of the request",
    client.requests("GET", "/pushes", authority=b"a.example:8443"),
    app.is_called(on="/pushes"),
    app.gets(whole_body(b"")),
    app.sends(START),
    app.sends({"type": "http.response.push", "path": "/pushed", "headers": []}),
    app.sends(LAST),
    client.gets(
        stream_response(200, body=b"x"),
        promise(authority=b"a.example:8443", scheme=b"https"),
        requirement("ext.push.authority"),
    ),
    PUSHED.is_called(
        scope(scheme="https"),
        where("host: a.example:8443", lambda seen, heard: hosts(seen) == [b"a.example:8443"]),
        requirement("ext.push.authority"),
        on="/pushed",
    ),
    needs=PUSH,
    over=Over.HTTP2_TLS,
)

case(
    "The path of a push is encoded for the promise",
    *BEGUN,
    app.sends(
        {"type": "http.response.push", "path": "/caf\u00e9 x", "headers": []}, requirement("ext.push.path-encoding")
    ),
    app.sends(LAST),
    client.gets(
        stream_response(200, body=b"x"),
        where(
            "one promise of /caf%C3%A9%20x",
            lambda seen, heard: (
                [dict(one)[b":path"].upper() for one in promises(seen)] == [b"/CAF%C3%A9%20X"]
                or f"promised: {promises(seen)}"
            ),
        ),
        requirement("ext.push.path-encoding"),
    ),
    PUSHED.is_called(scope(path="/caf\u00e9 x"), requirement("ext.push.path-encoding")),
    note="The event has the path decoded; :path is the encoded one (RFC 9113, section 8.3.1; RFC 3986, section 2.1).",
    needs=PUSH,
    over=Over.HTTP2_TLS,
)

case(
    "A path that is hard to promise is no danger to other connections",
    *BEGUN,
    app.sends({"type": "http.response.push", "path": "/caf\u00e9 x", "headers": []},
              ways={"pushes": returns(), "raises": raises()}),
    app.sends(LAST),
    client.gets(stream_response(200, body=b"x")),
    app.returns(),
    client.closes(),
    LATER.requests("GET", "/later"),
    OTHER.is_called(requirement("common.error.app-exception.isolated"), on="/later"),
    note="Whatever goes wrong with a push goes wrong on its own connection, and the server goes on serving.",
    needs=PUSH,
    over=Over.HTTP2_TLS,
)  # fmt: skip

# --------------------------------------------------------------------------- no push

case(
    "A push to a client that takes none has no effect",
    client.announces(enable_push=0),
    *BEGUN,
    app.sends(
        {"type": "http.response.push", "path": "/pushed", "headers": []}, requirement("ext.push.client-disabled")
    ),
    app.sends(LAST),
    client.gets(
        stream_response(200, body=b"x"),
        where("no promise", lambda seen, heard: promises(seen) == []),
        requirement("ext.push.client-disabled"),
        requirement("h2.response.push-disabled"),
    ),
    client.requests("GET", "/next", stream="b"),
    OTHER.is_called(scope(path="/next"), requirement("ext.push.client-disabled")),
    needs=PUSH,
    over=Over.HTTP2_TLS,
)

# --------------------------------------------------------------------------- when

case(
    "Pushes may come between the pieces of a body",
    *BEGUN,
    app.sends({"type": "http.response.body", "body": b"1", "more_body": True}),
    app.sends({"type": "http.response.push", "path": "/first", "headers": []}, requirement("ext.push.timing")),
    app.sends({"type": "http.response.body", "body": b"2", "more_body": True}),
    app.sends({"type": "http.response.push", "path": "/second", "headers": []}, requirement("ext.push.timing")),
    app.sends({"type": "http.response.body", "body": b"3"}),
    client.gets(
        stream_response(200, body=b"123"),
        where(
            "promises of /first and /second",
            lambda seen, heard: [dict(one).get(b":path") for one in promises(seen)] == [b"/first", b"/second"],
        ),
        requirement("ext.push.timing"),
    ),
    PUSHED.is_called(requirement("ext.push.timing"), on="/first"),
    OTHER.is_called(requirement("ext.push.timing"), on="/second"),
    needs=PUSH,
    over=Over.HTTP2_TLS,
)


@each(over=Over.HTTP2_TLS, needs=PUSH, when=["before the start", "after the last body"])
def push_out_of_order(when):
    """A push out of its time damages no response

    Before the start and after the last body it is out of order. What becomes of it is not said, so that raising,
    ignoring and pushing are all taken; the response arrives, and the connection serves the next request.
    """
    push = {"type": "http.response.push", "path": "/pushed", "headers": []}
    ways = {"raises": note(raises()), "returns": note(returns())}
    yield client.requests("GET", "/pushes")
    yield app.is_called(on="/pushes")
    yield app.gets(whole_body(b""))
    if when == "before the start":
        yield app.sends(push, ways=ways)
    yield app.sends(START)
    yield app.sends(LAST)
    if when == "after the last body":
        yield app.sends(push, ways=ways)
    yield client.gets(stream_response(200, body=b"x"), requirement("ext.push.timing"))
    yield client.requests("GET", "/next", stream="b")
    yield OTHER.is_called(requirement("ext.push.timing"), on="/next")
    yield OTHER.sends(START)
    yield OTHER.sends(LAST)
    yield client.gets(stream_response(200, body=b"x", stream="b"), requirement("ext.push.timing"))
