"""The GitHub action and the reusable workflow: the same script in both, and it does what it says."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ACTION = ROOT / "action.yml"
WORKFLOW = ROOT / ".github" / "workflows" / "conformance.yml"
MUTANT = "applications.mutated:app__response__tells_the_status_as_text"


def script(path: Path) -> str:
    """The lines of the step `Test`."""
    step = path.read_text("utf-8").partition("- name: Test\n")[2]
    lines = step.partition("run: |\n")[2].splitlines()
    indent = len(lines[0]) - len(lines[0].lstrip())
    kept = []
    for line in lines:
        if len(line) - len(line.lstrip()) < indent:
            break
        kept.append(line[indent:])
    return "\n".join(kept)


@pytest.fixture
def action(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "summary.md").touch()
    yield tmp_path


def act(folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    given = {
        "SUBJECT": "",
        "BASELINE": "",
        "FAIL_ON": "fail",
        "OPTIONS": "",
        "REPORT": "conformance",
        "ACCEPT": "false",
    }
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    python_path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    places = {"PATH": path, "PYTHONPATH": python_path, "GITHUB_STEP_SUMMARY": str(folder / "summary.md")}
    case = {"OPTIONS": "--asgi-case=app/response/* -p no:cacheprovider"}
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script(ACTION)],
        cwd=folder,
        env={**os.environ, **places, **given, **case, **inputs},
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_both_run_the_same_script() -> None:
    assert script(ACTION) == script(WORKFLOW)


@pytest.mark.parametrize("path", [ACTION, WORKFLOW], ids=lambda path: path.name)
def test_every_input_is_used_and_no_other(path: Path) -> None:
    text = path.read_text("utf-8")
    block = text.partition("inputs:\n")[2].partition("\nruns:")[0].partition("\npermissions:")[0]
    declared = set(re.findall(r"^ +([a-z-]+):\n +description:", block, re.MULTILINE))
    assert declared == set(re.findall(r"inputs\.([a-z-]+)", text))


@pytest.mark.parametrize("path", [ACTION, WORKFLOW], ids=lambda path: path.name)
def test_code_scanning_is_shown_what_the_script_writes_if_it_is_wanted(path: Path) -> None:
    upload = path.read_text("utf-8").partition("- name: Upload to code scanning\n")[2]
    condition, uses, _, file, *_ = [line.strip() for line in upload.splitlines()]
    assert re.fullmatch(r"if: \$\{\{ !cancelled\(\) && inputs\.sarif( == 'true')? \}\}", condition)
    assert uses == "uses: github/codeql-action/upload-sarif@v4"
    folder = "${{ inputs.report }}" if path == ACTION else "conformance"
    assert file == f"sarif_file: {folder}/run.sarif"
    assert '"--asgi-sarif=$REPORT/run.sarif"' in script(path)


def test_a_subject_that_is_as_it_should_be(action: Path) -> None:
    done = act(action, SUBJECT="--asgi-app=applications.good:app")
    assert done.returncode == 0, done.stdout
    assert {path.name for path in (action / "conformance").iterdir()} == {
        *("report.html", "run.json", "report.md", "run.sarif")
    }
    assert "applications.good:app" in (action / "summary.md").read_text("utf-8")


def test_one_that_is_not_fails_with_an_annotation(action: Path) -> None:
    done = act(action, SUBJECT=f"--asgi-app={MUTANT}")
    assert done.returncode == 1
    assert re.search(r"^::error title=http\.response\.start\.status-type", done.stdout, re.MULTILINE)


def test_one_that_is_not_may_be_accepted(action: Path) -> None:
    assert act(action, SUBJECT=f"--asgi-app={MUTANT}", ACCEPT="true").returncode == 0


def test_a_mistake_of_ours_is_never_accepted(action: Path) -> None:
    done = act(action, SUBJECT="--asgi-app=shop", ACCEPT="true")
    assert done.returncode == 4


def test_a_baseline_ratchets(action: Path) -> None:
    known = action / "known.toml"
    written = act(action, SUBJECT=f"--asgi-app={MUTANT} --asgi-baseline-update", BASELINE=str(known))
    assert written.returncode == 1 and "status-type" in known.read_text("utf-8")
    assert act(action, SUBJECT=f"--asgi-app={MUTANT}", BASELINE=str(known)).returncode == 0
    repaired = known.read_text("utf-8").replace(MUTANT, "applications.good:app")
    known.write_text(repaired, encoding="utf-8")
    done = act(action, SUBJECT="--asgi-app=applications.good:app", BASELINE=str(known))
    assert done.returncode == 1
    assert "::error title=fixed::" in done.stdout
