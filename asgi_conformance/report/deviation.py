"""Where an exchange first left its script, and which part of a long one is worth showing."""

from collections.abc import Sequence

from asgi_conformance.results import Moment, Result
from asgi_conformance.verdict import Verdict

BEFORE, AFTER = 8, 3
"""Moments kept on both sides of the deviation when a timeline is too long to be shown."""

BROKEN = (Verdict.ERROR, Verdict.FAIL, Verdict.WARN)


def first_line(result: Result) -> int | None:
    """The line of the script at which the first failing check was settled; None if all went well."""
    return min((c.line for c in result.checks if c.line is not None and c.verdict in BROKEN), default=None)


def here(moments: Sequence[Moment], line: int | None) -> int | None:
    """The moment at which a check of that line went wrong: its answer, or the last one before it if none came."""
    if line is None:
        return None
    answers = [index for index, moment in enumerate(moments) if moment.line == line]
    if answers:
        return answers[0]
    return max((i for i, moment in enumerate(moments) if moment.line is not None and moment.line < line), default=None)


def around(count: int, marked: int | None, longest: int = 2 * BEFORE + AFTER) -> list[int | None]:
    """Indices of the moments to show of `count`, in order, with None where some are left out; never the marked one."""
    if count <= longest:
        return list(range(count))
    centre = marked if marked is not None else count - 1 - AFTER
    before = longest - AFTER - 4
    wanted = {0, 1, count - 1, *range(max(0, centre - before), min(count, centre + AFTER + 1))}
    shown: list[int | None] = []
    for index in sorted(wanted):
        if shown and shown[-1] != index - 1:
            shown.append(None)
        shown.append(index)
    return shown
