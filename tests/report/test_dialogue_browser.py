"""The drawing of an exchange, in a browser: lanes, arrows, the first deviation, bytes on the wire."""

import json
from pathlib import Path
from typing import Any

import pytest

from asgi_conformance.verdict import Verdict

from .browser import Browser
from .samples import BROKEN_REFUSAL, REFUSAL, REFUSED, check, result
from .stories import ANSWER, PANEL, REFUSING, SETTLED, at, sent, texts, written


def test_the_drawing_has_a_lane_for_each_side_and_arrows_from_one_to_the_other(story: Browser) -> None:
    assert story.run(texts(".heads b")) == ["client", "uvicorn", "app (ours)"]
    # Each arrow: from which lane to which, by where it is drawn.
    arrows = story.run(
        """(drawing => {
          const middle = element => { const box = element.getBoundingClientRect(); return box.x + box.width / 2; };
          const lanes = [...drawing.querySelectorAll(".heads b")];
          const [client, server, app] = lanes.map(middle);
          const nearest = x => [["client", client], ["server", server], ["app", app]]
            .sort((one, other) => Math.abs(one[1] - x) - Math.abs(other[1] - x))[0][0];
          return [...drawing.querySelectorAll(".say")].map(say => {
            const box = say.getBoundingClientRect();
            const head = getComputedStyle(say, "::after");
            const ends = [box.left, box.right];
            const rightward = parseFloat(head.right) < parseFloat(head.left);
            return (rightward ? ends : ends.toReversed()).map(nearest).join(" → ");
          });
        })(document.querySelector("#panel .drawing"))"""
    )
    assert arrows == ["client → server", "server → app", "server → app", "app → server", "server → client"]
    spoken = story.run("[...document.querySelectorAll('#panel .say i')].map(words => words.textContent)")
    assert spoken[0] == "client sends to uvicorn: "
    assert spoken[4] == "client:second gets from uvicorn: "
    assert story.run(texts(".say em")) == ["second"]


def test_the_first_deviation_is_marked_in_the_script_and_in_the_drawing(story: Browser) -> None:
    (line,) = story.run(texts(".script .here"))
    assert line.startswith("client gets response 403")
    assert line.endswith("✗ first deviation")
    (moment,) = story.run(texts(".drawing .here"))
    assert "HTTP/1.1 500 Internal Server Error" in moment
    assert "✗ first deviation" in moment
    assert story.run(texts(".script .verdict")) == ["fail"]


def test_what_did_not_come_is_drawn_where_it_should_have(browser: Browser, tmp_path: Path) -> None:
    file = written(tmp_path, result(REFUSED, BROKEN_REFUSAL, timeline=REFUSING[:3]))
    browser.open(file, at(REFUSAL, "uvicorn"))
    (absent,) = browser.run(texts(".drawing .here"))
    assert "response 403" in absent
    assert "✗ first deviation: it did not come" in absent
    assert browser.run(f"{PANEL}.querySelector('.here .say').className") == "say left leftward"
    assert browser.run(f"{PANEL}.querySelector('.drawing li:last-child').className") == "here absent"


def test_a_deviation_from_another_rule_says_so(browser: Browser, tmp_path: Path) -> None:
    other = check("http.scope.type", Verdict.PASS, line=4)
    browser.open(
        written(tmp_path, result(REFUSED, BROKEN_REFUSAL, other, timeline=REFUSING)), at("http.scope.type", "uvicorn")
    )
    assert "✗ first deviation, of another rule" in browser.run(texts(".drawing .here"))[0]
    assert browser.run(texts(".script .verdict")) == ["pass"]


