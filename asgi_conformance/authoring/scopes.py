"""Scopes as a server of the current version gives them, for cases about applications."""

from collections.abc import Iterable
from typing import Any

from asgi_conformance.matchers.app import ABSENT

VERSION, LIFESPAN_VERSION = "2.5", "2.0"
HEADERS = [[b"host", b"test"], [b"user-agent", b"asgi-conformance"], [b"accept", b"*/*"]]
CLIENT, SERVER = ["127.0.0.1", 51234], ["127.0.0.1", 8000]


def http_scope(method: Any = "GET", path: Any = "/", **keys: Any) -> dict[str, Any]:
    """Of a request, with every key. `keys` replace or, with the value `ABSENT`, remove what is usual.

    `headers`: fields besides the usual ones.
    """
    return _scope({"type": "http", "asgi": _asgi(VERSION), "http_version": "1.1", "method": method}, path, "http", keys)


def websocket_scope(path: Any = "/", **keys: Any) -> dict[str, Any]:
    """Of a WebSocket connection, with every key; see `http_scope`."""
    handshake = [
        [b"upgrade", b"websocket"],
        [b"connection", b"Upgrade"],
        [b"sec-websocket-version", b"13"],
        [b"sec-websocket-key", b"dGhlIHNhbXBsZSBub25jZQ=="],
    ]
    keys["headers"] = [*handshake, *keys.get("headers", ())]
    start = {"type": "websocket", "asgi": _asgi(VERSION), "http_version": "1.1", "subprotocols": []}
    return _scope(start, path, "ws", keys)


def lifespan_scope(**keys: Any) -> dict[str, Any]:
    """Of the lifespan protocol, with every key; see `http_scope`."""
    return _changed({"type": "lifespan", "asgi": _asgi(LIFESPAN_VERSION), "state": {}}, keys)


def _scope(start: dict[str, Any], path: str, scheme: str, keys: dict[str, Any]) -> dict[str, Any]:
    more: Iterable[Any] = keys.pop("headers", ())
    scope = start | {
        "scheme": scheme,
        "path": path,
        "raw_path": path.encode("utf-8"),
        "query_string": b"",
        "root_path": "",
        "headers": [tuple(field) for field in (*HEADERS, *more)],  # as most servers have them
        "client": list(CLIENT),
        "server": list(SERVER),
        "extensions": {},
    }
    return _changed(scope, keys)


def _asgi(spec_version: str) -> dict[str, str]:
    return {"version": "3.0", "spec_version": spec_version}


def _changed(scope: dict[str, Any], keys: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in (scope | keys).items() if value is not ABSENT}
