"""Sins against the response of a WSGI application (ASGI HTTP, "WSGI Compatibility"; PEP 3333)."""

import asyncio
import itertools

from applications.mutants.adapter.environ import with_methods
from applications.mutation import mutant


def with_response(adapter, **methods):
    """The adapter whose responses have other methods."""
    model = type(adapter)

    def response(self, send):
        kept = model.response(self, send)
        kept.__class__ = type("Mutated", (type(kept),), methods)
        return kept

    return with_methods(adapter, response=response)


# --------------------------------------------------------------------------- start_response


@mutant(breaks=("http.wsgi.start-response", "wsgi.start-response.exc-info-replace", "http.response.start.status-type"))
def keeps_the_reason_phrase_of_errors(adapter):
    return with_response(adapter, status=lambda self, status: 200 if status == "200 OK" else status)


@mutant(breaks="http.wsgi.start-response")
def merges_cookies(adapter):
    def headers(self, headers):
        merged = {}
        for name, value in headers:
            merged.setdefault(name.lower().encode("latin-1"), []).append(value.encode("latin-1"))
        return [(name, b", ".join(values)) for name, values in merged.items()]

    return with_response(adapter, headers=headers)


@mutant(breaks="http.wsgi.start-response")
def sends_ascii_only(adapter):
    def headers(self, headers):
        return [(name.lower().encode("ascii"), value.encode("ascii")) for name, value in headers]

    return with_response(adapter, headers=headers)


@mutant(
    breaks=(
        "wsgi.start-response.defer-headers",
        "wsgi.start-response.exc-info-replace",
    )
)
def sends_the_head_at_once(adapter):
    def response(self, send):
        kept = model.response(self, send)
        start = kept.start

        def hasty(*arguments):
            write = start(*arguments)
            kept.begin()
            return write

        kept.start = hasty
        return kept

    model = type(adapter)
    return with_methods(adapter, response=response)


@mutant(breaks="wsgi.start-response.exc-info-replace")
def keeps_the_first_head(adapter):
    def response(self, send):
        kept = model.response(self, send)
        start = kept.start
        kept.start = lambda *arguments: kept.write if kept.head else start(*arguments)
        return kept

    model = type(adapter)
    return with_methods(adapter, response=response)


@mutant(breaks="wsgi.start-response.returns-write")
def returns_nothing_to_write_with(adapter):
    def response(self, send):
        kept = model.response(self, send)
        start = kept.start
        kept.start = lambda *arguments: start(*arguments) and None
        return kept

    model = type(adapter)
    return with_methods(adapter, response=response)


# --------------------------------------------------------------------------- the body


def with_pieces(adapter, change):
    """The adapter that answers with other pieces than the application's."""
    model = type(adapter)

    class Pieces:
        def __init__(self, iterable):
            self.iterable = iterable
            self.close = getattr(iterable, "close", lambda: None)

        def __iter__(self):
            return iter(change(self.iterable))

    def answer(self, environ, send):
        other = model(lambda *arguments: Pieces(self.application(*arguments)))
        model.answer(other, environ, send)

    return with_methods(adapter, answer=answer)


@mutant(breaks="http.wsgi.body")
def joins_all_pieces(adapter):
    return with_pieces(adapter, lambda pieces: [b"".join(pieces)])


@mutant(breaks="http.wsgi.body")
def stops_at_an_empty_piece(adapter):
    return with_pieces(adapter, lambda pieces: itertools.takewhile(bool, pieces))


@mutant(
    breaks=(
        "http.wsgi.body",
        "http.response.start.app-first",
    )
)
def answers_nothing_where_nothing_is_yielded(adapter):
    def end(self):
        if self.started:
            self.send({"type": "http.response.body"})

    return with_response(adapter, end=end)


@mutant(breaks="http.wsgi.body")
def does_not_close(adapter):
    return with_methods(adapter, close=lambda self, iterable: None)


@mutant(breaks="http.wsgi.body")
def closes_only_at_a_good_end(adapter):
    def answer(self, environ, send):
        response = self.response(send)
        iterable = self.application(environ, response.start)
        for piece in iterable:
            if piece:
                response.write(piece)
        response.end()
        self.close(iterable)

    return with_methods(adapter, answer=answer)


# --------------------------------------------------------------------------- threads


class Later:
    """Keeps what is to be sent."""

    def __init__(self, send):
        self.send, self.events = send, []

    def __call__(self, event):
        self.events.append(event)


@mutant(breaks="http.wsgi.threadpool")
def calls_the_application_on_the_event_loop(adapter):
    async def in_thread(self, function, environ, later):
        try:
            function(environ, later)
        finally:
            for event in later.events:
                await later.send(event)

    return with_methods(adapter, sender=lambda self, send: Later(send), in_thread=in_thread)


@mutant(breaks="http.wsgi.threadpool")
def has_one_thread_for_all_calls(adapter):
    async def in_thread(self, function, *arguments):
        async with lock:
            await model.in_thread(self, function, *arguments)

    model, lock = type(adapter), asyncio.Lock()
    return with_methods(adapter, in_thread=in_thread)
