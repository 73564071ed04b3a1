"""Sins against scopes and request events that are lawful and rare (ASGI HTTP, "HTTP Connection Scope")."""

from urllib.parse import parse_qsl, unquote

from applications.contract.exchange import Connection
from applications.contract.variation import seeing, with_exchange, with_methods
from applications.mutation import mutant


@mutant(breaks="http.scope.app-multiple-cookie-headers")
def reads_the_first_cookie_field_only(application):
    def cookies(self):
        first = next((value for name, value in self.headers() if name == "cookie"), "")
        return dict(pair.strip().partition("=")[::2] for pair in first.split(";"))

    return with_exchange(application, cookies=cookies)


@mutant(breaks="http.scope.app-header-containers")
def takes_pairs_for_tuples(application):
    def headers(self):
        if not all(isinstance(pair, tuple) for pair in self.scope["headers"]):
            raise TypeError("expected a tuple")
        return Connection.headers(self)

    return with_exchange(application, headers=headers)


@mutant(breaks="http.scope.app-header-case")
def looks_for_fields_in_lower_case(application):
    def cookies(self):
        given = [bytes(value).decode("latin-1") for name, value in self.scope["headers"] if name == b"cookie"]
        return dict(pair.strip().partition("=")[::2] for value in given for pair in value.split(";"))

    return with_exchange(application, cookies=cookies)


@mutant(breaks="http.scope.app-header-encoding")
def takes_fields_for_ascii(application):
    def headers(self):
        return [(name.decode("ascii"), value.decode("ascii")) for name, value in self.scope["headers"]]

    return with_exchange(application, headers=headers)


@mutant(breaks="http.scope.app-path-decoded")
def decodes_the_path_again(application):
    return seeing(application, lambda scope: {**scope, "path": unquote(scope["path"])} if "path" in scope else scope)


@mutant(breaks="http.scope.app-query-bytes")
def takes_the_query_for_ascii(application):
    def query(self):
        return parse_qsl(self.scope["query_string"].decode("ascii"), keep_blank_values=True)

    return with_exchange(application, query=query)


@mutant(breaks="http.scope.app-root-path")
def forgets_the_root_path(application):
    async def link(self, exchange):
        await exchange.json({"link": "/link"})

    return with_methods(application, link=link)


async def until_empty(self):
    """Ends at the first piece that is empty."""
    while True:
        event = await self.receive()
        if not event.get("body"):
            return
        yield event["body"]
        if not event.get("more_body", False):
            return


@mutant(breaks="http.request.app-empty-chunk")
def takes_an_empty_piece_for_the_end(application):
    return with_exchange(application, pieces=until_empty)


async def the_first_piece(self):
    """Whatever the first event holds."""
    yield (await self.receive()).get("body", b"")


@mutant(
    breaks=(
        "http.request.app-waits-for-body",
        "http.request.app-empty-chunk",
        "http.request.app-disconnect-mid-body",
        "contract.request.body",
        "contract.request.pieces",
    )
)
def takes_the_first_piece_for_the_body(application):
    return with_exchange(application, pieces=the_first_piece)


async def every_key_is_there(self):
    """Without defaults."""
    while True:
        event = await self.receive()
        if event["type"] == "http.disconnect":
            raise OSError
        yield event["body"]
        if not event["more_body"]:
            return


@mutant(breaks="http.request.app-defaults")
def knows_no_defaults(application):
    return with_exchange(application, pieces=every_key_is_there)


async def until_the_end_of_anything(self):
    """A disconnect is an end, too."""
    more = True
    while more:
        event = await self.receive()
        yield event.get("body", b"")
        more = event.get("more_body", False)


@mutant(breaks="http.request.app-disconnect-mid-body")
def takes_a_disconnect_for_the_end_of_the_body(application):
    return with_exchange(application, pieces=until_the_end_of_anything)
