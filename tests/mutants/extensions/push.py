"""Sins against server push (ASGI extensions, "HTTP/2 Server Push")."""

import os

from citizen.mutation import mutant, override


@mutant(breaks=("ext.push.advertised", "common.extensions.entry-shape"))
def offers_push_as_a_flag(parts):
    @override(parts.http, "extensions")
    def extensions(original, self):
        offered = original(self)
        return {name: True if name == "http.response.push" else value for name, value in offered.items()}


@mutant(breaks=("ext.push.advertised", "common.extensions.advertised-works"))
def offers_push_over_http_1_1(parts):
    @override(parts.http, "extensions")
    def extensions(original, self):
        return {**original(self), "http.response.push": {}}


@mutant(
    breaks=(
        "ext.push.promise",
        "ext.push.new-app-call",
        "ext.push.authority",
        "ext.push.path-encoding",
        "ext.push.timing",
    )
)
def promises_nothing(parts):
    @override(parts.http2, "push")
    def push(original, self, parent, target, headers):
        self.open(2, self.request_of(self.promise(parent, target, headers)), ended=True)


@mutant(breaks=("ext.push.promise", "ext.push.new-app-call"))
def promises_a_head(parts):
    @override(parts.http2, "promise")
    def promise(original, self, parent, target, headers):
        return [(b":method", b"HEAD"), *original(self, parent, target, headers)[1:]]


@mutant(breaks=("ext.push.promise", "ext.push.new-app-call"))
def leaves_the_headers_out_of_the_promise(parts):
    @override(parts.http2, "promise")
    def promise(original, self, parent, target, headers):
        return original(self, parent, target, [])


@mutant(breaks=("ext.push.new-app-call", "ext.push.authority", "ext.push.path-encoding", "ext.push.timing"))
def promises_and_calls_nobody(parts):
    @override(parts.http2, "open")
    def open_(original, self, number, request, *, ended):
        if number % 2:
            original(self, number, request, ended=ended)


@mutant(breaks="ext.push.new-app-call")
def never_ends_the_body_of_a_pushed_request(parts):
    @override(parts.http2, "open")
    def open_(original, self, number, request, *, ended):
        original(self, number, request, ended=ended and number % 2 == 1)


@mutant(breaks="ext.push.authority")
def promises_its_own_address(parts):
    @override(parts.http2, "authority")
    def authority(original, self, parent):
        return [(b":authority", b"127.0.0.1")]


@mutant(breaks="ext.push.path-encoding")
def promises_raw_paths(parts):
    @override(parts.http, "pushed_target")
    def pushed_target(original, self, path):
        return path.encode("utf-8")


@mutant(breaks=("ext.push.path-encoding", "common.error.app-exception.isolated"))
def dies_of_a_path_outside_of_ascii(parts):
    @override(parts.http, "pushed_target")
    def pushed_target(original, self, path):
        if not path.isascii():
            os._exit(0)
        return original(self, path)


@mutant(breaks=("ext.push.client-disabled", "h2.response.push-disabled"))
def promises_to_clients_that_take_no_pushes(parts):
    @override(parts.http2, "push")
    def push(original, self, parent, target, headers):
        self.h2.remote_settings.enable_push = 1
        self.h2.remote_settings.acknowledge()
        original(self, parent, target, headers)


@mutant(breaks="ext.push.client-disabled")
def raises_for_clients_that_take_no_pushes(parts):
    @override(parts.http2, "push")
    def push(original, self, parent, target, headers):
        if not self.h2.remote_settings.enable_push:
            raise RuntimeError("the client takes no pushes")
        original(self, parent, target, headers)


@mutant(breaks="ext.push.client-disabled")
def calls_the_application_without_a_promise(parts):
    @override(parts.http2, "push")
    def push(original, self, parent, target, headers):
        if not self.h2.remote_settings.enable_push:
            self.open(2, self.request_of(self.promise(parent, target, headers)), ended=True)
        else:
            original(self, parent, target, headers)


@mutant(breaks="ext.push.timing")
def takes_a_push_for_the_end_of_the_body(parts):
    @override(parts.http, "send_push")
    async def send_push(original, self, message):
        await original(self, message)
        if self.reply.name == "BODY":
            self.complete(self.response.nothing)


@mutant(breaks="ext.push.timing")
def gives_up_a_response_when_a_push_comes_too_early(parts):
    @override(parts.http, "send")
    async def send(original, self, message):
        if message.get("type") == "http.response.push" and self.reply.name == "PENDING":
            self.cut()
        await original(self, message)
