"""Sins against the response start (ASGI HTTP, "Response Start - send event")."""

from citizen.messages import Messages
from citizen.mutation import mutant, override
from citizen.reply import Reply
from citizen.response import PHRASES


@mutant(breaks="http.response.start.status")
def rounds_unusual_statuses(parts):
    @override(parts.http, "int_of")
    def int_of(original, self, message, key, *default):
        number = original(self, message, key, *default)
        return number // 100 * 100 if key == "status" and 200 <= number <= 599 and number not in PHRASES else number


@mutant(breaks="http.response.start.headers.default")
def demands_headers(parts):
    @override(parts.http, "start_headers")
    def start_headers(original, self, message):
        return self.headers_of(message, required=True)


@mutant(breaks="http.response.start.headers.iterables")
def walks_the_headers_twice(parts):
    @override(parts.http, "start_headers")
    def start_headers(original, self, message):
        original(self, message)
        return original(self, message)


@mutant(breaks="http.response.start.headers.order")
def sorts_the_headers(parts):
    @override(parts.http, "start_headers")
    def start_headers(original, self, message):
        return sorted(original(self, message))


@mutant(breaks="http.response.start.headers.duplicates")
def folds_cookies(parts):
    @override(parts.http, "start_headers")
    def start_headers(original, self, message):
        headers = original(self, message)
        cookies = [value for name, value in headers if name == b"set-cookie"]
        others = [(name, value) for name, value in headers if name != b"set-cookie"]
        return [*others, (b"set-cookie", b", ".join(cookies))] if cookies else others


@mutant(breaks="http.response.start.headers.value-exact")
def re_encodes_header_values(parts):
    @override(parts.http, "start_headers")
    def start_headers(original, self, message):
        return [(name, value.decode("latin-1").encode("utf-8")) for name, value in original(self, message)]


@mutant(breaks="http.response.start.headers.value-exact")
def drops_headers_without_a_value(parts):
    @override(parts.http, "start_headers")
    def start_headers(original, self, message):
        return [(name, value) for name, value in original(self, message) if value]


@mutant(breaks="http.response.start.headers.mixed-case-accepted")
def knows_content_length_in_lower_case_only(parts):
    @override(parts.response, "content_length")
    def content_length(original, self, headers):
        return original(self, [(name, value) for name, value in headers if name.islower()])


@mutant(breaks="http.response.start.headers.pseudo-rejected")
def writes_pseudo_headers(parts):
    @override(parts.http, "start_headers")
    def start_headers(original, self, message):
        self.check_name = lambda name: name.startswith(b":") or Messages.check_name(self, name)
        try:
            return original(self, message)
        finally:
            del self.check_name


@mutant(breaks="http.response.start.headers.injection")
def writes_line_breaks_in_header_values(parts):
    @override(parts.http, "start_headers")
    def start_headers(original, self, message):
        self.check_value = lambda value: isinstance(value, bytes) or Messages.check_value(self, value)
        try:
            return original(self, message)
        finally:
            del self.check_value


@mutant(breaks="http.response.start.transfer-encoding-ignored")
def forwards_transfer_encoding(parts):
    @override(parts.response, "is_ours")
    def is_ours(original, self, name):
        return name != b"transfer-encoding" and original(self, name)


@mutant(breaks="http.response.start.content-encoding-kept")
def strips_content_encoding(parts):
    @override(parts.http, "start_headers")
    def start_headers(original, self, message):
        return [(name, value) for name, value in original(self, message) if name != b"content-encoding"]


@mutant(breaks="http.response.start.duplicate")
def lets_a_second_start_replace_the_first(parts):
    parts.http.legal = {**parts.http.legal, "http.response.start": frozenset({Reply.PENDING, Reply.STARTED})}
