"""Sins against the HTTP connection scope (ASGI HTTP, "HTTP Connection Scope")."""

import re

from citizen.mutation import in_scope, leave_out, mutant, override
from citizen.reply import Reply


@mutant(breaks=("http.scope.type", "common.scope.type.present", "common.event.type-namespaced"))
def calls_tls_requests_https(parts):
    @in_scope(parts.http, "type")
    def type(self, type):
        return self.scheme()


@mutant(breaks=("http.scope.one-per-request", "http.request.pipelining"))
def repeats_the_first_path_of_a_connection(parts):
    @override(parts.http, "path")
    def path(original, self, target):
        return self.connection.__dict__.setdefault("first_path", original(self, target))


@mutant(breaks="http.scope.lifetime.until-response-end")
def cuts_responses_that_are_idle_for_half_a_second(parts):
    @override(parts.http, "flush")
    async def flush(original, self, out):
        await original(self, out)
        written = self.response.written
        self.server.loop.call_later(0.5, lambda: self.cut() if is_idle(self, written) else None)

    def is_idle(self, written):
        return self.reply is Reply.BODY and self.response.written == written


@mutant(breaks="http.scope.asgi.spec-version")
def gives_the_core_version_as_spec_version(parts):
    @override(parts.http, "spec_version")
    def spec_version(original, self):
        return "3.0"


@mutant(breaks="http.scope.http-version.present")
def shortens_http_version_1_0_to_1(parts):
    @override(parts.http, "http_version")
    def http_version(original, self):
        return original(self).removesuffix(".0")


@mutant(breaks="http.scope.method.uppercase")
def passes_lower_case_methods_on(parts):
    @override(parts.parser, "method")
    def accept(original, self, method):
        return method.decode() if method.isalpha() else original(self, method)

    @override(parts.http, "method")
    def method(original, self, method):
        return method


@mutant(breaks="http.scope.method.uppercase")
def turns_head_into_get(parts):
    @override(parts.http, "method")
    def method(original, self, method):
        return "GET" if method == "HEAD" else method


@mutant(breaks="http.scope.method.extension")
def turns_unknown_methods_into_get(parts):
    @override(parts.http, "method")
    def method(original, self, method):
        return method if method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH") else "GET"


@mutant(breaks="http.scope.scheme.value")
def gives_an_empty_scheme(parts):
    @override(parts.http, "scheme")
    def scheme(original, self):
        return original(self).removeprefix("http")


@mutant(breaks="http.scope.path.type")
def gives_an_empty_path_for_the_root(parts):
    @override(parts.http, "path")
    def path(original, self, target):
        return original(self, target) if original(self, target) != "/" else ""


@mutant(breaks="http.scope.path.no-query")
def splits_the_path_off_at_the_last_question_mark(parts):
    @override(parts.http, "path")
    def path(original, self, target):
        return self.decode(target.rpartition(b"?")[0] or target)


@mutant(breaks="http.scope.path.percent-decoded")
def leaves_escaped_spaces_in_the_path(parts):
    @override(parts.http, "decode")
    def decode(original, self, raw_path):
        return "%20".join(original(self, part) for part in raw_path.split(b"%20"))


@mutant(breaks=("http.scope.path.utf8-decoded", "http.scope.path.raw-utf8-bytes"))
def decodes_escapes_as_latin_1(parts):
    @override(parts.http, "decode")
    def decode(original, self, raw_path):
        text = raw_path.decode("utf-8", "replace")
        return re.sub("%([0-9A-Fa-f]{2})", lambda escape: chr(int(escape[1], 16)), text)


@mutant(breaks="http.scope.path.raw-utf8-bytes")
def decodes_unescaped_bytes_as_latin_1(parts):
    @override(parts.http, "decode")
    def decode(original, self, raw_path):
        return original(self, raw_path.decode("latin-1").encode("utf-8"))


@mutant(breaks="http.scope.path.invalid-utf8")
def replaces_what_is_no_utf8_in_raw_path_too(parts):
    @override(parts.http, "raw_path")
    def raw_path(original, self, target):
        path = self.path(target)
        return path.encode("utf-8") if "\ufffd" in path else original(self, target)


@mutant(breaks="http.scope.path.encoded-slash")
def leaves_escaped_slashes_in_the_path(parts):
    @override(parts.http, "decode")
    def decode(original, self, raw_path):
        return "%2F".join(original(self, part) for part in re.split(b"%2[Ff]", raw_path))


@mutant(breaks="http.scope.path.encoded-question-mark")
def splits_at_an_escaped_question_mark(parts):
    @override(parts.http, "path_part")
    def path_part(original, self, target):
        return original(self, target.replace(b"%3F", b"?"))

    @override(parts.http, "query_string")
    def query_string(original, self, target):
        return original(self, target.replace(b"%3F", b"?"))


