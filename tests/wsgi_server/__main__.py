"""A small WSGI server that keeps to every requirement: `python -m wsgi_server --app module:attribute`.

With `--mutant NAME` it breaks one, which is what it is for: a check that no mutant fails checks nothing.
"""

import argparse
import logging
import sys

from wsgi_server import application, mutation
from wsgi_server.parts import Parts
from wsgi_server.server import Options


def number(text: str) -> int | None:
    """Nothing stands for no number."""
    return int(text) if text else None


def parse(arguments: list[str] | None) -> argparse.Namespace:
    default = Options()
    parser = argparse.ArgumentParser(prog="wsgi_server", description="A WSGI server that keeps to every requirement.")
    parser.add_argument("--app", required=True, metavar="MODULE:ATTR")
    parser.add_argument("--host", default=default.host)
    parser.add_argument("--port", type=int, default=default.port, help="0: any free one, which is printed")
    parser.add_argument("--uds", metavar="PATH", help="a unix socket instead of host and port")
    parser.add_argument("--certfile", metavar="PEM", help="serve TLS with this certificate")
    parser.add_argument("--keyfile", metavar="PEM", help="its key, where it is not in the same file")
    parser.add_argument("--root-path", default=default.root_path, help="where the application is mounted")
    parser.add_argument("--environ", action="append", default=[], metavar="KEY=VALUE", help="put it into every environ")
    parser.add_argument("--keep-alive", type=float, default=default.keep_alive, metavar="SECONDS")
    parser.add_argument("--grace", type=float, default=default.grace, metavar="SECONDS")
    calls = parser.add_mutually_exclusive_group()
    calls.add_argument("--threads", type=number, metavar="N", help="at most so many calls at once; without: any number")
    calls.add_argument("--sync", action="store_const", const=1, dest="threads", help="one call at a time")
    parser.add_argument("--mutant", metavar="NAME", help="commit this sin: environ/reuses-the-dict")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    given = parse(arguments)
    logging.basicConfig(format="wsgi_server: %(levelname)s: %(message)s", level=logging.INFO)
    parts = Parts()
    if given.mutant:
        mutation.load(given.mutant).apply(parts)
    wishes = {name: getattr(given, name) for name in Options._fields if name != "environ"}
    options = Options(**wishes, environ=tuple(tuple(pair.split("=", 1)) for pair in given.environ if pair))
    parts.server(parts, application.load(given.app), options).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
