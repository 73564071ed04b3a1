"""HTTP that is left to WSGI applications: conditions, ranges, redirects, their own address (PEP 3333, "Other HTTP
Features", "URL Reconstruction")."""

from typing import Any

from asgi_conformance.authoring import (
    ABSENT,
    case,
    each,
    gateway,
    no_occasion,
    note,
    requirement,
    where,
    wsgi_body,
    wsgi_conduct,
    wsgi_environ,
    wsgi_fields,
    wsgi_kept,
    wsgi_response,
    wsgi_status,
)

NOBODY = "/asgi-conformance/nobody-has-this"


def content_range(seen):
    """Of a 206 with one part: whether its range is that of its body."""
    fields = dict(wsgi_fields(seen))
    if fields.get("content-type", "").lower().startswith("multipart/byteranges"):
        return True
    unit, _, rest = fields.get("content-range", "").partition(" ")
    span, _, total = rest.partition("/")
    first, _, last = span.partition("-")
    if unit != "bytes" or not (first.isdigit() and last.isdigit()):
        return f"Content-Range: {fields.get('content-range')}"
    size = int(last) - int(first) + 1
    fits = size == len(wsgi_body(seen)) and (total == "*" or int(last) < int(total))
    return fits or f"Content-Range: {fields['content-range']} with {len(wsgi_body(seen))} bytes"


partial = where("206 with the range of its body", lambda seen, heard: wsgi_status(seen) == 206 and content_range(seen))
whole = where("any other response", lambda seen, heard: wsgi_status(seen) not in (206, None))


@each(path=["/", NOBODY], asked=["0-1", "1-", "-1", "5-2", "0-0,2-2"])
def of_bytes(path, asked):
    """A range of bytes is ignored or answered right"""
    yield gateway.calls(wsgi_environ("GET", path, HTTP_RANGE=f"bytes={asked}"))
    yield gateway.gets_response(
        wsgi_response(), requirement("wsgi.http.range", ways={"a part": partial, "ignored": whole})
    )


@each(path=["/", NOBODY])
def not_modified(path):
    """A response that tells that nothing has changed has no body"""
    yield gateway.calls(wsgi_environ("GET", path, HTTP_IF_NONE_MATCH="*"))
    yield gateway.gets_response(
        wsgi_response(),
        requirement(
            "wsgi.http.cache-validation",
            ways={
                "not modified": where(
                    "304 without a body", lambda seen, heard: wsgi_status(seen) == 304 and wsgi_body(seen) == b""
                ),
                "as ever": where("any other response", lambda seen, heard: wsgi_status(seen) not in (304, None)),
            },
        ),
    )


case(
    "A condition that a POST does not meet is not answered with 304",
    gateway.calls(wsgi_environ("POST", "/", CONTENT_LENGTH="0", HTTP_IF_NONE_MATCH="*")),
    gateway.gets_response(
        wsgi_response(),
        requirement(
            "wsgi.http.cache-validation",
            expects=where("another status than 304", lambda seen, heard: wsgi_status(seen) != 304),
        ),
    ),
)


@each(path=["/", NOBODY])
def without_a_type(path):
    """A response without content needs no Content-Type, and has one of its own if it has any"""
    yield gateway.calls(wsgi_environ("GET", path))
    yield gateway.gets_response(
        wsgi_response(),
        requirement(
            "wsgi.http.content-type-optional",
            expects=where(
                "at most one Content-Type",
                lambda seen, heard: [name for name, _ in wsgi_fields(seen)].count("content-type") < 2,
            ),
        ),
    )


case(
    "A conditional response keeps to its length and to its status",
    gateway.calls(wsgi_environ("GET", "/", HTTP_IF_NONE_MATCH="*")),
    gateway.gets_response(*wsgi_conduct("wsgi.http.status-without-body", "wsgi.http.no-1xx-status")),
)


# --------------------------------------------------------------------------- of contract applications

ADDRESSES: dict[str, tuple[dict[str, Any], bytes]] = {
    "Host with a port": ({"HTTP_HOST": "h:81"}, b"http://h:81/link"),
    "Host before the name": ({"HTTP_HOST": "h", "SERVER_NAME": "other"}, b"http://h/link"),
    "no Host": ({"HTTP_HOST": ABSENT, "SERVER_NAME": "n"}, b"http://n/link"),
    "no Host, another port": ({"HTTP_HOST": ABSENT, "SERVER_NAME": "n", "SERVER_PORT": "8000"}, b"http://n:8000/link"),
    "TLS": (
        {"HTTP_HOST": ABSENT, "SERVER_NAME": "n", "SERVER_PORT": "443", "wsgi__url_scheme": "https"},
        b"https://n/link",
    ),
    "mount": ({"HTTP_HOST": "h", "SCRIPT_NAME": "/a"}, b"http://h/a/link"),
    "mount in UTF-8": ({"HTTP_HOST": "h", "SCRIPT_NAME": "/\xc3\xa9 x"}, b"http://h/%C3%A9%20x/link"),
}


def says(address):
    """The address in JSON, in which a slash may be escaped."""
    return where(f"{address!r}", lambda seen, heard: address in wsgi_body(seen).replace(b"\\/", b"/"))


@each(environ=ADDRESSES, needs="contract")
def address(environ):
    """The application knows its own address"""
    keys, expected = ADDRESSES[environ]
    yield gateway.calls(wsgi_environ("GET", "/link", **keys))
    yield gateway.gets_response(
        requirement(
            "wsgi.url.reconstruct-app",
            ways={
                "as published": says(expected),
                "refused": no_occasion(
                    where("a refusal", lambda seen, heard: wsgi_status(seen) in (400, 404, 421)), "it refuses the host"
                ),
            },
        )
    )


case(
    "A range of a file is ignored or answered right",
    gateway.calls(wsgi_environ("GET", "/file", HTTP_RANGE="bytes=2-4")),
    gateway.gets_response(requirement("wsgi.http.range", ways={"a part": partial, "ignored": whole})),
    needs="contract",
)


handed_on = note(where("the text as it is", lambda seen, heard: True), "as the handler gave it")


@each(to=["/caf%C3%A9", "/a b", "/a%0D%0AX-Injected: 1", "/%E6%97%A5"], needs="contract")
def redirect(to):
    """A redirect is a header that can be sent

    A framework may refuse or quote what its handler gives; what it takes as it is, is recorded.
    """
    yield gateway.calls(wsgi_environ("GET", "/redirect", QUERY_STRING=f"to={to}"))
    yield gateway.gets_response(
        *wsgi_conduct("wsgi.start-response.headers-tuples"),
        *(
            requirement(name, ways={"can be sent": wsgi_kept(name), "handed on": handed_on})
            for name in ("wsgi.start-response.header-value-no-control", "wsgi.start-response.app-latin1")
        ),
    )


@each(status=["200", "301", "404", "418", "500", "599"], needs="contract")
def statuses(status):
    """A status has a reason"""
    yield gateway.calls(wsgi_environ("GET", f"/status/{status}"))
    yield gateway.gets_response(
        *wsgi_conduct("wsgi.start-response.status-format", "wsgi.start-response.no-status-header")
    )
