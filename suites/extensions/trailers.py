"""HTTP Trailers over HTTP/1 (ASGI extensions, "HTTP Trailers").

Over HTTP/1.1 a response with trailers is chunked; HTTP/1.0 has no place for them.
"""

import re

from asgi_conformance.authoring import (
    app,
    body_part,
    case,
    client,
    closed,
    each,
    ended,
    never_called,
    note,
    nothing,
    plain,
    raises,
    refused,
    requirement,
    response,
    returns,
    scope,
    silence,
    truncated_response,
    warn,
    where,
    whole_body,
)

TRAILERS = "extension:http.response.trailers"
START = {"type": "http.response.start", "status": 200, "headers": [(b"trailer", b"x-sum, x-sum2")], "trailers": True}
BODY = {"type": "http.response.body", "body": b"x"}
FIELDS = [(b"x-sum", b"1"), (b"x-sum2", b"2"), (b"x-sum", b"3")]
LAST = {"type": "http.response.trailers", "headers": FIELDS}
GET = b"GET /t HTTP/1.1\r\nHost: test\r\nTE: trailers\r\nConnection: TE\r\n\r\n"
TRIED = {"taken": returns(), "raises": raises()}

LAST_CHUNK = re.compile(rb"\r\n0+(?:;[^\r\n]*)?\r\n")
INTERIM = re.compile(rb"^(HTTP/1\.1 1[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n)+")


def trailing(seen):
    """The fields of the trailer section that came."""
    head, _, rest = INTERIM.sub(b"", seen.data).partition(b"\r\n\r\n")
    parts = LAST_CHUNK.split(b"\r\n" + rest) if b"chunked" in head.lower() else []
    lines = parts[-1].removesuffix(b"\r\n").splitlines() if len(parts) > 1 else []
    return [(name.lower(), value.strip()) for name, _, value in (line.partition(b":") for line in lines)]


def trailers_are(*fields):
    """A trailer section with these fields; none, if there are none."""
    return where(
        f"the trailing fields {fields!r}" if fields else "no trailing field",
        lambda seen, heard: trailing(seen) == list(fields) or f"trailing fields: {trailing(seen)!r}"[:300],
    )


def is_a_dict(seen, heard):
    return isinstance(plain(plain(plain(seen.scope)["extensions"])["http.response.trailers"]), dict)


OFFERED = where(
    "offered", lambda seen, heard: "http.response.trailers" in (plain(plain(seen.scope).get("extensions")) or ())
)
DAMAGED = warn(where("anything else", lambda seen, heard: seen.enough), "damaged")
STALLED = where("nothing more, and no end", lambda seen, heard: not seen.enough)
NEVER_SENT = {
    "returns": requirement("ext.trailers.missing", ways={
        "cut": truncated_response(200), "completed": response(200, body=b"x"), "closed": closed(),
        "hang": warn(STALLED, "the client waits for ever")}),
    "raises": requirement("http.app.exception-mid-response", ways={
        "cut": truncated_response(200), "completed": response(200, body=b"x"), "closed": closed()}),
}  # fmt: skip

case(
    "Trailing fields reach a client that accepts them, after the body",
    client.sends(GET),
    app.is_called(where("a dict", is_a_dict), requirement("ext.trailers.advertised")),
    app.gets(whole_body(b"")),
    app.sends(START),
    app.sends(BODY),
    app.sends(LAST),
    client.gets(response(200, body=b"x"), trailers_are(*FIELDS), requirement("ext.trailers.sent")),
    needs=TRAILERS,
)

case(
    "Trailers are not offered to clients of HTTP/1.0, or go nowhere",
    client.sends(b"GET /t HTTP/1.0\r\nTE: trailers\r\n\r\n"),
    app.is_called(
        requirement("ext.trailers.advertised", ways={
            "offered": note(OFFERED, "though nothing of them can be sent"),
            "not offered": where("not offered", lambda seen, heard: True)}),
    ),
    app.sends(START, ways=TRIED),
    app.sends(BODY, ways=TRIED),
    app.sends(LAST, ways=TRIED),
    app.reraises(ways={"ends": where("the call over", lambda seen, heard: True), "over": ended()}),
    client.gets(requirement("ext.trailers.advertised", ways={
        "whole": response(200, body=b"x", without=[b"transfer-encoding"]),
        "no success": refused(500, 501, 502, 503, 505)})),
    needs=("http/1.0", TRAILERS),
)  # fmt: skip


