"""Since when: what runs of several releases come to."""

import json
from dataclasses import replace

import pytest

from asgi_conformance.report.history.json import to_json
from asgi_conformance.report.history.markdown import to_markdown
from asgi_conformance.report.history.table import History, Line, Reading, State, history
from asgi_conformance.report.history.text import to_text
from asgi_conformance.report.history.words import extent, regressions, since
from asgi_conformance.results import Check, Run, Subject
from asgi_conformance.verdict import Verdict
from report.samples import HOSTILE_TEXT, KNOWLEDGE, RUN, check, result

PASS, FAIL, WARN, NOTE = Verdict.PASS, Verdict.FAIL, Verdict.WARN, Verdict.NOTE
OPEN, ABSENT, BLOCKED = Verdict.OPEN, Verdict.UNSUPPORTED, Verdict.BLOCKED
ERROR, NOT_RUN = Verdict.ERROR, Verdict.NOT_RUN
RULE = "http.scope.method.upper"


def run(*checks: Check) -> Run:
    """Of one release: every check is a case of its own."""
    results = tuple(result(f"case/{number}", check) for number, check in enumerate(checks))
    return replace(RUN, subjects=(Subject("mine", "asgi-server", "mine", "1", results=results),))


def reading(version: str, *verdicts: Verdict, unsteady: bool = False, way: str = "") -> Reading:
    """A release in which these cases settled `RULE` so."""
    checks = [check(RULE, verdict, behaviour=way) for verdict in verdicts]
    return Reading(version, run(*checks), frozenset({RULE} if unsteady else ()))


def line(*readings: Reading) -> Line:
    (found,) = history("mine", readings, KNOWLEDGE).requirements
    return found


def releases(*verdicts: Verdict) -> Line:
    """1.0, 2.0, … with one case each."""
    return line(*(reading(f"{number}.0", verdict) for number, verdict in enumerate(verdicts, 1)))


@pytest.mark.parametrize(
    ("verdicts", "state"),
    [
        ([PASS], State.KEPT),
        ([PASS, PASS], State.KEPT),
        ([PASS, ABSENT], State.KEPT),
        ([FAIL], State.BROKEN),
        ([WARN, FAIL], State.BROKEN),
        ([FAIL, BLOCKED], State.BROKEN),
        ([FAIL, PASS], State.PARTLY),
        ([WARN, NOTE], State.PARTLY),
        ([NOTE], State.NOTED),
        ([OPEN, PASS], State.NOTED),
        ([ABSENT], State.NOT_OFFERED),
        ([BLOCKED], State.UNKNOWN),
        ([ERROR], State.UNKNOWN),
        ([PASS, NOT_RUN], State.UNKNOWN),
        ([PASS, BLOCKED], State.UNKNOWN),
        ([PASS, ERROR], State.UNKNOWN),
    ],
)
def test_states(verdicts: list[Verdict], state: State) -> None:
    """What is not known in one case is not known at all, unless another breaks the requirement anyway."""
    assert line(reading("1.0", *verdicts)).standings["1.0"].state is state


@pytest.mark.parametrize(
    ("verdicts", "told"),
    [
        ([PASS, PASS], "≤ 1.0"),
        ([FAIL, PASS, PASS], "2.0"),
        ([ABSENT, FAIL, PASS], "3.0"),
        ([PASS, FAIL], "until 1.0"),
        ([PASS, FAIL, PASS], "3.0"),
        ([FAIL, PASS, PASS, ABSENT], "until 3.0"),
        ([FAIL, FAIL], "never"),
        ([ABSENT, FAIL], "never"),
        ([FAIL, ABSENT], "not offered"),
        ([NOTE, NOTE], "not scored"),
        ([BLOCKED, ERROR], "–"),
        ([BLOCKED, PASS], "≤ 2.0"),
        ([FAIL, BLOCKED, PASS], "3.0"),
        ([PASS, BLOCKED, PASS], "≤ 1.0"),
        ([FAIL, PASS, BLOCKED], "2.0"),
    ],
)
def test_since(verdicts: list[Verdict], told: str) -> None:
    assert since(releases(*verdicts)) == told


