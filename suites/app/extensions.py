"""Extensions: that they are optional, and how their events look where an application uses them (ASGI, "Extensions")."""

from asgi_conformance.authoring import (
    ABSENT,
    as_well_as,
    case,
    conduct,
    each,
    http_scope,
    only_warned,
    requirement,
    server,
    websocket_scope,
)

REQUEST = {"type": "http.request", "body": b"", "more_body": False}
CONNECT = {"type": "websocket.connect"}

usual = server.named("usual")

OF_HTTP = {
    f"http.response.{name}": {} for name in ("push", "zerocopysend", "pathsend", "early_hint", "trailers", "debug")
}
OF_WEBSOCKET = {"websocket.http.response": {}}

SERVED = as_well_as("usual")
OPTIONAL = requirement("common.extensions.app-optional")
IGNORED = requirement("common.extensions.app-ignores-unknown")

OFFERS = {
    "no key": (ABSENT, SERVED, OPTIONAL),
    "None": (None, only_warned(SERVED), OPTIONAL),
    "an unknown one": ({"asgi_conformance.unknown": {"a": 1}}, SERVED, IGNORED),
    "all known ones": ({**OF_HTTP, **OF_WEBSOCKET}, SERVED, OPTIONAL),
}


@each(offer=OFFERS, needs="http")
def a_request_is_served_whatever_is_offered(offer):
    """A request is served, whatever extensions are offered"""
    extensions, expected, owed = OFFERS[offer]
    yield usual.calls(http_scope(), shares_state=True)
    yield usual.delivers(REQUEST)
    yield usual.gets_answer()
    yield server.calls(http_scope(extensions=extensions), shares_state=True)
    yield server.delivers(REQUEST)
    yield server.gets_answer(expected, owed)


@each(offer=OFFERS, needs="websocket")
def a_websocket_is_answered_whatever_is_offered(offer):
    """A WebSocket is answered, whatever extensions are offered"""
    extensions, expected, owed = OFFERS[offer]
    yield usual.calls(websocket_scope(), shares_state=True)
    yield usual.delivers(CONNECT)
    yield usual.gets_answer()
    yield server.calls(websocket_scope(extensions=extensions), shares_state=True)
    yield server.delivers(CONNECT)
    yield server.gets_answer(expected, owed)


WHO = ((server.named("nowhere"), "/asgi-conformance/nowhere"), (server, "/"))


@each(method=("GET", "HEAD", "POST"), needs="http")
def nothing_of_an_extension_is_sent_unasked(method):
    """Nothing of an extension is sent in a response where none is offered"""
    for who, path in WHO:
        yield who.calls(http_scope(method, path, extensions=ABSENT), shares_state=True)
        yield who.delivers(REQUEST)
    yield server.gets_answer(*conduct("common.extensions.app-no-unadvertised", "ext.debug.app-not-unadvertised"))


case(
    "A WebSocket is refused by close where denial responses are not offered",
    *(line for who, path in WHO for line in (
        who.calls(websocket_scope(path), shares_state=True),
        who.delivers(CONNECT),
    )),
    server.gets_answer(*conduct("common.extensions.app-no-unadvertised", "ext.denial.app-fallback")),
    needs="websocket",
)  # fmt: skip


FORMS = {
    "push": "ext.push.app-format",
    "zerocopysend": "ext.zerocopysend.app-format",
    "pathsend": "ext.pathsend.app-format",
    "early_hint": "ext.early-hint.app-format",
    "trailers": "ext.trailers.app-order",
    "debug": "ext.debug.app-once-before-start",
}


@each(extension=FORMS, needs="http")
def events_of_an_extension_are_as_documented(extension):
    """Events of an extension, where an application uses it, are as documented"""
    for who, path in WHO:
        yield who.calls(http_scope(path=path, http_version="2", extensions=OF_HTTP), shares_state=True)
        yield who.delivers(REQUEST)
    yield server.gets_answer(*conduct(FORMS[extension]))


case(
    "A denial response, where an application uses one, is complete and all that it sends",
    *(line for who, path in WHO for line in (
        who.calls(websocket_scope(path, extensions=OF_WEBSOCKET), shares_state=True),
        who.delivers(CONNECT),
    )),
    server.gets_answer(*conduct("ext.denial.app-order")),
    needs="websocket",
)  # fmt: skip
