"""Imports one WSGI application into a fresh process and calls it in memory: requests and answers are JSON."""

import importlib
import io
import json
import sys
from typing import Any
from wsgiref.util import setup_testing_defaults


def call(application: Any, asked: dict[str, Any]) -> dict[str, Any]:
    """`asked`: `environ`, `body`, and `take` where the response is closed after so many pieces."""
    body = asked.get("body", "").encode("latin-1")
    environ = {"wsgi.input": io.BytesIO(body), "wsgi.errors": io.StringIO(), "wsgi.multithread": True}
    setup_testing_defaults(environ)
    environ.update({"CONTENT_LENGTH": str(len(body))} if body else {}, **asked["environ"])
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        assert type(status) is str and type(headers) is list and not (started and exc_info is None)
        assert all(type(field) is tuple and [type(part) for part in field] == [str, str] for field in headers)
        started.append((status, list(headers)))
        headers.clear()

    pieces: list[bytes] = []
    raised = None
    response = application(environ, start_response)
    try:
        for piece in response:
            assert started and type(piece) is bytes
            pieces.append(piece)
            if len(pieces) == asked.get("take"):
                break
    except RuntimeError as error:
        raised = str(error)
    finally:
        getattr(response, "close", lambda: None)()
    status, headers = started[-1]
    return {
        "status": int(status[:3]),
        "headers": [[name.lower(), value] for name, value in headers],
        "body": b"".join(pieces).decode("latin-1"),
        "pieces": len(pieces),
        "raised": raised,
    }


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    app = importlib.import_module(sys.argv[2]).app
    print(json.dumps([call(app, asked) for asked in json.load(sys.stdin)]))
