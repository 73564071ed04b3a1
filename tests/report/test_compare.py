"""What has changed between two runs: decided case by case, and never by what tells nothing of the subject."""

import json
from dataclasses import replace

import pytest

from asgi_conformance.report.comparison.compare import Change, Comparison, Kind, View, compare
from asgi_conformance.report.comparison.json import to_json
from asgi_conformance.report.comparison.markdown import to_markdown
from asgi_conformance.report.comparison.text import to_text
from asgi_conformance.results import Check, Run, Script, Subject
from asgi_conformance.verdict import Verdict
from report.samples import HOSTILE_TEXT, KNOWLEDGE, RUN, check, result

PASS, FAIL, WARN, NOTE = Verdict.PASS, Verdict.FAIL, Verdict.WARN, Verdict.NOTE
OPEN, ABSENT, BLOCKED = Verdict.OPEN, Verdict.UNSUPPORTED, Verdict.BLOCKED
ERROR, NOT_RUN = Verdict.ERROR, Verdict.NOT_RUN
RULE = "http.scope.method.upper"


def subject(*cases: tuple[str, Check], name: str = "mine", version: str = "1.0") -> Subject:
    """One that was asked these cases; several checks of one case in a row are one result."""
    names = dict.fromkeys(case for case, _ in cases)
    results = tuple(result(case, *(check for other, check in cases if other == case)) for case in names)
    return Subject(name, "asgi-server", name, version, results=results)


def run(*subjects: Subject, complete: bool = True, scripts: tuple[str, ...] = (), digest: str = "sha256:1") -> Run:
    told = {case: Script(case, ()) for case in scripts}
    return replace(RUN, subjects=subjects, complete=complete, scripts=told, suite_digest=digest)


def of(*verdicts: tuple[str, Verdict] | tuple[str, Verdict, str]) -> Run:
    """A run of one subject in which these cases settled `RULE` so, in this way."""
    checks = [(case, check(RULE, verdict, behaviour=way[0] if way else "")) for case, verdict, *way in verdicts]
    return run(subject(*checks))


def changed(old: Run, new: Run) -> Change | None:
    return compare(old, new, KNOWLEDGE).change("mine", RULE)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (PASS, FAIL, Kind.BROKEN),
        (PASS, WARN, Kind.BROKEN),
        (NOTE, FAIL, Kind.BROKEN),
        (OPEN, WARN, Kind.BROKEN),
        (FAIL, PASS, Kind.FIXED),
        (WARN, NOTE, Kind.FIXED),
        (FAIL, OPEN, Kind.FIXED),
        (WARN, FAIL, Kind.CHANGED),
        (FAIL, WARN, Kind.CHANGED),
        (ABSENT, PASS, Kind.CHANGED),
        (ABSENT, FAIL, Kind.CHANGED),
        (FAIL, ABSENT, Kind.CHANGED),
        (PASS, ABSENT, Kind.CHANGED),
        (PASS, NOTE, Kind.CHANGED),
        (BLOCKED, PASS, Kind.NEW),
        (BLOCKED, FAIL, Kind.NEW),
        (PASS, BLOCKED, Kind.RETIRED),
        (FAIL, BLOCKED, Kind.RETIRED),
    ],
)
def test_kinds(before: Verdict, after: Verdict, kind: Kind) -> None:
    change = changed(of(("a", before)), of(("a", after)))
    assert change is not None
    assert change.kind is kind
    assert (change.before, change.after) == (View(before), View(after))


@pytest.mark.parametrize("verdict", list(Verdict))
def test_the_same_again_is_no_change(verdict: Verdict) -> None:
    comparison = compare(of(("a", verdict, "so")), of(("a", verdict, "so")), KNOWLEDGE)
    assert (comparison.changes, comparison.untold) == ((), ())


