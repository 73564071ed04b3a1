"""Words from the code as Markdown: nothing in them is taken for markup but code between backticks."""

import inspect
import re
from collections.abc import Iterable, Sequence

SPECIAL = re.compile(r"([\\*_\[\]<>{}#|$~])")
CODE = re.compile(r"(`[^`\n]+`)")


def escaped(text: str) -> str:
    """Text for a paragraph or a cell of a table; what stands between backticks stays code."""
    pieces = CODE.split(text)
    return "".join(
        piece.replace("|", r"\|") if number % 2 else SPECIAL.sub(r"\\\1", piece) for number, piece in enumerate(pieces)
    )


def code(text: str) -> str:
    """As code, whatever backticks are in it."""
    fence = "``" if "`" in text else "`"
    padding = " " if "`" in text else ""
    return f"{fence}{padding}{text}{padding}{fence}"


def docstring(thing: object) -> str:
    """Its docstring, each paragraph on one line; empty without one of its own."""
    paragraphs = (inspect.cleandoc(getattr(thing, "__doc__", None) or "")).split("\n\n")
    return "\n\n".join(escaped(" ".join(paragraph.split())) for paragraph in paragraphs)


def first_sentence(text: str) -> str:
    """Up to the first full stop or colon that ends something."""
    return re.split(r"(?<=[.:])\s", " ".join(text.split()), maxsplit=1)[0].rstrip(":.") + "."


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Of cells that are Markdown already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def entry(term: str, text: str) -> str:
    """One item of a list of definitions; an empty text is a dash."""
    body = "\n\n".join((text or "–").split("\n\n")).replace("\n\n", "\n\n  ")
    return f"{term}\n: {body}\n"
