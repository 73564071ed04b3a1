"""Documents of the package that are Markdown already."""

import re
from importlib.resources import files

HEADING = re.compile(r"^(?=### (A\d\d)\b)", re.MULTILINE)
ITEM = re.compile(r"^- (\*\*(W\d\d)\*\*)", re.MULTILINE)
"""Where a register begins to speak of a point. Links lead there."""


def markdown(name: str) -> str:
    """A register of ambiguities, below the heading of the page."""
    body = body_of((files("asgi_conformance.spec") / name).read_text("utf-8"))
    targets = HEADING.sub(lambda found: f"({found[1].lower()})=\n", body)
    return ITEM.sub(lambda found: f"- [{found[1]}]{{#{found[2].lower()}}}", targets)


def body_of(text: str) -> str:
    """Without its title. What is written like a tag is shown as it stands."""
    body = re.sub(r"\A# .*\n+", "", text)
    return re.sub(r"<(?=[A-Za-z/])", r"\\<", body)
