"""The published results: `python reports/publish.py all` makes the runs, and all that is made of them.

`… run [SHARD ...]` makes runs alone, and `… render` the rest:

    reports/shards.toml      what is run, and the page that shows it          by hand
    reports/runs/*.json.gz   a run file for each shard                        run
    reports/changes.md       what that changed since the runs before          run
    reports/PAGE.html, .md   the reports, of all shards of a page             render
    reports/badges/…         shields endpoint JSON for each subject           render
    reports/coverage.md      which cases and mutants stand for what           render
    README.md                the capability matrix of the servers             render

The same runs give the same bytes. Shards may be run on as many machines as there are; whoever renders needs all files.
"""

import argparse
import re
import shlex
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
from collections.abc import Iterable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path

from asgi_conformance import run_file
from asgi_conformance.__main__ import main as command
from asgi_conformance.report.badge import to_badge
from asgi_conformance.report.comparison.compare import compare
from asgi_conformance.report.comparison.markdown import to_markdown as to_changes
from asgi_conformance.report.knowledge import published
from asgi_conformance.report.markdown import to_capabilities, to_markdown
from asgi_conformance.report.merge import merge
from asgi_conformance.results import Run, from_json

HERE = Path(__file__).parent
LIMIT = 15 * 60
"""Seconds for one shard."""
PLUGINS = ("no:cacheprovider", "no:hypothesispytest", "no:anyio")
BROKEN = 1
"""Pytest's exit status where subjects break something, which is what the report is about."""
PLACES = (
    (sysconfig.get_path("purelib"), "site-packages"),
    (str(HERE.parent / "asgi_conformance"), "asgi_conformance"),
    (sys.prefix, "environment"),
    (sys.base_prefix, "python"),
    (str(HERE.parent), "project"),
)
"""What paths in a run begin with, the longest first, and what is published in its place."""
SHORTEST = 5
"""Characters of a path that was cut off; what is shorter tells nothing."""
TABLE = re.compile(r"(?<=<!-- matrix -->\n).*(?=<!-- /matrix -->)", re.DOTALL)
"""Where the README shows the matrix."""


@dataclass(frozen=True, slots=True)
class Shard:
    """What one run tests."""

    name: str
    page: str
    options: tuple[str, ...]

    def file(self, folder: Path) -> Path:
        return folder / "runs" / f"{self.name}.json.gz"


def shards() -> list[Shard]:
    data = tomllib.loads((HERE / "shards.toml").read_text("utf-8"))
    return [Shard(one["name"], one["page"], tuple(one["options"])) for one in data["shard"]]


def run(chosen: Sequence[Shard], folder: Path) -> int:
    """Run them one after the other; each replaces the run before. The exit status: that of the first that cannot be."""
    (folder / "runs").mkdir(parents=True, exist_ok=True)
    notes = []
    status = 0
    for shard in chosen:
        file = shard.file(folder)
        new = file.with_name(f"new-{file.name}")
        if status := _performed(shard, new):
            break
        notes.append(_changed(file, new))
        new.replace(file)
    text = "\n".join(filter(None, notes)) or "Nothing has changed.\n"
    (folder / "changes.md").write_text(text, "utf-8")
    return status


def _performed(shard: Shard, file: Path) -> int:
    """0 where there is a run file now, else pytest's exit status."""
    words = [sys.executable, "-m", "pytest", "-q", "-n", "2", *(f"-p{name}" for name in PLUGINS), *shard.options]
    print(shlex.join(["pytest", *shard.options]), flush=True)
    with tempfile.TemporaryDirectory() as empty:
        done = subprocess.run([*words, f"--asgi-json={file.resolve()}"], cwd=empty, check=False, timeout=LIMIT)
    if done.returncode not in (0, BROKEN):
        return done.returncode
    told = run_file.content(run_file.read(file), Path("run.json")).decode("ascii")
    file.write_bytes(run_file.content(from_json(without_places(told)), file))
    return 0


def without_places(text: str) -> str:
    """Where things lie on the machine that ran it is nobody's business, and makes every run another one.

    `text`: JSON of ASCII. A path may be cut off, before an ellipsis.
    """
    for path, name in PLACES:
        cut = "|".join(re.escape(path[:length]) for length in range(len(path) - 1, SHORTEST, -1))
        text = re.sub(rf"{re.escape(path)}|(?:{cut})(?=\\u2026)", name, text)
    return text


def _changed(old: Path, new: Path) -> str:
    """Empty for a shard that was never run before, or of which all is as it was."""
    if not old.exists():
        return ""
    comparison = compare(run_file.read(old), run_file.read(new), published())
    return to_changes(comparison, published()) if comparison.changes or comparison.gone or comparison.come else ""


def render(all_shards: Sequence[Shard], folder: Path) -> int:
    """All that is made of the runs. The exit status."""
    for page, files in _pages(all_shards, folder).items():
        if status := command(["render", *map(str, files), "--html", str(folder / f"{page}.html")]):
            return status
    tables(all_shards, folder)
    return 0


def _pages(all_shards: Iterable[Shard], folder: Path) -> dict[str, list[Path]]:
    """The run files of each."""
    pages: dict[str, list[Path]] = {}
    for shard in all_shards:
        pages.setdefault(shard.page, []).append(shard.file(folder))
    return pages


def tables(all_shards: Sequence[Shard], folder: Path) -> None:
    """All but the HTML."""
    runs = {page: merge([run_file.read(file) for file in files]) for page, files in _pages(all_shards, folder).items()}
    for page, run in runs.items():
        (folder / f"{page}.md").write_text(to_markdown(run), "utf-8")
    for one in singles([runs["servers"], runs["frameworks"]]):
        _badge(one, folder / "badges")
    with redirect_stdout(StringIO()) as ledger:
        command(["list", "--coverage", "--markdown"])
    (folder / "coverage.md").write_text(ledger.getvalue(), "utf-8")
    readme = folder.parent / "README.md"
    shown = [subject for subject in runs["servers"].subjects if not subject.options]
    matrix = to_capabilities(replace(runs["servers"], subjects=tuple(shown)))
    readme.write_text(TABLE.sub(lambda _: matrix, readme.read_text("utf-8")), "utf-8")


def singles(runs: Iterable[Run]) -> Iterable[Run]:
    """A run for each subject."""
    return (replace(run, subjects=(subject,)) for run in runs for subject in run.subjects)


def _badge(run: Run, folder: Path) -> None:
    subject = run.subjects[0]
    name = re.sub(r"[^a-z0-9]+", "-", subject.id.lower()).strip("-")
    file = folder / subject.kind / f"{name}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(to_badge(run), "utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Make the published results.")
    parser.add_argument("--folder", type=Path, default=HERE, help="in place of reports/")
    does = parser.add_subparsers(dest="does", required=True)
    names = [shard.name for shard in shards()]
    does.add_parser("run").add_argument("shards", nargs="*", metavar="SHARD", help=f"of {', '.join(names)}")
    does.add_parser("render")
    does.add_parser("all")
    asked = parser.parse_args(arguments)
    wanted = getattr(asked, "shards", []) or names
    if unknown := set(wanted) - set(names):
        parser.error(f"no such shard: {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    status = 0
    if asked.does != "render":
        status = run([shard for shard in shards() if shard.name in wanted], asked.folder)
    return status or (render(shards(), asked.folder) if asked.does != "run" else 0)


if __name__ == "__main__":
    sys.exit(main())
