"""The chooser in a browser: what somebody needs, and who does it."""

from pathlib import Path

import pytest

from .browser import Browser
from .pages import FRAGMENT, written

ANSWER = "document.getElementById('answer').innerText"
PARTS = (
    "[...document.querySelectorAll('#answer .part')].map(part => [part.querySelector('h3').innerText,"
    " [...part.querySelectorAll('.name')].map(name => name.innerText)])"
)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("chooser") / "report.html")


@pytest.fixture
def opened(browser: Browser, page: Path) -> Browser:
    browser.open(page)
    return browser


def test_nothing_is_needed_at_first(opened: Browser) -> None:
    assert opened.run(ANSWER).startswith("Pick what you need.")
    needs = "[...document.querySelectorAll('#needs fieldset')].map(set => set.innerText.split('\\n'))"
    assert opened.run(needs) == [
        ["HTTP", "HTTP requests", "Headers in order"],
        ["Beyond HTTP", "WebSockets", "TLS details"],
    ]


def test_who_does_it_who_does_it_with_limits_and_who_does_not(opened: Browser) -> None:
    opened.click("[value=http]")
    assert opened.run(PARTS) == [
        ["Does all of it", ["hypercorn", r'<b>&|"\x1b[31m']],
        ["Does all of it, some of it with limits", ["uvicorn"]],
    ]
    assert opened.run(ANSWER).startswith("2 of 3 do all of it, 1 more with limits.")
    assert "2 configurations" in opened.run(ANSWER)
    assert "HTTP requests: all but state" in opened.run(ANSWER)
    assert opened.run(FRAGMENT) == "#need=http"
    opened.click("[value=websockets]")
    assert opened.run(PARTS) == [
        ["Does all of it, some of it with limits", ["uvicorn[ws=wsproto]", "uvicorn", r'<b>&|"\x1b[31m']],
        ["Lacks some of it, or was not tested for some of it", ["hypercorn"]],
    ], "configurations that answer otherwise stand apart"
    assert opened.run(ANSWER).startswith("None of 4 does all of it; 3 do with limits.")
    assert "WebSockets: not offered" in opened.run(ANSWER)


def test_what_was_not_tested_is_not_said_to_work(opened: Browser, page: Path) -> None:
    opened.open(page, "#need=tls")
    assert opened.run(PARTS) == [["Does all of it", ["hypercorn"]]]
    assert opened.run(ANSWER).startswith("1 of 1 does all of it.")
    assert r'Not tested for any of it: uvicorn, <b>&|"\x1b[31m.' in opened.run(ANSWER)
    opened.click("[value=http]")
    assert opened.run(PARTS)[1:] == [
        ["Lacks some of it, or was not tested for some of it", ["uvicorn", r'<b>&|"\x1b[31m']]
    ]
    assert "TLS details: not tested" in opened.run(ANSWER)


def test_a_link_shows_the_same_and_can_be_cleared(opened: Browser, page: Path) -> None:
    opened.click("[value=http]")
    opened.click("[value=order]")
    said, fragment = opened.run(ANSWER), opened.run("location.hash")
    opened.open(page, f"{fragment}&need=never-heard-of")
    assert opened.run(ANSWER) == said
    assert opened.run("[...document.querySelectorAll('#needs :checked')].map(box => box.value)") == ["http", "order"]
    marked = "[...document.querySelectorAll('.needed')].map(row => row.dataset.id)"
    assert opened.run(marked) == ["http", "order"], "in the matrix above"
    opened.click("#needs [type=reset]")
    assert opened.run(ANSWER).startswith("Pick what you need.")
    assert "http" not in opened.run(FRAGMENT)


def test_it_is_for_keyboards_and_is_read_aloud(opened: Browser) -> None:
    opened.run("document.querySelector('#needs input').focus()")
    opened.press(" ")
    assert "2 of 3 do all of it" in opened.run(ANSWER)
    nodes = opened.call("Accessibility.getFullAXTree")["nodes"]
    named = {(node["role"]["value"], node.get("name", {}).get("value")) for node in nodes if "role" in node}
    assert {("checkbox", "HTTP requests"), ("group", "HTTP"), ("form", "What you need")} <= named
    assert opened.run("document.getElementById('answer').role") == "status", "which is read aloud when it changes"


def test_filters_and_needs_do_not_disturb_each_other(opened: Browser, page: Path) -> None:
    opened.open(page, "#q=differs&need=http")
    opened.click("[value=order]")
    assert opened.run(FRAGMENT) == "#q=differs&need=http&need=order"
    opened.click("#filters [type=reset]")
    assert opened.run(FRAGMENT) == "#need=http&need=order"
