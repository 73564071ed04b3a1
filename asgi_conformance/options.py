"""The options, as data. Imported in every run of pytest, so it imports nothing itself."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

APPEND: dict[str, Any] = {"action": "append", "default": []}
SWITCH: dict[str, Any] = {"action": "store_true", "default": False}

OPTIONS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("asgi-server", "NAME", "servers to test: uvicorn,'hypercorn[worker=trio]',… or all", APPEND),
    (
        "asgi-server-command",
        "NAME=COMMAND",
        "a server without an adapter: 'mine=python -m mine {app} --host {host} --port {port}'",
        APPEND,
    ),
    ("asgi-app", "MODULE:ATTR", "applications to test, called in memory: shop.main:app", APPEND),
    ("asgi-app-factory", "", "what --asgi-app or --wsgi-app names makes the application when it is called", SWITCH),
    ("asgi-framework", "NAME", "contract applications to test: starlette,fastapi,… or all, or MODULE:ATTR", APPEND),
    ("asgi-middleware", "MODULE:ATTR", "middleware to test: called with an application, it makes one", APPEND),
    ("wsgi-server", "NAME", "WSGI servers to test: waitress,'gunicorn[worker=gthread]',… or all", APPEND),
    ("wsgi-server-command", "NAME=COMMAND", "a WSGI server without an adapter; see --asgi-server-command", APPEND),
    ("wsgi-app", "MODULE:ATTR", "WSGI applications to test, called in memory: shop.wsgi:application", APPEND),
    ("wsgi-framework", "NAME", "WSGI contract applications to test: flask,django,… or all, or MODULE:ATTR", APPEND),
    ("wsgi-middleware", "MODULE:ATTR", "WSGI middleware to test: called with an application, it makes one", APPEND),
    ("asgi-loop", "asyncio|trio", "what runs applications in memory (default: asyncio)", {}),
    ("asgi-python", "PATH", "interpreter of the environment that holds the subject (default: this one)", {}),
    ("asgi-case", "GLOB", "run only the cases whose id fits", APPEND),
    ("asgi-requirement", "GLOB", "run only the cases that settle such a requirement", APPEND),
    ("asgi-fail-on", "fail|warn", "the mildest verdict that fails a test: fail (default) or warn", {}),
    ("asgi-time-scale", "FLOAT", "stretch all waiting by this factor (default: 1)", {}),
    ("asgi-examples", "INT", "generate so many cases for every property (default: 0, no properties)", {}),
    ("asgi-seed", "INT", "seed of generated cases (default: 0)", {}),
    ("asgi-lint", "", "fail tests of your own whose ASGI application breaks a rule for applications", SWITCH),
    ("asgi-baseline", "FILE.toml", "known failures, with reasons", {}),
    ("asgi-baseline-update", "", "write the failures of this run into the baseline", SWITCH),
    ("asgi-html", "FILE", "write the report as HTML", {}),
    ("asgi-json", "FILE", "write the run file", {}),
    ("asgi-markdown", "FILE", "write the report as Markdown", {}),
    ("asgi-badge", "FILE", "write a badge (shields endpoint JSON)", {}),
    ("asgi-sarif", "FILE", "write what applications break as SARIF, for code scanning", {}),
    ("asgi-ctrf", "FILE", "write the results as CTRF, the Common Test Report Format", {}),
)
"""Name, what stands for its value, what it does, and how `argparse` is to treat it."""

SUBJECTS = (
    *("asgi-server", "asgi-server-command", "asgi-app", "asgi-framework", "asgi-middleware"),
    *("wsgi-server", "wsgi-server-command", "wsgi-app", "wsgi-framework", "wsgi-middleware"),
)
"""Those that name what is to be tested."""
OUTPUTS = ("asgi-html", "asgi-json", "asgi-markdown", "asgi-badge", "asgi-sarif", "asgi-ctrf")
"""Those that name a file to be written."""
