"""Early Hints (ASGI extensions, "Early Hints")."""

from asgi_conformance.authoring import Over, app, case, client, raises, requirement, response, returns, stream_response, where, whole_body

EARLY = "extension:http.response.early_hint"
HINT = {"type": "http.response.early_hint", "links": [b"</a.css>; rel=preload", b"</b.js>; rel=preload"]}


def hints(seen):
    """The interim 103 responses on a multiplexed connection."""
    heads = [event.value for event in seen.events if event.kind == "headers"]
    return [fields for fields in heads if dict(fields).get(b":status") == b"103"]


case(
    "A hint before the start reaches the client as a 103 response, over HTTP/2",
    client.requests("GET", "/hint"),
    app.is_called(),
    app.gets(whole_body(b"")),
    app.sends(HINT),
    app.sends({"type": "http.response.start", "status": 200, "headers": []}),
    app.sends({"type": "http.response.body", "body": b"x"}),
    client.gets(
        stream_response(200, body=b"x"),
        where(
            "a 103 with both links",
            lambda seen, heard: [value for fields in hints(seen)[:1] for name, value in fields if name == b"link"]
            == HINT["links"],
        ),
        requirement("ext.early-hint.sends-103"),
    ),
    note="The text before August 2026 places the event behind the start, the text since then before it; both are taken.",
    needs=EARLY,
    over=Over.HTTP2_TLS,
)

case(
    "A hint over HTTP/1.1 is a 103 response, or is ignored",
    client.sends(b"GET /hint HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(),
    app.gets(whole_body(b"")),
    app.sends(HINT, ways={"accepts": returns(), "raises": raises()}),
    app.sends({"type": "http.response.start", "status": 200, "headers": []}),
    app.sends({"type": "http.response.body", "body": b"x"}),
    client.gets(
        requirement(
            "ext.early-hint.may-ignore",
            ways={
                "103": where("a 103 first", lambda seen, heard: seen.data.startswith((b"HTTP/1.1 103", b"HTTP/1.0 103"))),
                "ignored": response(200, body=b"x"),
            },
        ),
    ),
    needs=EARLY,
)
