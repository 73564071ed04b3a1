"""Request bodies, as far as it shows without knowing what an application does with them (ASGI HTTP, "Request").

Nobody has to read a body: what an application owes is told from what it received itself in the usual call.
"""

from asgi_conformance.authoring import (
    as_well_as,
    case,
    each,
    events_of,
    http_scope,
    note,
    only_noted,
    only_warned,
    reads_as_far_as,
    requirement,
    server,
    where,
)


def part(body, more_body):
    return {"type": "http.request", "body": body, "more_body": more_body}


def post(body):
    fields = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    return http_scope("POST", headers=fields)


usual = server.named("usual")
EMPTY = part(b"", False)
DIGIT = part(b"1", False)

DEFAULTS = {
    "no key": ({"type": "http.request"}, EMPTY),
    "no body": ({"type": "http.request", "more_body": False}, EMPTY),
    "no more_body": ({"type": "http.request", "body": b"1"}, DIGIT),
}


@each(method=("GET", "POST"), event=DEFAULTS, needs="http")
def a_request_event_without_keys_has_their_defaults(method, event):
    """A request event without keys means their defaults"""
    short, long = DEFAULTS[event]
    scope = {**post(long["body"]), "method": method}
    yield usual.calls(scope, shares_state=True)
    yield usual.delivers(long)
    yield usual.gets_answer()
    yield server.calls(scope, shares_state=True)
    yield server.delivers(short)
    yield server.gets_answer(as_well_as("usual"), requirement("http.request.app-defaults"))


JSON = b'{"a": 1}'

case(
    "An empty part of a body is not its end",
    usual.calls(post(JSON), shares_state=True),
    usual.delivers(*(part(JSON[at : at + 1], True) for at in range(4)), part(JSON[4:], False)),
    usual.gets_answer(),
    server.calls(post(JSON), shares_state=True),
    server.delivers(part(b"", True), part(JSON[:4], True), part(b"", True), part(b"", True), part(JSON[4:], False)),
    server.gets_answer(as_well_as("usual"), reads_as_far_as("usual"), requirement("http.request.app-empty-chunk")),
    needs="http",
    note="In as many parts in both calls: who discards the body while it answers takes as many as there is time for.",
)


def error(seen, heard):
    return any(event.get("status", 0) >= 400 for event in events_of(seen))


case(
    "A body is waited for to its end",
    usual.calls(post(JSON), shares_state=True),
    usual.delivers(part(JSON, False)),
    usual.gets_answer(),
    server.calls(post(JSON), shares_state=True),
    server.delivers(part(JSON[:2], True)),
    server.waits(0.05),
    server.delivers(part(JSON[2:4], True)),
    server.waits(0.05),
    server.delivers(part(JSON[4:], False)),
    server.gets_answer(only_noted(reads_as_far_as("usual")), requirement("http.request.app-waits-for-body")),
    needs="http",
    note="Who takes the first event for a mere signal, and the body for nothing, has nothing to wait for.",
)


def ends(seen, heard):
    return seen.outcome is not None


def no_success(seen, heard):
    successes = [event["status"] for event in events_of(seen) if event.get("status", 500) < 400]
    return ends(seen, heard) and not successes


def unaware(seen, heard):
    steps = [step for log in heard.timeline.logs() for step in log.steps if step.what.name == "RECEIVED"]
    return all(step.value.get("type") != "http.disconnect" for step in steps)


@each(method=("POST", "PUT"), needs="http")
def a_body_that_is_cut_off_is_not_taken_for_whole(method):
    """A body that is cut off is not taken for a whole one

    A response to nobody is lawful, and whether it is a success because of the body, or whatever the body is, cannot be
    told from outside: that is noted. A call that goes on for ever, and has received the disconnect, is a warning: the
    text has no strict word about it.
    """
    yield server.calls({**post(JSON), "method": method}, shares_state=True)
    yield server.delivers(part(JSON[:4], True), {"type": "http.disconnect"})
    yield server.gets_answer(requirement("http.request.app-disconnect-mid-body", ways={
        "no success": only_warned(where("the call ends, without a success", no_success)),
        "a success to nobody": note(where("the call ends", ends)),
        "unaware": note(where("the disconnect is not asked for", unaware)),
    }))  # fmt: skip


@each(method=("GET", "POST"), needs="http")
def work_begins_with_the_request_event(method):
    """Nothing is answered before the request event"""
    yield server.calls({**post(b""), "method": method}, shares_state=True)
    yield server.gets_nothing(requirement("http.request.app-trigger"))
