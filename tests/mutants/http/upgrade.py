"""Sins against requests that offer another protocol (RFC 9110, section 7.8)."""

from citizen.mutation import mutant, override


@mutant(breaks=("http.request.upgrade-ignored-keeps-body", "http.scope.one-per-request"))
def expects_no_body_beside_an_offer(parts):
    @override(parts.connection, "body_of")
    def body_of(original, self, request):
        return self.parts.sized_body(0) if request.has_token(b"connection", b"upgrade") else original(self, request)


@mutant(breaks="http.request.upgrade-ignored-keeps-body")
def refuses_a_body_beside_an_offer_without_a_word(parts):
    @override(parts.connection, "answer")
    async def answer(original, self, request):
        offers = request.has_token(b"connection", b"upgrade") and not self.parts.handshake(request).wanted()
        return False if offers else await original(self, request)
