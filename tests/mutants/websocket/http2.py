"""Sins against WebSockets on streams of HTTP/2 (RFC 8441)."""

from citizen import frames
from citizen.framed import Fields
from citizen.mutation import mutant, override


def over_http2(call):
    """Whether this call is on a stream."""
    return call.request.version == "2"


@mutant(breaks=("h2.ws.connect", "websocket.accept.headers.sent"))
def switches_protocols_on_a_stream(parts):
    @override(parts.stream_handshake, "reply")
    def reply(original, self, subprotocol, headers):
        (fields,) = original(self, subprotocol, headers)
        return (Fields([(b":status", b"201"), *fields.headers[1:]]),)


@mutant(breaks=("h2.ws.connect", "websocket.accept.headers.sent"))
def answers_a_stream_with_an_accept_key(parts):
    @override(parts.stream_handshake, "subprotocol_fields")
    def subprotocol_fields(original, self, subprotocol):
        return [*original(self, subprotocol), (b"sec-websocket-accept", b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")]


@mutant(breaks=("websocket.scope.http-version", "websocket.scope.scheme"))
def tells_a_websocket_scope_of_http_1_1(parts):
    @override(parts.websocket, "scope")
    def scope(original, self):
        return {**original(self), **({"http_version": "1.1", "scheme": "https"} if over_http2(self) else {})}


@mutant(breaks="h2.ws.reject")
def accepts_in_order_to_close(parts):
    @override(parts.websocket, "reject")
    def reject(original, self, status):
        if over_http2(self) and status == 403:
            self.connection.write(self.handshake.reply(None, []))
            self.close(frames.NORMAL, "")
        else:
            original(self, status)


@mutant(breaks="h2.ws.reject")
def leaves_the_stream_of_a_refusal_open(parts):
    @override(parts.stream, "refuse")
    def refuse(original, self, status, headers):
        if self.request.protocol is None or status != 403:
            return original(self, status, headers)
        response = self.parts.stream_response(self.request)
        response.start(status, headers)
        self.write(response.head(0))
        self.ending = self.ended = True


@mutant(breaks="h2.ws.close-mapping")
def does_not_hear_the_end_of_a_tunnel(parts):
    @override(parts.stream, "on_end")
    def on_end(original, self):
        if self.request.protocol is None:
            original(self)


@mutant(breaks="h2.ws.close-mapping")
def calls_the_end_of_a_stream_normal(parts):
    @override(parts.websocket, "on_loss")
    def on_loss(original, self):
        if over_http2(self):
            self.end(frames.NORMAL, "")
        else:
            original(self)
