"""Expect: 100-continue (PEP 3333, "HTTP 1.1 Expect/Continue").

The PEP leaves three ways: 100 at once, 100 when the application first reads, or to wait until the client sends its body
unasked, which it does not recommend and RFC 9110 (section 10.1.1) no longer allows. So the last one is a warning.
"""

import re

from asgi_conformance.authoring import (
    case,
    client,
    closed,
    environ,
    gives,
    interim,
    note,
    nothing,
    pending,
    refused,
    requirement,
    response,
    silence,
    warn,
    where,
    wsgi_app,
)

other_call = wsgi_app.named("other")
WAITS = "waits until the client sends unasked"
TRANSPARENT = requirement("wsgi.expect.transparent")
BLOCKS = requirement("wsgi.expect.read-blocks")

case(
    "A client that waits for it is told to go on when the application reads",
    client.sends(
        b"POST /expect/read HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n",
    ),
    wsgi_app.is_called(environ({"PATH_INFO": "/expect/read"})),
    wsgi_app.begins_to_read("read", 5),
    client.gets(TRANSPARENT, ways={"told": interim(100), "not told": warn(silence(), WAITS)}, within=0.5),
    wsgi_app.finishes(pending(), BLOCKS, within=0.1),
    client.sends(b"hello"),
    wsgi_app.finishes(gives(b"hello"), BLOCKS, TRANSPARENT),
    wsgi_app.starts("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")]),
    wsgi_app.returns(b"ok"),
    client.gets(response(200, body=b"ok"), TRANSPARENT),
    needs=("http/1.1", "early-call"),
)

case(
    "A client that goes on by itself is served like any other",
    client.sends(
        b"POST /expect/unasked HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n",
    ),
    client.gets(
        TRANSPARENT,
        ways={
            "told at once": interim(100),
            "told when the application reads": where(
                "silence before the application reads",
                lambda seen, heard: not seen.data and "early-call" not in heard.facts.lacks,
            ),
            "not told": warn(silence(), WAITS),
        },
        within=0.3,
    ),
    client.sends(b"hello"),
    wsgi_app.is_called(environ({"PATH_INFO": "/expect/unasked"})),
    wsgi_app.reads(gives(b"hello"), TRANSPARENT, size=5),
    wsgi_app.starts("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")]),
    wsgi_app.returns(b"ok"),
    client.gets(response(200, body=b"ok"), TRANSPARENT),
    needs="http/1.1",
)


# --------------------------------------------------------------------------- HTTP/1.0

NO_INTERIM = requirement(
    "wsgi.expect.not-for-http10",
    expects=where("no 100", lambda seen, heard: not re.search(rb"HTTP/1\.[01] 100", seen.data)),
)

case(
    "A client of HTTP/1.0 gets the final response alone",
    client.sends(b"POST /expect/old HTTP/1.0\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello"),
    wsgi_app.is_called(environ({"PATH_INFO": "/expect/old"})),
    wsgi_app.reads(gives(b"hello"), size=5),
    wsgi_app.starts("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")]),
    wsgi_app.returns(b"ok"),
    client.gets(NO_INTERIM, ways={"": response(200, body=b"ok")}),
    needs="http/1.0",
)

case(
    "A client of HTTP/1.0 is not told to go on",
    client.sends(b"POST /expect/old/read HTTP/1.0\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/expect/old/read"})),
    wsgi_app.begins_to_read("read", 5),
    client.gets_nothing(requirement("wsgi.expect.not-for-http10", expects=nothing())),
    client.sends(b"hello"),
    wsgi_app.finishes(gives(b"hello")),
    needs=("http/1.0", "early-call"),
)


# --------------------------------------------------------------------------- a body that nobody wants

case(
    "A response that needs no body does not wait for it",
    client.sends(
        b"POST /expect/unread HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n",
    ),
    wsgi_app.is_called(environ({"PATH_INFO": "/expect/unread"})),
    wsgi_app.starts("413 Content Too Large", [("Content-Type", "text/plain"), ("Content-Length", "2")]),
    wsgi_app.returns(b"no"),
    client.gets(response(413, body=b"no"), requirement("wsgi.expect.unread-body"), within=0.5),
    client.sends(b"helloGET /expect/unread/next HTTP/1.1\r\nHost: test\r\n\r\n"),
    other_call.is_called(
        requirement("wsgi.expect.unread-body"),
        ways={
            "the next request is served": environ({"REQUEST_METHOD": "GET", "PATH_INFO": "/expect/unread/next"}),
            "the connection is closed": closed(),
            "what follows is refused": note(refused(501), "a body that comes all the same is taken for a request"),
        },
        within=0.5,
    ),
    needs=("http/1.1", "early-call"),
)
