"""Calls at the same time: what one of them, or its client, does is no matter to the others (ASGI, "Overview").

Every case has an application or a client that is slow, fails, or never comes to an end, and another one beside it that
is served to its end.
"""

from asgi_conformance.authoring import (
    any_of,
    anything,
    app,
    body_part,
    case,
    client,
    closed,
    each,
    ended,
    handshake,
    message,
    never_called,
    not_accepted,
    pending,
    plain,
    raises,
    requirement,
    response,
    returns,
    where,
    whole_body,
)

slow, quick, talker = client.named("slow"), client.named("quick"), client.named("talker")
slow_call, quick_call, talker_call = app.named("slow"), app.named("quick"), app.named("talker")
X = b"x" * 65536
error = any_of("400 to 599", lambda status: 400 <= status <= 599)
LEFT = {"left": anything(), "ended": ended()}
AT_ONCE = requirement("common.concurrency.parallel-connections")


def ends_with_a_disconnect(seen, heard):
    """Whether what was received of a body ends with http.disconnect."""
    return plain(seen.events[-1]).get("type") == "http.disconnect" or f"{list(seen.events)}"


OTHERS_ARE_SERVED = (
    quick.sends(b"POST /quick HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nbody"),
    quick_call.is_called(AT_ONCE, on="/quick"),
    quick_call.gets(whole_body(b"body"), AT_ONCE),
    quick_call.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]}, AT_ONCE),
    quick_call.sends({"type": "http.response.body", "body": b"quick"}, AT_ONCE),
    quick.gets(response(200, body=b"quick"), AT_ONCE),
)
OTHERS_TALK = (
    talker.opens_websocket("/talker"),
    talker_call.is_called(AT_ONCE, on="/talker"),
    talker_call.gets({"type": "websocket.connect"}, AT_ONCE),
    talker_call.sends({"type": "websocket.accept"}, AT_ONCE),
    talker.gets(handshake(), AT_ONCE),
    talker.sends_text("ping"),
    talker_call.gets({"type": "websocket.receive", "text": "ping"}, AT_ONCE),
    talker_call.sends({"type": "websocket.send", "text": "pong"}, AT_ONCE),
    talker.gets(message(text="pong"), AT_ONCE),
)
OPEN = (
    slow.opens_websocket("/slow"),
    slow_call.is_called(on="/slow"),
    slow_call.gets({"type": "websocket.connect"}),
    slow_call.sends({"type": "websocket.accept"}),
    slow.gets(handshake()),
)


# --------------------------------------------------------------------------- nobody waits for anybody

SLOW = {
    "does-nothing": (
        slow.sends(b"GET /slow HTTP/1.1\r\nHost: test\r\n\r\n"),
        slow_call.is_called(on="/slow"),
    ),
    "does-nothing-for-nobody": (
        slow.sends(b"GET /slow HTTP/1.1\r\nHost: test\r\n\r\n"),
        slow_call.is_called(on="/slow"),
        slow.closes(),
    ),
    "waits-for-a-disconnect": (
        slow.sends(b"GET /slow HTTP/1.1\r\nHost: test\r\n\r\n"),
        slow_call.is_called(on="/slow"),
        slow_call.gets(whole_body(b"")),
        slow_call.begins_to_receive("disconnect"),
    ),
    "is-in-its-response": (
        slow.sends(b"GET /slow HTTP/1.1\r\nHost: test\r\n\r\n"),
        slow_call.is_called(on="/slow"),
        slow_call.sends({"type": "http.response.start", "status": 200, "headers": []}),
        slow_call.sends({"type": "http.response.body", "body": b"half", "more_body": True}),
    ),
    "waits-for-a-reader": (
        slow.sends(b"GET /slow HTTP/1.1\r\nHost: test\r\n\r\n"),
        slow_call.is_called(on="/slow"),
        slow.stops_reading(),
        slow_call.sends({"type": "http.response.start", "status": 200, "headers": []}),
        slow_call.begins_to_send({"type": "http.response.body", "body": X, "more_body": True}, "x", times=256),
    ),
    "reads-no-body": (
        slow.begins_to_send(b"POST /slow HTTP/1.1\r\nHost: test\r\nContent-Length: 8000000\r\n\r\n" + b"x" * 8000000),
        slow_call.is_called(ways={"at once": anything(), "not yet": pending()}, on="/slow", within=0.3),
    ),
    "waits-for-a-body": (
        slow.sends(b"POST /slow HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\nhalf"),
        slow_call.is_called(ways={"at once": anything(), "not yet": pending()}, on="/slow", within=0.3),
        slow_call.begins_to_receive_body("body", ways={"begun": anything(), "never called": never_called()}),
    ),
    "has-half-a-request": (slow.sends(b"GET /slow HTTP/1.1\r\nHost: te"),),
}  # fmt: skip

SEEN = {"seen": anything(), "nothing": pending(), "ended": ended(), "never called": never_called()}
LEAVES = {
    "reads-no-body": (slow.closes(), slow_call.gets_body(ways=SEEN)),
    "waits-for-a-body": (slow.closes(), slow_call.finishes("body", ways=SEEN, within=0.3)),
}
"""So that the client's leaving and the application's do not meet in the server: another case is about that."""


@each(one=SLOW)
def a_slow_request(one):
    """A request that takes its time delays no other request"""
    yield from SLOW[one]
    yield from OTHERS_ARE_SERVED
    yield from LEAVES.get(one, ())


