"""A small ASGI server that keeps to every requirement: `python -m citizen --app module:attribute`.

With `--mutant NAME` it breaks one, which is what it is for: a check that no mutant fails checks nothing. With
`--choices NAMES` it keeps to them in other ways, all of them lawful: no check may fail that.
"""

import argparse
import logging
import sys
from typing import Any

from citizen import application, choosing, mutation
from citizen.parts import Parts
from citizen.server import Options, serve


def parse(arguments: list[str] | None) -> argparse.Namespace:
    default = Options()
    parser = argparse.ArgumentParser(prog="citizen", description="An ASGI server that keeps to every requirement.")
    parser.add_argument("--app", required=True, metavar="MODULE:ATTR")
    parser.add_argument("--host", default=default.host)
    parser.add_argument("--port", type=int, default=default.port, help="0: any free one, which is printed")
    parser.add_argument("--uds", metavar="PATH", help="a unix socket instead of host and port")
    parser.add_argument("--fd", type=int, help="the descriptor of a bound socket instead of host and port")
    parser.add_argument("--certfile", metavar="PEM", help="serve TLS with this certificate")
    parser.add_argument("--keyfile", metavar="PEM", help="its key, where it is not in the same file")
    parser.add_argument("--cafile", metavar="PEM", help="ask for client certificates of these issuers")
    parser.add_argument("--quic-port", type=int, help="serve HTTP/3 on this UDP port too")
    parser.add_argument("--root-path", default=default.root_path, help="where the application is mounted")
    parser.add_argument("--keep-alive", type=float, default=default.keep_alive, metavar="SECONDS")
    parser.add_argument("--ping-interval", type=float, default=default.ping_interval, metavar="SECONDS")
    parser.add_argument("--grace", type=float, default=default.grace, metavar="SECONDS")
    parser.add_argument("--mutant", metavar="NAME", help="commit this sin: http/response_start:sorts_the_headers")
    parser.add_argument("--choices", default="", metavar="NAMES", help="choose otherwise: modern,scopes:no_raw_path")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """The exit status: 0 after a clean shutdown, 3 when the application failed to start or to stop."""
    given = parse(arguments)
    logging.basicConfig(format="citizen: %(levelname)s: %(message)s", level=logging.INFO)
    parts = Parts()
    choosing.apply(given.choices, parts)
    if given.mutant:
        mutation.load(given.mutant).apply(parts)
    options: dict[str, Any] = {name: getattr(given, name) for name in Options._fields}
    return serve(parts.server(parts, application.load(given.app), Options(**options)))


if __name__ == "__main__":
    sys.exit(main())
