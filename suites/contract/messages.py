"""Messages of WebSockets in shapes that are lawful and rare (ASGI WebSocket).

We are the server here, for most servers send each in one shape only.
"""

from asgi_conformance.authoring import (
    anything,
    case,
    conduct,
    each,
    if_accepted,
    note,
    pending,
    plain,
    requirement,
    server,
    warn,
    websocket_scope,
    where,
)

accept, connect = {"type": "websocket.accept"}, {"type": "websocket.connect"}
other = server.named("other")
USUAL = 4  # the line with the usual end
without_fields = where("no headers", lambda seen, heard: "headers" not in plain(seen.value))
empty_fields = where("empty headers", lambda seen, heard: not list(plain(plain(seen.value)["headers"])))

shapes = {
    "text": ({"text": "hello"}, {"type": "websocket.send", "text": "hello"}),
    "text and bytes None": ({"text": "hello", "bytes": None}, {"type": "websocket.send", "text": "hello"}),
    "bytes": ({"bytes": b"hello"}, {"type": "websocket.send", "bytes": b"hello"}),
    "bytes and text None": ({"bytes": b"hello", "text": None}, {"type": "websocket.send", "bytes": b"hello"}),
}
empty = {
    "text": ({"text": ""}, {"type": "websocket.send", "text": ""}),
    "bytes": ({"bytes": b""}, {"type": "websocket.send", "bytes": b""}),
    "text and bytes None": ({"text": "", "bytes": None}, {"type": "websocket.send", "text": ""}),
    "bytes and text None": ({"bytes": b"", "text": None}, {"type": "websocket.send", "bytes": b""}),
}


@each(shape=list(shapes), needs="contract")
def _(shape):
    """A key that is None is as good as one that is missing"""
    keys, echo = shapes[shape]
    yield server.calls(websocket_scope("/ws/echo"), shares_state=True)
    yield server.delivers(connect)
    yield server.gets(if_accepted(accept))
    yield server.delivers({"type": "websocket.receive", **keys})
    yield server.gets(echo, requirement("websocket.receive.app-none-and-missing"))


@each(shape=list(empty), needs="contract")
def _(shape):
    """An empty message is a message"""
    keys, echo = empty[shape]
    yield server.calls(websocket_scope("/ws/echo"), shares_state=True)
    yield server.delivers(connect)
    yield server.gets(if_accepted(accept))
    yield server.delivers({"type": "websocket.receive", **keys})
    yield server.gets(echo, requirement("websocket.receive.app-empty"))


# --------------------------------------------------------------------------- subprotocols


def chooses(subprotocol):
    """An accept with this subprotocol."""
    return {"type": "websocket.accept", "subprotocol": subprotocol}


@each(offers=["", "soap", "soap chat", "chat soap"], needs="contract")
def _(offers):
    """The subprotocol that is chosen is one that was offered"""
    yield server.calls(websocket_scope("/ws/subprotocol", subprotocols=offers.split()), shares_state=True)
    yield server.delivers(connect)
    none = {"none": warn(chooses(None), "although one of them would do")} if "chat" in offers else {}
    yield server.gets(
        requirement("websocket.accept.subprotocol.app-choice"),
        *conduct("websocket.accept.headers.no-subprotocol-header"),
        ways={"": if_accepted(chooses("chat" if "chat" in offers else None)), **none},
    )


# --------------------------------------------------------------------------- fields of the accept

case(
    "Fields of the accept are pairs of bytes with names in lower case",
    server.calls(websocket_scope("/ws/headers"), shares_state=True),
    server.delivers(connect),
    server.gets(if_accepted(accept), *conduct("websocket.accept.headers.app-format")),
    needs="contract",
)


@each(version=["2.0", "none"], needs="contract")
def _(version):
    """An accept for a server of version 2.0 has no fields

    A version that is missing is 2.0.
    """
    asgi = {"version": "3.0"} | ({} if version == "none" else {"spec_version": version})
    yield server.calls(websocket_scope("/ws/headers", asgi=asgi), shares_state=True)
    yield server.delivers(connect)
    yield server.gets(
        if_accepted(where("an event", lambda seen, heard: True)),
        requirement("websocket.accept.headers.app-version", ways={"": without_fields, "empty": warn(empty_fields)}),
        *(
            [requirement("common.scope.asgi.spec-version-default", ways={"": without_fields, "empty": empty_fields})]
            if version == "none"
            else []
        ),
    )


# --------------------------------------------------------------------------- closing


