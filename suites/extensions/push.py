"""HTTP/2 Server Push (ASGI extensions, "HTTP/2 Server Push")."""

from asgi_conformance.authoring import Over, app, case, client, requirement, scope, stream_response, where, whole_body

PUSHED = app.named("pushed")


def promises(heard):
    """The fields of every promise that came on the connection so far."""
    seen = [entry.seen for entry in heard.timeline.entries if hasattr(entry.seen, "events")]
    return [dict(event.value) for some in seen for event in some.events if getattr(event, "kind", "") == "push"]


case(
    "A push event is a promise on the wire and a call of its own",
    client.requests("GET", "/pushes"),
    app.is_called(),
    app.gets(whole_body(b"")),
    app.sends({"type": "http.response.start", "status": 200, "headers": []}),
    app.sends({"type": "http.response.push", "path": "/pushed", "headers": [(b"x-p", b"1")]}),
    app.sends({"type": "http.response.body", "body": b"x"}),
    client.gets(
        stream_response(200, body=b"x"),
        where("a promise of GET /pushed", lambda seen, heard: any(promise.get(b":path") == b"/pushed" and promise.get(b":method") == b"GET" for promise in promises(heard) + [dict(event.value) for event in seen.events if event.kind == "push"])),
        requirement("ext.push.promise"),
    ),
    PUSHED.is_called(scope(path="/pushed", method="GET"), requirement("ext.push.new-app-call"), on="/pushed"),
    needs="extension:http.response.push",
    over=Over.HTTP2_TLS,
)
