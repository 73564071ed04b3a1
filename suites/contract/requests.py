"""What a handler gets of a request, seen by a client (`frameworks/CONTRACT.md`, "HTTP")."""

from asgi_conformance.authoring import (
    answer,
    body_part,
    case,
    client,
    each,
    http_scope,
    if_offered,
    json_response,
    requirement,
    response,
    server,
)

other = client.named("other")
every_byte = bytes(range(256))
long = bytes(range(250)) * 480


def both(found):
    """both x-twice, in their order"""
    values = [value for name, value in found if name.lower() == "x-twice"]
    return [one.strip() for value in values for one in value.split(",")] == ["one", "two"]


def all_parameters(found):
    """a=1, a=2, b=&, c= and d=%41, in this order where a name is the same"""
    wanted = [["a", "1"], ["a", "2"], ["b", "&"], ["c", ""], ["d", "%41"]]
    return sorted(found) == wanted and [value for name, value in found if name == "a"] == ["1", "2"]


case(
    "A body of every byte comes back as it was sent",
    client.sends(b"POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 256\r\n\r\n" + every_byte),
    client.gets(if_offered(response(200, body=every_byte)), requirement("contract.request.body")),
    needs="contract",
)

case(
    "A long body comes back as it was sent",
    client.sends(b"POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 120000\r\n\r\n", long[:70_000], long[70_000:]),
    client.gets(if_offered(response(200, body=long)), requirement("contract.request.body")),
    needs="contract",
)

case(
    "A body without bytes comes back as it was sent",
    client.sends(b"POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n"),
    client.gets(if_offered(response(200, body=b"")), requirement("contract.request.body")),
    needs="contract",
)

case(
    "A body in chunks comes back as it was sent",
    client.sends(
        b"POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"5\r\nhello\r\n",
        b"1\r\n \r\n",
        b"5\r\nworld\r\n",
        b"0\r\n\r\n",
    ),
    client.gets(if_offered(response(200, body=b"hello world")), requirement("contract.request.body")),
    needs="contract",
)

case(
    "A handler that streams answers a piece of the body before the next one comes",
    other.sends(b"POST /echo/stream HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nwhole"),
    other.gets(if_offered(response(200, body=b"whole")), requirement("contract.request.pieces")),
    client.sends(b"POST /echo/stream HTTP/1.1\r\nHost: test\r\nContent-Length: 20\r\n\r\nfirst half"),
    client.gets(body_part(b"first half"), requirement("contract.request.pieces")),
    client.sends(b"other half"),
    client.gets(body_part(b"other half"), requirement("contract.request.pieces")),
    needs=("contract", "early-call"),
)


@each(version=("2.0", "2.3"), needs="contract")
def _(version):
    """A handler that streams gets every piece of the body from a server of an older version, too

    No text forbids an application to receive in several tasks at once. But each event is given to one of them only, so
    whoever listens for the client's leave beside a handler that reads takes pieces away from it.
    """
    scope = http_scope("POST", "/echo/stream", headers=[[b"content-length", b"20"]])
    yield server.calls({**scope, "asgi": {"version": "3.0", "spec_version": version}}, shares_state=True)
    yield server.delivers({"type": "http.request", "body": b"first half", "more_body": True})
    yield server.waits(0.05)
    yield server.delivers({"type": "http.request", "body": b"other half", "more_body": False})
    yield server.gets_answer(
        if_offered(answer(200, body=b"first halfother half")), requirement("contract.request.pieces")
    )


case(
    "A JSON body is parsed and answered with the same value",
    client.sends(
        b"POST /json HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: 69\r\n\r\n",
        b'{"text": "caf\xc3\xa9 \xe2\x82\xac", "list": [1, 2.5, null, true], "deep": {"": ""}}',
    ),
    client.gets(
        if_offered(json_response({"text": "café €", "list": [1, 2.5, None, True], "deep": {"": ""}})),
        requirement("contract.request.json"),
    ),
    needs="contract",
)

case(
    "Repeated header fields are all there",
    client.sends(b"GET /headers HTTP/1.1\r\nHost: test\r\nX-Twice: one\r\nX-Other: three\r\nX-Twice: two\r\n\r\n"),
    client.gets(if_offered(json_response(both)), requirement("contract.request.headers")),
    needs="contract",
    note="Several values in one, with commas between them, mean the same (RFC 9110, section 5.3).",
)

case(
    "Repeated and empty parameters of the query are all there",
    client.sends(b"GET /query?a=1&a=2&b=%26&c=&d=%2541 HTTP/1.1\r\nHost: test\r\n\r\n"),
    client.gets(
        if_offered(json_response(all_parameters)),
        requirement("contract.request.query"),
    ),
    needs="contract",
)
