"""Startup: the application is ready before anybody is served (ASGI Lifespan, "Startup", "... Complete", "... Failed").

A server may let clients connect early, for they then wait in the backlog of its socket; it may not serve them. Exit
statuses are not specified (A54), and neither is whether `send` raises for `lifespan.startup.failed`: an application
that lets that exception pass, or ends, has done its part.
"""

from asgi_conformance.authoring import (
    anything,
    app,
    cancelled,
    case,
    client,
    ended,
    not_accepted,
    note,
    nothing,
    pending,
    process,
    raises,
    requirement,
    returns,
    scope,
    where,
)

early, waiting, later, served = (client.named(name) for name in ("early", "waiting", "later", "served"))
too_early, request, another = app.named("too early"), app.named("request"), app.named("another")

AN_END = {"with an error status": where("an error status", lambda seen, heard: seen.status != 0), "with 0": anything()}
NO_EVENT = {"waits": pending(), "cancelled": cancelled(), "raises": raises(), "ended": ended()}
NO_KEY_ERROR = where("no KeyError", lambda seen, heard: not seen.raised.is_a("KeyError"))

case(
    "Nobody is served before the application has started",
    process.starts(),
    early.sends_early(b"GET /early HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"),
    app.is_called(scope(type="lifespan"), requirement("lifespan.startup.before-connections")),
    app.gets({"type": "lifespan.startup"}),
    too_early.is_not_called(requirement("lifespan.startup.wait-complete")),
    waiting.sends(b"GET /waiting HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n",
                  ways={"accepted": anything(), "not accepted": not_accepted()}),
    too_early.is_not_called(requirement("lifespan.startup.wait-complete"), within=0.5),
    waiting.gets_nothing(requirement("lifespan.startup.wait-complete"),
                         ways={"accepted": nothing(), "not accepted": not_accepted()}),
    later.sends(b"GET /later HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n",
                ways={"accepted": anything(), "not accepted": not_accepted()}),
    too_early.is_not_called(requirement("lifespan.unsupported.wait-is-pending"), within=0.1),
    app.sends({"type": "lifespan.startup.complete"}),
    process.serves(),
    served.sends(b"GET /served HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"),
    request.is_called(scope(type="http"), requirement("lifespan.startup.wait-complete"), on="/served"),
    needs="lifespan",
)  # fmt: skip

case(
    "A failed startup shows the message and ends the server",
    process.starts(),
    app.is_called(scope(type="lifespan")),
    app.gets({"type": "lifespan.startup"}),
    app.sends_last({"type": "lifespan.startup.failed", "message": "no database in sight"},
                   ways={"returns": returns(), "raises": raises(), "ended": ended()}),
    another.is_not_called(),
    process.exits(requirement("lifespan.startup.failed.exit", since="2.0"), ways=AN_END),
    process.has_printed(where("the message", lambda seen, heard: "no database in sight" in seen.text),
                        requirement("lifespan.startup.failed.exit", since="2.0")),
    needs="lifespan",
)  # fmt: skip

case(
    "A failed startup needs no message",
    process.starts(),
    app.is_called(scope(type="lifespan")),
    app.gets({"type": "lifespan.startup"}),
    app.sends_last({"type": "lifespan.startup.failed"},
                   requirement("lifespan.startup.failed.message-optional", since="2.0"),
                   ways={"returns": returns(), "raises": NO_KEY_ERROR, "ended": ended()}),
    another.is_not_called(),
    process.exits(requirement("lifespan.startup.failed.message-optional", since="2.0"), ways=AN_END),
    needs="lifespan",
)  # fmt: skip

case(
    "A failed startup ends the server while the application is still tidying up",
    process.starts(),
    app.is_called(scope(type="lifespan")),
    app.gets({"type": "lifespan.startup"}),
    app.begins_to_receive("next"),
    app.sends({"type": "lifespan.startup.failed", "message": "no database in sight"},
              ways={"returns": returns(), "raises": raises(), "ended": ended()}),
    app.still_waits("next", requirement("lifespan.startup.failed.no-shutdown-event", since="2.0"),
                    ways=NO_EVENT, within=0.3),
    app.reraises(ways={"left": anything(), "ended": ended()}),
    another.is_not_called(),
    process.exits(requirement("lifespan.startup.failed.exit", since="2.0"), ways=AN_END),
    needs="lifespan",
    note="""
    The server exits because it has seen the message, not because of what the application does after it: one that
    closes a few things in a `finally` before it leaves has failed to start all the same.
    """,
)  # fmt: skip

case(
    "Invalid lifespan messages raise and do not pass for a startup",
    process.starts(),
    app.is_called(scope(type="lifespan")),
    app.gets({"type": "lifespan.startup"}),
    app.sends({"type": "lifespan.bogus"}, raises(), requirement("lifespan.startup.unknown-message")),
    app.sends({}, raises(), requirement("lifespan.startup.unknown-message")),
    app.sends({"type": "http.response.start"}, raises(), requirement("lifespan.startup.unknown-message")),
    app.sends({"type": "lifespan.shutdown.complete"}, requirement("lifespan.startup.unknown-message"),
              ways={"raises": raises(), "ignored": note(returns())}),
    too_early.is_not_called(requirement("lifespan.startup.unknown-message")),
    app.sends({"type": "lifespan.startup.complete"}),
    another.is_not_called(),
    app.sends({"type": "lifespan.startup.complete"}, requirement("lifespan.startup.unknown-message"),
              ways={"raises": raises(), "ignored": note(returns())}),
    process.serves(),
    served.sends(b"GET /served HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"),
    request.is_called(scope(type="http"), requirement("lifespan.startup.unknown-message"), on="/served"),
    needs="lifespan",
)  # fmt: skip
