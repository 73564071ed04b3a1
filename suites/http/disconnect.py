"""Disconnect: how the application learns that nobody listens any more (ASGI HTTP, "Disconnect - receive event")."""

from asgi_conformance.authoring import (
    app,
    body_part,
    case,
    client,
    closed,
    each,
    event,
    note,
    pending,
    raises,
    requirement,
    response,
    returns,
    scope,
    warn,
    where,
    whole_body,
)

LEAVES = {"fin": client.closes(), "rst": client.resets()}
NO_DISCONNECT = {"waits": pending(), "another event": event({"type": "http.request"})}
other_client, other = client.named("other"), app.named("other")

case(
    "The disconnect event holds its type",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.gets(whole_body(b"")),
    client.closes(),
    app.gets(requirement("http.disconnect.shape", ways={
        "only the type": where("nothing but its type", lambda seen, heard: seen.value == {"type": "http.disconnect"}),
        "further keys": note({"type": "http.disconnect"}),
        "no event": note(pending(), "no event that could have a shape"),
    })),
)  # fmt: skip


# --------------------------------------------------------------------------- the client goes away


@each(leaves=LEAVES)
def a_waiting_receive_is_woken(leaves):
    """A receive that waits gets http.disconnect when the client closes"""
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(type="http"))
    yield app.gets(whole_body(b""))
    yield app.begins_to_receive("disconnect")
    yield LEAVES[leaves]
    yield app.finishes("disconnect", {"type": "http.disconnect"}, requirement("http.disconnect.on-client-close"))


@each(leaves=LEAVES)
def a_waiting_receive_is_woken_while_streaming(leaves):
    """A receive that waits during the response gets http.disconnect when the client closes"""
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(type="http"))
    yield app.gets(whole_body(b""))
    yield app.sends({"type": "http.response.start", "status": 200, "headers": []})
    yield app.sends({"type": "http.response.body", "body": b"some", "more_body": True})
    yield client.gets(body_part(b"some"))
    yield app.begins_to_receive("disconnect")
    yield LEAVES[leaves]
    yield app.finishes("disconnect", {"type": "http.disconnect"}, requirement("http.disconnect.on-client-close"))


@each(leaves=LEAVES)
def a_later_receive_hears_of_it(leaves):
    """A receive that begins after the client has left gets http.disconnect"""
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(type="http"))
    yield app.gets(whole_body(b""))
    yield app.sends({"type": "http.response.start", "status": 200, "headers": []})
    yield app.sends({"type": "http.response.body", "body": b"some", "more_body": True})
    yield client.gets(body_part(b"some"))
    yield LEAVES[leaves]
    yield app.gets({"type": "http.disconnect"}, requirement("http.disconnect.on-client-close"))


# --------------------------------------------------------------------------- after the response

case(
    "A receive after the response gets http.disconnect",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.gets(whole_body(b"")),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    app.sends({"type": "http.response.body", "body": b"ok", "more_body": False}),
    client.gets(response(200, body=b"ok")),
    app.gets({"type": "http.disconnect"}, requirement("http.disconnect.after-response")),
    note="""The event is sent if receive is called after a response has been sent, or after the connection has been
    closed: either is enough, so it comes while the client stays connected.""",
)

case(
    "A receive that waits when the response ends gets http.disconnect",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.gets(whole_body(b"")),
    app.begins_to_receive("disconnect"),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    app.sends({"type": "http.response.body", "body": b"ok", "more_body": False}),
    client.gets(response(200, body=b"ok")),
    app.finishes("disconnect", requirement("http.disconnect.after-response"), within=0.5, ways={
        "told": event({"type": "http.disconnect"}),
        "not told": warn(pending(), "it waits on, though the response is over"),
    }),
    note="""The text sends the event to a receive that is called after the response, and does not speak of one that
    waits already: one that waits on is warned of.""",
)  # fmt: skip

