"""What a WSGI application makes of its environ (PEP 3333, "environ Variables", "Other HTTP Features")."""

from asgi_conformance.authoring import (
    ABSENT,
    case,
    each,
    gateway,
    requirement,
    where,
    wsgi_as_well_as,
    wsgi_body,
    wsgi_environ,
    wsgi_status,
)

NOBODY = "/asgi-conformance/nobody-has-this"
USUAL = gateway.named("usual")
OPTIONAL = ("QUERY_STRING", "SCRIPT_NAME", "REMOTE_ADDR", "HTTP_HOST", "HTTP_ACCEPT")


@each(missing=[*OPTIONAL, "all of them"], path=["/", NOBODY])
def missing(missing, path):
    """Variables that need not be there are not missed

    What is empty may be left out, and what says who asks is not always known.
    """
    left_out = dict.fromkeys(OPTIONAL if missing == "all of them" else [missing], ABSENT)
    yield USUAL.calls(wsgi_environ("GET", path))
    yield USUAL.gets_response()
    yield gateway.calls(wsgi_environ("GET", path, **left_out))
    yield gateway.gets_response(requirement("wsgi.environ.app-fallback", expects=wsgi_as_well_as("usual")))


case(
    "A mount without a path behind it is served like one with an empty path",
    USUAL.calls(wsgi_environ("GET", "", SCRIPT_NAME="/mount")),
    USUAL.gets_response(),
    gateway.calls(wsgi_environ("GET", ABSENT, SCRIPT_NAME="/mount")),
    gateway.gets_response(requirement("wsgi.environ.app-fallback", expects=wsgi_as_well_as("usual"))),
)

case(
    "A type and a length that are not given are not missed",
    USUAL.calls(wsgi_environ("POST", "/", CONTENT_TYPE="text/plain", CONTENT_LENGTH="0")),
    USUAL.gets_response(),
    gateway.calls(wsgi_environ("POST", "/", CONTENT_TYPE="", CONTENT_LENGTH="0")),
    gateway.gets_response(requirement("wsgi.environ.app-fallback", expects=wsgi_as_well_as("usual"))),
    gateway.named("bare").calls(wsgi_environ("POST", "/", CONTENT_LENGTH="0")),
    gateway.named("bare").gets_response(requirement("wsgi.environ.app-fallback", expects=wsgi_as_well_as("usual"))),
)


@each(method=["GET", "POST"], length=["empty", "missing"])
def length(method, length):
    """A length that is empty or missing is served like a length of 0"""
    yield USUAL.calls(wsgi_environ(method, "/", CONTENT_TYPE="application/json", CONTENT_LENGTH="0"))
    yield USUAL.gets_response()
    given = "" if length == "empty" else ABSENT
    yield gateway.calls(wsgi_environ(method, "/", CONTENT_TYPE="application/json", CONTENT_LENGTH=given))
    yield gateway.gets_response(requirement("wsgi.input.app-empty-length", expects=wsgi_as_well_as("usual")))


HOP_BY_HOP = {
    "HTTP_CONNECTION": "keep-alive, Upgrade",
    "HTTP_KEEP_ALIVE": "timeout=5",
    "HTTP_TE": "trailers, deflate",
    "HTTP_PROXY_CONNECTION": "close",
    "HTTP_TRANSFER_ENCODING": "chunked",
}


@each(header=HOP_BY_HOP)
def hop_by_hop(header):
    """What a header says about the connection makes no difference

    A server that decodes what is chunked and does not count it says that the input ends by itself.
    """
    yield USUAL.calls(wsgi_environ("GET", "/"), terminated=True)
    yield USUAL.gets_response()
    yield gateway.calls(wsgi_environ("GET", "/", **{header: HOP_BY_HOP[header]}), terminated=True)
    yield gateway.gets_response(
        requirement("wsgi.http.no-rely-on-inbound-hop", expects=wsgi_as_well_as("usual", same_status=True))
    )


case(
    "A body that the server has decoded is not decoded again",
    USUAL.calls(wsgi_environ("POST", "/echo", CONTENT_LENGTH="5", CONTENT_TYPE="text/plain"), body=b"hello"),
    USUAL.gets_response(where("the body", lambda seen, heard: wsgi_body(seen) == b"hello")),
    gateway.calls(
        wsgi_environ("POST", "/echo", CONTENT_LENGTH="5", CONTENT_TYPE="text/plain", HTTP_TRANSFER_ENCODING="chunked"),
        body=b"hello",
        terminated=True,
    ),
    gateway.gets_response(
        requirement("wsgi.http.no-rely-on-inbound-hop"),
        ways={
            "as it is": where(
                "the same body", lambda seen, heard: wsgi_status(seen) == 200 and wsgi_body(seen) == b"hello"
            )
        },
    ),
    needs="contract",
    note="""
    Servers decode what is chunked by themselves ("Other HTTP Features"), and none is told to take the header out of the
    environ; the length says that what `wsgi.input` gives is the body as it is.
    """,
)
