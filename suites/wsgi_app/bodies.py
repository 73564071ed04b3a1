"""What a WSGI application returns, and what it writes (PEP 3333, "Buffering and Streaming", "The write() Callable")."""

from asgi_conformance.authoring import (
    case,
    each,
    gateway,
    note,
    requirement,
    steps_of,
    where,
    wsgi_as_well_as,
    wsgi_body,
    wsgi_conduct,
    wsgi_environ,
    wsgi_fields,
    wsgi_response,
)

NOBODY = "/asgi-conformance/nobody-has-this"
USUAL = gateway.named("usual")

never_wrote = where("no write()", lambda seen, heard: not steps_of(heard.timeline.wsgi_logs(), "write"))


@each(method=["GET", "POST", "OPTIONS"])
def write(method):
    """The application writes nothing but bytes, and returns an iterable all the same"""
    yield gateway.calls(wsgi_environ(method, "/"))
    yield gateway.gets_result(
        requirement(
            "wsgi.write.discouraged",
            ways={
                "iterable": never_wrote,
                "write": note(where("write()", lambda seen, heard: True), "for what an iterable cannot do alone"),
            },
        ),
    )
    yield gateway.gets_response(
        *wsgi_conduct("wsgi.write.app-bytes", "wsgi.write.still-return-iterable", "wsgi.write.not-from-iterable"),
    )


case(
    "A write that fails is an error like any other",
    gateway.calls(wsgi_environ("OPTIONS", "/"), fails="write"),
    gateway.gets_response(*wsgi_conduct("wsgi.write.app-bytes")),
    note="The client has left: `write` raises OSError, and the application may let it pass or not.",
)


@each(method=["GET", "POST", "OPTIONS"])
def first_item(method):
    """The response has begun when the first item comes, or the end"""
    yield gateway.calls(wsgi_environ(method, "/"))
    yield gateway.gets_result()
    yield gateway.gets_block(*wsgi_conduct("wsgi.start-response.before-first-body"))
    yield gateway.closes()


@each(path=["/", NOBODY])
def file_wrapper(path):
    """A file is sent with and without wsgi.file_wrapper"""
    yield USUAL.calls(wsgi_environ("GET", path))
    yield USUAL.gets_response()
    yield gateway.calls(wsgi_environ("GET", path), file_wrapper=False)
    yield gateway.gets_response(
        requirement("wsgi.file-wrapper.app-checks", expects=wsgi_as_well_as("usual", same_status=True))
    )


# --------------------------------------------------------------------------- of contract applications

FILE = where(
    "the file as it is with wsgi.file_wrapper",
    lambda seen, heard: (
        wsgi_body(seen)
        == wsgi_body(
            next(
                entry.seen
                for entry in heard.timeline.entries
                if entry.who == "gateway:usual" and hasattr(entry.seen, "body")
            )
        )
    ),
)

case(
    "The same file comes with and without wsgi.file_wrapper",
    USUAL.calls(wsgi_environ("GET", "/file")),
    USUAL.gets_response(wsgi_response(200)),
    gateway.calls(wsgi_environ("GET", "/file"), file_wrapper=False),
    gateway.gets_response(requirement("wsgi.file-wrapper.app-checks", expects=FILE)),
    needs="contract",
)

case(
    "What is behind the last item is left undone no more than what is before it",
    gateway.calls(wsgi_environ("GET", "/endless", QUERY_STRING="key=wsgi-endless")),
    gateway.gets_result(),
    gateway.gets_block(),
    gateway.gets_block(),
    gateway.closes(),
    gateway.named("journal").calls(wsgi_environ("GET", "/journal", QUERY_STRING="key=wsgi-endless")),
    gateway.named("journal").gets_response(
        requirement(
            "wsgi.iterable.not-fully-consumed",
            expects=where("the note that it has ended", lambda seen, heard: b"endless left" in wsgi_body(seen)),
        )
    ),
    needs="contract",
)

case(
    "An endless response is given up before it begins",
    gateway.calls(wsgi_environ("GET", "/endless", QUERY_STRING="key=wsgi-unasked")),
    gateway.gets_result(),
    gateway.closes(),
    USUAL.calls(wsgi_environ("GET", "/")),
    USUAL.gets_response(requirement("wsgi.iterable.not-fully-consumed", expects=wsgi_response(200))),
    needs="contract",
)


@each(status=["204", "304"], needs="contract")
def without_body(status):
    """A status without a body has none"""
    yield gateway.calls(wsgi_environ("GET", f"/status/{status}"))
    yield gateway.gets_response(*wsgi_conduct("wsgi.http.status-without-body"))


@each(status=["200", "404", "503"], needs="contract")
def empty_body(status):
    """A response without content has a length of its own or none"""
    yield gateway.calls(wsgi_environ("GET", f"/status/{status}"))
    yield gateway.gets_response(
        *wsgi_conduct("wsgi.start-response.status-format", "wsgi.start-response.before-first-body"),
        requirement(
            "wsgi.http.content-type-optional",
            expects=where(
                "at most one Content-Type",
                lambda seen, heard: [name for name, _ in wsgi_fields(seen)].count("content-type") < 2,
            ),
        ),
    )


@each(path=["/", "/file", "/headers", "/error"], needs="contract")
def head(path):
    """A response to HEAD has no body"""
    yield gateway.calls(wsgi_environ("HEAD", path))
    yield gateway.gets_response(*wsgi_conduct("wsgi.head.app-body"))


@each(path=["/file", "/headers", "/set-cookies", "/repeated", "/nobody"], needs="contract")
def whole(path):
    """Every response is complete"""
    yield gateway.calls(wsgi_environ("GET", path))
    yield gateway.gets_response(
        *wsgi_conduct(
            "wsgi.start-response.before-first-body",
            "wsgi.start-response.headers-tuples",
            "wsgi.iterable.yields-bytes",
            "wsgi.iterable.len-accurate",
            "wsgi.content-length.app-underrun",
            "wsgi.content-length.app-overrun",
        )
    )


case(
    "A response in parts comes part by part",
    gateway.calls(wsgi_environ("GET", "/stream/gap")),
    gateway.gets_response(
        wsgi_response(200), *wsgi_conduct("wsgi.iterable.yields-bytes", "wsgi.iterable.return-iterable")
    ),
    needs="contract",
)
