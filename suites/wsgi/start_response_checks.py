"""What start_response refuses (PEP 3333, "The start_response() Callable", "Unicode Issues", "Other HTTP Features").

All of it is the application's fault first; of a server the text says "should".
"""

from asgi_conformance.authoring import (
    any_of,
    case,
    client,
    closed,
    each,
    environ,
    made,
    note,
    raises,
    requirement,
    response,
    returns,
    warn,
    wsgi_app,
)

server_error = any_of("500 to 599", lambda status: 500 <= status <= 599)
TEXT = ("Content-Type", "text/plain")
TRIED = {"refused": raises("Exception"), "taken": returns()}
AT_ONCE = requirement("wsgi.start-response.server-checks-early", expects=raises("Exception"))
REFUSED = {"refused": response(server_error), "closed": closed()}


# --------------------------------------------------------------------------- control characters

CONTROLS = {
    "line": ("200 OK", [TEXT, ("X-Bad", "a\r\nSet-Cookie: x=1")]),
    "lf": ("200 OK", [TEXT, ("X-Bad", "a\nSet-Cookie: x=1")]),
    "cr": ("200 OK", [TEXT, ("X-Bad", "a\rb")]),
    "nul": ("200 OK", [TEXT, ("X-Bad", "a\x00b")]),
    "fold": ("200 OK", [TEXT, ("X-Bad", "a\r\n b")]),
    "at-the-end": ("200 OK", [TEXT, ("X-Bad", "a\r\n")]),
    "in-a-name": ("200 OK", [TEXT, ("X-Bad\r\nSet-Cookie", "x=1")]),
    "in-the-status": ("200 OK\r\nSet-Cookie: x=1", [TEXT]),
    "nul-in-the-status": ("200 O\x00K", [TEXT]),
}


@each(where_it_is=CONTROLS)
def control_characters(where_it_is):
    """Control characters in a status or in headers are refused, and never sent"""
    status, headers = CONTROLS[where_it_is]
    yield client.sends(b"GET /checks/control/%b HTTP/1.1\r\nHost: test\r\n\r\n" % where_it_is.encode())
    yield wsgi_app.is_called(environ({"PATH_INFO": f"/checks/control/{where_it_is}"}))
    yield wsgi_app.starts(status, headers, AT_ONCE, ways=TRIED)
    yield wsgi_app.returns_or_reraises(b"ok")
    yield client.gets(requirement("wsgi.start-response.server-rejects-control", ways=REFUSED))


# --------------------------------------------------------------------------- beyond Latin-1

BEYOND = {
    "value": ("200 OK", [TEXT, ("X-Bad", "\u65e5")]),
    "name": ("200 OK", [TEXT, ("X-B\u00e4d\u20ac", "1")]),
    "status": ("200 \u65e5", [TEXT]),
    "surrogate": ("200 OK", [TEXT, ("X-Bad", "\udc80")]),
}


@each(where_it_is=BEYOND)
def beyond_latin_1(where_it_is):
    """Characters beyond Latin-1 are refused"""
    status, headers = BEYOND[where_it_is]
    yield client.sends(b"GET /checks/beyond/%b HTTP/1.1\r\nHost: test\r\n\r\n" % where_it_is.encode())
    yield wsgi_app.is_called(environ({"PATH_INFO": f"/checks/beyond/{where_it_is}"}))
    yield wsgi_app.starts(status, headers, AT_ONCE, ways=TRIED)
    yield wsgi_app.returns_or_reraises(b"ok")
    yield client.gets(requirement("wsgi.start-response.server-rejects-non-latin1", ways=REFUSED))


case(
    "A value in Latin-1 is sent byte by byte",
    client.sends(b"GET /checks/latin-1 HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/checks/latin-1"})),
    wsgi_app.starts("200 OK", [TEXT, ("Content-Length", "2"), ("X-Name", "caf\xe9 \xff")],
                    requirement("wsgi.start-response.server-rejects-non-latin1")),
    wsgi_app.returns(b"ok"),
    client.gets(response(200, body=b"ok", headers_in_order=[(b"x-name", b"caf\xe9 \xff")]),
                requirement("wsgi.start-response.server-rejects-non-latin1")),
)  # fmt: skip

case(
    "A phrase in Latin-1 is sent, or another one in its place",
    client.sends(b"GET /checks/latin-1-phrase HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/checks/latin-1-phrase"})),
    wsgi_app.starts(
        "200 Tr\xe8s bien",
        [TEXT, ("Content-Length", "2")],
        requirement("wsgi.start-response.server-rejects-non-latin1"),
    ),
    wsgi_app.returns(b"ok"),
    client.gets(response(200, body=b"ok"), requirement("wsgi.start-response.server-rejects-non-latin1")),
)


# --------------------------------------------------------------------------- types

