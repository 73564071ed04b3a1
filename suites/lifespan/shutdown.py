"""Shutdown: nobody is served any more, then the application tidies up (ASGI Lifespan, "Shutdown" and what follows).

By the time of the event the connections are closed; a server may cut them short for that. Reading A57: a server may
limit the time that it waits for an application, far above what is tried here. Exit statuses are not specified (A54).
"""

from asgi_conformance.authoring import (
    anything,
    app,
    cancelled,
    case,
    client,
    closed,
    ended,
    event,
    not_accepted,
    note,
    pending,
    process,
    raises,
    requirement,
    response,
    returns,
    scope,
    where,
)

slow, late = client.named("slow"), client.named("late")
request, too_late = app.named("request"), app.named("too late")
SERVING = (
    process.starts(),
    app.is_called(scope(type="lifespan")),
    app.gets({"type": "lifespan.startup"}),
    app.begins_to_receive("shutdown"),
    app.sends({"type": "lifespan.startup.complete"}),
    process.serves(),
    app.still_waits("shutdown"),
)
"""The life of a server up to where it serves, and its application waits for the shutdown."""

AN_END = {"with an error status": where("an error status", lambda seen, heard: seen.status != 0), "with 0": anything()}
SENT = {"returns": returns(), "raises": raises(), "ended": ended()}
NO_KEY_ERROR = where("no KeyError", lambda seen, heard: not seen.raised.is_a("KeyError"))
NO_EVENT = {"waits": pending(), "raises": raises(), "cancelled": cancelled(), "ended": ended()}


def still_waiting(seen, heard):
    """Whether the line before found that nothing had come yet."""
    return pending().judge(heard.timeline.answer(heard.line - 1), heard).matches or "lifespan.shutdown had come already"


case(
    "The application is shut down after the last connection is closed",
    *SERVING,
    slow.sends(b"GET /slow HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"),
    request.is_called(on="/slow"),
    process.gets_signal("SIGTERM"),
    app.still_waits("shutdown", ways={"waits": pending(), "came": anything()}, within=0.25),
    slow.gets_nothing(requirement("lifespan.shutdown.after-connections"), ways={
        "before shutdown": where("lifespan.shutdown has not come", still_waiting),
        "cut off": closed(after_anything=True),
    }),
    request.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}, ways=SENT),
    request.sends({"type": "http.response.body", "body": b"ok"}, ways=SENT),
    slow.gets(ways={"served": response(200, body=b"ok"), "cut off": closed(after_anything=True)}),
    request.returns(ways={"left": anything(), "ended": ended()}),
    slow.closes(),
    app.finishes("shutdown", {"type": "lifespan.shutdown"}, requirement("lifespan.shutdown.event"), within=5),
    late.sends(b"GET /late HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n",
               ways={"accepted": anything(), "not accepted": not_accepted()}),
    too_late.is_not_called(requirement("lifespan.shutdown.after-connections"), within=0.1),
    needs="lifespan",
)  # fmt: skip


case(
    "The server waits until the application has tidied up",
    *SERVING,
    process.gets_signal("SIGTERM"),
    app.finishes("shutdown", {"type": "lifespan.shutdown"}, requirement("lifespan.shutdown.event"), within=5),
    app.begins_to_receive("next"),
    too_late.is_not_called(within=0.25),
    app.still_waits("next", requirement("lifespan.shutdown.event"), ways=NO_EVENT),
    app.sends({"type": "lifespan.shutdown.complete"}, requirement("lifespan.shutdown.wait-complete")),
    app.returns(ways={"left": anything(), "ended": ended()}),
    process.exits(requirement("lifespan.shutdown.wait-complete"), ways=AN_END),
    needs="lifespan",
)

case(
    "An interrupt shuts the application down too",
    *SERVING,
    process.gets_signal("SIGINT"),
    app.finishes("shutdown", requirement("lifespan.shutdown.event"), ways={
        "event": event({"type": "lifespan.shutdown"}),
        "leaves at once": note(cancelled()),
        "ends at once": note(ended()),
    }, within=5),
    needs="lifespan",
    note="What an interrupt asks for is not specified, so a server that then leaves without a word is only noted.",
)  # fmt: skip

case(
    "A failed shutdown shows the message and ends the server",
    *SERVING,
    process.gets_signal("SIGTERM"),
    app.finishes("shutdown", {"type": "lifespan.shutdown"}, within=5),
    app.sends_last({"type": "lifespan.shutdown.failed", "message": "the last ship has not come back"},
                   ways={"returns": returns(), "raises": raises(), "ended": ended()}),
    process.exits(requirement("lifespan.shutdown.failed.terminate", since="2.0"), ways=AN_END),
    process.has_printed(where("the message", lambda seen, heard: "the last ship has not come back" in seen.text),
                        requirement("lifespan.shutdown.failed.terminate", since="2.0")),
    needs="lifespan",
)  # fmt: skip

case(
    "A failed shutdown needs no message",
    *SERVING,
    process.gets_signal("SIGTERM"),
    app.finishes("shutdown", {"type": "lifespan.shutdown"}, within=5),
    app.sends_last({"type": "lifespan.shutdown.failed"},
                   requirement("lifespan.shutdown.failed.message-optional", since="2.0"),
                   ways={"returns": returns(), "raises": NO_KEY_ERROR, "ended": ended()}),
    process.exits(requirement("lifespan.shutdown.failed.message-optional", since="2.0"), ways=AN_END),
    needs="lifespan",
)  # fmt: skip

case(
    "An application that raises while it is shut down does not keep the server",
    *SERVING,
    process.gets_signal("SIGTERM"),
    app.finishes("shutdown", {"type": "lifespan.shutdown"}, within=5),
    app.raises("RuntimeError"),
    process.exits(requirement("lifespan.shutdown.app-exception"), ways=AN_END),
    needs="lifespan",
)
