"""Between start and stop: one lifespan in the loop that serves, whatever becomes of it (ASGI Lifespan)."""

from asgi_conformance.authoring import (
    anything,
    app,
    case,
    client,
    closed,
    documented,
    ended,
    never_called,
    not_accepted,
    process,
    requirement,
    response,
    scope,
    where,
)

request, another = app.named("request"), app.named("another")

EVENTS = ("common.event.is-dict", "common.event.type-key", "common.event.type-namespaced", "common.event.keys-are-str",
          "common.event.allowed-types.received", "common.strings.exact-types")  # fmt: skip


SENT = {"sent": anything(), "exits": ended(), "never called": never_called()}


def same_loop(seen, heard):
    """Whether the call that was seen runs where the first call of the case, the lifespan, runs."""
    lifespan, here = heard.timeline.calls()[0].facts, seen.facts
    if here["pid"] != lifespan["pid"]:
        return f"process {here['pid']}, the lifespan's is {lifespan['pid']}"
    return here["loop"] == lifespan["loop"] or "another event loop of the same process"


case(
    "The application has one lifespan in the loop that serves",
    process.starts(),
    app.is_called(scope(type="lifespan")),
    app.gets({"type": "lifespan.startup"}, requirement("lifespan.startup.event"), documented(*EVENTS)),
    app.begins_to_receive("next"),
    app.sends({"type": "lifespan.startup.complete"}),
    another.is_not_called(
        requirement("lifespan.once-per-loop"), requirement("common.app.called-once-per-connection"), within=0.1
    ),
    process.serves(),
    client.sends(b"GET /a HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"),
    request.is_called(scope(type="http"),
                      requirement("lifespan.same-loop", expects=where("the loop of the lifespan", same_loop)),
                      requirement("lifespan.once-per-loop", expects=where("a loop with a lifespan", same_loop))),
    request.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    request.sends({"type": "http.response.body", "body": b"ok"}),
    client.gets(response(200, body=b"ok")),
    request.returns(ways={"left": anything(), "ended": ended()}),
    another.is_not_called(requirement("lifespan.once-per-loop")),
    app.still_waits("next", requirement("lifespan.startup.event")),
    process.gets_signal("SIGTERM"),
    app.finishes("next", {"type": "lifespan.shutdown"}, requirement("lifespan.same-call"), within=5),
    another.is_not_called(requirement("lifespan.same-call"), requirement("lifespan.once-per-loop")),
    needs="lifespan",
)  # fmt: skip

case(
    "An application whose lifespan breaks off is served, and the server can stop",
    process.starts(),
    app.is_called(scope(type="lifespan")),
    app.gets({"type": "lifespan.startup"}),
    app.sends({"type": "lifespan.startup.complete"}),
    process.serves(),
    app.raises("RuntimeError"),
    another.is_not_called(within=0.1),
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n",
                 ways={"accepted": anything(), "not accepted": not_accepted(), "exits": ended()}),
    request.is_called(requirement("lifespan.running.exception-after-startup"),
                      ways={"serves on": scope(type="http"), "exits": ended()}),
    request.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}, ways=SENT),
    request.sends({"type": "http.response.body", "body": b"ok"}, ways=SENT),
    client.gets(ways={
        "served": response(200, body=b"ok"), "exits": closed(), "not accepted": not_accepted(), "ended": ended(),
    }),
    request.returns(ways={"left": anything(), "ended": ended(), "never called": never_called()}),
    process.gets_signal("SIGTERM"),
    process.exits(requirement("lifespan.running.exception-after-startup")),
    needs="lifespan",
)  # fmt: skip

case(
    "An application whose lifespan returns early is served, and the server can stop",
    process.starts(),
    app.is_called(scope(type="lifespan")),
    app.gets({"type": "lifespan.startup"}),
    app.sends({"type": "lifespan.startup.complete"}),
    process.serves(),
    app.returns(),
    another.is_not_called(within=0.1),
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n",
                 ways={"accepted": anything(), "not accepted": not_accepted(), "exits": ended()}),
    request.is_called(scope(type="http"), requirement("lifespan.running.return-after-startup")),
    request.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    request.sends({"type": "http.response.body", "body": b"ok"}),
    client.gets(response(200, body=b"ok")),
    request.returns(ways={"left": anything(), "ended": ended()}),
    process.gets_signal("SIGTERM"),
    process.exits(requirement("lifespan.running.return-after-startup")),
    needs="lifespan",
)  # fmt: skip
