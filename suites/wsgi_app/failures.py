"""What a WSGI application does about errors, its own and its client's (PEP 3333, "Error Handling")."""

from asgi_conformance.authoring import (
    case,
    each,
    gateway,
    no_occasion,
    note,
    requirement,
    steps_of,
    where,
    wsgi_body,
    wsgi_conduct,
    wsgi_environ,
    wsgi_response,
    wsgi_status,
)

BODY = b"one\ntwo\nthree\nfour\n"
POST = wsgi_environ("POST", "/", CONTENT_TYPE="text/plain; charset=utf-8", CONTENT_LENGTH=str(len(BODY)))
STARTS = ("wsgi.start-response.exc-info-type", "wsgi.start-response.app-second-call")
ERRORS = ("wsgi.errors.text-mode", "wsgi.errors.app-no-close", "wsgi.errors.app-listed-methods")

anything = where("anything", lambda seen, heard: True)


@each(when=["read", "read-later"])
def client_leaves(when):
    """A response that replaces another one is begun with the exception

    The client leaves while its request is read. Whether the application notices, and whether it answers all the same,
    is its own affair.
    """
    yield gateway.calls(POST, body=BODY, fails=when, pieces=5)
    yield gateway.gets_response(*wsgi_conduct(*STARTS))


@each(when=["read", "read-later"])
def after_a_failed_read(when):
    """A request that cannot be read is answered as it has to be, if it is"""
    yield gateway.calls(POST, body=BODY, fails=when, pieces=5)
    yield gateway.gets_response(
        *wsgi_conduct(
            "wsgi.start-response.status-format",
            "wsgi.start-response.headers-tuples",
            "wsgi.start-response.header-value-no-control",
            "wsgi.start-response.app-no-trap",
        )
    )


@each(path=["/", "/asgi-conformance/nobody-has-this"], method=["GET", "POST"])
def log(path, method):
    """What the application writes to the log is text, and the log stays open"""
    length = {"CONTENT_LENGTH": str(len(BODY)), "CONTENT_TYPE": "application/json"} if method == "POST" else {}
    yield gateway.calls(wsgi_environ(method, path, **length), body=BODY if method == "POST" else b"")
    yield gateway.gets_response(*wsgi_conduct(*ERRORS))


case(
    "An exception of start_response leaves the application",
    gateway.calls(POST, body=BODY, fails="read-later", pieces=5),
    gateway.gets_response(*wsgi_conduct("wsgi.start-response.app-no-trap")),
    note="It is raised where a part of the response has gone out already.",
)

# --------------------------------------------------------------------------- of contract applications

raised = where("an exception", lambda seen, heard: seen.outcome.raised is not None)


case(
    "An error of its own becomes an error response",
    gateway.calls(wsgi_environ("GET", "/error")),
    gateway.gets_response(
        requirement(
            "wsgi.error.app-traps",
            ways={
                "answered": wsgi_response(500),
                "other status": note(wsgi_response(), "with another status than 500"),
            },
        ),
        *wsgi_conduct("wsgi.iterable.return-iterable", "wsgi.content-length.app-underrun"),
    ),
    needs="contract",
    note="The first call of `start_response` may come without `exc_info`: nothing is replaced by it.",
)


@each(path=["/error", "/error/late"], needs="contract")
def error_log(path):
    """What the application logs of an error is text, and the log stays open"""
    yield gateway.calls(wsgi_environ("GET", path))
    yield gateway.gets_response(*wsgi_conduct(*ERRORS))


@each(path=["/error", "/error/late"], needs="contract")
def error_start(path):
    """An error response that replaces another one is begun with the exception"""
    yield gateway.calls(wsgi_environ("GET", path))
    yield gateway.gets_response(*wsgi_conduct(*STARTS))


case(
    "An error in the body does not look like its end",
    gateway.calls(wsgi_environ("GET", "/error/late")),
    gateway.gets_response(
        requirement(
            "wsgi.start-response.app-no-trap",
            ways={
                "raised": raised,
                "replaced": no_occasion(
                    where("an error response", lambda seen, heard: wsgi_status(seen) == 500), "nothing had gone out"
                ),
                "not told of": no_occasion(
                    where(
                        "a response that ends",
                        lambda seen, heard: (
                            not any(start[2] for start in steps_of(heard.timeline.wsgi_logs(), "start"))
                        ),
                    ),
                    "start_response was not called for the error",
                ),
            },
        ),
        requirement(
            "wsgi.error.app-traps",
            ways={
                "raised": raised,
                "replaced": where("an error response", lambda seen, heard: wsgi_status(seen) == 500),
                "cut": note(
                    where("a response that ends", lambda seen, heard: wsgi_body(seen) != b""),
                    "a response that failed looks complete",
                ),
            },
        ),
    ),
    needs="contract",
)

case(
    "The next request is served after an error",
    gateway.named("late").calls(wsgi_environ("GET", "/error/late")),
    gateway.named("late").gets_response(anything),
    gateway.named("early").calls(wsgi_environ("GET", "/error")),
    gateway.named("early").gets_response(anything),
    gateway.calls(wsgi_environ("GET", "/")),
    gateway.gets_response(requirement("wsgi.call.repeatable", expects=wsgi_response(200))),
    needs="contract",
)
