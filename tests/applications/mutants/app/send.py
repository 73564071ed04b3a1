"""Sins in events of whatever type (ASGI, "Events", "Applications")."""

from decimal import Decimal

from applications.changing import behind, changed, with_keys
from applications.mutation import mutant

START, BODY = "http.response.start", "http.response.body"


@mutant(breaks="common.event.is-dict")
def sends_pairs(application):
    return changed(application, sent=behind(BODY, [("type", BODY)]))


@mutant(breaks="common.event.type-key")
def sends_a_kind(application):
    return changed(application, sent=behind(BODY, {"kind": "note"}))


@mutant(breaks="common.event.type-namespaced")
def sends_events_of_its_own(application):
    return changed(application, sent=behind(BODY, {"type": "mychat.message"}))


@mutant(breaks="common.event.keys-are-str")
def names_a_key_in_bytes(application):
    return changed(application, sent=lambda event, scope: [{**event, b"note": 1} if event["type"] == START else event])


@mutant(breaks="common.event.allowed-types.sent")
def sends_a_decimal(application):
    return changed(application, sent=with_keys("websocket.send", note=Decimal(1)))


@mutant(breaks="common.event.int-range")
def sends_a_great_number(application):
    return changed(application, sent=with_keys(START, note=2**63))


@mutant(breaks="common.event.float-finite")
def sends_a_number_without_end(application):
    return changed(application, sent=with_keys("websocket.accept", note=float("inf")))


@mutant(breaks="common.send.positional-by-app")
def names_the_event(application):
    async def mutated(scope, receive, send):
        await application(scope, receive, lambda event: send(message=event))

    return mutated


@mutant(breaks="common.send.positional-by-app")
def forgets_to_await(application):
    async def mutated(scope, receive, send):
        await application(scope, receive, send)
        if scope["type"] == "http":
            send({"type": BODY})

    return mutated
