"""How a mutant differs from its model: by what it makes of the scope, of what it receives, of what it sends."""

ASGI = {"http", "websocket", "lifespan"}


def changed(application, *, kinds=ASGI, scope=None, received=None, sent=None):
    """The application, where it serves one of these scope types, with parts of its own.

    `scope(scope)` looks at the scope, and returns nothing. `received(event, scope)`: the event that the application
    gets instead. `sent(event, scope)`: the events that are sent instead, in a list.
    """

    async def mutated(given, receive, send):
        async def own_receive():
            event = await receive()
            return received(event, given) if received else event

        async def own_send(event):
            for other in sent(event, given) if sent else [event]:
                await send(other)

        if given["type"] not in kinds:
            return await application(given, receive, send)
        if scope:
            scope(given)
        return await application(given, own_receive, own_send)

    return mutated


def with_keys(kind, **keys):
    """For `sent`: events of this type have these keys too."""

    def sent(event, scope):
        return [{**event, **keys} if event["type"] == kind else event]

    return sent


def before(kind, *events):
    """For `sent`: these events come before each of this type."""
    return lambda event, scope: [*events, event] if event["type"] == kind else [event]


def behind(kind, *events):
    """For `sent`: these events come behind each of this type."""
    return lambda event, scope: [event, *events] if event["type"] == kind else [event]


def offered(name, sent):
    """For `sent`: so, where the extension is offered."""
    return lambda event, scope: sent(event, scope) if name in (scope.get("extensions") or {}) else [event]
