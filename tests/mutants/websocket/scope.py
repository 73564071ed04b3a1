"""Sins against the WebSocket connection scope (ASGI WebSocket, "Websocket Connection Scope")."""

import posixpath

from citizen.mutation import in_scope, leave_out, mutant, override


@mutant(breaks="websocket.scope.type")
def calls_tls_websockets_wss(parts):
    @in_scope(parts.websocket, "type")
    def type(self, type):
        return "wss" if self.connection.tls else type


@mutant(breaks="websocket.scope.plain-http-unaffected")
def takes_a_post_for_a_handshake(parts):
    @override(parts.handshake, "wanted")
    def wanted(original, self):
        self.request = self.request._replace(method="GET")
        return original(self)


@mutant(breaks="websocket.scope.plain-http-unaffected")
def wants_upgrade_alone_in_the_connection_header(parts):
    @override(parts.handshake, "wanted")
    def wanted(original, self):
        return original(self) and len(self.request.tokens(b"connection")) == 1


@mutant(breaks="websocket.scope.invalid-handshake")
def takes_any_version_and_key(parts):
    @override(parts.handshake, "check")
    def check(original, self):
        pass

    @override(parts.handshake, "accept_key")
    def accept_key(original, self):
        return original(self) if self.request.values(b"sec-websocket-key") else b""


@mutant(breaks="websocket.scope.asgi.spec-version")
def gives_the_core_version_as_spec_version(parts):
    @override(parts.websocket, "spec_version")
    def spec_version(original, self):
        return "3.0"


@mutant(breaks="websocket.scope.http-version")
def gives_http_version_1_0(parts):
    @override(parts.websocket, "http_version")
    def http_version(original, self):
        return "1.0"


@mutant(breaks="websocket.scope.scheme")
def gives_the_scheme_of_http(parts):
    parts.websocket.schemes = ("http", "https")


@mutant(breaks="websocket.scope.path")
def leaves_the_path_escaped(parts):
    @override(parts.websocket, "path")
    def path(original, self, target):
        return self.path_part(target).decode("latin-1")


@mutant(breaks="websocket.scope.raw-path")
def leaves_the_query_in_raw_path(parts):
    @override(parts.websocket, "raw_path")
    def raw_path(original, self, target):
        return target


@mutant(breaks="websocket.scope.query-string")
def decodes_the_query_string(parts):
    @override(parts.websocket, "query_string")
    def query_string(original, self, target):
        return self.decode(original(self, target)).encode("utf-8")


@mutant(breaks="websocket.scope.root-path")
def leaves_root_path_out(parts):
    leave_out(parts.websocket, "root_path")


@mutant(breaks="websocket.scope.headers")
def reads_header_values_as_utf8(parts):
    @override(parts.websocket, "headers")
    def headers(original, self, headers):
        return [(name, value.decode("utf-8", "replace").encode("utf-8")) for name, value in original(self, headers)]


@mutant(breaks=("websocket.scope.headers", "websocket.scope.headers.order"))
def joins_repeated_headers(parts):
    @override(parts.websocket, "headers")
    def headers(original, self, headers):
        joined: dict[bytes, bytes] = {}
        for name, value in original(self, headers):
            joined[name] = joined[name] + b"," + value if name in joined else value
        return list(joined.items())


@mutant(breaks="websocket.scope.headers.order")
def sorts_the_headers_by_name(parts):
    @override(parts.websocket, "headers")
    def headers(original, self, headers):
        return sorted(original(self, headers), key=lambda header: header[0])


@mutant(breaks="websocket.scope.headers.lowercase")
def title_cases_header_names(parts):
    @override(parts.websocket, "headers")
    def headers(original, self, headers):
        return [(name.title(), value) for name, value in headers]


@mutant(breaks="websocket.scope.client-server")
def gives_ports_as_text(parts):
    @override(parts.websocket, "address")
    def address(original, self, which):
        found = original(self, which)
        return found and (found[0], str(found[1]))


@mutant(breaks="websocket.scope.subprotocols.value")
def reads_one_line_of_subprotocols(parts):
    @override(parts.websocket, "subprotocols")
    def subprotocols(original, self):
        first = self.request.values(b"sec-websocket-protocol")[:1]
        return [offer.strip().decode() for line in first for offer in line.split(b",")]


@mutant(breaks="websocket.scope.subprotocols.value")
def reverses_the_subprotocols(parts):
    @override(parts.websocket, "subprotocols")
    def subprotocols(original, self):
        return original(self)[::-1]


