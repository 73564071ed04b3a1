"""Sins against close()."""

from wsgi_server.mutation import mutant, override


def unless(parts, condition):
    """Do not close where the condition holds of the call."""

    @override(parts.call, "close")
    def close(original, self, result):
        if not condition(self):
            original(self, result)


@mutant(
    breaks=(
        "wsgi.close.normal",
        "wsgi.close.app-error",
        "wsgi.close.disconnect",
        "wsgi.close.exactly-once",
        "wsgi.close.content-length-stop",
        "wsgi.close.unused-body",
        "wsgi.close.on-returned-object",
        "wsgi.close.not-started",
        "wsgi.start-response.never-called",
        "wsgi.file-wrapper.closed-after-response",
    )
)
def never_closes(parts):
    unless(parts, lambda call: True)


@mutant(
    breaks=(
        "wsgi.close.app-error",
        "wsgi.close.not-started",
        "wsgi.start-response.never-called",
        "wsgi.file-wrapper.closed-after-response",
    )
)
def leaves_open_what_raised(parts):
    @override(parts.call, "failed")
    def failed(original, self, error):
        self.raised = True
        original(self, error)

    unless(parts, lambda call: vars(call).get("raised"))


@mutant(breaks=("wsgi.close.disconnect", "wsgi.file-wrapper.closed-after-response"))
def leaves_open_what_the_client_left(parts):
    unless(parts, lambda call: call.connection.lost)


@mutant(breaks="wsgi.close.exactly-once")
def closes_twice(parts):
    @override(parts.call, "close")
    def close(original, self, result):
        original(self, result)
        original(self, result)


@mutant(breaks="wsgi.close.content-length-stop")
def leaves_open_what_it_cut_short(parts):
    @override(parts.response, "cut")
    def cut(original, self, block):
        short = original(self, block)
        self.was_short = len(short) < len(block) and not self.bodiless
        return short

    unless(parts, lambda call: vars(call.response).get("was_short"))


@mutant(breaks=("wsgi.close.unused-body", "wsgi.file-wrapper.closed-after-response"))
def leaves_open_what_is_not_sent(parts):
    unless(parts, lambda call: call.response.bodiless)


@mutant(breaks="wsgi.close.on-returned-object")
def closes_the_iterator(parts):
    @override(parts.call, "transmit")
    def transmit(original, self, result):
        self.iterator = iter(result)
        original(self, self.iterator if self.iterator is not result else result)

    @override(parts.call, "close")
    def close(original, self, result):
        original(self, vars(self).get("iterator", result))


@mutant(
    breaks=(
        "wsgi.close.not-started",
        "wsgi.start-response.never-called",
        "wsgi.file-wrapper.closed-after-response",
    )
)
def leaves_open_what_was_not_started(parts):
    unless(parts, lambda call: not call.called)


@mutant(breaks=("wsgi.close.after-body", "wsgi.stream.complete-before-next"))
def closes_in_the_middle_of_a_long_body(parts):
    long, middle = 4 << 20, 3 << 20

    def closed_in_the_middle(self, result):
        given = 0
        for block in result:
            yield block
            given += len(block)
            if given >= middle and not vars(self).get("closed"):
                self.close(result)
                self.closed = True

    @override(parts.call, "transmit")
    def transmit(original, self, result):
        is_long = not self.fault and (self.response.declared_length() or 0) >= long
        original(self, closed_in_the_middle(self, result) if is_long else result)

    unless(parts, lambda call: call.over and vars(call).get("closed"))


@mutant(breaks="wsgi.close.raising")
def closes_before_it_ends_the_response(parts):
    @override(parts.call, "transmit")
    def transmit(original, self, result):
        original(self, result)
        self.closed = True
        if hasattr(result, "close"):
            result.close()

    unless(parts, lambda call: vars(call).get("closed"))
