"""Sins against CONTENT_TYPE and CONTENT_LENGTH."""

from wsgi_server.mutation import mutant, override


@mutant(breaks="wsgi.environ.content-type.verbatim")
def invents_a_type(parts):
    @override(parts.environ, "content_type")
    def content_type(original, self):
        return original(self) or "text/plain"


@mutant(breaks=("wsgi.environ.content-length.verbatim", "wsgi.environ.content-not-duplicated"))
def believes_a_length_with_an_underscore(parts):
    @override(parts.environ, "content_length")
    def content_length(original, self):
        return self.singleton(b"content_length") or original(self)


@mutant(breaks="wsgi.environ.content-not-duplicated")
def has_a_length_with_an_underscore_too(parts):
    @override(parts.environ, "http")
    def http(original, self):
        return {**original(self), "HTTP_CONTENT_LENGTH": self.singleton(b"content_length")}
