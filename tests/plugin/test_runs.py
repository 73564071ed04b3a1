"""Whole runs as users type them: what is picked, what is told, how it ends."""

import base64
import gzip
import re
import shlex
import sys

import pytest

SORTS = "http/response_start:sorts_the_headers"
ORDER = "http.response.start.headers.order"
FILE = "--asgi-case=http/response_start/header*"


def citizen(mutant: str = "", name: str = "citizen") -> str:
    place = "--app {app} --host {host} --port {port}"
    return f"--asgi-server-command={name}={sys.executable} -m citizen {place} {f'--mutant {mutant}' if mutant else ''}"


@pytest.fixture
def summary(run):
    """The last line of a run, which counts the outcomes."""

    def summary(*arguments: str) -> tuple[int, str]:
        done = run(*arguments)
        return done.status, [line for line in done.text.splitlines() if line.strip()][-1].strip("= ")

    return summary


# --------------------------------------------------------------------------- what is asked for and does not exist


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--asgi-server=uvicron"], "did you mean uvicorn?"),
        (["--asgi-server=uvicorn[htp=h11]"], "htp"),
        (["--asgi-server=uvicorn[http=h12]"], "h11"),
        (["--asgi-server=uvicorn["], "uvicorn["),
        (["--asgi-server-command=nothing"], "--asgi-server-command='mine=python -m mine"),
        ([citizen(), "--asgi-case=http/respnse_start/*"], "no case of these subjects is called 'http/respnse_start/*'"),
        ([citizen(), "--asgi-requirement=http.nope"], "no case settles 'http.nope'"),
        ([citizen(), "suites/http/response_start.py::nope"], "the bundled suites have no such file or case"),
        ([citizen(), "suites/http/nope.py"], "the bundled suites have no such file or case"),
        ([citizen(), "--asgi-baseline=nope.toml"], "nope.toml"),
        ([citizen(), "--asgi-baseline-update"], "--asgi-baseline-update needs --asgi-baseline=FILE.toml"),
        ([citizen(), "--asgi-time-scale=fast"], "--asgi-time-scale=fast is no number"),
        ([citizen(), "--asgi-time-scale=0"], "--asgi-time-scale is a factor between 0.01 and 1000"),
        ([citizen(), "--asgi-seed=x"], "--asgi-seed=x is no number"),
        ([citizen(), "--asgi-examples=many"], "--asgi-examples=many is no number"),
        ([citizen(), "--asgi-examples=-1"], "--asgi-examples is a number between 0 and 100000"),
        ([citizen(), "--asgi-fail-on=note"], "--asgi-fail-on is fail or warn"),
        ([citizen(), "--asgi-sarif=nowhere/run.sarif"], "there is no folder"),
        ([citizen(), "--asgi-ctrf=."], "is a folder; name a file in it"),
        (["--asgi-server=uvicorn", "--asgi-python=/nowhere/python"], "/nowhere/python"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[-1][:40],
)
def test_what_does_not_exist_is_said_in_one_line(run, arguments, words):
    done = run(*arguments)
    assert done.status == 4
    (line,) = [line for line in done.text.splitlines() if line.startswith("ERROR: ")]
    assert words in line
    assert done.run is None


# --------------------------------------------------------------------------- what is picked


def test_without_a_subject_nothing_of_ours_happens(run, folder):
    (folder / "test_own.py").write_text("def test_own(): pass\n")
    done = run()
    assert (done.status, done.run) == (0, None)
    assert "asgi-conformance:" not in done.text


def test_the_bundled_suites_and_only_them(run, folder):
    (folder / "test_own.py").write_text("def test_own(): assert False\n")
    done = run(citizen(), FILE)
    assert done.status == 0
    assert done.run["run"] == {**done.run["run"], "complete": True, "planned": len(done.verdicts())}
    assert set(done.verdicts().values()) == {"pass"}
    assert all(name.startswith("http/response_start/header") for name in done.verdicts())


def test_with_paths_of_the_users_own_only_those(run, folder):
    (folder / "test_own.py").write_text("def test_own(): pass\n")
    (folder / "my_cases.py").write_text(
        "from asgi_conformance.authoring import app, case, client, requirement, scope\n"
        "case('Mine', client.sends(b'GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'),\n"
        "     app.is_called(scope(type='http'), requirement('http.scope.type')))\n"
    )
    done = run(citizen(), "test_own.py", "my_cases.py")
    assert done.status == 0
    assert done.verdicts() == {"my_cases/mine": "pass"}
    assert "2 passed" in done.text


def test_a_broken_file_of_cases_is_one_line(run, folder):
    (folder / "my_cases.py").write_text("from asgi_conformance.authoring import case\ncase('x', 1)\n")
    done = run(citizen(), "my_cases.py")
    assert done.status == 2
    assert "my_cases.py:2" in done.text


def test_by_id_by_word_and_by_requirement(summary):
    id = "suites/http/response_start.py::header-order-is-kept-on-the-wire[citizen]"
    assert summary(citizen(), id)[1].startswith("1 passed")
    assert summary(citizen(), "suites/http/response_start.py", "-k", "order")[1].startswith("1 passed")
    assert summary(citizen(), f"--asgi-requirement={ORDER}")[1].startswith("1 passed")