def test_partly() -> None:
    assert since(line(reading("1.0", FAIL), reading("2.0", FAIL, PASS))) == "partly"


def test_spans_say_what_they_end_and_follow() -> None:
    states = releases(FAIL, BLOCKED, PASS, PASS, FAIL).states
    assert [(span.state, span.first, span.last, span.after, span.now) for span in states] == [
        (State.BROKEN, "1.0", "1.0", None, False),
        (State.KEPT, "3.0", "4.0", "1.0", False),
        (State.BROKEN, "5.0", "5.0", "4.0", True),
    ]
    assert [extent(span) for span in states] == ["≤ 1.0", "3.0–4.0", "5.0–"]


def test_another_behaviour_is_a_span_of_its_own_but_no_other_state() -> None:
    told = line(reading("1.0", PASS, way="403"), reading("2.0", PASS, way="404"), reading("3.0", PASS, way="404"))
    assert [(span.words, span.first, span.last) for span in told.spans] == [
        ("403", "1.0", "1.0"),
        ("404", "2.0", "3.0"),
    ]
    assert (len(told.states), told.changes, since(told)) == (1, False, "≤ 1.0")


def test_how_it_was_broken_is_none() -> None:
    told = line(*(Reading(how, run(check(RULE, FAIL, how=how))) for how in ("1.0", "2.0")))
    assert [(span.words, span.first, span.last) for span in told.spans] == [("2.0", "1.0", "2.0")]


def test_what_is_not_the_same_twice_begins_and_ends_nothing() -> None:
    told = line(reading("1.0", PASS), reading("2.0", FAIL, unsteady=True), reading("3.0", PASS))
    assert [(span.state, span.first, span.last) for span in told.states] == [(State.KEPT, "1.0", "3.0")]
    assert told.unsteady == ("2.0",)
    again = line(reading("1.0", PASS), reading("2.0", FAIL, unsteady=True), reading("3.0", FAIL))
    assert [(span.state, span.first, span.after) for span in again.states] == [
        (State.KEPT, "1.0", None),
        (State.BROKEN, "3.0", "1.0"),
    ]


def test_regressions() -> None:
    readings = [reading("1.0", PASS), reading("2.0", FAIL, PASS), reading("3.0", FAIL), reading("4.0", PASS)]
    told = history("mine", readings, KNOWLEDGE)
    assert [(one.id, text) for one, _, text in regressions(told)] == [(RULE, "2.0"), (RULE, "3.0")]
    assert releases(FAIL, NOTE, ABSENT, PASS, OPEN).regressions == ()
    assert releases(ABSENT, FAIL, ABSENT).regressions == ()
    assert [span.first for span in releases(NOTE, FAIL).regressions] == ["2.0"]


def test_a_requirement_that_some_releases_were_not_asked_about() -> None:
    other = Reading("1.0", run(check("http.scope.type", PASS)))
    told = {one.id: one for one in history("mine", [other, reading("2.0", PASS)], KNOWLEDGE).requirements}
    assert list(told) == ["http.scope.type", RULE]
    assert told[RULE].standings["1.0"].state is State.UNKNOWN
    assert (since(told[RULE]), since(told["http.scope.type"])) == ("≤ 2.0", "≤ 1.0")


def example() -> History:
    """Four releases: one that does not start, one that is not the same twice."""
    rest = [
        check("http.scope.type", PASS),
        check("http.response.start.headers.order", FAIL, behaviour=HOSTILE_TEXT),
        check("websocket.close.code", ABSENT),
    ]
    old = [check(RULE, FAIL, how="missing"), check("http.scope.state", PASS, behaviour="copy"), *rest]
    new = [check(RULE, PASS), check("http.scope.state", PASS, behaviour=HOSTILE_TEXT), *rest]
    worse = [check(RULE, PASS), check("http.scope.state", WARN, how="shared"), *rest]
    readings = (
        Reading("1.0", run(*old), python="3.8.1", packages={"mine": "1.0", "h11": "<0.9>"}),
        Reading("1.1", None, why=f"not installed: {HOSTILE_TEXT}"),
        Reading("2.0", run(*new), frozenset({"websocket.close.code"}), "3.11.1", {"mine": "2.0"}),
        Reading("3.0", run(*worse), python="3.11.1", packages={"mine": "3.0"}),
    )
    return history("mine<b>", readings, KNOWLEDGE)


