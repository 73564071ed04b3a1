"""Applications: how, when and where an application is called (ASGI, "Overview", "Applications" and the legacy ones).

Reading A36: a call by keywords is a warning, for the signature is published by name too. Reading A71: an application in
the style of ASGI 2 may be refused by now.
"""

from asgi_conformance.authoring import (
    anything,
    app,
    case,
    client,
    closed,
    each,
    ended,
    note,
    nothing,
    process,
    requirement,
    response,
    scope,
    warn,
    where,
)

second, third = client.named("second"), client.named("third")
first_call, second_call, socket_call, extra = (app.named(name) for name in ("first", "second", "socket", "extra"))


def three_values(seen, heard):
    """A scope and two callables, however they were passed."""
    facts = seen.facts
    count = facts["arguments"] + len(facts["keywords"]) + bool(facts["keywords"])
    if count != 3:
        return f"{count} values"
    return all(facts["callables"]) or "not all of them are callables"


def by_position(seen, heard):
    return not seen.facts["keywords"] or f"by keyword: {', '.join(seen.facts['keywords'])}"


def in_main_thread(seen, heard):
    return seen.facts["main_thread"] or "in another thread"


case(
    "The application is called with a scope and two callables, and is awaited to its end",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(
        requirement("common.app.single-callable", expects=where("a scope and two callables", three_values)),
        requirement("common.app.call-positional", expects=where("by position", by_position)),
        requirement("common.app.main-thread", expects=where("in the main thread", in_main_thread)),
    ),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    app.sends({"type": "http.response.body", "body": b"ok"}, requirement("common.app.single-callable")),
    client.gets(response(200, body=b"ok")),
)

case(
    "The application runs in a loop in which tasks and threads work",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.uses_the_loop(requirement("common.app.runs-in-running-loop"), ways={
        "asyncio": where("in asyncio", lambda seen, heard: not seen.raised and seen.value == "asyncio"),
        "trio": note(where("in trio", lambda seen, heard: not seen.raised and seen.value == "trio")),
    }),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    app.sends({"type": "http.response.body", "body": b"ok"}),
    client.gets(response(200, body=b"ok"), requirement("common.app.runs-in-running-loop")),
)  # fmt: skip

case(
    "Every request is one call, on the same connection too",
    client.sends(b"GET /first HTTP/1.1\r\nHost: test\r\n\r\n"),
    first_call.is_called(scope(path="/first"), requirement("common.app.called-once-per-connection")),
    first_call.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    first_call.sends({"type": "http.response.body", "body": b"ok"}),
    client.gets(response(200)),
    first_call.returns(ways={"left": anything(), "ended": ended()}),
    client.sends(b"GET /second HTTP/1.1\r\nHost: test\r\n\r\n"),
    second_call.is_called(requirement("common.app.called-once-per-connection"),
                          ways={"called": scope(path="/second"), "the connection is not kept": note(closed())}),
    extra.is_not_called(requirement("common.app.called-once-per-connection")),
)  # fmt: skip

case(
    "An application that raises is not called again",
    client.sends(b"GET /raises HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(path="/raises")),
    app.raises(),
    extra.is_not_called(requirement("common.app.called-once-per-connection")),
)

case(
    "A WebSocket is one call",
    client.opens_websocket("/socket"),
    socket_call.is_called(scope(path="/socket")),
    socket_call.gets({"type": "websocket.connect"}),
    socket_call.sends({"type": "websocket.accept"}),
    second.sends(b"GET /next HTTP/1.1\r\nHost: test\r\n\r\n"),
    second_call.is_called(scope(path="/next"), requirement("common.app.called-once-per-connection")),
    needs="websocket",
)

case(
    "A silent connection and half a request do not call the application",
    client.connects(),
    second.sends(b"GET /half HTTP/1.1\r\nHost: test\r\n"),
    second.shuts_down_sending(),
    extra.is_not_called(requirement("common.app.not-called-on-bare-connect")),
    third.sends(b"GET /whole HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(path="/whole"), requirement("common.app.not-called-on-bare-connect")),
)

case(
    "A value that the application returns damages nothing",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    app.sends({"type": "http.response.body", "body": b"ok"}),
    app.returns(42),
    client.gets(response(200, body=b"ok"), requirement("common.app.return-value-ignored")),
    client.gets_nothing(requirement("common.app.return-value-ignored"),
                        ways={"goes on": nothing(), "closed": closed()}),
    second.sends(b"GET /next HTTP/1.1\r\nHost: test\r\n\r\n"),
    second_call.is_called(scope(path="/next"), requirement("common.app.return-value-ignored")),
)  # fmt: skip

case(
    "The application may tidy up when its response is complete",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    app.sends({"type": "http.response.body", "body": b"ok"}),
    client.gets(response(200, body=b"ok")),
    client.closes(),
    second.sends(b"GET /next HTTP/1.1\r\nHost: test\r\n\r\n"),
    second_call.is_called(scope(path="/next")),
    app.looks_at_scope(requirement("common.app.lifetime.cleanup-time")),
)

case(
    "The application may tidy up when its client has gone",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.gets_body(),
    client.closes(),
    app.gets({"type": "http.disconnect"}),
    second.sends(b"GET /next HTTP/1.1\r\nHost: test\r\n\r\n"),
    second_call.is_called(scope(path="/next")),
    app.looks_at_scope(requirement("common.app.lifetime.cleanup-time")),
)


@each(shape=["instance", "method", "partial"], options=lambda shape: {"application": shape})
def any_shape(shape):
    """Whatever can be called and awaited is an application"""
    yield process.starts()
    yield client.sends_early(b"GET /shape HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(
        requirement("common.app.any-async-callable"), ways={"called": scope(path="/shape"), "error": warn(response())}
    )
    yield app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    yield app.sends({"type": "http.response.body", "body": b"ok"})
    yield client.gets(response(200, body=b"ok"), requirement("common.app.any-async-callable"))


case(
    "An application in the style of ASGI 2 is served too",
    process.starts(),
    client.sends_early(b"GET /style HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(requirement("common.app.legacy.two-callable"),
                  ways={"served": scope(path="/style"), "error": note(response()), "no start": note(ended())}),
    options={"application": "double"},
)  # fmt: skip

case(
    "An application that says that it is called once is believed",
    process.starts(),
    client.sends_early(b"GET /hint HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(requirement("common.app.legacy.detection"),
                  ways={"served": scope(path="/hint"), "error": note(response()), "no start": note(ended())}),
    options={"application": "hinted"},
)  # fmt: skip
