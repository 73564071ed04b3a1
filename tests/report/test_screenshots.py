"""The command that takes pictures of a report."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from .browser import Browser

COMMAND = Path(__file__).parents[2] / "docs" / "screenshots.py"


@pytest.fixture
def screenshots(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The command, at one width."""
    spec = importlib.util.spec_from_file_location("screenshots", COMMAND)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "WIDTHS", {360: 500})
    return module


def test_every_state_is_taken_in_both_themes(
    screenshots: ModuleType, browser: Browser, story_page: Path, tmp_path: Path
) -> None:
    files = screenshots.take(browser, story_page, tmp_path)
    assert {file.name for file in files} == {
        f"{state}-{scheme}-360.png" for state in screenshots.STATES for scheme in ("light", "dark")
    }
    pictures = [file.read_bytes() for file in files]
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)
    assert len(set(pictures)) == len(pictures), "no state looks like another"


def test_without_its_arguments_it_says_how_it_is_used() -> None:
    done = subprocess.run([sys.executable, COMMAND], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "docs/screenshots.py REPORT.html FOLDER" in done.stderr
