"""Hooks of a framework at its start and its end, and the state between them (ASGI Lifespan)."""

from asgi_conformance.authoring import (
    case,
    conduct,
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
AT_ONCE = 5  # the line with what was printed when the shutdown was said to be complete


def never_cleaned_up(seen, heard):
    """The hook has not come to its end; perhaps there is none."""
    return "asgi-conformance: cleaned up" not in seen.text


def cleaned_up_before(seen, heard):
    """The hook had come to its end when the shutdown was said to be complete."""
    return "asgi-conformance: cleaned up" in heard.timeline.answer(AT_ONCE).text or "not yet"


def kinds(seen):
    return [plain(event)["type"] for event in seen.events]


def at_the_end(words, kind):
    """The last event is of this type."""
    return where(words, lambda seen, heard: kinds(seen)[-1:] == [kind] or f"events: {kinds(seen)}")


case(
    "A startup hook that fails is told of as a failed startup",
    server.calls(lifespan_scope()),
    server.delivers(startup),
    server.gets_answer(
        requirement(
            "lifespan.startup.app-reports-failure",
            expects=at_the_end("lifespan.startup.failed", "lifespan.startup.failed"),
        ),
        *conduct("lifespan.startup.failed.app-format"),
    ),
    needs=("contract", "lifespan"),
    options={"contract": "startup-fails"},
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
