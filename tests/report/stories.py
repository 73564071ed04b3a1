"""A run of which the panel has everything to tell, and what tests ask the panel."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from asgi_conformance.codec import encode
from asgi_conformance.report.html import to_html
from asgi_conformance.results import Moment, Result, Subject
from asgi_conformance.verdict import Verdict

from .samples import BROKEN_REFUSAL, KNOWLEDGE, ORDER, OTHER, REFUSAL, REFUSED, RUN, UVICORN, check, moments, result

ORDERED = "http.response.start.headers.order"
ANSWER = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 2\r\n\r\n\x00\xff"
NOTE = "known, see https://example.org/issues/17). Not javascript:alert(1)"
KIT = "import socket\n\n# \u202ereversed\nprint('</script><b>')\n"
PANEL = "document.getElementById('panel')"
TEXT = f"{PANEL}.open ? {PANEL}.innerText : null"

SETTLED = "new Promise(done => requestAnimationFrame(() => setTimeout(done)))"
"""What was set off by opening a fold has happened."""


def texts(selector: str) -> str:
    return f"[...{PANEL}.querySelectorAll({json.dumps(selector)})].map(found => found.innerText.trim())"


def at(requirement: str, subject: str) -> str:
    return f"#at={requirement}&on={subject}"


def sent(*steps: tuple[str, str, str, Any], line: int = 0) -> tuple[Moment, ...]:
    """A timeline whose moments answer one line each."""
    return tuple(
        Moment(100 * number, who, act, text, line + number, encode(data))
        for number, (who, act, text, data) in enumerate(steps)
    )


REFUSING = sent(
    ("client", "sends", r"b'GET /chat HTTP/1.1\r\n\r\n'", None),
    ("app", "gets", f"scope websocket /chat?{'x' * 60}", {"type": "websocket", "path": "/chat"}),
    ("app", "gets", "websocket.connect", None),
    ("app", "sends", "websocket.close", None),
    ("client:second", "gets", "HTTP/1.1 500 Internal Server Error", ANSWER),
)
TWICE = (
    result(REFUSED, replace(BROKEN_REFUSAL, baseline=NOTE), timeline=REFUSING),
    result(ORDER, check(ORDERED, Verdict.PASS), timeline=moments("HTTP/1.1 200 OK")),
    result("http/scope/type", check("http.scope.type", Verdict.PASS, line=None)),
)
FIRST = replace(UVICORN, id="uvicorn", options={}, results=TWICE)
SECOND = replace(UVICORN, id="gunicorn", name="gunicorn", options={}, results=TWICE)
OLD = replace(FIRST, results=(result(REFUSED, check(REFUSAL, Verdict.PASS, behaviour="403"), timeline=REFUSING),))
STORIES = replace(RUN, subjects=(FIRST, OTHER, SECOND))
AT_FAILURE = at(REFUSAL, "uvicorn")


def kits(subject: Subject, result: Result) -> str | None:
    return f"# {result.case}\n{KIT}" if subject.name == "uvicorn" else None


def written(folder: Path, *results: Result, **fields: Any) -> Path:
    """A page of these results alone."""
    file = folder / "page.html"
    subject = replace(UVICORN, id="uvicorn", results=results, **fields)
    file.write_text(to_html(replace(RUN, subjects=(subject,)), KNOWLEDGE), "utf-8")
    return file
