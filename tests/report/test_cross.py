"""Applications on servers: every pair has its cell, and what is hostile in a name stays a name."""

from dataclasses import replace

from asgi_conformance.report.cross import cross
from asgi_conformance.report.html import to_html
from asgi_conformance.report.knowledge import published
from asgi_conformance.report.markdown import to_markdown
from asgi_conformance.report.matrix import build
from asgi_conformance.results import Check, Result, Run, Subject
from asgi_conformance.verdict import Level, Verdict

from .samples import RUN


def stack(id: str, *verdicts: Verdict) -> Subject:
    requirements = ("http.response.start.status-type", "http.response.body.app-types", "common.app.returns-none")
    checks = [Check(name, Level.MUST, verdict) for name, verdict in zip(requirements, verdicts, strict=False)]
    results = tuple(Result(f"contract/a/{check.requirement}", "A title", 1.0, (check,)) for check in checks)
    return Subject(id, "asgi-stack", id, "1 + 2", results=results)


STACKS = (
    stack("uvicorn[http=h11]+starlette", Verdict.PASS, Verdict.PASS),
    stack("hypercorn+starlette", Verdict.PASS, Verdict.FAIL, Verdict.WARN),
    stack("uvicorn[http=h11]+shop:<b>app", Verdict.PASS, Verdict.NOTE),
)
SERVED: Run = replace(RUN, subjects=STACKS)


def test_every_pair_has_its_cell() -> None:
    table = cross(build(SERVED, published()))
    assert table.servers == ("uvicorn[http=h11]", "hypercorn")
    starlette, shop = table.lines
    assert [(pair.kept, pair.decided) for pair in starlette.pairs if pair] == [(2, 2), (1, 3)]
    assert starlette.pairs[1] is not None and starlette.pairs[1].others == {Verdict.FAIL: 1, Verdict.WARN: 1}
    assert shop.pairs[1] is None
    assert shop.pairs[0] is not None and not shop.pairs[0].others


def test_servers_alone_make_no_table() -> None:
    assert cross(build(RUN, published())).lines == ()
    assert "Applications on servers" not in to_html(RUN)
    assert "Applications on servers" not in to_markdown(RUN)


def test_reports_show_it() -> None:
    page, text = to_html(SERVED), to_markdown(SERVED)
    assert page.count("Applications on servers") == 2
    assert "shop:&lt;b&gt;app" in page and "<b>app" not in page.partition('id="data"')[0]
    assert "## Applications on servers" in text and "| 1/3 ✗1 ⚠1 |" in text
