"""Lifespan State: what the application keeps for its requests (ASGI Lifespan, "Lifespan State").

Every call gets a shallow copy of the namespace; the very same dict, or a deep copy, is none (A58). Whether what is
added later is copied too is only noted (A58), and so is a state where the lifespan has none (A56).
"""

from asgi_conformance.authoring import (
    any_of,
    anything,
    app,
    case,
    client,
    ended,
    made,
    note,
    plain,
    process,
    requirement,
    response,
    scope,
    warn,
    where,
)

fresh = client.named("fresh")
request, second, third, socket = (app.named(name) for name in ("request", "second", "third", "socket"))


def of_the_lifespan(heard):
    """The identities that the lifespan, which is `app`, saw when it had filled its state."""
    looks = [entry.seen.ids for entry in heard.timeline.entries if entry.who == "app" and hasattr(entry.seen, "ids")]
    return looks[len(KEYS) - 1]


def copied(seen, heard):
    """Another dict than the lifespan's, with the marker that it has kept."""
    here, there = seen.facts["ids"], of_the_lifespan(heard)
    if here.get("state") == there["state"]:
        return "the very same dict as the lifespan's"
    return here.get("state.marker") == there["state.marker"] or "another marker than the lifespan's"


def shared(seen, heard):
    """The list and the lock that the lifespan has kept, not copies of them."""
    here, there = seen.facts["ids"], of_the_lifespan(heard)
    others = [key for key in ("state.items", "state.a b") if here.get(key) != there[key]]
    return not others or f"other objects than the lifespan's: {', '.join(others)}"


def same_life(seen, heard):
    """The marker of the lifespan that runs in the loop of the request."""
    lifespan, here = heard.timeline.calls()[0].facts, seen.facts
    if (here["pid"], here["loop"]) != (lifespan["pid"], lifespan["loop"]):
        return "the lifespan runs in another loop"
    return here["ids"].get("state.marker") == of_the_lifespan(heard)["state.marker"] or "the marker of another lifespan"


def own(seen, heard):
    """A dict that no other call of the case got, with the same marker in it."""
    ids = [call.facts["ids"] for call in heard.timeline.calls()]
    if len({known.get("state") for known in ids}) < len(ids):
        return "the very same dict as another call's"
    return len({known.get("state.marker") for known in ids}) == 1 or "another marker than in another call"


def consistent(seen, heard):
    offered = {kind: "state" not in heard.facts.lacks for kind in ["lifespan"] if kind not in heard.facts.lacks}
    offered |= {call.scope["type"]: "state" in call.scope for call in heard.timeline.calls()}
    return len(set(offered.values())) == 1 or f"offered: {offered}"


def state_with(words, predicate):
    """A predicate for scopes: the state is a dict of which this is true."""
    return any_of(words, lambda state: isinstance(plain(state), dict) and predicate(plain(state)))


def exactly(*keys):
    return state_with(f"a dict with {', '.join(keys)}", lambda state: set(state) == set(keys))


def without(key):
    return state_with(f"a dict without {key}", lambda state: key not in state)


def holding(key, value):
    return state_with(f"a dict with {key}: {value!r}", lambda state: state.get(key) == value)


MARKED = state_with("a dict with the marker", lambda state: "marker" in state)
KEYS = ("marker", "a b", "items")
"""What the lifespan keeps, in this order."""

case(
    "A request has a shallow copy of what the lifespan keeps, and its changes stay there",
    process.starts(),
    app.is_called(scope(type="lifespan")),
    app.gets({"type": "lifespan.startup"}),
    app.sets_scope(("state", "marker"), made("object")),
    app.sets_scope(("state", "a b"), made("lock")),
    app.sets_scope(("state", "items"), []),
    app.sends({"type": "lifespan.startup.complete"}),
    process.serves(),
    client.sends(b"GET /first HTTP/1.1\r\nHost: test\r\n\r\n"),
    request.is_called(
        requirement("lifespan.state.copied-to-requests", expects=where("a copy of the lifespan's", copied)),
        requirement("lifespan.state.nested-shared", expects=where("what the lifespan has kept", shared)),
        requirement("lifespan.state.same-lifecycle", expects=where("of the lifespan in its own loop", same_life)),
        requirement("lifespan.state.untouched", expects=scope(state=exactly(*KEYS))),
    ),
    request.sets_scope(("state", "x"), 1),
    request.deletes_scope(("state", "marker")),
    request.appends_scope(("state", "items"), "from the first request"),
    request.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    request.sends({"type": "http.response.body", "body": b"ok"}),
    client.gets(response(200, body=b"ok")),
    request.returns(ways={"left": anything(), "ended": ended()}),
    client.sends(b"GET /second HTTP/1.1\r\nHost: test\r\n\r\n"),
    second.is_called(scope(path="/second")),
    second.looks_at_scope(
        requirement("lifespan.state.nested-shared", expects=scope(state=holding("items", ["from the first request"]))),
        requirement("lifespan.state.request-changes-isolated", expects=scope(state=without("x"))),
        requirement("lifespan.state.request-changes-isolated", expects=scope(state=MARKED)),
    ),
    app.looks_at_scope(
        requirement("lifespan.state.nested-shared", expects=scope(state=holding("items", ["from the first request"]))),
        requirement("lifespan.state.request-changes-isolated", expects=scope(state=exactly(*KEYS))),
    ),
    needs=("lifespan", "state", "keep-alive"),
)

