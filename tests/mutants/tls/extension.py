"""Sins against the TLS extension."""

from citizen import tls
from citizen.mutation import mutant, override


def describing(parts, **values):
    """Replace values of the extension; a function is given the call."""

    @override(parts.calls, "tls")
    def tls(original, self):
        given = original(self)
        return given and {**given, **{key: value(self) for key, value in values.items()}}


@mutant(breaks="tls.only-on-tls")
def describes_plain_connections_too(parts):
    @override(parts.calls, "tls")
    def tls(original, self):
        return original(self) or {"server_cert": None, "tls_version": None, "cipher_suite": None}


@mutant(breaks=("tls.value-is-dict", "tls.mandatory-keys", "tls.tls-version.value", "common.extensions.entry-shape"))
def lists_what_it_knows(parts):
    @override(parts.calls, "scope")
    def scope(original, self):
        given = original(self)
        if "tls" in given["extensions"]:
            given["extensions"]["tls"] = list(given["extensions"]["tls"].items())
        return given


@mutant(breaks="tls.http-and-websocket")
def describes_no_websockets(parts):
    @override(parts.websocket, "tls")
    def tls(original, self):
        return None


@mutant(breaks="tls.http-and-websocket")
def describes_the_first_request_of_a_connection(parts):
    @override(parts.http, "scope")
    def scope(original, self):
        given = original(self)
        if self.connection.__dict__.setdefault("described", self) is not self:
            given["extensions"].pop("tls", None)
        return given


@mutant(breaks=("tls.scheme-consistent", "http.scope.scheme.value"))
def says_http_on_tls(parts):
    @override(parts.http, "scheme")
    def scheme(original, self):
        return "http"


@mutant(breaks=("tls.scheme-consistent", "websocket.scope.scheme"))
def has_no_scheme_on_tls_websockets(parts):
    @override(parts.websocket, "scope")
    def scope(original, self):
        return {key: value for key, value in original(self).items() if (key, value) != ("scheme", "wss")}


@mutant(breaks="tls.mandatory-keys")
def leaves_the_certificate_out(parts):
    @override(parts.calls, "tls")
    def tls(original, self):
        given = original(self)
        return given and {key: value for key, value in given.items() if key != "server_cert"}


@mutant(breaks=("tls.server-cert.value", "common.strings.exact-types"))
def gives_the_certificate_in_bytes(parts):
    describing(parts, server_cert=lambda call: call.server.certificate.encode())


@mutant(breaks="tls.server-cert.value")
def gives_the_path_of_the_certificate(parts):
    describing(parts, server_cert=lambda call: call.server.options.certfile)


@mutant(breaks=("tls.client-cert-chain.type", "tls.client-cert-chain.empty", "tls.client-cert-chain.order"))
def gives_the_chain_as_text(parts):
    describing(parts, client_cert_chain=lambda call: "".join(tls.client_chain(call.connection.tls)))


@mutant(breaks="tls.client-cert-chain.order")
def puts_its_own_certificate_first(parts):
    @override(parts.calls, "tls")
    def with_own(original, self):
        given = original(self)
        if given and given["client_cert_chain"]:
            given["client_cert_chain"].insert(0, self.server.certificate)
        return given


@mutant(
    breaks=(
        "tls.client-cert-chain.empty",
        "tls.client-cert-chain.type",
        "tls.client-cert-name.required-with-chain",
    )
)
def has_an_empty_certificate_for_none(parts):
    describing(parts, client_cert_chain=lambda call: tls.client_chain(call.connection.tls) or [""])


@mutant(breaks="tls.client-cert-name.value")
def writes_names_with_slashes(parts):
    def slashed(call):
        subject = (call.connection.tls.getpeercert() or {}).get("subject", ())
        return "".join(f"/{tls.NAMES.get(key, key)}={value}" for rdn in subject for key, value in rdn) or None

    describing(parts, client_cert_name=slashed)


@mutant(breaks=("tls.client-cert-name.required-with-chain", "tls.client-cert-name.value"))
def gives_a_chain_without_a_name(parts):
    describing(parts, client_cert_name=lambda call: None)


@mutant(breaks=("tls.client-cert-name.required-with-chain", "tls.client-cert-name.value"))
def gives_the_name_of_the_issuer(parts):
    def issuer(call):
        names = (call.connection.tls.getpeercert() or {}).get("issuer", ())
        pairs = [pair for rdn in reversed(names) for pair in rdn]
        return ",".join(f"{tls.NAMES[key]}={tls.escape(value)}" for key, value in pairs) or None

    describing(parts, client_cert_name=issuer)


@mutant(breaks="tls.client-cert-error.value")
def has_an_empty_error_for_none(parts):
    describing(parts, client_cert_error=lambda call: "")


@mutant(breaks="tls.tls-version.value")
def gives_the_name_of_the_version(parts):
    describing(parts, tls_version=lambda call: call.connection.tls.version())


@mutant(breaks="tls.tls-version.value")
def gives_the_version_of_the_oldest_record_layer(parts):
    describing(parts, tls_version=lambda call: 0x0301)


@mutant(breaks="tls.cipher-suite.value")
def gives_the_name_of_the_cipher_suite(parts):
    describing(parts, cipher_suite=lambda call: call.connection.tls.cipher()[0])


@mutant(breaks="tls.cipher-suite.value")
def swaps_the_octets_of_the_cipher_suite(parts):
    def swapped(call):
        suite = tls.cipher_suite(call.connection.tls)
        return suite and (suite & 0xFF) << 8 | suite >> 8

    describing(parts, cipher_suite=swapped)


@mutant(breaks="tls.one-connection-per-scope")
def describes_the_last_handshake_to_everybody(parts):
    @override(parts.connection, "connection_made")
    def connection_made(original, self, transport):
        original(self, transport)
        self.server.last = self

    @override(parts.calls, "tls")
    def described(original, self):
        return self.connection.tls and tls.describe(self.server.last.tls, self.server.certificate)


@mutant(breaks=("tls.events-unchanged", "http.request.first-event"))
def announces_the_certificate_in_an_event(parts):
    @override(parts.http, "request_event")
    def request_event(original, self, body, more):
        event = original(self, body, more)
        return {**event, "type": "http.request.tls"} if self.connection.tls else event


@mutant(breaks="tls.events-unchanged")
def marks_events_that_came_over_tls(parts):
    @override(parts.http, "request_event")
    def request_event(original, self, body, more):
        event = original(self, body, more)
        return {**event, "body": body.upper()} if self.connection.transport.get_extra_info("ssl_object") else event


@mutant(breaks="tls.events-unchanged")
def shouts_over_tls(parts):
    @override(parts.websocket, "text_event")
    def text_event(original, self, text):
        return original(self, text.upper() if self.connection.tls else text)


@mutant(breaks="tls.client-cert-error.value")
def asks_for_no_certificate(parts):
    """As far as it can be told with Python: who is not asked is not refused either."""

    @override(parts.server, "ssl_context")
    def ssl_context(original, self):
        return tls.server_context(self.options.certfile, self.options.keyfile, None) if self.options.certfile else None
