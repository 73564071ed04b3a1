"""Applications without lifespan: the server goes on and leaves them in peace (ASGI Lifespan, "Scope").

Reading A51: this is what a server does by default; options that insist on a lifespan are another matter. Reading A53:
for an application that ends without a word, not to hang is enough.
"""

from asgi_conformance.authoring import anything, app, case, client, each, ended, process, raises, requirement, response
from asgi_conformance.authoring import returns, scope, where

request, another = app.named("request"), app.named("another")


@each(kind=["NotImplementedError", "KeyError"], needs="lifespan")
def raises_at_once(kind):
    """An application that raises for a lifespan scope is served without one"""
    yield process.starts()
    yield app.is_called(scope(type="lifespan"))
    yield app.raises(kind)
    yield process.serves()
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
    yield request.is_called(
        scope(type="http"),
        requirement("lifespan.unsupported.continue"),
        requirement("lifespan.unsupported.exception-kinds"),
    )
    yield request.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    yield request.sends({"type": "http.response.body", "body": b"ok"})
    yield client.gets(response(200, body=b"ok"))
    yield request.returns(ways={"left": anything(), "ended": ended()})
    yield another.is_not_called(requirement("lifespan.unsupported.no-events"))
    yield process.gets_signal("SIGTERM")
    yield process.exits(requirement("lifespan.unsupported.no-events"))
    yield another.is_not_called(requirement("lifespan.unsupported.no-events"))


@each(kind=["AssertionError", "ExceptionGroup"], needs="lifespan")
def raises_after_startup(kind):
    """An application that raises after the startup event is served without a lifespan"""
    yield process.starts()
    yield app.is_called(scope(type="lifespan"))
    yield app.gets({"type": "lifespan.startup"})
    yield app.raises(kind)
    yield process.serves()
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
    yield request.is_called(
        scope(type="http"),
        requirement("lifespan.unsupported.continue"),
        requirement("lifespan.unsupported.exception-kinds"),
    )


@each(when=["at once", "after startup"], needs="lifespan")
def returns_early(when):
    """An application that ends without an answer does not hold the server up"""
    yield process.starts()
    yield app.is_called(scope(type="lifespan"))
    yield from {"at once": (), "after startup": (app.gets({"type": "lifespan.startup"}),)}[when]
    yield app.returns()
    yield client.sends_early(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
    yield request.is_called(requirement("lifespan.unsupported.early-return"), ways={"serves": scope(type="http"), "exits": ended()})
