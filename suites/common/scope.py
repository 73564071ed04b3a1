"""Scopes: a dict for each connection, and for it alone (ASGI, "Connection Scope", "Applications", "Extensions").

Reading A04: `asgi` and its version have to be there. Reading A33: a shared scope is a failure, shared nested objects
are a warning. Reading A68: `extensions` may be missing.
"""

from asgi_conformance.authoring import (
    ABSENT,
    anything,
    app,
    case,
    client,
    documented,
    either,
    ended,
    plain,
    requirement,
    response,
    scope,
    where,
)

other = client.named("other")
second, third, another = app.named("second"), app.named("third"), app.named("another")
MARK = "x-conformance"


def fresh(seen, heard):
    """A dict that no other call of the case was given."""
    ids = [call.facts["ids"]["scope"] for call in heard.timeline.calls()]
    return len(set(ids)) == len(ids) or "the very same dict as another call's"


def unmarked(seen, heard):
    """Nothing of what the other call wrote into its nested objects."""
    here = plain(seen.scope)
    asgi, extensions, headers = (plain(here.get(key)) or () for key in ("asgi", "extensions", "headers"))
    found = {"asgi": MARK in asgi, "extensions": MARK in extensions, "headers": MARK in headers}
    return not any(found.values()) or f"marks of the other call in {', '.join(key for key in found if found[key])}"


def unchanged(seen, heard):
    """The scope as the call was given it."""
    before, now = plain(heard.timeline.calls()[0].scope), plain(seen.scope)
    changed = [str(key) for key in {**before, **now} if before.get(key, ABSENT) != now.get(key, ABSENT)]
    return not changed or f"changed: {', '.join(changed)}"


case(
    "The scope of a request is a dict with what all scopes have",
    client.sends(b"GET /a?b=c HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(documented(
        "common.scope.is-dict", "common.scope.type.present", "common.scope.keys-are-str", "common.scope.asgi.present",
        "common.scope.asgi.version-value", "common.scope.asgi.spec-version-format", "common.extensions.is-dict",
        "common.extensions.entry-shape", "common.strings.exact-types",
    )),
)  # fmt: skip

case(
    "The scope of a WebSocket is a dict with what all scopes have",
    client.opens_websocket("/a?b=c", subprotocols=b"chat"),
    app.is_called(documented(
        "common.scope.is-dict", "common.scope.type.present", "common.scope.keys-are-str", "common.scope.asgi.present",
        "common.scope.asgi.version-value", "common.scope.asgi.spec-version-format", "common.extensions.is-dict",
        "common.extensions.entry-shape", "common.strings.exact-types",
    )),
    needs="websocket",
)  # fmt: skip

case(
    "Every request has a scope of its own",
    client.sends(b"GET /first HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(path="/first")),
    app.sets_scope((MARK,), 1),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    app.sends({"type": "http.response.body", "body": b"ok"}),
    client.gets(response(200)),
    app.returns(ways={"left": anything(), "ended": ended()}),
    client.sends(b"GET /second HTTP/1.1\r\nHost: test\r\n\r\n"),
    second.is_called(scope(path="/second")),
    second.looks_at_scope(
        requirement("common.scope.fresh-per-connection", expects=scope(path="/second", **{MARK: either(ABSENT)})),
        requirement("common.scope.fresh-per-connection", expects=where("a dict of its own", fresh)),
    ),
    second.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    second.sends({"type": "http.response.body", "body": b"ok"}),
    client.gets(response(200)),
    second.returns(ways={"left": anything(), "ended": ended()}),
    other.sends(b"GET /third HTTP/1.1\r\nHost: test\r\n\r\n"),
    third.is_called(scope(path="/third")),
    third.looks_at_scope(
        requirement("common.scope.fresh-per-connection", expects=scope(path="/third", **{MARK: either(ABSENT)})),
        requirement("common.scope.fresh-per-connection", expects=where("a dict of its own", fresh)),
    ),
    needs="keep-alive",
)

case(
    "Every connection has a scope of its own",
    client.sends(b"GET /first HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(path="/first")),
    app.sets_scope((MARK,), 1),
    other.sends(b"GET /second HTTP/1.1\r\nHost: test\r\n\r\n"),
    second.is_called(scope(path="/second")),
    second.looks_at_scope(
        requirement("common.scope.fresh-per-connection", expects=scope(path="/second", **{MARK: either(ABSENT)})),
        requirement("common.scope.fresh-per-connection", expects=where("a dict of its own", fresh)),
    ),
)

case(
    "Connections share no object inside their scopes",
    client.sends(b"GET /first HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(path="/first")),
    app.sets_scope(("asgi", MARK), "1"),
    app.sets_scope(("extensions", MARK), {}),
    app.appends_scope(("headers",), MARK),
    other.sends(b"GET /second HTTP/1.1\r\nHost: test\r\n\r\n"),
    second.is_called(scope(path="/second")),
    second.looks_at_scope(where("no marks of the other connection", unmarked),
                          requirement("common.scope.nested-isolation")),
    app.deletes_scope(("asgi", MARK)),
    app.deletes_scope(("extensions", MARK)),
    note="The marks are wiped out again, for the sake of the cases that come after this one.",
)  # fmt: skip

case(
    "Requests on one connection share no object inside their scopes",
    client.sends(b"GET /first HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(path="/first")),
    app.sets_scope(("asgi", MARK), "1"),
    app.sets_scope(("extensions", MARK), {}),
    app.appends_scope(("headers",), MARK),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    app.sends({"type": "http.response.body", "body": b"ok"}),
    client.gets(response(200)),
    app.returns(ways={"left": anything(), "ended": ended()}),
    client.sends(b"GET /second HTTP/1.1\r\nHost: test\r\n\r\n"),
    second.is_called(scope(path="/second")),
    second.looks_at_scope(
        where("no marks of the other request", unmarked), requirement("common.scope.nested-isolation")
    ),
    second.deletes_scope(("asgi", MARK)),
    second.deletes_scope(("extensions", MARK)),
    needs="keep-alive",
    note="The marks are wiped out again, for the sake of the cases that come after this one.",
)

case(
    "A scope stays as it is while the next request comes in",
    client.sends(b"GET /first?a HTTP/1.1\r\nHost: test\r\nX-First: 1\r\n\r\n"),
    app.is_called(scope(path="/first")),
    client.sends(b"GET /second?b HTTP/1.1\r\nHost: test\r\nX-Second: 2\r\n\r\n"),
    other.sends(b"GET /other HTTP/1.1\r\nHost: test\r\n\r\n"),
    another.is_called(on="/other"),
    app.looks_at_scope(where("unchanged", unchanged), requirement("common.scope.stable-during-call")),
)
