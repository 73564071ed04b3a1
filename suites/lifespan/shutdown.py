"""Shutdown: nobody is served any more, then the application tidies up (ASGI Lifespan, "Shutdown", "... Complete", "... Failed").

By the time of the event the connections are closed; a server may cut them short for that. Reading A57: a server may
limit the time that it waits for an application, far above what is tried here. Exit statuses are not specified (A54).
"""

from asgi_conformance.authoring import anything, app, case, client, closed, ended, not_accepted, note, nothing, pending
from asgi_conformance.authoring import process, raises, requirement, response, returns, scope, where

slow, late = client.named("slow"), client.named("late")
request, too_late = app.named("request"), app.named("too late")

AN_END = {"with an error status": where("an error status", lambda seen, heard: seen.status != 0), "with 0": anything()}


def still_waiting(seen, heard):
    """Whether the line before found that nothing had come yet."""
    return pending().judge(heard.timeline.answer(heard.line - 1), heard).matches or "lifespan.shutdown had come already"


case(
    "The application is shut down after the last connection is closed",
    process.starts(),
    app.is_called(scope(type="lifespan")),
    app.gets({"type": "lifespan.startup"}),
    app.begins_to_receive("shutdown"),
    app.sends({"type": "lifespan.startup.complete"}),
    process.serves(),
    slow.sends(b"GET /slow HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"),
    request.is_called(on="/slow"),
    process.gets_signal("SIGTERM"),
    app.still_waits("shutdown", ways={"waits": pending(), "came": anything()}, within=1.3),
    slow.gets_nothing(requirement("lifespan.shutdown.after-connections"), ways={
        "before shutdown": where("lifespan.shutdown has not come", still_waiting),
        "cut off": closed(after_anything=True),
    }),
    request.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    request.sends({"type": "http.response.body", "body": b"ok"}),
    slow.gets(response(200, body=b"ok")),
    request.returns(ways={"left": anything(), "ended": ended()}),
    slow.closes(),
    app.finishes("shutdown", {"type": "lifespan.shutdown"}, requirement("lifespan.shutdown.event"), within=5),
    late.sends(b"GET /late HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n",
               ways={"accepted": anything(), "not accepted": not_accepted()}),
    too_late.is_not_called(requirement("lifespan.shutdown.after-connections"), within=0.1),
    needs="lifespan",
)  # fmt: skip


@each(signal=["SIGTERM", "SIGINT"], needs="lifespan")
def is_waited_for(signal):
    """The server waits until the application has tidied up

    Both signals ask a server to stop. What it does with an interrupt is its own affair, so a server that then leaves at
    once is only noted.
    """
    yield process.starts()
    yield app.is_called(scope(type="lifespan"))
    yield app.gets({"type": "lifespan.startup"})
    yield app.begins_to_receive("shutdown")
    yield app.sends({"type": "lifespan.startup.complete"})
    yield process.serves()
    yield process.gets_signal(signal)
    yield app.finishes("shutdown", requirement("lifespan.shutdown.event"), ways={
        "event": event({"type": "lifespan.shutdown"}),
        **({"leaves at once": note(ended())} if signal == "SIGINT" else {}),
    }, within=5)  # fmt: skip
    yield app.begins_to_receive("nothing")
    yield app.still_waits("nothing", requirement("lifespan.shutdown.event"), within=0.5)
    yield app.sends({"type": "lifespan.shutdown.complete"}, requirement("lifespan.shutdown.wait-complete"))
    yield app.returns(ways={"left": anything(), "ended": ended()})
    yield process.exits(ways=AN_END)
