"""Sins against the header fields of a request."""

import os

from wsgi_server.mutation import mutant, override


@mutant(breaks="wsgi.environ.http-vars.presence")
def drops_fields_that_it_does_not_know(parts):
    @override(parts.environ, "has_variable")
    def has_variable(original, self, name):
        return original(self, name) and name != b"x-one"


@mutant(breaks="wsgi.environ.http-vars.presence")
def keeps_fields_of_the_request_before(parts):
    @override(parts.environ, "http")
    def http(original, self):
        kept = vars(self.connection).setdefault("http_variables", {})
        kept.update(original(self))
        return dict(kept)


@mutant(breaks="wsgi.environ.http-vars.name-mapping")
def replaces_the_first_hyphen_only(parts):
    @override(parts.environ, "variable")
    def variable(original, self, name):
        return "HTTP_" + self.text(name).upper().replace("-", "_", 1)


@mutant(
    breaks=(
        "wsgi.environ.http-vars.duplicates-joined",
        "wsgi.environ.http-vars.cookie-joined",
        "wsgi.environ.http-vars.cookie-joined-http2",
    )
)
def keeps_the_last_of_several(parts):
    @override(parts.environ, "joined")
    def joined(original, self, name, values):
        return original(self, name, values[-1:])


@mutant(breaks=("wsgi.environ.http-vars.cookie-joined", "wsgi.environ.http-vars.cookie-joined-http2"))
def joins_cookies_with_commas(parts):
    @override(parts.environ, "joined")
    def joined(original, self, name, values):
        return original(self, b"", values)


@mutant(breaks="wsgi.environ.http-vars.cookie-joined-http2")
def leaves_cookies_of_http_2_as_they_came(parts):
    @override(parts.environ, "joined")
    def joined(original, self, name, values):
        return original(self, b"" if self.request.version == "HTTP/2" else name, values)


@mutant(
    breaks=(
        "wsgi.environ.http-vars.latin1-values",
        "wsgi.environ.http-vars.ows-stripped",
        "wsgi.environ.latin1-only",
    )
)
def decodes_values_as_utf_8(parts):
    @override(parts.environ, "joined")
    def joined(original, self, name, values):
        return original(self, name, values).encode("latin-1").decode("utf-8", "surrogateescape")


@mutant(breaks="wsgi.environ.http-vars.ows-stripped")
def strips_all_that_looks_like_space(parts):
    @override(parts.reader, "trimmed")
    def trimmed(original, self, value):
        return value.decode("latin-1").strip().encode("latin-1")


@mutant(breaks="wsgi.environ.http-vars.underscore-ambiguity")
def merges_underscores(parts):
    @override(parts.environ, "http")
    def http(original, self):
        variables = {}
        for name, value in self.request.fields:
            name = name.replace(b"_", b"-")
            if name not in self.elsewhere:
                variables.setdefault(name, []).append(value)
        return {self.variable(name): self.joined(name, values) for name, values in variables.items()}


@mutant(breaks="wsgi.environ.http-vars.hyphenated-cgi-spoof")
def lets_a_field_name_the_script(parts):
    @override(parts.environ, "script_name")
    def script_name(original, self):
        given = self.request.values(b"script-name")
        return self.text(given[0]) if given else original(self)


@mutant(breaks="wsgi.environ.http-host")
def writes_the_host_in_small_letters(parts):
    @override(parts.environ, "joined")
    def joined(original, self, name, values):
        value = original(self, name, values)
        return value.lower() if name == b"host" else value


@mutant(breaks="wsgi.environ.http-vars.proxy-header")
def exports_the_proxy(parts):
    @override(parts.environ, "http")
    def http(original, self):
        variables = original(self)
        if "HTTP_PROXY" in variables:
            os.environ["HTTP_PROXY"] = variables["HTTP_PROXY"]
        return variables
