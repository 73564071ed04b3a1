"""The panel in a browser: its address, the keyboard, what is read out, both themes, a telephone, paper."""

import json
from pathlib import Path

import pytest

from .browser import Browser
from .samples import REFUSAL
from .stories import AT_FAILURE, ORDERED, PANEL, TEXT, at, texts


def test_a_link_opens_the_cell_and_back_closes_it(browser: Browser, story_page: Path) -> None:
    browser.open(story_page, AT_FAILURE)
    assert "response 500, 21 bytes" in browser.run(TEXT)
    browser.open(story_page, f"#at={REFUSAL}")
    assert "response 500, 21 bytes" in browser.run(TEXT), "of the first subject"
    browser.open(story_page, at(REFUSAL, "nobody"))
    assert browser.run(TEXT) is None, "nobody else's answer is shown"
    browser.open(story_page, "#open=websocket.close")
    browser.click(f'[id="{REFUSAL}"] td:nth-of-type(2)')
    assert "hypercorn" in browser.run(texts(".bar"))[0]
    browser.run("new Promise(done => { addEventListener('popstate', () => setTimeout(done)); history.back() })")
    assert browser.run(TEXT) is None
    assert browser.run("location.hash") == "#open=websocket.close"


def test_the_keyboard_reaches_everything(browser: Browser, story_page: Path) -> None:
    browser.open(story_page, "#open=http.scope&open=http.response&open=websocket.close")
    browser.run(f"document.querySelector('[id=\"{REFUSAL}\"] td').click()")
    assert browser.run("document.activeElement.id") == "close"
    titles = []
    for key in ("p", "p", "n", "N", "N", "n", "P", "P", "P"):
        browser.press(key)
        titles.append(browser.run("new URLSearchParams(location.hash.slice(1)).get('at')"))
    upper, code = "http.scope.method.upper", "websocket.close.code"
    assert titles == [ORDERED, upper, ORDERED, REFUSAL, REFUSAL, code, REFUSAL, ORDERED, ORDERED], (
        "capitals skip what is alike"
    )
    focusable = f"[...{PANEL}.querySelectorAll('a, button:not(:disabled), summary, [tabindex]')].length"
    browser.run("document.getElementById('close').focus()")
    reached = []
    for _ in range(int(browser.run(focusable))):
        browser.press("Tab")
        reached.append(browser.run(f"{PANEL}.contains(document.activeElement) && document.activeElement.outerHTML"))
    for wanted in ("summary", "Copy command", "rel=", "&amp;at="):
        assert any(wanted in element for element in reached if element)
    browser.press("Escape")
    assert browser.run(TEXT) is None
    assert browser.run("document.activeElement.parentNode.id") == ORDERED, "where one has got to"


def test_after_a_link_the_focus_is_where_it_led(browser: Browser, story_page: Path) -> None:
    browser.open(story_page, f"#open=websocket.close&at={REFUSAL}&on=hypercorn")
    browser.press("Escape")
    assert browser.run("[document.activeElement.parentNode.id, document.activeElement.cellIndex]") == [REFUSAL, 2]
    browser.run("document.querySelector('#capabilities td:nth-of-type(2) a').focus()")
    browser.press("Enter")
    assert "hypercorn" in browser.run(texts(".bar"))[0]
    browser.press("Escape")
    assert browser.run("document.activeElement.tagName") == "A"


def test_the_panel_is_a_dialog_with_a_name(story: Browser) -> None:
    described = story.call("Accessibility.getFullAXTree")["nodes"]
    (dialog,) = [node for node in described if node.get("role", {}).get("value") == "dialog"]
    assert dialog["name"]["value"] == "A refused handshake is answered with 403"
    modal = next(each for each in dialog["properties"] if each["name"] == "modal")
    assert modal["value"]["value"] is True
    named = [
        node["name"]["value"]
        for node in described
        if node.get("role", {}).get("value") == "button" and not node["ignored"]
    ]
    assert all(named)
    assert {"Close (Esc)", "Next requirement (n)", "Copy command", "Copy reproduction"} <= set(named)


CONTRAST = """(selectors => {
  const channels = colour => colour.match(/[\\d.]+/g).map(Number);
  const behind = element => {
    for (let each = element; each; each = each.parentElement) {
      const colour = channels(getComputedStyle(each).backgroundColor);
      if ((colour[3] ?? 1) > 0.5) return colour;
    }
  };
  const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
    .map(c => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  return selectors.flatMap(selector => [...document.querySelectorAll("#panel " + selector)].map(element => {
    const pair = [channels(getComputedStyle(element).color), behind(element)].map(light);
    const [one, other] = pair.sort((a, b) => b - a);
    return [selector, (one + 0.05) / (other + 0.05)];
  }));
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_can_be_read_in_both_themes(story: Browser, story_page: Path, scheme: str) -> None:
    story.media(scheme)
    selectors = [
        ".sentence",
        "q",
        ".say span",
        ".say small",
        "time",
        ".here strong",
        "mark",
        ".script p",
        ".script b",
        "dt",
    ]
    selectors += [
        "dd",
        ".note",
        ".facts",
        ".recorded pre",
        ".recorded summary",
        ".verdict:not(.x)",
        ".known",
        "code",
        ".copy",
    ]
    measured = story.run(f"{CONTRAST}({json.dumps(selectors)})")
    assert {selector for selector, _ in measured} == set(selectors)
    assert [(selector, ratio) for selector, ratio in measured if ratio < 4.5] == []


def test_nothing_is_wider_than_a_small_telephone(story: Browser) -> None:
    story.size(360, 740)
    assert story.run(f"{PANEL}.scrollWidth") <= 360
    outside = "each => each.getBoundingClientRect().right > 361 && !each.closest('pre')"
    assert story.run(f"[...{PANEL}.querySelectorAll('*')].filter({outside}).map(each => each.className)") == []
    assert story.run("[...document.querySelectorAll('#panel .say')].every(say => say.offsetWidth > 100)")


def test_an_open_panel_is_what_is_printed(story: Browser) -> None:
    story.media(kind="print")
    assert story.run("document.querySelector('main').offsetParent") is None
    assert story.run("document.querySelectorAll('#panel .copy')[0].offsetParent") is None
    assert story.run(f"getComputedStyle({PANEL}).overflow") == "visible"
    assert story.run(f"{PANEL}.querySelector('.drawing').offsetHeight") > 200
    lanes = story.run(f"getComputedStyle({PANEL}.querySelector('.drawing ol')).printColorAdjust")
    assert lanes == "exact"


def test_a_browser_that_cannot_unpack_says_so_and_shows_the_tables(browser: Browser, story_page: Path) -> None:
    script = browser.call("Page.addScriptToEvaluateOnNewDocument", source="delete globalThis.DecompressionStream")
    browser.open(story_page, AT_FAILURE)
    browser.call("Page.removeScriptToEvaluateOnNewDocument", identifier=script["identifier"])
    notice = browser.run("document.querySelector('main > .banner').innerText")
    assert "DecompressionStream" in notice
    assert browser.run(TEXT) is None
    for words in ("WebSockets", "all but status-403", "A refused handshake is answered with 403"):
        assert words in browser.run("document.body.textContent")
