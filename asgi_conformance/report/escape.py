r"""Whatever a subject sent is hostile until it has passed through here.

`visible` is for every medium: what cannot be seen, or changes how its neighbours are shown, becomes an escape (`\x1b`,
`\n`, `\u202e`). The others add what their medium needs on top.
"""

import re

INVISIBLE = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f\xad"  # C0, DEL, C1, soft hyphen
    "\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # joiners, fillers, a direction mark
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\uffff"  # zero width, line ends, directions
    "\ud800-\udfff\ue000-\uf8ff"  # lone surrogates, private use
    "\U0001d173-\U0001d17a\U000e0000-\U0010ffff"  # musical controls, tags, the upper planes
    "]"
)
"""Ranges rather than `unicodedata`, whose tables differ between Python versions: the same run gives the same bytes."""

NAMED = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}

MARKDOWN = {
    **{char: f"&#{ord(char)};" for char in "\\|$"},
    **{char: f"\\{char}" for char in "`*_[]~"},
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
}
"""A pipe splits a table cell however many backslashes stand before it, so it is never left to a backslash."""


def visible(text: str) -> str:
    """The text on one line, with everything that acts instead of being seen replaced by its Python escape."""
    return INVISIBLE.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    char = match[0]
    code = ord(char)
    if char in NAMED:
        return NAMED[char]
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def cut(text: str, limit: int) -> str:
    """About `limit` characters: the middle of a longer text is replaced by how much is missing."""
    if len(text) <= limit + len(" … 999 more … "):
        return text
    head, tail = limit * 2 // 3, limit - limit * 2 // 3
    return f"{text[:head]} … {len(text) - limit} more … {text[-tail:]}"


def markdown(text: str) -> str:
    """Words of our own inside a line of GitHub-flavoured Markdown, in a table cell too."""
    return "".join(MARKDOWN.get(char, char) for char in visible(text))


def code(text: str) -> str:
    """Foreign text inside Markdown: in `<code>` no mention, reference, emoji or formula comes alive."""
    return f"<code>{markdown(text)}</code>" if text else ""
