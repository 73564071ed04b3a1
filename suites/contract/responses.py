"""What a client gets of a handler's response (`frameworks/CONTRACT.md`, "HTTP")."""

import re

from asgi_conformance.authoring import (
    any_of,
    case,
    client,
    closed,
    each,
    if_offered,
    json_response,
    note,
    requirement,
    response,
    warn,
    where,
)

digits = b"0123456789" * 1000
NEXT = {"the next is answered": response(200, body=b"asgi-conformance contract 1"), "closed": closed()}
redirecting = any_of("301, 302, 303, 307 or 308", lambda status: status in (301, 302, 303, 307, 308))


def values(seen, name):
    """The values of a field of the response."""
    head = seen.data.partition(b"\r\n\r\n")[0]
    return re.findall(rb"(?im)^" + name + rb":[ \t]*([^\r\n]*?)[ \t]*\r?$", head)


def location(*paths):
    """Location is one of these, or a URL of them."""

    def leads_there(seen, heard):
        found = values(seen, b"location")
        relative = [re.sub(rb"^https?://[^/]*", b"", one) for one in found]
        return len(found) == 1 and relative[0] in paths or f"location: {found}"

    return where(f"location {b' or '.join(paths).decode()}", leads_there)


def folded(seen):
    """Whether one field sets several of the cookies."""
    return any(len(re.findall(rb"(?:^|[,;]\s*)[abc]=", one)) > 1 for one in values(seen, b"set-cookie"))


def three_cookies(seen, heard):
    """Three fields, each with one cookie."""
    pairs = [one.partition(b";")[0].strip().replace(b'"', b"") for one in values(seen, b"set-cookie")]
    ours = sorted(pair for pair in pairs if pair[:2] in (b"a=", b"b=", b"c="))
    return (ours == [b"a=1", b"b=2", b"c=3"] and not folded(seen)) or f"set-cookie: {values(seen, b'set-cookie')}"


def no_other_length(seen, heard):
    """The length, if there is one, is that of the answer to GET."""
    return values(seen, b"content-length") in ([], [b"27"]) or f"content-length: {values(seen, b'content-length')}"


case(
    "The greeting tells that this is a contract application",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    client.gets(
        response(200, body=b"asgi-conformance contract 1"),
        where("as plain text", lambda seen, heard: values(seen, b"content-type")[0].lower().startswith(b"text/plain")),
        requirement("contract.response.text"),
    ),
    needs="contract",
)

case(
    "HEAD is answered like GET and without content",
    client.sends(b"HEAD / HTTP/1.1\r\nHost: test\r\n\r\n"),
    client.gets(
        if_offered(response(200, head=True), where("without another length", no_other_length)),
        requirement("contract.response.head"),
    ),
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    client.gets(requirement("contract.response.head", ways=NEXT)),
    needs="contract",
    note="The second answer, or the end without one, shows that no content followed the first.",
)


@each(code=[200, 201, 204, 304, 410, 503], needs="contract")
def _(code):
    """A response without content has none"""
    yield client.sends(b"GET /status/%d HTTP/1.1\r\nHost: test\r\n\r\n" % code)
    yield client.gets(if_offered(response(code, body=b"")), requirement("contract.response.no-content"))
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    yield client.gets(requirement("contract.response.no-content", ways=NEXT))


case(
    "Three cookies are set in three fields",
    client.sends(b"GET /set-cookies HTTP/1.1\r\nHost: test\r\n\r\n"),
    client.gets(
        requirement("http.response.start.headers.app-set-cookie"),
        ways={
            "three fields": if_offered(response(200), where("three fields with a cookie each", three_cookies)),
            "some are lost": warn(where("fewer fields", lambda seen, heard: not folded(seen))),
        },
    ),
    needs="contract",
    note="Dates hold commas, so what joins several cookies by commas cannot be taken apart (RFC 6265, section 3).",
)

case(
    "A field that is added twice is sent twice",
    client.sends(b"GET /repeated HTTP/1.1\r\nHost: test\r\n\r\n"),
    client.gets(
        requirement("contract.response.fields"),
        ways={
            "two fields": if_offered(
                response(200, headers_in_order=[(b"x-repeated", b"one"), (b"x-repeated", b"two")])
            ),
            "joined": response(200, headers_in_order=[(b"x-repeated", b"one, two")]),
        },
    ),
    needs="contract",
)

case(
    "A redirect leads to the path that it names",
    client.sends(b"GET /redirect HTTP/1.1\r\nHost: test\r\n\r\n"),
    client.gets(if_offered(response(redirecting), location(b"/")), requirement("contract.response.redirect")),
    needs="contract",
)

case(
    "A redirect to a path outside ASCII is sent as a URL",
    client.sends(b"GET /redirect?to=/caf%C3%A9%3Fa%3Db%26c HTTP/1.1\r\nHost: test\r\n\r\n"),
    client.gets(
        if_offered(response(redirecting), location(b"/caf%C3%A9?a=b&c", b"/caf%c3%a9?a=b&c")),
        requirement("contract.response.redirect"),
    ),
    needs="contract",
)

case(
    "A file is sent whole",
    client.sends(b"GET /file HTTP/1.1\r\nHost: test\r\n\r\n"),
    client.gets(if_offered(response(200, body=digits)), requirement("contract.response.file")),
    needs="contract",
)

case(
    "A range of a file is the range that was asked for",
    client.sends(b"GET /file HTTP/1.1\r\nHost: test\r\nRange: bytes=15-24\r\n\r\n"),
    client.gets(
        requirement("contract.response.file-range"),
        ways={
            "206": if_offered(
                response(206, body=b"5678901234", headers_in_order=[(b"content-range", b"bytes 15-24/10000")])
            ),
            "the whole file": response(200, body=digits),
        },
    ),
    needs="contract",
    note="A server may ignore the field (RFC 9110, section 14.2).",
)

case(
    "An ordinary function answers a request",
    client.sends(b"GET /sync HTTP/1.1\r\nHost: test\r\n\r\n"),
    client.gets(if_offered(response(200, body=b"sync")), requirement("contract.response.sync")),
    needs="contract",
)

case(
    "A client gets what the startup hook has made",
    client.sends(b"GET /state HTTP/1.1\r\nHost: test\r\n\r\n"),
    client.gets(
        requirement("contract.state.reaches-requests"),
        ways={
            "started": if_offered(json_response({"started": True})),
            "not started": note(
                json_response({"started": False}),
                "the server calls no lifespan or offers no state, or the framework does not hand on what its hook made",
            ),
        },
    ),
    needs=("contract", "lifespan"),
    note="Seen from outside, server and framework cannot be told from each other.",
)
