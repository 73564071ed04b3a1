"""Sins against Content-Length."""

from wsgi_server.mutation import mutant, override


@mutant(
    breaks=(
        "wsgi.content-length.overrun",
        "wsgi.content-length.write-overrun",
        "wsgi.file-wrapper.until-length",
    )
)
def sends_more_than_it_says(parts):
    @override(parts.response, "cut")
    def cut(original, self, block):
        short = original(self, block)
        return short if self.bodiless else block


@mutant(breaks="wsgi.content-length.stop-iterating")
def iterates_for_nothing(parts):
    @override(parts.call, "transmit")
    def transmit(original, self, result):
        original(self, result)
        if self.response.left == 0:
            for _ in result:
                pass


@mutant(breaks="wsgi.content-length.write-overrun")
def cuts_what_is_written_and_says_nothing(parts):
    @override(parts.call, "room")
    def room(original, self):
        return None


@mutant(breaks="wsgi.content-length.underrun")
def keeps_a_connection_that_lacks_bytes(parts):
    @override(parts.response, "finish")
    def finish(original, self):
        original(self)
        self.complete = True


@mutant(breaks=("wsgi.content-length.underrun", "wsgi.file-wrapper.until-length"))
def fills_up_what_is_missing(parts):
    @override(parts.response, "finish")
    def finish(original, self):
        if self.head_sent and self.left and not self.bodiless:
            self.send(b" " * self.left)
        original(self)


@mutant(
    breaks=(
        "wsgi.content-length.single-item",
        "wsgi.content-length.absent-framing",
        "wsgi.content-length.len-mismatch",
        "wsgi.head.no-body",
    )
)
def counts_items_for_bytes(parts):
    @override(parts.call, "known_size")
    def known_size(original, self, result, block, count):
        size = original(self, result, block, count)
        return len(result) if size is not None and hasattr(result, "__len__") else size


@mutant(breaks="wsgi.content-length.len-mismatch")
def sends_all_items_behind_the_length_of_one(parts):
    @override(parts.call, "transmit")
    def transmit(original, self, result):
        original(self, result)
        if self.response.size is not None and hasattr(result, "__next__") and hasattr(result, "__len__"):
            self.connection.send(b"".join(result))


@mutant(breaks="wsgi.content-length.absent-framing")
def leaves_an_unframed_body_on_an_open_connection(parts):
    @override(parts.response, "connection_headers")
    def connection_headers(original, self):
        is_old = self.request is not None and self.request.keep_alive and not self.request.is_modern
        return [("Connection", "keep-alive")] if is_old else original(self)


@mutant(breaks="wsgi.content-length.absent-framing")
def sends_chunks_to_anyone(parts):
    @override(parts.response, "may_be_chunked")
    def may_be_chunked(original, self):
        return True


@mutant(breaks=("wsgi.content-length.empty-list", "wsgi.content-length.absent-framing"))
def does_not_frame_what_is_empty_for_an_old_client(parts):
    @override(parts.response, "framing_headers")
    def framing_headers(original, self):
        headers = original(self)
        is_old = self.request is not None and not self.request.is_modern
        return [("Connection", "keep-alive")] if self.size == 0 and is_old else headers


@mutant(breaks="wsgi.content-length.invalid-from-app")
def passes_any_length(parts):
    @override(parts.rules, "check_content_length")
    def check_content_length(original, self, values):
        pass

    @override(parts.response, "declared_length")
    def declared_length(original, self):
        given = [value for name, value in self.headers if name.lower() == "content-length"]
        return int(given[0]) if given and given[0].isdecimal() else self.size
