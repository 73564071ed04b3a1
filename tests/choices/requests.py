"""How a request reaches the application: which there are, in how many events, when a client counts as gone."""

import asyncio
import re

from citizen import request
from citizen.choosing import choice
from citizen.mutation import override
from citizen.reply import Reply
from citizen.request import Refused

NEAR = ("http/request*", "http/disconnect/*", "common/receive/*", "common/event/*")
TARGETS = ("http/scope*", "websocket/scope*")

# --------------------------------------------------------------------------- events of a body


@choice("ASGI HTTP, Request: bodies are concatenated, in however many events they come.", sets="old", near=NEAR)
def one_byte_an_event(parts):
    """As far as the first hundred go: nobody has all day."""

    @override(parts.http, "next_request_event")
    def next_request_event(original, self):
        if not getattr(self, "crumbs", b""):
            event = original(self)
            if event is None or len(event["body"]) < 2:
                return event
            self.crumbs, self.crumbs_more = event["body"], event["more_body"]
        self.served = getattr(self, "served", 0) + 1
        size = 1 if self.served <= 100 else len(self.crumbs)
        data, self.crumbs = self.crumbs[:size], self.crumbs[size:]
        more = bool(self.crumbs) or self.crumbs_more
        self.content_delivered = not more
        return self.request_event(data, more)


@choice("ASGI HTTP, Request: the event is the trigger to run, so it may come before any of the body.", sets="generous",
        near=NEAR)  # fmt: skip
def an_empty_event_first(parts):
    @override(parts.http, "next_request_event")
    def next_request_event(original, self):
        if getattr(self, "announced", False):
            return original(self)
        self.announced = True
        return self.request_event(b"", True)


@choice("ASGI HTTP, Request: the body ends with more_body, which may come with nothing else.", sets="generous",
        near=NEAR)  # fmt: skip
def an_empty_event_last(parts):
    @override(parts.http, "next_request_event")
    def next_request_event(original, self):
        if getattr(self, "at_its_end", False):
            self.content_delivered = True
            return self.request_event(b"", False)
        event = original(self)
        if event is not None and event["body"] and not event["more_body"]:
            self.at_its_end, self.content_delivered = True, False
            return self.request_event(event["body"], True)
        return event


@choice("ASGI HTTP, Request: an empty body in between adds nothing to the others.", sets="modern", near=NEAR)
def an_empty_event_after_each(parts):
    @override(parts.http, "next_request_event")
    def next_request_event(original, self):
        if getattr(self, "breath", False):
            self.breath = False
            return self.request_event(b"", True)
        event = original(self)
        self.breath = event is not None and event["more_body"]
        return event


@choice("ASGI HTTP, Request: both keys are optional and have defaults.", sets="spare", near=NEAR)
def request_events_leave_out_their_defaults(parts):
    @override(parts.http, "request_event")
    def request_event(original, self, body, more):
        given = {"type": "http.request", "body": body, "more_body": more}
        return {key: value for key, value in given.items() if value}


@choice("ASGI, Error Handling: further keys are no error.", sets="generous", near=(*NEAR, "websocket/*"))
def events_have_further_keys(parts):
    for part, names in (
        (parts.http, ("request_event", "disconnect_event")),
        (parts.websocket, ("connect_event", "text_event", "bytes_event", "disconnect_event")),
        (parts.lifespan, ("startup_event", "shutdown_event")),
    ):
        for name in names:

            @override(part, name)
            def event(original, self, *args):
                return {**original(self, *args), "at": 12.5, "x-hop": ["a", {"b": None}]}


@choice(
    "ASGI HTTP, Request: streaming is what events are good for, not what a server must do.", sets="spare", near=NEAR
)
def the_whole_body_is_one_event(parts):
    @override(parts.http, "next_request_event")
    def next_request_event(original, self):
        self.gathered = getattr(self, "gathered", b"")
        if (event := original(self)) is None:
            return None
        self.gathered += event.get("body", b"")
        return None if event.get("more_body") else self.request_event(self.gathered, False)


