"""What an adapter makes of a WSGI application's response (ASGI HTTP, "WSGI Compatibility"; PEP 3333, "The
start_response() Callable", "Specification Details")."""

from asgi_conformance.authoring import (
    answer,
    case,
    each,
    fields_of,
    http_scope,
    json_response,
    requirement,
    server,
    warn,
    where,
)
from asgi_conformance.authoring import conduct

no_body = {"type": "http.request", "body": b"", "more_body": False}
journal = server.named("journal")
