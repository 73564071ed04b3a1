"""How a history is said, in every medium: one column of "since", and the story of each line."""

from collections.abc import Iterable, Sequence

from asgi_conformance.report.history.table import History, Line, Span, State
from asgi_conformance.report.sentence import plural, when

GLYPHS = {
    State.KEPT: "✓",
    State.PARTLY: "◐",
    State.BROKEN: "✗",
    State.NOTED: "•",
    State.NOT_OFFERED: "∅",
}
"""A shape for each, so that nothing depends on colour."""
NOTHING = "–"
LEGEND = (
    "✓ kept · ◐ kept in some cases, broken in others; of a capability: limited · ✗ broken · • recorded, not scored · "
    "∅ not offered · ≤ so in the oldest release tested already"
)
NEVER = {State.PARTLY: "partly", State.BROKEN: "never", State.NOTED: "not scored", State.NOT_OFFERED: "not offered"}
"""What stands in the column of a line that no tested release keeps, by its newest state."""


def heading(history: History) -> str:
    """Not escaped."""
    runs = [reading.run for reading in history.tested if reading.run is not None]
    versions = list(dict.fromkeys(run.suite_version for run in runs))
    days = sorted(run.started for run in runs)
    return (
        f"{plural(len(runs), 'release')} of {history.subject}, {history.tested[0].version} to "
        f"{history.tested[-1].version}, tested with asgi-conformance {', '.join(versions)} until {when(days[-1])}."
    )


def since(line: Line) -> str:
    """`0.22.0`, `≤ 0.15.0`, `until 0.30.0`, `never`."""
    if span := line.since:
        return oldest(span)
    kept = [span for span in line.states if span.state is State.KEPT]
    if kept:
        return f"until {kept[-1].last}"
    return NEVER[line.states[-1].state] if line.states else NOTHING


def oldest(span: Span) -> str:
    """The version that a span begins with, and whether it may be older than that."""
    return span.first if span.after else f"≤ {span.first}"


def extent(span: Span) -> str:
    """`0.22.0–` up to now, `≤ 0.15.0–0.21.0`, `0.30.0` alone."""
    if span.now:
        return f"{oldest(span)}–"
    return oldest(span) if span.first == span.last else f"{oldest(span)}–{span.last}"


def story(spans: Iterable[Span]) -> list[tuple[str, str]]:
    """(`✗ 0.15.0–0.21.0`, its words) of each."""
    return [(f"{GLYPHS[span.state]} {extent(span)}", span.words) for span in spans]


def regressions(history: History) -> list[tuple[Line, Span, str]]:
    """What became worse in some release, with when: `0.30.0–0.33.0`, and whether it is mended since."""
    return [(line, span, extent(span)) for line in history.requirements for span in line.regressions]


def same(lines: Sequence[Line]) -> dict[State, list[Line]]:
    """Those that stood in one state all the time, by it."""
    found: dict[State, list[Line]] = {}
    for line in lines:
        if len(line.states) == 1:
            found.setdefault(line.states[0].state, []).append(line)
    return found
