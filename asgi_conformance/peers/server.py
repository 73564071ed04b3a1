"""The server's half of HTTP/1.1 and WebSocket, without I/O: bytes of a client into scopes and events, and back.

What a correct server makes of them (RFC 9112, RFC 6455, the ASGI HTTP and WebSocket specification), for requests that
are well-formed. An application in memory is driven through it by the lines that drive a real server over the wire.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from asgi_conformance.peers import websocket
from asgi_conformance.peers.websocket import Opcode

ASGI = {"version": "3.0", "spec_version": "2.5"}
BODILESS = frozenset({204, 304})
NORMAL, GOING_AWAY, NO_CODE, ABNORMAL, FAILED = 1000, 1001, 1005, 1006, 1011


@dataclass(frozen=True, slots=True)
class Begin:
    """The application is to be called."""

    scope: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Deliver:
    """The application is to be given this event."""

    event: Mapping[str, Any]


Deed = Begin | Deliver


class Http:
    """One request and its response."""

    def __init__(self, method: str, fields: list[list[bytes]]) -> None:
        self._method = method
        have = _by_name(fields)
        self._chunked = have.get(b"transfer-encoding", b"").lower() == b"chunked"
        self._left = int(have.get(b"content-length", b"0"))
        self._closes = have.get(b"connection", b"").lower() == b"close"
        self.received = False
        """Whether the request is complete."""
        self.sent = False
        """Whether the response is."""
        self._start: Mapping[str, Any] | None = None
        self._framing = ""

    @property
    def started(self) -> bool:
        return self._framing != ""

    @property
    def closes(self) -> bool:
        """Whether no other request follows on the connection."""
        return self._closes or self._framing == "close"

    def body(self, unread: bytearray) -> Iterator[Deed]:
        """What has come of the request's body."""
        if self.received:
            return
        data = self._dechunked(unread) if self._chunked else self._counted(unread)
        if data or self.received:
            yield Deliver({"type": "http.request", "body": data, "more_body": not self.received})

    def _counted(self, unread: bytearray) -> bytes:
        data = bytes(unread[: self._left])
        del unread[: len(data)]
        self._left -= len(data)
        self.received = self._left == 0
        return data

    def _dechunked(self, unread: bytearray) -> bytes:
        parts = []
        while (end := unread.find(b"\r\n")) >= 0:
            size = int(bytes(unread[:end]).partition(b";")[0], 16)
            if len(unread) < end + 2 + size + 2:
                break
            parts.append(bytes(unread[end + 2 : end + 2 + size]))
            del unread[: end + 2 + size + 2]
            if size == 0:
                self.received = True
                break
        return b"".join(parts)

    def answer(self, event: Mapping[str, Any]) -> bytes:
        """What an event of the application is on the wire. Raises `KeyError`, `TypeError`, … for one that is none."""
        if event["type"] == "http.response.start":
            self._start = event
            return b""
        if event["type"] != "http.response.body" or self.sent:
            return b""
        data, more = bytes(event.get("body", b"")), bool(event.get("more_body", False))
        head = b"" if self.started else self._head(len(data), more)
        self.sent = not more
        if self._framing == "none":
            return head
        if self._framing == "chunked":
            piece = b"%x\r\n%s\r\n" % (len(data), data) if data else b""
            return head + piece + (b"" if more else b"0\r\n\r\n")
        return head + data

    def _head(self, length: int, more: bool) -> bytes:
        assert self._start is not None
        status = int(self._start["status"])
        given = ((bytes(name).lower(), bytes(value)) for name, value in self._start.get("headers", ()))
        fields = [(name, value) for name, value in given if name != b"transfer-encoding"]  # which a server ignores
        if self._method == "HEAD" or status in BODILESS:
            self._framing = "none"
        elif any(name == b"content-length" for name, _ in fields):
            self._framing = "counted"
        elif not more:
            self._framing = "counted"
            fields.append((b"content-length", b"%d" % length))
        else:
            self._framing = "chunked"
            fields.append((b"transfer-encoding", b"chunked"))
        self._closes = self._closes or (b"connection", b"close") in fields
        lines = [b"HTTP/1.1 %d " % status, *(name + b": " + value for name, value in fields)]
        return b"\r\n".join(lines) + b"\r\n\r\n"


