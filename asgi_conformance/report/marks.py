"""How verdicts look: a mark and a word for each, so that nothing depends on colour."""

from dataclasses import dataclass

from asgi_conformance.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Mark:
    """One verdict in every medium."""

    glyph: str
    """One column wide in a terminal."""
    css: str
    """The class of a cell in the page; one letter, because it stands there thousands of times."""
    ansi: str
    """SGR parameters."""
    meaning: str


MARKS = {
    Verdict.ERROR: Mark("‼", "e", "35", "the environment or the suite failed, not the subject"),
    Verdict.FAIL: Mark("✗", "f", "31;1", "a MUST is broken"),
    Verdict.WARN: Mark("⚠", "w", "33", "a SHOULD is broken"),
    Verdict.BLOCKED: Mark("⊘", "b", "36", "an earlier step of the exchange failed"),
    Verdict.NOT_RUN: Mark("○", "n", "2", "planned, but not performed"),
    Verdict.OPEN: Mark("?", "o", "34", "the text is ambiguous; recorded, not scored"),
    Verdict.NOTE: Mark("•", "i", "34", "recorded, not scored"),
    Verdict.UNSUPPORTED: Mark("∅", "u", "2", "optional, not declared, and absent when probed"),
    Verdict.PASS: Mark("✓", "p", "32", "the requirement is kept"),
}

ABSENT = "–"
"""Where a subject was not asked at all."""

CAPABILITY = {"WORKS": "✅", "LIMITED": "⚠️", "NO": "❌", "NONE": "∅", "UNKNOWN": "—"}
CAPABILITY_WORDS = {
    "WORKS": "works",
    "LIMITED": "limited",
    "NO": "no",
    "NONE": "not in this interface",
    "UNKNOWN": "not tested",
}
"""By the name of `asgi_conformance.spec.capabilities.Mark`."""


def paint(text: str, ansi: str, *, color: bool) -> str:
    """The text in that colour, where colours are wanted."""
    return f"\x1b[{ansi}m{text}\x1b[0m" if color and ansi and text else text
