"""How a response stands on the wire: its framing, its fields, its pieces, and what becomes of the connection."""

import asyncio

from citizen.choosing import choice
from citizen.messages import InvalidMessage
from citizen.mutation import override
from citizen.reply import Reply

NEAR = ("http/response*", "http/app_errors/*", "extensions/*", "common/*")
ALL = ("http/*", "extensions/*", "common/*", "websocket/close/*", "websocket/accept/*", "websocket/app_errors/*")


def all_responses(parts):
    return parts.response, parts.denial, parts.refusal


# --------------------------------------------------------------------------- framing


@choice("RFC 9112, section 6.3: without Content-Length and chunks the end of the connection ends the body.",
        sets=("old", "bare"), near=NEAR)  # fmt: skip
def frames_by_closing(parts):
    @override(all_responses(parts), "framing")
    def framing(original, self, length):
        if self.status == 205 or self.bodiless or self.declared is not None or self.expects_trailers:
            return original(self, length)
        self.close = True
        return []


@choice("ASGI HTTP, HTTP Connection Scope: without Content-Length the server may chunk as it sees fit.",
        sets=("modern", "generous"), near=NEAR)  # fmt: skip
def chunks_what_comes_in_one_piece(parts):
    @override(parts.response, "framing")
    def framing(original, self, length):
        return original(self, None if self.version == "1.1" else length)


@choice("RFC 9112, section 7.1: how many bytes are in a chunk is up to the sender.", sets="modern", near=NEAR)
def chunks_are_of_three_bytes(parts):
    @override((parts.response, parts.denial), "chunk")
    def chunk(original, self, data):
        small = [original(self, data[n : n + 3]) for n in range(0, min(len(data), 300), 3)]
        return b"".join(small) + (original(self, data[300:]) if len(data) > 300 else b"")


@choice("RFC 9112, section 7.1: a size is hexadecimal of either case, with leading zeros, and may have extensions.",
        sets="generous", near=NEAR)  # fmt: skip
def chunk_sizes_are_wordy(parts):
    @override((parts.response, parts.denial), "chunk")
    def chunk(original, self, data):
        return b'%08X;note="a;b";end\r\n%b\r\n' % (len(data), data)

    @override((parts.response, parts.denial), "end")
    def end(original, self):
        return b"00" + original(self) if self.chunked else original(self)


@choice("RFC 9112, section 6.1: a 304 may tell the coding that a 200 would have had; so may the answer to HEAD.",
        sets="modern", near=NEAR)  # fmt: skip
def responses_without_a_body_tell_its_coding(parts):
    @override(parts.response, "framing")
    def framing(original, self, length):
        head = self.request is not None and self.request.method == "HEAD"
        if self.version == "1.1" and self.declared is None and (self.status == 304 or (head and self.status == 200)):
            return [(b"transfer-encoding", b"chunked")]
        return original(self, length)


@choice("RFC 9110, section 8.6: a 304, or an answer to HEAD, may tell the length that a 200 to GET would have had.",
        sets="generous", near=NEAR)  # fmt: skip
def responses_without_a_body_tell_its_length(parts):
    @override(parts.response, "framing")
    def framing(original, self, length):
        if self.declared is None and self.status == 304:
            return [(b"content-length", b"4711")]
        return original(self, length)


# --------------------------------------------------------------------------- connections


@choice("RFC 9112, section 9.3: a server need not keep connections, if it says close.", sets=("old", "bare"), near=ALL)
def closes_after_every_response(parts):
    @override((parts.response, parts.denial), "asks_to_close")
    def asks_to_close(original, self, request):
        return True


@choice("RFC 9112, section 9.6: a server that is about to close may do so without a word of it.", near=ALL)
def closes_after_every_response_unannounced(parts):
    @override(parts.http, "may_continue")
    async def may_continue(original, self):
        return False


@choice(
    "RFC 9112, section 9.3.2: a server may tell that it keeps a connection, and how long.", sets="generous", near=ALL
)
def tells_that_it_keeps_the_connection(parts):
    @override(parts.response, "server_headers")
    def server_headers(original, self):
        kept = [] if self.close else [(b"connection", b"keep-alive"), (b"keep-alive", b"timeout=5, max=100")]
        return original(self) + kept


@choice("RFC 9112, section 9.3: an HTTP/1.0 client that asks for it may have its connection kept.", sets="modern",
        near=NEAR)  # fmt: skip
