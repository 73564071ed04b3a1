"""HTTP Trailers over HTTP/2: a section of fields that ends the stream (ASGI extensions, "HTTP Trailers")."""

from asgi_conformance.authoring import (
    Over,
    app,
    case,
    client,
    each,
    plain,
    raises,
    requirement,
    returns,
    stream_reset,
    stream_response,
    stream_rest,
    warn,
    where,
    whole_body,
)

TRAILERS = "extension:http.response.trailers"
START = {"type": "http.response.start", "status": 200, "headers": [(b"trailer", b"x-sum, x-sum2")], "trailers": True}
BODY = {"type": "http.response.body", "body": b"x"}
FIELDS = [(b"x-sum", b"1"), (b"x-sum2", b"2"), (b"x-sum", b"3")]
LAST = {"type": "http.response.trailers", "headers": FIELDS}
TE = (b"te", b"trailers")
TRIED = {"taken": returns(), "raises": raises()}


def trailing(seen):
    """The trailer sections that came: those after the fields of the response."""
    sections = [event.value for event in seen.events if event.kind == "headers"]
    return [list(section) for section in sections[1:]]


def trailers_are(*fields):
    """One trailer section with these fields; none, if there are none."""
    wanted = [list(fields)] if fields else [[]]
    return where(
        f"the trailing fields {fields!r}" if fields else "no trailing field",
        lambda seen, heard: (trailing(seen) or [[]]) == wanted or f"trailing fields: {trailing(seen)!r}"[:300],
    )


def is_a_dict(seen, heard):
    return isinstance(plain(plain(plain(seen.scope)["extensions"])["http.response.trailers"]), dict)


STALLED = where("nothing more, and no end", lambda seen, heard: not seen.enough)
NEVER_SENT = {
    "returns": requirement("ext.trailers.missing", ways={
        "reset": stream_reset(), "completed": stream_response(200, body=b"x"),
        "hang": warn(STALLED, "the client waits for ever")}),
    "raises": requirement("http.app.exception-mid-response", ways={
        "reset": stream_reset(), "completed": stream_response(200, body=b"x")}),
}  # fmt: skip

case(
    "Trailing fields over HTTP/2 end the stream",
    client.requests("GET", "/t", TE),
    app.is_called(where("a dict", is_a_dict), requirement("ext.trailers.advertised")),
    app.gets(whole_body(b"")),
    app.sends(START),
    app.sends(BODY),
    app.sends(LAST),
    client.gets(stream_response(200, body=b"x"), trailers_are(*FIELDS), requirement("ext.trailers.sent")),
    needs=TRAILERS,
    over=Over.HTTP2_TLS,
)


@each(flag=["missing", "False"], over=Over.HTTP2_TLS)
def the_flag_over_http2(flag):
    """Without the flag, or with False, the last body ends the stream"""
    given = {"type": "http.response.start", "status": 200, "headers": []}
    yield client.requests("GET", "/t", TE)
    yield app.is_called()
    yield app.sends(given if flag == "missing" else {**given, "trailers": False},
                    requirement("ext.trailers.start-flag-default"))  # fmt: skip
    yield app.sends(BODY, requirement("ext.trailers.start-flag-default"))
    yield client.gets(stream_response(200, body=b"x"), requirement("ext.trailers.start-flag-default"))


# ---------------------------------------------------------------------- when the response is complete

case(
    "The response waits for the trailers that were announced",
    client.requests("GET", "/t", TE),
    app.is_called(),
    app.gets(whole_body(b"")),
    app.sends(START),
    app.sends(BODY),
    client.gets(stream_response(200, body=b"x", ends=False), requirement("ext.trailers.wait")),
    app.sends(LAST, requirement("ext.trailers.wait")),
    client.gets(stream_rest(b""), requirement("ext.trailers.wait")),
    needs=TRAILERS,
    over=Over.HTTP2_TLS,
)

MORE = requirement("ext.trailers.more-trailers")
SUM = {"type": "http.response.trailers", "headers": FIELDS[:1], "more_trailers": True}
SUM2 = {"type": "http.response.trailers", "headers": FIELDS[1:2], "more_trailers": False}
LATE = {"type": "http.response.trailers", "headers": [(b"x-late", b"1")]}

case(
    "The fields of several messages come in one trailer section, over HTTP/2",
    client.requests("GET", "/t", TE),
    app.is_called(),
    app.sends(START),
    app.sends(BODY),
    app.sends(SUM, MORE),
    app.sends(SUM2, MORE),
    app.sends(LATE, ways=TRIED),
    client.gets(stream_response(200, body=b"x"), trailers_are(*FIELDS[:2]), MORE),
    needs=TRAILERS,
    over=Over.HTTP2_TLS,
)


@each(needs=TRAILERS, then=["returns", "raises"], over=Over.HTTP2_TLS)
def never_sent_over_http2(then):
    """Trailers that were announced and never come do not leave the stream open"""
    yield client.requests("GET", "/t", TE)
    yield app.is_called()
    yield app.sends(START)
    yield app.sends(BODY)
    yield {"returns": app.returns(), "raises": app.raises()}[then]
    yield client.gets(NEVER_SENT[then], within=1)


# ---------------------------------------------------------------------- who is sent them

case(
    "Without TE no trailing field is sent, and the response is complete",
    client.requests("GET", "/t"),
    app.is_called(),
    app.gets(whole_body(b"")),
    app.sends(START),
    app.sends(BODY),
    app.sends(LAST, requirement("ext.trailers.te-required")),
    client.gets(stream_response(200, body=b"x"), trailers_are(), requirement("ext.trailers.te-required")),
    needs=TRAILERS,
    over=Over.HTTP2_TLS,
)

case(
    "Trailing fields need not be declared in the trailer header, over HTTP/2",
    client.requests("GET", "/t", TE),
    app.is_called(),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"trailer", b"x-other")], "trailers": True}),
    app.sends(BODY),
    app.sends({"type": "http.response.trailers", "headers": [(b"x-sum", b"1")]},
              requirement("ext.trailers.no-header-validation")),
    client.gets(
        stream_response(200, body=b"x", headers_in_order=[(b"trailer", b"x-other")]),
        trailers_are((b"x-sum", b"1")),
        requirement("ext.trailers.no-header-validation"),
    ),
    needs=TRAILERS,
    over=Over.HTTP2_TLS,
)  # fmt: skip

# ---------------------------------------------------------------------- without having been announced

case(
    "Trailers that were not announced leave the response as it is",
    client.requests("GET", "/t", TE),
    app.is_called(),
    app.gets(whole_body(b"")),
    app.sends({"type": "http.response.start", "status": 200, "headers": []}),
    app.sends(BODY),
    app.sends(LAST, ways={"ignored": returns(), "raises": raises()}),
    client.gets(requirement("ext.trailers.unannounced", ways={
        "sent": warn(where("trailing fields", lambda seen, heard: trailing(seen) != []), "sent all the same"),
        "whole": stream_response(200, body=b"x")})),
    needs=TRAILERS,
    over=Over.HTTP2_TLS,
)  # fmt: skip

case(
    "Trailers before the start raise over HTTP/2",
    client.requests("GET", "/t", TE),
    app.is_called(),
    app.sends(LAST, requirement("ext.trailers.unannounced"), ways={"raises": raises()}),
    note="They follow a body whose start has announced them; some servers make a response of them alone.",
    needs=TRAILERS,
    over=Over.HTTP2_TLS,
)
