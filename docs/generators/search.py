"""What may be typed into the report's search box: the text that the report itself has."""

import re
from html import unescape
from importlib.resources import files

from jinja2 import Environment

from asgi_conformance.report.marks import MARKS
from asgi_conformance.report.since import GLYPHS
from generators.prose import entry, escaped


def markdown() -> str:
    """An entry for each term."""
    source = (files("asgi_conformance.report") / "templates" / "filters.html.j2").read_text("utf-8")
    (terms,) = re.findall(r"<dl>.*?</dl>", source, re.DOTALL)
    page = Environment(autoescape=True).from_string(terms).render(MARKS=MARKS, GLYPHS=GLYPHS, since=True)
    found = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page)
    return "\n".join(entry(f"`{term}`", escaped(_plain(meaning))) for term, meaning in found)


def _plain(html: str) -> str:
    sentence = unescape(re.sub(r"</?code>", "`", html)).strip()
    return f"{sentence[0].upper()}{sentence[1:].rstrip('.')}."
