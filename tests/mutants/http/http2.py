"""Sins that only HTTP/2 makes possible (RFC 9113; ASGI HTTP, "HTTP Connection Scope")."""

from citizen.framed import END
from citizen.mutation import mutant, override
from citizen.reply import Reply


def over_http2(call):
    """Whether this call is on a stream."""
    return call.request.version == "2"


# --------------------------------------------------------------------------- the scope


@mutant(breaks="http.http2.scope-per-stream")
def has_one_scope_for_all_streams_of_a_connection(parts):
    @override(parts.http, "scope")
    def scope(original, self):
        given = original(self)
        if not over_http2(self):
            return given
        shared = self.connection.http2.__dict__.setdefault("shared", {})
        shared.update(given)
        return shared


@mutant(breaks=("http.http2.pseudo-headers-removed", "websocket.scope.headers.pseudo"))
def leaves_pseudo_headers_among_the_headers(parts):
    @override(parts.http2, "request_of")
    def request_of(original, self, fields):
        request = original(self, fields)
        return request._replace(
            headers=[*request.headers, *((name, value) for name, value in fields if name == b":path")]
        )


@mutant(breaks="h2.scope.authority-host-mismatch")
def believes_the_host_rather_than_the_authority(parts):
    @override(parts.http2, "serve")
    async def serve(original, self):
        self.h2.config.validate_inbound_headers = False
        await original(self)

    @override(parts.http2, "headers")
    def headers(original, self, authority, headers):
        given = [value for name, value in headers if name == b"host"]
        return original(self, given[0] if given and authority else authority, headers)


@mutant(breaks=("http.http2.authority-to-host", "websocket.scope.headers.pseudo"))
def appends_the_authority_to_the_headers(parts):
    @override(parts.http2, "headers")
    def headers(original, self, authority, headers):
        return [*headers, *([(b"host", authority)] if authority is not None else [])]


@mutant(breaks=("http.http2.scheme-path-method", "h2.ws.connect"))
def decodes_no_path_of_a_stream(parts):
    @override(parts.calls, "path")
    def path(original, self, target):
        return self.path_part(target).decode("latin-1") if over_http2(self) else original(self, target)


@mutant(breaks="http.scope.headers.cookie-unmodified")
def joins_cookies_with_commas(parts):
    @override(parts.http2, "headers")
    def headers(original, self, authority, headers):
        cookies = [value for name, value in headers if name == b"cookie"]
        others = [field for field in headers if field[0] != b"cookie"]
        return original(self, authority, [*others, *([(b"cookie", b", ".join(cookies))] if cookies else [])])


# --------------------------------------------------------------------------- streams


@mutant(breaks=("http.http2.multiplexed", "h2.stream.multiplexing", "h2.stream.app-error"))
def answers_one_stream_after_the_other(parts):
    @override(parts.stream, "write")
    def write(original, self, out):
        first = min(self.http2.streams, default=self.number)
        if self.number == first:
            return original(self, out)
        self.__dict__.setdefault("kept", []).append(out)

    @override(parts.stream, "resume")
    def resume(original, self):
        if self.number == min(self.http2.streams, default=self.number):
            for out in self.__dict__.pop("kept", ()):
                self.write(out)
        original(self)


@mutant(breaks=("h2.stream.multiplexing", "http.http2.multiplexed"))
def mixes_the_bodies_of_requests(parts):
    @override(parts.stream, "on_data")
    def on_data(original, self, data):
        first = self.http2.streams[min(self.http2.streams)]
        original(first if self.request.protocol is None else self, data)


@mutant(breaks=("http.http2.stream-reset-disconnect", "h2.stream.rst-to-disconnect", "h2.ws.close-mapping"))
def does_not_tell_of_a_reset_stream(parts):
    @override(parts.http2, "on_event")
    def on_event(original, self, event):
        if type(event).__name__ != "StreamReset":
            original(self, event)


@mutant(breaks="http.http2.stream-reset-disconnect")
def takes_the_reset_of_one_stream_for_the_end_of_all(parts):
    @override(parts.http2, "on_event")
    def on_event(original, self, event):
        original(self, event)
        if type(event).__name__ == "StreamReset":
            for stream in self.streams.values():
                stream.lose()


@mutant(breaks="h2.stream.rst-to-disconnect")
def raises_a_key_error_on_a_reset_stream(parts):
    @override(parts.http, "closed_error")
    def closed_error(original, self):
        return KeyError(self.connection.number) if over_http2(self) else original(self)


@mutant(breaks="h2.connection.lost")
def forgets_streams_of_a_lost_connection(parts):
    @override(parts.stream, "lose")
    def lose(original, self):
        if not self.http2.connection.closed:
            original(self)

    @override(parts.http, "next_event")
    def next_event(original, self):
        event = original(self)
        lost = over_http2(self) and self.connection.http2.connection.closed and self.reply is not Reply.DONE
        return None if lost else event


@mutant(breaks=("http.http2.stream-reset-disconnect", "h2.connection.lost"))
def completes_the_body_of_a_lost_stream(parts):
    @override(parts.http, "next_event")
    def next_event(original, self):
        event = original(self)
        if over_http2(self) and event and event["type"] == "http.disconnect" and not self.connection.ended:
            self.connection.ended = True
            return self.request_event(b"", False)
        return event


