"""How a WSGI application is called, and called again (PEP 3333, "The Application/Framework Side")."""

from asgi_conformance.authoring import (
    case,
    each,
    gateway,
    note,
    requirement,
    served_again,
    takes_two,
    where,
    wsgi_as_well_as,
    wsgi_conduct,
    wsgi_environ,
    wsgi_fields,
    wsgi_response,
)

GET = wsgi_environ("GET", "/")
FIRST, SECOND, THIRD = gateway.named("first"), gateway.named("second"), gateway.named("third")
NOBODY = "/asgi-conformance/nobody-has-this"

case(
    "The application takes two arguments by position",
    gateway.calls(GET),
    gateway.gets_result(requirement("wsgi.call.two-args", expects=takes_two())),
)


@each(method=["GET", "POST", "OPTIONS"])
def by_position(method):
    """The application calls start_response by position"""
    yield gateway.calls(wsgi_environ(method, NOBODY if method == "GET" else "/"))
    yield gateway.gets_response(*wsgi_conduct("wsgi.call.start-response-positional"))


case(
    "The application is called again and again",
    FIRST.calls(GET),
    FIRST.gets_response(),
    SECOND.calls(GET),
    SECOND.gets_response(),
    THIRD.calls(GET),
    THIRD.gets_response(requirement("wsgi.call.repeatable", expects=served_again("first", "second"))),
    note="""
    What fails once only may be chance, so the second and the third call both have to fail; an iterator that has been
    returned before is empty whatever the status says.
    """,
)

case(
    "The application is called again while it has not been asked for its response",
    gateway.named("usual").calls(GET),
    gateway.named("usual").gets_response(),
    FIRST.calls(GET),
    FIRST.gets_result(),
    SECOND.calls(wsgi_environ("GET", NOBODY)),
    SECOND.gets_result(),
    FIRST.gets_response(
        requirement(
            "wsgi.call.repeatable",
            ways={
                "served": wsgi_as_well_as("usual", same_status=True),
                "not beside each other": note(where("anything", lambda seen, heard: True), "one call at a time"),
            },
        ),
    ),
    SECOND.gets_response(),
    note="Several calls at once are a matter of threads, of which an application may be shy; the answer is recorded.",
)

case(
    "The application is called again where it has been told that it runs once",
    gateway.named("before").calls(GET),
    gateway.named("before").gets_response(),
    gateway.named("usual").calls(GET),
    gateway.named("usual").gets_response(),
    FIRST.calls(wsgi_environ("GET", "/", wsgi__run_once=True)),
    FIRST.gets_response(requirement("wsgi.environ.run-once.not-relied-on", expects=wsgi_as_well_as("usual"))),
    SECOND.calls(wsgi_environ("GET", "/", wsgi__run_once=True)),
    SECOND.gets_response(requirement("wsgi.environ.run-once.not-relied-on", expects=wsgi_as_well_as("usual"))),
)

not_ours = where(
    "headers of its own",
    lambda seen, heard: ("x-spoilt", "by the server") not in wsgi_fields(seen) or "the spoilt list",
)


@each(path=["/", NOBODY])
def spoilt(path):
    """What a server does to the list of headers does not show in the next response"""
    yield FIRST.calls(wsgi_environ("GET", path), spoils_headers=True)
    yield FIRST.gets_response()
    yield SECOND.calls(wsgi_environ("GET", path))
    yield SECOND.gets_response(requirement("wsgi.start-response.headers-not-reused", expects=not_ours))


case(
    "A response that is given up does not spoil the next one",
    gateway.named("usual").calls(GET),
    gateway.named("usual").gets_response(wsgi_response()),
    FIRST.calls(GET),
    FIRST.gets_result(),
    FIRST.closes(),
    SECOND.calls(GET),
    SECOND.gets_result(),
    SECOND.gets_block(where("the first item, or the end", lambda seen, heard: seen.raised is None)),
    SECOND.closes(),
    THIRD.calls(GET),
    THIRD.gets_response(requirement("wsgi.iterable.not-fully-consumed", expects=wsgi_as_well_as("usual"))),
)
