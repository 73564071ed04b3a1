"""Where an exchange left its script."""

from asgi_conformance.report.deviation import around, first_line, here
from asgi_conformance.results import Check, Moment, Result
from asgi_conformance.verdict import Level, Verdict

MOMENTS = tuple(Moment(10 * number, "app", "gets", "", line) for number, line in enumerate([0, None, 1, 3, None]))


def judged(verdict: Verdict, line: int | None) -> Check:
    return Check("http.scope.type", Level.MUST, verdict, line=line)


def test_the_first_failing_line_counts() -> None:
    checks = (judged(Verdict.FAIL, 7), judged(Verdict.PASS, 1), judged(Verdict.WARN, 4), judged(Verdict.FAIL, None))
    assert first_line(Result("a/b", "A", 0, checks)) == 4
    assert first_line(Result("a/b", "A", 0, checks[1:2])) is None


def test_it_is_at_the_answer_or_after_the_last_moment_before_it() -> None:
    assert here(MOMENTS, 1) == 2
    assert here(MOMENTS, 2) == 2
    assert here(MOMENTS, 9) == 3
    assert here((), 1) is None
    assert here(MOMENTS, None) is None


def test_long_timelines_keep_both_ends_and_the_deviation() -> None:
    assert around(19, 3) == list(range(19))
    shown = around(100, 50)
    assert sum(index is not None for index in shown) <= 19
    assert shown[:3] == [0, 1, None]
    assert 50 in shown
    assert shown[-2:] == [None, 99]
    for marked in range(100):
        assert marked in around(100, marked)
