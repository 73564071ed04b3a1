"""Other answers to what no clause settles: how many calls are held at once, and what WSGI has no room for."""

import asyncio
import base64
import contextlib
import hashlib
import threading

from wsgi_server.mutation import mutant, override
from wsgi_server.refusal import ClientGone

WEBSOCKETS = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""Of RFC 6455, section 4.2.2."""


@mutant(breaks=("wsgi.holding.at-once", "wsgi.holding.next-is-served"))
def serves_one_at_a_time(parts):
    """Whoever comes meanwhile waits in the queue, and is next."""

    @override(parts.server, "limit_of_calls")
    def limit_of_calls(original, self):
        return threading.BoundedSemaphore(1)


@mutant(breaks=("wsgi.holding.at-once", "wsgi.holding.next-is-served"))
def serves_four_at_a_time(parts):
    @override(parts.server, "limit_of_calls")
    def limit_of_calls(original, self):
        return threading.BoundedSemaphore(4)


@mutant(breaks="wsgi.holding.close-after-response")
def keeps_the_end_until_close_has_come_back(parts):
    """Of a response whose length is known: what completes it."""

    @override(parts.response, "send")
    def send(original, self, block):
        kept = []
        self.connection.send = kept.append
        try:
            original(self, block)
        finally:
            del self.connection.send
        if self.satisfied and self.request is not None:
            self.late = b"".join(kept)
        else:
            self.connection.send(b"".join(kept))

    @override(parts.call, "close")
    def close(original, self, result):
        original(self, result)
        with contextlib.suppress(ClientGone):
            self.connection.send(vars(self.response).pop("late", b""))


@mutant(breaks="wsgi.holding.websocket")
def accepts_websockets(parts):
    @override(parts.call, "start_response")
    def start_response(original, self, status, headers, exc_info=None, /):
        keys = self.request.values(b"sec-websocket-key")
        if not keys or not status.startswith("101"):
            return original(self, status, headers, exc_info)
        self.called = True
        accepted = base64.b64encode(hashlib.sha1(keys[0] + WEBSOCKETS).digest()).decode()
        self.response.start(status, [*headers, ("Sec-WebSocket-Accept", accepted)])
        self.fault = ""
        return self.write

    @override(parts.response, "framing_headers")
    def framing_headers(original, self):
        return [] if self.status.startswith("101") else original(self)


@mutant(breaks="wsgi.holding.awaitable")
def awaits_what_can_be_awaited(parts):
    @override(parts.call, "transmit")
    def transmit(original, self, result):
        original(self, asyncio.run(gathered(result)) if hasattr(result, "__aiter__") else result)


async def gathered(result):
    """All that it gives."""
    return [block async for block in result]
