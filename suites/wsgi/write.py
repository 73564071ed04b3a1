"""The write callable (PEP 3333, "The write() Callable")."""

from asgi_conformance.authoring import (
    body_part,
    case,
    client,
    each,
    environ,
    head,
    raises,
    requirement,
    response,
    wsgi_app,
)

TEXT = ("Content-Type", "text/plain")
LENGTHS = {"length": [TEXT, ("Content-Length", "11")], "no-length": [TEXT]}


@each(headers=LENGTHS)
def written_at_once(headers):
    """What is written reaches the client while the application goes on"""
    yield client.sends(b"GET /write/at-once/%b HTTP/1.1\r\nHost: test\r\n\r\n" % headers.encode())
    yield wsgi_app.is_called(environ({"PATH_INFO": f"/write/at-once/{headers}"}))
    yield wsgi_app.starts("200 OK", LENGTHS[headers])
    yield wsgi_app.writes(b"first")
    yield client.gets(body_part(b"first"), requirement("wsgi.write.transmit-before-return"))
    yield wsgi_app.writes(b" ")
    yield wsgi_app.returns(b"again")
    yield client.gets(body_part(b"again"))


case(
    "What is written comes before what the iterable gives",
    client.sends(b"GET /write/order HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/write/order"})),
    wsgi_app.starts("200 OK", [TEXT]),
    wsgi_app.writes(b"1"),
    wsgi_app.writes(b"2"),
    wsgi_app.returns(b"3", b"4"),
    client.gets(response(200, body=b"1234"), requirement("wsgi.write.order")),
)

case(
    "What is written comes before what an iterator gives",
    client.sends(b"GET /write/order-of-iterator HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/write/order-of-iterator"})),
    wsgi_app.starts("200 OK", [TEXT]),
    wsgi_app.writes(b"1"),
    wsgi_app.returns_iterable(),
    wsgi_app.yields(b"2"),
    wsgi_app.yields(b"3"),
    wsgi_app.stops(),
    client.gets(response(200, body=b"123"), requirement("wsgi.write.order")),
)

case(
    "The first write releases the head",
    client.sends(b"GET /write/releases HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/write/releases"})),
    wsgi_app.starts("200 OK", [TEXT, ("Content-Length", "10")]),
    wsgi_app.writes(b"x"),
    client.gets(head(200), requirement("wsgi.write.triggers-headers")),
    wsgi_app.starts(
        "500 Oops", [TEXT], raises("Exception"), requirement("wsgi.start-response.exc-info-reraise"), exc_info=True
    ),
)

case(
    "What is written belongs to the body, and not the one item of a list alone",
    client.sends(b"GET /write/one-item HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/write/one-item"})),
    wsgi_app.starts("200 OK", [TEXT]),
    wsgi_app.writes(b"12345"),
    wsgi_app.returns(b"67"),
    client.gets(response(200, body=b"1234567"), requirement("wsgi.write.no-single-item-length")),
)
