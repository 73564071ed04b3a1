"""start_response: what comes of a call of it, and when (PEP 3333, "The start_response() Callable")."""

import re

from asgi_conformance.authoring import (
    any_of,
    case,
    client,
    closed,
    each,
    environ,
    gives,
    made,
    note,
    requirement,
    response,
    silence,
    warn,
    where,
    wsgi_app,
)

server_error = any_of("500 to 599", lambda status: 500 <= status <= 599)
second, later = client.named("second"), wsgi_app.named("later")
TEXT = ("Content-Type", "text/plain")

# --------------------------------------------------------------------------- its arguments, and what it returns

EXC_INFO = {"absent": False, "none": None, "exc_info": True}


@each(third=EXC_INFO)
def arguments(third):
    """start_response takes two positional arguments, and a third one"""
    yield client.sends(b"GET /start-response/arity/%b HTTP/1.1\r\nHost: test\r\n\r\n" % third.encode())
    yield wsgi_app.is_called(environ({"PATH_INFO": f"/start-response/arity/{third}"}))
    yield wsgi_app.starts(
        "200 OK",
        [TEXT, ("Content-Length", "2")],
        requirement("wsgi.call.start-response-arity"),
        exc_info=EXC_INFO[third],
    )
    yield wsgi_app.returns(b"ok")
    yield client.gets(response(200, body=b"ok"), requirement("wsgi.call.start-response-arity"))


case(
    "start_response returns a write that sends what it is given",
    client.sends(b"GET /start-response/write HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/start-response/write"})),
    wsgi_app.starts("200 OK", [TEXT], gives("write"), requirement("wsgi.start-response.returns-write")),
    wsgi_app.writes(b"abc", requirement("wsgi.start-response.returns-write")),
    wsgi_app.returns(),
    client.gets(response(200, body=b"abc"), requirement("wsgi.start-response.returns-write")),
)


# --------------------------------------------------------------------------- called late, or not at all


@each(shape=["closable", "plain", "separate"])
def called_in_the_first_step(shape):
    """start_response may be called by the first step of the iteration"""
    yield client.sends(b"GET /start-response/lazy/%b HTTP/1.1\r\nHost: test\r\n\r\n" % shape.encode())
    yield wsgi_app.is_called(environ({"PATH_INFO": f"/start-response/lazy/{shape}"}))
    yield wsgi_app.returns_iterable(shape)
    yield wsgi_app.is_asked(requirement("wsgi.start-response.lazy-call"))
    yield wsgi_app.starts("201 Lazy", [TEXT, ("X-Lazy", "yes")], requirement("wsgi.start-response.lazy-call"))
    yield wsgi_app.yields(b"lazy")
    yield wsgi_app.stops()
    yield client.gets(
        response(201, body=b"lazy", headers_in_order=[(b"x-lazy", b"yes")]),
        requirement("wsgi.start-response.lazy-call"),
    )


NOT_STARTED = {
    "block": [b"data"],
    "nothing": [],
    "empty-block": [b""],
    "iterator": made("iterator", [b"da", b"ta"]),
}


@each(result=NOT_STARTED, connection=["keep-alive", "close"])
def never_called(result, connection):
    """An application that never calls start_response gets an error for the client, and the server lives on

    The application is at fault; how the server deals with it the text shows in its example alone. Some look at the
    status to see whether the connection can stay open, and find out so that there is none: not where it ends anyway.
    """
    path = f"/start-response/never/{result}/{connection}"
    yield client.sends(f"GET {path} HTTP/1.1\r\nHost: test\r\nConnection: {connection}\r\n\r\n".encode())
    yield wsgi_app.is_called(environ({"PATH_INFO": path}))
    yield wsgi_app.returns_value(NOT_STARTED[result])
    yield client.gets(
        requirement(
            "wsgi.start-response.never-called",
            ways={
                "error": response(server_error),
                "closed": closed(),
                "left waiting": warn(silence(), "left waiting, without an answer"),
                "made up": warn(response(), "a status that the application has not given"),
            },
        )
    )
    yield client.closes()  # for which servers may wait that serve one connection at a time
    yield second.sends(f"GET {path}/after HTTP/1.1\r\nHost: test\r\n\r\n".encode())
    yield later.is_called(environ({"PATH_INFO": f"{path}/after"}), requirement("wsgi.start-response.never-called"))