def keeps_connections_of_http_1_0(parts):
    @override(parts.response, "__init__")
    def init(original, self, request, *, close=False):
        original(self, request, close=close)
        if request and request.version == "1.0" and request.has_token(b"connection", b"keep-alive"):
            self.close = close

    @override(parts.response, "server_headers")
    def server_headers(original, self):
        kept = self.version == "1.0" and not self.close
        return original(self) + ([(b"connection", b"keep-alive")] if kept else [])


@choice("RFC 9112, section 9.3: a server that does not read a body away has to close; nobody says how soon.",
        sets="spare", near=("http/*", "common/receive/*"))  # fmt: skip
def closes_instead_of_reading_a_body_away(parts):
    @override(parts.http, "read_away")
    async def read_away(original, self):
        return self.content.finished


@choice("RFC 9112, section 9.6: an immediate close is a risk for the client, and no offence.", sets="modern", near=ALL)
def closes_without_lingering(parts):
    @override(parts.connection, "linger")
    async def linger(original, self):
        pass


# --------------------------------------------------------------------------- heads


@choice("RFC 9112, section 4: the reason phrase may be empty.", sets="modern", near=ALL)
def no_reason_phrase(parts):
    @override(all_responses(parts), "phrase")
    def phrase(original, self, status):
        return b""


@choice("RFC 9112, section 4: a client should ignore the reason phrase, so it may be any.", sets="generous", near=ALL)
def reason_phrases_of_its_own(parts):
    @override(all_responses(parts), "phrase")
    def phrase(original, self, status):
        return b"As You Like It: HTTP/1.1 200 OK"


@choice("RFC 9110, section 5.1: field names are case-insensitive.", sets=("modern", "old"), near=ALL)
def field_names_are_in_title_case(parts):
    spelled(parts, bytes.title)


@choice("RFC 9110, section 5.1: field names are case-insensitive.", sets="generous", near=ALL)
def field_names_are_in_upper_case(parts):
    spelled(parts, bytes.upper)


def spelled(parts, spelling):
    @override(all_responses(parts), "fields")
    def fields(original, self, headers):
        return original(self, [(spelling(name), value) for name, value in headers])

    @override(parts.handshake, "reply")
    def reply(original, self, *args):
        status, *lines = original(self, *args).split(b"\r\n")
        named = [line.partition(b":") for line in lines]
        return b"\r\n".join([status, *(spelling(name) + colon + value for name, colon, value in named)])


@choice("RFC 9112, section 5.1: white space around a value is optional.", sets="spare", near=ALL)
def no_space_before_values(parts):
    @override(all_responses(parts), "fields")
    def fields(original, self, headers):
        return b"".join(b"%b:%b\r\n" % header for header in headers)

    @override(parts.handshake, "reply")
    def reply(original, self, *args):
        return original(self, *args).replace(b": ", b":")


@choice("RFC 9112, section 5.1: white space around a value is optional.", sets="generous", near=ALL)
def much_space_around_values(parts):
    @override(all_responses(parts), "fields")
    def fields(original, self, headers):
        return b"".join(b"%b:\t  %b \t \r\n" % header for header in headers)


@choice("RFC 9110, sections 6.6.1 and 10.2.4: Date and Server may be sent, and anywhere.", sets="generous", near=ALL)
def fields_of_the_server_come_first(parts):
    @override(all_responses(parts), "head")
    def head(original, self, length):
        line, _, rest = original(self, length).partition(b"\r\n")
        return b"%b\r\nServer: citizen/1.0 (as it pleases)\r\nX-Citizen: 1\r\n%b" % (line, rest)

    @override(parts.handshake, "reply_fields")
    def reply_fields(original, self):
        return [(b"server", b"citizen"), (b"x-citizen", b"1"), *original(self)]


@choice("RFC 9110, section 6.6.1: a server without a clock sends no Date.", sets=("spare", "bare"), near=ALL)
def no_date(parts):
    @override(all_responses(parts), "server_headers")
    def server_headers(original, self):
        return [(name, value) for name, value in original(self) if name != b"date"]


@choice("RFC 9110, section 6.2: a server of HTTP/1.0 says so, and one may say so to HTTP/1.0 clients.", sets="old",
        near=NEAR)  # fmt: skip
def answers_http_1_0_with_http_1_0(parts):
    @override(parts.response, "status_line")
    def status_line(original, self):
        line = original(self)
        return line.replace(b"HTTP/1.1", b"HTTP/1.0", 1) if self.version == "1.0" else line