def read_ahead(parts):
    """Call the application when its request is complete."""

    @override(parts.http, "run")
    async def run(original, self):
        self.whole = b""
        while not self.content.finished:
            try:
                data = self.connection.read(self.content.read)
            except Refused as refused:
                self.fail(refused.status)
                return False
            self.whole += data
            if not data and not self.content.finished:
                self.send_continue()
                if self.connection.gone:
                    return False
                await self.connection.change()
        self.continue_expected = False
        return await original(self)

    @override(parts.http, "next_request_event")
    def next_request_event(original, self):
        self.content_delivered = True
        return self.request_event(self.whole, False)


@choice("ASGI HTTP, Request: the event may be the complete request, and the call may wait for it.", sets="bare",
        near=NEAR)  # fmt: skip
def the_call_waits_for_the_whole_body(parts):
    read_ahead(parts)


@choice("RFC 9110, section 10.1.1: 100 may be sent before anybody asks for the content.", sets="modern", near=NEAR)
def tells_to_continue_at_once(parts):
    @override(parts.http, "spawn")
    def spawn(original, self):
        if not self.content.finished and not self.connection.buffer:
            self.send_continue()
        original(self)


@choice("RFC 9110, section 10.1.1: 100 may be left out where content has come already.", near=NEAR)
def tells_to_continue_nobody_who_does(parts):
    @override(parts.http, "send_continue")
    def send_continue(original, self):
        if not self.connection.buffer:
            original(self)


# --------------------------------------------------------------------------- disconnects


@choice("ASGI HTTP, Disconnect: whether a body that has come precedes it is not said (A17).", sets="old", near=NEAR)
def a_client_that_has_gone_is_told_at_once(parts):
    @override(parts.http, "next_event")
    def next_event(original, self):
        return self.disconnect_event() if self.connection.gone else original(self)


@choice("RFC 9112, section 9.6, is about closing, not halves; the ASGI text does not know of them (only noted).",
        sets="old", near=(*NEAR, "common/application/*"))  # fmt: skip
def half_a_connection_is_none(parts):
    @override(parts.connection, "eof_received")
    def eof_received(original, self):
        original(self)
        return False


@choice("ASGI HTTP, Disconnect: who cuts the connection makes it end for the application, too.", near=NEAR)
def cuts_after_a_client_that_has_gone(parts):
    @override(parts.connection, "eof_received")
    def eof_received(original, self):
        original(self)
        self.abort()
        return False


@choice("ASGI HTTP, Disconnect: the wait for it may be a wait for the next event of the connection.", sets="generous",
        near=NEAR)  # fmt: skip
def disconnects_come_a_little_later(parts):
    @override(parts.http, "receive")
    async def receive(original, self):
        if self.reply is Reply.DONE or self.connection.gone:
            await asyncio.sleep(0.003)
        return await original(self)


# --------------------------------------------------------------------------- what is refused, and what is not


@choice("RFC 3986, section 2: a target is ASCII, so what is none is refused.", sets="spare", near=TARGETS)
def refuses_targets_beyond_ascii(parts):
    refusing_targets(parts, rb"[\x80-\xff]")


@choice("RFC 3986, section 2.1: a percent sign begins an escape, so one that does not is refused.", sets="spare",
        near=TARGETS)  # fmt: skip
def refuses_broken_escapes(parts):
    refusing_targets(parts, rb"%(?![0-9A-Fa-f]{2})")


@choice("RFC 9112, section 3.2.3: an origin in the target may be refused as any target may.", sets="spare",
        near=TARGETS)  # fmt: skip
def refuses_escapes_that_are_no_utf8(parts):
    @override(parts.parser, "target")
    def target(original, self, target):
        from urllib.parse import unquote_to_bytes

        try:
            unquote_to_bytes(target.partition(b"?")[0]).decode("utf-8")
        except UnicodeDecodeError:
            raise Refused(400, "no text") from None
        return original(self, target)


def refusing_targets(parts, what):
    @override(parts.parser, "target")
    def target(original, self, target):
        if re.search(what, target):
            raise Refused(400, "no target of ours")
        return original(self, target)


