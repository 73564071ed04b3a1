"""How a WSGI application uses `wsgi.input` (PEP 3333, "Input and Error Streams")."""

from asgi_conformance.authoring import (
    case,
    each,
    gateway,
    requirement,
    wsgi_as_well_as,
    wsgi_conduct,
    wsgi_environ,
    wsgi_response,
)

JSON = b'{"a": [1, 2, 3]}'
FORM = b"a=1&b=%C3%A9&c="
PARTS = (
    b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    b'--x\r\nContent-Disposition: form-data; name="f"; filename="f.txt"\r\nContent-Type: text/plain\r\n\r\nfile\r\n'
    b"--x--\r\n"
)
BODIES = {
    "text": ("text/plain; charset=utf-8", b"one\ntwo\nthree"),
    "form": ("application/x-www-form-urlencoded", FORM),
    "JSON": ("application/json", JSON),
    "parts": ("multipart/form-data; boundary=x", PARTS),
    "broken parts": ("multipart/form-data; boundary=y", PARTS),
    "bytes": ("application/octet-stream", b"\0\xff" * 5000),
}
USUAL = gateway.named("usual")
STREAM = ("wsgi.input.app-no-close", "wsgi.input.app-listed-methods")


def request(kind, method="POST", path="/"):
    content_type, body = BODIES[kind]
    return wsgi_environ(method, path, CONTENT_TYPE=content_type, CONTENT_LENGTH=str(len(body)))


@each(body=BODIES)
def reads(body):
    """The application reads no more than was announced, and leaves the stream as it is"""
    yield gateway.calls(request(body), body=BODIES[body][1])
    yield gateway.gets_response(*wsgi_conduct("wsgi.input.app-no-over-read", *STREAM))


@each(body=BODIES)
def reads_to_the_end(body):
    """The application leaves the stream as it is where it may read to the end"""
    yield gateway.calls(request(body), body=BODIES[body][1], terminated=True)
    yield gateway.gets_response(*wsgi_conduct(*STREAM))


@each(body=["text", "form", "JSON", "parts"], pieces=[1, 7])
def reads_pieces(body, pieces):
    """The application reads no more than was announced where it gets less than it asks for"""
    yield gateway.calls(request(body), body=BODIES[body][1], pieces=pieces)
    yield gateway.gets_response(*wsgi_conduct("wsgi.input.app-no-over-read", *STREAM))


case(
    "The application reads nothing of a body that is empty",
    gateway.calls(wsgi_environ("POST", "/", CONTENT_TYPE="application/json", CONTENT_LENGTH="0")),
    gateway.gets_response(*wsgi_conduct("wsgi.input.app-no-over-read")),
)

# --------------------------------------------------------------------------- of contract applications


@each(body=["text", "bytes"], needs="contract")
def echo(body):
    """A body is read and no more than it"""
    yield gateway.calls(request(body, path="/echo"), body=BODIES[body][1])
    yield gateway.gets_response(
        wsgi_response(200, body=BODIES[body][1]), *wsgi_conduct("wsgi.input.app-no-over-read", *STREAM)
    )


@each(body=["text", "bytes"], needs="contract")
def echo_stream(body):
    """A body is read while it is sent back, and no more than it"""
    yield gateway.calls(request(body, path="/echo/stream"), body=BODIES[body][1])
    yield gateway.gets_response(
        wsgi_response(200, body=BODIES[body][1]), *wsgi_conduct("wsgi.input.app-no-over-read", *STREAM)
    )


case(
    "A JSON body is read and no more than it",
    gateway.calls(request("JSON", path="/json"), body=JSON),
    gateway.gets_response(wsgi_response(200), *wsgi_conduct("wsgi.input.app-no-over-read", *STREAM)),
    needs="contract",
)


@each(length=["empty", "missing"], needs="contract")
def no_length(length):
    """A request without a length is served like one of length 0"""
    given = {"CONTENT_LENGTH": ""} if length == "empty" else {}
    yield USUAL.calls(wsgi_environ("POST", "/echo", CONTENT_TYPE="text/plain", CONTENT_LENGTH="0"))
    yield USUAL.gets_response()
    yield gateway.calls(wsgi_environ("POST", "/echo", CONTENT_TYPE="text/plain", **given))
    yield gateway.gets_response(requirement("wsgi.input.app-empty-length", expects=wsgi_as_well_as("usual")))