@pytest.mark.parametrize("other", [PASS, FAIL, WARN, NOTE, OPEN, ABSENT])
@pytest.mark.parametrize("nothing", [ERROR, NOT_RUN])
def test_what_was_not_performed_changes_nothing(nothing: Verdict, other: Verdict) -> None:
    for old, new in ((nothing, other), (other, nothing)):
        comparison = compare(of(("a", old)), of(("a", new)), KNOWLEDGE)
        assert comparison.changes == ()
        assert [(told.requirement, told.cases, told.why) for told in comparison.untold] == [(RULE, ("a",), nothing)]


@pytest.mark.parametrize("nothing", [ERROR, NOT_RUN, BLOCKED])
def test_a_case_that_tells_nothing_does_not_speak_for_the_others(nothing: Verdict) -> None:
    comparison = compare(of(("a", PASS), ("b", FAIL)), of(("a", PASS), ("b", nothing)), KNOWLEDGE)
    assert comparison.changes == ()
    assert comparison.untold[0].cases == ("b",)
    change = changed(of(("a", PASS), ("b", nothing)), of(("a", FAIL), ("b", PASS)))
    assert change is not None
    assert (change.kind, [case.case for case in change.cases]) == (Kind.BROKEN, ["a"])


def test_another_behaviour_is_a_change() -> None:
    change = changed(of(("a", PASS, "1000")), of(("a", PASS, "closed")))
    assert change is not None
    assert (change.kind, change.before, change.after) == (Kind.CHANGED, View(PASS, "1000"), View(PASS, "closed"))


def test_in_which_way_it_is_broken_is_none() -> None:
    """A server that races with its client is broken in one way today and in another tomorrow."""
    old, new = (run(subject(("a", check(RULE, FAIL, how=how)))) for how in ("wrong body", "other event"))
    assert changed(old, new) is None


def test_one_more_case_that_fails_is_not_lost() -> None:
    change = changed(of(("a", FAIL), ("b", PASS), ("c", PASS)), of(("a", FAIL), ("b", FAIL), ("c", PASS)))
    assert change is not None
    assert change.kind is Kind.BROKEN
    assert [(case.case, case.before, case.after) for case in change.cases] == [("b", View(PASS), View(FAIL))]


def test_one_less_is_no_fix_yet() -> None:
    change = changed(of(("a", FAIL), ("b", FAIL)), of(("a", FAIL), ("b", PASS)))
    assert change is not None
    assert (change.kind, [case.case for case in change.cases]) == (Kind.CHANGED, ["b"])


def test_what_is_mended_in_one_case_and_broken_in_another_is_broken() -> None:
    change = changed(of(("a", FAIL), ("b", PASS)), of(("a", PASS), ("b", FAIL)))
    assert change is not None
    assert (change.kind, len(change.cases)) == (Kind.BROKEN, 2)


def test_what_is_not_owed_any_more_in_one_case_and_broken_in_another_is_broken() -> None:
    change = changed(of(("a", PASS), ("b", ABSENT)), of(("a", PASS), ("b", FAIL)))
    assert change is not None
    assert change.kind is Kind.BROKEN


def test_several_checks_in_one_case() -> None:
    """A worse one does not hide what another has become, and a blocked one leaves the case open."""
    first, other = check(RULE, WARN, behaviour="so"), check(RULE, PASS, behaviour="1")
    old, new = (run(subject(("a", first), ("a", one))) for one in (other, replace(other, behaviour="2")))
    change = changed(old, new)
    assert change is not None
    assert change.kind is Kind.CHANGED
    half = run(subject(("a", check(RULE, PASS)), ("a", check(RULE, BLOCKED))))
    comparison = compare(of(("a", FAIL)), half, KNOWLEDGE)
    assert [change.kind for change in comparison.changes] == [Kind.RETIRED]
    broken = run(subject(("a", check(RULE, FAIL)), ("a", check(RULE, BLOCKED))))
    assert compare(of(("a", FAIL)), broken, KNOWLEDGE).changes == ()


