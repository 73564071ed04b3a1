"""Hooks of a framework at its start and its end, and the state between them (ASGI Lifespan)."""

from asgi_conformance.authoring import (
    case,
    conduct,
    http_scope,
    if_offered,
    json_response,
    lifespan_scope,
    note,
    plain,
    requirement,
    server,
    warn,
    where,
)

startup, shutdown = {"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}
started, stopped = {"type": "lifespan.startup.complete"}, {"type": "lifespan.shutdown.complete"}
no_body = {"type": "http.request", "body": b"", "more_body": False}
route = server.named("route")
STARTUP = 2  # the line with what came of the failing startup hook
AT_ONCE = 5  # the line with what was printed when the shutdown was said to be complete


def never_cleaned_up(seen, heard):
    """The hook has not come to its end; perhaps there is none."""
    return "asgi-conformance: cleaned up" not in seen.text


def cleaned_up_before(seen, heard):
    """The hook had come to its end when the shutdown was said to be complete."""
    return "asgi-conformance: cleaned up" in heard.timeline.answer(AT_ONCE).text or "not yet"


def kinds(seen):
    return [plain(event)["type"] for event in seen.events]


def startup_failed(seen, heard):
    """The last event of the lifespan call says so."""
    startup = heard.timeline.answer(STARTUP)
    return kinds(startup)[-1:] == ["lifespan.startup.failed"] or f"events: {kinds(startup)}"


def not_absent(seen, heard):
    """There is something at this path, whatever comes of it behind a startup that has failed."""
    return 404 not in [plain(event).get("status") for event in seen.events]


def at_the_end(words, kind):
    """The last event is of this type."""
    return where(words, lambda seen, heard: kinds(seen)[-1:] == [kind] or f"events: {kinds(seen)}")


case(
    "A startup hook that fails is told of as a failed startup",
    server.calls(lifespan_scope()),
    server.delivers(startup),
    server.gets_answer(),
    route.calls(http_scope(path="/state")),
    route.delivers(no_body),
    route.gets_answer(
        if_offered(where("a route", not_absent)),
        requirement(
            "lifespan.startup.app-reports-failure",
            expects=where("lifespan.startup.failed at the end of the startup", startup_failed),
        ),
        *conduct("lifespan.startup.failed.app-format"),
    ),
    needs=("contract", "lifespan"),
    options={"contract": "startup-fails"},
    note="Whoever has no route /state has no hook that could fail: then there is nothing to tell.",
)

case(
    "A shutdown is complete when the hook has come to its end",
    server.calls(lifespan_scope()),
    server.delivers(startup),
    server.gets(started),
    server.delivers(shutdown),
    server.gets(stopped),
    server.has_printed(),
    server.waits(1),
    server.has_printed(
        requirement("lifespan.shutdown.app-cleanup-first"),
        ways={"before": where("cleaned up before", cleaned_up_before), "never": note(where("never", never_cleaned_up))},
    ),
    needs=("contract", "lifespan"),
)

case(
    "A shutdown hook that fails is told of",
    server.calls(lifespan_scope()),
    server.delivers(startup),
    server.gets(started),
    server.delivers(shutdown),
    server.gets_answer(
        requirement(
            "lifespan.shutdown.app-replies",
            ways={
                "failed": at_the_end("lifespan.shutdown.failed", "lifespan.shutdown.failed"),
                "complete": note(at_the_end("lifespan.shutdown.complete", "lifespan.shutdown.complete")),
                "raises": warn(where("an exception", lambda seen, heard: seen.outcome.raised is not None)),
            },
        ),
    ),
    needs=("contract", "lifespan"),
    options={"contract": "shutdown-fails"},
)

# --------------------------------------------------------------------------- state

case(
    "What the startup hook has made is there for requests",
    server.calls(http_scope(path="/state"), shares_state=True),
    server.delivers(no_body),
    server.gets_answer(if_offered(json_response({"started": True})), requirement("contract.state.reaches-requests")),
    needs=("contract", "lifespan"),
)


def same_dict(seen, heard):
    """The dict that we gave is still the one in the scope."""
    given = heard.timeline.answer(0)
    return seen.ids.get("state") == given.ids["state"] or "scope['state'] is another dict"


def names(seen, heard):
    """Every key is a str, and ours is as it was."""
    state = plain(seen.scope["state"])
    if plain(state.get("ours")) != "value":
        return f"our own key is {state.get('ours')!r}"
    return all(isinstance(plain(name), str) for name in state) or f"keys: {list(state)}"


case(
    "State is stored in the dict that the server gave, beside what others have stored",
    server.calls(lifespan_scope(state={"ours": "value"})),
    server.delivers(startup),
    server.gets(started),
    server.looks_at_scope(
        requirement("lifespan.state.app-mutates-in-place", expects=where("the same dict", same_dict)),
        requirement("lifespan.state.app-key-hygiene", expects=where("keys are str, and others' untouched", names)),
    ),
    needs=("contract", "lifespan"),
)
