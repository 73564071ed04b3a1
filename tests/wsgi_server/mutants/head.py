"""Sins against HEAD."""

from wsgi_server.mutation import mutant, override


@mutant(breaks="wsgi.head.method-visible")
def answers_head_by_itself(parts):
    @override(parts.connection, "answer")
    def answer(original, self, request, body, response):
        if request.method == "HEAD":
            response.start("200 OK", [])
            response.finish()
        else:
            original(self, request, body, response)


@mutant(breaks="wsgi.head.no-body")
def sends_a_body_for_head(parts):
    @override(parts.response, "is_for_head")
    def is_for_head(original, self):
        return False


@mutant(breaks="wsgi.head.no-body")
def ends_nothing_with_a_last_chunk(parts):
    @override(parts.response, "end")
    def end(original, self):
        return b"0\r\n\r\n" if self.is_for_head() and not self.has("content-length") else original(self)


@mutant(breaks=("wsgi.head.no-body", "wsgi.content-length.single-item"))
def says_that_the_body_would_be_empty(parts):
    @override(parts.response, "framing_headers")
    def framing_headers(original, self):
        self.size = 0 if self.is_for_head() else self.size
        return original(self)
