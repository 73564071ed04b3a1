"""The lifespan protocol, or an exception (Lifespan, "Scope", "Lifespan State", "Startup", "Shutdown").

An application may refuse to start, and say so. Each case is a process of its own.
"""

from asgi_conformance.authoring import (
    ABSENT,
    case,
    conduct,
    each,
    ended,
    event,
    events_of,
    lifespan_scope,
    plain,
    rejects,
    requirement,
    returns,
    server,
    warn,
    where,
)

STARTUP = {"type": "lifespan.startup"}
SHUTDOWN = {"type": "lifespan.shutdown"}

STARTED = {
    "complete": event({"type": "lifespan.startup.complete"}),
    "failed": event({"type": "lifespan.startup.failed"}),
}
STOPPED = {
    "complete": event({"type": "lifespan.shutdown.complete"}),
    "failed": event({"type": "lifespan.shutdown.failed"}),
}
OURS = {"asgi_conformance.key": "ours"}


def same_object(seen, heard):
    """An object of its own is its own affair, unless it holds what then never reaches the server."""
    given = heard.timeline.entries[0].seen
    lost = [name for name in plain(seen.scope.get("state")) or () if name not in OURS]
    return given.ids["state"] == seen.ids.get("state") or not lost or f"another object, with {lost}"


def hygienic(seen, heard):
    state = plain(seen.scope["state"])
    odd = [f"{name!r} is no str" for name in state if not isinstance(name, str)]
    if state.get("asgi_conformance.key") != "ours":
        odd.append("a key that another has put there is gone or changed")
    return not odd or odd[0]


case(
    "A lifespan goes from startup to shutdown",
    server.calls(lifespan_scope(state=OURS)),
    server.delivers(STARTUP),
    server.gets(requirement("lifespan.startup.complete-shape"), ways=STARTED),
    server.looks_at_scope(
        requirement("lifespan.state.app-mutates-in-place", expects=where("the state that was given", same_object)),
        requirement("lifespan.state.app-key-hygiene", expects=where("str as keys, and others' keys kept", hygienic)),
    ),
    server.gets_nothing(requirement("lifespan.app.keeps-waiting")),
    server.delivers(SHUTDOWN),
    server.gets(requirement("lifespan.shutdown.app-replies"), ways=STOPPED),
    server.sees_the_end(returns(), requirement("lifespan.shutdown.app-returns"), *conduct(
        "lifespan.startup.complete-shape", "lifespan.shutdown.app-replies",
    )),
    needs="lifespan",
)  # fmt: skip

case(
    "Nothing is answered before startup",
    server.calls(lifespan_scope()),
    server.gets_nothing(requirement("lifespan.startup.app-waits-for-event")),
    needs="lifespan",
)

OLDER = {
    "no state": (lifespan_scope(state=ABSENT), requirement("lifespan.scope.app-minimal")),
    "no spec_version": (lifespan_scope(asgi={"version": "3.0"}), requirement("common.scope.asgi.spec-version-default")),
    "no version": (lifespan_scope(asgi={}), requirement("common.scope.asgi.version-default")),
    "more": (lifespan_scope(**{"asgi_conformance.key": "value"}), requirement("common.scope.extra-keys-tolerated")),
}


@each(scope=OLDER, needs="lifespan")
def startup_is_answered_whatever_the_scope_holds(scope):
    """Startup is answered without the optional keys of the scope, and with others

    An application that cannot do without state says that it has failed to start. An exception tells the server that
    there is no lifespan, which has just been shown to be wrong; but exceptions are allowed.
    """
    given, owed = OLDER[scope]
    yield server.calls(given)
    yield server.delivers(STARTUP)
    yield server.gets(owed, ways={**STARTED, "raises": warn(ended())})


MORE = {"asgi_conformance.key": "value"}
EXTRA_KEYS = requirement("common.receive.extra-keys-accepted")


def no_exception(seen, heard):
    raised = seen.outcome.raised if seen.outcome else None
    return raised is None or bool(seen.events) or f"it raised {raised.type}: {raised.text}"


case(
    "Events of the lifespan may have keys that nobody knows",
    server.calls(lifespan_scope()),
    server.delivers({**STARTUP, **MORE}),
    server.gets_answer(where("no exception instead of a reply", no_exception), EXTRA_KEYS),
    server.delivers({**SHUTDOWN, **MORE}),
    server.gets_answer(where("no exception instead of a reply", no_exception), EXTRA_KEYS),
    needs="lifespan",
)

case(
    "What is no startup is rejected",
    server.calls(lifespan_scope()),
    server.delivers({"type": "lifespan.asgi_conformance"}),
    server.gets_answer(rejects(1), requirement("common.receive.invalid.unknown-type")),
    needs="lifespan",
)


def supported_or_refused(seen, heard):
    outcome, kinds = seen.outcome, [event.get("type") for event in events_of(seen)]
    if kinds:
        return kinds[0] in ("lifespan.startup.complete", "lifespan.startup.failed") or f"it sent {kinds[0]}"
    if outcome is None:
        return "it waits, and so does its server"
    return outcome.raised is not None or "it returned without a word"


case(
    "An application without lifespan raises an exception",
    server.calls(lifespan_scope()),
    server.delivers(STARTUP),
    server.gets_answer(
        where("an answer to startup, or an exception", supported_or_refused),
        requirement("lifespan.unsupported.app-raises"),
        requirement("common.scope.unsupported-known-type-rejected"),
    ),
)
