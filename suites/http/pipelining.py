"""Several requests on one connection: a scope and a call each (ASGI HTTP, "HTTP Connection Scope")."""

from asgi_conformance.authoring import (
    app,
    case,
    client,
    closed,
    header_pairs,
    never_called,
    note,
    requirement,
    response,
    returns,
    scope,
    whole_body,
)

first, second = app.named("first"), app.named("second")
"""The application's call for each request."""


SENT = {"sent": returns(), "never called": never_called()}


def without_x_first(headers):
    """without x-first"""
    return b"x-first" not in [name.lower() for name, _ in header_pairs({"headers": headers})]


case(
    "Each request on a connection has a scope of its own",
    client.sends(b"POST /one HTTP/1.1\r\nHost: test\r\nX-First: 1\r\nContent-Length: 3\r\n\r\none"),
    first.is_called(scope(path="/one")),
    first.gets(whole_body(b"one")),
    first.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]}),
    first.sends({"type": "http.response.body", "body": b"1"}),
    client.gets(response(200, body=b"1")),
    client.sends(b"PUT /two HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\ntwo"),
    second.is_called(
        requirement("http.scope.one-per-request"),
        ways={
            "its own": scope(path="/two", headers=without_x_first),
            "closed": note(closed(), "the connection ended with the first response"),
        },
    ),
    second.gets_body(ways={"its own": whole_body(b"two"), "never called": never_called()}),
    second.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]}, ways=SENT),
    second.sends({"type": "http.response.body", "body": b"2"}, ways=SENT),
    client.gets(requirement("http.scope.one-per-request"),
                ways={"answered": response(200, body=b"2"), "closed": note(closed())}),
)  # fmt: skip

case(
    "Pipelined requests are answered in order",
    client.sends(b"GET /one HTTP/1.1\r\nHost: test\r\n\r\nGET /two HTTP/1.1\r\nHost: test\r\n\r\n"),
    first.is_called(scope(path="/one"), requirement("http.request.pipelining"), on="/one"),
    first.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]}),
    first.sends({"type": "http.response.body", "body": b"1"}),
    client.gets(response(200, body=b"1"), requirement("http.request.pipelining")),
    second.is_called(
        requirement("http.request.pipelining"), ways={"its own scope": scope(path="/two"), "closed": closed()}
    ),
    second.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]}, ways=SENT),
    second.sends({"type": "http.response.body", "body": b"2"}, ways=SENT),
    client.gets(
        requirement("http.request.pipelining"), ways={"answered": response(200, body=b"2"), "closed": closed()}
    ),
    note="The connection may end with the first response instead, for a server need not keep it.",
)

case(
    "A pipelined request does not reach the call of the one before",
    client.sends(
        b"POST /one HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\none"
        b"POST /two HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\ntwo"
    ),
    first.is_called(scope(path="/one"), on="/one"),
    first.gets(whole_body(b"one")),
    first.begins_to_receive("another"),
    first.still_waits("another", requirement("http.request.nothing-after-final")),
)