def test_collecting_starts_nothing(run):
    done = run("--asgi-server-command=x=/nowhere/at-all {app} {port}", FILE, "--co", "-q")
    assert done.status == 0
    assert "suites/http/response_start.py::header-order-is-kept-on-the-wire[x]" in done.text


def test_options_are_ini_keys_too(run, folder):
    text = f'[pytest]\nasgi-server-command = "{citizen().partition("=")[2]}"\nasgi-case = http/response_start/header*\n'
    (folder / "pytest.ini").write_text(text)
    assert set(run().verdicts().values()) == {"pass"}


# --------------------------------------------------------------------------- how it ends


def test_a_failure_tells_the_whole_story(run):
    done = run(citizen(SORTS), FILE)
    assert done.status == 1
    for label in ("rule", "expected", "got", "timeline", "reproduce"):
        assert f"\n  {label}" in done.text
    assert f"{ORDER} · MUST" in done.text


def test_an_error_of_the_environment_is_one_line_too(run):
    done = run("--asgi-server-command=x=/nowhere/at-all {app} {port}", FILE)
    assert done.status == 1
    assert "CallInfo" not in done.text
    assert done.text.count("cannot be executed") <= 2


def test_a_broken_recommendation_is_a_warning_and_fails_on_demand(run):
    name = "http/response_start:ignores_a_second_start"
    cases = "--asgi-requirement=http.response.start.duplicate"
    done = run(citizen(name), cases)
    assert (done.status, "warned" in done.text) == (0, True)
    assert run(citizen(name), cases, "--asgi-fail-on=warn").status == 1


def test_two_subjects_are_two_columns(run):
    done = run(citizen(), citizen(SORTS, "mutant"), FILE)
    assert [subject["id"] for subject in done.run["subjects"]] == ["citizen", "mutant"]
    assert done.run["run"]["planned"] == done.run["run"]["performed"] == 2 * len(done.verdicts())


def test_xdist_gives_the_same_run(run):
    alone = run(citizen(SORTS), "--asgi-case=http/response_start/*")
    shared = run(citizen(SORTS), "--asgi-case=http/response_start/*", "-n", "2")
    assert shared.verdicts() == alone.verdicts()
    assert shared.run["run"]["complete"] and shared.run["scripts"] == alone.run["scripts"]
    assert shared.run["subjects"][0]["declared"] == alone.run["subjects"][0]["declared"]


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_the_last_failures_can_be_run_again(run, workers):
    """With the cache of pytest, which the other runs here do without."""
    cached = ("-p", "cacheprovider", "-o", "cache_dir=.cache", *workers)
    first = run(citizen(SORTS), "--asgi-case=http/response_start/*", *cached)
    failed = {case for case, verdicts in first.verdicts().items() if "fail" in verdicts}
    assert 0 < len(failed) < len(first.verdicts())
    again = run(citizen(SORTS), "--asgi-case=http/response_start/*", "--lf", *cached)
    assert set(again.verdicts()) == failed
    assert set(run(citizen(), "--asgi-case=http/response_start/*", "--ff", *cached).verdicts()) == set(first.verdicts())


def test_a_run_that_stops_early_is_not_complete(run):
    done = run(citizen(SORTS), "--asgi-case=http/response_start/*", "-x")
    assert done.run["run"]["complete"] is False
    assert done.run["run"]["performed"] < done.run["run"]["planned"]


# --------------------------------------------------------------------------- properties


def test_a_property_that_fails_leaves_a_case_to_paste(run, folder):
    decodes = "http/scope_path:decodes_the_query_string"
    case = "--asgi-case=properties/requests/any-request-*"
    done = run(citizen(decodes), case, "--asgi-examples=60", "--asgi-html=report.html")
    assert done.status == 1
    pasted = done.text[done.text.index("from asgi_conformance.authoring import") :].partition("\n)\n")[0] + "\n)\n"
    (result,) = done.run["subjects"][0]["results"]
    assert pasted in result["script"]["note"]
    packed = re.search(r'id="data"[^>]*>([^<]+)<', (folder / "report.html").read_text())
    assert packed and b"Drawn with the seed 0 and shrunk" in gzip.decompress(base64.b64decode(packed[1]))
    (folder / "pasted_cases.py").write_text(pasted)
    assert run(citizen(decodes), "pasted_cases.py").status == 1
    assert run(citizen(), "pasted_cases.py").status == 0


def test_properties_are_left_out_unless_examples_are_wanted(run):
    done = run(citizen(), "--asgi-case=properties/*")
    assert done.status == 4
    assert "--asgi-examples" in done.text


def test_a_property_that_draws_nothing_lawful_is_one_line(run, folder):
    (folder / "my_cases.py").write_text(
        "from hypothesis import strategies as st\n"
        "from asgi_conformance.authoring import client, generated\n"
        "@generated()\ndef bad(draw):\n    '''Bad'''\n    yield client.sends(draw(st.integers(0, 1)).nope)\n"
    )
    done = run(citizen(), "my_cases.py", "--asgi-examples=5")
    assert done.status == 1
    assert "my_cases/bad: AttributeError" in done.text


def test_the_command_that_repeats_it_does(run, folder):
    done = run(citizen(SORTS), FILE)
    words = shlex.split(done.text.partition("reproduce")[2].strip().splitlines()[0])
    assert words[0] == "pytest"
    again = run(*words[1:])
    assert (again.status, len(again.verdicts())) == (1, 1)
