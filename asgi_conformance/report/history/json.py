"""A history as JSON, for whoever draws a table of his own; in the manner of browser-compatibility data."""

import json
from collections.abc import Iterable
from typing import Any

from asgi_conformance.report.escape import cut
from asgi_conformance.report.history.table import History, Line, Reading

FORMAT = "asgi-conformance-history"
FORMAT_VERSION = 1
LONGEST = 200
"""Characters of a subject's words."""


def to_json(history: History) -> str:
    """The same history gives the same bytes. `support`: spans by state and behaviour, oldest first; `after` is the last
    tested release before `first` that stood otherwise, null where `first` is the oldest of which anything is known."""
    document = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "subject": history.subject,
        "releases": [_release(reading) for reading in history.readings],
        "capabilities": _lines(history.capabilities),
        "requirements": _lines(history.requirements),
    }
    return json.dumps(document, indent=1, ensure_ascii=True) + "\n"


def _release(reading: Reading) -> dict[str, Any]:
    if reading.run is None:
        return {"version": reading.version, "tested": False, "why": reading.why}
    return {
        "version": reading.version,
        "tested": True,
        "started": reading.run.started,
        "suite": {"version": reading.run.suite_version, "digest": reading.run.suite_digest},
        "python": reading.python,
        "packages": dict(reading.packages),
    }


def _lines(lines: Iterable[Line]) -> dict[str, Any]:
    return {line.id: _line(line) for line in lines}


def _line(line: Line) -> dict[str, Any]:
    level = {} if line.level is None else {"level": line.level.value, "url": line.url}
    support = [
        {
            "state": span.state.value,
            "words": cut(span.words, LONGEST),
            "first": span.first,
            "last": span.last,
            "after": span.after,
        }
        for span in line.spans
    ]
    return {"title": line.title, **level, "support": support, "unsteady": list(line.unsteady)}
