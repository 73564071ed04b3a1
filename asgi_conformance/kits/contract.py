"""Where a kit finds the application under test: the user's, or a contract application that it carries along."""

from functools import cache

from asgi_conformance.applications import BY_KIND, FOLDER
from asgi_conformance.kits.literals import NoKit
from asgi_conformance.results import Subject


def target_of(subject: Subject) -> str:
    """`module:attribute`. Raises `NoKit`."""
    if _ships(subject):
        prefix = "wsgi_on" if subject.kind == "wsgi-framework" else "on"
        return f"{prefix}_{subject.name.replace('-', '_')}:app"
    if ":" not in subject.name:
        raise NoKit(f"where {subject.name} keeps its application is not known here")
    return subject.name


def _ships(subject: Subject) -> bool:
    return subject.name in BY_KIND.get(subject.kind, ())


def contract_files(subject: Subject) -> list[str]:
    """A contract application that ships, as the source of a dict of files; nothing for an application of the user's."""
    return list(_files(target_of(subject).partition(":")[0])) if _ships(subject) else []


@cache
def _files(module: str) -> tuple[str, ...]:
    """This module, and what it imports of ours."""
    names = [module, *(["wsgi_contract"] if "wsgi_contract" in _read(module) else []), "contract"]
    return (
        "# The contract application that asgi-conformance ships, and what it imports.",
        "FILES = {",
        *(f"    {f'{name}.py'!r}: {_literal(_read(name))}," for name in names),
        '    "contract_file.txt": "0123456789" * 1000,',
        "}",
        "",
    )


def _read(name: str) -> str:
    return (FOLDER / f"{name}.py").read_text("utf-8")


def _literal(text: str) -> str:
    return f"r'''{text}'''" if "'''" not in text else ascii(text)