def test_new_and_retired() -> None:
    other = "http.scope.type"
    old, new = run(subject(("a", check(other, PASS)))), run(subject(("b", check(RULE, FAIL))))
    found = {change.requirement: change for change in compare(old, new, KNOWLEDGE).changes}
    assert (found[RULE].kind, found[RULE].before, found[RULE].after) == (Kind.NEW, None, View(FAIL))
    assert (found[other].kind, found[other].before, found[other].after) == (Kind.RETIRED, View(PASS), None)
    assert [case.case for case in found[RULE].cases] == ["b"]


def test_what_an_incomplete_run_did_not_come_to_is_no_change() -> None:
    whole = run(subject(("a", check(RULE, PASS))), scripts=("a",))
    part = run(subject(), complete=False, scripts=("a",))
    for old, new in ((whole, part), (part, whole)):
        comparison = compare(old, new, KNOWLEDGE)
        assert comparison.changes == ()
        assert comparison.untold[0].why is NOT_RUN
    selected = run(subject(), scripts=())
    assert [change.kind for change in compare(whole, selected, KNOWLEDGE).changes] == [Kind.RETIRED]


def test_what_was_asked_otherwise_altogether_is_compared_as_a_whole() -> None:
    """A case may have another name in the next release of the suites."""
    change = changed(of(("a", PASS)), of(("b", FAIL)))
    assert change is not None
    assert (change.kind, change.cases) == (Kind.BROKEN, ())
    assert changed(of(("a", PASS)), of(("b", PASS))) is None


def test_subjects_that_only_one_run_has_are_told_apart() -> None:
    here, there = subject(("a", check(RULE, PASS)), name="here"), subject(("a", check(RULE, FAIL)), name="there")
    comparison = compare(run(here), run(there), KNOWLEDGE)
    assert (comparison.gone, comparison.come, comparison.changes) == ((here,), (there,), ())
    renamed = compare(run(here), run(there), KNOWLEDGE, {"here": "there"})
    assert (renamed.gone, renamed.come) == ((), ())
    assert [(change.subject, change.kind) for change in renamed.changes] == [("there", Kind.BROKEN)]


def test_the_last_of_several_versions_counts() -> None:
    old = run(subject(("a", check(RULE, FAIL)), version="1"), subject(("a", check(RULE, PASS)), version="2"))
    assert changed(old, of(("a", PASS))) is None


def test_different_suites_are_told() -> None:
    assert compare(run(), run(digest="sha256:2"), KNOWLEDGE).same_suites is False
    assert compare(run(), run(), KNOWLEDGE).same_suites


def test_changes_come_in_catalogue_order_and_are_found_by_their_cell() -> None:
    ids = ("websocket.close.code", "http.scope.type", "lifespan.startup.before-requests")
    old, new = (run(subject(*((name, check(name, verdict)) for name in ids))) for verdict in (PASS, FAIL))
    comparison = compare(old, new, KNOWLEDGE)
    assert [change.requirement for change in comparison.changes] == [ids[1], ids[0], ids[2]]
    assert comparison.change("mine", ids[0]) is comparison.of("mine")[1]
    assert comparison.change("other", ids[0]) is None


def example() -> Comparison:
    """All that a report has to say."""
    old = run(
        subject(
            ("a", check(RULE, PASS)),
            ("b", check("http.scope.type", FAIL, how="missing")),
            ("c", check("websocket.close.code", PASS, behaviour="1000")),
            ("d", check("websocket.close.code", PASS, behaviour="1001")),
            ("e", check("tls.scheme", PASS)),
            ("f", check("http.scope.state", PASS)),
            ("g", check("http.response.start.headers.order", PASS)),
        ),
        subject(name="gone"),
    )
    new = run(
        subject(
            ("a", check(RULE, FAIL, behaviour=HOSTILE_TEXT)),
            ("b", check("http.scope.type", PASS)),
            ("c", check("websocket.close.code", PASS, behaviour="closed")),
            ("d", check("websocket.close.code", PASS, behaviour="1001")),
            ("f", check("http.scope.state", ERROR)),
            ("g", check("http.response.start.headers.order", PASS)),
            ("h", check("lifespan.startup.before-requests", PASS)),
            version=f"2.0{HOSTILE_TEXT}",
        ),
        subject(name="come"),
        complete=False,
        digest="sha256:2",
    )
    return compare(old, new, KNOWLEDGE)