BAD_TYPES = {
    "status-int": (200, [TEXT]),
    "status-bytes": (b"200 OK", [TEXT]),
    "status-without-space": ("200OK", [TEXT]),
    "value-int": ("200 OK", [TEXT, ("X-Bad", 1)]),
    "value-none": ("200 OK", [TEXT, ("X-Bad", None)]),
    "value-bytes": ("200 OK", [TEXT, ("X-Bad", b"1")]),
    "name-bytes": ("200 OK", [TEXT, (b"X-Bad", "1")]),
    "one-item": ("200 OK", [TEXT, ("X-Bad",)]),
    "three-items": ("200 OK", [TEXT, ("X-Bad", "1", "2")]),
    "headers-none": ("200 OK", None),
}


@each(what=BAD_TYPES)
def bad_types(what):
    """Status and headers of a wrong type are refused"""
    status, headers = BAD_TYPES[what]
    yield client.sends(b"GET /checks/types/%b HTTP/1.1\r\nHost: test\r\n\r\n" % what.encode())
    yield wsgi_app.is_called(environ({"PATH_INFO": f"/checks/types/{what}"}))
    yield wsgi_app.starts(status, headers, AT_ONCE, ways=TRIED)
    yield wsgi_app.returns_or_reraises(b"ok")
    yield client.gets(requirement("wsgi.start-response.server-rejects-bad-types", ways=REFUSED))


LIKE_A_LIST = {
    "tuple": (TEXT, ("X-Good", "1")),
    "iterator": made("iterator", [TEXT, ("X-Good", "1")]),
    "lists-in-a-list": [list(TEXT), ["X-Good", "1"]],
}


@each(headers=LIKE_A_LIST)
def no_list(headers):
    """Headers that are no list of tuples are refused

    The text is strict about it (`type(response_headers) is ListType`). A server that takes them all the same, and sends
    what was meant, is lenient.
    """
    given = made("tuple", LIKE_A_LIST[headers]) if headers == "tuple" else LIKE_A_LIST[headers]
    yield client.sends(b"GET /checks/list/%b HTTP/1.1\r\nHost: test\r\n\r\n" % headers.encode())
    yield wsgi_app.is_called(environ({"PATH_INFO": f"/checks/list/{headers}"}))
    yield wsgi_app.starts("200 OK", given, ways=TRIED)
    yield wsgi_app.returns_or_reraises(b"ok")
    yield client.gets(
        requirement(
            "wsgi.start-response.server-rejects-bad-types",
            ways={**REFUSED, "taken": note(response(200, body=b"ok", headers_in_order=[(b"x-good", b"1")]), "lenient")},
        )
    )


# --------------------------------------------------------------------------- what is the server's affair

HOP_BY_HOP = {
    "Connection": "keep-alive",
    "Keep-Alive": "timeout=5",
    "Proxy-Connection": "close",
    "TE": "trailers",
    "Trailer": "X-Sum",
    "Transfer-Encoding": "chunked",
    "Upgrade": "x",
}


@each(name=HOP_BY_HOP)
def hop_by_hop(name):
    """Hop-by-hop headers are refused"""
    field = name.lower().encode()
    yield client.sends(b"GET /checks/hop-by-hop/%b HTTP/1.1\r\nHost: test\r\n\r\n" % field)
    yield wsgi_app.is_called(environ({"PATH_INFO": f"/checks/hop-by-hop/{field.decode()}"}))
    yield wsgi_app.starts("200 OK", [TEXT, (name, HOP_BY_HOP[name])], ways=TRIED)
    yield wsgi_app.returns_or_reraises(b"ok")
    yield client.gets(
        requirement(
            "wsgi.start-response.server-rejects-hop-by-hop",
            ways={
                **REFUSED,
                "left out": warn(response(200, body=b"ok", without=[field]), "left out, and no error"),
                "sent": warn(response(200, body=b"ok"), "sent, or replaced by the server's own"),
            },
        )
    )


@each(name=["Proxy-Authenticate", "Proxy-Authorization"])
def proxy_headers(name):
    """Headers for proxies are refused, or sent as they are

    RFC 2616, to which the text refers, calls them hop-by-hop; RFC 9110, section 11.7, does so no more.
    """
    field = name.lower().encode()
    yield client.sends(b"GET /checks/proxy/%b HTTP/1.1\r\nHost: test\r\n\r\n" % field)
    yield wsgi_app.is_called(environ({"PATH_INFO": f"/checks/proxy/{field.decode()}"}))
    yield wsgi_app.starts("200 OK", [TEXT, (name, "Basic")], ways=TRIED)
    yield wsgi_app.returns_or_reraises(b"ok")
    yield client.gets(
        requirement(
            "wsgi.start-response.server-rejects-hop-by-hop", ways={**REFUSED, "sent": note(response(200, body=b"ok"))}
        )
    )
