"""Where the commands of a page are run: a folder with what the page takes for granted, and its reader's environment."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from documentation.pages import ROOT, Block
from documentation.rules import How, Rule

TESTS = ROOT / "tests"
BIN = Path(sys.executable).parent

FILES: Mapping[str, Mapping[str, str]] = {
    "how-to/frameworks.md": {
        "tests/contract_app.py": "from applications.contract.model import app\n",
        "tests/wsgi_contract_app.py": "from wsgi_applications.contract import app\n",
    },
    "how-to/ci.md": {
        "known.toml": next(
            found[1]
            for found in re.finditer(
                r"^```toml known.toml\n(.*?)^```$",
                (ROOT / "docs" / "how-to" / "baseline.md").read_text("utf-8"),
                re.MULTILINE | re.DOTALL,
            )
        )
    },
}
"""What a page takes for granted without showing it."""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a command."""

    status: int
    output: str


class World:
    """The folder, and `old`, an environment beside the one that everything runs in."""

    def __init__(self, page: str, folder: Path) -> None:
        self._folder = folder
        (folder / "old").symlink_to(sys.prefix)
        self._python_path = [str(TESTS)] if page == "how-to/frameworks.md" else []
        for name, text in FILES.get(page, {}).items():
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def install(self, block: Block) -> None:
        """What an installer makes of a `pyproject.toml`: its entry points are found, and so are its modules."""
        project = tomllib.loads(block.text)["project"]
        metadata = f"{project['name']}-{project['version']}.dist-info"
        lines = []
        for group, points in project["entry-points"].items():
            lines += [f"[{group}]", *(f"{name} = {value}" for name, value in points.items())]
        self.write(f"{metadata}/entry_points.txt", "\n".join(lines) + "\n")
        self.write(f"{metadata}/METADATA", f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: 1.0\n")
        self._python_path.insert(0, str(self._folder))

    def run(self, command: str, rule: Rule) -> Done:
        done = subprocess.run(
            ["bash", "-euc", command],
            cwd=self._folder,
            env=self._environment(command, rule),
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
        )
        return Done(done.returncode, done.stdout)

    def _environment(self, command: str, rule: Rule) -> Mapping[str, str]:
        """The reader has our plugin and, for `-n`, pytest-xdist. A run is narrowed without touching the command."""
        narrowed = [f"--asgi-case={glob}" for glob in rule.cases.split()]
        narrowed += ["--collect-only", "-q"] if rule.how is How.COLLECT else []
        plugins = ["asgi_conformance.pytest_plugin", *(["xdist"] if " -n " in command else [])]
        ours = {
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": os.pathsep.join(self._python_path),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTEST_PLUGINS": ",".join(plugins),
            "PYTEST_ADDOPTS": " ".join(["-p no:cacheprovider", *narrowed]),
            "COLUMNS": "104",
        }
        keep = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "GITHUB_", "COV"))}
        return {**keep, **ours}
