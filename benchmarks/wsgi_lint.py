"""What the WSGI lint notices and costs: `python benchmarks/wsgi_lint.py`. Claims are ratios within one run.

The scenarios of `tests/wsgi_lint`, 137 violations and 16 lawful behaviours, behind the lint, `wsgiref.validate` and
`webtest.lint` (`pip install webtest`) where it is installed; then a GET and a POST on a small application.
What a validator notices is whatever differs from the same scenario played without it: an exception, a warning, a
message on stderr. `hidden`: what it takes away, of what a server or an application may look for.
"""

import contextlib
import gc
import importlib
import io
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any
from wsgiref.validate import validator

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from wsgi_lint import broken_applications, broken_servers, lawful
from wsgi_lint.playing import TEXT, Application, Scenario, Server

from asgi_conformance import lint

ROUNDS = 20
COUNT = 1000
Wrap = Callable[[Application], Application]


def outcome(scenario: Scenario, wrap: Wrap) -> tuple[str, bool, bool]:
    """The exception that comes out, whether there was a warning, whether something was printed."""
    error, errors = "", io.StringIO()
    with warnings.catch_warnings(record=True) as warned, contextlib.redirect_stderr(errors):
        warnings.simplefilter("always")
        try:
            scenario.play(wrap)
        except Exception as raised:  # noqa: BLE001 - what is broken may raise anything
            error = f"{type(raised).__name__}: {raised}"
            raised.__traceback__ = None
        gc.collect()
    return error.partition(" at 0x")[0], bool(warned), bool(errors.getvalue())


def notices(scenario: Scenario, wrap: Wrap) -> bool:
    return outcome(scenario, wrap) != outcome(scenario, lambda application: application)


def lint_notices(scenario: Scenario, _: Wrap) -> bool:
    found: list[lint.Violation] = []
    outcome(scenario, lambda application: lint.wsgi(application, report=found.append))
    return bool(found)


def get(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [TEXT, ("Content-Length", "2")])
    return [b"ok"]


def post(environ: Any, start_response: Any) -> list[bytes]:
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    start_response("200 OK", [TEXT, ("Content-Length", str(len(body)))])
    return [body]


def stream(environ: Any, start_response: Any) -> Any:
    start_response("200 OK", [TEXT])
    yield b"ok"


HEADERS = {
    "HTTP_ACCEPT": "*/*",
    "HTTP_ACCEPT_ENCODING": "gzip, deflate",
    "HTTP_USER_AGENT": "benchmark",
    "HTTP_COOKIE": "session=0123456789abcdef",
    "SERVER_SOFTWARE": "benchmark/1",
    "GATEWAY_INTERFACE": "CGI/1.1",
    "CONTENT_TYPE": "text/plain",
}


def write(data: bytes) -> None:
    """Nowhere."""


def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
    return write


def cost(application: Application, body: bytes) -> float:
    """Microseconds of one call."""
    environ = {**Server(body).environ, **HEADERS}
    began = time.perf_counter()
    for _ in range(COUNT):
        result = application({**environ, "wsgi.input": io.BytesIO(body)}, start_response)
        for _ in result:
            pass
        if hasattr(result, "close"):
            result.close()
    return (time.perf_counter() - began) / COUNT * 1e6


def costs(wraps: dict[str, Wrap]) -> dict[str, list[float]]:
    """Of a GET, a POST and a generator by wrapper, the best of some rounds; everybody has a turn in each."""
    applications = [(get, b""), (post, b"hello"), (stream, b"")]
    rounds = [
        {name: [cost(wrap(application), body) for application, body in applications] for name, wrap in wraps.items()}
        for _ in range(ROUNDS)
    ]
    return {name: [min(kind) for kind in zip(*(each[name] for each in rounds), strict=True)] for name in wraps}


def quiet(application: Application) -> Application:
    return lint.wsgi(application, report=lambda violation: None)


def validators() -> dict[str, tuple[Callable[[Scenario, Wrap], bool], Wrap]]:
    found: dict[str, tuple[Callable[[Scenario, Wrap], bool], Wrap]] = {
        "lint.wsgi": (lint_notices, quiet),
        "wsgiref.validate": (notices, validator),
    }
    try:
        found["webtest.lint"] = notices, importlib.import_module("webtest.lint").middleware
    except ImportError:
        print("webtest is not installed: no comparison")
    return found


def main() -> None:
    broken = [*broken_servers.SCENARIOS, *broken_applications.SCENARIOS]
    found = validators()
    measured = costs({"bare": lambda application: application, **{name: wrap for name, (_, wrap) in found.items()}})
    print("cost: microseconds of one request more than bare")
    print(f"{'':<18}{'violations':>12}{'lawful':>8}{'hidden':>8}{'GET':>8}{'POST':>8}{'generator':>11}")
    for name, (hears, wrap) in found.items():
        caught = sum(hears(scenario, wrap) for scenario in broken)
        flagged = sum(hears(scenario, wrap) for scenario in lawful.TO_COMPARE)
        hidden = sum(notices(scenario, wrap) for scenario in lawful.KEPT)
        more = [own - bare for own, bare in zip(measured[name], measured["bare"], strict=True)]
        counts = f"{caught}/{len(broken)}", f"{flagged}/{len(lawful.TO_COMPARE)}", f"{hidden}/{len(lawful.KEPT)}"
        print(f"{name:<18}{counts[0]:>12}{counts[1]:>8}{counts[2]:>8}{more[0]:>8.1f}{more[1]:>8.1f}{more[2]:>11.1f}")


if __name__ == "__main__":
    main()
