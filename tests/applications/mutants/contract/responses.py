"""Sins in what a client gets of a response."""

import contract

from applications.contract.exchange import Exchange
from applications.contract.variation import sending, with_exchange, with_methods
from applications.mutation import mutant


@mutant(breaks="contract.response.text")
def sends_text_as_html(application):
    async def root(self, exchange):
        await exchange.answer(200, contract.GREETING.encode(), "text/html")

    return with_methods(application, root=root)


@mutant(breaks="contract.response.head")
def tells_another_length_to_head(application):
    async def answer(self, status, body, content_type="text/plain", fields=()):
        await Exchange.answer(self, status, b"" if self.method == "HEAD" else body, content_type, fields)

    return with_exchange(application, answer=answer)


@mutant(breaks="contract.response.no-content")
def writes_null_where_there_is_nothing(application):
    async def status(self, exchange, code):
        await exchange.answer(code, b"null", "application/json")

    return with_methods(application, status=status)


@mutant(breaks="http.response.start.headers.app-set-cookie")
def folds_cookies_into_one_field(application):
    async def set_cookies(self, exchange):
        await exchange.text("cookies", fields=[(b"set-cookie", b", ".join(self.cookies_to_set()))])

    return with_methods(application, set_cookies=set_cookies)


@mutant(breaks="contract.response.fields")
def keeps_the_last_of_repeated_fields(application):
    async def repeated(self, exchange):
        await exchange.text("repeated", fields=[(b"x-repeated", b"two")])

    return with_methods(application, repeated=repeated)


@mutant(breaks="contract.response.redirect")
def sends_targets_unescaped(application):
    def location(self, exchange):
        return (exchange.parameter("to") or "/").encode("utf-8")

    return with_methods(application, location=location)


@mutant(breaks="contract.response.file")
def cuts_the_end_of_files(application):
    async def file(self, exchange):
        await exchange.answer(200, contract.FILE.read_bytes()[:-1], "text/plain")

    return with_methods(application, file=file)


@mutant(breaks="contract.response.file-range")
def sends_one_byte_more_than_asked_for(application):
    async def file(self, exchange):
        if not dict(exchange.headers()).get("range"):
            await exchange.file(contract.FILE)
            return
        part = contract.FILE.read_bytes()[15:26]
        await exchange.start(206, "text/plain", [(b"content-range", b"bytes 15-24/10000"), (b"content-length", b"11")])
        await exchange.piece(part, more=False)

    return with_methods(application, file=file)


@mutant(breaks="contract.response.sync")
def awaits_what_a_function_returns(application):
    async def sync(self, exchange):
        await contract.block()

    return with_methods(application, sync=sync)


@mutant(breaks="contract.state.reaches-requests")
def forgets_what_the_startup_made(application):
    async def show_state(self, exchange):
        await exchange.json({"started": False})

    return with_methods(application, show_state=show_state)


def renamed(scope, event, change):
    if event["type"] == "http.response.start":
        event = {**event, "headers": [change(name, value) for name, value in event["headers"]]}
    yield event


@mutant(breaks="http.response.start.headers.app-lowercase")
def writes_names_in_capitals(application):
    return sending(application, lambda scope, event: renamed(scope, event, lambda name, value: (name.title(), value)))


@mutant(breaks=("http.response.start.headers.bytes", "contract.response.redirect"))
def sends_fields_of_redirects_as_text(application):
    def change(scope, event):
        redirects = scope["type"] == "http" and scope["path"] == "/redirect"
        texts = renamed(scope, event, lambda name, value: (name, value.decode("latin-1")))
        yield from texts if redirects else [event]

    return sending(application, change)


@mutant(breaks="http.response.start.headers.no-pseudo")
def sends_the_status_as_a_field(application):
    def change(scope, event):
        if event["type"] == "http.response.start" and scope["http_version"] == "2":
            event = {**event, "headers": [(b":status", b"200"), *event["headers"]]}
        yield event

    return sending(application, change)


@mutant(breaks=("http.response.start.app-body-follows", "contract.response.no-content"))
def sends_no_body_where_there_is_none(application):
    async def status(self, exchange, code):
        await exchange.start(code)

    return with_methods(application, status=status)
