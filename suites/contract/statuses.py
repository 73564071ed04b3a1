"""Responses without content, as events (ASGI HTTP, "Response Start", "Response Body")."""

from asgi_conformance.authoring import answer, case, conduct, each, http_scope, if_offered, server, where

no_body = {"type": "http.request", "body": b"", "more_body": False}
started = where("a response", lambda seen, heard: status_of(seen) in (200, 301, 302, 303, 307, 308))


def status_of(seen):
    return next((event["status"] for event in seen.events if event["type"] == "http.response.start"), None)


@each(code=[200, 204, 304], needs="contract")
def _(code):
    """A start is followed by a body, also where there is nothing to say"""
    yield server.calls(http_scope(path=f"/status/{code}"), shares_state=True)
    yield server.delivers(no_body)
    yield server.gets_answer(if_offered(answer(code)), *conduct("http.response.start.app-body-follows"))


@each(path=["/", "/path/x", "/file"], needs="contract")
def _(path):
    """A start is followed by a body, also for HEAD"""
    yield server.calls(http_scope("HEAD", path), shares_state=True)
    yield server.delivers(no_body)
    yield server.gets_answer(if_offered(answer(200)), *conduct("http.response.start.app-body-follows"))


case(
    "A start is followed by a body, also of a redirect",
    server.calls(http_scope(path="/redirect", query_string=b"to=/caf%C3%A9"), shares_state=True),
    server.delivers(no_body),
    server.gets_answer(if_offered(answer()), *conduct("http.response.start.app-body-follows")),
    needs="contract",
)


@each(path=["/set-cookies", "/repeated", "/redirect", "/file", "/events"], needs="contract")
def _(path):
    """Header fields are pairs of bytes, with names in lower case and no pseudo headers"""
    query = {"/redirect": b"to=/caf%C3%A9", "/events": b"key=statuses-events"}.get(path, b"")
    yield server.calls(http_scope(path=path, query_string=query, http_version="2"), shares_state=True)
    yield server.delivers(no_body)
    yield server.gets_answer(
        if_offered(started),
        *conduct(
            "http.response.start.headers.bytes",
            "http.response.start.headers.app-lowercase",
            "http.response.start.headers.no-pseudo",
        ),
    )
