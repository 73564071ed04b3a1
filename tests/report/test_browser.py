"""The page in a browser: filters, folding, deep links, what lies behind a cell, and that hostile text does nothing."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from asgi_conformance.report.html import to_html
from asgi_conformance.verdict import Verdict

from . import synthetic
from .browser import Browser
from .samples import HOSTILE_TEXT, KNOWLEDGE, REFUSAL, RUN, UVICORN, check, result

AT_FAILURE = f"#at={REFUSAL}&on=uvicorn%5Bws%3Dwsproto%5D"
SHOWN = "[...document.querySelectorAll('tr.q')].filter(row => row.offsetParent).map(row => row.id)"
OPEN = "[...document.querySelectorAll('tbody.open')].map(body => body.dataset.name)"
FRAGMENT = "decodeURIComponent(location.hash)"
PANEL = "document.getElementById('panel').open ? document.getElementById('panel').innerText : null"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("page") / "report.html"
    file.write_text(to_html(RUN, KNOWLEDGE), "utf-8")
    return file


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def browser(chromium: Browser, page: Path) -> Iterator[Browser]:
    """At the page, wide and light. Whatever the page complains of fails the test."""
    chromium.size(1600, 1000)
    chromium.call("Emulation.setScriptExecutionDisabled", value=False)
    chromium.open(page)
    yield chromium
    assert chromium.complaints() == []


def click(browser: Browser, selector: str) -> None:
    browser.run(f"document.querySelector({json.dumps(selector)}).click()")


def cell(requirement: str, column: int) -> str:
    return f'[id="{requirement}"] td:nth-of-type({column + 1})'


def test_sections_are_folded_and_open_by_their_button(browser: Browser) -> None:
    assert browser.run(SHOWN) == []
    click(browser, "[data-name='http.scope'] button")
    assert browser.run(SHOWN) == ["http.scope.type", "http.scope.method.upper", "http.scope.state"]
    assert browser.run(FRAGMENT) == "#open=http.scope"
    assert browser.run("document.querySelector('[data-name=\"http.scope\"] button').ariaExpanded") == "true"
    click(browser, "[data-name='http.scope'] button")
    assert browser.run(SHOWN) == []


def test_all_sections_unfold_and_fold_at_once(browser: Browser) -> None:
    click(browser, "#unfold")
    assert len(browser.run(SHOWN)) == 11
    click(browser, "#unfold")
    assert browser.run(SHOWN) == []


@pytest.mark.parametrize(
    ("control", "fragment", "shown"),
    [
        ("[name=v][value=fail]", "#v=fail", [REFUSAL, "vendor.<b>.unheard-of"]),
        ("[name=v][value=warn]", "#v=warn", ["http.scope.state"]),
        ("[name=l][value=MAY]", "#l=MAY", ["websocket.send.silent"]),
        (
            "[name=d]",
            "#d=1",
            [
                *("http.scope.method.upper", "http.response.start.headers.order"),
                *(REFUSAL, "websocket.close.code", "lifespan.startup.before-requests"),
            ],
        ),
    ],
)
def test_a_filter_shows_what_it_says_and_stands_in_the_address(
    browser: Browser, page: Path, control: str, fragment: str, shown: list[str]
) -> None:
    click(browser, control)
    assert browser.run(SHOWN) == shown
    assert browser.run(FRAGMENT) == fragment
    browser.open(page, fragment)
    assert browser.run(SHOWN) == shown
    assert browser.run(f"document.querySelector({json.dumps(control)}).checked")
    click(browser, "[type=reset]")
    assert browser.run(FRAGMENT) == ""
    assert browser.run(SHOWN) == []


def test_filters_narrow_each_other(browser: Browser, page: Path) -> None:
    browser.open(page, "#v=fail&v=warn&l=SHOULD")
    assert browser.run(SHOWN) == ["http.scope.state"]
    assert browser.run("document.querySelector('output').value") == "1 of 11 requirements"


def test_search_looks_into_ids_titles_summaries_and_behaviours(browser: Browser) -> None:
    for words, shown in {
        "refused 403": [REFUSAL],
        "SORTED": ["http.response.start.headers.order"],
        "names the protocol": ["http.scope.type"],
        "no such words": [],
    }.items():
        browser.run(
            "(box => { box.value = " + json.dumps(words) + "; box.dispatchEvent(new Event('input', {bubbles: true})) })"
            "(document.querySelector('[type=search]'))"
        )
        assert browser.run(SHOWN) == shown


def test_a_folded_section_stays_folded_while_a_filter_is_on(browser: Browser, page: Path) -> None:
    browser.open(page, "#v=fail")
    click(browser, "[data-name='websocket.close'] button")
    assert browser.run(SHOWN) == ["vendor.<b>.unheard-of"]
    assert browser.run(FRAGMENT) == "#v=fail&shut=websocket.close"


def test_columns_can_be_left_out_and_differences_are_then_told_anew(browser: Browser, page: Path) -> None:
    browser.open(page, "#d=1&s=0&s=2")
    assert browser.run(SHOWN) == [REFUSAL]
    heads = "[...document.querySelectorAll('#requirements thead th')].filter(head => head.offsetParent).length"
    assert browser.run(heads) == 3
    click(browser, "[name=s][value='1']")
    assert browser.run(FRAGMENT) == "#d=1"
    assert browser.run(heads) == 4


def test_behind_a_cell_lies_the_whole_story(browser: Browser) -> None:
    click(browser, "[data-name='websocket.close'] button")
    click(browser, cell(REFUSAL, 0))
    story = browser.run(PANEL)
    for words in (
        *("fail", "uvicorn[ws=wsproto]", "0.54.0", "A refused handshake is answered with 403", REFUSAL, "MUST"),
        *("since 2.0", "Closing before accepting denies the handshake", "response 403", "response 500, 21 bytes"),
        *("wrong status", "client opens a WebSocket at /chat", "websocket.connect", "0.93 ms", "first deviation"),
        *("HTTP/1.1 500 Internal Server Error", "hypercorn", "The text says 403 and nothing else."),
        "pytest '--asgi-server=uvicorn[ws=wsproto]' --asgi-case='websocket/close/a-refused-handshake-is-",
    ):
        assert words in story
    assert browser.run("document.querySelector('#panel .script .here').innerText").startswith(
        "client gets response 403"
    )
    assert "500 Internal" in browser.run("document.querySelector('#panel .drawing .here').innerText")
    link = browser.run("document.querySelector('#panel .rule a').href")
    assert link == KNOWLEDGE.catalogue[REFUSAL].url


def test_several_cases_stand_worst_first_and_only_the_worst_is_unfolded(browser: Browser, tmp_path: Path) -> None:
    cases = (
        result("a/fine", check("http.scope.type", Verdict.PASS, line=0)),
        result(
            "a/broken", check("http.scope.type", Verdict.PASS, line=1), check("http.scope.type", Verdict.FAIL, line=2)
        ),
    )
    file = tmp_path / "several.html"
    file.write_text(to_html(replace(RUN, subjects=(replace(UVICORN, results=cases),)), KNOWLEDGE), "utf-8")
    browser.open(file, "#at=http.scope.type&on=uvicorn%5Bws%3Dwsproto%5D")
    stories = browser.run(
        "[...document.querySelectorAll('#panel details')].map(s => [s.open, s.innerText.split('\\n')[0]])"
    )
    assert stories == [[True, "fail"], [False, "pass"]]
    lines = "[...document.querySelectorAll('#panel details[open] .finding')].map(finding => finding.innerText.trim())"
    assert browser.run(lines) == ["line 3", "line 2"]


def test_a_link_opens_the_cell_and_back_closes_it(browser: Browser, page: Path) -> None:
    browser.open(page, AT_FAILURE)
    assert "response 500, 21 bytes" in browser.run(PANEL)
    browser.open(page, "#open=websocket.close")
    click(browser, cell(REFUSAL, 1))
    assert "hypercorn" in browser.run("document.querySelector('#panel .bar').innerText")
    browser.run("new Promise(done => { addEventListener('popstate', () => setTimeout(done)); history.back() })")
    assert browser.run(PANEL) is None
    assert browser.run(FRAGMENT) == "#open=websocket.close"


def test_a_requirement_alone_is_an_address_too(browser: Browser, page: Path) -> None:
    browser.open(page, "#websocket.close.code")
    assert browser.run(OPEN) == ["websocket.close"]
    browser.open(page, "#%zz")
    assert browser.run(OPEN) == []


def test_from_one_answer_to_the_others_and_to_the_next_requirement(browser: Browser, page: Path) -> None:
    browser.open(page, AT_FAILURE)
    browser.run(
        "new Promise(done => { addEventListener('popstate', () => setTimeout(done));"
        " document.querySelectorAll('#panel .others a')[1].click() })"
    )
    assert "hypercorn" in browser.run("document.querySelector('#panel .bar').innerText")
    click(browser, "#next")
    assert "The close code reaches the client" in browser.run(PANEL)
    click(browser, "#previous")
    assert "A refused handshake" in browser.run(PANEL)


def test_a_cell_nobody_asked_says_so(browser: Browser, page: Path) -> None:
    browser.open(page, "#at=tls.scheme&on=uvicorn%5Bws%3Dwsproto%5D")
    assert "No case of this run asked it." in browser.run(PANEL)


def test_a_capability_shows_what_it_rests_on(browser: Browser) -> None:
    click(browser, "#capabilities tr:nth-child(5) td:nth-of-type(2) a")
    story = browser.run(PANEL)
    for words in ("WebSockets", "hypercorn", "not offered", "A refused handshake is answered with 403", "unsupported"):
        assert words in story
    assert browser.run(FRAGMENT) == "#cap=websockets&on=hypercorn"
    browser.run(
        "new Promise(done => { addEventListener('popstate', () => setTimeout(done));"
        " document.querySelector('#panel .others a').click() })"
    )
    assert "The close code reaches the client" in browser.run(PANEL), "worst first"


def test_everything_can_be_reached_by_keyboard(browser: Browser, page: Path) -> None:
    browser.open(page, "#open=http.scope")
    assert browser.run("document.querySelectorAll('#requirements td[tabindex=\"0\"]').length") == 1
    browser.run("document.querySelector('#requirements td[tabindex]').focus()")
    browser.press("ArrowDown")
    browser.press("ArrowRight")
    browser.press("Enter")
    story = browser.run(PANEL)
    assert "The method is upper-cased" in story
    assert "hypercorn" in story
    browser.press("Escape")
    assert browser.run(PANEL) is None
    assert browser.run(
        "document.activeElement === " + f"document.querySelector({json.dumps(cell('http.scope.method.upper', 1))})"
    )
    browser.run("document.querySelector('.fold button').focus()")
    browser.press("Enter")
    assert browser.run(OPEN) == []


def test_hostile_text_is_shown_and_never_run(browser: Browser, page: Path) -> None:
    browser.open(page, "#at=" + REFUSAL + "&on=" + "%3Cb%3E%26%7C%22%5Cx1b%5B31m")
    story = browser.run(PANEL)
    assert "</script><script>alert(1)</script>" in story
    assert r"\u202eevil" in story
    assert "\u202e" not in story
    assert browser.run("document.scripts.length") == 3
    assert browser.run("document.querySelectorAll('b b, td script, dialog script').length") == 0
    assert HOSTILE_TEXT.startswith("</script>")


def test_a_script_that_came_in_all_the_same_would_not_run(chromium: Browser, page: Path) -> None:
    chromium.open(page)
    chromium.run("document.body.append(Object.assign(document.createElement('script'), {textContent: 'broken = 1'}))")
    assert chromium.run("typeof broken") == "undefined"


def test_without_javascript_both_matrices_can_be_read(browser: Browser, page: Path) -> None:
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(page)
    text = browser.run("document.body.innerText")
    for words in ("WebSockets", "all but status-403", "A refused handshake is answered with 403", "raises OSError"):
        assert words in text
    assert len(browser.run(SHOWN)) == 11
    assert not browser.run("document.getElementById('filters').offsetParent")


@pytest.mark.parametrize("fragment", ["", "#v=fail", AT_FAILURE])
def test_nothing_is_wider_than_a_small_telephone(browser: Browser, page: Path, fragment: str) -> None:
    browser.size(360, 740)
    browser.open(page, fragment)
    assert browser.run("document.documentElement.scrollWidth") <= 360
    assert browser.run("document.getElementById('panel').scrollWidth") <= 360


def test_names_are_whole_on_a_telephone(browser: Browser, page: Path) -> None:
    browser.size(400, 800)
    browser.open(page)
    heights = "[...document.querySelectorAll('#requirements thead b')].map(name => name.getBoundingClientRect().height)"
    assert max(browser.run(heights)[:2]) < 20
    parts = "[...document.querySelectorAll('.fold button span')].every(name => name.scrollWidth <= name.clientWidth)"
    assert browser.run(parts)
    name = browser.run("document.querySelector('[data-name=\"websocket.close\"] button span').innerHTML")
    assert name == "websocket.<wbr>close"


def test_few_columns_take_the_room_there_is(browser: Browser) -> None:
    """Three of them, on a page of 1600 pixels."""
    assert browser.run("document.getElementById('capabilities').offsetWidth") > 1300


def test_light_and_dark_follow_the_system_until_somebody_chooses(browser: Browser, page: Path) -> None:
    def background(scheme: str) -> str:
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        browser.call("Emulation.setEmulatedMedia", features=features)
        color: str = browser.run("getComputedStyle(document.body).backgroundColor")
        return color

    light, dark = background("light"), background("dark")
    assert light != dark
    click(browser, "#theme")
    assert background("dark") == light
    browser.open(page)
    assert background("dark") == light, "the choice is kept"
    click(browser, "#theme")
    assert background("light") == dark
    click(browser, "#theme")
    assert background("light") == light


def test_the_head_and_the_first_column_stay_in_sight(browser: Browser, tmp_path: Path) -> None:
    large = tmp_path / "large.html"
    large.write_text(to_html(synthetic.run(500, 12), synthetic.knowledge(500)), "utf-8")
    browser.size(800, 600)
    browser.open(large, "#d=1")
    browser.run("document.querySelector('.tall').scrollTo(300, 3000)")
    frame, corner, first = (
        browser.run(f"(box => [box.left, box.top])(document.querySelector('{selector}').getBoundingClientRect())")
        for selector in (".tall", ".tall thead th", "tr.q:not([hidden]) th")
    )
    assert [round(place) for place in corner] == [round(place) + 1 for place in frame]
    assert first[0] == corner[0]


def test_without_chromium_the_tests_fail_and_say_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AssertionError, match="apt-get install chromium"):
        Browser(tmp_path)


def test_a_large_page_is_there_soon(browser: Browser, tmp_path: Path) -> None:
    large = tmp_path / "large.html"
    large.write_text(to_html(synthetic.run(500, 12), synthetic.knowledge(500)), "utf-8")
    browser.open(large)
    assert browser.run("performance.getEntriesByType('navigation')[0].domInteractive") < 5000, "0.3 s are usual"