# --------------------------------------------------------------------------- responses


@mutant(breaks="http.http2.response-headers-valid")
def sends_the_fields_of_http_1(parts):
    @override(parts.stream_response, "is_ours")
    def is_ours(original, self, name):
        return False

    @override(parts.http2, "serve")
    async def serve(original, self):
        self.h2.config.normalize_outbound_headers = self.h2.config.validate_outbound_headers = False
        await original(self)


@mutant(breaks="http.http2.response-headers-valid")
def sends_names_in_upper_case(parts):
    @override(parts.stream_response, "section")
    def section(original, self, status, headers):
        fields = original(self, status, [])
        fields.headers.extend(headers)
        return fields

    @override(parts.http2, "serve")
    async def serve(original, self):
        self.h2.config.normalize_outbound_headers = self.h2.config.validate_outbound_headers = False
        await original(self)


@mutant(breaks="http.http2.body-end-stream")
def never_says_that_a_body_on_a_stream_has_ended(parts):
    @override(parts.http, "next_request_event")
    def next_request_event(original, self):
        event = original(self)
        is_last = event is not None and not event["body"] and not event["more_body"]
        return None if over_http2(self) and is_last else event


@mutant(breaks="h2.response.no-content")
def sends_bodies_where_there_are_none(parts):
    @override(parts.stream_response, "part")
    def part(original, self, data):
        return (data,) if self.bodiless and data else original(self, data)


@mutant(breaks="h2.response.content-length")
def sends_lengths_that_are_not_kept(parts):
    @override(parts.stream_response, "admit")
    def admit(original, self, length):
        """Whatever comes."""

    @override(parts.http, "finish")
    async def finish(original, self, out):
        if over_http2(self):
            self.response.declared = None
        await original(self, out)


@mutant(breaks="h2.response.trailers")
def drops_the_trailers_of_a_stream(parts):
    @override(parts.stream_response, "end")
    def end(original, self):
        return (END,)


@mutant(breaks="h2.stream.app-error")
def ends_the_connection_when_an_application_raises(parts):
    @override(parts.calls, "after_app_raised")
    def after_app_raised(original, self, error):
        if over_http2(self):
            self.connection.transport.abort()
        original(self, error)


@mutant(breaks="http.disconnect.after-response")
def wakes_no_receive_when_a_response_on_a_stream_ends(parts):
    @override(parts.http, "next_event")
    def next_event(original, self):
        done = over_http2(self) and self.reply is Reply.DONE and self.connection.ending
        return None if done else original(self)


@mutant(breaks="h2.response.early")
def answers_only_when_the_request_has_ended(parts):
    @override(parts.http, "complete")
    def complete(original, self, out):
        if over_http2(self) and not self.connection.ended:
            self.connection.write(out)
        else:
            original(self, out)


# --------------------------------------------------------------------------- flow control


@mutant(breaks=("h2.flow.send-window", "h2.flow.backpressure", "http.http2.multiplexed"))
def forgets_what_a_window_had_no_room_for(parts):
    @override(parts.stream, "send_next")
    def send_next(original, self):
        more = original(self)
        if not more:
            self.outbox.clear()
        return more


@mutant(breaks="h2.flow.backpressure")
def lets_an_application_outrun_the_windows(parts):
    @override(parts.stream, "drain")
    async def drain(original, self):
        return not self.closed


@mutant(breaks="h2.stream.rst-to-disconnect")
def leaves_a_send_waiting_when_its_stream_is_reset(parts):
    @override(parts.stream, "drain")
    async def drain(original, self):
        while self.backlog() > self.outbox_limit or (self.lost and self.__dict__.get("waited")):
            self.waited = True
            await self.change()
        return not self.closed


@mutant(breaks="h2.flow.receive-window")
def opens_no_window_again(parts):
    @override(parts.stream, "acknowledge")
    def acknowledge(original, self, count):
        """The client has to do with what it had at first."""


@mutant(breaks="h2.flow.reads-promptly")
def reads_no_frames_while_a_body_lies_unread(parts):
    @override(parts.http2, "everything")
    def everything(original, self, buffer):
        full = any(len(stream.buffer) > 50_000 for stream in self.streams.values())
        return b"" if full else original(self, buffer)

    @override(parts.stream, "acknowledge")
    def acknowledge(original, self, count):
        original(self, count)
        self.http2.connection.notify()


@mutant(breaks=("h2.response.interim", "http.request.expect-continue"))
def ends_a_stream_with_its_interim_response(parts):
    @override(parts.stream_response, "interim")
    def interim(original, self, status, headers):
        return (*original(self, status, headers), END) if status == 100 else original(self, status, headers)


@mutant(breaks="http.response.start.headers.injection")
def lets_line_breaks_into_the_fields_of_a_stream(parts):
    @override(parts.http, "start_headers")
    def start_headers(original, self, message):
        return [tuple(field) for field in message["headers"]] if over_http2(self) else original(self, message)

    @override(parts.http2, "serve")
    async def serve(original, self):
        self.h2.config.normalize_outbound_headers = self.h2.config.validate_outbound_headers = False
        await original(self)
