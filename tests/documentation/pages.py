"""The pages of the documentation, and the blocks of code in them."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
PAGES = (ROOT / "README.md", *sorted(DOCS.rglob("*.md")))

FENCED = re.compile(r"^```([^\s`]*)(?: ([^\s`]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """What stands between two fences."""

    page: str
    """`README.md`, `how-to/servers.md`"""
    line: int
    kind: str
    """`sh`, `python`; empty for a drawing."""
    name: str
    """Of the file that it is; empty if it is none."""
    text: str

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def commands(self) -> list[str]:
        """The lines of a shell, without what is said about them."""
        lines = [re.split(r" +# ", line)[0].strip() for line in self.text.splitlines()]
        return [line for line in lines if line]


def name_of(page: Path) -> str:
    return page.relative_to(DOCS if page.is_relative_to(DOCS) else ROOT).as_posix()


def blocks(page: Path) -> list[Block]:
    """In the order of the page."""
    text = page.read_text("utf-8")
    return [
        Block(name_of(page), text.count("\n", 0, found.start()) + 1, found[1], found[2] or "", found[3])
        for found in FENCED.finditer(text)
    ]