@mutant(breaks="websocket.scope.subprotocols.default")
def lists_an_empty_subprotocol(parts):
    @override(parts.websocket, "subprotocols")
    def subprotocols(original, self):
        return original(self) or [""]


@mutant(
    breaks=(
        "websocket.scope.state",
        "lifespan.state.absent-when-unsupported",
        "lifespan.state.copied-to-requests",
    )
)
def keeps_the_state_from_websockets(parts):
    leave_out(parts.websocket, "state")


@mutant(breaks="websocket.scope.state")
def hands_websockets_the_state_itself(parts):
    @override(parts.websocket, "state")
    def state(original, self):
        return self.server.lifespan.namespace


@mutant(breaks="websocket.scope.no-http-only-keys")
def gives_websockets_a_method(parts):
    @override(parts.websocket, "scope")
    def scope(original, self):
        return {**original(self), "method": "GET"}


@mutant(breaks=("websocket.scope.type", "common.scope.type.present"))
def calls_websockets_with_a_query_ws(parts):
    @in_scope(parts.websocket, "type")
    def type(self, type):
        return "ws" if b"?" in self.request.target else type


@mutant(breaks="websocket.scope.plain-http-unaffected")
def takes_any_upgrade_for_a_handshake(parts):
    @override(parts.handshake, "wanted")
    def wanted(original, self):
        return self.request.method == "GET" and self.request.has_token(b"connection", b"upgrade")

    @override(parts.handshake, "check")
    def check(original, self):
        if self.request.has_token(b"upgrade", b"websocket"):
            original(self)


@mutant(breaks="websocket.scope.plain-http-unaffected")
def does_not_look_at_the_connection_header(parts):
    @override(parts.handshake, "wanted")
    def wanted(original, self):
        return self.request.method == "GET" and self.request.has_token(b"upgrade", b"websocket")


@mutant(breaks="websocket.scope.plain-http-unaffected")
def compares_tokens_with_regard_to_case(parts):
    @override(parts.handshake, "wanted")
    def wanted(original, self):
        tokens = self.request.tokens(b"upgrade") + self.request.tokens(b"connection")
        return original(self) and b"websocket" in tokens and b"Upgrade" in tokens


@mutant(breaks="websocket.scope.path")
def leaves_the_query_in_the_path(parts):
    @override(parts.websocket, "path")
    def path(original, self, target):
        return self.decode(target)


@mutant(breaks="websocket.scope.path")
def chokes_on_escapes_that_are_no_utf8(parts):
    @override(parts.websocket, "decode")
    def decode(original, self, raw_path):
        decoded = original(self, raw_path)
        decoded.encode("latin-1", "strict") if "\ufffd" in decoded else None
        return decoded


@mutant(breaks="websocket.scope.path")
def normalises_the_path(parts):
    @override(parts.websocket, "path")
    def path(original, self, target):
        return posixpath.normpath(original(self, target))


@mutant(breaks="websocket.scope.query-string")
def loses_the_query_of_an_absolute_target(parts):
    @override(parts.parser, "origin_form")
    def origin_form(original, self, request, hosts):
        target = original(self, request, hosts)
        return target if target == request.target or request.method != "GET" else target.partition(b"?")[0]


@mutant(breaks="websocket.scope.query-string")
def gives_no_query_as_text(parts):
    @override(parts.websocket, "query_string")
    def query_string(original, self, target):
        return original(self, target) or ""


@mutant(breaks="websocket.scope.root-path")
def gives_no_root_path_as_none(parts):
    @override(parts.websocket, "root_path")
    def root_path(original, self):
        return original(self) or None


@mutant(breaks="websocket.scope.headers")
def leaves_empty_headers_out(parts):
    @override(parts.websocket, "headers")
    def headers(original, self, headers):
        return [(name, value) for name, value in original(self, headers) if value]


@mutant(breaks="websocket.scope.headers")
def keeps_the_handshake_to_itself(parts):
    @override(parts.websocket, "headers")
    def headers(original, self, headers):
        ours = (b"upgrade", b"connection", b"sec-websocket-key", b"sec-websocket-protocol")
        return [(name, value) for name, value in original(self, headers) if name not in ours]


@mutant(breaks=("websocket.scope.headers", "common.strings.exact-types"))
def gives_the_host_as_text(parts):
    @override(parts.websocket, "headers")
    def headers(original, self, headers):
        return [(name, value.decode() if name == b"host" else value) for name, value in original(self, headers)]


@mutant(breaks="websocket.scope.subprotocols.value")
def gives_a_single_offer_as_text(parts):
    @override(parts.websocket, "subprotocols")
    def subprotocols(original, self):
        offers = original(self)
        return offers[0] if len(offers) == 1 else offers
