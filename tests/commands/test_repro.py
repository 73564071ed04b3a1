"""`asgi-conformance repro`: which result is meant, what is written, and what is refused in one line."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from asgi_conformance import __main__, run_file, suite_loader
from asgi_conformance.codec import encode
from asgi_conformance.commands.repro import file_name
from asgi_conformance.harvest import script_of
from asgi_conformance.kits.kit import bundled, kits_of
from asgi_conformance.results import Check, Moment, Result, Run, Script, Subject
from asgi_conformance.verdict import Level, Verdict

CASE = "websocket/close/a-refused-handshake-is-answered-with-403[plain]"
OTHER = "websocket/close/a-refused-handshake-is-answered-with-403[code]"
KEPT = "websocket/close/a-refused-handshake-is-answered-with-403[reason]"
RULE = "websocket.close.before-accept.403"
ANSWER = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"

Files = Callable[[Run], str]
Ask = Callable[..., str]


def result(case: str = CASE, verdict: Verdict = Verdict.FAIL, *, script: Script | None = None) -> Result:
    last = len(bundled()[CASE].lines) - 1
    check = Check(RULE, Level.MUST, verdict, "wrong status", "", "the head of a response 403", "response 500", last)
    moment = Moment(900, "client", "gets", "response 500, complete, body b'', headers ()", last, encode(ANSWER))
    return Result(case, "A refused handshake is answered with 403", 1.0, (check,), (moment,), script)


def subject(name: str = "uvicorn", *results: Result) -> Subject:
    return Subject(name, "asgi-server", "uvicorn", "0.54.0", {}, {}, results or (result(),))


def run_of(*subjects: Subject) -> Run:
    scripts = {case: script_of(bundled()[case]) for case in (CASE, OTHER, KEPT)}
    digest = suite_loader.digest()
    return Run("0.1", digest, 3, 3, (), "2026-11-22", "", 3, 3, True, 0, {"python": "3.11"}, subjects, scripts)


@pytest.fixture
def file(tmp_path: Path) -> Files:
    def written(run: Run) -> str:
        path = tmp_path / "run.json"
        path.write_bytes(run_file.content(run, path))
        return str(path)

    return written


@pytest.fixture
def refusal(file: Files, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Ask:
    """What is said where nothing can be done: one line, and nothing is written."""

    def ask(run: Run, *words: str) -> str:
        output = tmp_path / "kit.py"
        assert __main__.main(["repro", file(run), *words, "--output", str(output)]) == 4
        assert not output.exists()
        said = capsys.readouterr()
        assert (said.out, said.err.count("\n")) == ("", 1)
        return said.err.removeprefix("asgi-conformance repro: ").strip()

    return ask


def test_a_kit_and_its_issue(file: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output, issue = tmp_path / "kit.py", tmp_path / "issue.md"
    words = [file(run_of(subject())), CASE, "--subject", "uvicorn", "--output", str(output), "--issue", str(issue)]
    assert __main__.main(["repro", *words]) == 0
    assert capsys.readouterr().out == ""
    kit = output.read_text("utf-8")
    assert "BEHAVIOUR = {5: {'status': 500, 'complete': True}}" in kit or "'status': 500" in kit
    assert "async def app(scope, receive, send, line):" in kit
    assert "-m uvicorn --no-access-log" in kit
    text = issue.read_text("utf-8")
    assert text.startswith("# <code>uvicorn 0.54.0</code>: A refused handshake is answered with 403\n")
    assert "run `python kit.py` with the Python that has <code>uvicorn</code> installed" in text
    assert "[www.rst, Close - send event](<https://asgi.readthedocs.io/" in text
    assert "◄ here" in text
    assert "pytest --asgi-server=uvicorn --asgi-case='" in text


def test_names_may_be_left_out_where_only_one_fits(
    file: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = subject("hypercorn", result(verdict=Verdict.PASS), result(KEPT, Verdict.PASS))
    monkeypatch.chdir(tmp_path)
    assert __main__.main(["repro", file(run_of(kept, subject())), "websocket/*403*"]) == 0
    name = "uvicorn_a_refused_handshake_is_answered_with_403_plain.py"
    said = capsys.readouterr().out
    assert said.startswith(f"{name} is the reproduction; the issue:\n\n# <code>uvicorn 0.54.0</code>")
    assert (tmp_path / name).exists()


def test_the_name_of_a_file_is_harmless() -> None:
    named = file_name(replace(subject(), id="../evil\n[ws=x]"), result())
    assert named == "evil_ws_x_a_refused_handshake_is_answered_with_403_plain.py"


def test_what_is_not_there(refusal: Ask) -> None:
    run = run_of(subject())
    said = refusal(run, CASE.replace("refused", "refuted"))
    assert said.startswith("the run holds no case ")
    assert said.endswith(f"; the nearest: {CASE}")
    assert refusal(run, "zzz") == "the run holds no case 'zzz'"
    assert refusal(run, CASE, "--subject", "daphne") == "the run has no subject 'daphne'; it has uvicorn"


def test_what_fits_several(refusal: Ask) -> None:
    two = subject("uvicorn", result(), result(OTHER))
    assert refusal(run_of(two), "websocket/close/*").startswith("2 failed cases fit 'websocket/close/*', and one is")
    both = run_of(subject("b"), subject("a"))
    assert refusal(both, CASE).endswith("choose one with --subject: a, b")
    many = run_of(subject("a", *(replace(result(), case=f"x/{n}") for n in range(5))))
    assert refusal(many, "x/*").endswith("x/0, x/1, x/2, and 2 more")


def test_what_did_not_fail(refusal: Ask) -> None:
    said = refusal(run_of(subject("uvicorn", result(verdict=Verdict.PASS))), CASE)
    assert said == f"nothing failed there: {CASE} on uvicorn"


def test_a_script_that_is_another_now(refusal: Ask) -> None:
    run = run_of(subject())
    other = replace(run, scripts={CASE: Script("t", ("client gets something else",))})
    assert "have another script of that name than 0.1 had" in refusal(other, CASE)
    unknown = replace(run, suite_digest="sha256:0", scripts={})
    assert "have another script of that name than 0.1 had" in refusal(unknown, CASE)
    gone = run_of(subject("uvicorn", replace(result(), case="mine/gone")))
    assert "the suites of this release have no such case" in refusal(gone, "mine/gone")


def test_what_has_no_kit(refusal: Ask) -> None:
    generated = run_of(subject("uvicorn", result(script=Script("t", ()))))
    assert "the case was generated, and the run holds it in words alone" in refusal(generated, CASE)
    unanswered = run_of(subject("uvicorn", replace(result(), timeline=())))
    assert "the run has recorded nothing at the line that deviates" in refusal(unanswered, CASE)
    nowhere = replace(result(), checks=(replace(result().checks[0], line=None),))
    assert "belongs to no line of the script" in refusal(run_of(subject("uvicorn", nowhere)), CASE)
    unknown = run_of(replace(subject(), name="unicorn"))
    assert "the server cannot be started from here" in refusal(unknown, CASE)


def test_files_that_cannot_be_read_or_written(file: Files, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert __main__.main(["repro", str(tmp_path / "none.json"), CASE]) == 4
    assert capsys.readouterr().err.count("\n") == 1
    assert __main__.main(["repro", file(run_of(subject())), CASE, "--output", str(tmp_path / "no" / "kit.py")]) == 4
    assert "cannot write" in capsys.readouterr().err


def test_kits_for_the_report() -> None:
    run = run_of(subject("uvicorn", result(), result(KEPT, Verdict.PASS)))
    kits, one = kits_of(run), run.subjects[0]
    text = kits(one, one.results[0])
    assert text is not None
    assert text == kits(one, one.results[0])
    assert kits(one, one.results[1]) is None
    assert kits(one, replace(result(), case="mine/gone")) is None
