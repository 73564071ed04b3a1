"""The documents that a run is judged against."""

DOCUMENTS = (
    *(("asgi", "3.0"), ("asgi-www", "2.5"), ("asgi-lifespan", "2.0"), ("asgi-tls", "0.2")),
    ("wsgi", "1.0.1"),
)
"""(name, version), as the run file gives them. Snapshot: asgiref 3.12.1, PEP 3333."""
