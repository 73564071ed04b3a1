"""Request: how the body reaches the application (ASGI HTTP, "Request - receive event")."""

from asgi_conformance.authoring import (
    anything,
    app,
    case,
    client,
    each,
    interim,
    never_called,
    note,
    pending,
    requirement,
    response,
    scope,
    where,
    whole_body,
)

case(
    "The first event of a request is http.request",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.gets({"type": "http.request"}, requirement("http.request.first-event")),
)


# --------------------------------------------------------------------------- keys

BODIES = {
    "sized": b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nbody",
    "chunked": b"POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n",
}


def exact_types(seen, heard):
    for event in seen.events:
        if type(event.get("body", b"")) is not bytes or type(event.get("more_body", False)) is not bool:
            return f"{event}"
    return True


@each(body=BODIES)
def the_keys(body):
    """body is bytes and more_body a bool"""
    yield client.sends(BODIES[body])
    yield app.is_called(scope(type="http"))
    yield app.gets_body(where("bytes and bool, where they are given", exact_types), requirement("http.request.keys"))


# --------------------------------------------------------------------------- more_body


def ends_with_its_last(seen, heard):
    flags = [event.get("more_body", False) for event in seen.events if event.get("type") == "http.request"]
    complete = len(flags) == len(seen.events) and flags == [True] * (len(flags) - 1) + [False]
    return complete or f"more_body: {flags} in {len(seen.events)} event(s)"


@each(size=[8192, 65536, 131072])
def more_body(size):
    """more_body is False on the last event of the body, and only there"""
    yield client.begins_to_send(b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: %d\r\n\r\n" % size, b"a" * size)
    yield app.is_called(scope(type="http"))
    yield app.gets_body(
        where("True, and False at the end", ends_with_its_last), requirement("http.request.more-body-final")
    )


@each(chunks=[1, 8, 16])
def more_body_of_chunks(chunks):
    """more_body is False on the last event of a chunked body, and only there"""
    body = b"2000\r\n%b\r\n" % (b"a" * 8192) * chunks + b"0\r\n\r\n"
    yield client.begins_to_send(b"POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n", body)
    yield app.is_called(scope(type="http"))
    yield app.gets_body(
        where("True, and False at the end", ends_with_its_last), requirement("http.request.more-body-final")
    )


@each(body=BODIES)
def nothing_after_the_last(body):
    """After the last event of the body nothing comes while the client waits"""
    yield client.sends(BODIES[body])
    yield app.is_called(scope(type="http"))
    yield app.gets_body()
    yield app.begins_to_receive("another")
    yield app.still_waits("another", requirement("http.request.nothing-after-final"))


# --------------------------------------------------------------------------- streaming

case(
    "What has come of a body is passed on before the rest",
    client.sends(b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\nhello"),
    app.is_called(ways={"at once": scope(type="http"), "not yet": pending()}, within=0.3),
    app.gets(
        requirement("http.request.streaming"),
        ways={
            "streamed": {"type": "http.request", "body": b"hello", "more_body": True},
            "called at the end of the body": note(never_called(), "the whole body is read before the call"),
        },
        within=0.5,
    ),
    client.sends(b"world"),
    app.gets(whole_body(b"world")),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    app.sends({"type": "http.response.body", "body": b"ok"}),
    client.gets(response(200)),
)

BEGUN = {"begun": anything(), "never called": never_called()}

case(
    "Expect: 100-continue is met, at the latest when the application asks for the body",
    client.sends(b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"),
    app.is_called(ways={"at once": scope(type="http"), "not yet": pending()}, within=0.3),
    app.begins_to_receive_body("body", ways=BEGUN),
    client.gets(interim(100), requirement("http.request.expect-continue"), within=0.5),
    client.sends(b"hello"),
    app.finishes("body", whole_body(b"hello")),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    app.sends({"type": "http.response.body", "body": b"ok"}),
    client.gets(response(200)),
)


# --------------------------------------------------------------------------- a client that vanishes

UNFINISHED = {
    "sized": b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\nfour",
    "chunked": b"POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n",
    "within-a-chunk": b"POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nfour",
}


def ends_with_a_disconnect(seen, heard):
    kinds = [event.get("type") for event in seen.events]
    complete = [event for event in seen.events if event.get("type") == "http.request" and not event.get("more_body")]
    return (kinds[-1] == "http.disconnect" and not complete) or f"{list(seen.events)}"


VANISHED = {
    "http.disconnect": where("http.disconnect, and no complete body", ends_with_a_disconnect),
    "never called": never_called(),
}


@each(body=["sized", "chunked"])
def a_client_closes(body):
    """A client that closes within the body is an http.disconnect

    A server that reads the whole body first never calls the application, which is just as well.
    """
    yield client.sends(UNFINISHED[body])
    yield app.is_called(ways={"at once": scope(type="http"), "not yet": pending()}, within=0.3)
    yield client.closes()
    yield app.gets_body(requirement("http.request.disconnect-mid-body"), ways=VANISHED)


case(
    "A client that resets the connection within the body is an http.disconnect",
    client.sends(UNFINISHED["sized"]),
    app.is_called(ways={"at once": scope(type="http"), "not yet": pending()}, within=0.3),
    client.resets(),
    app.gets_body(requirement("http.request.disconnect-mid-body"), ways=VANISHED),
)


@each(body=UNFINISHED)
def a_client_is_gone_already(body):
    """A body that the client did not finish is never complete

    The client is gone by the time that the application is called, if it still is.
    """
    yield client.sends(UNFINISHED[body])
    yield client.closes()
    yield app.is_called(ways={"called": scope(type="http"), "not called": pending()}, within=0.1)
    yield app.gets_body(requirement("http.request.disconnect-mid-body"), ways=VANISHED)
