"""Sins in what an application takes for an event (ASGI, "Error Handling")."""

from applications.changing import changed
from applications.mutation import mutant

KNOWN = {"type", "body", "more_body", "text", "bytes", "code", "reason"}
TYPES = {"http.request", "http.disconnect"}


@mutant(breaks="common.receive.extra-keys-accepted")
def knows_every_key(application):
    def received(event, scope):
        if set(event) - KNOWN:
            raise TypeError(set(event) - KNOWN)
        return event

    return changed(application, received=received)


@mutant(breaks="common.receive.invalid.unknown-type")
def takes_everything_for_a_body(application):
    def received(event, scope):
        return event if event.get("type", "http.request") in TYPES else {"type": "http.request"}

    return changed(application, kinds={"http"}, received=received)


@mutant(breaks="common.receive.invalid.unknown-type")
def takes_everything_for_a_startup(application):
    def received(event, scope):
        return {"type": "lifespan.startup"} if event["type"] == "lifespan.asgi_conformance" else event

    return changed(application, kinds={"lifespan"}, received=received)


@mutant(breaks="common.receive.invalid.malformed")
def needs_no_type(application):
    return changed(application, kinds={"http"}, received=lambda event, scope: {"type": "http.request", **event})


@mutant(breaks="common.receive.invalid.malformed")
def makes_bytes_of_text(application):
    def received(event, scope):
        return {**event, "body": event["body"].encode()} if isinstance(event.get("body"), str) else event

    return changed(application, kinds={"http"}, received=received)


@mutant(breaks="common.receive.invalid.malformed")
def takes_nothing_for_an_empty_message(application):
    def received(event, scope):
        nothing = event.get("text") is None and event.get("bytes") is None
        return {**event, "text": ""} if nothing else event

    return changed(application, kinds={"websocket"}, received=received)
