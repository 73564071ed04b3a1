"""Sending to nobody: `send` once the client has gone (ASGI HTTP, "Disconnected Client - send exception").

Closed means that the client has gone; a response that is complete on a connection that stays is another matter
(response_body). What is owed below 2.4 of the specification, a send that does nothing, stands with the general rules.
"""

import re

from asgi_conformance.authoring import (
    app,
    body_part,
    case,
    client,
    each,
    ended,
    process,
    raises,
    requirement,
    response,
    returns,
    scope,
    warn,
    where,
    whole_body,
)

other_client, other, newcomer = client.named("other"), app.named("other"), client.named("newcomer")
LEAVES = {"fin": client.closes(), "rst": client.resets()}

AT_FIRST = requirement(
    "http.send.closed.oserror",
    ways={
        "OSError": raises("OSError"),
        "not yet": returns(),
        "another class": warn(raises(), "an exception that is no OSError"),
    },
)
AT_LAST = requirement(
    "http.send.closed.oserror",
    ways={
        "OSError": raises("OSError"),
        "no-op": warn(returns(), "no exception"),
        "another class": warn(raises(), "an exception that is no OSError"),
    },
)
ITS_OWN = requirement(
    "http.send.closed.specific-class",
    expects=where(
        "an exception class of the server's own",
        lambda seen, heard: seen.raised is not None and seen.raised.is_a("OSError") and "." in seen.raised.type,
    ),
)
TRIED = {"raises": raises(), "no-op": returns()}
WITHOUT_HANGING = requirement("http.send.closed.no-hang", ways={**TRIED, "call ended": ended()})


@each(leaves=LEAVES)
def sending_a_body_to_nobody(leaves):
    """A send of body after the client has gone raises an OSError of the server's own

    The exception is recommended since 2.4 and expressly not guaranteed, so doing nothing is warned of. So is raising
    anything but an OSError, which leaves an application that knows the rule without a way to tell. The first send may
    pass: a server may have to write in order to learn that nobody reads any more.
    """
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(type="http"))
    yield app.gets(whole_body(b""))
    yield app.sends({"type": "http.response.start", "status": 200, "headers": []})
    yield app.sends({"type": "http.response.body", "body": b"some", "more_body": True})
    yield client.gets(body_part(b"some"))
    yield LEAVES[leaves]
    yield app.gets({"type": "http.disconnect"})
    yield app.sends({"type": "http.response.body", "body": b"x", "more_body": True}, AT_FIRST)
    yield app.sends({"type": "http.response.body", "body": b"x", "more_body": True}, AT_LAST, ITS_OWN, times=50)


@each(leaves=LEAVES)
def sending_a_response_to_nobody(leaves):
    """A response to a client that has gone raises an OSError of the server's own"""
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(type="http"))
    yield app.gets(whole_body(b""))
    yield LEAVES[leaves]
    yield app.gets({"type": "http.disconnect"})
    yield app.sends({"type": "http.response.start", "status": 200, "headers": []}, AT_FIRST)
    yield app.sends({"type": "http.response.body", "body": b"x", "more_body": True}, AT_FIRST)
    yield app.sends({"type": "http.response.body", "body": b"x", "more_body": True}, AT_LAST, ITS_OWN, times=50)


@each(leaves=LEAVES)
def sending_much_to_nobody(leaves):
    """Sends to a client that has gone do not hang"""
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(type="http"))
    yield app.gets(whole_body(b""))
    yield app.sends({"type": "http.response.start", "status": 200, "headers": []})
    yield app.sends({"type": "http.response.body", "body": b"some", "more_body": True})
    yield client.gets(body_part(b"some"))
    yield LEAVES[leaves]
    yield app.gets({"type": "http.disconnect"})
    yield app.sends({"type": "http.response.body", "body": b"x" * 65536, "more_body": True}, WITHOUT_HANGING, times=100)
    yield app.sends({"type": "http.response.body", "body": b"x", "more_body": False}, WITHOUT_HANGING)


case(
    "A server survives its own exception when it comes back",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(path="/")),
    app.gets(whole_body(b"")),
    client.resets(),
    app.gets({"type": "http.disconnect"}),
    app.sends({"type": "http.response.start", "status": 200, "headers": []}, ways=TRIED),
    app.sends({"type": "http.response.body", "body": b"x", "more_body": True}, ways=TRIED, times=50),
    app.reraises(),
    other_client.connects(requirement("http.send.closed.server-catches")),
    other_client.sends(b"GET /other HTTP/1.1\r\nHost: test\r\n\r\n"),
    other.is_called(scope(path="/other"), requirement("http.send.closed.server-catches")),
    other.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    other.sends({"type": "http.response.body", "body": b"ok", "more_body": False}),
    other_client.gets(response(200, body=b"ok"), requirement("http.send.closed.server-catches")),
    newcomer.connects(requirement("http.send.closed.server-catches")),
    newcomer.sends(b"GET /newcomer HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.named("newcomer").is_called(scope(path="/newcomer"), requirement("http.send.closed.server-catches")),
)

case(
    "A server does not log its own exception when it comes back",
    process.starts(),
    app.named("lifespan").is_called(scope(type="lifespan")),
    app.named("lifespan").gets({"type": "lifespan.startup"}),
    app.named("lifespan").sends({"type": "lifespan.startup.complete"}),
    process.serves(),
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(path="/")),
    app.gets(whole_body(b"")),
    client.resets(),
    app.gets({"type": "http.disconnect"}),
    app.sends({"type": "http.response.start", "status": 200, "headers": []}, ways=TRIED),
    app.sends({"type": "http.response.body", "body": b"x", "more_body": True}, ways=TRIED, times=50),
    app.reraises(),
    other_client.sends(b"GET /other HTTP/1.1\r\nHost: test\r\n\r\n"),
    other.is_called(scope(path="/other")),
    other.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    other.sends({"type": "http.response.body", "body": b"ok", "more_body": False}),
    other_client.gets(response(200, body=b"ok")),
    process.has_printed(requirement("http.send.closed.not-logged", expects=where(
        "neither a traceback nor an error",
        lambda seen, heard: not re.search(r"Traceback|\b(ERROR|CRITICAL)\b", seen.text) or seen.text[-600:],
    ))),
    needs="lifespan",
)  # fmt: skip
