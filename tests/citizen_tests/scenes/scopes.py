"""What scopes hold, for every sort of request and connection."""

import ssl
from typing import Any

from stage import Client, Recorder, Stage, ok

TARGETS = [
    b"/",
    b"/p?x=1?y=2",
    b"/p?",
    b"/a%20b%21/%7Euser",
    b"/caf%C3%A9/%e2%82%ac/%F0%9F%98%80",
    b"/caf\xc3\xa9/%C3%A9",
    b"/%ff%fe/x",
    b"/a%2Fb%2fc",
    b"/a%3Fb%23c?q=1",
    b"/a%2520b",
    b"/%25",
    b"/a+b%2Bc",
    b"//a/./b/../c//",
    b"/a%2Fb%7e%C3%A9+%2B//./x",
    b"/p%20q?x=1",
    b"/p?b=%C3%A9&a=1+2%20&&x=?&y=%zz",
    b"/p?q=\xc3\xa9\xff",
    b"http://h/a%20b?q=1",
]
HEADERS = (
    b"x-latin: caf\xe9",
    b"x-utf8: \xe2\x82\xac",
    b"x-inner: a  b\tc",
    b"x-ows: \t v \t",
    b"x-empty:",
    b"X-MiXeD: 1",
    b"x-m: 1",
    b"x-other: a",
    b"x-m: 2",
    b"X-M: 2",
    b"Cookie: a=1; b=2",
    b"x_under: 1",
    b"te: trailers",
    b"connection: keep-alive",
)


def shown(value: Any) -> Any:
    """With the types of everything in it, so that what is equal and not the same shows."""
    name = type(value).__name__
    if isinstance(value, dict) or name == "mappingproxy":
        return name, [(shown(key), shown(item)) for key, item in value.items()]
    if isinstance(value, list | tuple) or name == "list_iterator":
        return name, [shown(item) for item in value]
    return name, value


class Scopes(Recorder):
    """Notes every scope, addresses by whose they are."""

    def __init__(self, stage: Stage, state: dict[str, Any] | None = None) -> None:
        super().__init__(self.noted, self.noted, state)
        self.stage = stage

    async def noted(self, scope: Any, receive: Any, send: Any) -> None:
        ours = {client.writer.get_extra_info("sockname")[1]: "ours" for client in self.stage.clients if client.is_tcp}
        theirs = {self.stage.server.address[1]: "theirs"} if isinstance(self.stage.server.address, tuple) else {}
        text = repr(shown(scope))
        for port, owner in {**ours, **theirs}.items():
            text = text.replace(repr(port), owner)
        self.stage.note(text)
        if scope["type"] == "websocket":
            await send({"type": "websocket.close"})
        else:
            await ok(scope, receive, send)


async def http_targets(stage: Stage) -> None:
    await stage.start(Scopes(stage))
    for target in TARGETS:
        client = await stage.client()
        client.get(target)
        stage.note(target, await client.until(b"ok"))
    client = await stage.client()
    client.get(b"*", method=b"OPTIONS")
    stage.note(await client.until(b"ok"))


async def http_methods_and_versions(stage: Stage) -> None:
    await stage.start(Scopes(stage, {"key": 1}))
    for method in (b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"OPTIONS", b"PATCH", b"get", b"PROPFIND", b"X-Y"):
        client = await stage.client()
        client.get(method=method)
        stage.note(method, await client.until(b"\r\n\r\n"))
    client = await stage.client()
    client.send(b"GET / HTTP/1.0\r\n\r\n")
    stage.note(await client.rest())


async def http_headers(stage: Stage) -> None:
    await stage.start(Scopes(stage))
    client = await stage.client()
    client.send(b"\r\n".join((b"GET / HTTP/1.1", b"Host: Example.ORG:8080", *HEADERS, b"", b"")))
    stage.note(await client.until(b"ok"))


async def requests_of_one_connection(stage: Stage) -> None:
    await stage.start(Scopes(stage, {"key": 1}))
    client = await stage.client()
    for path in (b"/one?1", b"/two", b"/three?3"):
        client.get(path)
        stage.note(await client.until(b"ok"))


async def with_a_root_path(stage: Stage) -> None:
    await stage.start(Scopes(stage), root_path="/app")
    client = await stage.client()
    client.get(b"/app/x")
    stage.note(await client.until(b"ok"))
    client = await stage.client()
    stage.note(await client.upgrade(b"/app/x"))


async def on_ipv6(stage: Stage) -> None:
    await stage.start(Scopes(stage), host="::1")
    await one_of_each(stage)


