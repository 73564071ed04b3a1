"""`asgi-conformance repro RUN.json CASE --subject S`: a stand-alone reproduction, and the text of an issue."""

import argparse
import re
from collections.abc import Iterable
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from asgi_conformance.commands.refusal import Refused, read_runs, write
from asgi_conformance.results import Result, Run, Subject

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # argparse gives the class no public name

Found = tuple[Subject, Result]
NAMED = 3
"""How many of several that fit are named."""


def add_to(subparsers: "Subparsers") -> None:
    """Add the subcommand; `run` is what it does."""
    help_ = "write one result as a stand-alone file, and the text of an issue"
    parser = subparsers.add_parser("repro", help=help_, description=__doc__)
    parser.add_argument("run_file", metavar="RUN.json", help="written by pytest --asgi-json")
    parser.add_argument("case", metavar="CASE", help="id of a case, or a pattern that only one failed case fits")
    parser.add_argument("--subject", metavar="S", help="whose result; not needed where only one subject fails the case")
    parser.add_argument(
        "--output", metavar="FILE", help="where the reproduction goes; a name is made of both otherwise"
    )
    parser.add_argument("--issue", metavar="FILE", help="where the text of the issue goes; it is printed otherwise")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Raises `Refused`."""
    from asgi_conformance.kits.issue import to_issue
    from asgi_conformance.kits.kit import case_in, kit_of
    from asgi_conformance.kits.literals import NoKit
    from asgi_conformance.kits.story import story_of

    read = read_runs([arguments.run_file])[0]
    subject, result = chosen(read, arguments.case, arguments.subject)
    output = arguments.output or file_name(subject, result)
    try:
        story = story_of(subject, result, case_in(read, result))
        kit = kit_of(story)
    except NoKit as none:
        raise Refused(f"{result.case} on {subject.id}: {none}") from None
    issue = to_issue(story, read, Path(output).name)
    write(output, kit)
    if arguments.issue:
        write(arguments.issue, issue)
        return 0
    print(f"{output} is the reproduction; the issue:\n")
    print(issue, end="")
    return 0


def file_name(subject: Subject, result: Result) -> str:
    """`uvicorn_http_h11_close_refused_with_403.py`"""
    words = f"{subject.id}_{result.case.rpartition('/')[2]}"
    return f"{re.sub(r'[^A-Za-z0-9]+', '_', words).strip('_')[:80]}.py"


def chosen(read: Run, pattern: str, subject_id: str | None) -> Found:
    """The one result that is meant. Raises `Refused`."""
    from asgi_conformance.kits.recorded import check_of

    subjects = [_subject(read, subject_id)] if subject_id else list(read.subjects)
    held = [(subject, result) for subject in subjects for result in subject.results]
    fitting = [(subject, result) for subject, result in held if _fits(result.case, pattern)]
    if not fitting:
        raise Refused(_unknown(pattern, {result.case for _, result in held}))
    failed = [(subject, result) for subject, result in fitting if check_of(result) is not None]
    if not failed:
        raise Refused(f"nothing failed there: {_some(f'{result.case} on {subject.id}' for subject, result in fitting)}")
    cases, names = {result.case for _, result in failed}, {subject.id for subject, _ in failed}
    if len(cases) > 1:
        raise Refused(f"{len(cases)} failed cases fit {pattern!r}, and one is wanted: {_some(sorted(cases))}")
    if len(names) > 1:
        raise Refused(f"{len(names)} subjects fail {pattern!r}; choose one with --subject: {_some(sorted(names), 20)}")
    return failed[0]


def _fits(case: str, pattern: str) -> bool:
    """An id is itself, though it may have brackets in it."""
    return case == pattern or fnmatchcase(case, pattern)


def _subject(read: Run, name: str) -> Subject:
    found = next((subject for subject in read.subjects if subject.id == name), None)
    if found is None:
        raise Refused(f"the run has no subject {name!r}; it has {_some((one.id for one in read.subjects), 20)}")
    return found


def _unknown(pattern: str, cases: set[str]) -> str:
    close = get_close_matches(pattern, sorted(cases), n=2, cutoff=0.5)
    nearest = f"; the nearest: {_some(close)}" if close else ""
    return f"the run holds no case {pattern!r}{nearest}"


def _some(names: Iterable[str], most: int = NAMED) -> str:
    every = list(names)
    more = f", and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + more
