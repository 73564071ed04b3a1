"""WebSocket Denial Response (ASGI extensions, "Websocket Denial Response").

That the messages are those of HTTP with a prefix is said with "should", so that a server which needs more of them than
HTTP does is warned. Frames that are mixed into a response are no HTTP any more (RFC 9110, section 2.2), and fail.
"""

from asgi_conformance.authoring import (
    any_of,
    app,
    case,
    client,
    close_frame,
    closed,
    each,
    ended,
    handshake,
    made,
    message,
    note,
    plain,
    raises,
    refused,
    requirement,
    response,
    returns,
    silence,
    truncated_response,
    warn,
    where,
)

DENIAL = ("websocket", "extension:websocket.http.response")
COOKIES = [(b"www-authenticate", b"Basic"), (b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]

case(
    "The application's response takes the place of the 403",
    client.opens_websocket("/denied"),
    app.is_called(),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.http.response.start", "status": 401, "headers": COOKIES}),
    app.sends({"type": "websocket.http.response.body", "body": b"denied"}),
    client.gets(response(401, body=b"denied", headers_in_order=COOKIES), requirement("ext.denial.response-sent")),
    needs=DENIAL,
)

case(
    "Headers may be left out of a denial response",
    client.opens_websocket("/denied"),
    app.is_called(),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.http.response.start", "status": 404}, requirement("ext.denial.structure")),
    app.sends({"type": "websocket.http.response.body", "body": b"denied"}, requirement("ext.denial.structure")),
    client.gets(response(404, body=b"denied"), requirement("ext.denial.structure")),
    needs=DENIAL,
)

case(
    "The body may be left out of a denial response",
    client.opens_websocket("/denied"),
    app.is_called(),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.http.response.start", "status": 404, "headers": []}),
    app.sends({"type": "websocket.http.response.body"}, requirement("ext.denial.structure")),
    client.gets(response(404, body=b""), requirement("ext.denial.structure")),
    needs=DENIAL,
)

case(
    "A denial response may come in pieces",
    client.opens_websocket("/denied"),
    app.is_called(),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.http.response.start", "status": 401, "headers": []}),
    app.sends({"type": "websocket.http.response.body", "body": b"a", "more_body": True},
              requirement("ext.denial.streaming")),
    app.sends({"type": "websocket.http.response.body", "body": b"", "more_body": True},
              requirement("ext.denial.streaming")),
    app.sends({"type": "websocket.http.response.body", "body": b"b"}, requirement("ext.denial.streaming")),
    client.gets(response(401, body=b"ab"), requirement("ext.denial.streaming")),
    needs=DENIAL,
)  # fmt: skip

case(
    "A denied application can receive the disconnect",
    client.opens_websocket("/denied"),
    app.is_called(),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.http.response.start", "status": 401, "headers": []}),
    app.sends({"type": "websocket.http.response.body", "body": b"denied"}),
    client.gets(response(401)),
    client.closes(),
    app.gets({"type": "websocket.disconnect"}, requirement("ext.denial.disconnect-event"), within=0.5),
    needs=DENIAL,
)


def advertised(seen):
    """The entry; an empty one where there is none."""
    return (plain(seen.scope.get("extensions")) or {}).get("websocket.http.response", {})


case(
    "The advertisement of denial responses is a dict",
    client.opens_websocket("/"),
    app.is_called(
        where(
            "absent or a dict",
            lambda seen, heard: isinstance(plain(advertised(seen)), dict),
        ),
        requirement("ext.denial.advertised"),
    ),
    needs="websocket",
)

HANDSHAKE = [b"sec-websocket-accept", b"sec-websocket-extensions", b"sec-websocket-protocol"]
START = {"type": "websocket.http.response.start", "status": 401, "headers": [(b"content-length", b"6")]}
BODY = {"type": "websocket.http.response.body", "body": b"denied"}
TRIED = {"taken": returns(), "raises": raises()}

case(
    "A denial response has nothing of a handshake",
    client.opens_websocket("/denied"),
    app.is_called(),
    app.gets({"type": "websocket.connect"}),
    app.sends(START),
    app.sends(BODY),
    client.gets(requirement("ext.denial.response-sent", ways={
        "ordinary": response(401, body=b"denied", without=HANDSHAKE),
        "with Sec-WebSocket fields": warn(response(401, body=b"denied"), "fields of the handshake")})),
    note="Sec-WebSocket-Accept says that the server is willing (RFC 6455, section 11.3.3), which it is not; Upgrade "
         "may stand in any response (RFC 9110, section 7.8).",
    needs=DENIAL,
)  # fmt: skip

case(
    "After a denial response the connection is closed",
    client.opens_websocket("/denied"),
    app.is_called(),
    app.gets({"type": "websocket.connect"}),
    app.sends(START),
    app.sends(BODY),
    client.gets(response(401, body=b"denied")),
    app.returns(),
    client.gets(closed(), requirement("ext.denial.connection-closed"), within=0.5),
    needs=DENIAL,
)

case(
    "The headers of a denial response may be any iterable",
    client.opens_websocket("/denied"),
    app.is_called(),
    app.gets({"type": "websocket.connect"}),
    app.sends(
        {"type": "websocket.http.response.start", "status": 401, "headers": made("generator", [(b"x-a", b"1")])},
        requirement("ext.denial.structure"),
    ),
    app.sends(BODY, requirement("ext.denial.structure")),
    client.gets(response(401, headers_in_order=[(b"x-a", b"1")]), requirement("ext.denial.structure")),
    needs=DENIAL,
)

INVALID = {
    "no-status": {"type": START["type"], "headers": []},
    "status-as-text": {"type": START["type"], "status": "401", "headers": []},
    "headers-of-text": {"type": START["type"], "status": 401, "headers": [("x-a", "1")]},
}


def raised_by_now(seen, heard):
    return any(getattr(outcome, "raised", None) for outcome in (seen, heard.timeline.answer(heard.line - 1)))


@each(needs=DENIAL, start=INVALID)
def invalid(start):
    """A start that would be invalid for HTTP raises

    At the latest with the body, for a server may keep the start back until then.
    """
    yield client.opens_websocket("/denied")
    yield app.is_called()
    yield app.gets({"type": "websocket.connect"})
    yield app.sends(INVALID[start], ways=TRIED)
    yield app.sends(
        BODY,
        requirement("ext.denial.structure", expects=where("raises, now or before", raised_by_now)),
        ways=TRIED,
    )


# ---------------------------------------------------------------------- nothing else

OTHERS = {
    "accept": {"type": "websocket.accept"},
    "send": {"type": "websocket.send", "text": "mixed in"},
    "close": {"type": "websocket.close"},
}
DAMAGED = warn(where("anything else", lambda seen, heard: seen.enough), "mixed with something else")


def no_frames(seen, heard):
    """Whether what has come is one response, without a frame or a second head in it; or frames behind a handshake."""
    head, _, rest = seen.data.partition(b"\r\n\r\n")
    if head.startswith(b"HTTP/1.1 101"):
        return True
    mixed = b"HTTP/1." in rest or b"mixed in" in rest or b"\x88" in rest
    return (head[:7] in (b"", b"HTTP/1.") and not mixed) or f"{seen.data[:300]!r}"


WHOLE = {
    "response": response(401, body=b"denied"),
    "cut": truncated_response(401),
    "closed": closed(),
    "403": response(403),
    "500": response(500),
    "another error": response(any_of("500 to 599", lambda status: 500 <= status <= 599)),
    "handshake": warn(handshake(), "accepted after all"),
    "damaged": DAMAGED,
}
OVER = {"returns": where("the call over", lambda seen, heard: True), "over": ended()}


@each(needs=DENIAL, other=OTHERS)
def mixed(other):
    """No message of a WebSocket follows the start of a denial response

    Such a message is out of order and raises; a close says nothing new and may be ignored.
    """
    lenient = {"raises": raises(), "ignored": note(returns())} if other == "close" else {"raises": raises()}
    yield client.opens_websocket("/denied")
    yield app.is_called()
    yield app.gets({"type": "websocket.connect"})
    yield app.sends(START)
    yield app.sends(OTHERS[other], requirement("ext.denial.no-mixing", ways=lenient), ways=TRIED)
    yield app.sends(BODY, ways=TRIED)
    yield app.returns(ways=OVER)
    yield client.gets(
        requirement("ext.denial.no-mixing", ways=WHOLE),
        requirement("http.response.framing.one-head", expects=where("one response and nothing else", no_frames)),
    )


case(
    "A WebSocket that was accepted is not denied any more",
    client.opens_websocket("/accepted"),
    app.is_called(),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.accept"}),
    client.gets(handshake()),
    app.sends(START, requirement("ext.denial.no-mixing", ways={"raises": raises()}), ways=TRIED),
    app.sends({"type": "websocket.send", "text": "ok"}, ways=TRIED),
    client.gets(
        requirement("ext.denial.no-mixing", ways={
            "goes on": message(text="ok"), "close": close_frame(), "closed": closed(), "damaged": DAMAGED}),
        requirement("http.response.framing.one-head", expects=where(
            "no head of a response among frames", lambda seen, heard: b"HTTP/1." not in seen.data)),
    ),
    needs=DENIAL,
)  # fmt: skip

# ---------------------------------------------------------------------- not advertised


def is_offered(seen, heard):
    scope = plain(heard.timeline.calls()[0].scope)
    return "websocket.http.response" in (plain(scope.get("extensions")) or ())


case(
    "A denial response that is not offered is not sent",
    client.opens_websocket("/denied"),
    app.is_called(),
    app.gets({"type": "websocket.connect"}),
    app.sends(START, ways=TRIED),
    app.sends(BODY, ways=TRIED),
    app.returns(ways=OVER),
    client.gets(requirement("common.extensions.advertise-supported", ways={
        "offered": note(where("offered", is_offered)),
        "sent all the same": note(response(401, body=b"denied"), "supported, and not advertised"),
        "refused": refused(500, 501, 503),
        "closed": closed(),
        "nothing": note(silence())}), within=0.5),
    needs="websocket",
)  # fmt: skip
