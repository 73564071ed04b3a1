"""Scopes of HTTP and WebSocket: what a server may leave out, add or write otherwise (ASGI HTTP, "HTTP Connection
Scope", "Websocket Connection Scope"; ASGI, "Applications", "Extensions").

What an application answers is its own affair, and a server that cannot tell the client's address may well be refused.
So each case begins with the usual call, and a failure is what fails there only: an exception, 500 or no answer.
"""

from asgi_conformance.authoring import (
    ABSENT,
    as_well_as,
    each,
    http_scope,
    made,
    only_noted,
    requirement,
    server,
    unchanged,
    websocket_scope,
)

REQUEST = {"type": "http.request", "body": b"", "more_body": False}
CONNECT = {"type": "websocket.connect"}

usual = server.named("usual")
USUAL_REQUEST = (usual.calls(http_scope(), shares_state=True), usual.delivers(REQUEST), usual.gets_answer())
USUAL_WEBSOCKET = (usual.calls(websocket_scope(), shares_state=True), usual.delivers(CONNECT), usual.gets_answer())

UNSAID = dict.fromkeys(("raw_path", "client", "server"), None)
OPTIONAL = ("scheme", "raw_path", "root_path", "client", "server", "extensions")
OPTIONAL_OF_WEBSOCKETS = (*OPTIONAL, "http_version", "query_string", "subprotocols")

LEFT_OUT = {
    "all": http_scope(**dict.fromkeys(OPTIONAL, ABSENT)),
    **{key: http_scope(**{key: ABSENT}) for key in OPTIONAL},
}


@each(missing=LEFT_OUT, needs="http")
def a_request_is_served_without_optional_keys(missing):
    """A request is served without the keys that a scope need not have"""
    yield from USUAL_REQUEST
    yield server.calls(LEFT_OUT[missing], shares_state=True)
    yield server.delivers(REQUEST)
    yield server.gets_answer(as_well_as("usual"), requirement("http.scope.app-minimal"))


NONE = {
    **{key: http_scope(**{key: None}) for key in UNSAID},
    "all": http_scope(**UNSAID),
    "port of a socket file": http_scope(client=None, server=["/run/app.sock", None]),
}


@each(none=NONE, needs="http")
def a_request_is_served_with_none_for_what_is_unknown(none):
    """A request is served with None for what the server cannot tell"""
    yield from USUAL_REQUEST
    yield server.calls(NONE[none], shares_state=True)
    yield server.delivers(REQUEST)
    yield server.gets_answer(as_well_as("usual"), requirement("http.scope.app-none-values"))


FIELDS = [[b"host", b"test"], [b"accept", b"*/*"], [b"cookie", b"a=1"], [b"x-a", b"1"], [b"x-a", b"2"]]
CONTAINERS = {
    "tuples in a tuple": tuple(map(tuple, FIELDS)),
    "tuples in a list": [tuple(field) for field in FIELDS],
    "lists in an iterable": made("items", FIELDS),
    "iterables in a list": [made("items", field) for field in FIELDS],
}


@each(headers=CONTAINERS, needs="http")
def headers_may_be_any_iterable_of_pairs(headers):
    """Headers of a request may be any iterable of pairs"""
    yield from USUAL_REQUEST
    yield server.calls({**http_scope(), "headers": CONTAINERS[headers]}, shares_state=True)
    yield server.delivers(REQUEST)
    yield server.gets_answer(as_well_as("usual"), requirement("http.scope.app-header-containers"))


JSON = {"type": "http.request", "body": b'{"a": 1}', "more_body": False}


def named(convert):
    names = (b"host", b"content-type", b"content-length", b"cookie", b"accept")
    values = (b"test", b"application/json", b"8", b"a=1", b"text/html")
    return [[convert(name), value] for name, value in zip(names, values, strict=True)]


CASES = {"title": named(bytes.title), "upper": named(bytes.upper)}


@each(method=("GET", "POST"), case=CASES, needs="http")
def headers_are_found_in_whatever_case(method, case):
    """Headers of a request are found, whatever the case of their names"""
    yield usual.calls({**http_scope(method), "headers": named(bytes.lower)}, shares_state=True)
    yield usual.delivers(JSON)
    yield usual.gets_answer()
    yield server.calls({**http_scope(method), "headers": CASES[case]}, shares_state=True)
    yield server.delivers(JSON)
    yield server.gets_answer(as_well_as("usual", same_status=True), requirement("http.scope.app-header-case"))


COOKIE = (b"cookie", b"a=\xff; b=\x80; =; \xff=;;")
VALUES = {
    "latin-1": ("GET", [(b"x-l", b"caf\xe9"), (b"referer", b"http://test/\xe9")]),
    "UTF-8": ("GET", [(b"x-u", b"\xe2\x82\xac"), (b"user-agent", "\u20ac".encode())]),
    "neither": ("GET", [COOKIE, (b"authorization", b"Basic \xff"), (b"accept-language", b"\xf0\x9f")]),
    "empty": ("GET", [(b"cookie", b""), (b"authorization", b""), (b"accept", b"")]),
    "of a body": ("POST", [COOKIE, (b"content-type", b'a/b; charset="\xff')]),
    "of a body, empty": ("POST", [(b"content-type", b"")]),
}


@each(values=VALUES, needs="http")
def header_values_may_be_any_bytes(values):
    """Headers of a request may hold any bytes"""
    method, fields = VALUES[values]
    yield usual.calls(http_scope(method), shares_state=True)
    yield usual.delivers(REQUEST)
    yield usual.gets_answer()
    yield server.calls(http_scope(method, headers=fields), shares_state=True)
    yield server.delivers(REQUEST)
    yield server.gets_answer(as_well_as("usual"), requirement("http.scope.app-header-encoding"))