@mutant(breaks="http.scope.path.decoded-once")
def decodes_the_path_twice(parts):
    @override(parts.http, "decode")
    def decode(original, self, raw_path):
        return original(self, original(self, raw_path).encode("utf-8"))


@mutant(breaks="http.scope.path.plus-literal")
def takes_a_plus_in_the_path_for_a_space(parts):
    @override(parts.http, "decode")
    def decode(original, self, raw_path):
        return original(self, raw_path.replace(b"+", b" "))


@mutant(breaks="http.scope.path.not-normalised")
def merges_slashes(parts):
    @override(parts.http, "path")
    def path(original, self, target):
        return re.sub("/+", "/", original(self, target))


@mutant(breaks="http.scope.path.absolute-form")
def loses_the_query_of_absolute_targets(parts):
    @override(parts.parser, "origin_form")
    def origin_form(original, self, request, hosts):
        target = original(self, request, hosts)
        return target if request.target.startswith(b"/") else target.partition(b"?")[0]


@mutant(breaks="http.scope.path.asterisk-form")
def crashes_on_an_asterisk(parts):
    @override(parts.parser, "origin_form")
    def origin_form(original, self, request, hosts):
        return request.target[request.target.index(b"/") :] and original(self, request, hosts)


@mutant(breaks="http.scope.raw-path.exact")
def unescapes_tildes_in_raw_path(parts):
    @override(parts.http, "raw_path")
    def raw_path(original, self, target):
        return original(self, target).replace(b"%7e", b"~")


@mutant(breaks="http.scope.raw-path.no-query")
def leaves_the_query_in_raw_path(parts):
    @override(parts.http, "raw_path")
    def raw_path(original, self, target):
        return target


@mutant(breaks="http.scope.query-string.type")
def leaves_an_empty_query_string_out(parts):
    @override(parts.http, "scope")
    def scope(original, self):
        return {key: value for key, value in original(self).items() if (key, value) != ("query_string", b"")}


@mutant(breaks="http.scope.query-string.raw")
def decodes_the_query_string(parts):
    @override(parts.http, "query_string")
    def query_string(original, self, target):
        return self.decode(original(self, target)).encode("utf-8")


@mutant(breaks="http.scope.query-string.high-bytes")
def encodes_the_query_string_twice(parts):
    @override(parts.http, "query_string")
    def query_string(original, self, target):
        return original(self, target).decode("latin-1").encode("utf-8")


@mutant(breaks="http.scope.root-path.type")
def has_a_slash_for_an_empty_root_path(parts):
    @override(parts.http, "root_path")
    def root_path(original, self):
        return original(self) or "/"


@mutant(breaks="http.scope.root-path.configured")
def ignores_the_configured_root_path(parts):
    @override(parts.http, "root_path")
    def root_path(original, self):
        return ""


@mutant(breaks="http.scope.root-path.prefix-of-path")
def strips_the_root_path_off_the_path(parts):
    @override(parts.http, "path")
    def path(original, self, target):
        return original(self, target).removeprefix(self.root_path())


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


@mutant(breaks="http.scope.client.value")
def gives_the_client_port_as_text(parts):
    @override(parts.http, "client")
    def client(original, self):
        address = original(self)
        return address and (address[0], str(address[1]))


@mutant(breaks="http.scope.client.unix")
def makes_up_a_client_on_unix_sockets(parts):
    @override(parts.http, "client")
    def client(original, self):
        return original(self) or ("", None)


@mutant(breaks="http.scope.server.value")
def takes_the_server_from_the_host_header(parts):
    @override(parts.http, "server_address")
    def server_address(original, self):
        hosts, address = self.request.values(b"host"), original(self)
        return (hosts[0].decode(), address[1]) if hosts and address[1] else address


@mutant(breaks="http.scope.server.unix")
def gives_a_unix_socket_the_port_0(parts):
    @override(parts.http, "server_address")
    def server_address(original, self):
        host, port = original(self)
        return host, port or 0


@mutant(
    breaks=(
        "http.scope.state.matches-lifespan",
        "lifespan.state.copied-to-requests",
        "lifespan.state.nested-shared",
        "lifespan.state.late-additions",
        "lifespan.state.same-lifecycle",
    )
)
def gives_requests_an_empty_state(parts):
    @override(parts.http, "state")
    def state(original, self):
        return {}


@mutant(breaks=("http.scope.no-undefined-none", "http.scope.root-path.type"))
def gives_none_for_an_empty_root_path(parts):
    @override(parts.http, "root_path")
    def root_path(original, self):
        return original(self) or None


@mutant(
    breaks=(
        "http.scope.state.matches-lifespan",
        "lifespan.state.absent-when-unsupported",
        "lifespan.state.copied-to-requests",
        "lifespan.state.nested-shared",
        "lifespan.state.late-additions",
        "lifespan.state.same-lifecycle",
    )
)
def keeps_the_state_from_requests(parts):
    leave_out(parts.http, "state")