async def on_a_unix_socket(stage: Stage) -> None:
    await stage.start(Scopes(stage), uds=f"{stage.folder}/socket")
    await one_of_each(stage)


async def on_tls(stage: Stage) -> None:
    certificates = stage.certificates
    await stage.start(Scopes(stage), certfile=certificates.server, cafile=certificates.issuers)
    for chain in (None, certificates.client):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            context = ssl.create_default_context(cafile=certificates.issuers)
            context.minimum_version = context.maximum_version = version
            if chain:
                context.load_cert_chain(chain)
            await one_of_each(stage, ssl=context, server_hostname="localhost")


async def of_two_tls_connections(stage: Stage) -> None:
    certificates = stage.certificates
    await stage.start(Scopes(stage), certfile=certificates.server, cafile=certificates.issuers)
    contexts = [ssl.create_default_context(cafile=certificates.issuers) for _ in range(2)]
    contexts[1].maximum_version = ssl.TLSVersion.TLSv1_2
    clients = [await stage.client(ssl=context, server_hostname="localhost") for context in contexts]
    for client in clients * 2:
        client.get()
        stage.note(await client.until(b"ok"))


async def one_of_each(stage: Stage, **options: Any) -> None:
    client = await stage.client(**options)
    client.get()
    stage.note(await client.until(b"ok"))
    client.get(b"/again")
    stage.note(await client.until(b"ok"))
    client = await stage.client(**options)
    stage.note(await client.upgrade())


async def of_websockets(stage: Stage) -> None:
    await stage.start(Scopes(stage, {"key": 1}))
    for target in TARGETS[:-1]:
        client = await stage.client()
        stage.note(target, await client.upgrade(target))
    client = await stage.client()
    stage.note(await client.upgrade(b"/", *HEADERS[:-1]))
    for offers in ((b"Sec-WebSocket-Protocol: b,  a",), (b"Sec-WebSocket-Protocol: b", b"Sec-WebSocket-Protocol: a")):
        client = await stage.client()
        stage.note(await client.upgrade(b"/", *offers))


async def of_handshakes_that_are_none(stage: Stage) -> None:
    await stage.start(Scopes(stage))
    key = b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    version = b"Sec-WebSocket-Version: 13"
    upgrade = b"Upgrade: websocket"
    connection = b"Connection: Upgrade"
    for lines in (
        (b"Upgrade: h2c", connection),
        (upgrade, key, version),
        (upgrade, connection, version),
        (upgrade, connection, key),
        (upgrade, connection, b"Sec-WebSocket-Key: abc", version),
        (upgrade, connection, key, b"Sec-WebSocket-Version: 8"),
        (b"UPGRADE: WebSocket", b"Connection: keep-alive, Upgrade", key, version),
    ):
        client = await stage.client()
        client.get(b"/", *lines)
        stage.note(lines, await client.until(b"ok"))
    client = await stage.client()
    client.get(b"/", upgrade, connection, key, version, method=b"POST")
    stage.note(await client.until(b"ok"))


async def changed_by_the_application(stage: Stage) -> None:
    """Whether a scope shows what another call did to its own."""
    kept = []

    async def http(scope: Any, receive: Any, send: Any) -> None:
        keys = sorted(key for key in scope if key != "headers")
        stage.note(keys, dict(scope["asgi"]), dict(scope["extensions"]), list(scope["headers"]), dict(scope["state"]))
        kept.append(scope)
        stage.note([other is scope for other in kept], [other["asgi"] is scope["asgi"] for other in kept])
        scope["asgi"]["x"] = 1
        scope["extensions"]["x"] = {}
        scope["headers"] = [*scope["headers"], (b"x", b"y")]
        scope["state"]["x"] = 1
        scope["state"].pop("key", None)
        scope["x"] = 1
        await ok(scope, receive, send)

    await stage.start(Recorder(http, state={"key": 1}))
    client = await stage.client()
    for _ in range(3):
        client.get()
        stage.note(await client.until(b"ok"))
    client = await stage.client()
    client.get()
    stage.note(await client.until(b"ok"))


async def while_the_next_request_arrives(stage: Stage) -> None:
    async def http(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/next":
            return await ok(scope, receive, send)
        before = repr(sorted(scope.items(), key=lambda item: item[0]))
        await receive()
        client.get(b"/next?query", b"x: y")
        await stage.quiet()
        stage.note(before == repr(sorted(scope.items(), key=lambda item: item[0])))
        return await ok(scope, receive, send)

    await stage.start(Recorder(http))
    client: Client = await stage.client()
    client.get(b"/first")
    stage.note(await client.until(b"ok"))
