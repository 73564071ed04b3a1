"""The how-to for frameworks tells the truth: its repository is built as it stands, and its commands are run in it."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "frameworks.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, re.DOTALL)
COMMANDS = [line for kind, body in BLOCKS if kind == "sh" for line in body.splitlines() if line.strip()]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """As the layout has it: the application's status is an enumeration, as its baseline says."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").write_text(
        "from applications.middleware import good as middleware\n"
        "from applications.mutation import mutated\n"
        "app = mutated('app__response__tells_the_status_as_text')\n"
        "from wsgi_applications.good import app as wsgi\n"
        "from wsgi_applications.middleware import good as wsgi_middleware\n"
    )
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "contract_app.py").write_text("from applications.contract.model import app\n")
    (tmp_path / "tests" / "wsgi_contract_app.py").write_text("from wsgi_applications.contract import app\n")
    (tmp_path / "tests" / "test_cart.py").write_text("def test_nothing():\n    pass\n")
    return tmp_path


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    keep = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "GITHUB_"))}
    line = f"{sys.executable} -m {command} -q -p no:cacheprovider"
    return subprocess.run(
        ["bash", "-c", line],
        cwd=folder,
        env={**keep, "PYTHONPATH": path},
        check=False,
        capture_output=True,
        text=True,
        timeout=240,
    )


def command(*words: str) -> str:
    """The one with all of these."""
    (found,) = [str(line) for line in COMMANDS if all(word in line for word in words)]
    return found


def test_an_application_is_told_and_its_baseline_ratchets(repository: Path) -> None:
    done = run(COMMANDS[0] + " --asgi-case='app/response/*'", repository)
    assert done.returncode == 1 and "http.response.start.status-type" in done.stdout
    run(command("--asgi-baseline-update") + " --asgi-case='app/response/*'", repository)
    known = tomllib.loads((repository / "conformance.toml").read_text("utf-8"))["known"]
    example = tomllib.loads(next(body for kind, body in BLOCKS if kind == "toml" and "known" in body))["known"][0]
    assert {(one["subject"], one["requirement"]) for one in known} >= {(example["subject"], example["requirement"])}
    assert example["case"] in {one["case"] for one in known}
    settings = next(body for kind, body in BLOCKS if kind == "toml" and "pytest" in body)
    (repository / "pyproject.toml").write_text(settings)
    done = run(COMMANDS[0] + " --asgi-case='app/response/*'", repository)
    assert done.returncode == 0, done.stdout


def test_a_framework_in_memory_and_on_servers(repository: Path) -> None:
    alone = run(COMMANDS[1], repository)
    assert alone.returncode == 0, alone.stdout[-3000:]
    served = run(COMMANDS[2] + " --asgi-case='contract/requests/*'", repository)
    assert "uvicorn+tests.contract_app:app" in served.stdout
    assert " error" not in served.stdout.splitlines()[-1]


def test_a_middleware(repository: Path) -> None:
    done = run(command("--asgi-middleware"), repository)
    assert done.returncode == 0, done.stdout


def test_the_same_over_wsgi(repository: Path) -> None:
    for words in ("--wsgi-app=shop:wsgi", "--wsgi-middleware"):
        (line,) = [line for line in COMMANDS if words in line]
        done = run(line, repository)
        assert done.returncode == 0, done.stdout[-3000:]
    served = run(command("--wsgi-framework", "--wsgi-server") + " --asgi-case='contract/requests/*'", repository)
    assert "waitress+tests.wsgi_contract_app:app" in served.stdout
    assert " error" not in served.stdout.splitlines()[-1]


def test_the_workflow_names_inputs_that_exist() -> None:
    action = (ROOT / "action.yml").read_text("utf-8")
    for kind, body in BLOCKS:
        if kind == "yaml":
            given = body.partition("with:\n")[2]
            for name in re.findall(r"^ +([a-z-]+):", given, re.MULTILINE):
                assert f"\n  {name}:\n" in action, name