def _by_name(fields: list[list[bytes]]) -> dict[bytes, bytes]:
    return {field[0]: field[1] for field in fields}


class WebSocket:
    """One connection from its handshake on."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.accepted = False
        self.closed = False
        """Whether our close frame, or the refusal, is sent."""
        self._denial: Http | None = None
        self._parts: list[bytes] = []
        self._opcode = 0
        self.gone = False
        """Whether the client has closed."""

    def frames(self, unread: bytearray) -> Iterator[Deed | bytes]:
        """What has come, as events, and what is to be answered at once."""
        while not self.gone and (found := websocket.read_frame(bytes(unread))) is not None:
            del unread[: found.size]
            if found.opcode == Opcode.PING:
                yield websocket.frame(Opcode.PONG, found.payload, mask=None)
            elif found.opcode == Opcode.CLOSE:
                self.gone = True
                code = websocket.close_code(found.payload)
                if not self.closed:
                    reason = found.payload[2:].decode("utf-8", "replace")
                    yield Deliver({"type": "websocket.disconnect", "code": code or NO_CODE, "reason": reason})
                    yield websocket.frame(Opcode.CLOSE, found.payload, mask=None)
            elif found.opcode != Opcode.PONG:
                yield from self._data(found)

    def _data(self, found: websocket.Frame) -> Iterator[Deed]:
        self._opcode = found.opcode or self._opcode
        self._parts.append(found.payload)
        if not found.fin:
            return
        payload, self._parts = b"".join(self._parts), []
        text = self._opcode == Opcode.TEXT
        key = {"text": payload.decode("utf-8", "replace")} if text else {"bytes": payload}
        yield Deliver({"type": "websocket.receive", **key})

    def answer(self, event: Mapping[str, Any]) -> bytes:
        kind = event["type"]
        if kind == "websocket.accept" and not self.accepted:
            self.accepted = True
            fields = [(bytes(name), bytes(value)) for name, value in event.get("headers", ())]
            if event.get("subprotocol"):
                fields.append((b"sec-websocket-protocol", event["subprotocol"].encode("ascii")))
            accept = websocket.accept_key(self._key)
            switch = [(b"upgrade", b"websocket"), (b"connection", b"Upgrade"), (b"sec-websocket-accept", accept)]
            lines = [b"HTTP/1.1 101 ", *(name + b": " + value for name, value in (*switch, *fields))]
            return b"\r\n".join(lines) + b"\r\n\r\n"
        if kind == "websocket.send" and self.accepted:
            if (text := event.get("text")) is not None:
                return websocket.frame(Opcode.TEXT, text.encode("utf-8"), mask=None)
            return websocket.frame(Opcode.BINARY, bytes(event["bytes"]), mask=None)
        if kind == "websocket.close" and not self.closed:
            return self._close(event)
        if kind.startswith("websocket.http.response."):
            return self._deny(event)
        return b""

    def _close(self, event: Mapping[str, Any]) -> bytes:
        self.closed = True
        if not self.accepted:
            return b"HTTP/1.1 403 \r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        code, reason = event.get("code") or NORMAL, event.get("reason") or ""
        return websocket.frame(Opcode.CLOSE, code.to_bytes(2, "big") + reason.encode("utf-8"), mask=None)

    def _deny(self, event: Mapping[str, Any]) -> bytes:
        """The extension WebSocket Denial Response."""
        self._denial = self._denial or Http("GET", [[b"connection", b"close"]])
        data = self._denial.answer({**event, "type": event["type"].removeprefix("websocket.")})
        self.closed = self._denial.sent
        return data

    def fail(self) -> bytes:
        """The application's call has ended without closing."""
        if self.closed or self.gone:
            return b""
        self.closed = True
        if not self.accepted:
            return b"HTTP/1.1 500 \r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        return websocket.frame(Opcode.CLOSE, FAILED.to_bytes(2, "big"), mask=None)


