"""What stands in the page as data, besides what the page's own tests see: reproductions, changes, and what is cut."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from asgi_conformance.report.comparison.compare import compare
from asgi_conformance.report.data import LONGEST_KIT, LONGEST_SCRIPT, Kits, embedded, packed
from asgi_conformance.report.matrix import build
from asgi_conformance.results import Run, Script
from asgi_conformance.verdict import Verdict

from .samples import BROKEN_REFUSAL, KNOWLEDGE, REFUSAL, REFUSED, RUN, UVICORN, check, result

WELL = result("a/well", check(REFUSAL, Verdict.PASS))
BROKEN = result(REFUSED, BROKEN_REFUSAL)
ALSO = result("a/also", BROKEN_REFUSAL)


def of(*results: Any, **fields: Any) -> Run:
    return replace(RUN, subjects=(replace(UVICORN, results=results),), **fields)


def data(run: Run, *, against: Run | None = None, kits: Kits | None = None) -> Mapping[str, Any]:
    comparison = compare(against, run, KNOWLEDGE) if against else None
    found: Mapping[str, Any] = json.loads(
        embedded(run, build(run, KNOWLEDGE), (), KNOWLEDGE, comparison=comparison, kits=kits)
    )
    return found


def text(found: Mapping[str, Any], series: list[int]) -> str:
    """A reproduction put together again."""
    lines = [
        line for at in range(0, len(series), 2) for line in found["code"][series[at] : series[at] + series[at + 1]]
    ]
    return "\n".join(lines)


def test_reproductions_share_their_lines() -> None:
    shared = "import socket\nimport sys\n\nprint('the same')"
    texts = {REFUSED: f"# one\n{shared}\n", "a/also": f"# other\n{shared}\nprint()\n"}
    found = data(of(BROKEN, ALSO, WELL), kits=lambda subject, result: texts[result.case])
    ids = [case[0] for case in found["cases"]]
    assert {ids[int(case)]: text(found, series) for case, series in found["kits"][0].items()} == texts
    assert len(found["code"]) == len(set(found["code"])) == 7
    assert len(found["kits"][0][str(ids.index("a/also"))]) == 8, "a series of lines is two numbers"


def test_only_what_is_broken_has_one_and_a_very_long_one_is_left_out() -> None:
    texts = {REFUSED: "x" * (LONGEST_KIT + 1), "a/also": None, "a/well": "never asked for"}
    found = data(of(BROKEN, ALSO, WELL), kits=lambda subject, result: texts[result.case])
    assert list(found["kits"][0].values()) == [[]]
    assert found["code"] == []
    assert data(of(BROKEN))["kits"] == []


def test_changes_stand_by_row_and_column() -> None:
    found = data(of(BROKEN), against=of(replace(BROKEN, checks=(check(REFUSAL, Verdict.PASS, behaviour="403"),))))
    ((kind, before, after),) = found["changes"]["0"].values()
    assert kind == "broken"
    assert [(v, found["texts"][words]) for v, words in (before, after)] == [("p", "403"), ("f", "500")]
    assert found["since"] == "21 November 2026, 14:03 UTC"
    assert data(of(BROKEN), against=of(BROKEN))["changes"] == {}


def test_a_script_without_end_is_cut_with_a_word() -> None:
    found = data(of(BROKEN, scripts={REFUSED: Script("Endless", ("again",) * 5000, "note\n" * 5000)}))
    _, title, note, lines, *_ = found["cases"][0]
    assert title == "Endless"
    assert len(lines) == LONGEST_SCRIPT + 1
    assert found["texts"][lines[-1]] == "… 4800 more lines …"
    assert "more …" in found["texts"][note]


def test_the_same_data_gives_the_same_bytes() -> None:
    assert packed("{}") == packed("{}")
    assert packed("{}").startswith("H4sIAAAAAAA"), "no time in it"
