"""What GitHub Actions shows of a run: the summary of the step, and annotations beside the lines that broke a rule.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from asgi_conformance.baseline import fixed
from asgi_conformance.report import place
from asgi_conformance.report.escape import visible
from asgi_conformance.report.knowledge import Knowledge, published
from asgi_conformance.report.markdown import to_markdown
from asgi_conformance.results import Check, Result, Run, Subject
from asgi_conformance.verdict import Verdict

LARGEST = 1_000_000
"""Bytes of a summary; GitHub refuses one of more than a mebibyte."""
SHOWN = 10
"""Annotations of one step; GitHub drops the rest without a word."""


def summary(run: Run) -> str:
    """The Markdown report, cut at the end of a line where it is too long."""
    text = to_markdown(run).encode("utf-8", "replace")
    if len(text) <= LARGEST:
        return text.decode("utf-8")
    cut = text[:LARGEST].rpartition(b"\n")[0].decode("utf-8", "ignore")
    return f"{cut}\n\n… cut: `--asgi-html` and `--asgi-markdown` have it all.\n"


def annotations(
    run: Run,
    bad: Collection[Verdict],
    workspace: Path,
    knowledge: Knowledge | None = None,
    stale: Sequence[str] = (),
) -> list[str]:
    """A workflow command for each failure that is not in the baseline, and for each of its entries that has to go.

    `bad`: the verdicts that fail a test. `workspace`: paths are told from there. `stale`: what is said of entries that
    fit nothing. The first few only, and how many more.
    """
    knowledge = knowledge or published()
    outdated = [f"::error title=stale::{_text(words)}" for words in stale]
    every = [*outdated, *_commands(run, bad, workspace, knowledge)]
    if len(every) <= SHOWN:
        return every
    more = len(every) - SHOWN + 1
    return [
        *every[: SHOWN - 1],
        f"::error title=asgi-conformance::{more} more failures; the summary of the job has them",
    ]


def _commands(run: Run, bad: Collection[Verdict], workspace: Path, knowledge: Knowledge) -> Iterator[str]:
    for subject in run.subjects:
        for result in subject.results:
            for check in result.checks:
                if check.verdict in bad and check.baseline is None:
                    yield _command(subject, result, check, workspace, knowledge)
            for requirement in fixed(result.checks):
                words = f"{subject.id} keeps {requirement} in {result.case}: remove it from the baseline"
                yield f"::error title=fixed::{_text(words)}"


def _command(subject: Subject, result: Result, check: Check, workspace: Path, knowledge: Knowledge) -> str:
    properties = {"title": f"{check.requirement} ({check.level.value})"}
    if at := place.of(check, workspace):
        properties |= {"file": at.file, "line": str(at.line)}
    rule = next((rule.summary for rule in knowledge.rules([check.requirement])), "")
    got = f"expected {check.expected}, got {check.observed}" if check.expected else f"got {check.observed}"
    words = f"{subject.id}: {result.title}: {got}. {rule}"
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    kind = "warning" if check.verdict is Verdict.WARN else "error"
    return f"::{kind} {told}::{_text(words)}"


def _text(words: str) -> str:
    """What a subject says is on one line, commands nothing, and does nothing to the terminal that shows it."""
    shown = "\n".join(map(visible, words[:2000].split("\n")))
    return shown.replace("%", "%25").replace("\n", "%0A")


def _property(words: str) -> str:
    return _text(words).replace(":", "%3A").replace(",", "%2C")
