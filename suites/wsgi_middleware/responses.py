"""What a WSGI middleware makes of a response (PEP 3333, "Middleware Handling of Block Boundaries")."""

from asgi_conformance.authoring import (
    anything,
    both_sides,
    case,
    each,
    environ,
    fail,
    gateway,
    gives,
    kept_in_front,
    no_occasion,
    note,
    raises,
    requirement,
    returns,
    steps_of,
    used,
    warn,
    where,
    wsgi_app,
    wsgi_body,
    wsgi_conduct,
    wsgi_environ,
    wsgi_fields,
    wsgi_response,
    wsgi_status,
)

ROLE = requirement("wsgi.middleware.both-sides", expects=both_sides())
TYPE = ("Content-Type", "text/plain")
RULES = (
    "wsgi.start-response.status-format",
    "wsgi.start-response.headers-list",
    "wsgi.start-response.headers-tuples",
    "wsgi.start-response.app-no-hop-by-hop",
    "wsgi.iterable.return-iterable",
    "wsgi.iterable.yields-bytes",
)


def advanced(times):
    """How far the inner iterable has been advanced."""
    return where(
        f"at most {times} of the inner items were asked for",
        lambda seen, heard: seen.all.count("next") <= times or f"{seen.all.count('next')} were asked for",
    )


def called(path, *lines, method="GET"):
    return (
        gateway.calls(wsgi_environ(method, path)),
        wsgi_app.is_called(environ({"PATH_INFO": path})),
        *lines,
    )


asked_since = where(
    "the middleware had returned before, and was asked itself",
    lambda seen, heard: steps_of(heard.timeline.wsgi_logs(), "ahead") != [] and seen.all.count("next") <= 1,
)

case(
    "A middleware returns as soon as the application does",
    *called("/promptly"),
    wsgi_app.starts("200 OK", [TYPE]),
    wsgi_app.returns_iterable(blocks=[b"one", b"two", b"three"]),
    gateway.gets_result(),
    wsgi_app.was_used(
        requirement("wsgi.middleware.return-promptly", ways={"not asked": used("next", 0), "asked since": asked_since})
    ),
    gateway.gets_response(ROLE),
)

case(
    "A middleware waits for no second block before it hands on the first",
    *called("/boundaries"),
    wsgi_app.starts("200 OK", [TYPE]),
    wsgi_app.returns_iterable(blocks=[b"one", b"two", b"three", b"four", b"five"]),
    gateway.gets_result(),
    gateway.gets_block(),
    wsgi_app.was_used(requirement("wsgi.middleware.block-boundaries", expects=advanced(2))),
    gateway.gets_block(),
    wsgi_app.was_used(requirement("wsgi.middleware.block-boundaries", expects=advanced(3))),
    gateway.gets_block(),
    wsgi_app.was_used(requirement("wsgi.middleware.block-boundaries", expects=advanced(4))),
    gateway.gets_response(ROLE),
    note="One that looks a block ahead to know which is the last one is let pass: its server waits for no third.",
)

case(
    "An empty block is handed on like any other",
    *called("/empty-block"),
    wsgi_app.starts("200 OK", [TYPE]),
    wsgi_app.returns_iterable(blocks=[b"", b"", b"", b"one"]),
    gateway.gets_result(),
    gateway.gets_block(),
    wsgi_app.was_used(requirement("wsgi.middleware.block-boundaries", expects=advanced(2))),
    gateway.closes(),
)

case(
    "A middleware writes nothing that the application has returned",
    *called("/no-write"),
    wsgi_app.starts("200 OK", [TYPE]),
    wsgi_app.returns_iterable(blocks=[b"one", b"two"]),
    gateway.gets_response(
        requirement(
            "wsgi.middleware.no-write-of-yielded",
            expects=where("no write()", lambda seen, heard: not steps_of(heard.timeline.wsgi_logs(), "write")),
        )
    ),
)


def half_of_it(body):
    """Both go through the same processing, so that none of them stays alone as it was."""
    return (b"abc" in body) != (b"def" in body)


case(
    "What the application writes comes before what it returns",
    *called("/write"),
    wsgi_app.starts("200 OK", [TYPE], requirement("wsgi.middleware.write-supported", expects=gives("write"))),
    wsgi_app.writes(b"abc", requirement("wsgi.middleware.write-supported", expects=returns())),
    wsgi_app.writes(b"", requirement("wsgi.middleware.write-supported", expects=returns())),
    wsgi_app.returns_iterable(blocks=[b"def"]),
    gateway.gets_response(
        requirement(
            "wsgi.middleware.write-supported",
            ways={
                "in order": wsgi_response(body=b"abcdef"),
                "lost": fail(wsgi_response(body=b"def"), "what was written is lost"),
                "out of order": fail(wsgi_response(body=b"defabc"), "what was written comes last"),
                "half of it": warn(
                    where("only one half in another form", lambda seen, heard: half_of_it(wsgi_body(seen))),
                    "what was written is as it was, and what was returned is not, or the other way round",
                ),
                "changed": note(wsgi_response(), "changed on the way"),
            },
        ),
        ROLE,
    ),
    note="""
    An application may not write once it is iterated ("The write() Callable"), and a middleware that is a generator has
    its application called just then: what is written has to be given by it.
    """,
)


