"""The TLS extension is optional, and so are most of its keys (TLS, "When to use this extension").

An application that lets nobody in without a certificate refuses, and that is well; an exception is not.
"""

from asgi_conformance.authoring import ABSENT, as_well_as, each, http_scope, requirement, server, websocket_scope

REQUEST = {"type": "http.request", "body": b"", "more_body": False}
CONNECT = {"type": "websocket.connect"}

PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
NONE = {"server_cert": None, "tls_version": None, "cipher_suite": None}
KNOWN = {"server_cert": PEM, "tls_version": 0x0304, "cipher_suite": 0x1301}
CLIENT = {"client_cert_name": "CN=client.test,O=Caf\u00e9", "client_cert_error": None}

OFFERS = {
    "no extensions": ABSENT,
    "not among the extensions": {},
    "None for all": {"tls": NONE},
    "without client keys": {"tls": KNOWN},
    "no client certificate": {
        "tls": {**KNOWN, "client_cert_chain": [], "client_cert_name": None, "client_cert_error": None}
    },
    "a chain": {"tls": {**KNOWN, **CLIENT, "client_cert_chain": [PEM, PEM]}},
    "a chain in a tuple": {"tls": {**KNOWN, **CLIENT, "client_cert_chain": (PEM,)}},
    "an error": {"tls": {**KNOWN, **CLIENT, "client_cert_chain": [PEM], "client_cert_error": "unable to get issuer"}},
}

usual = server.named("usual")


@each(tls=OFFERS, needs="http")
def a_request_is_served_whatever_is_known_of_tls(tls):
    """A request is served, whatever the server can tell of TLS"""
    yield usual.calls(http_scope(), shares_state=True)
    yield usual.delivers(REQUEST)
    yield usual.gets_answer()
    yield server.calls(http_scope(scheme="https", extensions=OFFERS[tls]), shares_state=True)
    yield server.delivers(REQUEST)
    yield server.gets_answer(as_well_as("usual"), requirement("tls.app.optional"))


@each(tls=("no extensions", "None for all", "without client keys", "a chain in a tuple"), needs="websocket")
def a_websocket_is_answered_whatever_is_known_of_tls(tls):
    """A WebSocket is answered, whatever the server can tell of TLS"""
    yield usual.calls(websocket_scope(), shares_state=True)
    yield usual.delivers(CONNECT)
    yield usual.gets_answer()
    yield server.calls(websocket_scope(scheme="wss", extensions=OFFERS[tls]), shares_state=True)
    yield server.delivers(CONNECT)
    yield server.gets_answer(as_well_as("usual"), requirement("tls.app.optional"))