@choice("RFC 9110, section 6.2: a server answers with the version that it conforms to, which may be HTTP/1.0.",
        sets="bare", near=NEAR)  # fmt: skip
def answers_everybody_with_http_1_0(parts):
    @override(all_responses(parts), "status_line")
    def status_line(original, self):
        return original(self).replace(b"HTTP/1.1", b"HTTP/1.0", 1)

    @override(parts.http, "send_continue")
    def send_continue(original, self):
        pass

    @override(parts.http, "extensions")
    def extensions(original, self):
        offered = original(self)
        return {name: entry for name, entry in offered.items() if name[14:] not in ("trailers", "early_hint")}


@choice("RFC 9110, section 15.2: any number of interim responses may come before the final one.", sets="generous",
        near=ALL)  # fmt: skip
def interim_responses_that_nobody_asked_for(parts):
    @override(parts.response, "head")
    def head(original, self, length):
        before = b"HTTP/1.1 102 Processing\r\n\r\n" if self.version == "1.1" else b""
        return before + original(self, length)


# --------------------------------------------------------------------------- when


@choice("ASGI HTTP, Response Start: servers need not keep the head back.", sets="modern", near=NEAR)
def heads_are_sent_at_once(parts):
    @override(parts.http, "send_start")
    async def send_start(original, self, message):
        await original(self, message)
        out = self.head(None)
        self.head_is_out = True
        await self.flush(out)

    @override(parts.http, "head")
    def head(original, self, length):
        return self.response.nothing if hasattr(self, "head_is_out") else original(self, length)

    @override(parts.http, "fail")
    def fail(original, self, status):
        if hasattr(self, "head_is_out") and self.reply is Reply.STARTED:
            self.cut()
        else:
            original(self, status)

    @override(parts.http, "send_early_hint")
    async def send_early_hint(original, self, message):
        if hasattr(self, "head_is_out"):
            raise InvalidMessage("the head has been sent")
        await original(self, message)


@choice("TCP: a stream of bytes has no messages, so a write may arrive in any pieces.", sets="generous",
        near=(*ALL, "websocket/send/*"))  # fmt: skip
def bytes_are_written_one_by_one(parts):
    @override(parts.connection, "write")
    def write(original, self, data):
        for n in range(min(len(data), 200)):
            original(self, data[n : n + 1])
        original(self, data[200:])


@choice("ASGI, Applications: send returns once it has been completed; how soon that is is not said.",
        near=("http/*", "common/*", "websocket/*"))  # fmt: skip
def everything_takes_five_milliseconds(parts):
    for name in ("receive", "send"):

        @override(parts.calls, name)
        async def later(original, self, *args):
            await asyncio.sleep(0.005)
            return await original(self, *args)


@choice("ASGI, Applications: a call for each connection; how soon it comes is not said.",
        near=("http/*", "common/*", "websocket/*"))  # fmt: skip
def calls_take_thirty_milliseconds_to_begin(parts):
    @override(parts.calls, "invoke")
    async def invoke(original, self, scope):
        await asyncio.sleep(0.03)
        await original(self, scope)


@choice("ASGI, Applications: nothing says that send waits for a client that is slow (only noted).", sets="modern",
        near="common/send/*")  # fmt: skip
def takes_everything_off_the_application(parts):
    @override(parts.connection, "drain")
    async def drain(original, self):
        return not self.lost


# --------------------------------------------------------------------------- extensions


@choice("ASGI extensions, Early Hints: a server may decide to ignore the message.", sets="old", near="*extensions/*")
def early_hints_are_ignored(parts):
    @override(parts.response, "interim")
    def interim(original, self, status, headers):
        return b"" if status == 103 else original(self, status, headers)


@choice("ASGI extensions, Early Hints: after the start, as the text of this snapshot has it (A59).", sets="generous",
        near="*extensions/*")  # fmt: skip
def early_hints_come_after_the_start_only(parts):
    @override(parts.http, "send_early_hint")
    async def send_early_hint(original, self, message):
        if self.reply is Reply.PENDING:
            raise InvalidMessage("there is no start yet")
        await original(self, message)


@choice("ASGI extensions, Zero Copy Send: nothing says where the file's position is afterwards (A63).", sets="modern",
        near="*extensions/*")  # fmt: skip
def files_are_read_to_where_they_were_sent(parts):
    @override(parts.http, "send_file")
    async def send_file(original, self, message):
        await original(self, message)
        message["file"].seek(0, 2)