@each(when=["never asked", "early", "at the end", "after an error"])
def close(when):
    """close() reaches the application"""
    yield from called("/close")
    yield wsgi_app.starts("200 OK", [TYPE])
    yield wsgi_app.returns_iterable(blocks=None if when == "after an error" else [b"one", b"two"])
    if when == "after an error":
        yield gateway.asks_for_block()
        yield wsgi_app.yields(b"one")
        yield gateway.asks_for_block()
        yield wsgi_app.raises()
        yield gateway.gets_block(anything())
        yield gateway.gets_block(anything())
    if when == "early":
        yield gateway.gets_block()
    if when == "at the end":
        yield gateway.gets_block()
        yield gateway.gets_block()
        yield gateway.gets_block()
    yield gateway.closes(anything())
    yield wsgi_app.is_closed(
        requirement(
            "wsgi.middleware.close-propagated",
            ways={"once": used("close", 1), "again": note(used("close"), "more than once")},
        )
    )


@each(status=["200 OK", "404 Not Found"])
def lazy(status):
    """A response that begins with the first item begins nevertheless"""
    yield from called("/lazy")
    yield wsgi_app.returns_iterable()
    yield gateway.asks_for_block()
    yield wsgi_app.is_asked(requirement("wsgi.middleware.lazy-start-response", expects=anything()))
    yield wsgi_app.starts(
        status, [TYPE, ("X-Lazy", "1")], requirement("wsgi.middleware.lazy-start-response", expects=gives("write"))
    )
    yield wsgi_app.yields(b"one")
    yield gateway.asks_for_block()
    yield wsgi_app.stops()
    yield gateway.gets_response(
        requirement(
            "wsgi.middleware.lazy-start-response",
            ways={
                "as it was": where(
                    "its status and its headers",
                    lambda seen, heard: (
                        seen.status == status and ("x-lazy", "1") in wsgi_fields(seen) and wsgi_body(seen) == b"one"
                    ),
                ),
                "changed": note(wsgi_response(), "changed on the way"),
            },
        ),
        ROLE,
    )


def starts_of(heard):
    return steps_of(heard.timeline.wsgi_logs(), "start")


def raised_by_itself(heard):
    """Its start_response takes `exc_info` and raised, and not because it had begun anew in front."""
    told = [entry.seen for entry in heard.timeline.entries if entry.who == "wsgi_app"]
    raised = [one.raised.type for one in told if getattr(one, "raised", None) is not None]
    return len(starts_of(heard)) < 2 and raised not in ([], ["TypeError"])


of_its_own = where("an exception of the middleware's", lambda seen, heard: raised_by_itself(heard))

case(
    "A response that replaces another one does so in front of the middleware",
    *called("/replaced"),
    wsgi_app.starts("200 OK", [TYPE]),
    wsgi_app.starts(
        "500 Oops",
        [TYPE],
        requirement(
            "wsgi.middleware.exc-info-forward",
            ways={"returned": returns(), "raised": no_occasion(of_its_own, "it raises an exception instead")},
        ),
        exc_info=True,
    ),
    wsgi_app.returns(b"sorry"),
    gateway.gets_response(
        requirement(
            "wsgi.middleware.exc-info-forward",
            ways={
                "forwarded": where(
                    "the second start with exc_info",
                    lambda seen, heard: [one[2] for one in starts_of(heard)][1:] == [True],
                ),
                "kept back": note(
                    where(
                        "one start with the second status",
                        lambda seen, heard: len(starts_of(heard)) == 1 and wsgi_status(seen) == 500,
                    ),
                    "only one start goes on",
                ),
                "replaced": note(
                    where(
                        "another response", lambda seen, heard: len(starts_of(heard)) == 1 and wsgi_status(seen) != 200
                    ),
                    "by a response of its own",
                ),
                "raised": no_occasion(of_its_own, "it raises an exception instead"),
            },
        ),
        *kept_in_front("wsgi.start-response.app-second-call", by="wsgi.middleware.exc-info-forward"),
    ),
)

not_empty = where("a block that is not empty", lambda seen, heard: bool(seen.done and seen.value))

case(
    "An exception of the server's start_response reaches the application",
    *called("/reraised"),
    wsgi_app.starts("200 OK", [TYPE]),
    wsgi_app.returns_iterable(),
    gateway.asks_for_block(),
    wsgi_app.yields(b"one"),
    gateway.gets_block(not_empty),
    gateway.asks_for_block(),
    wsgi_app.starts(
        "500 Oops",
        [TYPE],
        requirement("wsgi.middleware.exc-info-forward", expects=raises()),
        exc_info=True,
    ),
    wsgi_app.reraises(),
    gateway.gets_block(anything()),
    gateway.closes(anything()),
)