case(
    "The iterable of an application that never calls start_response is closed",
    client.sends(b"GET /start-response/never-closed HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/start-response/never-closed"})),
    wsgi_app.returns_iterable(),
    wsgi_app.stops(),
    wsgi_app.is_closed(requirement("wsgi.start-response.never-called")),
)


# --------------------------------------------------------------------------- when the head goes out

LENGTHS = {"no-length": [TEXT], "length": [TEXT, ("Content-Length", "1")]}


@each(headers=LENGTHS)
def the_call_sends_nothing(headers):
    """start_response itself sends nothing"""
    yield client.sends(b"GET /start-response/deferred/%b HTTP/1.1\r\nHost: test\r\n\r\n" % headers.encode())
    yield wsgi_app.is_called(environ({"PATH_INFO": f"/start-response/deferred/{headers}"}))
    yield wsgi_app.starts("200 OK", LENGTHS[headers])
    yield client.gets_nothing(requirement("wsgi.start-response.defer-headers"))
    yield wsgi_app.returns(b"x")
    yield client.gets(response(200, body=b"x"))


@each(headers=LENGTHS)
def the_iterable_sends_nothing(headers):
    """The head waits for the first block of the iterable"""
    yield client.sends(b"GET /start-response/waits/%b HTTP/1.1\r\nHost: test\r\n\r\n" % headers.encode())
    yield wsgi_app.is_called(environ({"PATH_INFO": f"/start-response/waits/{headers}"}))
    yield wsgi_app.starts("200 OK", LENGTHS[headers])
    yield wsgi_app.returns_iterable()
    yield wsgi_app.is_asked()
    yield client.gets_nothing(requirement("wsgi.start-response.defer-headers"))
    yield wsgi_app.yields(b"x")
    yield wsgi_app.stops()
    yield client.gets(response(200, body=b"x"))


case(
    "An empty block leaves the head where it is",
    client.sends(b"GET /start-response/empty-block HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/start-response/empty-block"})),
    wsgi_app.starts("200 OK", [TEXT]),
    wsgi_app.returns_iterable(),
    wsgi_app.yields(b""),
    wsgi_app.is_asked(),
    client.gets_nothing(requirement("wsgi.start-response.empty-block-defers")),
    wsgi_app.starts("500 Oops", [TEXT], requirement("wsgi.start-response.empty-block-defers"), exc_info=True),
    wsgi_app.yields(b"error page"),
    wsgi_app.stops(),
    client.gets(response(500, body=b"error page"), requirement("wsgi.start-response.exc-info-replace")),
    note="""start_response raises only where "the HTTP headers have already been sent": a server that raises after an
    empty block counts them as sent. Whether it then replaces what it has stored is a "should" of its own.""",
)

EMPTY = {
    "list": [],
    "list-of-empty": [b""],
    "iterator": made("iterator", []),
    "generator": made("generator", []),
    "generator-of-empty": made("generator", [b"", b""]),
}


@each(result=EMPTY)
def empty_body(result):
    """A response without a body has a head, and an end"""
    yield client.sends(b"GET /start-response/exhausted/%b HTTP/1.1\r\nHost: test\r\n\r\n" % result.encode())
    yield wsgi_app.is_called(environ({"PATH_INFO": f"/start-response/exhausted/{result}"}))
    yield wsgi_app.starts("200 OK", [TEXT, ("X-Empty", "yes")])
    yield wsgi_app.returns_value(EMPTY[result])
    yield client.gets(
        response(200, body=b"", headers_in_order=[(b"x-empty", b"yes")]),
        requirement("wsgi.start-response.headers-at-exhaustion"),
    )


def came_before(seen, heard):
    """Nothing more comes after what came at the line before."""
    return not seen.data and any(getattr(entry.seen, "data", b"") for entry in heard.timeline.entries[:-1])


case(
    "With a Content-Length of 0 the head may go out at once, or later",
    client.sends(b"GET /start-response/zero HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/start-response/zero"})),
    wsgi_app.starts("200 OK", [TEXT, ("Content-Length", "0")]),
    client.gets_nothing(ways={"at once": response(200, body=b""), "later": silence()}),
    wsgi_app.returns(b""),
    client.gets(
        requirement(
            "wsgi.start-response.content-length-zero",
            ways={"later": response(200, body=b""), "at once": where("it has come already", came_before)},
        )
    ),
)


# --------------------------------------------------------------------------- what reaches the client

