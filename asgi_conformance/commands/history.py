"""`asgi-conformance history NAME`: since when a server keeps what it keeps, release by release.

Every release is installed in an environment of its own with the dependencies that pip chooses today (pin others with
--with), tested by all suites, and kept in the cache, so that an interrupted history goes on where it was. What differs
between two neighbouring releases is tested once more in both.
"""

import argparse
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from asgi_conformance.commands.refusal import Refused, write
from asgi_conformance.report.escape import cut, visible

if TYPE_CHECKING:
    from asgi_conformance.report.history.table import History
    from asgi_conformance.servers.adapter import Server
    from asgi_conformance.stage.interpreter import Interpreter

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # argparse gives the class no public name

INTERRUPTED = 130
"""As a shell has it for Ctrl-C."""
LONGEST_LINE = 300


def add_to(subparsers: "Subparsers") -> None:
    parser = subparsers.add_parser(
        "history", help="test releases of a server, and tell since when", description=__doc__
    )
    parser.add_argument("server", metavar="NAME", help="a server with an adapter: uvicorn or 'uvicorn[http=h11]'")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--versions", metavar="A,B,C", help="these releases")
    which.add_argument("--last", metavar="N", type=int, help="the newest N releases")
    parser.add_argument("--wsgi", action="store_true", help="NAME is a WSGI server")
    parser.add_argument(
        "--python", metavar="PATH", action="append", default=[], help="what releases run on (default: this "
        "interpreter); several: each release on the first with which it can be installed and started",
    )  # fmt: skip
    parser.add_argument(
        "--with", metavar="PKG", dest="beside", action="append", default=[], help="install this too: 'websockets<14'"
    )
    parser.add_argument("--case", metavar="GLOB", action="append", default=[], help="only the cases whose id fits")
    parser.add_argument("--cache", metavar="FOLDER", help="where environments and runs are kept (default: the user's)")
    parser.add_argument("--json", metavar="FILE", help="write the table as JSON")
    parser.add_argument("--markdown", metavar="FILE", help="write the table as Markdown")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Progress to standard error, the table to standard output. Raises `Refused`."""
    from asgi_conformance.report.history.json import to_json
    from asgi_conformance.report.history.markdown import to_markdown
    from asgi_conformance.report.history.text import to_text

    try:
        with _terminated_like_interrupted():
            told = _history(arguments)
    except KeyboardInterrupt:
        _say("interrupted; what is done is kept, and the next history goes on from there")
        return INTERRUPTED
    if not told.tested:
        raise Refused("none of these releases could be tested")
    forms: list[tuple[str | None, Callable[[History], str]]] = [
        (arguments.json, to_json),
        (arguments.markdown, to_markdown),
    ]
    for path, form in forms:
        if path:
            write(path, form(told))
    print("\n".join(to_text(told)))
    return 0


def _history(arguments: argparse.Namespace) -> "History":
    from asgi_conformance.history.cache import Cache, InUse, usual_folder
    from asgi_conformance.history.gathering import Gathering
    from asgi_conformance.report.history.table import history
    from asgi_conformance.report.knowledge import published

    server = _server(arguments.server, "wsgi-server" if arguments.wsgi else "asgi-server")
    pythons = _interpreters(arguments.python)
    versions = _versions(arguments, server, pythons[0].executable)
    cache = Cache(Path(arguments.cache) if arguments.cache else usual_folder())
    try:
        with cache.held():
            gathering = Gathering(server, pythons, tuple(arguments.beside), tuple(arguments.case), cache, _say)
            return history(server.id, gathering.readings(versions, published()), published())
    except InUse as error:
        raise Refused(str(error)) from None
    except OSError as error:
        raise Refused(f"the cache cannot be used: {error}") from None


def _server(text: str, kind: str) -> "Server":
    from asgi_conformance.servers.adapter import BadSubject
    from asgi_conformance.servers.registry import ALL, parse_subjects

    if text.strip() == ALL:
        raise Refused("a history is about one server")
    try:
        servers = parse_subjects([text], lambda names: dict.fromkeys(names), kind)
    except BadSubject as error:
        raise Refused(str(error)) from None
    if len(servers) != 1:
        raise Refused("a history is about one server")
    if servers[0].adapter.distribution is None:
        raise Refused(f"{servers[0].name} has no releases of its own that could be installed")
    return servers[0]


def _interpreters(paths: list[str]) -> "list[Interpreter]":
    from asgi_conformance.servers.adapter import BadSubject
    from asgi_conformance.stage.interpreter import examine

    try:
        return [examine(shutil.which(path) or path) for path in paths or [sys.executable]]
    except BadSubject as error:
        raise Refused(str(error).replace("--asgi-python", "--python")) from None


def _versions(arguments: argparse.Namespace, server: "Server", python: str) -> tuple[str, ...]:
    from asgi_conformance.history import releases

    if arguments.last is not None and arguments.last < 1:
        raise Refused(f"--last is a number from 1 on, not {arguments.last}")
    try:
        if arguments.versions is None:
            return releases.last(server.adapter.distribution or "", arguments.last, python)
        named = releases.in_order(filter(None, (text.strip() for text in arguments.versions.split(","))))
    except releases.NoReleases as error:
        raise Refused(str(error)) from None
    if not named:
        raise Refused("--versions names no release")
    return named


def _say(line: str) -> None:
    print(cut(visible(line), LONGEST_LINE), file=sys.stderr, flush=True)


@contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    """SIGTERM ends what is under way as Ctrl-C does: a child in a session of its own would outlive us."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
