"""The look of the page: golden pictures of its states, and that they tell a broken one from another font."""

from pathlib import Path

import pytest

from asgi_conformance.report.html import to_html

from . import synthetic
from .browser import Browser
from .pictures import ALLOWED, Picture, golden, plain, taken
from .stories import AT_FAILURE, PANEL

DRAWING = f"{PANEL}.querySelector('.beside').scrollIntoView()"
MATRIX = "document.getElementById('requirements-title').scrollIntoView()"
CHOOSER = "document.getElementById('chooser').scrollIntoView()"

STATES = {
    "matrix-light-1600": ("light", 1600, "#q=differs", MATRIX, "td { display: none !important }"),
    "matrix-dark-1600": ("dark", 1600, "#q=differs", MATRIX, ":root { --card: #fff; --page: #fff }"),
    "matrix-light-360": ("light", 360, "#q=differs", MATRIX, "tbody th { display: none !important }"),
    "chooser-light-1600": ("light", 1600, "#need=trailers&need=websockets", CHOOSER, ".choice { display: block }"),
    "panel-dark-1600": ("dark", 1600, AT_FAILURE, "null", ".script li { display: block }"),
    "drawing-light-360": ("light", 360, AT_FAILURE, DRAWING, ".drawing li { display: block }"),
}
"""By name: theme, width, fragment, what is to be done then, and a style that breaks what is to be seen."""


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("many") / "report.html"
    file.write_text(to_html(synthetic.run(90, 8), synthetic.knowledge(90)), "utf-8")
    return file


@pytest.mark.parametrize("name", STATES)
def test_the_page_looks_as_it_did_and_a_broken_one_does_not(
    browser: Browser, many: Path, story_page: Path, name: str
) -> None:
    scheme, width, fragment, script, broken = STATES[name]
    browser.media(scheme)
    browser.size(width, 1000)
    browser.open(story_page if fragment == AT_FAILURE else many, fragment)

    def now(style: str = "") -> Picture:
        plain(browser, style)
        browser.run(script)
        return taken(browser)

    picture = now()
    kept = golden(name, picture)
    assert kept.difference(picture, browser) <= ALLOWED
    assert kept.difference(now("* { font-style: italic }"), browser) <= ALLOWED, "other letters are no other page"
    assert kept.difference(now(broken), browser) > 2 * ALLOWED
