"""Sins against the headers of a scope (ASGI HTTP, "HTTP Connection Scope")."""

import re

from citizen.mutation import mutant, override


def changes_headers(parts, change):
    """`change`: from one (name, value), the name in lower case, to what stands for it."""

    @override(parts.http, "headers")
    def headers(original, self, headers):
        return [pair for name, value in original(self, headers) for pair in change(name, value)]


@mutant(breaks="http.scope.headers.shape")
def delivers_headers_that_can_be_walked_once(parts):
    @override(parts.http, "headers")
    def headers(original, self, headers):
        return iter(original(self, headers))


@mutant(breaks="http.scope.headers.present")
def leaves_empty_headers_out(parts):
    @override(parts.http, "scope")
    def scope(original, self):
        return {key: value for key, value in original(self).items() if (key, value) != ("headers", [])}


@mutant(breaks="http.scope.headers.value-exact")
def collapses_white_space_in_header_values(parts):
    @override(parts.http, "headers")
    def headers(original, self, headers):
        return [(name, re.sub(rb"[ \t]+", b" ", value)) for name, value in original(self, headers)]


@mutant(breaks=("http.scope.headers.value-exact", "http.scope.headers.nothing-dropped"))
def drops_headers_without_a_value(parts):
    @override(parts.http, "headers")
    def headers(original, self, headers):
        return [(name, value) for name, value in original(self, headers) if value]


@mutant(breaks="http.scope.headers.names-lowercase")
def leaves_header_names_as_they_are(parts):
    @override(parts.http, "headers")
    def headers(original, self, headers):
        return list(headers)


@mutant(breaks=("http.scope.headers.names-lowercase", "http.scope.headers.case-preserved"))
def title_cases_header_names(parts):
    @override(parts.http, "headers")
    def headers(original, self, headers):
        return [(name.title(), value) for name, value in headers]


@mutant(breaks="http.scope.headers.same-name-order")
def reverses_the_headers(parts):
    @override(parts.http, "headers")
    def headers(original, self, headers):
        return original(self, headers)[::-1]


@mutant(breaks="http.scope.headers.duplicates-preserved")
def removes_identical_headers(parts):
    @override(parts.http, "headers")
    def headers(original, self, headers):
        return list(dict.fromkeys(original(self, headers)))


@mutant(breaks="http.scope.headers.cookie-unmodified")
def splits_cookies(parts):
    @override(parts.http, "headers")
    def headers(original, self, headers):
        pairs = original(self, headers)
        return [(name, crumb) for name, value in pairs for crumb in crumbs(name, value)]

    def crumbs(name, value):
        return value.split(b"; ") if name == b"cookie" else [value]


@mutant(breaks="http.scope.headers.nothing-dropped")
def withholds_the_connection_header(parts):
    @override(parts.http, "headers")
    def headers(original, self, headers):
        return [(name, value) for name, value in original(self, headers) if name != b"connection"]


@mutant(breaks="http.scope.headers.host-present")
def strips_the_port_off_the_host(parts):
    @override(parts.http, "headers")
    def headers(original, self, headers):
        return [
            (name, value.partition(b":")[0] if name == b"host" else value) for name, value in original(self, headers)
        ]


@mutant(breaks="http.scope.headers.value-exact")
def leaves_white_space_around_values(parts):
    @override(parts.parser, "field")
    def field(original, self, line):
        name, value = original(self, line)
        return name, line.partition(b":")[2] if name == b"X-Value" else value


@mutant(breaks="http.scope.headers.value-exact")
def gives_values_in_lower_case(parts):
    changes_headers(parts, lambda name, value: [(name, value.lower() if name.startswith(b"x-") else value)])


@mutant(breaks="http.scope.headers.value-exact")
def encodes_values_as_utf8(parts):
    changes_headers(parts, lambda name, value: [(name, value.decode("latin-1").encode("utf-8"))])


@mutant(breaks="http.scope.headers.nothing-dropped")
def cuts_values_at_four_kibibytes(parts):
    changes_headers(parts, lambda name, value: [(name, value[:4096])])


@mutant(breaks="http.scope.headers.nothing-dropped")
def keeps_the_framing_to_itself(parts):
    withheld = (b"content-length", b"transfer-encoding")
    changes_headers(parts, lambda name, value: [] if name in withheld else [(name, value)])


@mutant(breaks="http.scope.headers.nothing-dropped")
def drops_names_with_underscores(parts):
    changes_headers(parts, lambda name, value: [] if b"_" in name else [(name, value)])


@mutant(breaks=("http.scope.headers.nothing-dropped", "http.scope.headers.present"))
def adds_a_header_of_its_own(parts):
    @override(parts.http, "headers")
    def headers(original, self, headers):
        return [*original(self, headers), (b"x-forwarded-port", b"80")]


@mutant(breaks="http.scope.headers.host-present")
def gives_the_host_in_lower_case(parts):
    changes_headers(parts, lambda name, value: [(name, value.lower() if name == b"host" else value)])


@mutant(breaks="http.scope.headers.duplicates-preserved")
def joins_repeated_headers(parts):
    @override(parts.http, "headers")
    def headers(original, self, headers):
        joined: dict[bytes, bytes] = {}
        for name, value in original(self, headers):
            joined[name] = joined[name] + b", " + value if name in joined else value
        return list(joined.items())
