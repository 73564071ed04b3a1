"""wsgiref's `simple_server`, which comes with Python. One request at a time; no unix socket, no TLS."""

from collections.abc import Mapping
from dataclasses import replace

from asgi_conformance.servers.adapter import Adapter, Launch, Place, Transport
from asgi_conformance.servers.wsgi.launching import KIND, launched, output, refuse, variables


def launch(python: str, application: str, place: Place, options: Mapping[str, str]) -> Launch:
    refuse("wsgiref", place, (Transport.TCP,), prefix=False, environ=True)
    found = variables(place)  # it copies them all into the environ
    return Launch(tuple(launched(python, "wsgiref", application, replace(place, environ=""))), found)


def version(python: str, options: Mapping[str, str]) -> str | None:
    """Python's."""
    return output(python, "-c", "import platform; print(platform.python_version())")


ADAPTER = Adapter(name="wsgiref", distribution=None, launch=launch, kind=KIND, version=version)
