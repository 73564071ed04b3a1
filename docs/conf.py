"""How Sphinx builds the site. Pages are Markdown; the reference in them is generated while they are read."""

import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from generators import fill

project = "asgi-conformance"
html_title = "asgi-conformance"
html_theme = "furo"
html_show_copyright = False
html_show_sphinx = False
html_copy_source = False
html_static_path = ["_static"]
html_css_files = ["site.css"]
extensions = ["myst_parser"]
myst_enable_extensions = ["attrs_inline", "deflist"]
myst_heading_anchors = 3
smartquotes = False
exclude_patterns = ["generators"]
nitpicky = True

NAMED_BLOCK = re.compile(r"^```(\w+) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
"""A block that is a file: its kind and its name."""


def prepare(text: str) -> str:
    """A page as Sphinx is to read it: what is generated is in its place, and blocks show the names of their files."""
    named = NAMED_BLOCK.sub(r"```{code-block} \1\n:caption: \2\n\n\3```", text)
    return fill(named)


def setup(app: Any) -> None:
    """Called by Sphinx."""

    def read(_app: Any, _page: str, source: list[str]) -> None:
        source[0] = prepare(source[0])

    app.connect("source-read", read)
