"""What holds for the events of every extension (ASGI extensions; ASGI, "Error Handling")."""

from asgi_conformance.authoring import (
    Over,
    app,
    case,
    client,
    closed,
    each,
    made,
    note,
    raises,
    requirement,
    response,
    returns,
    stream_reset,
    stream_response,
    truncated_response,
    warn,
    where,
)

EXTRA = requirement("ext.events.extra-keys")
UNKNOWN = {"x-unknown": 1}
TRIED = {"taken": returns(), "raises": raises()}
GET = b"GET /extra HTTP/1.1\r\nHost: test\r\nTE: trailers\r\nConnection: TE\r\n\r\n"
PLAIN = b"GET /extra HTTP/1.1\r\nHost: test\r\n\r\n"
START = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]}
TRAILING = {"type": "http.response.start", "status": 200, "headers": [(b"trailer", b"x-sum")], "trailers": True}

FILES = {
    "pathsend": {"type": "http.response.pathsend", "path": made("path", b"FILE")},
    "zerocopysend": {"type": "http.response.zerocopysend", "file": made("file", b"FILE")},
}
TRAILERS = "extension:http.response.trailers"
HINTS = "extension:http.response.early_hint"
DENIAL = ("websocket", "extension:websocket.http.response")

# ---------------------------------------------------------------------- keys that nobody knows

for_pathsend, for_zerocopysend = (
    (
        client.sends(PLAIN),
        app.is_called(),
        app.sends(START),
        app.sends({**event, **UNKNOWN}, EXTRA),
        client.gets(response(200, body=b"FILE"), EXTRA),
    )
    for event in FILES.values()
)

case("Unknown keys in a path send change nothing", *for_pathsend, needs="extension:http.response.pathsend")

case("Unknown keys in a zero copy send change nothing", *for_zerocopysend, needs="extension:http.response.zerocopysend")


def taken_once(seen, heard):
    """The hint was taken here, or before the start, which is two lines earlier (A59)."""
    both = (seen, heard.timeline.answer(heard.line - 2))
    return any(getattr(outcome, "raised", seen) is None for outcome in both) or "refused before the start and after it"


def hints(request, whole):
    """The lines of a response with a hint in each of the two places."""
    hint = {"type": "http.response.early_hint", "links": [b"</a.css>; rel=preload"], **UNKNOWN}
    yield request
    yield app.is_called()
    yield app.sends(hint, ways=TRIED)
    yield app.sends(START)
    yield app.sends(hint, requirement("ext.events.extra-keys", expects=where("taken", taken_once)), ways=TRIED)
    yield app.sends({"type": "http.response.body", "body": b"body"})
    yield client.gets(whole, EXTRA)


case(
    "Unknown keys in an early hint change nothing",
    *hints(client.sends(PLAIN), response(200, body=b"body")),
    needs=HINTS,
)

case(
    "Unknown keys in an early hint change nothing, over HTTP/2",
    *hints(client.requests("GET", "/extra"), stream_response(200, body=b"body")),
    needs=HINTS,
    over=Over.HTTP2_TLS,
)


def trailers(request, whole):
    """The lines of a response with trailers."""
    yield request
    yield app.is_called()
    yield app.sends(TRAILING)
    yield app.sends({"type": "http.response.body", "body": b"body"})
    yield app.sends({"type": "http.response.trailers", "headers": [(b"x-sum", b"1")], **UNKNOWN}, EXTRA)
    yield client.gets(whole, EXTRA)


case(
    "Unknown keys in trailers change nothing", *trailers(client.sends(GET), response(200, body=b"body")), needs=TRAILERS
)

case(
    "Unknown keys in trailers change nothing, over HTTP/2",
    *trailers(client.requests("GET", "/extra", (b"te", b"trailers")), stream_response(200, body=b"body")),
    needs=TRAILERS,
    over=Over.HTTP2_TLS,
)

case(
    "Unknown keys in a denial response change nothing",
    client.opens_websocket("/extra"),
    app.is_called(),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.http.response.start", "status": 401, "headers": [], **UNKNOWN}, EXTRA),
    app.sends({"type": "websocket.http.response.body", "body": b"denied", **UNKNOWN}, EXTRA),
    client.gets(response(), EXTRA),
    needs=DENIAL,
)

# ---------------------------------------------------------------------- headers

RULES = "ext.events.header-rules"
RAISES = requirement(RULES, ways={"raises": raises()})
WRONG = {
    "text": ("x-sum", "1"),
    "pseudo-header": (b":status", b"201"),
    "line-break": (b"x-sum", b"1\r\nx-injected: 1"),
}