case(
    "Cookies are set one by one, in their order",
    client.sends(b"GET /start-response/cookies HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/start-response/cookies"})),
    wsgi_app.starts("200 OK", [
        TEXT, ("Set-Cookie", "a=1"), ("X-One", "1"), ("Set-Cookie", "b=2"), ("set-cookie", "c=3"),
    ]),
    wsgi_app.returns(b"ok"),
    client.gets(
        response(200, headers_in_order=[(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2"), (b"set-cookie", b"c=3")]),
        requirement("wsgi.start-response.duplicates-kept"),
    ),
)  # fmt: skip

case(
    "Repeated fields are sent in their order",
    client.sends(b"GET /start-response/links HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/start-response/links"})),
    wsgi_app.starts("200 OK", [TEXT, ("Link", "</a>"), ("X-One", "1"), ("Link", "</b>")]),
    wsgi_app.returns(b"ok"),
    client.gets(
        requirement(
            "wsgi.start-response.duplicates-kept",
            ways={
                "kept": response(200, headers_in_order=[(b"link", b"</a>"), (b"link", b"</b>")]),
                "joined": response(200, headers_in_order=[(b"link", b"</a>, </b>")]),
                "joined without space": response(200, headers_in_order=[(b"link", b"</a>,</b>")]),
            },
        )
    ),
    note="A list of values may be one field or several (RFC 9110, section 5.3); Set-Cookie alone is no list.",
)


def at_most_once(name):
    """How often the field stands in the head."""
    line = b"\r\n%b:" % name
    return where(
        f"at most one {name.decode()}", lambda seen, heard: seen.data.lower().partition(b"\r\n\r\n")[0].count(line) <= 1
    )


case(
    "A field of the application is known in whatever case it is written",
    client.sends(b"GET /start-response/case HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/start-response/case"})),
    wsgi_app.starts(
        "200 OK",
        [
            ("content-type", "text/plain"),
            ("content-length", "2"),
            ("DATE", "Tue, 15 Nov 1994 08:12:31 GMT"),
            ("server", "me"),
        ],
    ),
    wsgi_app.returns(b"ok"),
    client.gets(
        response(200, body=b"ok", headers_in_order=[(b"content-length", b"2")]),
        at_most_once(b"content-type"),
        at_most_once(b"date"),
        at_most_once(b"server"),
        requirement("wsgi.start-response.case-insensitive"),
    ),
)

IMF_FIXDATE = re.compile(
    rb"\r\ndate:[ \t]*(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d "
    rb"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT[ \t]*\r\n",
    re.IGNORECASE,
)

case(
    "The server adds a Date",
    client.sends(b"GET /start-response/date HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/start-response/date"})),
    wsgi_app.starts("200 OK", [TEXT]),
    wsgi_app.returns(b"ok"),
    client.gets(
        response(200),
        where("a Date as IMF-fixdate", lambda seen, heard: bool(IMF_FIXDATE.search(seen.data))),
        requirement("wsgi.start-response.required-added"),
    ),
    note="""The server "must add" a header that HTTP requires and the application omits, and names Date as one. An
    origin server with a clock "MUST generate a Date header field in all 2xx" responses (RFC 9110, section 6.6.1; so did
    RFC 2616, section 14.18).""",
)

STATUSES = {"299": "299 Froody", "404": "404 Nope nope", "418": "418 Not a Teapot", "599": "599 X"}


@each(code=STATUSES)
def status_line(code):
    """The status of the application appears on the wire

    Its phrase means nothing to a client (RFC 9112, section 4), and servers that speak other protocols inside have no
    place for it: whether it is kept is recorded.
    """
    kept = b"HTTP/1\\.[01] %b\r\n" % STATUSES[code].encode()
    yield client.sends(b"GET /start-response/status/%b HTTP/1.1\r\nHost: test\r\n\r\n" % code.encode())
    yield wsgi_app.is_called(environ({"PATH_INFO": f"/start-response/status/{code}"}))
    yield wsgi_app.starts(STATUSES[code], [TEXT, ("Content-Length", "2")])
    yield wsgi_app.returns(b"ok")
    yield client.gets(
        requirement(
            "wsgi.start-response.status-on-wire",
            ways={
                "phrase kept": where("code and phrase", lambda seen, heard: bool(re.match(kept, seen.data))),
                "other phrase": note(response(int(code), body=b"ok")),
            },
        )
    )