case(
    "The state stays as the application left it until the end",
    process.starts(),
    app.is_called(scope(type="lifespan")),
    app.gets({"type": "lifespan.startup"}),
    app.begins_to_receive("shutdown"),
    app.sets_scope(("state", "marker"), made("object")),
    app.sends({"type": "lifespan.startup.complete"}),
    process.serves(),
    client.sends(b"GET /first HTTP/1.1\r\nHost: test\r\n\r\n"),
    request.is_called(scope(type="http")),
    request.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    request.sends({"type": "http.response.body", "body": b"ok"}),
    client.gets(response(200, body=b"ok")),
    request.returns(ways={"left": anything(), "ended": ended()}),
    app.sets_scope(("state", "late"), "added while serving"),
    client.sends(b"GET /second HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"),
    second.is_called(requirement("lifespan.state.late-additions", ways={
        "seen on an open connection": scope(state=holding("late", "added while serving")),
        "not seen on an open connection": note(scope(state=without("late"))),
    })),
    second.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    second.sends({"type": "http.response.body", "body": b"ok"}),
    client.gets(response(200, body=b"ok")),
    second.returns(ways={"left": anything(), "ended": ended()}),
    client.closes(),
    fresh.sends(b"GET /third HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"),
    third.is_called(requirement("lifespan.state.late-additions", ways={
        "seen on a new connection": scope(state=holding("late", "added while serving")),
        "not seen on a new connection": note(scope(state=without("late"))),
    })),
    third.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    third.sends({"type": "http.response.body", "body": b"ok"}),
    fresh.gets(response(200, body=b"ok")),
    third.returns(ways={"left": anything(), "ended": ended()}),
    fresh.closes(),
    process.gets_signal("SIGTERM"),
    app.finishes("shutdown", {"type": "lifespan.shutdown"}, within=5),
    app.looks_at_scope(requirement("lifespan.state.untouched", ways={
        "kept": scope(state=exactly("marker", "late")),
        "emptied before the shutdown": warn(scope(state={})),
    })),
    needs=("lifespan", "state", "keep-alive"),
)  # fmt: skip

case(
    "Every call has a state of its own",
    client.sends(b"GET /first HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(requirement("lifespan.state.copied-to-requests", expects=scope(state=MARKED))),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    app.sends({"type": "http.response.body", "body": b"ok"}),
    client.gets(response(200, body=b"ok")),
    app.returns(ways={"left": anything(), "ended": ended()}),
    client.sends(b"GET /second HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"),
    second.is_called(scope(path="/second")),
    second.looks_at_scope(requirement("lifespan.state.copied-to-requests", expects=where("a copy of its own", own))),
    needs=("lifespan", "state", "keep-alive"),
)

case(
    "A WebSocket has a state of its own",
    client.sends(b"GET /request HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    fresh.opens_websocket("/socket"),
    socket.is_called(requirement("lifespan.state.copied-to-requests", expects=where("a copy of its own", own))),
    needs=("lifespan", "state", "websocket"),
)

case(
    "The state is offered in all three scopes or in none",
    client.sends(b"GET /request HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    fresh.opens_websocket("/socket"),
    socket.is_called(scope(type="websocket"),
                     requirement("lifespan.state.absent-when-unsupported",
                                 expects=where("a state in all scopes or in none", consistent))),
    needs="websocket",
)  # fmt: skip