def injected(seen, heard):
    """Whether what may not be written has come."""
    if hasattr(seen, "events"):
        fields = [field for event in seen.events if event.kind == "headers" for field in event.value]
        return (b":status", b"201") in fields or any(b"\r" in value or b"\n" in value for _, value in fields)
    head, _, rest = seen.data.partition(b"\r\n\r\n")
    trailers = rest.rpartition(b"\r\n0\r\n")[2] if b"chunked" in head else b""
    return any(
        part in b"\r\n" + section for section in (head, trailers) for part in (b"\r\nx-injected", b"\r\n:status")
    )


def raised_by_now(seen, heard):
    return any(getattr(outcome, "raised", None) for outcome in (seen, heard.timeline.answer(heard.line - 1)))


WRITTEN = warn(where("what may not be written", injected), "written to the wire")
UNFINISHED = note(where("nothing of it, and no end", lambda seen, heard: not seen.enough))
CLEAN = {
    "written": WRITTEN,
    "whole": response(),
    "cut": truncated_response(),
    "closed": closed(after_anything=True),
    "unfinished": UNFINISHED,
}


@each(needs=TRAILERS, header=WRONG)
def trailing_fields(header):
    """Invalid headers in trailers raise, and do not reach the wire"""
    yield client.sends(GET)
    yield app.is_called()
    yield app.sends(TRAILING)
    yield app.sends({"type": "http.response.body", "body": b"body"})
    yield app.sends({"type": "http.response.trailers", "headers": [WRONG[header]]}, RAISES, ways=TRIED)
    yield app.returns()
    yield client.gets(requirement(RULES, ways=CLEAN), within=0.3)


@each(needs=TRAILERS, header=WRONG, over=Over.HTTP2_TLS)
def trailing_fields_over_http2(header):
    """Invalid headers in trailers raise, and do not reach the wire, over HTTP/2"""
    yield client.requests("GET", "/extra", (b"te", b"trailers"))
    yield app.is_called()
    yield app.sends(TRAILING)
    yield app.sends({"type": "http.response.body", "body": b"body"})
    yield app.sends({"type": "http.response.trailers", "headers": [WRONG[header]]}, RAISES, ways=TRIED)
    yield app.returns()
    clean = {"written": WRITTEN, "whole": stream_response(), "reset": stream_reset(), "unfinished": UNFINISHED}
    yield client.gets(requirement(RULES, ways=clean), within=0.3)


@each(needs=DENIAL, header=WRONG)
def headers_of_a_denial(header):
    """Invalid headers in a denial response raise, and do not reach the wire

    At the latest with the body, for a server may keep the start back until then.
    """
    yield client.opens_websocket("/denied")
    yield app.is_called()
    yield app.gets({"type": "websocket.connect"})
    yield app.sends({"type": "websocket.http.response.start", "status": 401, "headers": [WRONG[header]]}, ways=TRIED)
    yield app.sends(
        {"type": "websocket.http.response.body", "body": b"denied"},
        requirement(RULES, expects=where("raises, now or before", raised_by_now)),
        ways=TRIED,
    )
    yield app.returns()
    yield client.gets(requirement(RULES, ways=CLEAN), within=0.3)


@each(needs=TRAILERS, form=["generator", "items"])
def iterables(form):
    """The headers of trailers may come in any iterable"""
    yield client.sends(GET)
    yield app.is_called()
    yield app.sends(TRAILING)
    yield app.sends({"type": "http.response.body", "body": b"body"})
    yield app.sends({"type": "http.response.trailers", "headers": made(form, [(b"x-sum", b"1")])}, requirement(RULES))
    yield client.gets(response(200, body=b"body", trailers=[(b"x-sum", b"1")]), requirement(RULES))


@each(needs=TRAILERS, form=["generator", "items"], over=Over.HTTP2_TLS)
def iterables_over_http2(form):
    """The headers of trailers may come in any iterable, over HTTP/2"""
    yield client.requests("GET", "/extra", (b"te", b"trailers"))
    yield app.is_called()
    yield app.sends(TRAILING)
    yield app.sends({"type": "http.response.body", "body": b"body"})
    yield app.sends({"type": "http.response.trailers", "headers": made(form, [(b"x-sum", b"1")])}, requirement(RULES))
    yield client.gets(
        stream_response(200, body=b"body"),
        where("the field", lambda seen, heard: any(event.value == ((b"x-sum", b"1"),) for event in seen.events)),
        requirement(RULES),
    )
