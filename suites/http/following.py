"""What follows on a connection: it is a matter of the next request, or of nobody (ASGI HTTP; RFC 9112, section 9)."""

from asgi_conformance.authoring import (
    anything,
    app,
    case,
    client,
    closed,
    each,
    ended,
    event,
    never_called,
    note,
    pending,
    raises,
    refused,
    requirement,
    response,
    returns,
    scope,
    silence,
    warn,
    whole_body,
)

first, second = app.named("first"), app.named("second")
START = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]}
TRIED = {"returns": returns(), "raises": raises(), "never called": never_called()}

case(
    "A receive of an answered request takes nothing of the next request",
    client.sends(b"POST /one HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\none"),
    first.is_called(scope(path="/one")),
    first.gets(whole_body(b"one")),
    first.begins_to_receive("next"),
    first.sends(START),
    first.sends({"type": "http.response.body", "body": b"1"}),
    client.gets(response(200, body=b"1")),
    client.sends(b"POST /two HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\n", b"two"),
    second.is_called(requirement("common.callables.per-connection"), within=0.3, ways={
        "called": scope(path="/two"),
        "not yet": note(pending(), "it waits until the application has returned"),
        "closed": note(closed(), "the connection ended with the first response"),
    }),
    second.gets_body(requirement("common.callables.per-connection", ways={
        "its own": whole_body(b"two"), "never called": note(never_called()),
    })),
    second.sends(START, ways=TRIED),
    second.sends({"type": "http.response.body", "body": b"2"}, ways=TRIED),
    client.gets(requirement("common.callables.per-connection", ways={
        "answered": response(200, body=b"2"), "closed": note(closed()), "not yet": note(silence()),
    }), within=0.5),
    first.finishes("next", requirement("http.disconnect.after-response"), within=0.5, ways={
        "told": event({"type": "http.disconnect"}),
        "not told": warn(pending(), "it waits on, though the response is over"),
    }),
)  # fmt: skip

BEHIND = {"request": b"GET /two HTTP/1.1\r\nHost: test\r\n\r\n", "empty-line": b"\r\n", "garbage": b"\x00\x01\r\n\r\n"}


@each(comes=BEHIND)
def nothing_behind_close(comes):
    """Nothing that comes behind Connection: close is served

    The response to the request with this option is the last one of the connection (RFC 9112, section 9.6). A client
    that goes on sending breaks that rule first, so a server that takes a valid request back for it is warned only.
    """
    last = "h1.conn.close-requested"
    yield client.sends(b"GET /one HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n" + BEHIND[comes])
    yield first.is_called(ways={"called": scope(path="/one"), "not called": pending()}, within=0.3)
    yield first.sends(START, ways=TRIED)
    yield first.sends({"type": "http.response.body", "body": b"1"}, ways=TRIED)
    yield first.returns(ways={"left": anything(), "ended": ended(), "never called": never_called()})
    yield client.gets(requirement(last, ways={
        "its response": response(200, body=b"1"), "refused": warn(refused(), "the request before it is taken back"),
    }))  # fmt: skip
    yield second.is_not_called(requirement(last))
    yield client.gets(closed(), requirement(last), within=1.0)
