"""What a middleware does with the scope (ASGI, "Middleware", "Scopes")."""

from asgi_conformance.authoring import (
    app,
    case,
    each,
    ended,
    http_scope,
    lifespan_scope,
    made,
    note,
    pending,
    requirement,
    scope,
    server,
    unchanged,
    websocket_scope,
    where,
)
from asgi_conformance.authoring import plain as value

UNKNOWN = {"type": "asgi-conformance.unknown", "asgi": {"version": "3.0"}, "a": 1}
REQUEST = {"type": "http.request", "body": b"", "more_body": False}
START = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}
BODY = {"type": "http.response.body", "body": b"ok"}

live = where(
    "the very objects that the server put there",
    lambda seen, heard: all(
        seen.ids.get(name) == id for name, id in heard.timeline.called().ids.items() if "." in name
    ),
)
no_exception = where(
    "no exception before the application is called",
    lambda seen, heard: seen.outcome is None or seen.outcome.raised is None or bool(heard.timeline.calls()),
)
not_of_copying = where(
    "an exception that has nothing to do with copying", lambda seen, heard: not seen.outcome.raised.is_a("TypeError")
)
as_at_first = where(
    "the scope as it was handed down",
    lambda seen, heard: value(seen.scope) == value(heard.timeline.calls()[0].scope),
)


GIVEN = {"unknown": UNKNOWN, "lifespan": lifespan_scope(), "websocket": websocket_scope(), "http": http_scope()}


@each(kind=GIVEN)
def copied(kind):
    """A middleware leaves the scope that it was given as it was"""
    yield server.calls(GIVEN[kind])
    yield app.is_called(scope(type=GIVEN[kind]["type"]))
    yield app.raises()
    yield server.sees_the_end()
    yield server.looks_at_scope(
        requirement("common.middleware.copies-scope", expects=unchanged()),
        requirement("common.middleware.nested-containers-not-mutated", expects=unchanged(inside=True)),
    )


case(
    "Live objects in the scope reach the application themselves and not as copies",
    server.calls(http_scope(state={"lock": made("lock"), "object": made("object")})),
    server.delivers(REQUEST),
    server.gets_answer(
        requirement("common.middleware.no-deepcopy", ways={"": no_exception, "rejected": note(not_of_copying)})
    ),
    app.is_called(scope(type="http")),
    app.looks_at_scope(
        requirement("common.middleware.no-deepcopy", ways={"": live, "over": note(ended(), "its call is over")})
    ),
)

case(
    "The scope that was handed down is not changed later",
    server.calls(http_scope()),
    server.delivers(REQUEST),
    app.is_called(scope(type="http")),
    app.gets({"type": "http.request"}),
    app.sends(START),
    app.sends(BODY),
    app.looks_at_scope(as_at_first, requirement("common.middleware.no-late-mutation")),
)


PASSES = "common.middleware.unknown-types-pass"
called = where("the application is called", lambda seen, heard: bool(heard.timeline.calls()))
rejected = where(
    "an exception instead", lambda seen, heard: seen.outcome is not None and seen.outcome.raised is not None
)


case(
    "A scope of the lifespan reaches the application",
    server.calls(GIVEN["lifespan"]),
    app.is_called(scope(type="lifespan"), requirement(PASSES)),
)

case(
    "A scope of unknown type reaches the application",
    server.calls(GIVEN["unknown"]),
    server.gets_answer(requirement(PASSES, ways={"called": called, "rejected": note(rejected)})),
    app.is_called(ways={"handed on": scope(type=UNKNOWN["type"]), "kept": pending()}),
    note="An application should raise an exception for a type that it does not know, and a middleware is one.",
)


@each(kind=["http", "websocket"])
def handed_on_or_answered(kind):
    """A request or WebSocket connection reaches the application, or the middleware deals with it itself"""
    yield server.calls(GIVEN[kind])
    yield server.delivers({"type": "http.request"} if kind == "http" else {"type": "websocket.connect"})
    yield server.gets_answer(
        requirement(PASSES, ways={"": no_exception, "rejected": note(rejected, "by an exception")})
    )
    yield app.is_called(ways={"handed on": scope(type=kind), "kept": pending()})
