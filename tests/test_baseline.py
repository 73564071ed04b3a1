"""The baseline knows what is broken, keeps reasons, drops what is fixed, and says in a line why it cannot be read."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asgi_conformance.baseline import BadBaseline, Baseline, Known, fixed, is_known, load
from asgi_conformance.results import Check, Result, Subject
from asgi_conformance.verdict import Level, Verdict

a_few = settings(max_examples=60, deadline=None, derandomize=True, database=None)

EXAMPLE = """
[[known]]
subject = "uvicorn[http=h11]"
case = "http/request/a-case"
requirement = "http.request.a"
reason = "h11 sorts"
link = "https://example.org/issues/1"
until = 2027-01-31

[[known]]
subject = "uvicorn"
case = "http/request/a-case"
requirement = "http.request.a"
reason = "another"
"""


def check(verdict: Verdict, requirement: str = "r", baseline: str | None = None) -> Check:
    return Check(requirement, Level.MUST, verdict, baseline=baseline)


def subject(*checks: Check, case: str = "c") -> Subject:
    return Subject("s", "asgi-server", "s", "1", results=(Result(case, case, 0, checks),))


def keys(baseline: Baseline) -> list[str]:
    return [f"{entry.subject} {entry.case} {entry.requirement}: {entry.reason}" for entry in baseline.entries]


def complaint(path: Path) -> str:
    with pytest.raises(BadBaseline) as caught:
        load(path)
    (line,) = str(caught.value).splitlines()
    return line


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "known.toml"
    path.write_text(EXAMPLE)
    return path


def test_reasons_are_found_by_subject_case_and_requirement(file: Path) -> None:
    def note(subject: str, requirement: str) -> str | None:
        (known,) = load(file).applied(subject, "http/request/a-case", [check(Verdict.FAIL, requirement)])
        return known.baseline

    assert note("uvicorn", "http.request.a") == "another"
    assert note("uvicorn[http=h11]", "http.request.a") == "h11 sorts (https://example.org/issues/1, until 2027-01-31)"
    assert note("uvicorn", "http.request.b") is None
    assert note("hypercorn", "http.request.a") is None


@pytest.mark.parametrize(("day", "excuses"), [("2027-01-30", True), ("2027-01-31", True), ("2027-02-01", False)])
def test_an_excuse_ends_after_its_last_day(file: Path, day: str, excuses: bool) -> None:
    baseline = load(file, date.fromisoformat(day))
    key = "uvicorn[http=h11]", "http/request/a-case", "http.request.a"
    broken, warns, kept = baseline.applied(
        *key[:2], [check(v, key[2]) for v in (Verdict.FAIL, Verdict.WARN, Verdict.PASS)]
    )
    assert is_known(broken) is is_known(warns) is excuses
    words = "the baseline's excuse ended on 2027-01-31: h11 sorts (https://example.org/issues/1)"
    assert baseline.ended(*key) == (None if excuses else words)
    assert fixed([kept]) == [key[2]], "it has to be removed all the same"
    assert fixed([kept, broken]) == []
    assert baseline.ended("uvicorn", *key[1:]) is baseline.ended("nobody", *key[1:]) is None


def test_checks_learn_their_reasons_and_keep_their_verdicts() -> None:
    baseline = Baseline((Known("s", "c", "r", "why"),))
    before = (check(Verdict.FAIL), check(Verdict.FAIL, "other"), check(Verdict.PASS))
    after = baseline.applied("s", "c", before)
    assert [(c.verdict, c.baseline) for c in after] == [
        (Verdict.FAIL, "why"),
        (Verdict.FAIL, None),
        (Verdict.PASS, "why"),
    ]
    assert baseline.applied("s", "another", before) == before


@pytest.mark.parametrize("verdict", Verdict)
def test_only_what_is_broken_is_a_known_failure(verdict: Verdict) -> None:
    assert is_known(check(verdict, baseline="why")) is verdict.is_bad
    assert not is_known(check(verdict))


@pytest.mark.parametrize("verdict", Verdict)
def test_only_what_is_kept_is_fixed(verdict: Verdict) -> None:
    kept = verdict in (Verdict.PASS, Verdict.NOTE, Verdict.OPEN)
    assert fixed([check(verdict, baseline="why")]) == (["r"] if kept else [])
    assert fixed([check(verdict)]) == []


@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.WARN, Verdict.BLOCKED])
def test_a_requirement_that_one_of_several_checks_breaks_is_not_fixed(verdict: Verdict) -> None:
    kept, broken = check(Verdict.PASS, baseline="why"), check(verdict, baseline="why")
    assert fixed([kept, broken, check(Verdict.PASS, "other", "why")]) == ["other"]
    assert fixed([broken, kept]) == []


def test_an_update_adds_what_is_new() -> None:
    broken = subject(
        check(Verdict.FAIL, "b"), check(Verdict.FAIL, "a"), check(Verdict.WARN, "c"), check(Verdict.PASS, "d")
    )
    assert keys(Baseline().updated([broken])) == ["s c a: not yet explained", "s c b: not yet explained"]
    strict = Baseline().updated([broken], {Verdict.FAIL, Verdict.WARN})
    assert [entry.requirement for entry in strict.entries] == ["a", "b", "c"]


def test_an_update_drops_what_is_fixed_and_keeps_entries_as_they_are() -> None:
    kept = Known("s", "c", "a", "A", "link", date(2026, 1, 31))
    before = Baseline((Known("s", "c", "b", "B"), kept), date(2027, 1, 1))
    run = subject(check(Verdict.FAIL, "a"), check(Verdict.PASS, "b", "B"))
    assert before.updated([run]) == Baseline((kept,), date(2027, 1, 1))
    assert before.updated([run]).updated([run]) == before.updated([run])


@pytest.mark.parametrize("verdict", [Verdict.NOT_RUN, Verdict.BLOCKED, Verdict.ERROR, Verdict.UNSUPPORTED])
def test_an_update_keeps_what_was_not_decided(verdict: Verdict) -> None:
    before = Baseline((Known("s", "c", "r", "why"),))
    assert before.updated([subject(check(verdict, baseline="why"))]) == before


def test_an_update_keeps_what_was_not_run() -> None:
    before = Baseline((Known("another", "c", "r", "why"), Known("s", "another", "r", "why")))
    assert before.updated([subject(check(Verdict.PASS, baseline=None))]) == before
    assert before.updated([]) == before


def test_an_update_drops_what_is_gone() -> None:
    before = Baseline((Known("s", "old", "r", "why"), Known("s", "c", "r", "why")))
    assert before.updated([], gone=before.entries[:1]) == Baseline(before.entries[1:])


characters = st.characters(exclude_categories=["Cs"]) | st.sampled_from('"\\\x00\x1f\x7f\n\t\u2028\U0001f600')
texts = st.text(characters, min_size=1, max_size=20).filter(str.strip)


@a_few
@given(
    st.lists(
        st.builds(Known, texts, texts, texts, texts, st.just("") | texts, st.none() | st.dates()),
        max_size=4,
        unique_by=lambda known: known.key,
    )
)
def test_what_is_written_can_be_read(tmp_path_factory: pytest.TempPathFactory, entries: list[Known]) -> None:
    file = tmp_path_factory.getbasetemp() / "written.toml"
    file.write_text(Baseline(tuple(entries)).to_toml(), encoding="utf-8")
    assert load(file) == Baseline(tuple(entries))


def test_characters_that_no_file_can_hold_are_replaced(file: Path) -> None:
    file.write_text(Baseline((Known("s", "a\ud800b", "r", "why"),)).to_toml(), encoding="utf-8")
    assert load(file).entries[0].case == "a?b"


def test_the_file_is_made_to_be_edited() -> None:
    assert Baseline((Known("s", "c", "r", "why"),)).to_toml() == (
        "# Known failures. Give every one a reason; remove what is fixed.\n"
        '\n[[known]]\nsubject = "s"\ncase = "c"\nrequirement = "r"\nreason = "why"\n'
    )


def test_a_file_that_does_not_exist(tmp_path: Path) -> None:
    path = tmp_path / "missing.toml"
    assert complaint(path) == f"{path} does not exist; --asgi-baseline-update writes it"
    assert load(path, may_be_missing=True) == Baseline()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("known = ", "cannot be read: "),
        ("\xff", "cannot be read: "),
        ("known = 1", "is a list of [[known]] tables and nothing else"),
        ("other = 1", "is a list of [[known]] tables and nothing else"),
        ("[[known]]\n[[more]]", "is a list of [[known]] tables and nothing else"),
        ("known = [1]", "number 1 is no table; it needs subject, case, requirement, reason"),
        (EXAMPLE + "[[known]]\nsubject = 's'", "number 3 has no case; it needs subject, case, requirement, reason"),
        (EXAMPLE + "more = 's'", "number 2 has 'more', which nobody knows; there may be subject, case, requirement,"),
        (EXAMPLE.replace('"another"', "1"), "number 2 has a reason that is not a text, or is empty"),
        (EXAMPLE.replace('"another"', "' '"), "number 2 has a reason that is not a text, or is empty"),
        (EXAMPLE + "link = ''", "number 2 has a link that is not a text, or is empty"),
        (
            EXAMPLE + "until = 'soon'",
            "has an until that is not a day; write it like until = 2027-01-31, not soon",
        ),
        (EXAMPLE + "until = 2027-01-31T10:00:00", "number 2 has an until that is not a day"),
        (EXAMPLE + "until = '2027-02-30'", "number 2 has an until that is not a day"),
        (EXAMPLE + "until = 2027", "number 2 has an until that is not a day"),
        (
            EXAMPLE + EXAMPLE,
            "number 3 repeats uvicorn[http=h11], http/request/a-case, http.request.a; one",
        ),
    ],
)
def test_a_file_that_is_none_is_told_so_in_a_line(file: Path, text: str, reason: str) -> None:
    file.write_bytes(text.encode("latin-1"))
    assert complaint(file).startswith(str(file))
    assert reason in complaint(file)


def test_a_day_may_be_a_text(file: Path) -> None:
    file.write_text(EXAMPLE.replace("2027-01-31", "'2027-01-31'"))
    assert load(file).entries[0].until == date(2027, 1, 31)


def test_a_folder_is_no_baseline(tmp_path: Path) -> None:
    assert "cannot be read" in complaint(tmp_path)
