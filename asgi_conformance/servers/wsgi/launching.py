"""What the adapters of WSGI servers have in common: how our launcher is told, what is refused, which version it is."""

import subprocess
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path

from asgi_conformance import remote
from asgi_conformance.servers.adapter import Place, Transport, Unsupported, unsupported

KIND = "wsgi-server"
THREADS = "4"
"""Where a server's own default is one, or differs between machines."""
LAUNCHER = str(Path(remote.__file__).parent / "wsgi_launcher.py")
"""Starts the servers that have no command line of their own. By its path: it need not be importable."""

PATIENCE = 30.0  # seconds for an interpreter to say something of itself

DISTRIBUTION = """\
import sys
sys.path[:] = [entry for entry in sys.path if entry]
from importlib import metadata
for name in sys.argv[1:]:
    try:
        print(metadata.version(name))
        break
    except metadata.PackageNotFoundError:
        pass
"""


def refuse(
    server: str, place: Place, serves: Collection[Transport], *, prefix: bool = True, environ: bool = False
) -> None:
    """Raise `Unsupported` for what this server cannot be told.

    `serves`: its transports. `prefix`: whether it can be told where an application is mounted. `environ`: whether it
    can be told what to put into every environ.
    """
    if place.transport not in serves:
        raise unsupported(server, place.transport)
    if place.root_path and not prefix:
        raise Unsupported(f"{server} cannot be told below which path it serves an application")
    if place.client_ca:
        raise Unsupported(f"{server} is not told here to ask for client certificates")
    refuse_pings(server, place)
    refuse_wishes(server, replace(place, environ="") if environ else place)


def refuse_wishes(server: str, place: Place) -> None:
    """Raise `Unsupported` where a deployer has something for every environ, or chooses how many threads serve."""
    if place.environ:
        raise Unsupported(f"{server} cannot be told to put values into the environ")
    if place.threads:
        raise Unsupported(f"{server} is not told here how many threads serve")


def refuse_pings(server: str, place: Place) -> None:
    """Raise `Unsupported` where WebSockets are to be pinged."""
    if place.ping_interval:
        raise Unsupported(f"{server} has no WebSockets where it serves WSGI")


def launched(python: str, server: str, application: str, place: Place) -> list[str]:
    """The command line of our launcher."""
    where = ["--uds", place.path] if place.path else ["--host", place.host, "--port", str(place.port)]
    if place.transport.encrypted:
        where += ["--certfile", place.certfile, "--keyfile", place.keyfile]
    if place.root_path:
        where += ["--root-path", place.root_path]
    if place.environ:
        where += ["--environ", place.environ]
    return [python, LAUNCHER, server, application, *where]


def variables(place: Place) -> dict[str, str]:
    """The operating system's, by which a server that copies them is told what to put into every environ."""
    name, _, value = place.environ.partition("=")
    return {name: value} if name else {}


def output(*command: str) -> str | None:
    """What a command prints, without the white space around it; None where it fails or prints nothing."""
    try:
        run = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return run.stdout.strip() or None


def any_of(*names: str) -> Callable[[str, Mapping[str, str]], str | None]:
    """For `Adapter.version`: the version of the first of these distributions that is installed."""
    return lambda python, options: output(python, "-c", DISTRIBUTION, *names)
