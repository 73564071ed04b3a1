"""Sins in what an application takes for granted in a scope (ASGI HTTP, "HTTP Connection Scope")."""

import urllib.parse

from applications.changing import changed
from applications.mutation import mutant

KNOWN = {
    *("type", "asgi", "http_version", "method", "scheme", "path", "raw_path", "query_string", "root_path", "headers"),
    *("client", "server", "state", "extensions", "subprotocols"),
}


@mutant(breaks="http.scope.app-minimal")
def demands_a_root_path(application):
    return changed(application, kinds={"http"}, scope=lambda scope: scope["root_path"])


@mutant(breaks=("http.scope.app-minimal", "http.scope.app-none-values"))
def demands_an_address(application):
    return changed(application, kinds={"http"}, scope=lambda scope: scope["client"][0])


@mutant(breaks="http.scope.app-none-values")
def decodes_the_raw_path(application):
    return changed(application, kinds={"http"}, scope=lambda scope: scope.get("raw_path", b"").decode("latin-1"))


@mutant(breaks="http.scope.app-header-containers")
def adds_to_the_list_of_headers(application):
    return changed(application, kinds={"http"}, scope=lambda scope: scope["headers"] + [])


@mutant(breaks="http.scope.app-header-case")
def knows_one_spelling(application):
    async def mutated(scope, receive, send):
        if scope["type"] == "http" and b"host" not in [next(iter(field)) for field in scope["headers"]]:
            await send({"type": "http.response.start", "status": 400})
            await send({"type": "http.response.body"})
        else:
            await application(scope, receive, send)

    return mutated


@mutant(breaks="http.scope.app-header-encoding")
def reads_headers_as_ascii(application):
    def decode(scope):
        return [value.decode("ascii") for _, value in scope["headers"]]

    return changed(application, kinds={"http"}, scope=decode)


@mutant(breaks="http.scope.app-query-bytes")
def reads_escapes_strictly(application):
    def check(scope):
        return urllib.parse.parse_qs(scope["query_string"].decode("latin-1"), errors="strict")

    return changed(application, kinds={"http"}, scope=check)


@mutant(breaks="http.scope.app-query-bytes")
def reads_the_query_as_ascii(application):
    return changed(application, kinds={"http"}, scope=lambda scope: scope["query_string"].decode("ascii"))


@mutant(breaks="http.scope.app-http-version")
def has_forgotten_http_1_0(application):
    def check(scope):
        if scope["http_version"] == "1.0":
            raise ValueError("1.0")

    return changed(application, kinds={"http"}, scope=check)


@mutant(breaks="common.scope.extra-keys-tolerated")
def knows_every_key(application):
    def check(scope):
        if set(scope) - KNOWN:
            raise ValueError(set(scope) - KNOWN)

    return changed(application, scope=check)


@mutant(breaks="common.scope.asgi.version-default")
def demands_a_version(application):
    return changed(application, scope=lambda scope: scope["asgi"]["version"])


@mutant(breaks="common.scope.asgi.spec-version-default")
def demands_a_version_of_the_protocol(application):
    def check(scope):
        return scope.get("asgi") and scope["asgi"]["spec_version"].split(".")

    return changed(application, scope=check)


@mutant(breaks="websocket.scope.app-minimal")
def demands_subprotocols(application):
    return changed(application, kinds={"websocket"}, scope=lambda scope: scope["subprotocols"])


@mutant(breaks="common.middleware.copies-scope")
def writes_into_the_scope(application):
    return changed(application, kinds={"http"}, scope=lambda scope: scope.update(seen=True))


# --------------------------------------------------------------------------- types


@mutant(breaks="common.scope.unknown-type-rejected")
def says_nothing_to_what_it_does_not_know(application):
    async def mutated(scope, receive, send):
        if scope["type"] in KINDS:
            await application(scope, receive, send)

    return mutated


@mutant(breaks="common.scope.unknown-type-rejected")
def takes_everything_for_http(application):
    async def mutated(scope, receive, send):
        kind = scope["type"] if scope["type"] in KINDS else "http"
        await application({**scope, "type": kind}, receive, send)

    return mutated


@mutant(breaks="common.scope.unknown-type-no-traffic")
def answers_what_it_does_not_know(application):
    async def mutated(scope, receive, send):
        if scope["type"] not in KINDS:
            await send({"type": "http.response.start", "status": 404})
        await application(scope, receive, send)

    return mutated


@mutant(breaks="common.scope.unsupported-known-type-rejected")
def passes_over_websockets(application):
    async def mutated(scope, receive, send):
        if scope["type"] != "websocket":
            await application(scope, receive, send)

    return mutated


KINDS = {"http", "websocket", "lifespan"}
