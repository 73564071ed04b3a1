"""Upgrade: a request that offers another protocol is a request (RFC 9110, section 7.8; ASGI HTTP, "Request")."""

from asgi_conformance.authoring import (
    anything,
    app,
    client,
    closed,
    each,
    ended,
    never_called,
    pending,
    refused,
    requirement,
    response,
    returns,
    scope,
    whole_body,
)

second = app.named("second")
H2C = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"
SENT = {"sent": returns(), "refused": never_called()}
OFFERS = {
    "h2c": H2C,
    "unknown": b"Connection: upgrade\r\nUpgrade: conformance/1\r\n",
    "tls": b"Connection: Upgrade\r\nUpgrade: TLS/1.0, HTTP/1.1\r\n",
}
WHOLE = "http.request.upgrade-ignored-keeps-body"
BODIES = {
    "sized": b"Content-Length: 4\r\n\r\nbody",
    "chunked": b"Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n",
}


@each(offer=OFFERS, body=BODIES)
def a_body_with_an_offer(offer, body):
    """The body of a request that offers another protocol reaches the application

    A server may ignore an Upgrade, and then the request is what it would be without the field: it has its body. To
    refuse such a request is a server's right; to hand it on without what belongs to it is not.
    """
    yield client.sends(b"POST /first HTTP/1.1\r\nHost: test\r\n" + OFFERS[offer] + BODIES[body])
    yield app.is_called(ways={"called": scope(type="http"), "refused": pending()}, within=0.3)
    yield app.gets_body(requirement(WHOLE, ways={"whole": whole_body(b"body"), "refused": never_called()}))
    yield app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]}, ways=SENT)
    yield app.sends({"type": "http.response.body", "body": b"first"}, ways=SENT)
    yield client.gets(requirement(WHOLE, ways={
        "answered": response(200, body=b"first"), "refused": refused(501, 505), "closed": closed(),
    }))  # fmt: skip
    yield app.returns(ways={"left": anything(), "ended": ended(), "refused": never_called()})
    yield client.sends(b"GET /second HTTP/1.1\r\nHost: test\r\n\r\n")
    yield second.is_called(requirement("http.scope.one-per-request"),
                           ways={"the next request": scope(path="/second"), "closed": closed()})  # fmt: skip


@each(offer=OFFERS)
def a_later_body_with_an_offer(offer):
    """The body of a request that offers another protocol reaches the application when it comes in pieces

    Many clients send the head first and the body after it.
    """
    head = b"POST /later HTTP/1.1\r\nHost: test\r\n" + OFFERS[offer] + b"Content-Length: 4\r\n\r\n"
    yield client.sends(head, b"bo", b"dy")
    yield app.is_called(ways={"called": scope(type="http"), "refused": pending()}, within=0.3)
    yield app.gets_body(requirement(WHOLE, ways={"whole": whole_body(b"body"), "refused": never_called()}))


@each(offer=OFFERS, needs="early-call")
def a_body_like_a_request(offer):
    """The body of a request that offers another protocol is no request, though it looks like one

    What is left of a body must be read, or the connection closed after the response (RFC 9112, section 9.3). To serve
    it as the next request is what request smuggling is made of.
    """
    inner = b"GET /inner HTTP/1.1\r\nHost: test\r\n\r\n"
    head = b"POST /outer HTTP/1.1\r\nHost: test\r\n" + OFFERS[offer] + b"Content-Length: 35\r\n\r\n"
    yield client.sends(head)
    yield app.is_called(ways={"called": scope(type="http"), "refused": pending()}, within=0.3)
    yield client.sends(inner)
    yield app.gets_body(ways={"received": anything(), "refused": never_called()})
    yield app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]}, ways=SENT)
    yield app.sends({"type": "http.response.body", "body": b"first"}, ways=SENT)
    yield client.gets(ways={"answered": response(200, body=b"first"), "refused": refused(501, 505), "closed": closed()})
    yield app.returns(ways={"left": anything(), "ended": ended(), "refused": never_called()})
    yield client.sends(b"GET /second HTTP/1.1\r\nHost: test\r\n\r\n")
    yield second.is_called(requirement(WHOLE),
                           ways={"the next request": scope(path="/second"), "closed": closed()})  # fmt: skip
