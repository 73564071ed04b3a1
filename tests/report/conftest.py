"""One browser for all tests of the page, for it takes a second to start."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from asgi_conformance.report.html import to_html

from .browser import Browser
from .samples import KNOWLEDGE
from .stories import AT_FAILURE, OLD, PANEL, SETTLED, STORIES, kits


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """Wide, light, at an empty page. Whatever a page complains of fails the test."""
    chromium.size(1600, 1000)
    chromium.media()
    chromium.call("Emulation.setScriptExecutionDisabled", value=False)
    yield chromium
    assert chromium.complaints() == []


@pytest.fixture(scope="session")
def story_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("page") / "report.html"
    against = replace(STORIES, started="2026-01-02T03:04:05Z", subjects=(OLD,))
    file.write_text(to_html(STORIES, KNOWLEDGE, against=against, kits=kits), "utf-8")
    return file


@pytest.fixture
def story(browser: Browser, story_page: Path) -> Browser:
    """At the failure, everything in it unfolded."""
    browser.open(story_page, AT_FAILURE)
    browser.run(f"{PANEL}.querySelectorAll('details').forEach(details => details.open = true)")
    browser.run(SETTLED)
    return browser
