"""Which kit a result gets: the one place where kinds of subjects are told apart."""

from collections.abc import Mapping
from functools import cache

from asgi_conformance import suite_loader
from asgi_conformance.kits.application_kit import application_kit
from asgi_conformance.kits.literals import NoKit
from asgi_conformance.kits.recorded import check_of
from asgi_conformance.kits.server_kit import server_kit
from asgi_conformance.kits.story import Story, story_of
from asgi_conformance.report.data import Kits
from asgi_conformance.results import Result, Run, Subject
from asgi_conformance.script import Case


def kit_of(story: Story) -> str:
    """The text of the kit. Raises `NoKit`."""
    kind = story.subject.kind
    if story.result.script is not None:
        raise NoKit("the case was generated, and the run holds it in words alone")
    if kind in ("asgi-server", "wsgi-server"):
        return server_kit(story)
    if kind in ("asgi-app", "asgi-framework"):
        return application_kit(story)
    raise NoKit(f"there are no kits for subjects of the kind {kind}")


def case_in(run: Run, result: Result) -> Case:
    """The case as this release has it. Raises `NoKit` where the run was made with another script of that name."""
    case = bundled().get(result.case)
    if case is None:
        raise NoKit("the suites of this release have no such case")
    known = run.scripts.get(result.case)
    same = run.suite_digest == suite_loader.digest() if known is None else known.lines == words(case)
    if not same:
        raise NoKit(f"the suites of this release have another script of that name than {run.suite_version} had")
    return case


def words(case: Case) -> tuple[str, ...]:
    """How its lines read."""
    return tuple(line.says() for line in case.lines)


def kits_of(run: Run) -> Kits:
    """Kits for the results of this run."""

    def kit(subject: Subject, result: Result) -> str | None:
        if check_of(result) is None:
            return None
        try:
            return kit_of(story_of(subject, result, case_in(run, result)))
        except NoKit:
            return None

    return kit


@cache
def bundled() -> Mapping[str, Case]:
    """The cases of this release, by id."""
    return {case.id: case for case in suite_loader.load_cases()}
