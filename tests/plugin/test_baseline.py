"""Baselines in whole runs: a ratchet with a date on it, without an entry that has lost its meaning."""

import tomllib

import pytest

from .test_runs import FILE, ORDER, SORTS, citizen

APP = "applications.good:app"
STATUS = "http.response.start.status-type"
KNOWN = "--asgi-baseline=known.toml"
CASE = "http/response_start/header-order-is-kept-on-the-wire"


def entry(case: str = CASE, requirement: str = ORDER, subject: str = "citizen", more: str = "") -> str:
    fields = {"subject": subject, "case": case, "requirement": requirement, "reason": "it sorts"}
    return "[[known]]\n" + "".join(f'{name} = "{value}"\n' for name, value in fields.items()) + more


@pytest.fixture
def known(folder):
    """Write the baseline; afterwards what it says."""

    def known(*entries: str):
        (folder / "known.toml").write_text("\n".join(entries))

    return known


def read(folder):
    return tomllib.loads((folder / "known.toml").read_text()).get("known", [])


def test_it_only_ratchets_up(run, folder):
    assert run(citizen(SORTS), FILE, KNOWN, "--asgi-baseline-update").status == 1
    (written,) = read(folder)
    assert (written["subject"], written["requirement"]) == ("citizen", ORDER)
    done = run(citizen(SORTS), FILE, KNOWN)
    assert done.status == 0 and "1 xfailed" in done.text and "known 1" in done.text
    done = run(citizen(), FILE, KNOWN)
    assert done.status == 1 and f"fixed: remove {ORDER} of citizen from the baseline" in done.text
    assert run(citizen(), FILE, KNOWN, "--asgi-baseline-update").status == 1
    assert read(folder) == []


def test_an_excuse_that_has_ended_excuses_no_more(run, folder, known):
    known(entry(more='link = "https://example.org/1"\nuntil = 2000-01-31\n'))
    done = run(citizen(SORTS), FILE, KNOWN, "-n", "2")
    (told,) = [result for result in done.run["subjects"][0]["results"] if result["case"] == CASE]
    assert (done.status, {check["baseline"] for check in told["checks"]}) == (1, {None})
    assert "known      the baseline's excuse ended on 2000-01-31: it sorts (https://example.org/1)" in done.text


def test_an_entry_that_fits_nothing_fails_a_whole_run(run, folder, known, environment):
    environment["GITHUB_STEP_SUMMARY"] = str(folder / "summary.md")
    case = "app/response/an-answer-is-in-order-and-of-the-documented-form[GET]"
    known(entry(f"{case}S", STATUS, APP), entry(case, "http.gone", APP), entry(subject="another"))
    done = run(f"--asgi-app={APP}", KNOWN, "-n", "2")
    assert done.status == 1
    assert " 2 stale" in done.text.splitlines()[-1]
    words = f"stale in the baseline: {APP}, {case}S, {STATUS}: there is no such case; did you mean {case}?"
    assert done.text.count(words) == 2, "in the summary, and as an annotation"
    assert f"::error title=stale::stale in the baseline: {APP}, {case}S" in done.text
    assert f"{case}, http.gone: that case says nothing of it" in done.text
    assert done.text.count("title=stale") == 2, "the subject that is not there may come another time"
    done = run(f"--asgi-app={APP}", KNOWN, "--asgi-baseline-update")
    assert done.status == 0 and "stale" not in done.text
    assert [one["subject"] for one in read(folder)] == ["another"]


def test_a_part_of_a_run_makes_nothing_stale(run, known):
    known(entry("app/response/gone", STATUS, APP))
    done = run(f"--asgi-app={APP}", KNOWN, "-k", "response")
    assert done.status == 0 and "stale" not in done.text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((KNOWN,), "number 1 has an until that is not a day; write it like until = 2027-01-31, not soon"),
        (("--asgi-baseline=no/known.toml", "--asgi-baseline-update"), "no/known.toml: there is no folder"),
    ],
)
def test_one_that_cannot_be_read_or_written_is_a_line(run, known, arguments, words):
    known(entry(more="until = 'soon'\n"))
    done = run(citizen(), *arguments)
    (line,) = [line for line in done.text.splitlines() if line.startswith("ERROR: ")]
    assert (done.status, done.run) == (4, None)
    assert words in line
