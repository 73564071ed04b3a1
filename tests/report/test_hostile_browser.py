"""Text that means harm, in a browser: shown, cut, never run."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from asgi_conformance.report.html import to_html
from asgi_conformance.results import Result, Subject
from asgi_conformance.verdict import Verdict

from .browser import Browser
from .samples import BROKEN_REFUSAL, KNOWLEDGE, REFUSAL, REFUSED, RUN, check, result
from .stories import FIRST, PANEL, SETTLED, TEXT, at, sent, written

HARM = "</script><script>broken = 1</script><img src=x onerror=broken=1>"
HARM += "\x1b]0;own\x07\x00\u202e\u2066\u200f\ud800 \u05d0\u05d1 "
MUCH = HARM + "A" * 1_000_000
HARMFUL = replace(
    RUN,
    suite_version=HARM,
    environment={HARM: MUCH},
    subjects=(
        Subject(
            id=MUCH,
            kind="asgi-server",
            name=HARM,
            version=MUCH,
            options={HARM: MUCH},
            results=(
                Result(
                    MUCH,
                    MUCH,
                    1.0,
                    (
                        check("http.scope.type", Verdict.FAIL, line=1, how=MUCH, behaviour=MUCH, expected=MUCH,
                              observed=MUCH, baseline=MUCH),
                        check(MUCH, Verdict.PASS, line=2, behaviour=MUCH),
                    ),
                    sent(("client", "gets", MUCH, MUCH.encode("utf-8", "surrogatepass")), (MUCH, MUCH, MUCH, [MUCH]),
                         ("app", "gets", MUCH, {"scope": MUCH})),
                ),
            ),
        ),
        FIRST,
    ),
    scripts={MUCH: replace(RUN.scripts[REFUSED], title=MUCH, lines=(MUCH,) * 1000, note=MUCH)},
)  # fmt: skip


def test_text_that_means_harm_is_shown_and_never_run(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "harmful.html"
    file.write_text(to_html(HARMFUL, KNOWLEDGE, kits=lambda *_: HARM + "\nprint()"), "utf-8")
    assert file.stat().st_size < 500_000
    browser.open(file)
    browser.run("address.write({ at: 'http.scope.type', on: subjects[0].label })")
    browser.run(f"{PANEL}.querySelectorAll('details').forEach(details => details.open = true)")
    browser.run(SETTLED)
    told = browser.run(TEXT)
    assert r"<script>broken = 1</script><img src=x onerror=broken=1>\x1b]0;own\x07\x00\u202e\u2066\u200f\ud800" in told
    assert "more …" in told
    assert not set("\x00\x1b\u202e\u2066\u200f\ud800") & set(browser.run("document.documentElement.textContent"))
    assert browser.run("typeof broken") == "undefined"
    assert browser.run("document.querySelectorAll('img, td script, dialog script, a[href^=javascript]').length") == 0
    assert browser.run("document.documentElement.scrollWidth") <= 1600
    assert browser.run(f"{PANEL}.scrollWidth <= {PANEL}.clientWidth")
    assert len(told) < 300_000
    directions = browser.run(f"[...{PANEL}.querySelectorAll('*')].map(each => getComputedStyle(each).direction)")
    assert set(directions) == {"ltr"}


def test_letters_that_run_from_right_to_left_leave_their_neighbours_alone(browser: Browser, tmp_path: Path) -> None:
    hebrew = "\u05d0\u05d1\u05d2"
    case = result(REFUSED, replace(BROKEN_REFUSAL, how=hebrew, observed=f"{hebrew} 1", behaviour=hebrew))
    browser.open(written(tmp_path, case, version=hebrew), at(REFUSAL, "uvicorn"))
    boxes = browser.run(
        f"[...{PANEL}.querySelectorAll('.sentence > *')].map(part => part.getBoundingClientRect())"
        ".map(({ left, right }) => [left, right])"
    )
    assert len(boxes) == 3
    assert all(one[1] <= other[0] for one, other in pairwise(boxes)), "one after the other, as the sentence is written"