case(
    "A request body that nobody read is not delivered after the response",
    client.sends(b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 20000\r\n\r\n" + b"x" * 20000),
    app.is_called(scope(type="http")),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    app.sends({"type": "http.response.body", "body": b"ok", "more_body": False}),
    client.gets(response(200, body=b"ok")),
    app.gets(requirement("http.disconnect.unread-body-after-response", ways={
        "http.disconnect": event({"type": "http.disconnect"}),
        "body first": warn(event({"type": "http.request"}), "a queued body event came first"),
    })),
    note="""
        What the text sends to a receive after the response is http.disconnect, and nothing else. It does not say what
        becomes of a body that has arrived before, and four of five servers hand it out first: a warning (A14).
    """,
)  # fmt: skip


# --------------------------------------------------------------------------- again and again

case(
    "After the response every receive gets http.disconnect",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.gets(whole_body(b"")),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    app.sends({"type": "http.response.body", "body": b"ok", "more_body": False}),
    client.gets(response(200, body=b"ok")),
    app.gets({"type": "http.disconnect"}, within=0.5),
    app.gets({"type": "http.disconnect"}, requirement("http.disconnect.repeatable"), within=0.5),
    app.gets({"type": "http.disconnect"}, requirement("http.disconnect.repeatable"), within=0.5),
    note="""The wording of 2022 makes it the answer to every call after the response. That it comes only once is warned
    of.""",
)

case(
    "After the client has left every receive gets http.disconnect",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.gets(whole_body(b"")),
    client.closes(),
    app.gets({"type": "http.disconnect"}),
    app.gets({"type": "http.disconnect"}, requirement("http.disconnect.repeatable"), within=0.5),
    app.gets({"type": "http.disconnect"}, requirement("http.disconnect.repeatable"), within=0.5),
)


# --------------------------------------------------------------------------- not before

case(
    "The end of the request body is no disconnect",
    client.sends(b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nbody"),
    app.is_called(scope(type="http")),
    app.gets(whole_body(b"body")),
    app.begins_to_receive("disconnect"),
    app.still_waits("disconnect", requirement("http.disconnect.not-early", ways=NO_DISCONNECT)),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    app.sends({"type": "http.response.body", "body": b"ok", "more_body": False}),
    app.returns(),
    client.gets(response(200, body=b"ok"), requirement("http.disconnect.not-early")),
)

case(
    "A piece of the response is no disconnect",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.gets(whole_body(b"")),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"7")]}),
    app.sends({"type": "http.response.body", "body": b"one ", "more_body": True}),
    app.begins_to_receive("disconnect"),
    app.still_waits("disconnect", requirement("http.disconnect.not-early", ways=NO_DISCONNECT)),
    app.sends({"type": "http.response.body", "body": b"two", "more_body": False}),
    app.returns(),
    client.gets(response(200, body=b"one two"), requirement("http.disconnect.not-early")),
)


# --------------------------------------------------------------------------- recorded only

case(
    "A client that shuts down its sending side is served or dropped",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.gets(whole_body(b"")),
    app.begins_to_receive("disconnect"),
    client.shuts_down_sending(),
    app.still_waits("disconnect", ways={"waits": pending(), "http.disconnect": event({"type": "http.disconnect"})}),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]},
              ways={"sent": returns(), "raises": raises()}),
    app.sends({"type": "http.response.body", "body": b"ok", "more_body": False},
              ways={"sent": returns(), "raises": raises()}),
    client.gets(requirement("http.disconnect.half-close", ways={
        "served": response(200, body=b"ok"),
        "dropped": note(closed(), "closed without a response"),
    })),
    note="The specification does not speak of half-closed connections.",
)  # fmt: skip

case(
    "A request whose client has left is delivered with its body or as a disconnect",
    client.sends(b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nbody"),
    app.is_called(scope(type="http", path="/")),
    client.closes(),
    other_client.sends(b"GET /other HTTP/1.1\r\nHost: test\r\n\r\n"),
    other.is_called(scope(path="/other")),
    other.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    other.sends({"type": "http.response.body", "body": b"ok", "more_body": False}),
    other_client.gets(response(200, body=b"ok")),
    app.gets(requirement("http.disconnect.queued-body-order", ways={
        "body first": event({"type": "http.request"}),
        "disconnect first": event({"type": "http.disconnect"}),
    })),
    note="""Which comes first is not said. The other exchange is there to let the server notice that the client has
    left.""",
)  # fmt: skip
