"""Any sequence of events, most of them illegal: it ends, and nobody else notices.

Which illegal event raises is the business of the suites for each; here whatever becomes of it is lawful, except that
the client waits for ever, that it gets what is no answer, or that the next request is not served.
"""

from hypothesis import strategies as st

from asgi_conformance.authoring import (
    anything,
    app,
    client,
    closed,
    ended,
    generated,
    raises,
    requirement,
    response,
    returns,
    truncated_response,
    whole_body,
)

START = {"type": "http.response.start", "status": 200}
BODY = {"type": "http.response.body", "body": b"x"}
EVENTS = st.sampled_from(
    (
        START,
        {**START, "status": 404, "headers": [(b"content-length", b"1")]},
        {**START, "headers": [(b"content-length", b"5")]},
        {**START, "status": "200"},
        {**START, "headers": [("x-a", "b")]},
        {**START, "headers": [(b"x-a", b"1\r\nx-b: 2")]},
        {**START, "headers": None},
        {"type": "http.response.start"},
        BODY,
        {**BODY, "more_body": True},
        {**BODY, "body": "text"},
        {**BODY, "body": None},
        {"type": "http.response.body"},
        {"type": "http.response.trailers", "headers": [(b"x-t", b"1")]},
        {"type": "http.response.unknown"},
        {"type": "http.request"},
        {"type": "websocket.accept"},
        {"type": "websocket.send", "text": "x"},
        {"type": "lifespan.startup.complete"},
        {"type": None},
        {},
    )
)
"""What an application might send, in whatever order."""
AFTER = app.named("after")


def dialogue(draw):
    """A request whose application sends what it likes, and then ends, with what `send` raised last or without."""
    yield client.sends(b"GET /mistakes HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
    yield app.is_called(on="/mistakes")
    for event in draw(st.lists(EVENTS, min_size=1, max_size=6)):
        yield app.sends(event, ways={"returns": returns(), "raises": raises(), "over": ended()})
    ends = app.reraises if draw(st.booleans()) else app.returns
    yield ends(ways={"left": anything(), "over": ended()})


@generated()
def the_next_request(draw):
    """Whatever an application sends, the next request is served"""
    yield from dialogue(draw)
    yield client.named("after").sends(b"GET /after HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
    yield AFTER.is_called(requirement("common.error.app-exception.isolated"), on="/after")
    yield AFTER.gets(whole_body(b""))
    yield AFTER.sends({**START, "headers": [(b"content-length", b"5")]})
    yield AFTER.sends({**BODY, "body": b"after"})
    yield client.named("after").gets(response(200, body=b"after"), requirement("common.error.app-exception.isolated"))


@generated()
def one_answer(draw):
    """Whatever an application sends, its client gets one answer or the end of the connection"""
    yield from dialogue(draw)
    yield client.gets(
        requirement(
            "http.app.return-without-start",
            ways={"complete": response(), "cut": truncated_response(), "closed": closed()},
        )
    )