def closes(code, reason=None):
    """A close with this code; `reason`: None for any."""
    return {"type": "websocket.close", "code": code} | ({} if reason is None else {"reason": reason})


@each(version=["2.0", "2.2", "2.3", "2.5"], needs="contract")
def _(version):
    """A close has a code, and a reason for servers that know of reasons"""
    knows = version in ("2.3", "2.5")
    yield server.calls(
        websocket_scope(
            "/ws/close", query_string=b"code=3001&reason=bye", asgi={"version": "3.0", "spec_version": version}
        ),
        shares_state=True,
    )
    yield server.delivers(connect)
    yield server.gets(if_accepted(accept))
    yield server.gets(
        closes(3001, "bye" if knows else None),
        *conduct("websocket.close.app-format"),
        *(() if knows else conduct("common.version.app-respects")),
    )
    yield server.delivers({"type": "websocket.disconnect", "code": 3001, "reason": "bye"})
    yield server.sees_the_end(*conduct("websocket.close.app-once"))


@each(path=["/ws/refuse", "/ws/deny"], needs=("contract", "websocket"))
def _(path):
    """An end is told once, in the right words"""
    yield server.calls(websocket_scope(path), shares_state=True)
    yield server.delivers(connect)
    yield server.gets_answer(where("an answer", lambda seen, heard: True))
    yield server.delivers({"type": "websocket.disconnect", "code": 1006})
    yield server.sees_the_end(*conduct("websocket.close.app-once", "websocket.close.app-format"))


# --------------------------------------------------------------------------- the client leaves


def as_with_a_reason(seen, heard):
    """The call ends like the other one, for which the client gave a reason."""
    told = heard.timeline.answer(USUAL)
    ends = [(one.cancelled, one.raised and one.raised.type) for one in (seen, told)]
    return ends[0] == ends[1] or f"{seen.raised or 'no exception'}; with a reason {told.raised or 'no exception'}"


@each(reason=["None", "missing", "empty"], needs="contract")
def _(reason):
    """A reason that is missing, empty or None does not break the end of a WebSocket"""
    keys = {"None": {"reason": None}, "missing": {}, "empty": {"reason": ""}}[reason]
    yield other.calls(websocket_scope("/ws/echo"), shares_state=True)
    yield other.delivers(connect)
    yield other.gets(if_accepted(accept))
    yield other.delivers({"type": "websocket.disconnect", "code": 3456, "reason": "bye"})
    yield other.sees_the_end()
    yield server.calls(websocket_scope("/ws/echo"), shares_state=True)
    yield server.delivers(connect)
    yield server.gets(accept)
    yield server.delivers({"type": "websocket.disconnect", "code": 3456, **keys})
    yield server.sees_the_end(
        requirement("websocket.disconnect.app-reason-default", expects=where("the usual end", as_with_a_reason))
    )


@each(when=["at once", "behind a message", "while it waits"], needs="contract")
def _(when):
    """A call ends after the client has left"""
    path = b"/ws/wait" if when == "while it waits" else b"/ws/echo"
    yield server.calls(websocket_scope(path.decode(), query_string=b"key=never-opened"), shares_state=True)
    yield server.delivers(connect)
    yield server.gets(if_accepted(accept))
    if when == "behind a message":
        yield server.delivers({"type": "websocket.receive", "text": "hello"})
        yield server.gets({"type": "websocket.send", "text": "hello"})
    if when == "while it waits":
        yield server.gets({"type": "websocket.send", "text": "ready"})
    yield server.delivers({"type": "websocket.disconnect", "code": 1001, "reason": ""})
    waits_on = {"waits on": note(pending(), "it does not listen while it waits")} if when == "while it waits" else {}
    yield server.sees_the_end(requirement("websocket.disconnect.app-stops"), ways={"ends": anything(), **waits_on})


case(
    "A message for a client that has left ends the call",
    server.calls(websocket_scope("/ws/echo", query_string=b"key=send-fails"), shares_state=True),
    server.delivers(connect),
    server.gets(if_accepted(accept)),
    server.delivers({"type": "websocket.receive", "text": "one"}),
    server.gets({"type": "websocket.send", "text": "one"}),
    server.fails_sends(),
    server.delivers({"type": "websocket.receive", "text": "two"}),
    server.waits(0.1),
    server.delivers({"type": "websocket.disconnect", "code": 1006, "reason": ""}),
    server.sees_the_end(requirement("websocket.send.closed.app-handles")),
    needs="contract",
)
