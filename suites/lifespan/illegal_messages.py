"""Illegal messages of a lifespan: what `send`, the server and its clients have of them (ASGI, "Error Handling").

That `send` raises is a recommendation. An application that lets the exception pass before it has started is one without
a lifespan, and is served all the same. Nothing but `lifespan.shutdown.complete` ends the wait for that.
"""

from asgi_conformance.authoring import (
    anything,
    app,
    case,
    client,
    ended,
    note,
    process,
    raises,
    requirement,
    response,
    returns,
    scope,
    warn,
)

request, too_late = app.named("request"), app.named("too late")
REFUSED = requirement("lifespan.startup.unknown-message")
AN_END = {"an end": anything()}
OWED = {"raises": raises(), "ignored": warn(returns(), "it did not raise")}
OUT_OF_TURN = {"raises": raises(), "ignored": note(returns())}

case(
    "An application that dies of an illegal message while it starts is served without a lifespan",
    process.starts(),
    app.is_called(scope(type="lifespan")),
    app.gets({"type": "lifespan.startup"}),
    app.sends({"type": "lifespan.bogus"}, ways={"raises": raises()}),
    app.reraises(),
    process.serves(requirement("lifespan.unsupported.continue")),
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"),
    request.is_called(scope(type="http"), requirement("lifespan.unsupported.continue")),
    request.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    request.sends({"type": "http.response.body", "body": b"ok"}),
    client.gets(response(200, body=b"ok"), requirement("lifespan.unsupported.continue")),
    needs="lifespan",
    note="An exception before the start is complete says that there is no lifespan, whoever has raised it first.",
)

case(
    "Illegal messages while the server serves and stops raise, and stop nothing",
    process.starts(),
    app.is_called(scope(type="lifespan")),
    app.gets({"type": "lifespan.startup"}),
    app.begins_to_receive("shutdown"),
    app.sends({"type": "lifespan.startup.complete"}),
    process.serves(),
    app.sends({"type": "lifespan.bogus"}, REFUSED, ways=OWED),
    app.sends({"message": "no type"}, REFUSED, ways=OWED),
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"),
    request.is_called(scope(type="http"), REFUSED),
    request.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    request.sends({"type": "http.response.body", "body": b"ok"}),
    client.gets(response(200, body=b"ok"), REFUSED),
    request.returns(ways={"left": anything(), "ended": ended()}),
    client.closes(),
    app.still_waits("shutdown"),
    process.gets_signal("SIGTERM"),
    app.finishes("shutdown", {"type": "lifespan.shutdown"}, within=5),
    app.sends({"type": "lifespan.bogus"}, REFUSED, ways=OWED),
    app.sends({"type": "lifespan.startup.complete"}, REFUSED, ways=OUT_OF_TURN),
    too_late.is_not_called(within=0.25),
    app.sends({"type": "lifespan.shutdown.complete"}, requirement("lifespan.shutdown.wait-complete")),
    app.returns(ways={"left": anything(), "ended": ended()}),
    process.exits(requirement("lifespan.shutdown.wait-complete"), ways=AN_END),
    needs="lifespan",
)
