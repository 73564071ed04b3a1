"""Contract applications that have left out all that may be left out."""

from applications.contract.model import Model


class Bare(Model):
    """The greeting, and 404 to everything else. Refuses WebSockets by closing."""

    async def dispatch(self, exchange):
        if (exchange.method, exchange.route()) == ("GET", "/"):
            await self.root(exchange)
        else:
            await exchange.text("not found", 404)

    async def websocket(self, conversation):
        assert (await conversation.receive())["type"] == "websocket.connect"
        await conversation.close()


class Denying(Bare):
    """Refuses WebSockets with a response where it may, and methods with 405."""

    async def dispatch(self, exchange):
        if exchange.method == "GET":
            await super().dispatch(exchange)
        else:
            await exchange.text("not allowed", 405)

    async def websocket(self, conversation):
        assert (await conversation.receive())["type"] == "websocket.connect"
        if conversation.extension("websocket.http.response") is None:
            await conversation.close()
            return
        await conversation.send({"type": "websocket.http.response.start", "status": 404})
        await conversation.send({"type": "websocket.http.response.body"})


async def http_alone(scope, receive, send):
    """Raises for every other protocol."""
    if scope["type"] != "http":
        raise NotImplementedError(scope["type"])
    await bare(scope, receive, send)


class Reading(Bare):
    """Reads the whole body before it looks for a route."""

    async def dispatch(self, exchange):
        await exchange.body()
        await super().dispatch(exchange)


class Hookless(Bare):
    """Answers the lifespan's events, and has no hooks."""

    async def lifespan(self, scope, receive, send):
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})


bare, denying, reading, hookless = Bare(), Denying(), Reading(), Hookless()