@each(flag=["missing", "False"])
def the_flag(flag):
    """Without the flag, or with False, the last body completes the response

    To a server without the extension the key is one that it does not know, and no reason to raise.
    """
    given = {"type": "http.response.start", "status": 200, "headers": []}
    yield client.sends(GET)
    yield app.is_called()
    yield app.gets(whole_body(b""))
    yield app.sends(given if flag == "missing" else {**given, "trailers": False},
                    requirement("ext.trailers.start-flag-default"))  # fmt: skip
    yield app.sends({**BODY, "more_body": True})
    yield app.sends({"type": "http.response.body", "more_body": False}, requirement("ext.trailers.start-flag-default"))
    yield client.gets(response(200, body=b"x"), requirement("ext.trailers.start-flag-default"))


# ---------------------------------------------------------------------- when the response is complete

case(
    "A chunked response waits for the trailers that were announced",
    client.sends(GET),
    app.is_called(),
    app.sends(START),
    app.sends({"type": "http.response.body", "body": b"[content]"}),
    client.gets(body_part(b"[content]"), requirement("ext.trailers.wait")),
    client.gets_nothing(where("no more than the end of the chunk", lambda seen, heard: seen.data in (b"", b"\r\n")),
                        requirement("ext.trailers.wait")),
    app.sends(LAST, requirement("ext.trailers.wait")),
    client.gets(body_part(b"0\r\n"), requirement("ext.trailers.wait")),
    needs=TRAILERS,
)  # fmt: skip

MORE = requirement("ext.trailers.more-trailers")
SUM = {"type": "http.response.trailers", "headers": FIELDS[:1], "more_trailers": True}
SUM2 = {"type": "http.response.trailers", "headers": FIELDS[1:2], "more_trailers": False}
LATE = {"type": "http.response.trailers", "headers": [(b"x-late", b"1")]}

case(
    "The fields of several messages come in one trailer section",
    client.sends(GET),
    app.is_called(),
    app.sends(START),
    app.sends(BODY),
    app.sends(SUM, MORE),
    app.sends(SUM2, MORE),
    app.sends(LATE, ways=TRIED),
    client.gets(response(200, body=b"x"), trailers_are(*FIELDS[:2]), MORE),
    client.gets_nothing(MORE, ways={"nothing": nothing(), "closed": closed()}),
    note="What comes after the last message is ignored, or raises: the response is complete (A18).",
    needs=TRAILERS,
)


@each(needs=TRAILERS, then=["returns", "raises"])
def never_sent(then):
    """Trailers that were announced and never come do not leave the client waiting

    The connection is cut, or the response completed without them (A60). For an application that returns too early there
    is no rule, and whoever leaves the client waiting is warned; the connection of one that raised must be ended.
    """
    yield client.sends(GET)
    yield app.is_called()
    yield app.sends(START)
    yield app.sends(BODY)
    yield {"returns": app.returns(), "raises": app.raises()}[then]
    yield client.gets(NEVER_SENT[then], within=1)


# ---------------------------------------------------------------------- who is sent them

REFUSING = {"none": b"", "gzip": b"TE: gzip\r\nConnection: TE\r\n"}
ACCEPTING = {"list": b"TE: gzip, trailers\r\nConnection: TE\r\n", "in-capitals": b"TE: Trailers\r\nConnection: TE\r\n"}


@each(needs=TRAILERS, te=REFUSING)
def not_accepted_by_the_client(te):
    """A client that accepts no trailers gets none, and the whole response"""
    yield client.sends(b"GET /t HTTP/1.1\r\nHost: test\r\n" + REFUSING[te] + b"\r\n")
    yield app.is_called()
    yield app.sends(START)
    yield app.sends(BODY)
    yield app.sends(LAST, requirement("ext.trailers.te-required"))
    yield client.gets(response(200, body=b"x"), trailers_are(), requirement("ext.trailers.te-required"))


SENT = {"sent": trailers_are(FIELDS[0]), "not sent": warn(trailers_are(), "TE is a list, without regard to case")}


@each(needs=TRAILERS, te=ACCEPTING)
def accepted_in_other_words(te):
    """TE is a list of names without regard to case

    Somebody who compares the whole value sends less than is asked for, which is a warning (A60).
    """
    yield client.sends(b"GET /t HTTP/1.1\r\nHost: test\r\n" + ACCEPTING[te] + b"\r\n")
    yield app.is_called()
    yield app.sends(START)
    yield app.sends(BODY)
    yield app.sends({"type": "http.response.trailers", "headers": FIELDS[:1]})
    yield client.gets(response(200, body=b"x"), requirement("ext.trailers.te-required", ways=SENT))


