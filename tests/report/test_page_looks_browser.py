"""How the tables look and are reached: widths, themes, print, keyboard, screen readers, and a large page."""

from pathlib import Path

import pytest

from asgi_conformance.report.html import to_html

from . import synthetic
from .browser import Browser
from .pages import FRAGMENT, OPEN, SHOWN, cell, older, typed, written
from .samples import REFUSAL, RUN

TYPE, UPPER = "http.scope.type", "http.scope.method.upper"
FOCUSED = "(cell => [cell.closest('tr').id, cell.cellIndex - 1])(document.activeElement.closest('td'))"
FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"

CONTRAST = """(() => {
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  // What is painted where all these lie over each other; the last one is opaque.
  const painted = (colors) => {
    pen.clearRect(0, 0, 1, 1);
    for (const color of colors.toReversed()) { pen.fillStyle = color; pen.fillRect(0, 0, 1, 1); }
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const bright = (color) => color.map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
  const below = (element) => {
    const found = [];
    for (let at = element; at; at = at.parentElement) found.push(getComputedStyle(at).backgroundColor);
    return [...found, "white"];
  };
  const faint = [];
  let seen = 0;
  for (const element of document.querySelectorAll("header *, main *, footer *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || !element.offsetParent || element.matches("i, option")) continue;
    const ground = below(element);
    const one = bright(painted([getComputedStyle(element).color, ...ground]));
    const other = bright(painted(ground));
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    seen += 1;
    if (ratio < 4.5) faint.push([element.tagName, element.className, element.textContent.slice(0, 30), ratio]);
  }
  return [seen, faint];
})()"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("looks") / "report.html")


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("large") / "report.html"
    file.write_text(to_html(synthetic.run(150, 12), synthetic.knowledge(150)), "utf-8")
    return file


@pytest.fixture
def opened(browser: Browser, page: Path) -> Browser:
    browser.open(page)
    return browser


def test_everything_can_be_reached_by_keyboard(browser: Browser, page: Path) -> None:
    browser.open(page, "#open=http.scope&open=websocket.close")
    assert browser.run("document.querySelectorAll('#requirements td[tabindex=\"0\"]').length") == 1
    browser.run("document.querySelector('#requirements td[tabindex]').focus()")
    walk = [
        ("ArrowDown", [UPPER, 0]),
        ("ArrowRight", [UPPER, 2]),  # over the configuration that says the same
        ("ArrowUp", [TYPE, 2]),
        ("ArrowUp", [TYPE, 2]),
        ("End", [TYPE, 3]),
        ("Home", [TYPE, 0]),
        ("ArrowDown", [UPPER, 0]),
        ("ArrowDown", ["http.scope.state", 0]),
        ("ArrowDown", [REFUSAL, 0]),  # over the sections that are folded
        ("ArrowRight", [REFUSAL, 1]),  # where configurations differ, each is reached
        ("ArrowDown", ["websocket.close.code", 0]),
        ("ArrowUp", [REFUSAL, 0]),
    ]
    for key, place in walk:
        browser.press(key)
        assert browser.run(FOCUSED) == place, key
    assert browser.run("document.activeElement.ariaLabel") == "uvicorn[ws=wsproto]: fail 500"
    browser.press("Enter")
    assert browser.run("document.querySelector('#panel h2').innerText") == "A refused handshake is answered with 403"
    browser.press("Escape")
    assert browser.run(FOCUSED) == [REFUSAL, 0]
    browser.run("document.querySelector('.fold button').focus()")
    browser.press("Enter")
    assert browser.run(OPEN) == ["websocket.close"]


def test_row_and_column_of_what_is_pointed_at_stand_out(browser: Browser, page: Path) -> None:
    browser.open(page, "#open=http.scope")
    place = f"document.querySelector('{cell(UPPER, 2)}')"
    edges = "(box => [Math.round(box.left), Math.round(box.width)])({}.getBoundingClientRect())"
    ground = "getComputedStyle(document.querySelector('[id=\"{}\"] th')).backgroundImage"
    browser.run(f"{place}.scrollIntoView({{ block: 'center' }})")
    x, y = browser.run(f"(box => [box.x + 9, box.y + 9])({place}.getBoundingClientRect())")
    browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
    assert browser.run(edges.format("document.getElementById('beam')")) == browser.run(edges.format(place))
    assert browser.run(ground.format(UPPER)) != browser.run(ground.format(TYPE)) == "none"
    browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=1, y=1)
    assert browser.run("document.getElementById('beam').hidden")
    browser.run(f"{place}.setAttribute('tabindex', 0); {place}.focus()")
    assert browser.run(edges.format("document.getElementById('beam')")) == browser.run(edges.format(place))


def test_it_is_a_table_to_screen_readers(browser: Browser, page: Path) -> None:
    browser.open(page, "#open=http.scope")
    browser.run("document.querySelector('.tall').scrollIntoView()")
    browser.run(FRAMES)
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    named = {(node["role"]["value"], node.get("name", {}).get("value")) for node in nodes if "role" in node}
    roles = {role for role, _ in named}
    assert {"grid", "row", "gridcell", "columnheader", "rowheader", "table", "search"} <= roles
    for wanted in (
        ("region", "Requirement matrix"),
        ("region", "Capability matrix"),
        ("searchbox", "Search requirements"),
        ("gridcell", "pass"),
        ("gridcell", "warn shared known"),
        ("button", "http. scope 3"),
    ):
        assert wanted in named, sorted(map(str, named))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_can_be_read_in_both_themes(browser: Browser, tmp_path: Path, scheme: str) -> None:
    browser.media(scheme)
    browser.open(
        written(tmp_path / "compared.html", RUN, older()), "#q=level:must,should,may&need=http&need=websockets"
    )
    typed(browser, "level:must,should,may foo:")
    typed(browser, "level:must,should,may level:")
    seen, faint = browser.run(CONTRAST)
    assert seen > 150
    assert faint == []


def test_light_and_dark_follow_the_system_until_somebody_chooses(opened: Browser, page: Path) -> None:
    def background(scheme: str) -> str:
        opened.media(scheme)
        color: str = opened.run("getComputedStyle(document.body).backgroundColor")
        return color

    light, dark = background("light"), background("dark")
    assert light != dark
    opened.click("#theme")
    assert background("dark") == light
    opened.open(page)
    assert background("dark") == light, "the choice is kept"
    opened.click("#theme")
    assert background("light") == dark
    opened.click("#theme")
    assert background("light") == light


@pytest.mark.parametrize("width", [360, 1600])
def test_the_page_is_as_wide_as_the_screen(browser: Browser, large: Path, width: int) -> None:
    browser.size(width, 740)
    for fragment in ("", "#q=differs&need=websockets", "#q=foo:bar+with+many+words+and+" + "x" * 80):
        browser.open(large, fragment)
        assert browser.run("document.documentElement.scrollWidth") <= width, fragment
    sideways = "(frame => frame.scrollWidth > frame.clientWidth)(document.querySelector('.tall'))"
    assert browser.run(sideways) == (width < 1600), "twelve columns have room on a wide screen"
    browser.run("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert browser.run("document.documentElement.scrollWidth") <= width, "with all that drops down"


def test_names_are_whole_on_a_telephone(browser: Browser, page: Path) -> None:
    browser.size(400, 800)
    browser.open(page)
    heights = (
        "[...document.querySelectorAll('#requirements thead > tr > th > b')].filter(name => name.offsetParent)"
        ".map(name => name.getBoundingClientRect().height)"
    )
    assert max(browser.run(heights)[:2]) < 20
    parts = "[...document.querySelectorAll('.fold button span')].every(name => name.scrollWidth <= name.clientWidth)"
    assert browser.run(parts)
    name = browser.run("document.querySelector('[data-name=\"websocket.close\"] button span').innerHTML")
    assert name == "websocket.<wbr>close"


def test_few_columns_take_the_room_there_is(opened: Browser) -> None:
    """Three of them, on a page of 1600 pixels."""
    assert opened.run("document.getElementById('capabilities').offsetWidth") > 1300


@pytest.mark.parametrize("size", [(360, 740), (1600, 900)])
def test_the_head_and_the_first_column_stay_in_sight(browser: Browser, large: Path, size: tuple[int, int]) -> None:
    browser.size(*size)
    browser.open(large, "#q=differs")
    browser.run("document.querySelector('.tall').scrollIntoView()")
    browser.run("document.querySelector('.tall').scrollTo(300, 3000)")
    browser.run(FRAMES)
    frame, corner = (
        browser.run(f"(box => [box.left, box.top])(document.querySelector('{selector}').getBoundingClientRect())")
        for selector in (".tall", "#requirements thead th")
    )
    assert [round(place) for place in corner] == [round(place) + 1 for place in frame]
    box = "document.querySelector('.tall').getBoundingClientRect()"
    inside = browser.run(
        "(box => document.elementFromPoint(box.left + 9, box.top + 300).closest('th')?.getBoundingClientRect().left)"
        f"({box})"
    )
    assert inside == corner[0], "what lies at the left edge is the first column"
    assert browser.run("document.querySelector('.tall').scrollTop") > 2500


def test_what_is_printed_is_what_the_filter_shows_unfolded(browser: Browser, page: Path) -> None:
    browser.open(page, "#q=verdict:fail&shut=websocket.close&need=http")
    browser.media(kind="print")
    tall = "row => row.getBoundingClientRect().height > 0"
    assert browser.run(f"[...document.querySelectorAll('tr.q')].filter({tall}).map(row => row.id)") == [
        REFUSAL,
        "vendor.<b>.unheard-of",
    ]
    assert browser.run("getComputedStyle(document.querySelector('thead')).position") == "static"
    assert browser.run("getComputedStyle(document.querySelector('.tall')).maxHeight") == "none"
    assert not browser.run("document.getElementById('filters').offsetParent")
    seen = "[...document.querySelectorAll('#requirements {} > *')].filter(cell => cell.offsetParent)"
    lefts = f"{seen}.map(cell => cell.offsetLeft)"
    heads = browser.run(lefts.format("thead tr"))
    assert len(heads) == 4
    assert set(heads) < set(browser.run(lefts.format(f'[id="{REFUSAL}"]'))), "heads stand above their cells"
    assert browser.call("Page.printToPDF", landscape=True)["data"]


def test_a_large_page_is_there_soon_and_answers_at_once(browser: Browser, large: Path) -> None:
    """Bounds for a busy machine; `benchmarks/report.py` measures."""
    browser.open(large)
    assert browser.run("performance.getEntriesByType('navigation')[0].domInteractive") < 5000
    taken = (
        "((start) => { table.render(new URLSearchParams('q=differs')); document.body.offsetHeight;"
        " return performance.now() - start })(performance.now())"
    )
    assert browser.run(taken) < 1000, "0.02 s are usual"
    assert len(browser.run(SHOWN)) > 100
    assert browser.run(FRAGMENT) == ""
