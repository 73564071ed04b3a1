"""bjoern. One request at a time; no TLS. The wheel `bjoern-binary`, or `bjoern` where that was built."""

from collections.abc import Mapping

from asgi_conformance.servers.adapter import Adapter, Launch, Place, Transport
from asgi_conformance.servers.wsgi.launching import KIND, any_of, launched, refuse


def launch(python: str, application: str, place: Place, options: Mapping[str, str]) -> Launch:
    refuse("bjoern", place, (Transport.TCP, Transport.UNIX), prefix=False)
    return Launch(tuple(launched(python, "bjoern", application, place)))


ADAPTER = Adapter(
    name="bjoern",
    distribution="bjoern-binary",
    launch=launch,
    kind=KIND,
    version=any_of("bjoern", "bjoern-binary"),
    remedy="pip install bjoern-binary",
)
