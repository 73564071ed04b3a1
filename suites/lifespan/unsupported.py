"""Applications without lifespan: the server goes on and leaves them in peace (ASGI Lifespan, "Scope").

Reading A51: this is what a server does by default; options that insist on a lifespan are another matter. Reading A53:
for an application that ends without a word, not to hang is enough.
"""

from asgi_conformance.authoring import anything, app, case, client, each, ended, process, requirement, response, scope

request, another = app.named("request"), app.named("another")

case(
    "An application that raises for a lifespan scope is served without one",
    process.starts(),
    app.is_called(scope(type="lifespan")),
    app.raises("NotImplementedError"),
    another.is_not_called(),
    process.serves(requirement("lifespan.unsupported.continue")),
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"),
    request.is_called(scope(type="http"), requirement("lifespan.unsupported.continue")),
    request.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    request.sends({"type": "http.response.body", "body": b"ok"}),
    client.gets(response(200, body=b"ok")),
    request.returns(ways={"left": anything(), "ended": ended()}),
    another.is_not_called(requirement("lifespan.unsupported.no-events")),
    process.gets_signal("SIGTERM"),
    process.exits(requirement("lifespan.unsupported.no-events")),
    another.is_not_called(requirement("lifespan.unsupported.no-events")),
    needs="lifespan",
)

case(
    "An application that raises after the startup event is served without a lifespan",
    process.starts(),
    app.is_called(scope(type="lifespan")),
    app.gets({"type": "lifespan.startup"}),
    app.raises("NotImplementedError"),
    another.is_not_called(),
    process.serves(requirement("lifespan.unsupported.continue")),
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"),
    request.is_called(scope(type="http"), requirement("lifespan.unsupported.continue")),
    needs="lifespan",
)


@each(kind=["AssertionError", "ExceptionGroup"], needs="lifespan")
def any_exception_will_do(kind):
    """Any exception says that an application has no lifespan"""
    yield process.starts()
    yield app.is_called(scope(type="lifespan"))
    yield app.raises(kind)
    yield another.is_not_called()
    yield process.serves(requirement("lifespan.unsupported.exception-kinds"))
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
    yield request.is_called(scope(type="http"), requirement("lifespan.unsupported.exception-kinds"))


case(
    "An application that returns at once does not hold the server up",
    process.starts(),
    app.is_called(scope(type="lifespan")),
    app.returns(),
    another.is_not_called(),
    client.sends_early(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"),
    request.is_called(requirement("lifespan.unsupported.early-return"),
                      ways={"serves": scope(type="http"), "exits": ended()}),
    needs="lifespan",
)  # fmt: skip
