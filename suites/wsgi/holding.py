"""What it costs a server to hold a response, and what WSGI cannot hold at all: measured, for no clause owes it."""

from asgi_conformance.authoring import (
    any_of,
    anything,
    body_part,
    case,
    client,
    environ,
    gives,
    handshake,
    made,
    not_offered,
    note,
    requirement,
    response,
    where,
    wsgi_app,
)

MOST = 17
MANY = f"more than {MOST - 1} at once"
OK = (("Content-Type", "text/plain"), ("Content-Length", "2"))
PIECES = (("Content-Type", "text/event-stream"),)
ALONE = {"one at a time": note(gives(0)), "": gives(any_of("several at once", lambda others: others > 0))}
COUNTS = {
    MANY: gives(MOST - 1),
    "one at a time": note(gives(0)),
    **{f"{number} at once": note(gives(number - 1)) for number in range(2, MOST)},
}


def nobody_waited(seen, heard):
    """None is called now, for all the others are under way already."""
    counts = (getattr(one.seen, "value", None) for one in heard.timeline.entries if one.who == "wsgi_app")
    called = next(count for count in counts if isinstance(count, int))
    asked = sum(one.who.startswith("client:") for one in heard.timeline.entries)
    return seen.value == 0 and called == asked or f"{seen.value} more are called, {asked - called} waited"


NEXT = {"the next is called": gives(1), "nobody waited": where("nobody waited", nobody_waited)}


def others_ask(path, number):
    """So many clients beside the first."""
    for other in range(2, number + 1):
        yield client.named(str(other)).sends(f"GET {path}/{other} HTTP/1.1\r\nHost: test\r\n\r\n".encode())


def is_answered():
    """The call that is held waits with the whole response."""
    return [
        wsgi_app.starts("200 OK", OK),
        wsgi_app.returns(b"ok"),
        client.gets(response(200, body=b"ok")),
        client.closes(),
        wsgi_app.counts_calls(1, requirement("wsgi.holding.next-is-served", ways=NEXT), first=MOST + 1),
    ]


case(
    "Whoever waits for an answer keeps a worker",
    client.sends(b"GET /held/alone/1 HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/held/alone/1"})),
    *others_ask("/held/alone", 3),
    wsgi_app.counts_calls(2, requirement("wsgi.holding.at-once", ways=ALONE), first=2),
    *is_answered(),
    note="""
    A synchronous call holds whatever carries it, a thread or a process, until its iterable is exhausted. When it ends,
    the next in the queue is called.
    """,
)

case(
    "As many wait for an answer as there are workers",
    client.sends(b"GET /held/answers/1 HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/held/answers/1"})),
    *others_ask("/held/answers", MOST),
    wsgi_app.counts_calls(MOST - 1, requirement("wsgi.holding.at-once", ways=COUNTS), first=2),
    *is_answered(),
    needs="concurrency",
    note="So many long polls stop the server for everybody else.",
)

case(
    "As many listen to events as there are workers",
    client.sends(b"GET /held/events/1 HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/held/events/1"})),
    wsgi_app.starts("200 OK", PIECES),
    wsgi_app.returns_iterable(),
    wsgi_app.yields(b"data: one\n\n"),
    client.gets(body_part(b"data: one\n\n")),
    wsgi_app.is_asked(),
    *others_ask("/held/events", MOST),
    wsgi_app.counts_calls(MOST - 1, requirement("wsgi.holding.at-once", ways=COUNTS), first=2),
    wsgi_app.stops(),
    client.closes(),
    wsgi_app.counts_calls(1, requirement("wsgi.holding.next-is-served", ways=NEXT), first=MOST + 1),
    needs="concurrency",
    note="The response has begun, and its worker is kept all the same.",
)

case(
    "What is done in close comes after the response",
    client.sends(b"GET /held/close HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/held/close"})),
    wsgi_app.starts("200 OK", OK),
    wsgi_app.returns_iterable("held"),
    wsgi_app.yields(b"ok"),
    wsgi_app.stops(),
    wsgi_app.is_closed(),
    client.gets(requirement("wsgi.holding.close-after-response", ways={
        "sent before": response(200, body=b"ok"),
        "held back": note(anything()),
    })),
    wsgi_app.releases_close(),
    needs="keep-alive",
)  # fmt: skip

case(
    "A WebSocket cannot be accepted",
    client.opens_websocket("/held/websocket"),
    wsgi_app.is_called(ways={
        "called": environ({"PATH_INFO": "/held/websocket"}),
        "refused": not_offered(response(), "WSGI has no WebSockets: the server refuses the handshake"),
    }),
    wsgi_app.starts(
        "101 Switching Protocols",
        [("Upgrade", "websocket"), ("Connection", "Upgrade")],
        ways={"accepted": gives(any_of("anything", lambda value: True)), "refused": anything()},
    ),
    wsgi_app.returns(b""),
    client.gets(requirement("wsgi.holding.websocket", ways={
        "accepted": handshake(),
        "ordinary": not_offered(anything(), "WSGI has no WebSockets: a handshake is an ordinary request"),
    })),
)  # fmt: skip

case(
    "A result that would have to be awaited is no response",
    client.sends(b"GET /held/awaitable HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/held/awaitable"})),
    wsgi_app.starts("200 OK", OK),
    wsgi_app.returns_value(made("awaitable", b"ok")),
    client.gets(requirement("wsgi.holding.awaitable", ways={
        "awaited": response(200, body=b"ok"),
        "not awaited": not_offered(anything(), "WSGI is synchronous: a call that waits holds its thread or process"),
    })),
)  # fmt: skip
