"""Sins against requests that follow one another on a connection (ASGI HTTP, "HTTP Connection Scope"; RFC 9112)."""

from citizen.mutation import mutant, override
from citizen.reply import Reply


@mutant(breaks="http.disconnect.after-response")
def leaves_a_receive_waiting_when_the_response_ends(parts):
    @override(parts.http, "receive")
    async def receive(original, self):
        early = self.reply is not Reply.DONE
        event = await original(self)
        while early and event["type"] == "http.disconnect" and not self.connection.gone:
            await self.connection.change()
        return event


@mutant(breaks=("h1.conn.close-requested", "http.response.keep-alive"))
def goes_on_after_close(parts):
    @override(parts.response, "asks_to_close")
    def asks_to_close(original, self, request):
        return request is None
