"""SARIF, against the published schema and what GitHub's code scanning asks of it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from asgi_conformance.report import sarif
from asgi_conformance.report.sarif import to_sarif
from asgi_conformance.results import Check, Result, Run, Subject
from asgi_conformance.verdict import Verdict

from .golden import agrees
from .samples import HOSTILE_TEXT, KNOWLEDGE, ORDER, RUN, UVICORN, check, harmless, result, strings

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0.json").read_text("utf-8"))
VALIDATOR = Draft4Validator(SCHEMA, format_checker=Draft4Validator.FORMAT_CHECKER)
WORKSPACE = Path("/srv")
TYPES = "http.scope.type"


def broken(where: str = "", verdict: Verdict = Verdict.FAIL, requirement: str = TYPES, **fields: Any) -> Check:
    return check(requirement, verdict, expected="bytes", observed=f"str 'a'{where}", **fields)


def shop(*results: Result, name: str = "shop.main:app", kind: str = "asgi-app") -> Subject:
    return Subject(name, kind, name, "1.0", results=results)


def run_of(*subjects: Subject) -> Run:
    return replace(RUN, subjects=subjects)


def log(run: Run, workspace: Path = WORKSPACE) -> Any:
    """The one run of a valid log that GitHub takes."""
    document = json.loads(to_sarif(run, KNOWLEDGE, workspace))
    VALIDATOR.validate(document)
    (told,) = document["runs"]
    rules = told["tool"]["driver"]["rules"]
    assert {found["ruleId"] for found in told["results"]} == {rule["id"] for rule in rules}
    for rule in rules:
        assert rule["shortDescription"]["text"] and rule["fullDescription"]["text"] and rule["help"]["text"]
        assert len(rule["fullDescription"]["text"]) <= 1024
    for found in told["results"]:
        assert rules[found["ruleIndex"]]["id"] == found["ruleId"]
        (location,) = found["locations"]
        physical = location["physicalLocation"]
        assert physical["artifactLocation"]["uriBaseId"] in told["originalUriBaseIds"]
        assert not physical["artifactLocation"]["uri"].startswith(("/", "file:"))
        assert physical["region"]["startLine"] >= 1
        assert found["message"]["text"] and found["partialFingerprints"]
    fingerprints = [found["partialFingerprints"]["asgiConformance/v1"] for found in told["results"]]
    assert len(set(fingerprints)) == len(fingerprints)
    return told


def results(*subjects: Subject) -> list[Any]:
    found: list[Any] = log(run_of(*subjects))["results"]
    return found


def place(found: Any) -> tuple[str, int]:
    physical = found["locations"][0]["physicalLocation"]
    return physical["artifactLocation"]["uri"], physical["region"]["startLine"]


def test_the_whole_log() -> None:
    known = broken(verdict=Verdict.WARN, requirement="http.scope.state", baseline="issue 17 (until 2027-01-31)")
    subject = shop(
        result("a/one", broken(" at /srv/shop/views/cart.py:12")),
        result("a/two", check("websocket.send.silent", Verdict.NOTE, behaviour="raises OSError"), known),
        result("a/three", check("lifespan.startup.before-requests", Verdict.ERROR, how="no free port")),
        result("a/four", check("tls.scheme", Verdict.PASS), check("http.scope.method.upper", Verdict.OPEN)),
    )
    run = run_of(subject, UVICORN)
    log(run)
    assert agrees("run.sarif", to_sarif(run, KNOWLEDGE, WORKSPACE))
    assert to_sarif(run, KNOWLEDGE, WORKSPACE) == to_sarif(run, KNOWLEDGE, WORKSPACE)


@pytest.mark.parametrize("verdict", Verdict)
def test_what_is_told_and_how_loudly(verdict: Verdict) -> None:
    levels = {Verdict.FAIL: "error", Verdict.WARN: "warning", Verdict.NOTE: "note"}
    found = results(shop(result("a/b", broken(verdict=verdict))))
    assert [one["level"] for one in found] == ([levels[verdict]] if verdict in levels else [])


def test_a_failure_stands_at_the_line_that_broke_the_rule() -> None:
    (found,) = results(shop(result("a/b", broken(" at /srv/shop/cart.py:12"))))
    assert place(found) == ("shop/cart.py", 12)
    assert found["message"]["text"].startswith("shop.main:app: B: expected bytes, got str 'a' at")


@pytest.mark.parametrize("where", ["", " at /lib/framework.py:3"])
def test_else_in_the_module_of_the_application(where: str) -> None:
    (found,) = results(shop(result("a/b", broken(where))))
    assert place(found) == ("shop/main.py", 1)


@pytest.mark.parametrize("file", ["shop/main.py", "shop/main/__init__.py", "src/shop/main.py"])
def test_which_is_looked_for(tmp_path: Path, file: str) -> None:
    (tmp_path / file).parent.mkdir(parents=True)
    (tmp_path / file).touch()
    (found,) = log(run_of(shop(result("a/b", broken()))), tmp_path)["results"]
    assert place(found) == (file, 1)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("asgi-framework", "shop.main:app"),
        ("wsgi-middleware", "shop.main:app"),
        ("asgi-stack", "uvicorn+shop.main:app"),
    ],
)
def test_whatever_a_module_stands_for(kind: str, name: str) -> None:
    (found,) = results(shop(result("a/b", broken()), kind=kind, name=name))
    assert place(found) == ("shop/main.py", 1)


@pytest.mark.parametrize(("kind", "name"), [("asgi-server", "mine:it"), ("asgi-framework", "starlette")])
def test_what_no_file_stands_for_is_not_left_out_in_silence(kind: str, name: str) -> None:
    told = log(run_of(shop(result("a/b", broken()), kind=kind, name=name)))
    assert told["results"] == []
    (notification,) = told["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"].startswith(f"no file of a repository stands for {name}: 1 finding left out")
    assert log(run_of(shop(kind=kind, name=name)))["invocations"][0]["toolExecutionNotifications"] == []


def test_what_breaks_a_rule_at_one_place_is_told_once() -> None:
    at = " at /srv/shop/cart.py:12"
    many = [result(f"a/{number}", broken(at), broken(at)) for number in range(3)]
    (found,) = results(shop(*many))
    assert found["occurrenceCount"] == 6
    assert found["message"]["text"].endswith(" (and 2 more cases)")


def test_a_fingerprint_does_not_move_with_the_line() -> None:
    def fingerprints(*lines: int) -> list[str]:
        several = [result(f"a/{line}", broken(f" at /srv/shop/cart.py:{line}")) for line in lines]
        return [found["partialFingerprints"]["asgiConformance/v1"] for found in results(shop(*several))]

    assert fingerprints(12, 20) == fingerprints(13, 21)
    assert fingerprints(12) != [results(shop(result("a/b", broken())))[0]["partialFingerprints"]["asgiConformance/v1"]]


def test_what_is_known_is_suppressed_with_its_reason() -> None:
    known = result("a/b", broken(baseline="the reason"))
    (found,) = results(shop(known))
    assert found["suppressions"] == [{"kind": "external", "status": "accepted", "justification": "the reason"}]
    (found,) = results(shop(known, result("a/c", broken())))
    assert found["suppressions"] == [], "a part of it is not known"


def test_an_incomplete_run_and_an_error_say_so() -> None:
    subject = shop(result("a/b", check(TYPES, Verdict.ERROR, how="no free port")))
    told = log(replace(run_of(subject), complete=False))
    (invocation,) = told["invocations"]
    assert invocation["executionSuccessful"] is False
    (notification,) = invocation["toolExecutionNotifications"]
    assert notification == {"level": "error", "message": {"text": "shop.main:app: B: no free port"}}


def test_no_more_than_github_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST", 2)
    lines = [result(f"a/{line}", broken(f" at /srv/x.py:{line}", Verdict.WARN)) for line in range(1, 4)]
    told = log(run_of(shop(*lines, result("b/worst", broken(requirement="http.response.start.headers.order")))))
    assert [found["level"] for found in told["results"]] == ["error", "warning"]
    (notification,) = told["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"] == "2 more results left out"


def test_nothing_a_subject_said_is_a_link_or_acts() -> None:
    hostile = check("vendor.<b>.[a](http://evil)", Verdict.FAIL, behaviour=HOSTILE_TEXT, observed=HOSTILE_TEXT * 99)
    name = "shop.main:app\ud800"
    subject = replace(shop(result(ORDER, hostile)), id=name, version=HOSTILE_TEXT)
    (found,) = log(run_of(subject))["results"]
    texts = list(strings(log(run_of(subject))))
    assert [words for words in texts if not all(map(harmless, words.split("\n")))] == []
    assert {words for words in texts if "](" in words} == {found["ruleId"]}
    assert len(found["message"]["text"]) < 1100


def test_an_empty_run_is_a_log_too() -> None:
    assert log(run_of())["results"] == []