@each(length=["right", "in lower case"], blocks=["one", "two"])
def content_length(length, blocks):
    """A Content-Length is that of the body that leaves the middleware"""
    fields = [("Content-Length" if length == "right" else "content-length", "6")]
    yield from called("/length")
    yield wsgi_app.starts("200 OK", [TYPE, *fields])
    yield wsgi_app.returns_iterable(blocks=[b"abcdef"] if blocks == "one" else [b"abc", b"def"])
    yield gateway.gets_response(
        *kept_in_front(
            "wsgi.content-length.app-underrun",
            "wsgi.content-length.app-overrun",
            "wsgi.content-length.app-invalid",
            by="wsgi.middleware.content-length-consistent",
        ),
        ROLE,
    )


case(
    "A Content-Length is that of what is written and returned",
    *called("/length-written"),
    wsgi_app.starts("200 OK", [TYPE, ("Content-Length", "6")]),
    wsgi_app.writes(b"abc"),
    wsgi_app.returns(b"def"),
    gateway.gets_response(
        *kept_in_front(
            "wsgi.content-length.app-underrun",
            "wsgi.content-length.app-overrun",
            by="wsgi.middleware.content-length-consistent",
        ),
    ),
)

# --------------------------------------------------------------------------- HTTP


@each(status=["204 No Content", "304 Not Modified"])
def no_body(status):
    """A response without a body has none behind a middleware either"""
    yield from called("/no-body")
    yield wsgi_app.starts(status, [("ETag", '"1"')])
    yield wsgi_app.returns()
    yield gateway.gets_response(*wsgi_conduct("wsgi.http.status-without-body", "wsgi.http.no-1xx-status"), ROLE)


case(
    "A response without a type passes a middleware",
    *called("/no-type"),
    wsgi_app.starts("301 Moved Permanently", [("Location", "/x"), ("Content-Length", "0")]),
    wsgi_app.returns(),
    gateway.gets_response(requirement("wsgi.http.content-type-optional", expects=wsgi_response(301)), ROLE),
)

case(
    "A condition reaches the application, or is met by the middleware",
    gateway.calls(wsgi_environ("GET", "/condition", HTTP_IF_NONE_MATCH='"1"')),
    wsgi_app.is_called(
        requirement("wsgi.http.cache-validation"),
        ways={
            "told": environ({"HTTP_IF_NONE_MATCH": '"1"'}),
            "taken away": note(environ({"PATH_INFO": "/condition"}), "it sees to it by itself"),
        },
    ),
    wsgi_app.starts("200 OK", [TYPE, ("ETag", '"1"')]),
    wsgi_app.returns(b"body"),
    gateway.gets_response(
        requirement(
            "wsgi.http.cache-validation",
            ways={
                "whole": where(
                    "200 with a body", lambda seen, heard: wsgi_status(seen) == 200 and wsgi_body(seen) != b""
                ),
                "not modified": where(
                    "304 without a body", lambda seen, heard: wsgi_status(seen) == 304 and wsgi_body(seen) == b""
                ),
            },
        ),
        ROLE,
    ),
)

case(
    "A range reaches the application, or is cut by the middleware",
    gateway.calls(wsgi_environ("GET", "/range", HTTP_RANGE="bytes=2-4")),
    wsgi_app.is_called(environ({"PATH_INFO": "/range"})),
    wsgi_app.starts("200 OK", [TYPE]),
    wsgi_app.returns(b"0123456789"),
    gateway.gets_response(
        requirement(
            "wsgi.http.range",
            ways={
                "whole": wsgi_response(200, body=b"0123456789"),
                "a part": wsgi_response(206, body=b"234", fields=[("content-range", "bytes 2-4/10")]),
                "changed": note(
                    where("all of it in another form", lambda seen, heard: len(wsgi_body(seen)) >= 10),
                    "changed on the way",
                ),
            },
        ),
        ROLE,
    ),
)


@each(method=["GET", "HEAD"])
def rules(method):
    """What leaves a middleware is a response as applications give it"""
    yield from called("/rules", method=method)
    yield wsgi_app.starts("200 OK", [TYPE, ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
    yield wsgi_app.returns_iterable(blocks=[] if method == "HEAD" else [b"one", b"", b"two"])
    yield gateway.gets_response(
        *kept_in_front(*(RULES if method == "GET" else RULES[:-1]), by="wsgi.middleware.both-sides"), ROLE
    )


@each(when=["in the call", "in the body"])
def exception(when):
    """An exception of the application leaves the middleware, or becomes a response"""
    yield from called("/exception")
    if when == "in the body":
        yield wsgi_app.starts("200 OK", [TYPE])
        yield wsgi_app.returns_iterable()
        yield gateway.asks_for_block()
    yield wsgi_app.raises()
    yield gateway.gets_response(
        requirement(
            "wsgi.middleware.both-sides",
            ways={
                "raised": where("an exception", lambda seen, heard: seen.outcome.raised is not None),
                "answered": where("an error response", lambda seen, heard: (wsgi_status(seen) or 0) >= 400),
                "no error": note(wsgi_response(), "an error does not look like one"),
            },
        ),
        ROLE,
    )
