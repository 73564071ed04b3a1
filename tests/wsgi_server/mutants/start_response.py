"""Sins of start_response: what it accepts, when, and how often."""

import time

from wsgi_server.mutation import mutant, override
from wsgi_server.rules import Rules


def nothing(original, self, *given):
    pass


@mutant(breaks=("wsgi.start-response.returns-write", "wsgi.write.order"))
def returns_nothing(parts):
    @override(parts.call, "start_response")
    def start_response(original, self, *given):
        original(self, *given)


@mutant(breaks="wsgi.start-response.lazy-call")
def wants_to_be_called_at_once(parts):
    @override(parts.call, "invoke")
    def invoke(original, self, environ):
        result = original(self, environ)
        assert self.called
        return result


@mutant(breaks="wsgi.start-response.never-called")
def invents_a_status(parts):
    @override(parts.call, "check_started")
    def check_started(original, self):
        if not self.called:
            self.start_response("200 OK", [])
        original(self)


@mutant(
    breaks=(
        "wsgi.start-response.defer-headers",
        "wsgi.start-response.empty-block-defers",
        "wsgi.start-response.exc-info-replace",
        "wsgi.start-response.exc-info-repeat",
        "wsgi.error.response-500",
    )
)
def sends_the_head_at_once(parts):
    @override(parts.call, "start_response")
    def start_response(original, self, *given):
        write = original(self, *given)
        self.response.send(b"")
        return write


@mutant(breaks=("wsgi.start-response.empty-block-defers", "wsgi.error.response-500"))
def sends_the_head_with_an_empty_block(parts):
    @override(parts.call, "check_block")
    def check_block(original, self, block):
        original(self, block)
        if block == b"" and not self.response.head_sent:
            self.check_started()
            self.response.send(block)


@mutant(
    breaks=(
        "wsgi.start-response.headers-at-exhaustion",
        "wsgi.content-length.empty-list",
        "wsgi.content-length.absent-framing",
        "wsgi.http.content-type-optional",
        "wsgi.http.status-without-body",
    )
)
def sends_no_head_without_a_body(parts):
    @override(parts.response, "finish")
    def finish(original, self):
        if self.head_sent:
            original(self)


@mutant(
    breaks=(
        "wsgi.start-response.exc-info-replace",
        "wsgi.start-response.exc-info-repeat",
        "wsgi.error.response-500",
    )
)
def merges_the_headers(parts):
    @override(parts.response, "start")
    def start(original, self, status, headers):
        original(self, status, [*self.headers, *headers])


@mutant(breaks="wsgi.start-response.exc-info-reraise")
def ignores_an_error_that_comes_too_late(parts):
    override(parts.call, "replace")(nothing)


@mutant(breaks="wsgi.start-response.exc-info-reraise-original")
def raises_an_error_of_its_own(parts):
    @override(parts.call, "replace")
    def replace(original, self, exc_info):
        if self.response.head_sent:
            raise RuntimeError("the head has been sent")


@mutant(breaks="wsgi.start-response.exc-info-repeat")
def replaces_only_once(parts):
    @override(parts.call, "replace")
    def replace(original, self, exc_info):
        original(self, exc_info)
        if vars(self).get("replaced"):
            raise RuntimeError("replaced already")
        self.replaced = True


@mutant(breaks=("wsgi.start-response.second-call-fatal", "wsgi.start-response.second-call-after-error"))
def accepts_a_second_call(parts):
    override(parts.call, "fail")(nothing)


@mutant(breaks="wsgi.start-response.second-call-after-error")
def forgets_a_call_that_failed(parts):
    @override(parts.call, "start_response")
    def start_response(original, self, *given):
        try:
            return original(self, *given)
        except ValueError:
            self.called = False
            raise


@mutant(breaks="wsgi.start-response.exc-info-no-reference")
def keeps_the_error(parts):
    @override(parts.call, "replace")
    def replace(original, self, exc_info):
        self.connection.server.last_error = exc_info
        original(self, exc_info)


@mutant(breaks="wsgi.start-response.server-checks-early")
def checks_when_it_is_over(parts):
    """It is a warning only: what is bad is still not sent."""
    override(parts.rules, "check")(nothing)

    @override(parts.response, "head")
    def head(original, self):
        Rules().check(self.status, self.headers)
        return original(self)


@mutant(breaks=("wsgi.start-response.server-rejects-control", "wsgi.start-response.server-checks-early"))
def sends_control_characters(parts):
    override(parts.rules, "check_value")(nothing)


@mutant(breaks=("wsgi.start-response.server-rejects-non-latin1", "wsgi.start-response.server-checks-early"))
def encodes_values_as_utf_8(parts):
    @override(parts.response, "application_headers")
    def application_headers(original, self):
        return [(name, value.encode().decode("latin-1")) for name, value in original(self)]

    @override(parts.rules, "check_value")
    def check_value(original, self, value):
        original(self, value.encode().decode("latin-1"))


@mutant(breaks=("wsgi.start-response.server-rejects-bad-types", "wsgi.start-response.server-checks-early"))
def writes_whatever_it_gets(parts):
    @override(parts.call, "start_response")
    def start_response(original, self, status, headers, *exc_info):
        text = str(status, "latin-1") if isinstance(status, bytes) else str(status)
        return original(self, text, [tuple(map(str, header)) for header in headers or ()], *exc_info)


@mutant(breaks="wsgi.start-response.server-rejects-hop-by-hop")
def passes_hop_by_hop_headers(parts):
    parts.rules.hop_by_hop = frozenset()


@mutant(breaks="wsgi.start-response.duplicates-kept")
def keeps_the_last_of_several_headers(parts):
    @override(parts.response, "application_headers")
    def application_headers(original, self):
        return list(dict(original(self)).items())


@mutant(breaks="wsgi.start-response.case-insensitive")
def compares_names_letter_by_letter(parts):
    @override(parts.response, "has")
    def has(original, self, name):
        return any(given == name.title() for given, _ in self.headers)


@mutant(breaks="wsgi.start-response.required-added")
def adds_no_date(parts):
    @override(parts.response, "added_headers")
    def added_headers(original, self):
        return [header for header in original(self) if header[0] != "Date"]


@mutant(breaks="wsgi.start-response.required-added")
def writes_the_date_its_own_way(parts):
    @override(parts.response, "date")
    def date(original, self):
        return time.ctime()


@mutant(breaks="wsgi.start-response.status-on-wire")
def knows_only_some_codes(parts):
    @override(parts.response, "status_line")
    def status_line(original, self):
        known = self.status[:3] in ("200", "201", "204", "301", "302", "304", "400", "404", "413", "500", "503")
        return original(self) if known else "HTTP/1.1 500 Internal Server Error"


@mutant(breaks="wsgi.call.start-response-arity")
def takes_none_for_an_error(parts):
    @override(parts.call, "start_response")
    def start_response(original, self, *given):
        if len(given) == 3 and given[2] is None:
            raise TypeError("exc_info is a tuple")
        return original(self, *given)


@mutant(breaks="wsgi.start-response.content-length-zero")
def hangs_up_when_there_is_nothing_to_send(parts):
    @override(parts.response, "finish")
    def finish(original, self):
        if self.declared_length() != 0 or self.head_sent:
            original(self)
