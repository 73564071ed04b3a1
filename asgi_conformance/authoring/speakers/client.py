"""We, as the client of the server under test: raw bytes and frames."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from asgi_conformance import acts
from asgi_conformance.authoring.expectations import nothing
from asgi_conformance.authoring.lines import Term, expects_the_usual, line_of
from asgi_conformance.authoring.quoting import speaks
from asgi_conformance.matchers.combine import shown
from asgi_conformance.peers import websocket
from asgi_conformance.peers.websocket import Opcode
from asgi_conformance.script import Line


@speaks
@dataclass(frozen=True, slots=True)
class Client:
    """We, as the client of the server under test: raw bytes and frames."""

    name: str = "client"

    def named(self, name: str) -> "Client":
        """Another client with a connection of its own."""
        return Client(f"client:{name}")

    def connects(self, *terms: Term, tls: acts.Tls | None = None, ways: Mapping[str, Any] | None = None) -> Line:
        """Open the connection and stay silent; what it settles is that the server accepts connections.

        `tls`: how, over TLS; the handshake may fail then, which is a case of `not_accepted()`.
        """
        return line_of(self.name, acts.Connects(tls), terms, ways)

    def sends(self, *pieces: bytes, ways: Mapping[str, Any] | None = None) -> Line:
        """Write these bytes, every piece in a write of its own. `ways`: where it may be `not_accepted()`."""
        return line_of(self.name, acts.Sends(pieces), (), ways)

    def sends_early(self, *pieces: bytes) -> Line:
        """Write these bytes to a server that is starting, as soon as it accepts connections.

        Gives up when it calls the application before that.
        """
        return line_of(self.name, acts.Sends(pieces, early=True), ())

    def stops_reading(self, stream: str | None = None, *, shrinks: bool = True) -> Line:
        """Read nothing more, so that the buffers between us and the server fill.

        `shrinks`: they are made small, and stay so: without it where much is to be read later.

        Over HTTP/2: leave the flow-control windows as they are (65,535 bytes each), of this stream or of all.
        """
        return line_of(self.name, acts.StopsReading(stream, shrinks), ())

    def reads_again(self, stream: str | None = None) -> Line:
        return line_of(self.name, acts.ReadsAgain(stream), ())

    def begins_to_send(self, *pieces: bytes) -> Line:
        """Write these bytes as the server takes them, while the next lines are played. Not over TLS."""
        return line_of(self.name, acts.Sends(pieces, along=True), ())

    def opens_websocket(
        self,
        target: str | bytes,
        *headers: tuple[bytes, bytes],
        subprotocols: bytes | None = None,
        stream: str | None = None,
        authority: bytes = b"test",
        scheme: bytes = b"https",
    ) -> Line:
        """A valid opening handshake (RFC 6455, section 4.1) with further header fields.

        `stream`: over HTTP/2, by extended CONNECT on this stream (RFC 8441, section 5), with field names in lower case.
        Bytes and frames that are sent and awaited afterwards are those of the stream.
        """
        path = target.encode("ascii") if isinstance(target, str) else target
        fields = list(headers)
        if subprotocols is not None:
            fields.append((b"Sec-WebSocket-Protocol", subprotocols))
        if stream is not None:
            pseudo = [(b":method", b"CONNECT"), (b":protocol", b"websocket"), (b":scheme", scheme), (b":path", path)]
            pseudo.append((b":authority", authority))
            ours = [(name.lower(), value) for name, value in ((b"sec-websocket-version", b"13"), *fields)]
            return line_of(self.name, acts.OpensTunnel(stream, (*pseudo, *ours)), ())
        request = b"".join([
            b"GET " + path + b" HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n",
            b"Sec-WebSocket-Key: " + websocket.KEY + b"\r\nSec-WebSocket-Version: 13\r\n",
            *(name + b": " + value + b"\r\n" for name, value in fields),
            b"\r\n",
        ])  # fmt: skip
        text = f"opens a WebSocket at {path!r} {fields or ''}".rstrip()
        return line_of(self.name, acts.Sends((request,), text, opens_websocket=True), ())

    def sends_text(self, *texts: str) -> Line:
        """Text messages, one frame each, all in one write."""
        frames = b"".join(websocket.frame(Opcode.TEXT, text.encode("utf-8")) for text in texts)
        return line_of(self.name, acts.Sends((frames,), f"sends text {', '.join(map(shown, texts))}"), ())

    def sends_bytes(self, *payloads: bytes) -> Line:
        """Binary messages, one frame each, all in one write."""
        frames = b"".join(websocket.frame(Opcode.BINARY, payload) for payload in payloads)
        return line_of(self.name, acts.Sends((frames,), f"sends binary {', '.join(map(shown, payloads))}"), ())

    def sends_frames(self, *frames: tuple[Any, ...]) -> Line:
        """Frames, each as (opcode, payload) or (opcode, payload, fin), all in one write."""
        data = b"".join(websocket.frame(f[0], f[1], fin=f[2] if len(f) > 2 else True) for f in frames)
        return line_of(self.name, acts.Sends((data,), f"sends frames {shown(frames)}"), ())

    def sends_close(self, code: int | None = 1000, reason: bytes = b"") -> Line:
        """A close frame; None for one without a code."""
        payload = b"" if code is None else code.to_bytes(2, "big") + reason
        data = websocket.frame(Opcode.CLOSE, payload)
        return line_of(self.name, acts.Sends((data,), f"sends a close frame {code if code else ''} {reason!r}"), ())

    def announces(self, **settings: int) -> Line:
        """Open an HTTP/2 connection with these settings, such as `enable_push=0`; before any request."""
        return line_of(self.name, acts.Announces(tuple(settings.items())), ())

    def requests(
        self,
        method: str,
        path: str,
        *fields: tuple[bytes, bytes],
        stream: str = "a",
        body: bytes = b"",
        ends: bool = True,
        authority: bytes | None = b"test",
        scheme: bytes = b"https",
    ) -> Line:
        """Open a stream (HTTP/2, HTTP/3) with this request; `ends`: nothing more will come from us on it."""
        pseudo = [(b":method", method.encode()), (b":scheme", scheme), (b":path", path.encode())]
        if authority is not None:
            pseudo.append((b":authority", authority))
        return line_of(self.name, acts.Requests(stream, (*pseudo, *fields), body, ends), ())

    def opens_stream(self, *fields: tuple[bytes, bytes], stream: str = "a") -> Line:
        """Open a stream with exactly these fields, and leave it open."""
        return line_of(self.name, acts.Requests(stream, fields, b"", False), ())

    def sends_data(self, data: bytes, *, stream: str = "a", ends: bool = False) -> Line:
        """More of a stream (HTTP/2, HTTP/3)."""
        return line_of(self.name, acts.SendsData(stream, data, ends), ())

    def resets_stream(self, stream: str = "a") -> Line:
        """RST_STREAM with CANCEL."""
        return line_of(self.name, acts.ResetsStream(stream), ())

    def gets(self, *terms: Term, ways: Mapping[str, Any] | None = None, within: float | None = None) -> Line:
        """Listen until the matchers have enough, or patience (or `within` seconds) runs out."""
        return line_of(self.name, acts.Hears(within), terms, ways)

    def gets_nothing(self, *terms: Term, ways: Mapping[str, Any] | None = None) -> Line:
        """Listen for the shortest bounded time: neither bytes nor the end come. Prefer a barrier where there is one."""
        if expects_the_usual(terms, ways):
            terms = (nothing(), *terms)
        return line_of(self.name, acts.IsQuiet(), terms, ways)

    def closes(self, *, ways: Mapping[str, Any] | None = None) -> Line:
        """Close the connection (FIN both ways). `ways`: where it may be `not_accepted()`."""
        return line_of(self.name, acts.Closes("fin"), (), ways)

    def resets(self) -> Line:
        """Cut the connection with RST."""
        return line_of(self.name, acts.Closes("reset"), ())

    def shuts_down_sending(self) -> Line:
        """Half-close: FIN from us, still listening."""
        return line_of(self.name, acts.Closes("half"), ())
