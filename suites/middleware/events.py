"""What a middleware does with events: as a server it stands before the application (ASGI, "Middleware")."""

from asgi_conformance.authoring import (
    ABSENT,
    answer,
    app,
    case,
    conduct,
    each,
    ended,
    http_scope,
    lifespan_scope,
    note,
    pending,
    raises,
    requirement,
    returns,
    scope,
    server,
    websocket_scope,
    where,
    whole_body,
)

ROLE = "common.middleware.server-role"
PASS = "common.middleware.unknown-events-pass"
ERRORS = "common.middleware.exceptions-propagate"

REQUEST = {"type": "http.request", "body": b"", "more_body": False}
START = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]}
FIRST = {"type": "http.response.body", "body": b"one", "more_body": True}
LAST = {"type": "http.response.body", "body": b"two", "more_body": False}

TOLD = {**START, "headers": [(b"x-b", b"1"), (b"set-cookie", b"a=1"), (b"x-a", b"2"), (b"set-cookie", b"b=2")]}
as_it_was = where(
    "the same fields and body",
    lambda seen, heard: (
        [event["type"] for event in seen.events].count("http.response.start") == 1
        and [tuple(pair) for pair in seen.events[0]["headers"]] == TOLD["headers"]
        and b"".join(event.get("body", b"") for event in seen.events[1:]) == b"onetwo"
    ),
)

SENT = b"abcdef"
another_body = where(
    "a body with bytes that the client did not send", lambda seen, heard: not set(seen.body) <= set(SENT)
)
told_of = where(
    "a complete response with something behind what the application sent",
    lambda seen, heard: (
        not seen.events[-1].get("more_body") and len(b"".join(event.get("body", b"") for event in seen.events[1:])) > 3
    ),
)

CALLED = (server.calls(http_scope()), server.delivers(REQUEST), app.is_called(scope(type="http")))

case(
    "A request body in pieces reaches the application whole and in order",
    server.calls(http_scope("POST", headers=[(b"content-length", b"6")])),
    server.delivers(
        {"type": "http.request", "body": b"ab", "more_body": True},
        {"type": "http.request", "body": b"", "more_body": True},
        {"type": "http.request", "body": b"cdef", "more_body": False},
    ),
    app.is_called(scope(type="http", method="POST")),
    app.gets(
        whole_body(SENT),
        requirement(
            ROLE, ways={"as it was sent": whole_body(SENT), "changed": note(another_body, "changed on the way")}
        ),
    ),
)

case(
    "A response in pieces reaches the server complete and in order",
    *CALLED,
    app.gets(REQUEST),
    app.sends(TOLD),
    app.sends(FIRST),
    app.sends(LAST),
    app.returns(),
    server.gets_answer(
        requirement(ROLE, expects=answer()),
        requirement(
            "common.middleware.response-unchanged",
            ways={"as it was": as_it_was, "changed": note(answer(), "changed on the way")},
        ),
        *conduct("http.response.start.app-first", "http.response.body.app-terminates"),
    ),
)

case(
    "A piece of a response reaches the server before the next is sent",
    *CALLED,
    app.sends(START),
    app.sends(FIRST),
    server.gets(
        requirement("common.middleware.holds-nothing-back", ways={"at once": START, "held back": note(pending())})
    ),
)

case(
    "The disconnect of a client reaches the application",
    *CALLED,
    app.gets(REQUEST),
    server.delivers({"type": "http.disconnect"}),
    app.gets(
        requirement(ROLE),
        ways={"told": {"type": "http.disconnect"}, "ended": note(ended(), "its call is ended instead")},
    ),
)

case(
    "A send that fails because the client has left does not look like one that went through",
    *CALLED,
    server.fails_sends("OSError"),
    app.sends(START, ways={"raises": raises("OSError"), "returns": returns()}),
    app.sends(
        LAST,
        requirement(ERRORS),
        ways={
            "raises": raises("OSError"),
            "other": raises(),
            "ended": ended(),
            "no-op": note(returns(), "the failure is hidden"),
        },
    ),
)


