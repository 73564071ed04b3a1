"""What a middleware does with the scope (ASGI, "Middleware", "Scopes")."""

from asgi_conformance.authoring import (
    app,
    case,
    each,
    http_scope,
    lifespan_scope,
    made,
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
no_exception = where("no exception of its own", lambda seen, heard: seen.outcome is None or seen.outcome.raised is None)
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
    server.gets_answer(no_exception, requirement("common.middleware.no-deepcopy")),
    app.is_called(scope(type="http")),
    app.looks_at_scope(live, requirement("common.middleware.no-deepcopy")),
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


@each(kind=["unknown", "lifespan"])
def handed_on(kind):
    """A scope that is no request reaches the application"""
    yield server.calls(GIVEN[kind])
    yield app.is_called(scope(type=GIVEN[kind]["type"]), requirement("common.middleware.unknown-types-pass"))


@each(kind=["http", "websocket"])
def handed_on_or_answered(kind):
    """A request or WebSocket connection reaches the application, or the middleware deals with it itself"""
    yield server.calls(GIVEN[kind])
    yield server.delivers({"type": "http.request"} if kind == "http" else {"type": "websocket.connect"})
    yield server.gets_answer(no_exception, requirement("common.middleware.unknown-types-pass"))
    yield app.is_called(ways={"handed on": scope(type=kind), "kept": pending()})
