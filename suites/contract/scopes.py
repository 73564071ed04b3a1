"""What a handler sees of scopes that are lawful and rare (ASGI HTTP, "HTTP Connection Scope").

We are the server here, for no client can bring a real one to these scopes.
"""

from asgi_conformance.authoring import (
    answer,
    any_of,
    case,
    each,
    http_scope,
    if_offered,
    json_response,
    made,
    note,
    requirement,
    server,
)

no_body = {"type": "http.request", "body": b"", "more_body": False}
refused = any_of("400 to 499", lambda status: 400 <= status < 500)
answered = any_of("200 to 499", lambda status: 200 <= status < 500)


def link_to(*paths):
    """A link with one of these paths."""

    def path_of(found):
        """a link with the right path"""
        link = found["link"].partition("?")[0]
        path = "/" + link.split("/", 3)[3] if "://" in link else link
        return path in paths or f"the link is {found['link']!r}"

    return json_response(path_of)


def fields(**wanted):
    def have(found):
        """the fields of the request"""
        return all([name, value] in [[one.lower(), text] for one, text in found] for name, value in wanted.items())

    return json_response(have)


# --------------------------------------------------------------------------- header fields

pairs = [[b"host", b"test"], [b"x-a", b"1"], [b"cookie", b"a=1"]]
containers = {
    "lists in a list": pairs,
    "tuples in a tuple": tuple(map(tuple, pairs)),
    "lists in an iterable": made("items", pairs),
    "iterables in a list": [made("items", pair) for pair in pairs],
}
read = {"/headers": fields(**{"x-a": "1"}), "/cookies": json_response({"a": "1"})}


@each(path=list(read), headers=list(containers), needs="contract")
def _(path, headers):
    """A handler gets the fields of a request from any iterable of pairs"""
    yield server.calls({**http_scope(path=path), "headers": containers[headers]}, shares_state=True)
    yield server.delivers(no_body)
    yield server.gets_answer(if_offered(read[path]), requirement("http.scope.app-header-containers"))


case(
    "Cookies of several fields are all there",
    server.calls(
        http_scope(path="/cookies", http_version="2", headers=[[b"cookie", b"a=1"], [b"cookie", b"b=2; c=3"]]),
        shares_state=True,
    ),
    server.delivers(no_body),
    server.gets_answer(
        if_offered(json_response({"a": "1", "b": "2", "c": "3"})),
        requirement("http.scope.app-multiple-cookie-headers"),
    ),
    needs="contract",
    note="Clients of HTTP/2 and HTTP/3 may send a field for each cookie (RFC 9113, section 8.2.3).",
)

case(
    "Cookies are found whatever the case of the field's name",
    server.calls(http_scope(path="/cookies", headers=[[b"COOKIE", b"a=1"]]), shares_state=True),
    server.delivers(no_body),
    server.gets_answer(if_offered(json_response({"a": "1"})), requirement("http.scope.app-header-case")),
    needs="contract",
    note="Servers should send names in lower case; the text asks no more of them.",
)

case(
    "JSON is parsed whatever the case of the names of fields",
    server.calls(
        http_scope("POST", "/json", headers=[[b"Content-Type", b"application/json"], [b"Content-Length", b"8"]]),
        shares_state=True,
    ),
    server.delivers({"type": "http.request", "body": b'{"a": 1}', "more_body": False}),
    server.gets_answer(if_offered(json_response({"a": 1})), requirement("http.scope.app-header-case")),
    needs="contract",
)


@each(value=[b"caf\xe9", b"\xe2\x82\xac", b"\xff\xfe", b"\xf0\x9f"], needs="contract")
def _(value):
    """A field that is no ASCII does not break a handler that reads all fields

    How to decode it is left to the application; that it refuses the request is lawful too.
    """
    yield server.calls(http_scope(path="/headers", headers=[[b"x-odd", value]]), shares_state=True)
    yield server.delivers(no_body)
    yield server.gets_answer(
        requirement("http.scope.app-header-encoding"),
        ways={
            "latin-1": if_offered(fields(**{"x-odd": value.decode("latin-1")})),
            "otherwise": answer(200),
            "refused": answer(refused),
        },
    )


case(
    "A cookie that is no ASCII does not break a handler that reads cookies",
    server.calls(http_scope(path="/cookies", headers=[[b"cookie", b"a=1; b=\xff\xe9"]]), shares_state=True),
    server.delivers(no_body),
    server.gets_answer(
        requirement("http.scope.app-header-encoding"),
        ways={"200": if_offered(answer(200)), "refused": answer(refused)},
    ),
    needs="contract",
)

# --------------------------------------------------------------------------- path and query

decoded = {
    "caf%C3%A9": "café",
    "100%2525": "100%25",
    "a%20b%2Bc+d": "a b+c+d",
    "%E2%82%AC": "€",
}