@each(one=SLOW, needs="websocket")
def a_slow_request_and_a_websocket(one):
    """A request that takes its time delays no WebSocket"""
    yield from SLOW[one]
    yield from OTHERS_TALK
    yield from LEAVES.get(one, ())


SILENT = {
    "in-its-handshake": OPEN[:2],
    "waits-for-a-message": (*OPEN, slow_call.begins_to_receive("message")),
    "receives-nothing": (*OPEN, slow.sends_text(*["unheard" * 1000] * 200)),
    "receives-nothing-from-nobody": (*OPEN, slow.closes()),
    "waits-for-a-reader": (
        *OPEN,
        slow.stops_reading(),
        slow_call.begins_to_send({"type": "websocket.send", "bytes": X}, "x", times=256),
    ),
    "has-half-a-message": (*OPEN, slow.sends(b"\x81\xfe"), slow_call.begins_to_receive("message")),
}


@each(one=SILENT, needs="websocket")
def a_slow_websocket(one):
    """A WebSocket that takes its time delays no request"""
    yield from SILENT[one]
    yield from OTHERS_ARE_SERVED


@each(one=SILENT, needs="websocket")
def a_slow_websocket_and_another(one):
    """A WebSocket that takes its time delays no other WebSocket"""
    yield from SILENT[one]
    yield from OTHERS_TALK


UNFINISHED = {
    "sized": b"POST /slow HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\nfour",
    "chunked": b"POST /slow HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n",
}


@each(body=UNFINISHED, leaves={"fin": slow.closes(), "rst": slow.resets()})
def a_client_leaves(body, leaves):
    """A client that leaves while its body is received takes nobody with it"""
    gone = requirement("http.request.disconnect-mid-body")
    yield slow.sends(UNFINISHED[body])
    yield slow_call.is_called(ways={"at once": anything(), "not yet": pending()}, on="/slow", within=0.3)
    yield slow_call.begins_to_receive_body("body", ways={"begun": anything(), "never called": never_called()})
    yield {"fin": slow.closes(), "rst": slow.resets()}[leaves]
    yield slow_call.finishes("body", gone, ways={
        "disconnect": where("a disconnect and no whole body", ends_with_a_disconnect), "never called": never_called(),
    })  # fmt: skip
    yield slow_call.returns(ways={**LEFT, "never called": never_called()})
    yield from OTHERS_ARE_SERVED


ALONE = requirement("common.error.app-exception.isolated")
MAYBE = {"accepted": anything(), "not accepted": not_accepted()}
GONE = {"never called": never_called(), "gone": ended(), "not accepted": not_accepted()}
CALLED = {"at once": anything(), "not yet": pending(), **GONE}
TRIED = {"raises": raises(), "ignored": returns(), **GONE}
LEFT_OR_NOT = {**LEFT, **GONE}


@each(times=[20])
def fails_as_its_client_leaves(times):
    """An application that fails just as its client leaves ends alone

    Many times, for the two ends meet within the server at another moment each time.
    """
    yield slow.sends(b"GET /slow HTTP/1.1\r\nHost: test\r\n\r\n")
    yield slow_call.is_called(on="/slow")
    yield slow_call.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    for number in map(str, range(times)):
        leaving, failing = client.named(f"leaving {number}"), app.named(f"failing {number}")
        request = b"POST /%b HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\nhalf" % number.encode()
        yield leaving.sends(request, ways=MAYBE)
        yield failing.is_called(ways=CALLED, within=0.05, on=f"/{number}")
        yield failing.sends({"type": "http.bogus"}, ways=TRIED)
        yield failing.reraises(ways=LEFT_OR_NOT)
        yield leaving.closes(ways={"closes": anything(), **GONE})
    yield slow_call.sends({"type": "http.response.body", "body": b"whole"}, ALONE)
    yield slow.gets(response(200, body=b"whole"), ALONE)
    yield quick.sends(b"GET /quick HTTP/1.1\r\nHost: test\r\n\r\n")
    yield quick_call.is_called(ALONE, on="/quick")


case(
    "An application that fails in its response does not hide the next that fails",
    slow.sends(b"GET /slow HTTP/1.1\r\nHost: test\r\n\r\n"),
    slow_call.is_called(on="/slow"),
    slow_call.sends({"type": "http.response.start", "status": 200, "headers": []}),
    slow_call.sends({"type": "http.response.body", "body": b"half", "more_body": True}),
    slow.gets(body_part(b"half")),
    slow_call.raises(),
    quick.sends(b"GET /quick HTTP/1.1\r\nHost: test\r\n\r\n"),
    quick_call.is_called(on="/quick"),
    quick_call.raises(),
    quick.gets(ALONE, ways={"error": response(error), "closed": closed()}),
)


MANY = [str(number) for number in range(20)]

case(
    "Twenty requests are under way at once",
    *[client.named(n).sends(b"GET /many/%b HTTP/1.1\r\nHost: test\r\n\r\n" % n.encode()) for n in MANY],
    *[app.named(n).is_called(AT_ONCE, on=f"/many/{n}") for n in MANY],
    *[app.named(n).sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
      for n in reversed(MANY)],
    *[app.named(n).sends({"type": "http.response.body", "body": n.zfill(5).encode()}) for n in MANY],
    *[client.named(n).gets(response(200, body=n.zfill(5).encode()), requirement("common.callables.per-connection"))
      for n in reversed(MANY)],
)  # fmt: skip
