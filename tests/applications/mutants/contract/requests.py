"""Sins in what a handler gets of a request."""

import json

from applications.contract.exchange import Connection, Exchange
from applications.contract.variation import with_exchange, with_methods
from applications.mutation import mutant


@mutant(breaks=("contract.request.body", "contract.request.json"))
def decodes_bodies_as_ascii(application):
    async def body(self):
        return (await Exchange.body(self)).decode("ascii", "replace").encode("utf-8")

    return with_exchange(application, body=body)


@mutant(breaks="contract.request.body")
def cuts_long_bodies(application):
    async def body(self):
        return (await Exchange.body(self))[:100_000]

    return with_exchange(application, body=body)


@mutant(breaks="contract.request.pieces")
def collects_the_body_before_it_streams(application):
    async def echo_stream(self, exchange):
        await exchange.answer(200, await exchange.body(), "application/octet-stream")

    return with_methods(application, echo_stream=echo_stream)


@mutant(breaks="contract.request.pieces")
def listens_for_the_end_beside_the_handler_for_older_servers(application):
    async def echo_stream(self, exchange):
        if exchange.version() < (2, 4):
            await exchange.receive()
        await exchange.stream(exchange.pieces(), "application/octet-stream")

    return with_methods(application, echo_stream=echo_stream)


@mutant(breaks="contract.request.json")
def turns_null_into_text(application):
    async def parsed(self, exchange):
        body = await exchange.body()
        await exchange.json(json.loads(body.replace(b"null", b'"null"')))

    return with_methods(application, json=parsed)


@mutant(breaks="contract.request.headers")
def keeps_the_last_of_repeated_fields(application):
    async def headers(self, exchange):
        await exchange.json(list(dict(exchange.headers()).items()))

    return with_methods(application, headers=headers)


@mutant(breaks=("contract.request.query", "http.scope.app-query-bytes"))
def keeps_the_last_of_repeated_parameters(application):
    def query(self):
        return list(dict(Connection.query(self)).items())

    return with_exchange(application, query=query)


@mutant(breaks="contract.request.query")
def drops_empty_parameters(application):
    def query(self):
        return [pair for pair in Connection.query(self) if pair[1]]

    return with_exchange(application, query=query)
