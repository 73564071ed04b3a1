"""Sins that only HTTP/3 makes possible (ASGI HTTP, "HTTP Connection Scope")."""

from citizen.mutation import mutant, override


@mutant(breaks="http.http3.version")
def takes_http_3_for_http_2(parts):
    parts.http3.version = "2"


@mutant(breaks=("http.http3.version", "http.http2.pseudo-headers-removed"))
def leaves_pseudo_headers_among_the_headers(parts):
    @override(parts.http3, "request_of")
    def request_of(original, self, fields):
        return original(self, fields)._replace(headers=fields)


@mutant(breaks="http.http3.version")
def does_not_hear_of_a_reset(parts):
    @override(parts.http3, "quic_event_received")
    def quic_event_received(original, self, event):
        if type(event).__name__ != "StreamReset":
            original(self, event)


@mutant(breaks="http.http3.version")
def leaves_a_stream_open_whose_application_has_failed(parts):
    @override(parts.http3, "__init__")
    def __init__(original, self, *args, **kwargs):
        original(self, *args, **kwargs)
        self.h2.reset_stream = lambda number, error_code: None
