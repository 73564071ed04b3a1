"""hypercorn where it serves WSGI: its own adapter to ASGI, transports and options as for ASGI.

As many threads as Python gives an event loop by default, which depends on the machine. With `worker=trio` 0.18 gives up
at its start: what it makes of a WSGI application returns from the lifespan call before it is told of the start.
"""

from collections.abc import Mapping

from asgi_conformance.servers import hypercorn
from asgi_conformance.servers.adapter import Adapter, Launch, Place
from asgi_conformance.servers.wsgi.launching import KIND, refuse_pings, refuse_wishes


def launch(python: str, application: str, place: Place, options: Mapping[str, str]) -> Launch:
    refuse_pings("hypercorn", place)
    refuse_wishes("hypercorn", place)
    return hypercorn.launch(python, f"wsgi:{application}", place, options)


ADAPTER = Adapter(name="hypercorn", distribution="hypercorn", launch=launch, options=hypercorn.OPTIONS, kind=KIND)
