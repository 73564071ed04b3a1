"""gevent's `pywsgi`, with the standard library patched before anything else is imported."""

from collections.abc import Mapping

from asgi_conformance.servers.adapter import Adapter, Launch, Place, Transport
from asgi_conformance.servers.wsgi.launching import KIND, launched, refuse


def launch(python: str, application: str, place: Place, options: Mapping[str, str]) -> Launch:
    refuse("gevent", place, (Transport.TCP, Transport.UNIX, Transport.TLS), prefix=False, environ=True)
    return Launch(tuple(launched(python, "gevent", application, place)))


ADAPTER = Adapter(name="gevent", distribution="gevent", launch=launch, kind=KIND)
