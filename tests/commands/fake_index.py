"""Releases of a toy server, as wheels in a folder, and the adapter that starts them."""

import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

TESTS = Path(__file__).parent.parent
SERVER = """
import sys
from citizen.__main__ import main

sys.exit(main([*sys.argv[1:], *{options!r}]))
"""
ADAPTER = """
from asgi_conformance.servers.adapter import Adapter, Launch, Transport, unsupported


def launch(python, application, place, options):
    if place.transport is not Transport.TCP:
        raise unsupported("toy", place.transport)
    return Launch((python, "-m", "toy", "--app", application, "--host", place.host, "--port", str(place.port)))


ADAPTER = Adapter(name="toy", distribution="asgi-toy", launch=launch)
"""


def wheel(folder: Path, version: str, *options: str, needs: str = "", server: str = SERVER) -> None:
    """A release that is the model citizen with these options."""
    info = f"asgi_toy-{version}.dist-info"
    needed = f"Requires-Dist: {needs}\n" if needs else ""
    files: dict[str, str] = {
        "toy/__init__.py": "",
        "toy/__main__.py": server.format(options=options),
        **{name: text for package in ("citizen", "choices", "mutants/http") for name, text in _sources(package)},
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: asgi-toy\nVersion: {version}\n{needed}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"])
    _write(folder / f"asgi_toy-{version}-py3-none-any.whl", {**files, f"{info}/RECORD": record})


def _sources(package: str) -> Iterator[tuple[str, str]]:
    for path in sorted((TESTS / package).rglob("*.py")):
        yield path.relative_to(TESTS).as_posix(), path.read_text(encoding="utf-8")


def _write(path: Path, files: Mapping[str, str]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)


def adapter(folder: Path) -> None:
    """What a third party's distribution with an adapter leaves on the path."""
    info = folder / "toy_adapter-1.0.dist-info"
    info.mkdir(parents=True)
    (folder / "toy_adapter.py").write_text(ADAPTER, encoding="utf-8")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: toy-adapter\nVersion: 1.0\n", encoding="utf-8")
    entry = "[asgi_conformance.servers]\ntoy = toy_adapter:ADAPTER\n"
    (info / "entry_points.txt").write_text(entry, encoding="utf-8")
