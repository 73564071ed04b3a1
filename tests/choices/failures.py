"""What becomes of messages that are none or come late, of applications that fail, and of the connection then."""

from citizen import frames
from citizen.choosing import choice
from citizen.messages import Disconnected, InvalidMessage
from citizen.mutation import override
from citizen.reply import Reply

NEAR = ("common/errors/*", "common/send/*", "http/app_errors/*", "http/response*", "http/illegal*", "http/send*",
        "websocket/send*", "websocket/accept/*", "websocket/close/*", "websocket/app_errors/*")  # fmt: skip


def raising(parts, kind):
    """Refuse messages with an exception of this class."""

    @override(parts.scopes, "send")
    async def send(original, self, message):
        try:
            await original(self, message)
        except InvalidMessage as error:
            raise kind(str(error)) from None


class NotUnderstood(Exception):
    """The server's own."""


@choice("ASGI, Error Handling: an exception, and of no particular class.", sets="modern", near=NEAR)
def invalid_messages_raise_value_errors(parts):
    raising(parts, ValueError)


@choice("ASGI, Error Handling: an exception, and of no particular class.", sets="old", near=NEAR)
def invalid_messages_raise_runtime_errors(parts):
    raising(parts, RuntimeError)


@choice("ASGI, Error Handling: an exception, and of no particular class.", sets="generous", near=NEAR)
def invalid_messages_raise_type_errors(parts):
    raising(parts, TypeError)


@choice("ASGI, Error Handling: an exception, and of no particular class.", sets="spare", near=NEAR)
def invalid_messages_raise_its_own_class(parts):
    raising(parts, NotUnderstood)


@choice("ASGI, Error Handling: an exception, and of no particular class; AssertionError is one.", near=NEAR)
def invalid_messages_fail_an_assertion(parts):
    raising(parts, AssertionError)


@choice("ASGI, Error Handling: that send raises is all; whether the connection survives it is not said.", sets="old",
        near=NEAR)  # fmt: skip
def an_invalid_message_ends_the_connection(parts):
    @override(parts.http, "send")
    async def send_http(original, self, message):
        try:
            await original(self, message)
        except Disconnected:
            raise
        except Exception:
            if not (isinstance(message, dict) and message.get("type") in self.optional):  # extensions may be ignored
                self.fail(500)
            raise

    @override(parts.websocket, "send")
    async def send_websocket(original, self, message):
        try:
            await original(self, message)
        except Disconnected:
            raise
        except Exception:
            self.leave(frames.INTERNAL_ERROR)
            raise


@choice(
    "ASGI HTTP, Response Start: the start may be looked at when the first body comes (A23).", sets="spare", near=NEAR
)
def what_is_wrong_with_a_start_shows_with_the_body(parts):
    @override(parts.http, "send_start")
    async def send_start(original, self, message):
        self.postponed = {
            key: list(value) if key == "headers" and hasattr(value, "__iter__") else value
            for key, value in message.items()
        }
        self.postponed_pairs(self.postponed)
        self.reply = Reply.STARTED

    def postponed_pairs(self, message):
        """What can be walked once only is walked now, and pairs that the application may change are kept."""
        if isinstance(message.get("headers"), list):
            message["headers"] = [
                tuple(pair) if hasattr(pair, "__iter__") and not isinstance(pair, (bytes, str)) else pair
                for pair in message["headers"]
            ]

    parts.http.postponed_pairs = postponed_pairs

    async def begun(self):
        if getattr(self, "postponed", None) is not None:
            message, self.postponed, self.reply = self.postponed, None, Reply.PENDING
            self.begin(message)

    for name in ("body", "send_path", "send_file"):

        @override(parts.http, name)
        async def first_body(original, self, message):
            await begun(self)
            await original(self, message)


@choice("ASGI HTTP, Response Body, and ASGI, Error Handling: ignored by the one, refused by the other (A18).",
        sets="modern", near=NEAR)  # fmt: skip
def messages_after_the_response_raise(parts):
    @override(parts.http, "after_complete")
    def after_complete(original, self, message):
        raise InvalidMessage("the response is complete")


# --------------------------------------------------------------------------- sends to nobody


class PeerGone(Disconnected, ConnectionResetError):
    """The server's own."""


class PipeGone(Disconnected, BrokenPipeError):
    """The server's own."""


SENDS = ("common/send/*", "common/versions/*", "http/send_closed/*", "websocket/send_closed/*", "websocket/connect/*")


