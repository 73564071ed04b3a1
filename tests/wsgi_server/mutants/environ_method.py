"""Sins against REQUEST_METHOD."""

from wsgi_server.mutation import mutant, override

KNOWN = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})


@mutant(breaks="wsgi.environ.request-method.verbatim")
def takes_what_it_does_not_know_for_get(parts):
    @override(parts.environ, "request_method")
    def request_method(original, self):
        method = original(self)
        return method if method in KNOWN else "GET"


@mutant(breaks="wsgi.environ.request-method.present")
def has_no_method_where_it_is_get(parts):
    @override(parts.environ, "request_method")
    def request_method(original, self):
        method = original(self)
        return None if method == "GET" else method
