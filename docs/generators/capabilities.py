"""The rows of the capability matrix, with the requirements that make each true."""

from collections.abc import Iterable
from itertools import groupby

from asgi_conformance.spec.capabilities import Clause, Row, load_rows
from generators.catalogue import linked
from generators.prose import entry, escaped


def markdown() -> str:
    """A section for each group of rows."""
    groups = groupby(load_rows(), lambda row: row.group)
    return "\n".join(f"## {escaped(group)}\n\n" + "\n".join(_rows(rows)) for group, rows in groups)


def _rows(rows: Iterable[Row]) -> list[str]:
    return [f"### {escaped(row.title)}\n\n{_clauses(row)}" for row in rows]


def _clauses(row: Row) -> str:
    asgi = [*_list("Needs", row.needs), *_list("Limited by", row.limits)]
    if row.shunned:
        asgi.append(entry("Rightly absent where this is kept", linked(row.shunned)))
    if row.wsgi and row.wsgi is not row:
        asgi += [*_list("Over WSGI needs", row.wsgi.needs), *_list("Over WSGI limited by", row.wsgi.limits)]
    return "\n".join(asgi)


def _list(title: str, clauses: tuple[Clause, ...]) -> list[str]:
    if not clauses:
        return []
    return [entry(title, "\n  ".join(f"- {linked(one.requirement)}: {escaped(one.says)}" for one in clauses))]