@each(moment=["before the response", "in the response"])
def exception(moment):
    """An exception of the application leaves the middleware, or becomes a complete response"""
    yield from CALLED
    if moment == "in the response":
        yield app.sends(START)
        yield app.sends(FIRST)
    yield app.raises()
    out = {
        "raised": where(
            "an exception", lambda seen, heard: seen.outcome is not None and seen.outcome.raised is not None
        )
    }
    if moment == "before the response":
        out["response"] = answer(lambda status: status >= 400)
        out["no error"] = note(answer(), "an error does not look like one")
    else:
        out["told of"] = note(told_of, "a response that failed looks complete")
    yield server.gets_answer(requirement(ERRORS, ways=out))


case(
    "Keys that nobody knows stay in the events that the application sends",
    *CALLED,
    app.sends({**START, "x-key": 1}),
    app.sends({**LAST, "x-key": 2}),
    app.returns(),
    server.gets_answer(
        requirement(PASS),
        ways={
            "with them": where(
                "both events with their keys",
                lambda seen, heard: [event.get("x-key", ABSENT) for event in seen.events] == [1, 2],
            ),
            "without": note(answer(200), "it makes events of its own"),
        },
    ),
)

case(
    "Keys that nobody knows stay in the events that the application gets",
    server.calls(http_scope()),
    server.delivers({**REQUEST, "x-key": 1}),
    app.is_called(scope(type="http")),
    app.gets(
        requirement(PASS),
        ways={
            "with them": {"type": "http.request", "x-key": 1},
            "without": note({"type": "http.request"}, "it makes events of its own"),
        },
    ),
)

case(
    "Events that nobody knows reach the server",
    server.calls(http_scope(extensions={"asgi-conformance": {}})),
    server.delivers(REQUEST),
    app.is_called(scope(type="http", extensions={"asgi-conformance": {}})),
    app.sends({"type": "http.response.asgi-conformance", "a": 1}),
    app.sends(START),
    app.sends(LAST),
    app.returns(),
    server.gets_answer(
        where(
            "the event and the response",
            lambda seen, heard: any(event["type"] == "http.response.asgi-conformance" for event in seen.events),
        ),
        requirement(PASS),
    ),
)

case(
    "Events that nobody knows reach the application",
    *CALLED,
    app.gets(REQUEST),
    server.delivers({"type": "http.asgi-conformance", "a": 1}),
    app.gets(
        requirement(PASS),
        ways={
            "passed on": {"type": "http.asgi-conformance", "a": 1},
            "rejected": note(raises(), "as an application should"),
        },
    ),
)

case(
    "A WebSocket dialogue passes in both directions",
    server.calls(websocket_scope(subprotocols=["chat"])),
    server.delivers({"type": "websocket.connect"}),
    app.is_called(scope(type="websocket", subprotocols=["chat"])),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.accept", "subprotocol": "chat"}),
    server.gets({"type": "websocket.accept", "subprotocol": "chat"}, requirement(ROLE)),
    server.delivers({"type": "websocket.receive", "text": ""}, {"type": "websocket.receive", "bytes": b"\0"}),
    app.gets({"type": "websocket.receive", "text": ""}, requirement(ROLE)),
    app.gets({"type": "websocket.receive", "bytes": b"\0"}, requirement(ROLE)),
    app.sends({"type": "websocket.send", "text": "é"}),
    server.gets({"type": "websocket.send", "text": "é"}, requirement(ROLE)),
    server.delivers({"type": "websocket.disconnect", "code": 4001, "reason": "bye"}),
    app.gets({"type": "websocket.disconnect", "code": 4001, "reason": "bye"}, requirement(ROLE)),
)

case(
    "The lifespan passes, and what the application puts into the state reaches the server",
    server.calls(lifespan_scope()),
    server.delivers({"type": "lifespan.startup"}),
    app.is_called(scope(type="lifespan")),
    app.gets({"type": "lifespan.startup"}),
    app.sets_scope(["state", "from the application"], 1),
    app.sends({"type": "lifespan.startup.complete"}),
    server.gets({"type": "lifespan.startup.complete"}, requirement(ROLE)),
    server.looks_at_scope(
        where("the state with the entry", lambda seen, heard: seen.scope["state"].get("from the application") == 1),
        requirement("common.middleware.no-deepcopy"),
    ),
    server.delivers({"type": "lifespan.shutdown"}),
    app.gets({"type": "lifespan.shutdown"}, requirement(ROLE)),
    app.sends({"type": "lifespan.shutdown.complete"}),
    server.gets({"type": "lifespan.shutdown.complete"}, requirement(ROLE)),
    app.returns(),
    server.sees_the_end(returns()),
)
