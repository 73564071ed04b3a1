"""What a run writes besides its words: each in its own form, read by others, once, also where several workers ran."""

import gzip
import json
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import junitparser
import xmlschema
from jsonschema import Draft4Validator, Draft7Validator

from asgi_conformance.options import OUTPUTS

from .conftest import ROOT
from .test_runs import FILE, ORDER, SORTS, citizen

SCHEMAS = ROOT / "tests" / "report" / "schemas"
MUTANT = "applications.mutated:app__response__tells_the_status_as_text"
STATUS = "http.response.start.status-type"
APPLICATION = (f"--asgi-app={MUTANT}", "--asgi-case=app/response/*")
JUNIT = xmlschema.XMLSchema(SCHEMAS / "junit-10.xsd")


def schema(name: str):
    return json.loads((SCHEMAS / name).read_text("utf-8"))


def test_every_option_that_names_a_file_is_tried_here() -> None:
    assert {name.removeprefix("asgi-") for name in OUTPUTS} == {"html", "json", "markdown", "badge", "sarif", "ctrf"}


def test_outputs_are_ini_keys_too(run, folder):
    keys = [f"{name} = out.{name}" for name in OUTPUTS]
    (folder / "pytest.ini").write_text("\n".join(["[pytest]", *keys]) + "\n")
    done = run(*APPLICATION, "--asgi-json=run.json.gz")
    assert {path.name for path in folder.glob("out.*")} == {f"out.{name}" for name in OUTPUTS if name != "asgi-json"}
    assert done.run is None, "the command line goes before"
    assert json.loads(gzip.decompress((folder / "run.json.gz").read_bytes()))["format"] == "asgi-conformance-run"


def test_a_file_that_cannot_be_written_keeps_no_other_from_it(run, folder, environment):
    """A name that no file can have is found out at the end only."""
    environment["GITHUB_STEP_SUMMARY"] = str(folder)
    long = "x" * 300
    done = run(*APPLICATION, f"--asgi-ctrf={long}", "--asgi-badge=out.badge")
    assert done.status == 4
    assert f"cannot write ctrf: {folder / long}: File name too long" in done.text
    assert f"cannot write {folder}: Is a directory" in done.text
    assert (folder / "out.badge").exists() and done.run is not None


# --------------------------------------------------------------------------- JUnit XML


def junit(path: Path) -> dict[str, dict[str, str]]:
    """Properties by test, as somebody else's parser reads them."""
    read = {}
    for suite in junitparser.JUnitXml.fromfile(str(path)):
        for case in suite:
            assert isinstance(case, junitparser.TestCase)
            read[case.name] = {one.name: one.value for one in case.child(junitparser.Properties) or ()}
    return read


def valid(path: Path) -> None:
    """Properties of a test are what pytest has for them; that schema knows those of a suite alone, of the same form."""
    tree = ET.parse(path)
    for case in tree.iter("testcase"):
        for properties in case.findall("properties"):
            JUNIT.elements["properties"].decode(properties)
            case.remove(properties)
    JUNIT.validate(tree)


def test_junit_has_the_checks_as_properties(run, folder):
    done = run(citizen(SORTS), FILE, "--junitxml=junit.xml")
    valid(folder / "junit.xml")
    read = junit(folder / "junit.xml")
    assert len(read) == len(done.verdicts())
    assert read["header-order-is-kept-on-the-wire[citizen]"] == {
        "asgi-conformance.subject": "citizen",
        "asgi-conformance.case": "http/response_start/header-order-is-kept-on-the-wire",
        "asgi-conformance.check.1.requirement": ORDER,
        "asgi-conformance.check.1.level": "MUST",
        "asgi-conformance.check.1.verdict": "fail",
    }


HOSTILE = r"""
WORDS = "a\x00\x1b[31m\ud800<b>]]>&\u202e\ufffe\r\n" * 3

async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": WORDS, WORDS: WORDS})
    raise ValueError(WORDS)
"""


def test_every_output_is_written_once_and_none_is_broken_by_what_a_subject_says(run, folder):
    """Where several workers ran, by the one that has all results."""
    (folder / "shop.py").write_text(HOSTILE)
    outputs = [f"--{name}=out.{name.removeprefix('asgi-')}" for name in OUTPUTS if name != "asgi-json"]
    done = run("--asgi-app=shop:app", "--asgi-case=app/response/*", "--junitxml=junit.xml", *outputs, "-n", "2")
    assert done.status == 1 and done.run["run"]["complete"]
    assert done.text.count("wrote ") == len(OUTPUTS)
    assert "\x1b[31m" not in done.text and "\u202e" not in done.text
    valid(folder / "junit.xml")
    assert len(junit(folder / "junit.xml")) == done.run["run"]["performed"]
    assert (folder / "out.html").read_text().startswith("<!doctype html>")
    assert "# ASGI and WSGI conformance" in (folder / "out.markdown").read_text()
    assert json.loads((folder / "out.badge").read_text())["schemaVersion"] == 1
    sarif, ctrf = (json.loads((folder / f"out.{form}").read_text()) for form in ("sarif", "ctrf"))
    Draft4Validator(schema("sarif-2.1.0.json")).validate(sarif)
    Draft7Validator(schema("ctrf-0.0.json")).validate(ctrf)
    assert STATUS in {found["ruleId"] for found in sarif["runs"][0]["results"]}
    places = [found["locations"][0]["physicalLocation"] for found in sarif["runs"][0]["results"]]
    assert {place["artifactLocation"]["uri"] for place in places} == {"shop.py"}
    assert {place["region"]["startLine"] for place in places} == {6}
    assert ctrf["results"]["summary"]["tests"] == done.run["run"]["performed"]


def test_a_server_that_prints_escapes_is_told_without_them(run, folder):
    (folder / "bad.py").write_text("import sys\nprint('bye \\x1b[31m\\x07', flush=True)\nsys.exit(3)\n")
    command = f"--asgi-server-command=bad={sys.executable} {folder}/bad.py {{app}} {{port}}"
    done = run(command, FILE, "--junitxml=junit.xml")
    assert "bye" in done.text and "\x1b[31m" not in done.text and "\x07" not in done.text
    valid(folder / "junit.xml")
