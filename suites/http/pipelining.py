"""Several requests on one connection: a scope and a call each (ASGI HTTP, "HTTP Connection Scope")."""

from asgi_conformance.authoring import (
    any_of,
    app,
    case,
    client,
    closed,
    note,
    requirement,
    response,
    scope,
    whole_body,
)

first, second = app.named("first"), app.named("second")
"""The application's call for each request."""


def without(*names):
    """None of these header names is there."""
    return any_of(f"without {names}", lambda headers: not any(pair[0].lower() in names for pair in headers))


OVER = note(closed(), "the connection ended with the first response")
"""A server need not keep a connection."""

case(
    "Each request on a connection has a scope of its own",
    client.sends(b"POST /one?a=1 HTTP/1.1\r\nHost: test\r\nX-First: 1\r\nContent-Length: 3\r\n\r\none"),
    first.is_called(scope(method="POST", path="/one", query_string=b"a=1")),
    first.gets(whole_body(b"one")),
    first.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]}),
    first.sends({"type": "http.response.body", "body": b"1"}),
    client.gets(response(200, body=b"1")),
    first.returns(),
    client.sends(b"PUT /two?b=2 HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\ntwo"),
    second.is_called(
        requirement("http.scope.one-per-request"),
        ways={
            "its own": scope(method="PUT", path="/two", query_string=b"b=2", headers=without(b"x-first")),
            "closed": OVER,
        },
    ),
    second.gets(whole_body(b"two"), requirement("http.scope.one-per-request")),
    second.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]}),
    second.sends({"type": "http.response.body", "body": b"2"}),
    client.gets(response(200, body=b"2"), requirement("http.scope.one-per-request")),
)

case(
    "Pipelined requests are answered in order",
    client.sends(b"GET /one?a=1 HTTP/1.1\r\nHost: test\r\n\r\nGET /two HTTP/1.1\r\nHost: test\r\n\r\n"),
    first.is_called(scope(path="/one", query_string=b"a=1"), requirement("http.request.pipelining"), on="/one"),
    first.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]}),
    first.sends({"type": "http.response.body", "body": b"1"}),
    client.gets(response(200, body=b"1"), requirement("http.request.pipelining")),
    first.returns(),
    second.is_called(
        requirement("http.request.pipelining"),
        ways={"its own scope": scope(path="/two", query_string=b""), "closed": closed()},
    ),
    second.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]}),
    second.sends({"type": "http.response.body", "body": b"2"}),
    client.gets(response(200, body=b"2"), requirement("http.request.pipelining")),
)

case(
    "A pipelined request does not reach the call of the one before",
    client.sends(
        b"POST /one HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\none"
        b"POST /two HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\ntwo"
    ),
    first.is_called(scope(path="/one"), on="/one"),
    first.gets(whole_body(b"one"), requirement("http.scope.one-per-request")),
    first.begins_to_receive("another"),
    first.still_waits("another", requirement("http.request.nothing-after-final")),
    first.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]}),
    first.sends({"type": "http.response.body", "body": b"1"}),
    client.gets(response(200, body=b"1")),
    first.returns(),
    second.is_called(
        requirement("http.scope.one-per-request"),
        ways={"another call": scope(method="POST", path="/two"), "closed": OVER},
    ),
    second.gets(whole_body(b"two"), requirement("http.scope.one-per-request")),
)
