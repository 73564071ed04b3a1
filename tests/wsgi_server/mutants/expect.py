"""Sins against clients that wait for 100 Continue."""

from wsgi_server.mutation import mutant, override


@mutant(breaks="wsgi.expect.transparent")
def never_tells_a_client_to_go_on(parts):
    @override(parts.bodies, "invite")
    def invite(original, self):
        self.expected = False


@mutant(breaks="wsgi.expect.read-blocks")
def does_not_wait_for_what_it_asked_for(parts):
    @override(parts.bodies, "take")
    def take(original, self, limit):
        if vars(self).get("invited"):
            self.patience = 0.01
        try:
            return original(self, limit)
        except TimeoutError:
            return b""

    @override(parts.bodies, "invite")
    def invite(original, self):
        self.invited = self.expected
        original(self)


@mutant(breaks="wsgi.expect.not-for-http10")
def tells_old_clients_to_go_on(parts):
    @override(parts.connection, "body_of")
    def body_of(original, self, request):
        if b"100-continue" in request.options(b"expect") and not request.is_modern:
            self.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        return original(self, request)


@mutant(breaks="wsgi.expect.unread-body")
def waits_for_a_body_that_nobody_wants(parts):
    @override(parts.response, "head")
    def head(original, self):
        if self.body and self.body.expected:
            self.body.expected = False
            self.body.receive(1)
        return original(self)
