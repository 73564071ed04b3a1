"""Versions of the HTTP and WebSocket specification that a server may understand (www.rst, "Spec Versions")."""

from asgi_conformance.authoring import as_well_as, conduct, each, http_scope, requirement, server, websocket_scope

REQUEST = {"type": "http.request", "body": b"", "more_body": False}
CONNECT = {"type": "websocket.connect"}
TEXT = {"type": "websocket.receive", "text": "text"}
LEFT = {"type": "websocket.disconnect", "code": 1000}

VERSIONS = {name: {"version": "3.0", "spec_version": name} for name in ("2.0", "2.1", "2.2", "2.3", "2.4", "2.5")}
UNSAID = {"version": "3.0"}

usual = server.named("usual")


@each(version=VERSIONS, needs="http")
def a_response_has_nothing_newer_than_its_server(version):
    """A response has nothing that is newer than its server"""
    yield server.calls(http_scope(asgi=VERSIONS[version]), shares_state=True)
    yield server.delivers(REQUEST)
    yield server.gets_answer(*conduct("common.version.app-respects"))


@each(version=VERSIONS, needs="websocket")
def a_websocket_has_nothing_newer_than_its_server(version):
    """A WebSocket gets nothing that is newer than its server"""
    for who, path in ((server.named("nowhere"), "/asgi-conformance/nowhere"), (server, "/")):
        yield who.calls(websocket_scope(path, asgi=VERSIONS[version]), shares_state=True)
        yield who.delivers(CONNECT, TEXT, LEFT)
    yield server.gets_answer(*conduct("common.version.app-respects", "websocket.accept.headers.app-version"))


BASE = requirement("common.scope.asgi.spec-version-default")


@each(method=("GET", "POST"), needs="http")
def a_request_of_a_server_without_version_is_served(method):
    """A request is served for a server that says no version of the specification, as for one of 2.0"""
    yield usual.calls(http_scope(method, asgi=VERSIONS["2.0"]), shares_state=True)
    yield usual.delivers(REQUEST)
    yield usual.gets_answer()
    yield server.calls(http_scope(method, asgi=UNSAID), shares_state=True)
    yield server.delivers(REQUEST)
    yield server.gets_answer(as_well_as("usual"), BASE)


@each(path=("/", "/asgi-conformance/nowhere"), needs="websocket")
def a_websocket_of_a_server_without_version_is_served(path):
    """A WebSocket is answered for a server that says no version of the specification, as for one of 2.0"""
    yield usual.calls(websocket_scope(path, asgi=VERSIONS["2.0"]), shares_state=True)
    yield usual.delivers(CONNECT, TEXT, LEFT)
    yield usual.gets_answer()
    yield server.calls(websocket_scope(path, asgi=UNSAID), shares_state=True)
    yield server.delivers(CONNECT, TEXT, LEFT)
    yield server.gets_answer(as_well_as("usual"), BASE, *conduct("websocket.accept.headers.app-version"))