@choice("ASGI HTTP, Disconnected Client: a subclass of OSError, at whatever remove.", sets="modern", near=SENDS)
def sends_to_nobody_raise_a_connection_reset_error(parts):
    @override(parts.calls, "closed_error")
    def closed_error(original, self):
        return PeerGone(104, "Connection reset by peer")


@choice("ASGI HTTP, Disconnected Client: a subclass of OSError, at whatever remove.", sets="generous", near=SENDS)
def sends_to_nobody_raise_a_broken_pipe_error(parts):
    @override(parts.calls, "closed_error")
    def closed_error(original, self):
        return PipeGone()


@choice("ASGI HTTP, Disconnected Client: the first send may go out before the loss shows.", sets="generous", near=SENDS)
def the_first_send_to_nobody_passes(parts):
    @override(parts.calls, "after_close")
    def after_close(original, self, message):
        if getattr(self, "noticed", False) or self.type == "websocket":
            original(self, message)
        self.noticed = True


# --------------------------------------------------------------------------- applications that fail


def closing(parts, how):
    """End without a word what has not been begun."""

    @override(parts.http, "fail")
    def fail(original, self, status):
        if self.reply in (Reply.PENDING, Reply.STARTED) and not hasattr(self, "head_is_out"):
            how(self)
            self.cut()
        else:
            original(self, status)


@choice("ASGI, Error Handling: the connection is terminated; nobody asks for a response.", sets="old", near=NEAR)
def no_error_page(parts):
    closing(parts, lambda call: None)


@choice("ASGI, Error Handling: the connection is terminated, with FIN or RST.", sets="spare", near=NEAR)
def a_reset_for_an_application_that_failed(parts):
    @override(parts.http, "cut")
    def cut(original, self):
        original(self)
        self.connection.abort()


@choice("RFC 9110, section 15.6: which of the server errors it is is the server's to say.", sets="modern", near=NEAR)
def errors_are_503(parts):
    for part, name in ((parts.http, "fail"), (parts.websocket, "reject")):

        @override(part, name)
        def fail(original, self, status):
            original(self, 503 if status == 500 else status)


@choice("RFC 9110, section 15: an error response may have content that explains it.", sets="generous",
        near=(*NEAR, "websocket/disconnect/*"))  # fmt: skip
def error_pages_have_a_body(parts):
    page = b"<!doctype html><title>Error</title><p>That did not work. HTTP/1.1 200 OK\r\n\r\n"

    @override(parts.connection, "refuse")
    def refuse(original, self, status, headers):
        response = self.parts.refusal(None)
        response.start(status, [(b"content-type", b"text/html; charset=utf-8"), *headers])
        self.write(response.head(len(page)) + page)


@choice("RFC 9112, section 9.3: an error is a response like others, after which the connection may be kept.",
        sets="modern", near="http/app_errors/*")  # fmt: skip
def connections_are_kept_after_an_error(parts):
    """Only where nothing of the request is left to be read."""

    @override(parts.http, "fail")
    def fail(original, self, status):
        if self.reply is Reply.PENDING and self.content.finished and self.request.version == "1.1":
            self.begin({"type": "http.response.start", "status": status, "headers": []})
            self.reply = Reply.STARTED
            self.complete(self.response.head(0))
        else:
            original(self, status)


@choice("ASGI, Error Handling: errors may be told in whatever way, so also in none.", sets="spare",
        near=("common/errors/*", "lifespan/unsupported/*"))  # fmt: skip
def errors_of_applications_are_not_logged(parts):
    @override(parts.calls, "report")
    def report(original, self, error):
        pass


@choice("ASGI HTTP: a Content-Length that is too short is not spoken of; the surplus may be dropped (A26).", sets="old",
        near="http/response_framing/*")  # fmt: skip
def a_surplus_is_dropped(parts):
    @override(parts.http, "body_of")
    def body_of(original, self, message):
        data, more = original(self, message)
        response = self.response
        if response.declared is not None and not response.bodiless:
            data = data[: response.declared - response.written]
        return data, more


@choice("ASGI HTTP: bytes that are missing are not spoken of; the connection may just end (A26).", sets="generous",
        near="http/response_framing/*")  # fmt: skip
def a_response_that_is_too_short_is_cut_in_silence(parts):
    @override(parts.http, "finish")
    async def finish(original, self, out):
        if self.response.missing:
            self.connection.write(out)
            self.cut()
        else:
            await original(self, out)
