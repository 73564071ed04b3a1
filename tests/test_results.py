"""A run goes to JSON and back unchanged, and a file that is none says so to its owner."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asgi_conformance.results import (
    FORMAT,
    FORMAT_VERSION,
    Check,
    Moment,
    Result,
    Run,
    Script,
    Subject,
    UnreadableRun,
    from_json,
    result_from_json,
    result_to_json,
    to_json,
    with_results,
)
from asgi_conformance.verdict import Level, Verdict, worst

a_few = settings(max_examples=40, deadline=None, derandomize=True, database=None)

texts = st.text(max_size=12)
lines = st.none() | st.integers(0, 99)
acts = st.sampled_from(["sends", "gets"])


def few(elements: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(elements, max_size=3).map(tuple)


checks = st.builds(
    Check, texts, st.sampled_from(Level), st.sampled_from(Verdict), texts, texts, texts, texts, lines, st.none() | texts
)
moments = st.builds(Moment, st.integers(0, 10**9), texts, acts, texts, lines, st.none() | texts)
results = st.builds(Result, texts, texts, st.floats(0, 1e6), few(checks), few(moments))
named = st.dictionaries(texts, texts, max_size=2)
subjects = st.builds(Subject, texts, texts, texts, texts, named, named, few(results))
scripts = st.dictionaries(texts, st.builds(Script, texts, few(texts), texts), max_size=2)
numbers = st.integers(0, 10**6)
pairs = few(st.tuples(texts, texts))
runs = st.builds(
    Run, texts, texts, numbers, numbers, pairs, texts, texts, numbers, numbers, st.booleans(), numbers, named,
    few(subjects), scripts,
)  # fmt: skip


@a_few
@given(runs)
def test_a_run_goes_to_json_and_back_unchanged(run: Run) -> None:
    text = to_json(run)
    assert from_json(text) == run
    assert to_json(from_json(text)) == text
    assert text.isascii()


@a_few
@given(results)
def test_a_result_travels_between_processes(result: Result) -> None:
    assert result_from_json(json.loads(json.dumps(result_to_json(result)))) == result


def test_the_field_names_are_those_that_are_published() -> None:
    check = Check("a.b", Level.MUST, Verdict.FAIL, "missing", "403", "response 403", "nothing", 5, "known")
    moment = Moment(120, "client", "sends", "GET /", 0, {"b": "x"})
    found = (Result("c", "C", 1.5, (check,), (moment,)),)
    subject = Subject("s[a=b]", "asgi-server", "s", "1", {"a": "b"}, {"asgi": "3.0"}, found)
    script = {"c": Script("C", ("l",), "n")}
    spec = (("asgi-www", "2.5"),)
    run = Run("0.1", "sha256:0", 1, 1, spec, "t1", "t2", 1, 1, True, 7, {"cpus": 2}, (subject,), script)
    assert json.loads(to_json(run)) == {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "suite": {"version": "0.1", "digest": "sha256:0", "cases": 1, "checks": 1},
        "spec": [{"name": "asgi-www", "version": "2.5"}],
        "run": {"started": "t1", "finished": "t2", "planned": 1, "performed": 1, "complete": True, "seed": 7},
        "environment": {"cpus": 2},
        "scripts": {"c": {"title": "C", "lines": ["l"], "note": "n"}},
        "subjects": [
            {
                "id": "s[a=b]",
                "kind": "asgi-server",
                "name": "s",
                "version": "1",
                "options": {"a": "b"},
                "declared": {"asgi": "3.0"},
                "results": [
                    {
                        "case": "c",
                        "title": "C",
                        "duration_ms": 1.5,
                        "checks": [
                            {
                                "requirement": "a.b",
                                "level": "MUST",
                                "verdict": "fail",
                                "how": "missing",
                                "behaviour": "403",
                                "expected": "response 403",
                                "observed": "nothing",
                                "line": 5,
                                "baseline": "known",
                            }
                        ],
                        "timeline": [
                            {"at": 120, "who": "client", "act": "sends", "text": "GET /", "line": 0, "data": {"b": "x"}}
                        ],
                    }
                ],
            }
        ],
    }


def readable() -> dict[str, Any]:
    run: dict[str, Any] = json.loads(to_json(Run("1", "d", 0, 0, (), "", "", 0, 0, True, 0)))
    return run


def complaint(text: str) -> str:
    with pytest.raises(UnreadableRun) as caught:
        from_json(text)
    (line,) = str(caught.value).splitlines()
    return line


@pytest.mark.parametrize("text", ["", "{", "\x00"])
def test_what_is_no_json_is_told_so(text: str) -> None:
    assert complaint(text).startswith("it is not JSON (")


@pytest.mark.parametrize("text", ["[]", "1", "{}", '{"format": "another"}'])
def test_what_is_no_run_is_told_so(text: str) -> None:
    assert complaint(text) == 'it is not a run file (its "format" is not "asgi-conformance-run")'


@pytest.mark.parametrize("version", [None, 0, 2, "1"])
def test_another_version_is_told_so(version: Any) -> None:
    text = json.dumps({**readable(), "format_version": version})
    assert complaint(text) == f"its format_version is {version!r}; this release reads 1"


@pytest.mark.parametrize(
    "change",
    [
        {"suite": {}},
        {"subjects": [1]},
        {"subjects": [{"id": "x"}]},
        {"spec": [{}]},
        {"run": None},
        {"subjects": [{"results": [{"case": "c", "title": "", "duration_ms": 0, "checks": [{}], "timeline": []}]}]},
        {"subjects": [{"results": [], "unheard": "of"}]},
        {"scripts": []},
    ],
    ids=str,
)
def test_a_field_that_is_missing_or_malformed_is_told(change: dict[str, Any]) -> None:
    assert complaint(json.dumps({**readable(), **change})).startswith("a field is missing or malformed (")


def test_an_older_run_without_scripts_can_be_read() -> None:
    document = readable()
    del document["scripts"]
    assert from_json(json.dumps(document)).scripts == {}


def test_the_worst_check_speaks_for_a_result() -> None:
    def result(*verdicts: Verdict) -> Result:
        return Result("c", "C", 0, tuple(Check("r", Level.MUST, verdict) for verdict in verdicts))

    assert result().verdict is Verdict.NOT_RUN
    assert result(Verdict.PASS, Verdict.FAIL, Verdict.WARN).verdict is Verdict.FAIL
    for number, verdict in enumerate(Verdict):
        assert verdict.rank == number
        assert verdict.is_bad is (verdict in (Verdict.FAIL, Verdict.WARN))
        assert worst([*Verdict][number:]) is verdict is result(*[*Verdict][number:]).verdict
    assert worst([]) is Verdict.NOT_RUN


def test_levels_are_counted_in_three_groups() -> None:
    assert [level.group for level in Level] == ["MUST", "MUST", "SHOULD", "SHOULD", "MAY"]


def test_results_stand_in_the_order_of_their_cases() -> None:
    subject = Subject("s", "asgi-server", "s", "1")
    unordered = [Result(name, name, 0) for name in "cab"]
    assert [result.case for result in with_results(subject, unordered).results] == ["a", "b", "c"]
