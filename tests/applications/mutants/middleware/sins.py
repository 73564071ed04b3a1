"""Middleware with one sin each (ASGI, "Middleware")."""

import asyncio
import copy

from applications.mutation import mutant

START, BODY = "http.response.start", "http.response.body"


def around(application, *, scope=dict, receive=None, send=None):
    """A middleware with parts of its own: what it makes of the scope, and of `receive` and `send`."""

    async def wrapped(given, given_receive, given_send):
        own_receive = receive(given_receive) if receive else given_receive
        own_send = send(given_send) if send else given_send
        await application(scope(given), own_receive, own_send)

    return wrapped


@mutant(breaks="common.middleware.copies-scope")
def writes_into_the_scope_of_its_server(_):
    def marked(scope):
        scope["seen"] = True
        return scope

    return lambda application: around(application, scope=marked)


@mutant(breaks="common.middleware.nested-containers-not-mutated")
def adds_to_the_headers_of_its_server(_):
    def extended(scope):
        for name in ("headers", "asgi"):
            if isinstance(scope.get(name), list):
                scope[name].append([b"x-added", b"1"])
        return dict(scope)

    return lambda application: around(application, scope=extended)


@mutant(breaks=("common.middleware.no-deepcopy"))
def copies_the_scope_to_its_depth(_):
    def deep(scope):
        return {name: copy.copy(value) if name == "state" else value for name, value in scope.items()} | (
            {"state": {name: object() for name in scope["state"]}} if scope.get("state") else {}
        )

    return lambda application: around(application, scope=deep)


@mutant(breaks="common.middleware.no-deepcopy")
def copies_the_state_of_the_lifespan(_):
    def copied(scope):
        return {**scope, "state": dict(scope["state"])} if scope["type"] == "lifespan" else dict(scope)

    return lambda application: around(application, scope=copied)


@mutant(breaks="common.middleware.no-late-mutation")
def writes_into_the_scope_when_the_response_starts(_):
    def make(application):
        async def wrapped(scope, receive, send):
            inner = dict(scope)

            async def marking(event):
                inner["late"] = True
                await send(event)

            await application(inner, receive, marking if scope["type"] == "http" else send)

        return wrapped

    return make


@mutant(breaks="common.middleware.unknown-types-pass")
def refuses_what_it_does_not_know(_):
    def make(application):
        async def wrapped(scope, receive, send):
            if scope["type"] not in ("http", "websocket", "lifespan"):
                raise RuntimeError("unknown")
            await application(dict(scope), receive, send)

        return wrapped

    return make


@mutant(
    breaks=(
        "common.middleware.unknown-types-pass",
        "common.middleware.no-deepcopy",
        "common.middleware.server-role",
        "common.middleware.copies-scope",
        "common.middleware.nested-containers-not-mutated",
    )
)
def thinks_that_everything_is_a_request(_):
    def make(application):
        async def wrapped(scope, receive, send):
            assert scope["method"]
            await application(dict(scope), receive, send)

        return wrapped

    return make


@mutant(breaks="common.middleware.unknown-events-pass")
def drops_events_that_it_does_not_know(_):
    def dropping(send):
        async def known(event):
            if event["type"].startswith(("http.response.start", "http.response.body", "websocket.", "lifespan.")):
                await send(event)

        return known

    return lambda application: around(application, send=dropping)


@mutant(breaks="common.middleware.unknown-events-pass")
def drops_keys_that_it_does_not_know(_):
    def dropping(receive):
        async def known():
            return {name: value for name, value in (await receive()).items() if name != "x-key"}

        return known

    return lambda application: around(application, receive=dropping)


@mutant(breaks="common.middleware.server-role")
def joins_the_body_in_the_wrong_order(_):
    def reading(receive):
        kept: list[bytes] = []

        async def whole():
            event = await receive()
            while event["type"] == "http.request" and event.get("more_body"):
                kept.insert(0, event["body"])
                event = await receive()
            if kept and event["type"] == "http.request":
                event = {**event, "body": event["body"] + b"".join(kept)}
                kept.clear()
            return event

        return whole

    return lambda application: around(application, receive=reading)


@mutant(breaks="common.middleware.server-role")
def tells_no_disconnect(_):
    def deaf(receive):
        async def patient():
            event = await receive()
            if event["type"] == "http.disconnect":
                await asyncio.Event().wait()
            return event

        return patient

    return lambda application: around(application, receive=deaf)


@mutant(
    breaks=(
        "common.middleware.server-role",
        "common.middleware.response-unchanged",
        "http.response.start.app-first",
    )
)
def starts_the_response_with_every_piece(_):
    def starting(send):
        start = {}

        async def again(event):
            if event["type"] == START:
                start.update(event)
            elif event["type"] == BODY:
                await send(dict(start))
                await send(event)
            else:
                await send(event)

        return again

    return lambda application: around(application, send=starting)


@mutant(
    breaks=(
        "common.middleware.server-role",
        "http.response.body.app-terminates",
    )
)
def leaves_the_response_open(_):
    def opening(send):
        async def more(event):
            await send({**event, "more_body": True} if event["type"] == BODY else event)

        return more

    return lambda application: around(application, send=opening)


@mutant(breaks="common.middleware.exceptions-propagate")
def swallows_exceptions(_):
    def make(application):
        async def wrapped(scope, receive, send):
            try:
                await application(dict(scope), receive, send)
            except RuntimeError:
                if scope["type"] != "http":
                    raise

        return wrapped

    return make


@mutant(breaks="common.middleware.exceptions-propagate")
def answers_the_failure_of_a_send(_):
    def make(application):
        async def wrapped(scope, receive, send):
            async def deaf(event):
                try:
                    await send(event)
                except OSError:
                    return

            await application(dict(scope), receive, deaf if scope["type"] == "http" else send)

        return wrapped

    return make


@mutant(breaks="common.middleware.response-unchanged")
def sorts_the_fields(_):
    def sorting(send):
        async def in_order(event):
            await send({**event, "headers": sorted(event["headers"])} if event["type"] == START else event)

        return in_order

    return lambda application: around(application, send=sorting)


@mutant(breaks="common.middleware.holds-nothing-back")
def collects_the_response(_):
    def collecting(send):
        kept = []

        async def collect(event):
            if event["type"] in (START, BODY):
                kept.append(event)
                if event["type"] == BODY and not event.get("more_body"):
                    for one in kept:
                        await send(one)
            else:
                await send(event)

        return collect

    return lambda application: around(application, send=collecting)
