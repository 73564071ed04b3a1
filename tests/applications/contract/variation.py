"""How mutants are made of the model: a method in another way, or something between it and the server."""

from applications.contract.exchange import Exchange
from applications.contract.model import Conversation


def with_methods(application, **methods):
    """The application with other methods."""
    return type("Mutant", (type(application),), methods)()


def with_exchange(application, **methods):
    """The application with other methods of its requests."""
    return with_methods(application, exchange=type("Exchange", (Exchange,), methods))


def with_conversation(application, **methods):
    """The application with other methods of its WebSockets."""
    return with_methods(application, conversation=type("Conversation", (Conversation,), methods))


def sending(application, change):
    """The application, with every event that it sends replaced by those that `change(scope, event)` makes of it."""

    async def changed(scope, receive, send):
        async def own_send(event):
            for one in change(scope, event):
                await send(one)

        await application(scope, receive, own_send)

    return changed


def receiving(application, change):
    """The application, with every event that it receives replaced by `change(scope, event)`; None is passed over."""

    async def changed(scope, receive, send):
        async def own_receive():
            while (event := change(scope, await receive())) is None:
                pass
            return event

        await application(scope, own_receive, send)

    return changed


def seeing(application, change):
    """The application, with `change(scope)` instead of the scope."""

    async def changed(scope, receive, send):
        await application(change(scope), receive, send)

    return changed
