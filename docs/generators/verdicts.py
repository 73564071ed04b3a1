"""What verdicts are called, how they look, and which of them a broken level earns."""

from asgi_conformance.report.marks import MARKS
from asgi_conformance.verdict import BROKEN, Level, Verdict
from generators.prose import escaped, table


def markdown() -> str:
    """From the one that speaks first to the one that speaks last, where several checks make one cell."""
    rows = [(MARKS[one].glyph, f"`{one.value}`", escaped(MARKS[one].meaning)) for one in Verdict]
    return table(["mark", "verdict", "means"], rows)


def levels() -> str:
    """The verdict of a deviation, by level."""
    rows = [(" and ".join(_words(group)), f"`{verdict.value}`") for group, verdict in BROKEN.items()]
    return table(["level", "a deviation is"], rows)


def _words(group: str) -> list[str]:
    return [level.value for level in Level if level.group == group]
