"""Tables and links of GitHub-flavoured Markdown, of cells that are escaped already."""

from collections.abc import Iterable, Sequence


def table(rows: Iterable[Sequence[str]], *, centred: bool = False) -> str:
    """The first row is the head. `centred`: all columns but the first."""
    head, *body = rows
    lines = [head, ["---", *[":-:" if centred else "---"] * (len(head) - 1)], *body]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def link(text: str, url: str) -> str:
    """The text, where there is no address. An address is ours or a catalogue's."""
    safe = url.replace("|", "%7C").replace("<", "%3C").replace(">", "%3E").replace(" ", "%20")
    return f"[{text}](<{safe}>)" if url else text
