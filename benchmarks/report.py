"""How large the HTML report is, how soon it is there, how fast it answers: `python -m benchmarks.report [RUN.json...]`.

A run of 12 columns and 900 requirements (or the runs named) in headless Chromium. A filter's time is from the input
event to the second animation frame after it, when what it changed has been painted. Median and worst of several tries.
"""

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from asgi_conformance import run_file
from asgi_conformance.report.html import to_html
from asgi_conformance.report.merge import merge
from tests.report import synthetic
from tests.report.browser import Browser

ROWS, COLUMNS, TRIES = 900, 12, 5
TYPED = (
    *("differs", "verdict:fail", "verdict:pass", "level:must", "clause:http.response", "only:daphne", "point 1"),
    *("500", "text says", '"its ordinary form"', "level:should verdict:warn differs"),
)

ANSWER = """(text) => new Promise((done) => {
  const box = document.querySelector("[name=q]");
  box.value = text;
  const start = performance.now();
  box.dispatchEvent(new Event("input", { bubbles: true }));
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
})"""
CLICK = """(selector) => new Promise((done) => {
  document.querySelector("details.columns").open = true;
  const start = performance.now();
  [...document.querySelectorAll(selector)].find((each) => each.offsetParent).click();
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
})"""
ALL = f"({ANSWER})('level:must,should,may')"
"""All rows shown, which is the most to change."""
CLICKED = {
    "fold or unfold all": "#unfold",
    "configurations apart or folded": "#requirements thead button",
    "a column less or more": "[name=s][value='3']",
    "a need more or less": "[name=need]",
}
OPENED = """(() => {
  const [load] = performance.getEntriesByType("navigation");
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  return [paint?.startTime ?? 0, load.domInteractive, load.loadEventEnd];
})()"""


def page(paths: list[str]) -> str:
    if paths:
        return to_html(merge([run_file.read(path) for path in paths]))
    return to_html(synthetic.run(ROWS, COLUMNS), synthetic.knowledge(ROWS))


class Clock:
    """What the browser's main thread has worked, by its own clock: other processes do not count."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        browser.call("Performance.enable", timeDomain="threadTicks")

    def __call__(self) -> float:
        """Milliseconds."""
        metrics = self.browser.call("Performance.getMetrics")["metrics"]
        return 1000 * next(float(each["value"]) for each in metrics if each["name"] == "TaskDuration")


def told(name: str, times: list[float], work: list[float] | None = None) -> None:
    cpu = f"   work {statistics.median(work):5.0f} ms" if work else ""
    print(f"{name:40} {statistics.median(times):6.0f} ms   worst {max(times):4.0f} ms{cpu}")


def opened(browser: Browser, file: Path, clock: Clock) -> None:
    """How soon the page is there, from the moment at which it was asked for."""
    whole, work, marks = [], [], []
    for _ in range(TRIES):
        browser.call("Page.navigate", url="about:blank")
        start, before = time.perf_counter(), clock()
        browser.open(file)
        whole.append((time.perf_counter() - start) * 1000)
        work.append(clock() - before)
        marks.append(browser.run(OPENED))
    for name, times in zip(("first paint", "the tables are there", "loaded"), zip(*marks, strict=True), strict=True):
        told(name, list(times))
    told("opened, and all of it unpacked", whole, work)


def answered(browser: Browser, file: Path, clock: Clock) -> None:
    browser.open(file)
    for text in (*TYPED, ""):
        measured(browser, clock, f"filter {text or '(none)'}", f"({ANSWER})({json.dumps(text)})", ALL)
    browser.run(ALL)
    for name, selector in CLICKED.items():
        measured(browser, clock, name, f"({CLICK})({json.dumps(selector)})", "0")


def measured(browser: Browser, clock: Clock, name: str, expression: str, first: str) -> None:
    times, work = [], []
    for _ in range(TRIES):
        browser.run(first)
        before = clock()
        times.append(browser.run(expression))
        work.append(clock() - before)
    told(name, times, work)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "report.html")
        text = page(sys.argv[1:])
        file.write_text(text, "utf-8")
        print(f"{'size':40} {len(text.encode()) / 1e6:6.2f} MB")
        with Browser(Path(folder, "profile")) as browser:
            browser.size(1600, 1000)
            clock = Clock(browser)
            opened(browser, file, clock)
            answered(browser, file, clock)


if __name__ == "__main__":
    main()
