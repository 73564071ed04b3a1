"""What the rows of the page tell its scripts."""

from dataclasses import replace

from asgi_conformance.report.columns import gathered, groups
from asgi_conformance.report.comparison.compare import compare
from asgi_conformance.report.lines import Line, chapters, letter
from asgi_conformance.report.matrix import build
from asgi_conformance.results import Run

from .pages import TWO, older
from .samples import KNOWLEDGE, REFUSAL, RUN, UVICORN


def lines(run: Run, against: Run | None = None) -> dict[str, Line]:
    run = gathered(run)
    comparison = compare(against, run, KNOWLEDGE) if against else None
    told = chapters(build(run, KNOWLEDGE), groups(run.subjects), comparison)
    return {line.row.rule.id: line for chapter in told for line in chapter.lines}


def test_verdicts_answers_and_changes_by_column() -> None:
    found = lines(RUN, older())
    assert (found[REFUSAL].verdicts, found[REFUSAL].answers, found[REFUSAL].changes) == ("fpf", "abc", "b--")
    assert (found["http.scope.type"].answers, found["http.scope.type"].changes) == ("aaa", "")
    state = found["http.scope.state"]
    assert (state.verdicts, state.answers) == ("wxx", "a--")
    assert {line.changes for line in lines(RUN).values()} == {""}


def test_a_row_folds_where_verdict_words_baseline_and_change_are_the_same() -> None:
    def classes(run: Run, requirement: str, against: Run | None = None) -> list[str]:
        return [place.fold for place in lines(run, against)[requirement].places]

    assert classes(TWO, REFUSAL) == ["s", "s", "", ""]
    assert classes(TWO, "http.scope.state") == ["", "d", "", ""]
    known, *rest = (result for result in UVICORN.results if result.case == "http/scope/state")
    assert not rest
    unknown = replace(known, checks=(replace(known.checks[0], baseline=None),))
    others = tuple(unknown if result is known else result for result in UVICORN.results)
    both = replace(RUN, subjects=(UVICORN, replace(UVICORN, id="uvicorn", results=others)))
    assert classes(both, "http.scope.state") == ["s", "s"], "known here, and not there"
    assert classes(TWO, "websocket.send.silent", older()) == ["s", "s", "", ""], "compared here, and not there"


def test_of_two_versions_the_last_column_is_the_one_that_was_compared() -> None:
    newer = replace(UVICORN, version="0.55.0")
    found = lines(replace(RUN, subjects=(UVICORN, newer)), older())
    assert found[REFUSAL].changes == "-b"


def test_letters_beyond_z_are_no_mark_up() -> None:
    assert [letter(0), letter(25)] == ["a", "z"]
    found = [letter(index) for index in range(200)]
    assert len(set(found)) == 200
    assert all(character.isalnum() for character in found)
