"""Many connections: each by itself, and all at once (ASGI, "Overview", "Connection Scope")."""

from asgi_conformance.authoring import (
    anything,
    app,
    case,
    client,
    ended,
    raises,
    requirement,
    response,
    returns,
    scope,
    whole_body,
)

a, b, c = (client.named(name) for name in "abc")
call_a, call_b, call_c = (app.named(name) for name in "abc")

case(
    "Requests are served at the same time",
    a.sends(b"GET /a HTTP/1.1\r\nHost: test\r\n\r\n"),
    call_a.is_called(on="/a"),
    b.sends(b"GET /b HTTP/1.1\r\nHost: test\r\n\r\n"),
    call_b.is_called(scope(path="/b"), requirement("common.concurrency.parallel-connections"), on="/b"),
    c.sends(b"GET /c HTTP/1.1\r\nHost: test\r\n\r\n"),
    call_c.is_called(scope(path="/c"), requirement("common.concurrency.parallel-connections"), on="/c"),
    call_c.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]}),
    call_c.sends({"type": "http.response.body", "body": b"c"}),
    c.gets(response(200, body=b"c"), requirement("common.concurrency.parallel-connections")),
    call_a.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]}),
    call_a.sends({"type": "http.response.body", "body": b"a"}),
    a.gets(response(200, body=b"a"), requirement("common.concurrency.parallel-connections")),
)

case(
    "receive and send are bound to their own connection",
    a.sends(b"POST /a HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\naaa"),
    b.sends(b"POST /b HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\nbbb"),
    c.sends(b"POST /c HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\nccc"),
    call_a.is_called(on="/a"),
    call_b.is_called(on="/b"),
    call_c.is_called(on="/c"),
    call_c.gets(whole_body(b"ccc"), requirement("common.callables.per-connection")),
    call_a.gets(whole_body(b"aaa"), requirement("common.callables.per-connection")),
    call_b.gets(whole_body(b"bbb"), requirement("common.callables.per-connection")),
    call_b.sends({"type": "http.response.start", "status": 201, "headers": [(b"content-length", b"3")]}),
    call_a.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"3")]}),
    call_a.sends({"type": "http.response.body", "body": b"aaa"}),
    call_b.sends({"type": "http.response.body", "body": b"bbb"}),
    call_c.sends({"type": "http.response.start", "status": 202, "headers": [(b"content-length", b"3")]}),
    call_c.sends({"type": "http.response.body", "body": b"ccc"}),
    a.gets(response(200, body=b"aaa"), requirement("common.callables.per-connection")),
    b.gets(response(201, body=b"bbb"), requirement("common.callables.per-connection")),
    c.gets(response(202, body=b"ccc"), requirement("common.callables.per-connection")),
)

case(
    "receive and send are bound to their own request of a connection",
    a.sends(b"POST /a HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\naaa"),
    call_a.is_called(on="/a"),
    call_a.gets(whole_body(b"aaa"), requirement("common.callables.per-connection")),
    call_a.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"3")]}),
    call_a.sends({"type": "http.response.body", "body": b"aaa"}),
    a.gets(response(200, body=b"aaa"), requirement("common.callables.per-connection")),
    call_a.returns(ways={"left": anything(), "ended": ended()}),
    a.sends(b"POST /b HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\nbbb"),
    call_b.is_called(on="/b"),
    call_b.gets(whole_body(b"bbb"), requirement("common.callables.per-connection")),
    call_b.sends({"type": "http.response.start", "status": 201, "headers": [(b"content-length", b"3")]}),
    call_b.sends({"type": "http.response.body", "body": b"bbb"}),
    a.gets(response(201, body=b"bbb"), requirement("common.callables.per-connection")),
    needs="keep-alive",
)

case(
    "What is sent for an earlier request does not reach a later one",
    a.sends(b"GET /a HTTP/1.1\r\nHost: test\r\n\r\n"),
    call_a.is_called(on="/a"),
    call_a.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"3")]}),
    call_a.sends({"type": "http.response.body", "body": b"aaa"}),
    a.gets(response(200, body=b"aaa")),
    call_a.returns(ways={"left": anything(), "ended": ended()}),
    a.sends(b"GET /b HTTP/1.1\r\nHost: test\r\n\r\n"),
    call_b.is_called(on="/b"),
    call_b.sends({"type": "http.response.start", "status": 201, "headers": []}),
    call_b.sends({"type": "http.response.body", "body": b"bbb", "more_body": True}),
    call_b.sends({"type": "http.response.body", "body": b"late"}, through=call_a,
                 ways={"ignored": returns(), "raises": raises()}),
    call_b.sends({"type": "http.response.body", "body": b"bbb"}),
    a.gets(response(201, body=b"bbbbbb"), requirement("common.callables.late-send-after-return")),
    needs="keep-alive",
)  # fmt: skip

case(
    "A task that the application forgot does no harm when it fails",
    a.sends(b"GET /a HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"),
    call_a.is_called(on="/a"),
    call_a.forgets_a_task(),
    call_a.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]}),
    call_a.sends({"type": "http.response.body", "body": b"a"}),
    a.gets(response(200, body=b"a")),
    call_a.returns(ways={"left": anything(), "ended": ended()}),
    b.gets_nothing(),
    c.sends(b"GET /c HTTP/1.1\r\nHost: test\r\n\r\n"),
    call_c.is_called(scope(path="/c"), requirement("common.extra-coroutines.no-guarantee")),
)

case(
    "An application that dies of a message refused after the start leaves the server serving",
    a.sends(b"GET /a HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"),
    call_a.is_called(on="/a"),
    call_a.sends({"type": "http.response.start", "status": 200, "headers": []}),
    call_a.sends({"type": "http.response.bogus"}, ways={"raises": raises(), "ignored": returns()}),
    call_a.reraises(ways={"left": anything(), "ended": ended()}),
    b.sends(b"GET /b HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"),
    call_b.is_called(scope(path="/b"), requirement("common.error.app-exception.isolated"), on="/b"),
    call_b.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]}),
    call_b.sends({"type": "http.response.body", "body": b"b"}),
    b.gets(response(200, body=b"b"), requirement("common.error.app-exception.isolated")),
)