def test_as_text() -> None:
    lines = to_text(example())
    text = "\n".join(lines)
    assert not set("\x1b\r\u202e").intersection(text)
    assert lines[1] == "The two runs are of different suites: a change may be theirs, and not the subject's."
    assert lines[2].startswith("The new run is not complete")
    assert lines[3].startswith("Of 1 requirement some cases could not be compared")
    assert lines[4:6] == ["In the old run only: gone 1.0.", "In the new run only: come 1.0."]
    assert "1 broken, 1 fixed, 1 changed, 1 new, 1 retired" in text
    assert "    http.scope.type\n        ✗ fail: missing → ✓ pass" in text
    assert "✓ pass: 1000 / 1001 → ✓ pass: closed / 1001\n        ✓ pass: 1000 → ✓ pass: closed in\n          c" in text
    assert lines[-1] == "        ✓ pass → –"
    assert "come 1.0: nothing has changed" not in text


def test_as_coloured_text() -> None:
    assert "  \x1b[31;1mbroken\x1b[0m (was kept, is broken now)" in to_text(example(), color=True)


def test_one_transition_in_several_cases_names_them() -> None:
    old, new = of(("a", PASS), ("b", PASS)), of(("a", FAIL), ("b", FAIL))
    assert to_text(compare(old, new, KNOWLEDGE))[-3:] == ["        ✓ pass → ✗ fail", "          a", "          b"]


def test_nothing_in_common() -> None:
    text = to_text(compare(run(), run(), KNOWLEDGE))
    assert text[-1] == "No subject is in both runs; name two that are the same with --subject OLD_ID=NEW_ID."


def test_the_same_twice() -> None:
    text = to_text(compare(of(("a", PASS)), of(("a", PASS)), KNOWLEDGE))
    assert text[-1] == "mine 1.0: nothing has changed"


def test_renamed_subjects_are_named_both() -> None:
    old, new = run(subject(name="old-name")), run(subject(name="new-name", version="2.0"))
    text = to_text(compare(old, new, KNOWLEDGE, {"old-name": "new-name"}))
    assert text[-1] == "old-name 1.0 → new-name 2.0: nothing has changed"


def test_as_markdown() -> None:
    text = to_markdown(example(), KNOWLEDGE)
    assert "<script>" not in text
    assert "### Broken: was kept, is broken now" in text
    assert "| The method is upper-cased<br><code>http.scope.method.upper</code> | ✓ pass | ✗ fail <code>" in text
    assert "<br>✓ pass <code>1000</code> → ✓ pass <code>closed</code>: <code>c</code>" in text
    assert "⚠️ The two runs are of different suites" in text


def test_as_json() -> None:
    told = json.loads(to_json(example()))
    assert told["format"] == "asgi-conformance-comparison"
    assert (told["same_suites"], told["old"]["complete"], told["new"]["complete"]) == (False, True, False)
    assert [change["kind"] for change in told["changes"]] == ["fixed", "broken", "changed", "new", "retired"]
    assert told["changes"][0] == {
        "subject": "mine",
        "requirement": "http.scope.type",
        "kind": "fixed",
        "before": {"verdict": "fail", "words": "missing"},
        "after": {"verdict": "pass", "words": ""},
        "cases": [
            {
                "case": "b",
                "before": {"verdict": "fail", "words": "missing"},
                "after": {"verdict": "pass", "words": ""},
            }
        ],
    }
    assert told["not_compared"] == [
        {"subject": "mine", "requirement": "http.scope.state", "cases": ["f"], "why": "error"}
    ]
    assert (told["only_old"], told["only_new"]) == (
        [{"id": "gone", "version": "1.0"}],
        [{"id": "come", "version": "1.0"}],
    )