@each(raw=list(decoded), needs="contract")
def _(raw):
    """A parameter in the path is decoded once

    `path` holds it decoded already.
    """
    yield server.calls(http_scope(path=f"/path/{decoded[raw]}", raw_path=b"/path/" + raw.encode()), shares_state=True)
    yield server.delivers(no_body)
    yield server.gets_answer(
        requirement("http.scope.app-path-decoded"),
        ways={
            "decoded": if_offered(json_response({"value": decoded[raw]})),
            "as it was sent": note(json_response({"value": raw}), "the framework routes by raw_path"),
        },
    )


def valid_ones(found):
    """the parameters that can be decoded"""
    return ["a", "é"] in found and ["a", "2"] in found


case(
    "A query of any bytes is parsed without an error",
    server.calls(
        http_scope(path="/query", query_string=b"a=%C3%A9&b=%ff&c=\xe9&a=2&d"),
        shares_state=True,
    ),
    server.delivers(no_body),
    server.gets_answer(
        requirement("http.scope.app-query-bytes"),
        ways={"parsed": if_offered(json_response(valid_ones)), "refused": answer(refused)},
    ),
    needs="contract",
)

case(
    "A link that is made below a root path leads there",
    server.calls(http_scope(path="/app/link", root_path="/app"), shares_state=True),
    server.delivers(no_body),
    server.gets_answer(if_offered(link_to("/app/link")), requirement("http.scope.app-root-path")),
    needs="contract",
    note="`path` holds the whole path, the root path included (ASGI HTTP, since asgiref 3.7).",
)

case(
    "A link is made where a server has left the root path out of the path",
    server.calls(http_scope(path="/link", root_path="/app"), shares_state=True),
    server.delivers(no_body),
    server.gets_answer(
        requirement("http.scope.app-root-path"),
        ways={
            "with the root path": if_offered(link_to("/app/link")),
            "without it": note(link_to("/link")),
            "another": note(answer(answered)),
        },
    ),
    needs="contract",
    note="Servers did so before the text said that `path` includes the root path; the answers are only recorded.",
)

# --------------------------------------------------------------------------- request events

case(
    "A body is collected until the application is told that it is whole",
    server.calls(
        http_scope("POST", "/json", headers=[[b"content-type", b"application/json"], [b"content-length", b"13"]]),
        shares_state=True,
    ),
    server.delivers({"type": "http.request", "body": b'{"a": ', "more_body": True}),
    server.waits(0.05),
    server.delivers({"type": "http.request", "body": b"[1, 2]}", "more_body": True}),
    server.waits(0.05),
    server.delivers({"type": "http.request", "body": b"", "more_body": False}),
    server.gets_answer(if_offered(json_response({"a": [1, 2]})), requirement("http.request.app-waits-for-body")),
    needs="contract",
)

case(
    "An empty piece with more to come is not the end of the body",
    server.calls(http_scope("POST", "/echo", headers=[[b"content-length", b"3"]]), shares_state=True),
    server.delivers(
        {"type": "http.request", "body": b"", "more_body": True},
        {"type": "http.request", "body": b"ab", "more_body": True},
        {"type": "http.request", "body": b"", "more_body": True},
        {"type": "http.request", "body": b"c", "more_body": False},
    ),
    server.gets_answer(if_offered(answer(200, body=b"abc")), requirement("http.request.app-empty-chunk")),
    needs="contract",
)

case(
    "An event without keys is a whole and empty body",
    server.calls(http_scope("POST", "/echo", headers=[[b"content-length", b"0"]]), shares_state=True),
    server.delivers({"type": "http.request"}),
    server.gets_answer(if_offered(answer(200, body=b"")), requirement("http.request.app-defaults")),
    needs="contract",
)

case(
    "An event that does not say whether more comes is the last",
    server.calls(http_scope("POST", "/echo", headers=[[b"content-length", b"4"]]), shares_state=True),
    server.delivers({"type": "http.request", "body": b"body"}),
    server.gets_answer(if_offered(answer(200, body=b"body")), requirement("http.request.app-defaults")),
    needs="contract",
)

journal = server.named("journal")

case(
    "A body that breaks off is not taken for a whole one",
    server.calls(
        http_scope("POST", "/echo", query_string=b"key=broken-off", headers=[[b"content-length", b"10"]]),
        shares_state=True,
    ),
    server.delivers({"type": "http.request", "body": b"half", "more_body": True}, {"type": "http.disconnect"}),
    server.gets_answer(),
    journal.calls(http_scope(path="/journal", query_string=b"key=broken-off"), shares_state=True),
    journal.delivers(no_body),
    journal.gets_answer(if_offered(json_response([])), requirement("http.request.app-disconnect-mid-body")),
    needs="contract",
)