@choice("RFC 9112, section 3.2: a target in absolute form may stay what it was (A08).", sets="modern", near=TARGETS)
def absolute_targets_stay_whole(parts):
    @override(parts.parser, "origin_form")
    def origin_form(original, self, request, hosts):
        original(self, request, hosts)
        return request.target


@choice("RFC 9110, section 9.3.7: OPTIONS * asks the server, which may answer for itself.", sets="modern", near=TARGETS)
def answers_options_itself(parts):
    options_star(parts, 200)


@choice("RFC 9110, section 15.6.2: what a server does not do it may refuse with 501.", sets="spare", near=TARGETS)
def refuses_options_star(parts):
    options_star(parts, 501)


def options_star(parts, status):
    @override(parts.parser, "check")
    def check(original, self, request):
        if request.target == b"*" and request.method == "OPTIONS":
            raise Refused(status, "for the server")
        return original(self, request)


@choice("ASGI HTTP, Connection Scope: method is the name upper-cased, whatever its case was.", sets="generous",
        near=TARGETS)  # fmt: skip
def methods_are_upper_cased(parts):
    @override(parts.parser, "method")
    def method(original, self, method):
        return original(self, method.upper())


@choice("RFC 9110, section 15.6.2: a method that the server does not know is 501.", sets="spare", near=TARGETS)
def refuses_methods_it_does_not_know(parts):
    @override(parts.parser, "method")
    def method(original, self, method):
        name = original(self, method)
        if name not in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
            raise Refused(501, "no method of ours")
        return name


@choice("RFC 9110, section 5.5: bytes beyond ASCII are obsolete in values, and the case allows a refusal.",
        sets="spare", near=TARGETS)  # fmt: skip
def refuses_values_beyond_ascii(parts):
    @override(parts.parser, "field")
    def field(original, self, line):
        if not line.isascii():
            raise Refused(400, "no ASCII")
        return original(self, line)


@choice("RFC 6585, section 5: fields that are too large for a server are 431; the limit is its own.", sets="spare",
        near=TARGETS)  # fmt: skip
def refuses_long_values(parts):
    @override(parts.parser, "field")
    def field(original, self, line):
        if len(line) > 4096:
            raise Refused(431, "too long")
        return original(self, line)


@choice("RFC 9110, section 15.6.6: a version that a server does not support may be refused.", sets="generous",
        near=("http/*",))  # fmt: skip
def refuses_http_1_0(parts):
    @override(parts.parser, "request_line")
    def request_line(original, self, line):
        found = original(self, line)
        if found[2] == "1.0":
            raise Refused(505, "HTTP/1.1 is spoken here")
        return found


@choice("RFC 9110, section 7.8: a request to change protocols may be refused.", sets="spare", near="websocket/scope/*")
def refuses_upgrades_to_what_it_does_not_know(parts):
    @override(parts.parser, "check")
    def check(original, self, request):
        found = original(self, request)
        if request.values(b"upgrade") and not request.has_token(b"upgrade", b"websocket"):
            raise Refused(400, "no such protocol")
        return found


@choice("RFC 6455, section 4.2.1: what is no valid handshake is answered with an error, 400 for one.", sets="generous",
        near="websocket/scope/*")  # fmt: skip
def refuses_what_is_half_a_handshake(parts):
    @override(parts.parser, "check")
    def check(original, self, request):
        found = original(self, request)
        if request.has_token(b"upgrade", b"websocket") and (
            request.method != "GET" or not request.has_token(b"connection", b"upgrade")
        ):
            raise Refused(400, "no handshake")
        return found


@choice("RFC 6455, section 4.4: a version that is not supported is an error, 400 as well as 426.", sets="modern",
        near="websocket/scope/*")  # fmt: skip
def refuses_handshakes_with_400(parts):
    @override(parts.handshake, "check")
    def check(original, self):
        try:
            original(self)
        except Refused as refused:
            raise Refused(400, "no handshake", refused.headers) from None


assert request.LINE_LIMIT > 4096, "the long values come in a line of their own"
