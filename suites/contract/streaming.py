"""Responses that come bit by bit, and requests that are held open (`frameworks/CONTRACT.md`, "HTTP").

A gate opens when the client asks for it on another connection, so nobody has to wait for a while: what is held back
does not come at all before the gate opens.
"""

import re

from asgi_conformance.authoring import body_part, case, client, if_offered, json_response, requirement, response, where

other = client.named("other")
third = client.named("third")

event_stream = where(
    "as text/event-stream",
    lambda seen, heard: re.search(rb"(?im)^content-type:[ \t]*text/event-stream", seen.data) is not None,
)

case(
    "A piece of a stream is sent before the next one is there",
    client.sends(b"GET /stream?key=stream HTTP/1.1\r\nHost: test\r\n\r\n"),
    client.gets(if_offered(body_part(b"first\n")), requirement("contract.response.flushed")),
    other.sends(b"POST /gate?key=stream HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n"),
    other.gets(if_offered(response(200, body=b"opened"))),
    client.gets(body_part(b"second\n"), requirement("contract.response.flushed")),
    needs="contract",
)

case(
    "A stream comes to its end",
    other.sends(b"POST /gate?key=stream-end HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n"),
    other.gets(if_offered(response(200, body=b"opened"))),
    client.sends(b"GET /stream?key=stream-end HTTP/1.1\r\nHost: test\r\n\r\n"),
    client.gets(if_offered(response(200, body=b"first\nsecond\n")), requirement("contract.response.flushed")),
    needs="contract",
)

case(
    "A piece without bytes is not the end of a stream",
    client.sends(b"GET /stream/gap HTTP/1.1\r\nHost: test\r\n\r\n"),
    client.gets(if_offered(response(200, body=b"first\nsecond\n")), requirement("contract.response.flushed")),
    needs="contract",
    note="Whether more comes is told by `more_body` alone, and what is sent behind the end is ignored.",
)

case(
    "A Server-Sent Event is sent before the next one is there",
    client.sends(b"GET /events?key=events HTTP/1.1\r\nHost: test\r\nAccept: text/event-stream\r\n\r\n"),
    client.gets(if_offered(body_part(b"data: first"), event_stream), requirement("contract.response.events")),
    other.sends(b"POST /gate?key=events HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n"),
    other.gets(if_offered(response(200, body=b"opened"))),
    client.gets(body_part(b"data: second"), requirement("contract.response.events")),
    needs="contract",
)

case(
    "A request that is held open is answered once there is something to say",
    client.sends(b"GET /poll?key=poll HTTP/1.1\r\nHost: test\r\n\r\n"),
    other.sends(b"POST /gate?key=poll HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n"),
    other.gets(if_offered(response(200, body=b"opened")), requirement("contract.response.held-open")),
    client.gets(if_offered(response(200, body=b"released")), requirement("contract.response.held-open")),
    needs="contract",
)

# --------------------------------------------------------------------------- the client leaves

case(
    "A handler that waits finds out that the client has left",
    client.sends(b"GET /poll?key=poll-left HTTP/1.1\r\nHost: test\r\n\r\n"),
    other.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    other.gets(response(200)),
    client.closes(),
    other.sends(b"GET /poll?key=poll-left-poll-left HTTP/1.1\r\nHost: test\r\n\r\n"),
    other.gets(if_offered(response(200, body=b"released")), requirement("contract.disconnect.poll"), within=1),
    needs="contract",
)

case(
    "A stream without end ends when the client leaves",
    client.sends(b"GET /endless?key=endless HTTP/1.1\r\nHost: test\r\n\r\n"),
    client.gets(if_offered(body_part(b"tick\n"))),
    client.gets(body_part(b"tick\n")),
    client.closes(),
    other.sends(b"GET /poll?key=endless-endless-left HTTP/1.1\r\nHost: test\r\n\r\n"),
    other.gets(if_offered(response(200, body=b"released")), requirement("contract.disconnect.stream")),
    needs="contract",
    note="The journal of the stream is a gate, too: whoever waits for its last line is told when it is written.",
)

# --------------------------------------------------------------------------- in the background

case(
    "A response does not wait for the work behind it",
    client.sends(b"POST /background?key=work HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n"),
    client.gets(if_offered(response(202, body=b"accepted")), requirement("contract.background.not-waited-for")),
    other.sends(b"GET /journal?key=work HTTP/1.1\r\nHost: test\r\n\r\n"),
    other.gets(if_offered(json_response([])), requirement("contract.background.not-waited-for")),
    third.sends(b"POST /gate?key=work HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n"),
    third.gets(if_offered(response(200, body=b"opened"))),
    third.sends(b"GET /poll?key=work-background-done HTTP/1.1\r\nHost: test\r\n\r\n"),
    third.gets(if_offered(response(200, body=b"released")), requirement("contract.background.done")),
    needs="contract",
)

case(
    "The work behind a response is done although the client has left",
    client.sends(b"POST /background?key=left-work HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n"),
    client.gets(if_offered(response(202, body=b"accepted"))),
    client.closes(),
    other.sends(b"POST /gate?key=left-work HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n"),
    other.gets(if_offered(response(200, body=b"opened"))),
    other.sends(b"GET /poll?key=left-work-background-done HTTP/1.1\r\nHost: test\r\n\r\n"),
    other.gets(if_offered(response(200, body=b"released")), requirement("contract.background.done")),
    needs="contract",
)

# --------------------------------------------------------------------------- handlers in threads


def before_it(seen, heard):
    """The other request was answered before."""
    answered = {entry.who: entry.at for entry in heard.timeline.entries if entry.who != "client" and not entry.sends}
    mine = next(entry.at for entry in heard.timeline.entries if entry.line == heard.line)
    return answered["client:other"] < mine or "the other request had to wait"


case(
    "A function that blocks does not hold up other requests",
    client.sends(b"GET /sync HTTP/1.1\r\nHost: test\r\n\r\n"),
    other.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    other.gets(response(200)),
    client.gets(
        if_offered(response(200, body=b"sync")),
        requirement("common.app.no-loop-blocking", expects=where("later", before_it)),
    ),
    needs="contract",
    note="The times are those at which the answers reach us; a function that runs in a thread takes 50 ms.",
)