@dataclass(slots=True)
class Connection:
    """One connection of a client."""

    root_path: str = ""
    extensions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    unread: bytearray = field(default_factory=bytearray)
    """Of what the client has sent."""
    out: bytearray = field(default_factory=bytearray)
    """What the client has not yet read."""
    ended: bool = False
    """Whether we have closed."""
    exchange: Http | WebSocket | None = None

    def receive(self, data: bytes) -> Iterator[Deed]:
        """What to do about bytes from the client. Raises `ValueError` for what no client of ours should send."""
        self.unread += data
        while True:
            if self.exchange is None:
                if (head := self._head()) is None:
                    return
                yield from self._begin(*head)
            if isinstance(self.exchange, WebSocket):
                if not self.exchange.accepted:
                    return
                yield from self._frames(self.exchange)
                return
            assert isinstance(self.exchange, Http)
            yield from self.exchange.body(self.unread)
            return

    def _head(self) -> tuple[str, str, list[list[bytes]]] | None:
        end = self.unread.find(b"\r\n\r\n")
        if end < 0:
            return None
        first, *lines = bytes(self.unread[:end]).split(b"\r\n")
        del self.unread[: end + 4]
        method, target, _ = first.decode("latin-1").split(" ")
        fields = [[name.strip().lower(), value.strip()] for name, _, value in (line.partition(b":") for line in lines)]
        return method, target, fields

    def _begin(self, method: str, target: str, fields: list[list[bytes]]) -> Iterator[Deed]:
        raw, _, query = target.partition("?")
        have = _by_name(fields)
        scope = {
            "asgi": dict(ASGI),
            "http_version": "1.1",
            "path": self.root_path + unquote(raw),
            "raw_path": (self.root_path + raw).encode("latin-1"),
            "query_string": query.encode("latin-1"),
            "root_path": self.root_path,
            "headers": [tuple(field) for field in fields],
            "client": ["127.0.0.1", 51234],
            "server": ["127.0.0.1", 8000],
            "extensions": {},
        }
        if have.get(b"upgrade", b"").lower() == b"websocket":
            self.exchange = WebSocket(have[b"sec-websocket-key"])
            offers = [one.strip().decode("ascii") for one in have.get(b"sec-websocket-protocol", b"").split(b",")]
            offered = {"subprotocols": [one for one in offers if one], "extensions": dict(self.extensions)}
            yield Begin({"type": "websocket", "scheme": "ws", **scope, **offered})
            yield Deliver({"type": "websocket.connect"})
        else:
            self.exchange = Http(method, fields)
            yield Begin({"type": "http", "method": method, "scheme": "http", **scope})

    def _frames(self, exchange: WebSocket) -> Iterator[Deed]:
        for found in exchange.frames(self.unread):
            if isinstance(found, bytes):
                self.out += found
            else:
                yield found
        self.ended = self.ended or exchange.gone

    def answer(self, event: Mapping[str, Any]) -> Iterator[Deed]:
        """What to do about an event of the application. Raises anything for one that is malformed."""
        exchange = self.exchange
        if exchange is None or self.ended:
            return
        was_open = isinstance(exchange, WebSocket) and not exchange.accepted
        self.out += exchange.answer(event)
        if isinstance(exchange, WebSocket):
            self.ended = exchange.closed
            if was_open and exchange.accepted:
                yield from self._frames(exchange)
        elif exchange.sent:
            self.ended = exchange.closes
            yield Deliver({"type": "http.disconnect"})
            if exchange.received:
                self.exchange = None
                if not self.ended:
                    yield from self.receive(b"")

    def call_ended(self) -> None:
        """The application's call is over: what it leaves undone is ended as a server ends it."""
        match self.exchange:
            case Http() as exchange if not exchange.sent:
                if not exchange.started:
                    self.out += b"HTTP/1.1 500 \r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                self.ended = True
            case WebSocket() as exchange:
                self.out += exchange.fail()
                self.ended = True

    def leave(self) -> Iterator[Deed]:
        """The client closes the connection."""
        match self.exchange:
            case Http() as exchange if not exchange.sent:
                yield Deliver({"type": "http.disconnect"})
            case WebSocket() as exchange if not (exchange.closed or exchange.gone):
                yield Deliver({"type": "websocket.disconnect", "code": ABNORMAL, "reason": ""})
        self.ended = True
