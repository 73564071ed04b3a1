"""What the stage does first on every server: a few ordinary exchanges, from which it learns what the server declares,
what it lacks, and which deviations from the schema show on every exchange already."""

from collections.abc import Sequence
from typing import Any

from asgi_conformance.authoring import (
    anything,
    app,
    case,
    client,
    closed,
    ended,
    handshake,
    plain,
    response,
    scope,
)
from asgi_conformance.judge.schema import usual_deviations
from asgi_conformance.timeline import Facts, Timeline

INTRODUCTION = (
    case(
        "An ordinary request",
        client.sends(b"GET /introduction?a=1 HTTP/1.1\r\nHost: test\r\nX-Introduction: 1\r\n\r\n"),
        app.is_called(scope()),
        app.gets_body(),
        app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
        app.sends({"type": "http.response.body", "body": b"ok", "more_body": False}),
        client.gets(response()),
        app.gets(within=0.2),
    ),
    case(
        "An ordinary request with a body",
        client.sends(b"POST /introduction HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nbody"),
        app.is_called(scope()),
        app.gets_body(),
        app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
        app.sends({"type": "http.response.body", "body": b"ok", "more_body": False}),
        client.gets(response()),
    ),
    case(
        "An ordinary WebSocket",
        client.opens_websocket("/introduction"),
        app.is_called(scope(type="websocket"), within=0.5),
        app.gets(),
        app.sends({"type": "websocket.accept"}),
        client.gets(handshake()),
        client.sends_text("text"),
        app.gets(),
        client.sends_bytes(b"bytes"),
        app.gets(),
        client.sends_close(1000),
        app.gets(),
    ),
    case(
        "A second request on the same connection",
        client.sends(b"GET /introduction HTTP/1.1\r\nHost: test\r\n\r\n"),
        app.is_called(scope()),
        app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
        app.sends({"type": "http.response.body", "body": b"ok", "more_body": False}),
        client.gets(response()),
        app.returns(ways={"left": anything(), "ended": ended()}),
        client.sends(b"GET /introduction/again HTTP/1.1\r\nHost: test\r\n\r\n"),
        app.named("second").is_called(ways={"called": scope(), "closed": closed()}),
    ),
    case(
        "A request whose body is still to come",
        client.sends(b"POST /introduction HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nbo"),
        app.is_called(scope(), within=0.5),
        client.sends(b"dy"),  # nobody leaves in the middle of a body here: that alone ends some servers
        app.gets_body(),
        app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
        app.sends({"type": "http.response.body", "body": b"ok", "more_body": False}),
        client.gets(response()),
    ),
    case(
        "An ordinary request of HTTP/1.0",
        client.sends(b"GET /introduction HTTP/1.0\r\nHost: test\r\n\r\n"),
        app.is_called(ways={"called": scope(), "refused": response(), "closed": closed()}),
    ),
)
*_, AGAIN, UPLOAD, HTTP_1_0 = range(len(INTRODUCTION))


def facts_from(timelines: Sequence[Timeline], lifespan: Any, subject: str) -> Facts:
    """What the introduction showed. `lifespan`: the lifespan call of the process, None where there was none."""
    calls = [call for timeline in timelines for call in timeline.calls()]
    known = [scope_ for call in calls if isinstance(scope_ := plain(call.scope), dict)]
    scopes = {_type(scope_): scope_ for scope_ in reversed(known)}  # the first of each: the last is one of HTTP/1.0
    if lifespan is not None:
        scopes["lifespan"] = plain(lifespan.scope)
        calls.append(lifespan.seen)
    lacks = {}
    if "websocket" not in scopes:
        lacks["websocket"] = f"{subject} calls the application with no websocket scope for a WebSocket handshake"
    if "lifespan" not in scopes:
        lacks["lifespan"] = lacks["state"] = f"{subject} does not call the application with a lifespan scope"
    elif not isinstance(plain(scopes["lifespan"].get("state")), dict):
        lacks["state"] = f"{subject} offers no state in the lifespan scope"
    if len(timelines[AGAIN].calls()) == 1:
        lacks["keep-alive"] = f"{subject} closes the connection after a response, and serves no other request on it"
    if not timelines[UPLOAD].calls():
        lacks["early-call"] = f"{subject} does not call the application before the whole request has come"
    if not timelines[HTTP_1_0].calls():
        lacks["http/1.0"] = f"{subject} does not call the application for a request of HTTP/1.0"
    return Facts(_declared(scopes), lacks, usual_deviations(timelines, calls))


def _type(scope_: dict[Any, Any]) -> str:
    kind = plain(scope_.get("type"))
    return kind if isinstance(kind, str) else ""


def _declared(scopes: dict[str, Any]) -> dict[str, Any]:
    declared: dict[str, Any] = {"asgi": None}
    extensions: set[str] = set()
    for kind in ("http", "websocket", "lifespan"):
        scope_ = scopes.get(kind, {})
        asgi = plain(scope_.get("asgi"))
        asgi = asgi if isinstance(asgi, dict) else {}
        version, spec_version = asgi.get("version"), asgi.get("spec_version")
        declared["asgi"] = declared["asgi"] or (version if isinstance(version, str) else None)
        declared[kind] = spec_version if isinstance(spec_version, str) else None
        extensions |= advertised(scope_)
    return {**declared, "extensions": sorted(extensions)}


def advertised(scope_: Any) -> frozenset[str]:
    """Names of the extensions that a scope offers."""
    offered = scope_.get("extensions") if isinstance(scope_, dict) else None
    return frozenset(name for name in offered if isinstance(name, str)) if isinstance(offered, dict) else frozenset()
