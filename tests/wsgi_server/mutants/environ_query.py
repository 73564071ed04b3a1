"""Sins against QUERY_STRING."""

import urllib.parse

from wsgi_server.mutation import mutant, override


@mutant(breaks="wsgi.environ.query-string.verbatim")
def decodes_the_query(parts):
    @override(parts.environ, "query_string")
    def query_string(original, self):
        return self.text(urllib.parse.unquote_to_bytes(self.request.query))


@mutant(breaks="wsgi.environ.query-string.verbatim")
def drops_a_query_without_values(parts):
    @override(parts.environ, "query_string")
    def query_string(original, self):
        query = original(self)
        return query if "=" in query else None


@mutant(breaks=("wsgi.environ.query-string.absent", "wsgi.environ.query-string.verbatim"))
def remembers_the_last_query(parts):
    @override(parts.environ, "query_string")
    def query_string(original, self):
        query = original(self)
        self.connection.query = query or vars(self.connection).get("query", "None")
        return self.connection.query


@mutant(breaks="wsgi.environ.query-string.non-ascii")
def wants_ascii_in_the_query(parts):
    @override(parts.environ, "query_string")
    def query_string(original, self):
        return self.request.query.decode("ascii")
