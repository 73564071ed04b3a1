"""REQUEST_METHOD (PEP 3333, "environ Variables")."""

from asgi_conformance.authoring import (
    any_of,
    client,
    each,
    environ,
    fail,
    note,
    refused,
    requirement,
    response,
    warn,
    wsgi_app,
)

SUCCESS = any_of("2xx", lambda status: 200 <= status < 300)
SERVER_ERROR = response(any_of("5xx", lambda status: status >= 500))


@each(method=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def the_method_is_there(method):
    """REQUEST_METHOD is the method of the request

    A method that the server answers itself is in no environ.
    """
    yield client.sends(f"{method} /method/{method} HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n".encode())
    yield wsgi_app.is_called(
        requirement("wsgi.environ.request-method.present"),
        ways={
            "": environ({"REQUEST_METHOD": method}),
            "refused": note(refused(501), "the method is not served"),
            "answered by the server": note(response(SUCCESS, head=method == "HEAD")),
        },
    )


UNUSUAL = {
    "extension": "PROPFIND",
    "hyphen": "M-SEARCH",
    "unknown": "FROBNICATE",
    "lower-case": "get",
    "mixed-case": "Post",
    "every-character": "A!#$%&'*+-.^_`|~0z",
}


@each(method=UNUSUAL)
def an_unusual_method_is_kept(method):
    """An unusual method arrives as it is, or is refused

    A method is a token in which case matters (RFC 9110, section 9.1), and REQUEST_METHOD is that method. A server need
    not take every one, and says so with 501, 405 or 400; to serve another in its place is no refusal.
    """
    head = f"{UNUSUAL[method]} /unusual-method/{method} HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n"
    yield client.sends(head.encode())
    yield wsgi_app.is_called(
        requirement("wsgi.environ.request-method.verbatim"),
        ways={
            "as it is": environ({"REQUEST_METHOD": UNUSUAL[method]}),
            "refused": refused(501),
            "answered by the server": fail(response(SUCCESS), "as if it were a method that the server knows"),
            "server error": warn(SERVER_ERROR),
        },
    )
