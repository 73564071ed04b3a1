"""The line that tells what has changed."""

from dataclasses import replace

from asgi_conformance.report.comparison.compare import Change, Kind, View, compare
from asgi_conformance.report.html import to_html
from asgi_conformance.report.matrix import build
from asgi_conformance.report.since import GLYPHS, since, was
from asgi_conformance.verdict import Verdict

from .pages import older
from .samples import HOSTILE, HOSTILE_TEXT, KNOWLEDGE, OTHER, REFUSAL, RUN, UVICORN


def test_what_has_changed_is_counted() -> None:
    told = since(compare(older(), RUN, KNOWLEDGE), build(RUN, KNOWLEDGE))
    assert told.date == "1 November 2026, 09:00 UTC"
    assert list(told.counts.items()) == [
        (Kind.BROKEN, 1),
        (Kind.FIXED, 1),
        (Kind.CHANGED, 1),
        (Kind.NEW, 1),
        (Kind.RETIRED, 2),
    ]
    assert told.versions == (("uvicorn[ws=wsproto]", "0.53.0", "0.54.0"),)
    assert (told.come, told.gone) == ((HOSTILE,), ())
    assert [change.requirement for change in told.retired] == ["http.gone"], "the other one has a row"
    assert not told.same_suites


def test_of_the_same_run_nothing_is_told() -> None:
    told = since(compare(RUN, RUN, KNOWLEDGE), build(RUN, KNOWLEDGE))
    assert (told.counts, told.versions, told.retired, told.same_suites) == ({}, (), (), True)


def test_what_it_was_before() -> None:
    def change(before: View | None) -> Change:
        return Change("x", REFUSAL, Kind.CHANGED, before, None, ())

    assert was(change(View(Verdict.FAIL, "500"))) == "was fail: 500"
    assert was(change(View(Verdict.PASS))) == "was pass"
    assert was(change(None)) == "not settled before"


def test_every_kind_has_a_glyph_of_its_own() -> None:
    assert set(GLYPHS) == set(Kind)
    assert len(set(GLYPHS.values())) == len(Kind)


def test_the_page_says_what_is_missing_on_either_side() -> None:
    settled = replace(OTHER, results=(*OTHER.results[:2], UVICORN.results[2], *OTHER.results[3:]))
    before = replace(RUN, subjects=(UVICORN, settled, HOSTILE))
    page = to_html(replace(RUN, subjects=(OTHER,)), KNOWLEDGE, against=before)
    assert "In the older run only: uvicorn[ws=wsproto], &lt;b&gt;" in page
    assert "1 requirement could not be compared in full" in page
    assert HOSTILE_TEXT not in page
    assert 'class="since"' not in to_html(RUN, KNOWLEDGE)
