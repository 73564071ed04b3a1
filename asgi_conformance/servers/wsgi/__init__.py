"""Servers of WSGI applications: one process, forwarded headers not trusted, and else each as it is by default."""

from asgi_conformance.servers.adapter import Adapter
from asgi_conformance.servers.wsgi import (
    bjoern,
    cheroot,
    gevent,
    granian,
    gunicorn,
    hypercorn,
    mod_wsgi,
    uvicorn,
    uwsgi,
    waitress,
    werkzeug,
    wsgiref,
)

ADAPTERS: tuple[Adapter, ...] = (
    gunicorn.ADAPTER,
    uwsgi.ADAPTER,
    mod_wsgi.ADAPTER,
    waitress.ADAPTER,
    cheroot.ADAPTER,
    gevent.ADAPTER,
    bjoern.ADAPTER,
    granian.ADAPTER,
    hypercorn.ADAPTER,
    uvicorn.ADAPTER,
    werkzeug.ADAPTER,
    wsgiref.ADAPTER,
)
