"""Sins against the disconnect message (ASGI HTTP, "Disconnect - receive event")."""

from citizen.mutation import mutant, override
from citizen.reply import Reply


@mutant(
    breaks=(
        "http.disconnect.shape",
        "http.disconnect.on-client-close",
        "http.request.disconnect-mid-body",
        "common.receive.cancel-safe",
    )
)
def calls_it_http_close(parts):
    @override(parts.http, "disconnect_event")
    def disconnect_event(original, self):
        return {"type": "http.close"} if self.reply is Reply.PENDING else original(self)


@mutant(breaks="http.disconnect.on-client-close")
def does_not_notice_while_a_response_is_under_way(parts):
    @override(parts.http, "next_event")
    def next_event(original, self):
        return None if self.reply is Reply.BODY and self.content_delivered else original(self)


@mutant(
    breaks=(
        "http.disconnect.after-response",
        "http.disconnect.unread-body-after-response",
        "ext.pathsend.sends-file",
    )
)
def waits_for_the_client_to_leave_after_the_response(parts):
    @override(parts.http, "next_event")
    def next_event(original, self):
        return None if self.reply is Reply.DONE and not self.connection.gone else original(self)


@mutant(breaks="http.disconnect.unread-body-after-response")
def delivers_the_body_after_the_response(parts):
    @override(parts.http, "next_event")
    def next_event(original, self):
        if self.reply is Reply.DONE and not self.content_delivered:
            self.content_delivered = True
            return self.request_event(b"", False)
        return original(self)


@mutant(breaks="http.disconnect.repeatable")
def says_it_once(parts):
    @override(parts.http, "next_event")
    def next_event(original, self):
        event = original(self)
        if event == self.disconnect_event():
            event, self.said = None if hasattr(self, "said") else event, True
        return event


@mutant(
    breaks=(
        "http.disconnect.not-early",
        "http.scope.lifetime.until-response-end",
        "common.receive.concurrent-with-send",
    )
)
def says_it_when_the_response_starts(parts):
    @override(parts.http, "next_event")
    def next_event(original, self):
        event = original(self)
        return self.disconnect_event() if event is None and self.reply is Reply.BODY else event


@mutant(breaks="http.disconnect.half-close")
def hangs_up_on_clients_that_have_sent_everything(parts):
    @override(parts.connection, "eof_received")
    def eof_received(original, self):
        original(self)
        return False


@mutant(breaks=("http.disconnect.queued-body-order", "http.request.disconnect-mid-body"))
def forgets_a_request_whose_client_has_left(parts):
    @override(parts.http, "next_event")
    def next_event(original, self):
        self.forgotten = getattr(self, "forgotten", self.connection.gone)
        return None if self.forgotten else original(self)


@mutant(
    breaks=(
        "http.disconnect.not-early",
        "http.request.nothing-after-final",
        "http.scope.lifetime.until-response-end",
        "common.receive.cancel-safe",
    )
)
def takes_the_end_of_the_body_for_a_disconnect(parts):
    @override(parts.http, "next_event")
    def next_event(original, self):
        event = original(self)
        early = event is None and self.content_delivered and self.reply is Reply.PENDING
        return self.disconnect_event() if early else event


@mutant(breaks="http.disconnect.shape")
def tells_a_code_with_the_disconnect(parts):
    @override(parts.http, "disconnect_event")
    def disconnect_event(original, self):
        return {**original(self), "code": 1006}