QUERIES = {
    "escapes": (b"a=%C3%A9&b=%ff&a=2&d", as_well_as("usual")),
    "punctuation": (b"&&=&%&a=%&%zz=1;b[]=2&+=%2B", as_well_as("usual")),
    "long": (b"a=" + b"1" * 4096, as_well_as("usual")),
    "bytes": (b"a=\xe9&b=\xff\xfe", only_noted(as_well_as("usual"))),
}


@each(query=QUERIES, needs="http")
def a_query_string_may_hold_anything(query):
    """The query string of a request may hold anything

    It is percent-encoded, and so what clients send that is not has no place in it; but it does get there.
    """
    given, expected = QUERIES[query]
    yield from USUAL_REQUEST
    yield server.calls(http_scope(query_string=given), shares_state=True)
    yield server.delivers(REQUEST)
    yield server.gets_answer(expected, requirement("http.scope.app-query-bytes"))


SERVED = as_well_as("usual")
KNOWN = {"1.0": SERVED, "1.1": SERVED, "2": SERVED, "3": only_noted(SERVED)}


@each(version=KNOWN, needs="http")
def every_version_of_http_is_served(version):
    """A request of every version of HTTP is served

    HTTP/3 was added to the text without a new version of it (A29): whoever does not know it is not to blame.
    """
    yield from USUAL_REQUEST
    yield server.calls(http_scope(http_version=version), shares_state=True)
    yield server.delivers(REQUEST)
    yield server.gets_answer(KNOWN[version], requirement("http.scope.app-http-version"))


# --------------------------------------------------------------------------- WebSocket

OPENINGS = {
    "all optional keys": websocket_scope(**dict.fromkeys(OPTIONAL_OF_WEBSOCKETS, ABSENT)),
    **{key: websocket_scope(**{key: ABSENT}) for key in OPTIONAL_OF_WEBSOCKETS},
    "None": websocket_scope(query_string=None, **UNSAID),
    "tuples": {**websocket_scope(client=("127.0.0.1", 1), subprotocols=("a", "b")), "headers": ((b"host", b"test"),)},
    "iterables": {**websocket_scope(subprotocols=made("items", ["a"])), "headers": made("items", [[b"host", b"test"]])},
    "HTTP/2": websocket_scope(http_version="2"),
}


@each(scope=OPENINGS, needs="websocket")
def a_websocket_is_answered_whatever_the_server_can_tell(scope):
    """A WebSocket is answered without optional keys, with None and with other containers"""
    yield from USUAL_WEBSOCKET
    yield server.calls(OPENINGS[scope], shares_state=True)
    yield server.delivers(CONNECT)
    yield server.gets_answer(as_well_as("usual"), requirement("websocket.scope.app-minimal"))


# --------------------------------------------------------------------------- of every protocol

VERSIONS = {"no version": ({}, SERVED), "no asgi": (ABSENT, only_noted(SERVED))}


@each(asgi=VERSIONS, needs="http")
def a_request_is_served_without_a_version_of_asgi(asgi):
    """A request is served without the version of ASGI

    The key `asgi` itself is always there, so one that relies on that is only noted.
    """
    given, expected = VERSIONS[asgi]
    yield from USUAL_REQUEST
    yield server.calls(http_scope(asgi=given), shares_state=True)
    yield server.delivers(REQUEST)
    yield server.gets_answer(expected, requirement("common.scope.asgi.version-default"))


@each(asgi=VERSIONS, needs="websocket")
def a_websocket_is_answered_without_a_version_of_asgi(asgi):
    """A WebSocket is answered without the version of ASGI"""
    given, expected = VERSIONS[asgi]
    yield from USUAL_WEBSOCKET
    yield server.calls(websocket_scope(asgi=given), shares_state=True)
    yield server.delivers(CONNECT)
    yield server.gets_answer(expected, requirement("common.scope.asgi.version-default"))


MORE = {
    "an object": {"asgi_conformance.object": made("object")},
    "plain values": {"asgi_conformance.none": None, "asgi_conformance.bytes": b"\xff", "asgi_conformance.list": [1]},
}


@each(keys=MORE, needs="http")
def a_request_is_served_with_further_keys(keys):
    """A request is served with keys that nobody knows in its scope"""
    yield from USUAL_REQUEST
    yield server.calls(http_scope(**MORE[keys]), shares_state=True)
    yield server.delivers(REQUEST)
    yield server.gets_answer(as_well_as("usual"), requirement("common.scope.extra-keys-tolerated"))


@each(keys=MORE, needs="websocket")
def a_websocket_is_answered_with_further_keys(keys):
    """A WebSocket is answered with keys that nobody knows in its scope"""
    yield from USUAL_WEBSOCKET
    yield server.calls(websocket_scope(**MORE[keys]), shares_state=True)
    yield server.delivers(CONNECT)
    yield server.gets_answer(as_well_as("usual"), requirement("common.scope.extra-keys-tolerated"))


@each(path=("/", "/asgi-conformance/nowhere"), needs="http")
def the_scope_is_as_it_was(path):
    """The scope of a request is as it was when the request is served

    Whoever hands a scope on should change a copy of it. Whether an application does is hidden from us; but a router
    that changes the scope in place changes it for everybody above.
    """
    yield server.calls(http_scope(path=path), shares_state=True)
    yield server.delivers(REQUEST)
    yield server.gets_answer()
    yield server.looks_at_scope(only_noted(unchanged()), requirement("common.middleware.copies-scope"))
