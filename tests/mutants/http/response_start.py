"""Sins against the response start (ASGI HTTP, "Response Start - send event")."""

import gzip

from citizen.messages import InvalidMessage, Messages
from citizen.mutation import mutant, override
from citizen.reply import Reply
from citizen.response import PHRASES


@mutant(breaks="http.response.start.status")
def rounds_unusual_statuses(parts):
    @override(parts.http, "int_of")
    def int_of(original, self, message, key, *default):
        number = original(self, message, key, *default)
        return number // 100 * 100 if key == "status" and 200 <= number <= 599 and number not in PHRASES else number


@mutant(breaks="http.response.start.status")
def knows_one_client_error(parts):
    @override(parts.http, "int_of")
    def int_of(original, self, message, key, *default):
        number = original(self, message, key, *default)
        return 400 if key == "status" and 400 < number < 500 else number


@mutant(breaks="http.response.start.status")
def answers_errors_itself(parts):
    @override(parts.response, "admit")
    def admit(original, self, length):
        if self.status >= 500:
            self.status = 400


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


@mutant(breaks="http.response.start.headers.iterables")
def demands_a_list_of_headers(parts):
    @override(parts.http, "start_headers")
    def start_headers(original, self, message):
        self.value_of(message, "headers", list, [])
        return original(self, message)


@mutant(breaks="http.response.start.headers.iterables")
def demands_pairs_that_are_tuples(parts):
    @override(parts.http, "header")
    def header(original, self, pair):
        if not isinstance(pair, tuple):
            raise InvalidMessage("a header is a tuple")
        return original(self, pair)


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


@mutant(breaks=("http.response.start.headers.duplicates", "http.response.start.headers.order"))
def folds_what_is_no_cookie(parts):
    @override(parts.http, "start_headers")
    def start_headers(original, self, message):
        headers = original(self, message)
        values = {name: b", ".join(value for key, value in headers if key == name) for name, _ in headers}
        cookies = [header for header in headers if header[0] == b"set-cookie"]
        return [*((name, value) for name, value in values.items() if name != b"set-cookie"), *cookies]


@mutant(breaks="http.response.start.headers.value-exact")
def squeezes_white_space(parts):
    @override(parts.http, "start_headers")
    def start_headers(original, self, message):
        return [(name, b" ".join(value.split())) for name, value in original(self, message)]


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
        self.check_name = lambda name: None if name.startswith(b":") else Messages.check_name(self, name)
        try:
            return original(self, message)
        finally:
            del self.check_name


@mutant(breaks="http.response.start.headers.injection")
def writes_line_breaks_in_header_values(parts):
    @override(parts.http, "start_headers")
    def start_headers(original, self, message):
        self.check_value = lambda value: None if isinstance(value, bytes) else Messages.check_value(self, value)
        try:
            return original(self, message)
        finally:
            del self.check_value


@mutant(breaks="http.response.start.headers.injection")
def writes_line_breaks_in_header_names(parts):
    @override(parts.http, "start_headers")
    def start_headers(original, self, message):
        self.check_name = lambda name: None if b"\r" in name else Messages.check_name(self, name)
        try:
            return original(self, message)
        finally:
            del self.check_name


@mutant(breaks="http.response.start.transfer-encoding-ignored")
def refuses_transfer_encoding(parts):
    @override(parts.http, "start_headers")
    def start_headers(original, self, message):
        headers = original(self, message)
        if any(name == b"transfer-encoding" for name, _ in headers):
            raise InvalidMessage("Transfer-Encoding is not for applications")
        return headers


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


@mutant(breaks="http.response.start.content-encoding-kept")
def compresses_of_its_own_accord(parts):
    @override(parts.http, "start_headers")
    def start_headers(original, self, message):
        self.zipped = self.request.has_token(b"accept-encoding", b"gzip")
        headers = original(self, message)
        others = [(name, value) for name, value in headers if name != b"content-length"]
        return [*others, (b"content-encoding", b"gzip")] if self.zipped else headers

    @override(parts.http, "body_of")
    def body_of(original, self, message):
        data, more = original(self, message)
        return (gzip.compress(data), more) if self.zipped else (data, more)


@mutant(
    breaks=(
        "http.response.start.flush-timing",
        "http.app.exception-mid-response",
        "http.app.return-without-body",
        "common.extensions.advertised-works",
    )
)
def sends_half_a_head(parts):
    @override(parts.http, "send_start")
    async def send_start(original, self, message):
        await original(self, message)
        self.connection.write(self.response.status_line())

    @override(parts.response, "head")
    def head(original, self, length):
        return original(self, length).removeprefix(self.status_line())


@mutant(breaks="http.response.start.flush-timing")
def never_sends_a_head_without_a_body(parts):
    @override(parts.http, "finish")
    async def finish(original, self, out):
        empty = self.reply is Reply.STARTED and not self.response.written and self.response.declared == 0
        await original(self, b"" if empty else out)


@mutant(breaks=("http.response.start.duplicate", "http.response.framing.one-head"))
def starts_again_in_the_middle_of_a_body(parts):
    legal = {**parts.http.legal, "http.response.start": frozenset({Reply.PENDING, Reply.BODY})}
    parts.http.legal = legal


@mutant(breaks="http.response.start.duplicate")
def ignores_a_second_start(parts):
    @override(parts.http, "accept_message")
    async def accept_message(original, self, message):
        if self.reply is Reply.PENDING or message.get("type") != "http.response.start":
            await original(self, message)


@mutant(breaks="http.response.start.duplicate")
def lets_a_second_start_replace_the_first(parts):
    parts.http.legal = {**parts.http.legal, "http.response.start": frozenset({Reply.PENDING, Reply.STARTED})}