case(
    "Trailing fields need not be declared in the trailer header",
    client.sends(GET),
    app.is_called(),
    app.gets(whole_body(b"")),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"trailer", b"x-other")], "trailers": True}),
    app.sends(BODY),
    app.sends({"type": "http.response.trailers", "headers": [(b"x-sum", b"1")]},
              requirement("ext.trailers.no-header-validation")),
    client.gets(
        response(200, body=b"x", headers_in_order=[(b"trailer", b"x-other")]),
        trailers_are((b"x-sum", b"1")),
        requirement("ext.trailers.no-header-validation"),
    ),
    needs=TRAILERS,
)  # fmt: skip

# ---------------------------------------------------------------------- without having been announced

UNANNOUNCED = requirement("ext.trailers.unannounced")


@each(needs=(TRAILERS, "keep-alive"), framing=["sized", "chunked"])
def unannounced(framing):
    """Trailers that were not announced bring nothing behind the response

    It was complete with its last body: they are ignored, or raise (A61). Behind the response they would be read as the
    beginning of the next one (RFC 9110, section 2.2).
    """
    length = [(b"content-length", b"1")] if framing == "sized" else []
    yield client.sends(GET)
    yield app.is_called()
    yield app.sends({"type": "http.response.start", "status": 200, "headers": length})
    yield app.sends({**BODY, "more_body": True})
    yield app.sends({"type": "http.response.body", "more_body": False})
    yield app.sends(LAST, ways={"ignored": returns(), "raises": raises()})
    sent = warn(where("trailing fields", lambda seen, heard: trailing(seen) != []), "sent all the same")
    whole = {"sent": sent, "whole": response(200, body=b"x"), "damaged": DAMAGED}
    yield client.gets(requirement("ext.trailers.unannounced", ways=whole))
    yield app.returns()
    yield client.sends(b"GET /next HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.named("next").is_called(ways={"called": scope(path="/next"), "closed": closed()})
    given = {"sent": returns(), "never called": never_called()}
    yield app.named("next").sends({"type": "http.response.start", "status": 200, "headers": length}, ways=given)
    yield app.named("next").sends(BODY, ways=given)
    yield client.gets(
        requirement("ext.trailers.unannounced", ways={"closed": closed(), **whole}),
        requirement("http.response.framing.kept-apart", ways={
            "intact": response(200, body=b"x"),
            "closed": closed(after_anything=True),
            "not served": note(silence(), "no response to the second request"),
        }),
    )  # fmt: skip


case(
    "Trailers in the middle of a body raise",
    client.sends(GET),
    app.is_called(),
    app.sends({"type": "http.response.start", "status": 200, "headers": []}),
    app.sends({"type": "http.response.body", "body": b"x", "more_body": True}),
    app.sends(LAST, UNANNOUNCED, ways={"raises": raises()}),
    needs=TRAILERS,
)

case(
    "Trailers before the start raise",
    client.sends(GET),
    app.is_called(),
    app.sends(LAST, UNANNOUNCED, ways={"raises": raises()}),
    needs=TRAILERS,
)

# ---------------------------------------------------------------------- not advertised


def offered_here(seen, heard):
    return OFFERED.judge(heard.timeline.calls()[0], heard).matches


case(
    "Trailers that are not offered are not sent",
    client.sends(GET),
    app.is_called(),
    app.sends(START, ways=TRIED),
    app.sends(BODY, ways=TRIED),
    app.sends(LAST, ways=TRIED),
    app.returns(ways={"ends": where("the call over", lambda seen, heard: True), "over": ended()}),
    client.gets(requirement("common.extensions.advertise-supported", ways={
        "offered": note(where("offered", offered_here)),
        "sent all the same": note(where("trailing fields", lambda seen, heard: trailing(seen) == FIELDS),
                                  "supported, and not advertised"),
        "not sent": response(200, body=b"x"),
        "refused": refused(500, 501, 503),
        "cut": truncated_response(),
        "closed": closed()}), within=0.5),
    note="To a server without trailers the key in the start is unknown, and the message after the last body late.",
)  # fmt: skip