@pytest.mark.parametrize(
    ("kind", "steps", "heads", "shown"),
    [
        ("asgi-app", (("server", "sends", "http.request", None), ("server", "gets", "returns", None)),
         ["server (ours)", "uvicorn"], ["say left rightward", "say left leftward"]),
        ("wsgi-app", (("gateway", "sends", "environ", None),), ["server (ours)", "uvicorn"], ["say left rightward"]),
        ("asgi-middleware", (("server", "sends", "a request", None), ("app", "gets", "scope", None)),
         ["server (ours)", "uvicorn", "app (ours)"], ["say left rightward", "say right rightward"]),
        ("asgi-stack", (("client", "sends", "GET", None),), ["client", "uvicorn"], ["say left rightward"]),
        ("wsgi-server", (("client", "sends", "GET", None), ("wsgi_app", "gets", "environ", None)),
         ["client", "uvicorn", "app (ours)"], ["say left rightward", "say right rightward"]),
        ("asgi-server", (("process", "sends", "starts", None),), ["client", "uvicorn"], ["say across "]),
    ],
)  # fmt: skip
def test_every_kind_of_subject_has_its_lanes(
    browser: Browser, tmp_path: Path, kind: str, steps: tuple[Any, ...], heads: list[str], shown: list[str]
) -> None:
    case = result("a/case", check("http.scope.type", Verdict.PASS), timeline=sent(*steps))
    browser.open(written(tmp_path, case, kind=kind), at("http.scope.type", "uvicorn"))
    assert browser.run(texts(".heads b")) == heads
    assert browser.run(f"[...{PANEL}.querySelectorAll('.say')].map(say => say.className)") == shown


def test_the_middle_of_a_long_exchange_is_left_out_with_a_word(browser: Browser, tmp_path: Path) -> None:
    long = sent(*[("app", "gets", f"event {number}", None) for number in range(200)])
    browser.open(
        written(tmp_path, result("a/case", check("http.scope.type", Verdict.PASS), timeline=long)),
        at("http.scope.type", "uvicorn"),
    )
    assert len(browser.run(texts(".drawing li"))) < 70
    assert browser.run(texts(".drawing .cut")) == ["… 141 more …"]


@pytest.mark.parametrize(
    ("expected", "observed", "differing"),
    [
        ("response 403", "response 500, complete, body b''", ["403", "500"]),
        (
            "response 200 with body b'one'",
            r"response 200, complete, body b'tw\'o', headers ()",
            ["b'one'", r"b'tw\'o'"],
        ),
        ("{'type': 'a', 'code': 1000}", "{'type': 'a', 'code': 1006}", ["1000", "1006"]),
        ("{'type': 'a'}", "{'type': 'b'}", ["'a'", "'b'"]),
        ("response 200 without trailers", "response 200, complete, headers ()", []),
        ("response 200", "response 200", []),
        ("response 200", "", []),
        ("403", "500", []),
        ("returns", "raised KeyError", []),
    ],
)
def test_where_two_texts_differ_first(story: Browser, expected: str, observed: str, differing: list[str]) -> None:
    found = story.run(f"compared({json.dumps(expected)}, {json.dumps(observed)})")
    assert [part[1] for part in found if len(part) > 1] == differing
    assert ["".join(part) for part in found] == [expected, observed]


def test_the_difference_is_marked_in_both_texts(story: Browser) -> None:
    assert story.run(texts(".expected mark")) == ["403"]
    assert story.run(texts(".observed mark")) == ["500"]
    line = story.run(f"getComputedStyle({PANEL}.querySelector('mark')).textDecorationLine")
    assert line == "underline", "not by colour alone"


def test_bytes_on_the_wire_are_shown_as_numbers_and_letters(story: Browser) -> None:
    assert story.run(texts(".recorded summary")) == [
        "22 bytes on the wire",
        "as recorded",
        f"{len(ANSWER)} bytes on the wire",
    ]
    sent, record, got = story.run(f"[...{PANEL}.querySelectorAll('.recorded pre')].map(shown => shown.textContent)")
    assert sent.startswith("0000  47 45 54 20 2f 63 68 61 74 20 48 54 54 50 2f 31  GET /chat HTTP/1\n0010  ")
    assert record == "{'type': 'websocket', 'path': '/chat'}"
    assert got.split("\n")[-1].endswith("·")
    numbers = "".join(line[6:53] for line in got.split("\n"))
    assert bytes.fromhex(numbers) == ANSWER


def test_many_bytes_are_cut_with_a_word(browser: Browser, tmp_path: Path) -> None:
    case = result(REFUSED, BROKEN_REFUSAL, timeline=sent(("client", "gets", "much", b"x" * 5000)))
    browser.open(written(tmp_path, case), at(REFUSAL, "uvicorn"))
    browser.click("#panel .recorded summary")
    browser.run(SETTLED)
    assert browser.run(texts(".recorded summary")) == ["5000 bytes on the wire"]
    shown = browser.run(texts(".recorded pre"))[0]
    assert len(shown.split("\n")) == 1024 / 16 + 1
    assert shown.endswith("… 3976 more bytes, not in this page")
