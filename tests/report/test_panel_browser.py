"""What lies behind a cell, in a browser: what is told of one rule on one subject, and how to see it again."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from asgi_conformance.verdict import Verdict

from .browser import Browser
from .samples import KNOWLEDGE, REFUSAL, REFUSED, check, result
from .stories import KIT, NOTE, ORDERED, PANEL, TEXT, at, texts, written

AT_TYPE = at("http.scope.type", "uvicorn")


def test_behind_a_cell_lies_the_whole_story(story: Browser) -> None:
    told = story.run(TEXT)
    for words in (
        *("fail", "uvicorn", "0.54.0", "A refused handshake is answered with 403", REFUSAL, "MUST", "since 2.0"),
        *("Closing before accepting denies the handshake", "response 403", "response 500, 21 bytes", "wrong status"),
        *("opens a WebSocket at /chat", "websocket.connect", "0.40 ms", "✗ first deviation"),
        *("HTTP/1.1 500 Internal Server Error", "The text says 403 and nothing else."),
        "pytest --asgi-server=uvicorn --asgi-case='websocket/close/a-refused-handshake-is-answered-with-403'",
    ):
        assert words in told
    link = story.run(f"(link => [link.href, link.rel])({PANEL}.querySelector('.rule a'))")
    assert link == [KNOWLEDGE.catalogue[REFUSAL].url, "noopener noreferrer"]


def test_a_sentence_says_it_all(story: Browser) -> None:
    said = "uvicorn 0.54.0 answers 500 where the rule asks for 403: MUST broken (wrong status)."
    assert story.run(texts(".sentence")) == [said]
    assert story.run("document.querySelector('#panel [role=status]').textContent") == said


@pytest.mark.parametrize(
    ("verdict", "fields", "said"),
    [
        (Verdict.PASS, {}, "uvicorn 0.54.0 keeps this MUST."),
        (Verdict.PASS, {"behaviour": "404"}, "uvicorn 0.54.0 keeps this MUST: 404."),
        (Verdict.WARN,
         {"expected": "returns or raises", "observed": "raised E"}, ": raised E where the rule asks for returns: "),
        (Verdict.FAIL, {"how": "hang", "expected": "a close frame"}, ": nothing where the rule asks for a close frame"),
        (Verdict.FAIL, {"how": "hang"}, "uvicorn 0.54.0: hang: MUST broken."),
        (Verdict.BLOCKED, {"how": "line 3"}, ": could not be asked, for an earlier step of the exchange failed."),
        (Verdict.UNSUPPORTED, {"how": "no option"}, " does not offer this, and need not: no option."),
        (Verdict.NOT_RUN, {}, ": planned, but not performed."),
        (Verdict.OPEN, {"behaviour": "sorted"}, ": the text is ambiguous here. Recorded, not scored: sorted."),
        (Verdict.NOTE, {"how": "late"}, ": recorded, not scored: late."),
        (Verdict.ERROR, {"how": "no port"}, ", which says nothing of the subject: no port."),
    ],
)  # fmt: skip
def test_every_verdict_has_its_sentence(
    browser: Browser, tmp_path: Path, verdict: Verdict, fields: dict[str, Any], said: str
) -> None:
    browser.open(
        written(tmp_path, result("a/case", check("http.scope.type", verdict, **fields))),
        at("http.scope.type", "uvicorn"),
    )
    assert said in browser.run(texts(".sentence"))[0]


def test_a_sentence_counts_the_cases(browser: Browser, tmp_path: Path) -> None:
    verdicts = (Verdict.PASS, Verdict.FAIL, Verdict.FAIL)
    cases = [result(f"a/{number}", check("http.scope.type", each)) for number, each in enumerate(verdicts)]
    browser.open(written(tmp_path, *cases), AT_TYPE)
    assert browser.run(texts(".sentence"))[0].endswith("MUST broken, in 2 of 3 cases.")
    browser.open(written(tmp_path, cases[0], replace(cases[0], case="a/b")), AT_TYPE)
    assert browser.run(texts(".sentence")) == ["uvicorn 0.54.0 keeps this MUST, in both cases."]
    browser.open(written(tmp_path, cases[0], replace(cases[0], case="a/b"), replace(cases[0], case="a/c")), AT_TYPE)
    assert browser.run(texts(".sentence")) == ["uvicorn 0.54.0 keeps this MUST, in all 3 cases."]


def test_many_cases_that_passed_are_behind_one_line(browser: Browser, tmp_path: Path) -> None:
    cases = [result(f"a/{number}", check("http.scope.type", Verdict.PASS)) for number in range(5)]
    bad = [result(f"b/{number}", check("http.scope.type", Verdict.FAIL)) for number in range(2)]
    browser.open(written(tmp_path, *cases, *bad), AT_TYPE)
    assert browser.run(texts(".more > summary")) == ["5 more cases passed"]
    assert browser.run(f"[...{PANEL}.querySelectorAll('.more .check')].map(each => each.open)") == [False] * 5
    assert len(browser.run(texts(":scope > .check"))) == 2
    browser.open(written(tmp_path, *cases[:4], *bad[:1]), AT_TYPE)
    assert browser.run(texts(".more > summary")) == ["4 more cases passed"]
    browser.open(written(tmp_path, *cases[:3], *bad), AT_TYPE)
    assert len(browser.run(texts(":scope > .check"))) == 5


def test_a_cell_nobody_asked_says_so(browser: Browser, story_page: Path) -> None:
    browser.open(story_page, at("tls.scheme", "uvicorn"))
    assert browser.run(texts(".sentence")) == ["uvicorn 0.54.0: no case of this run asked it."]
    assert browser.run(texts("details")) == []


def test_several_cases_stand_worst_first_and_only_the_worst_is_unfolded(browser: Browser, tmp_path: Path) -> None:
    both = check("http.scope.type", Verdict.PASS, line=1), check("http.scope.type", Verdict.FAIL, line=2)
    file = written(
        tmp_path, result("a/fine", check("http.scope.type", Verdict.PASS, line=0)), result("a/broken", *both)
    )
    browser.open(file, at("http.scope.type", "uvicorn"))
    stories = f"[...{PANEL}.querySelectorAll('.check')].map(s => [s.open, s.innerText.split('\\n')[0]])"
    assert browser.run(stories) == [[True, "fail"], [False, "pass"]]
    assert browser.run(texts(".check[open] .finding")) == ["line 3"], "what passed shows in the script"


def test_who_else_behaves_so_and_how_the_others_did(story: Browser) -> None:
    assert story.run(texts(".alike a")) == ["gunicorn"]
    assert story.run(texts(".others li")) == ["pass\n403\nhypercorn"]
    story.click("#panel .others a")
    assert "hypercorn" in story.run(texts(".bar"))[0]
    assert story.run(texts(".alike p")) == ["Nobody else in this run."]
    assert [words.split("\n")[0] for words in story.run(texts(".others li"))] == ["fail"]


def test_the_maintainers_note_stands_beside_the_true_verdict(story: Browser) -> None:
    assert story.run(texts(".known")) == [f"Maintainers’ note: {NOTE}"]
    links = story.run(f"[...{PANEL}.querySelectorAll('.known a')].map(link => [link.href, link.rel])")
    assert links == [["https://example.org/issues/17", "noopener noreferrer"]]
    assert "fail" in story.run(texts(".bar"))[0]


def test_what_has_changed_is_said(story: Browser, story_page: Path) -> None:
    since = "Since the run of 2 January 2026, 03:04 UTC:"
    assert " ".join(story.run(texts(".change"))[0].split()) == f"{since} broken · pass 403 → fail 500"
    story.open(story_page, at("http.scope.type", "uvicorn"))
    assert " ".join(story.run(texts(".change"))[0].split()) == f"{since} new · not asked → pass"
    story.open(story_page, at(REFUSAL, "hypercorn"))
    assert story.run(texts(".change")) == []


def told(button: str) -> str:
    """Until the button says what came of it."""
    now = f"document.querySelector({json.dumps(button)}).textContent !== 'Copy' ? done() : setTimeout(look)"
    return f"new Promise(done => {{ const look = () => {now}; look(); }})"


@pytest.mark.parametrize("modern", [True, False])
def test_copying_puts_the_text_on_the_clipboard(story: Browser, modern: bool) -> None:
    if not modern:
        story.run("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    story.click("#panel .command:not(.kit) button")
    story.run(told("#panel .command:not(.kit) button"))
    assert story.clipboard() == (
        "pytest --asgi-server=uvicorn --asgi-case='websocket/close/a-refused-handshake-is-answered-with-403'"
    )
    assert story.run(texts(".command:not(.kit) button")) == ["Copied"]
    assert story.run("document.querySelector('#panel [role=status]').textContent") == "Copied"
    story.click("#panel .kit button")
    story.run(told("#panel .kit button"))
    assert story.clipboard() == f"# {REFUSED}\n{KIT}".replace("\u202e", r"\u202e")


def test_what_cannot_be_copied_says_so(story: Browser) -> None:
    story.run("(navigator.clipboard.writeText = () => Promise.reject(), document.execCommand = () => false)")
    story.click("#panel .kit button")
    story.run(told("#panel .kit button"))
    assert story.run(texts(".kit button")) == ["Not copied"]


def test_the_reproduction_is_shown_where_something_is_broken(story: Browser, story_page: Path) -> None:
    assert story.run(texts(".kit pre")) == [f"# {REFUSED}\n{KIT}".replace("\u202e", r"\u202e").strip()]
    story.open(story_page, at(ORDERED, "uvicorn"))
    assert story.run(texts(".kit")) == []
    story.open(story_page, at(REFUSAL, "gunicorn"))
    assert story.run(texts(".kit")) == [], "there is none for it"
    assert "too long for this page" in story.run("story.kit('').textContent")


def test_a_capability_shows_what_it_rests_on(browser: Browser, story_page: Path) -> None:
    browser.open(story_page, "#cap=websockets&on=hypercorn")
    told = browser.run(TEXT)
    for words in ("WebSockets", "hypercorn: not offered", "A refused handshake is answered with 403", "unsupported"):
        assert words in told
    assert browser.run(texts(".silent")) == []
    browser.open(story_page, "#cap=tls&on=uvicorn")
    assert browser.run(texts(".silent summary")) == ["2 not asked"]
    browser.open(story_page, "#cap=websockets&on=hypercorn")
    browser.click("#panel .others a")
    assert "The close code reaches the client" in browser.run(TEXT), "worst first"
