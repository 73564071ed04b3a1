"""Exploring a property: what is drawn, what counts as a failure, what is left of it. Without any server."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import strategies as st

from asgi_conformance import exploration
from asgi_conformance.authoring import app, client, generated
from asgi_conformance.authoring.cases import collecting
from asgi_conformance.exploration import Exploration
from asgi_conformance.results import Check, Result
from asgi_conformance.script import Case, Draw, Line, Property
from asgi_conformance.verdict import Level, Verdict

RULE, OTHER = "http.scope.path.type", "http.scope.type"


def any_number() -> Property:
    with collecting("a/b/") as made:

        @generated()
        def numbers(draw: Draw) -> Iterator[Line]:
            """Any number

            The reading taken.
            """
            yield client.sends(b"%d" % draw(st.integers(0, 1000)))
            yield app.is_called()

    (found,) = made
    assert isinstance(found, Property)
    return found


def number(case: Case) -> int:
    return int(case.lines[0].act.pieces[0])  # type: ignore[union-attr,index] # what `numbers` yields


class Subject:
    """Answers each example with the checks that a function of its number gives."""

    def __init__(self, checks: Callable[[int], dict[str, Verdict]]) -> None:
        self.checks, self.met = checks, list[int]()

    def __call__(self, case: Case) -> Result:
        self.met.append(number(case))
        found = (Check(name, Level.MUST, verdict) for name, verdict in self.checks(number(case)).items())
        return Result(case.id, case.title, 1.0, tuple(found))

    def explored(self, examples: int = 50, seed: int = 0) -> Result:
        return Exploration(self, examples, seed).explore(any_number())


def test_what_holds_for_every_example() -> None:
    subject = Subject(lambda number: {RULE: Verdict.PASS})
    result = subject.explored()
    assert [(check.requirement, check.verdict) for check in result.checks] == [(RULE, Verdict.PASS)]
    assert result.checks[0].how == f"{len(subject.met)} examples"
    assert len(subject.met) == len(set(subject.met)), "no example twice"
    assert result.script is None


def test_the_same_seed_draws_the_same_examples() -> None:
    met = []
    for seed in (1, 1, 2):
        subject = Subject(lambda number: {RULE: Verdict.PASS})
        subject.explored(seed=seed)
        met.append(subject.met)
    assert met[0] == met[1] != met[2]


@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.WARN])
def test_a_failure_is_shrunk_and_leaves_its_script(verdict: Verdict) -> None:
    result = Subject(lambda number: {RULE: verdict if number >= 17 else Verdict.PASS}).explored()
    assert result.verdict is verdict
    assert result.script is not None
    assert result.script.lines[0] == "client sends b'17'"
    assert result.script.note.startswith("The reading taken.\n\nDrawn with the seed 0 and shrunk. As a case:\n\nfrom ")
    assert "    client.sends(b'17'),\n    app.is_called(),\n" in result.script.note


def test_while_it_is_shrunk_another_failure_is_none() -> None:
    def checks(number: int) -> dict[str, Verdict]:
        return {
            RULE: Verdict.FAIL if number >= 500 else Verdict.PASS,
            OTHER: Verdict.FAIL if number < 5 else Verdict.PASS,
        }

    subject = Subject(checks)
    result = subject.explored()
    (failing,) = [check.requirement for check in result.checks if check.verdict is Verdict.FAIL]
    assert result.script is not None
    assert result.script.lines[0] == {RULE: "client sends b'500'", OTHER: "client sends b'0'"}[failing]


def test_what_fails_once_does_not_count() -> None:
    failed = set[int]()

    def checks(number: int) -> dict[str, Verdict]:
        first = number not in failed
        failed.add(number)
        return {RULE: Verdict.FAIL if first else Verdict.PASS}

    assert Subject(checks).explored().verdict is Verdict.PASS


@pytest.mark.parametrize("verdict", [Verdict.UNSUPPORTED, Verdict.NOT_RUN, Verdict.ERROR])
def test_where_nothing_can_be_learnt_one_example_is_enough(verdict: Verdict) -> None:
    subject = Subject(lambda number: {RULE: verdict})
    assert subject.explored().verdict is verdict
    assert len(subject.met) == 1


def test_what_was_blocked_in_one_example_was_tried_in_another() -> None:
    result = Subject(lambda number: {RULE: Verdict.BLOCKED if number % 2 else Verdict.PASS}).explored()
    assert result.verdict is Verdict.PASS
    assert Subject(lambda number: {RULE: Verdict.BLOCKED}).explored().verdict is Verdict.BLOCKED


def test_a_note_of_any_example_is_kept() -> None:
    result = Subject(lambda number: {RULE: Verdict.NOTE if number == 0 else Verdict.PASS}).explored()
    assert result.verdict is Verdict.NOTE


def test_time_is_bounded_and_what_was_found_so_far_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exploration, "LOOKING", 0.0)
    assert Subject(lambda number: {RULE: Verdict.PASS}).explored().checks == ()
    monkeypatch.setattr(exploration, "LOOKING", 30.0)
    monkeypatch.setattr(exploration, "SHRINKING", 0.0)
    subject = Subject(lambda number: {RULE: Verdict.FAIL if number >= 17 else Verdict.PASS})
    result = subject.explored()
    assert result.verdict is Verdict.FAIL and result.script is not None
    assert result.script.lines[0] == f"client sends b'{subject.met[-1]}'"