def test_capabilities() -> None:
    found = {one.id: one for one in example().capabilities}
    assert found["order"].states[0].state is State.PARTLY
    assert since(found["order"]) == "partly"
    assert found["websockets"].unsteady == ("2.0",)


def test_as_text() -> None:
    lines = to_text(example())
    text = "\n".join(lines)
    assert not set("\x1b\r\u202e").intersection(text)
    assert lines[0].startswith(
        "3 releases of mine<b>, 1.0 to 3.0, tested with asgi-conformance 0.1.0 until 21 November"
    )
    assert lines[1].startswith("1.1: not tested: not installed: </script>")
    assert "http.scope.method.upper    2.0        ✗ ≤ 1.0 missing → ✓ 2.0–" in text
    assert "http.scope.state           until 2.0  ✓ ≤ 1.0–2.0" in text
    assert lines[-2] == (
        "The same in every release: 1 requirement kept, 1 requirement broken, 1 requirement not offered."
    )


def test_unsteady_in_text() -> None:
    readings = [reading("1.0", FAIL), reading("2.0", PASS, unsteady=True), reading("3.0", PASS)]
    assert "✗ ≤ 1.0 → ✓ 3.0– (unsteady in 2.0)" in "\n".join(to_text(history("mine", readings, KNOWLEDGE)))


def test_nothing_changed() -> None:
    assert "No requirement changed." in to_text(history("mine", [reading("1.0", PASS)], KNOWLEDGE))
    text = to_markdown(history("mine", [reading("1.0", PASS)], KNOWLEDGE))
    assert "## What became worse" not in text
    assert "## Requirements that changed" not in text
    assert "Behaviours that changed" not in text


def test_as_markdown() -> None:
    text = to_markdown(example())
    assert "<script>" not in text
    assert "<b>" not in text
    rule = "| The method is upper-cased<br>MUST <code>http.scope.method.upper</code>"
    assert f"{rule} | 2.0 | ✗ ≤ 1.0 <code>missing</code><br>✓ 2.0– |" in text
    worse = text.partition("## What became worse")[2].partition("##")[0]
    assert "http.scope.state" in worse
    assert "http.scope.method.upper" not in worse
    assert "- <code>1.1</code>: not tested: not installed: " in text
    assert "| <code>1.0</code> | 3.8.1 | <code>mine 1.0, h11 &lt;0.9&gt;</code> |" in text
    assert "unsteady in 2.0" in text


def test_behaviours_that_changed_are_folded_away() -> None:
    readings = [reading("1.0", PASS, way="403"), reading("2.0", PASS, way="404")]
    text = to_markdown(history("mine", readings, KNOWLEDGE))
    assert "<summary>Behaviours that changed</summary>" in text
    assert "✓ ≤ 1.0 <code>403</code><br>✓ 2.0– <code>404</code>" in text


def test_as_json() -> None:
    told = json.loads(to_json(example()))
    assert told["format"] == "asgi-conformance-history"
    assert [release["tested"] for release in told["releases"]] == [True, False, True, True]
    assert told["releases"][0]["packages"] == {"mine": "1.0", "h11": "<0.9>"}
    assert told["requirements"][RULE]["support"] == [
        {"state": "broken", "words": "missing", "first": "1.0", "last": "1.0", "after": None},
        {"state": "kept", "words": "", "first": "2.0", "last": "3.0", "after": "1.0"},
    ]
    assert told["requirements"]["websocket.close.code"]["unsteady"] == ["2.0"]
    assert told["requirements"][RULE]["level"] == "MUST"
    assert "level" not in told["capabilities"]["order"]


def test_the_same_readings_give_the_same_bytes() -> None:
    assert (to_json(example()), to_markdown(example())) == (to_json(example()), to_markdown(example()))
