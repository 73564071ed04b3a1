"""The catalogue: what the specifications demand, requirement by requirement."""

from collections import Counter
from collections.abc import Iterable
from itertools import groupby

from asgi_conformance.spec import catalogue
from asgi_conformance.spec.catalogue import AREAS, Requirement
from generators.prose import entry, escaped, table


def markdown(area: str) -> str:
    """One area: a heading for each section of ids, an entry for each requirement, with an anchor that is its id."""
    sections = groupby(of_area(area), key=lambda one: ".".join(one.id.split(".")[:2]))
    return "\n".join(f"## {_code(head)}\n\n{_entries(members)}" for head, members in sections)


def of_area(area: str) -> list[Requirement]:
    """Sorted by section, and in the order of the file within each."""
    found = [one for one in catalogue.load().values() if one.area == area]
    order = list(dict.fromkeys(".".join(one.id.split(".")[:2]) for one in found))
    return sorted(found, key=lambda one: order.index(".".join(one.id.split(".")[:2])))


def counts() -> str:
    """How many requirements there are, by area and level."""
    counted = Counter((one.area, one.level.group) for one in catalogue.load().values())
    groups = ("MUST", "SHOULD", "MAY")
    rows = [
        (f"[{area}](catalogue/{area}.md)", f"`{prefix}.`", *(str(counted[area, group]) for group in groups))
        for area, prefix in AREAS.items()
    ]
    total = ("all together", "", *(str(sum(counted[area, group] for area in AREAS)) for group in groups))
    return table(["area", "ids begin with", *groups], [*rows, total])


def anchored(id: str) -> str:
    """The id as code that a link may lead to."""
    return f"[`{id}`]{{#{anchor(id)}}}"


def anchor(id: str) -> str:
    """`http-scope-type` for `http.scope.type`: what follows a `#`."""
    return id.replace(".", "-")


def linked(id: str) -> str:
    """The id as code that leads to its place in the catalogue; for pages beside `catalogue/`."""
    return f"[`{id}`](catalogue/{catalogue.load()[id].area}.md#{anchor(id)})"


def _code(text: str) -> str:
    return f"`{text}`"


def _entries(requirements: Iterable[Requirement]) -> str:
    return "\n".join(entry(_term(one), _text(one)) for one in requirements)


def _term(one: Requirement) -> str:
    since = f" · since {one.spec} {'.'.join(map(str, one.since))}" if one.since else ""
    return f"{anchored(one.id)} · {one.level.value} · {one.side.value}{since}"


def _text(one: Requirement) -> str:
    summary = one.summary if one.summary.endswith((".", "!", "?", ")")) else f"{one.summary}."
    points = f" Ambiguous: {', '.join(map(_point, one.ambiguity))}." if one.ambiguity else ""
    said = f"**{escaped(one.title)}.** {escaped(' '.join(summary.split()))}{points}"
    return f"{said} [{escaped(str(one.reference))}]({one.url})"


def _point(id: str) -> str:
    """One of the registers of ambiguities."""
    register = "ambiguities-asgi" if id.startswith("A") else "ambiguities-wsgi"
    return f"[{id}](../../explanation/{register}.md#{id.lower()})"
