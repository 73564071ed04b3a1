"""The forms in which a run is written, by name: what options of pytest and the commands have in common."""

from collections.abc import Callable, Collection
from pathlib import Path

from asgi_conformance import run_file
from asgi_conformance.results import Run
from asgi_conformance.verdict import Verdict


def content(
    form: str, run: Run, path: Path, *, bad: Collection[Verdict] = (Verdict.FAIL,), workspace: Path = Path()
) -> bytes:
    """What stands in a file of that name. Only the report that is wanted is imported; some take a while.

    `bad`: the verdicts that fail a test. `workspace`: the user's repository. Raises KeyError for a form that is none.
    """
    if form == "json":
        return run_file.content(run, path)
    writers: dict[str, Callable[[], str]] = {
        "html": lambda: _html(run),
        "markdown": lambda: _markdown(run),
        "badge": lambda: _badge(run),
        "sarif": lambda: _sarif(run, workspace),
        "ctrf": lambda: _ctrf(run, bad),
    }
    return writers[form]().encode("utf-8")


def _html(run: Run) -> str:
    from asgi_conformance.kits.kit import kits_of
    from asgi_conformance.report.html import to_html

    return to_html(run, kits=kits_of(run))


def _markdown(run: Run) -> str:
    from asgi_conformance.report.markdown import to_markdown

    return to_markdown(run)


def _badge(run: Run) -> str:
    from asgi_conformance.report.badge import to_badge

    return to_badge(run)


def _sarif(run: Run, workspace: Path) -> str:
    from asgi_conformance.report.sarif import to_sarif

    return to_sarif(run, workspace=workspace)


def _ctrf(run: Run, bad: Collection[Verdict]) -> str:
    from asgi_conformance.report.ctrf import to_ctrf

    return to_ctrf(run, bad=bad)
