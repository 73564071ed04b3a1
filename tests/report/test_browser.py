"""The harness itself."""

from pathlib import Path

import pytest

from .browser import Browser


def test_without_chromium_the_tests_fail_and_say_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AssertionError, match="apt-get install chromium"):
        Browser(tmp_path)
