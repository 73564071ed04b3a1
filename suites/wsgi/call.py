"""How a server calls the application (PEP 3333, "The Server/Gateway Side" and "Specification Details")."""

from asgi_conformance.authoring import (
    ABSENT,
    case,
    client,
    each,
    environ,
    process,
    requirement,
    response,
    where,
    wsgi_app,
)

OK = (("Content-Type", "text/plain"), ("Content-Length", "2"))
second, other = client.named("second"), wsgi_app.named("other")

# --------------------------------------------------------------------------- the arguments

TWO_POSITIONAL = where(
    "two positional arguments",
    lambda seen, heard: (
        (seen.facts["arguments"] == 2 and seen.facts["keywords"] == [])
        or f"{seen.facts['arguments']} positional arguments, and as keywords {seen.facts['keywords']}"
    ),
)

REQUESTS = {
    "GET": b"GET /positional/GET HTTP/1.1\r\nHost: test\r\n\r\n",
    "HEAD": b"HEAD /positional/HEAD HTTP/1.1\r\nHost: test\r\n\r\n",
    "POST": b"POST /positional/POST HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n\r\nok",
}


@each(method=REQUESTS)
def the_application_gets_two_positional_arguments(method):
    """The application gets two positional arguments"""
    yield client.sends(REQUESTS[method])
    yield wsgi_app.is_called(
        environ({"PATH_INFO": f"/positional/{method}"}),
        requirement("wsgi.call.positional-args", expects=TWO_POSITIONAL),
    )


ANY_CALLABLE = requirement("wsgi.call.any-callable")


@each(shape=["instance", "method", "partial", "bare", "cls"], options=lambda shape: {"application": shape})
def whatever_can_be_called_is_an_application(shape):
    """Whatever can be called is an application

    An instance with `__call__`, a bound method, a `functools.partial`, an object that has `__call__` and no attribute
    besides, and a class: "The application object must accept two positional arguments", and no more is asked of it.
    """
    yield process.starts()
    yield process.serves(ANY_CALLABLE)
    yield client.sends(f"GET /callable/{shape} HTTP/1.1\r\nHost: test\r\n\r\n".encode())
    yield wsgi_app.is_called(environ({"PATH_INFO": f"/callable/{shape}"}), ANY_CALLABLE, within=3.0)
    yield wsgi_app.starts("200 OK", OK)
    yield wsgi_app.returns(b"ok")
    yield client.gets(response(200, body=b"ok"))


# --------------------------------------------------------------------------- how often

ONCE = requirement("wsgi.call.once-per-request")

case(
    "A request is one call",
    client.sends(b"GET /once HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/once"})),
    wsgi_app.starts("200 OK", OK),
    wsgi_app.returns(b"ok"),
    other.is_not_called(ONCE),
    client.gets(response(200, body=b"ok")),
    other.is_not_called(ONCE),
)

case(
    "A request with a body is one call",
    client.sends(b"POST /once/body HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n\r\nok"),
    wsgi_app.is_called(environ({"PATH_INFO": "/once/body"})),
    wsgi_app.reads_body(),
    wsgi_app.starts("200 OK", OK),
    wsgi_app.returns(b"ok"),
    other.is_not_called(ONCE),
    client.gets(response(200, body=b"ok")),
)

case(
    "A request whose call fails is one call",
    client.sends(b"GET /once/raises HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/once/raises"})),
    wsgi_app.raises(),
    other.is_not_called(ONCE),
    note="Neither is it tried again, nor is the application asked for the page that tells of the error.",
)

case(
    "A request whose response is not begun is one call",
    client.sends(b"GET /once/nothing HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/once/nothing"})),
    wsgi_app.returns(),
    other.is_not_called(ONCE),
)

case(
    "A second request on a connection is one call more",
    client.sends(b"GET /once/first HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/once/first"})),
    wsgi_app.starts("200 OK", OK),
    wsgi_app.returns(b"ok"),
    client.gets(response(200, body=b"ok")),
    client.sends(b"GET /once/second HTTP/1.1\r\nHost: test\r\n\r\n"),
    other.is_called(environ({"PATH_INFO": "/once/second"}), ONCE),
    other.starts("200 OK", OK),
    other.returns(b"ok"),
    client.gets(response(200, body=b"ok")),
    wsgi_app.named("third").is_not_called(ONCE),
    needs="keep-alive",
)

# --------------------------------------------------------------------------- what is shared

FRESH = requirement("wsgi.call.environ-fresh")

case(
    "What one call changes in its environ is not in that of the next on the connection",
    client.sends(b"GET /fresh/one?a=1 HTTP/1.1\r\nHost: one.test\r\nX-Once: 1\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/fresh/one"})),
    wsgi_app.sets_environ("x.leak", "1"),
    wsgi_app.sets_environ("HTTP_X_LEAK", "1"),
    wsgi_app.sets_environ("HTTP_HOST", "evil.test"),
    wsgi_app.deletes_environ("wsgi.url_scheme"),
    wsgi_app.starts("200 OK", OK),
    wsgi_app.returns(b"ok"),
    client.gets(response(200, body=b"ok")),
    client.sends(b"GET /fresh/two HTTP/1.1\r\nHost: two.test\r\n\r\n"),
    other.is_called(
        environ({
            "PATH_INFO": "/fresh/two",
            "HTTP_HOST": "two.test",
            "wsgi.url_scheme": "http",
            "HTTP_X_ONCE": ABSENT,
            "HTTP_X_LEAK": ABSENT,
            "x.leak": ABSENT,
        }),
        FRESH,
    ),
    needs="keep-alive",
)  # fmt: skip

case(
    "What one call changes in its environ is not in that of another connection's",
    client.sends(b"GET /fresh/mine HTTP/1.1\r\nHost: one.test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/fresh/mine"})),
    wsgi_app.sets_environ("x.leak", "1"),
    wsgi_app.sets_environ("HTTP_HOST", "evil.test"),
    wsgi_app.deletes_environ("wsgi.version"),
    wsgi_app.starts("200 OK", OK),
    wsgi_app.returns(b"ok"),
    client.gets(response(200, body=b"ok")),
    client.closes(),
    second.sends(b"GET /fresh/yours HTTP/1.1\r\nHost: two.test\r\n\r\n"),
    other.is_called(
        environ({
            "PATH_INFO": "/fresh/yours", "HTTP_HOST": "two.test", "wsgi.version": (1, 0), "x.leak": ABSENT,
        }),
        FRESH,
    ),
)  # fmt: skip

case(
    "Two calls at once have an environ each",
    client.sends(b"GET /fresh/left HTTP/1.1\r\nHost: one.test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/fresh/left"})),
    second.sends(b"GET /fresh/right HTTP/1.1\r\nHost: two.test\r\n\r\n"),
    other.is_called(environ({"PATH_INFO": "/fresh/right"})),
    other.sets_environ("x.leak", "1"),
    other.deletes_environ("wsgi.version"),
    wsgi_app.looks_at_environ(
        environ({"PATH_INFO": "/fresh/left", "HTTP_HOST": "one.test", "wsgi.version": (1, 0), "x.leak": ABSENT}), FRESH
    ),
    needs="concurrency",
)
