"""The page, as far as it can be judged without a browser."""

import base64
import gzip
import html.parser
import json
import re
from dataclasses import replace

import pytest

from asgi_conformance.report.capability import assessed
from asgi_conformance.report.data import embedded, packed
from asgi_conformance.report.html import to_html
from asgi_conformance.report.marks import MARKS
from asgi_conformance.report.matrix import build
from asgi_conformance.results import Run
from asgi_conformance.verdict import Verdict

from . import synthetic
from .golden import agrees
from .samples import HOSTILE_NAME, HOSTILE_TEXT, KNOWLEDGE, RUN, UVICORN, check, result

PAGE = to_html(RUN, KNOWLEDGE)
VOID = {"meta", "input", "wbr", "br", "link"}


def without_assets(page: str) -> str:
    """Style and scripts are not what a golden file is to show, but the data is."""
    page = re.sub(r"(<style>).*?(</style>)", r"\1…\2", page, flags=re.DOTALL)
    page = re.sub(r"(<script>).*?(</script>)", r"\1…\2", page, flags=re.DOTALL)
    page = re.sub(r'(<script type="application/octet-stream" id="data">)(.*?)(</script>)', unpacked, page)
    return re.sub(r"sha256-[\w+/=]+", "sha256-…", page)


def unpacked(match: re.Match[str]) -> str:
    return match[1] + gzip.decompress(base64.b64decode(match[2])).decode() + match[3]


class Balance(html.parser.HTMLParser):
    """Complains of a tag that closes another than the last one opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def parsed() -> Balance:
    parser = Balance()
    parser.feed(PAGE)
    assert parser.open == []
    return parser


def data(run: Run) -> str:
    matrix = build(run, KNOWLEDGE)
    return embedded(run, matrix, assessed(matrix, KNOWLEDGE), KNOWLEDGE)


def test_the_whole_page() -> None:
    assert agrees("report.html", without_assets(PAGE))


def test_the_same_run_gives_the_same_bytes() -> None:
    assert to_html(RUN, KNOWLEDGE) == PAGE


def test_the_page_needs_nothing_else(parsed: Balance) -> None:
    assert not [tag for tag, _ in parsed.seen if tag in ("link", "img", "iframe")]
    assert not [attributes for _, attributes in parsed.seen if "src" in attributes]
    assert not re.search(r"url\((?!\"data:|%23)|@import", PAGE)


def test_nothing_a_subject_said_is_markup(parsed: Balance) -> None:
    assert [attributes for tag, attributes in parsed.seen if tag == "script"] == [
        {},
        {"type": "application/octet-stream", "id": "data"},
        {},
    ]
    assert "alert(1)</script>" not in PAGE
    for hostile in ("\x1b", "\x07", "\u202e"):
        assert hostile not in PAGE


def test_ids_are_unique(parsed: Balance) -> None:
    ids = [attributes["id"] for _, attributes in parsed.seen if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_the_matrices_are_there_without_javascript() -> None:
    bare = re.sub(r"(<script.*?>).*?(</script>)", r"\1\2", PAGE, flags=re.DOTALL)
    for words in ("WebSockets", "all but status-403", "Header order is kept", "raises OSError", "4/5", "known"):
        assert words in bare


def test_every_verdict_has_a_word_and_a_shape_of_its_own() -> None:
    shapes = [re.search(rf"^\.{mark.css} {{ --mark: var\((.*?)\)", PAGE, re.MULTILINE) for mark in MARKS.values()]
    assert len({shape[1] for shape in shapes if shape}) == len(MARKS)
    for verdict in MARKS:
        assert f"<b>{verdict.value}</b>" in PAGE


def test_an_incomplete_run_has_a_banner() -> None:
    page = to_html(replace(RUN, complete=False, performed=3), KNOWLEDGE)
    assert 'role="alert"' in page
    assert 'role="alert"' not in PAGE


def test_a_run_of_nothing_is_a_page_too() -> None:
    assert "Nothing tested on" in to_html(replace(RUN, subjects=()), KNOWLEDGE)


def test_the_data_cannot_end_its_element_and_is_json() -> None:
    document = json.loads(data(RUN))
    assert re.fullmatch(r"[\w+/=]+", packed(data(RUN)))
    assert document["subjects"][2][0] == r'<b>&|"\x1b[31m'
    assert any("</script><script>alert(1)</script>" in text for text in document["texts"])


def test_every_text_check_and_shape_stands_once() -> None:
    document = json.loads(data(RUN))
    for name in ("texts", "checks", "moments", "shapes"):
        entries = list(map(str, document[name]))
        assert len(entries) == len(set(entries))


def test_an_exchange_can_be_put_together_again() -> None:
    document = json.loads(data(replace(RUN, subjects=(UVICORN,))))
    texts = document["texts"]
    (shape, line, marked, duration, *times), *_ = document["exchanges"][0].values()
    said = [texts[document["moments"][moment][2]] for moment in document["shapes"][shape]]
    moments = next(result for result in UVICORN.results if result.timeline).timeline
    assert (said, sum(times), duration) == ([moment.text for moment in moments], moments[-1].at / 10, 125)
    assert (line, marked) in ((4, 4), (-1, -1))


def test_a_large_run_stays_small() -> None:
    """Two megabytes for 900 requirements: `benchmarks/report.py` measures those."""
    page = to_html(synthetic.run(300, 12), synthetic.knowledge(300))
    assert len(page.encode()) < 2_000_000 * 300 / 900


def test_megabytes_from_a_subject_stay_outside() -> None:
    flood = "x" * 1_000_000
    cases = (result("a/b", check(flood, Verdict.FAIL, how=flood, behaviour=flood, expected=flood, observed=flood)),)
    subject = replace(UVICORN, id=flood, version=flood, options={flood: flood}, results=cases)
    assert len(to_html(replace(RUN, subjects=(subject,), environment={flood: flood}), KNOWLEDGE)) < 200_000


def test_the_maintainers_note_takes_nothing_from_the_verdict() -> None:
    assert '<td class="w k"><i>warn</i><u>shared</u></td>' in PAGE


def test_the_samples_are_hostile_enough() -> None:
    assert HOSTILE_NAME in {subject.id for subject in RUN.subjects}
    assert "</script>" in HOSTILE_TEXT
