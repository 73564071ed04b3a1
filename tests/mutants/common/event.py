"""Sins against what all events have in common (ASGI, "Events")."""

from types import MappingProxyType

from citizen.mutation import mutant, override


@mutant(breaks="common.event.is-dict")
def delivers_a_mapping_that_is_no_dict(parts):
    @override(parts.websocket, "connect_event")
    def connect_event(original, self):
        return MappingProxyType(original(self))


@mutant(breaks=("common.event.allowed-types.received", "common.strings.exact-types"))
def has_a_type_that_is_a_subclass_of_str(parts):
    class Type(str):
        __slots__ = ()

    @override(parts.http, "request_event")
    def request_event(original, self, body, more):
        return {**original(self, body, more), "type": Type("http.request")}


@mutant(
    breaks=("common.event.type-namespaced", "websocket.disconnect.after-reject", "websocket.disconnect.code-present")
)
def sends_http_disconnect_to_a_rejected_websocket(parts):
    @override(parts.websocket, "reject")
    def reject(original, self, status):
        original(self, status)
        self.disconnect_event = lambda code, reason: {"type": "http.disconnect"}


@mutant(breaks="common.event.keys-are-str")
def adds_a_key_of_bytes(parts):
    @override(parts.http, "request_event")
    def request_event(original, self, body, more):
        return {**original(self, body, more), b"body": body}


@mutant(breaks="common.event.allowed-types.received")
def adds_a_tuple_to_an_event(parts):
    @override(parts.http, "request_event")
    def request_event(original, self, body, more):
        return {**original(self, body, more), "peer": ("127.0.0.1", 1)}


@mutant(breaks=("common.event.allowed-types.received", "common.strings.exact-types", "http.request.keys"))
def delivers_the_body_as_a_bytearray(parts):
    @override(parts.http, "request_event")
    def request_event(original, self, body, more):
        return original(self, bytearray(body), more)


@mutant(breaks="common.event.int-range")
def adds_a_number_of_65_bits(parts):
    @override(parts.http, "request_event")
    def request_event(original, self, body, more):
        return {**original(self, body, more), "limit": 2**64 - 1}


@mutant(breaks="common.event.float-finite")
def adds_an_infinite_number(parts):
    @override(parts.http, "request_event")
    def request_event(original, self, body, more):
        return {**original(self, body, more), "limit": float("inf")}


@mutant(breaks="common.receive.new-event-each-time")
def has_one_disconnect_event_for_everybody(parts):
    event = {"type": "http.disconnect"}

    @override(parts.http, "disconnect_event")
    def disconnect_event(original, self):
        return event
