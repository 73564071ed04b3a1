"""The tables in a browser: what filters mean, what folds, what stands in the address."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from asgi_conformance.report.html import to_html

from . import synthetic
from .browser import Browser
from .pages import FRAGMENT, HEADS, OPEN, SHOWN, TWO, cell, cells, older, typed, without_scripts, written
from .samples import HOSTILE, KNOWLEDGE, REFUSAL, RUN

ORDER, UPPER, VENDOR = "http.response.start.headers.order", "http.scope.method.upper", "vendor.<b>.unheard-of"
CODE, STARTUP, SILENT = "websocket.close.code", "lifespan.startup.before-requests", "websocket.send.silent"
TYPE, STATE, AFTER, SCHEME = "http.scope.type", "http.scope.state", "http.response.body.after-last", "tls.scheme"
COMPLAINT = "document.getElementById('complaint').textContent"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("page") / "report.html")


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("compared") / "report.html", RUN, older())


@pytest.fixture
def opened(browser: Browser, page: Path) -> Browser:
    browser.open(page)
    return browser


def test_sections_are_folded_and_open_by_their_button(opened: Browser) -> None:
    assert opened.run(SHOWN) == []
    opened.click("[data-name='http.scope'] button")
    assert opened.run(SHOWN) == [TYPE, UPPER, STATE]
    assert opened.run(FRAGMENT) == "#open=http.scope"
    assert opened.run("document.querySelector('[data-name=\"http.scope\"] button').ariaExpanded") == "true"
    opened.click("[data-name='http.scope'] button")
    assert opened.run(SHOWN) == []


def test_a_folded_section_tells_what_was_kept_in_each_column(opened: Browser) -> None:
    row = "[...document.querySelectorAll('[data-name=\"http.scope\"] .fold td')]"
    seen = f"{row}.filter(cell => cell.offsetParent).map(cell => cell.innerText.trim())"
    assert opened.run(seen) == ["2/3\nwarn\n1", "1/1", "1/1"], "the second column says the same as the first"


def test_all_sections_unfold_and_fold_at_once(opened: Browser, page: Path) -> None:
    opened.click("#unfold")
    assert len(opened.run(SHOWN)) == 11
    opened.click("#unfold")
    assert opened.run(SHOWN) == []
    opened.open(page, "#q=verdict:fail")
    opened.click("#unfold")
    assert opened.run(SHOWN) == []
    opened.click("#unfold")
    assert opened.run(SHOWN) == [REFUSAL, VENDOR]


TYPED: list[tuple[str, list[str]]] = [
    ("refused 403", [REFUSAL]),
    ("SORTED", [ORDER]),
    ("names the protocol", [TYPE]),
    ('"protocol the"', []),
    ('"the protocol"', [TYPE]),
    ("verdict:fail", [REFUSAL, VENDOR]),
    ("verdict:fail,warn", [STATE, REFUSAL, VENDOR]),
    ("verdict:fail verdict:warn", [STATE, REFUSAL, VENDOR]),
    ("VERDICT:Fail", [REFUSAL, VENDOR]),
    ("verdict:f", [REFUSAL, VENDOR]),
    ("verdict:fail level:should", []),
    ("level:may", [SILENT]),
    ("level:must clause:http.response", [ORDER, AFTER]),
    ("clause:http.scope", [TYPE, UPPER, STATE]),
    ("clause:scope", []),
    ("clause:tls,vendor", [SCHEME, VENDOR]),
    ("differs", [UPPER, ORDER, REFUSAL, CODE, STARTUP]),
    ("only:hypercorn", [UPPER, ORDER, CODE, STARTUP]),
    ("only:ws=wsproto", []),
    ("only:uvicorn", [UPPER, ORDER, CODE, STARTUP]),
    ('only:"<b>&"', []),
    ("verdict:fail clause:web refused", [REFUSAL]),
    ("no such words", []),
]


def test_what_can_be_typed_means_what_the_help_says(opened: Browser) -> None:
    for text, shown in TYPED:
        typed(opened, text)
        assert opened.run(SHOWN) == shown, text
        assert opened.run(COMPLAINT) == ""
        assert opened.run("document.querySelector('output').value") == f"{len(shown)} of 11 requirements"


@pytest.mark.parametrize("text", ["verdict:fail,warn", "only:hypercorn", 'refused "with 403"'])
def test_a_link_shows_the_same(opened: Browser, page: Path, text: str) -> None:
    typed(opened, text)
    shown, fragment = opened.run(SHOWN), opened.run("location.hash")
    opened.open(page, fragment)
    assert opened.run(SHOWN) == shown != []
    assert opened.run("document.querySelector('[name=q]').value") == text


def test_who_stands_alone_is_told_from_those_that_were_asked_and_are_shown(opened: Browser, page: Path) -> None:
    opened.open(page, "#q=only:ws%3Dwsproto&s=0&s=1&s=2")
    assert opened.run(SHOWN) == [REFUSAL], "it alone does not pass"
    opened.open(page, "#q=only:hypercorn&s=0&s=2")
    assert opened.run(SHOWN) == [UPPER, ORDER, REFUSAL, CODE, STARTUP], "it alone answers otherwise, or passes"
    opened.open(page, "#q=only:hypercorn&s=2")
    assert opened.run(SHOWN) == [], "nobody to stand apart from"


MISTYPED = [
    ("foo:bar", 'There is no filter “foo:”. To search for the text, write "foo:bar".', 0),
    ("constructor:x", "There is no filter “constructor:”.", 0),
    ("level:high", "“level:” has no “high”, but must, should, may.", 0),
    ("verdict:fail level:", "“level:” wants one of must, should, may.", 2),
    ("only:", "“only:” wants a name.", 11),
    ("clause:", "“clause:” wants the beginning of an id.", 11),
    ("only:nobody", "No column has “nobody” in its name.", 0),
    ("new", "This report was not compared with an older run", 0),
    ("new:broken", "This report was not compared with an older run", 0),
]


def test_what_cannot_be_understood_is_said(opened: Browser) -> None:
    for text, complaint, count in MISTYPED:
        typed(opened, text)
        assert opened.run(COMPLAINT).startswith(complaint), text
        assert len(opened.run(SHOWN)) == count


def test_the_chips_are_the_same_terms(opened: Browser) -> None:
    opened.click("[value='verdict:fail']")
    assert (opened.run(FRAGMENT), opened.run(SHOWN)) == ("#q=verdict:fail", [REFUSAL, VENDOR])
    opened.click("[value='verdict:warn']")
    opened.click("[value='level:should']")
    assert opened.run(SHOWN) == [STATE]
    assert opened.run("document.querySelector('[name=q]').value") == "verdict:fail verdict:warn level:should"
    opened.click("[value='verdict:warn']")
    assert opened.run(FRAGMENT) == "#q=verdict:fail+level:should"
    typed(opened, "differs")
    assert opened.run("[...document.querySelectorAll('[name=t]:checked')].map(box => box.value)") == ["differs"]
    opened.click("#filters [type=reset]")
    assert (opened.run(FRAGMENT), opened.run(SHOWN)) == ("", [])
    assert opened.run("document.querySelectorAll('[name=t]:checked').length") == 0


def test_a_folded_section_stays_folded_while_a_filter_is_on(browser: Browser, page: Path) -> None:
    browser.open(page, "#q=verdict:fail")
    browser.click("[data-name='websocket.close'] button")
    assert browser.run(SHOWN) == [VENDOR]
    assert browser.run(FRAGMENT) == "#q=verdict:fail&shut=websocket.close"


def test_columns_can_be_left_out_and_differences_are_then_told_anew(browser: Browser, page: Path) -> None:
    browser.open(page, "#q=differs&s=0&s=3")
    assert browser.run(SHOWN) == [REFUSAL]
    assert len(browser.run(HEADS)) == 3
    browser.run("document.querySelector('details.columns').open = true")
    browser.click("[name=s][value='2']")
    assert browser.run(FRAGMENT) == "#q=differs&s=0&s=2&s=3"
    assert browser.run(SHOWN) == [UPPER, ORDER, REFUSAL, CODE, STARTUP]
    for value in (0, 2, 3):
        browser.click(f"[name=s][value='{value}']")
    assert len(browser.run(HEADS)) == 1


def test_configurations_fold_into_one_column_and_split_where_they_differ(browser: Browser, page: Path) -> None:
    browser.open(page, "#q=level:must,should")
    names = [head.split("\n")[0] for head in browser.run(HEADS)]
    assert names == ["Requirement", "uvicorn", "hypercorn", r'<b>&|"\x1b[31m'], "gathered, though apart in the run"
    assert browser.run(cells(TYPE)) == ["p", "p", "p"]
    assert browser.run(cells(REFUSAL)) == ["f", "p", "p", "f"]
    browser.click("#requirements thead th.g button")
    assert browser.run(FRAGMENT) == "#q=level:must,should&apart=uvicorn"
    assert len(browser.run(HEADS)) == 5
    assert "ws=wsproto" in browser.run(HEADS)[1]
    assert browser.run(cells(TYPE)) == ["p", "p", "p", "p"]
    assert browser.run("document.activeElement.innerText") == "fold", "where the keyboard goes on"
    browser.press("Enter")
    assert browser.run(FRAGMENT) == "#q=level:must,should"
    assert len(browser.run(HEADS)) == 4
    assert browser.run("document.activeElement.ariaExpanded") == "false"


def test_a_group_that_misses_a_column_is_no_group(browser: Browser, page: Path) -> None:
    """What it says together is not known then."""
    browser.open(page, "#q=level:must&s=0&s=2")
    assert "ws=wsproto" in browser.run(HEADS)[1]
    assert browser.run(cells(REFUSAL)) == ["f", "p"]


@pytest.mark.parametrize("fragment", ["#q=level:must", "#q=level:must&apart=uvicorn", "#q=level:must&s=1&s=3"])
@pytest.mark.parametrize("width", [360, 1600])
def test_cells_stand_below_their_heads(browser: Browser, page: Path, fragment: str, width: int) -> None:
    browser.size(width, 900)
    browser.open(page, fragment)
    edges = (
        "(selector => [...document.querySelectorAll(selector)].filter(cell => cell.offsetParent)"
        ".map(cell => Math.round(cell.getBoundingClientRect().left)))"
    )
    for table, row in (
        ("requirements", f'[id="{TYPE}"]'),
        ("requirements", f'[id="{REFUSAL}"]'),
        ("requirements", ".sums tr"),
        ("capabilities", ".cap"),
    ):
        heads = browser.run(f"{edges}('#{table} thead th')")
        below = browser.run(f"{edges}('#{table} {row} > *')")
        assert set(heads) <= set(below), (table, row)
    sheet, frame = (browser.run(f"document.querySelector('{name}').clientWidth") for name in (".sheet", ".tall"))
    assert width < 500 or sheet <= frame


def test_what_has_changed_is_marked_and_can_be_filtered(browser: Browser, compared: Path) -> None:
    browser.open(compared)
    words = browser.run("document.querySelector('.since').innerText")
    for said in (
        *("Since 1 November 2026, 09:00 UTC:", "1 broken, 1 fixed, 1 changed, 1 new, 2 retired", "0.53.0 → 0.54.0"),
        *("the older run has them not: " + r'<b>&|"\x1b[31m', "The suites have changed too", "1 retired and without"),
    ):
        assert said in words
    browser.click(".since a.broken")
    assert (browser.run(FRAGMENT), browser.run(SHOWN)) == ("#q=new:broken", [REFUSAL])
    mark = browser.run(f"(ins => [ins.textContent, ins.title])(document.querySelector('{cell(REFUSAL, 0)} ins'))")
    assert mark == ["broken", "was pass: 403"]
    for kind, shown in {"fixed": [UPPER], "changed": [SILENT], "new": [STARTUP], "retired": [SCHEME]}.items():
        browser.open(compared, f"#q=new:{kind}")
        assert browser.run(SHOWN) == shown
    browser.open(compared, "#q=new")
    assert browser.run(SHOWN) == [UPPER, REFUSAL, SILENT, STARTUP, SCHEME]
    browser.open(compared, "#q=new&s=1&s=2")
    assert browser.run(SHOWN) == [], "on columns that are shown"
    glyph = "getComputedStyle(document.querySelector('ins.{}'), '::before').content"
    glyphs = {browser.run(glyph.format(kind)) for kind in ("fixed", "broken", "changed", "new", "retired")}
    assert len(glyphs) == 5, "not by colour alone"


def test_nothing_new_is_said_too(browser: Browser, tmp_path: Path) -> None:
    browser.open(written(tmp_path / "same.html", RUN, RUN))
    assert "nothing has changed" in browser.run("document.querySelector('.since').innerText")


def test_a_requirement_alone_is_an_address_too(browser: Browser, page: Path, tmp_path: Path) -> None:
    browser.open(page, "#websocket.close.code")
    assert browser.run(OPEN) == ["websocket.close"]
    browser.open(page, "#%zz")
    assert browser.run(OPEN) == []
    large = tmp_path / "large.html"
    large.write_text(to_html(synthetic.run(150, 2), synthetic.knowledge(150)), "utf-8")
    last = list(synthetic.knowledge(150).catalogue)[-2]
    browser.open(large, f"#{last}")
    browser.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))")
    box, frame = (
        browser.run(f"(box => [box.top, box.bottom])({element}.getBoundingClientRect())")
        for element in (f"document.getElementById('{last}')", "document.querySelector('.tall')")
    )
    assert frame[0] < box[0] < box[1] < frame[1], "scrolled to"


def test_a_filter_of_a_page_that_is_open_can_be_linked_to(opened: Browser) -> None:
    opened.run("new Promise(done => { addEventListener('hashchange', done); location.hash = '#q=level:may' })")
    assert opened.run(SHOWN) == [SILENT]
    assert opened.run("document.querySelector('[name=q]').value") == "level:may"


def test_without_javascript_both_matrices_can_be_read(browser: Browser, compared: Path) -> None:
    with without_scripts(browser):
        browser.open(compared)
        text = browser.run("document.body.innerText")
        for words in ("WebSockets", "all but status-403", "A refused handshake is answered with 403", "raises OSError"):
            assert words in text
        assert len(browser.run(SHOWN)) == 11
        for hidden in ("#filters", "#chooser", "#theme", "th.g"):
            found = f"[...document.querySelectorAll('{hidden}')].some(element => element.offsetParent)"
            assert not browser.run(found), hidden


def test_a_script_that_came_in_all_the_same_would_not_run(chromium: Browser, page: Path) -> None:
    chromium.open(page)
    chromium.run("document.body.append(Object.assign(document.createElement('script'), {textContent: 'broken = 1'}))")
    assert chromium.run("typeof broken") == "undefined"


def test_names_that_mean_harm_are_named_and_do_none(browser: Browser, tmp_path: Path) -> None:
    """Also where two configurations of such a subject fold."""
    one = replace(HOSTILE, id=f"{HOSTILE.id}[a=1]", options={"a": "1"})
    browser.open(written(tmp_path / "hostile.html", replace(TWO, subjects=(HOSTILE, one))), "#q=level:must")
    assert browser.run("document.querySelectorAll('b b, td script, th script, ins script').length") == 0
    assert browser.run("document.scripts.length") == 3
    assert browser.run("columns.groups.length") == 1
    browser.click("#requirements thead th.g button")
    assert len(browser.run(HEADS)) == 3
    browser.run("document.querySelector('#needs input').click()")
    assert r'<b>&|"\x1b[31m' in browser.run("document.getElementById('answer').innerText")
    assert browser.run("document.querySelectorAll('#answer b b').length") == 0
    typed(browser, "only:" + json.dumps(HOSTILE.id[:4])[1:-1])
    assert browser.run(COMPLAINT) == ""


def test_a_run_of_nothing_can_be_opened(browser: Browser, tmp_path: Path) -> None:
    empty = tmp_path / "empty.html"
    empty.write_text(to_html(replace(RUN, subjects=()), KNOWLEDGE), "utf-8")
    browser.open(empty, "#q=differs&need=http")
    assert browser.run("document.querySelector('output').value") == "0 of 0 requirements"


def test_a_link_shows_what_it_is_about(browser: Browser, compared: Path) -> None:
    browser.size(1600, 400)
    top = "Math.abs(Math.round(document.getElementById('{}').getBoundingClientRect().top))"
    browser.open(compared, "#q=differs")
    assert browser.run(top.format("requirements-title")) == 0
    browser.open(compared, "#need=http")
    assert browser.run(top.format("chooser")) == 0
    browser.open(compared)
    assert browser.run("scrollY") == 0
    browser.click(".since a")
    assert browser.run(top.format("filters")) == 0


def test_a_browser_that_takes_no_more_addresses_filters_all_the_same(opened: Browser) -> None:
    opened.run("history.replaceState = () => { throw new DOMException('too many', 'SecurityError') }")
    typed(opened, "level:may")
    assert opened.run(SHOWN) == [SILENT]
