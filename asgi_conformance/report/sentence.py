"""The sentence every report begins with: what was run, when, with what, and whether it is complete."""

from datetime import datetime

from asgi_conformance.results import Run

KINDS = {
    "asgi-server": "ASGI server",
    "wsgi-server": "WSGI server",
    "asgi-app": "ASGI application",
    "wsgi-app": "WSGI application",
    "asgi-framework": "ASGI framework",
    "asgi-middleware": "ASGI middleware",
    "wsgi-framework": "WSGI framework",
    "asgi-stack": "served ASGI application",
    "wsgi-stack": "served WSGI application",
}


MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
"""Not `strftime("%B")`, which speaks the language of the machine."""


def number(count: int) -> str:
    """`12 345`, with a narrow no-break space from five digits on."""
    return f"{count:,}".replace(",", "\u202f") if count >= 10_000 else str(count)


def plural(count: int, noun: str) -> str:
    """`1 case`, `2 cases`"""
    return f"{number(count)} {noun}" if count == 1 else f"{number(count)} {noun}s"


def when(stamp: str) -> str:
    """`21 November 2026, 14:03 UTC`; a stamp that is no ISO 8601 time is left as it is."""
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        return stamp
    zone = moment.tzname() or ""
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}, {moment:%H:%M} {zone}".strip()


def subjects(run: Run) -> str:
    """`3 ASGI servers and 1 WSGI server`"""
    kinds: dict[str, int] = {}
    for subject in run.subjects:
        noun = KINDS.get(subject.kind, subject.kind)
        kinds[noun] = kinds.get(noun, 0) + 1
    named = [plural(count, noun) for noun, count in kinds.items()] or ["Nothing"]
    return " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)


def documents(run: Run) -> str:
    """`asgi-www 2.5, asgi-lifespan 2.0`"""
    return ", ".join(f"{name} {version}".strip() for name, version in run.spec)


def completeness(run: Run) -> str:
    if run.complete:
        return f"Complete: all {plural(run.planned, 'planned case')} performed."
    return f"Incomplete: {number(run.performed)} of {plural(run.planned, 'planned case')} performed."


def heading(run: Run) -> str:
    """Two short sentences; not escaped."""
    against = f" against {documents(run)}" if run.spec else ""
    tested = f"{subjects(run)} tested on {when(run.started)} with asgi-conformance {run.suite_version}{against}."
    return f"{tested} {completeness(run)}"
