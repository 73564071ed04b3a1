"""Sins against the HTTP connection scope (ASGI HTTP, "HTTP Connection Scope")."""

from citizen.mutation import in_scope, leave_out, mutant, override
from citizen.reply import Reply


@mutant(breaks="http.scope.type")
def calls_tls_requests_https(parts):
    @in_scope(parts.http, "type")
    def type(self, type):
        return self.scheme()


@mutant(breaks="http.scope.one-per-request")
def repeats_the_first_headers_of_a_connection(parts):
    @override(parts.http, "headers")
    def headers(original, self, headers):
        return self.connection.__dict__.setdefault("first_headers", original(self, headers))


@mutant(breaks="http.scope.lifetime.until-response-end")
def cuts_responses_that_are_idle(parts):
    """On one path, because many other responses are idle for a while, too."""

    @override(parts.http, "flush")
    async def flush(original, self, out):
        await original(self, out)
        if self.request.target != b"/held":
            return
        written = self.response.written
        self.server.loop.call_later(0.001, lambda: self.cut() if is_idle(self, written) else None)

    def is_idle(self, written):
        return self.reply is Reply.BODY and self.response.written == written


@mutant(breaks="http.scope.lifetime.until-response-end")
def gives_up_applications_that_do_not_answer_at_once(parts):
    """On one path, because whatever waits for anything would be given up otherwise."""

    @override(parts.http, "run")
    async def run(original, self):
        if self.request.target == b"/poll":
            self.server.loop.call_later(0.001, lambda: self.fail(503) if self.reply is Reply.PENDING else None)
        return await original(self)


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


@mutant(
    breaks=(
        "http.scope.state.matches-lifespan",
        "lifespan.state.copied-to-requests",
        "lifespan.state.nested-shared",
        "lifespan.state.late-additions",
        "lifespan.state.same-lifecycle",
        "lifespan.state.untouched",
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
        "lifespan.state.untouched",
    )
)
def keeps_the_state_from_requests(parts):
    leave_out(parts.http, "state")


@mutant(breaks="http.scope.type")
def puts_version_1_0_into_the_type(parts):
    @in_scope(parts.http, "type")
    def type(self, type):
        return type + "1.0" if self.request.version == "1.0" else type


@mutant(breaks="http.scope.http-version.present")
def gives_http_version_with_the_name_of_the_protocol(parts):
    @override(parts.http, "http_version")
    def http_version(original, self):
        return "HTTP/" + original(self)


@mutant(breaks="http.scope.method.uppercase")
def gives_methods_in_lower_case(parts):
    @override(parts.http, "method")
    def method(original, self, method):
        return method.lower()
