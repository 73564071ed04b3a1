"""Pages for the tests of the page: two configurations of a server that stand apart in the run, and an older run."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from asgi_conformance.report.html import to_html
from asgi_conformance.results import Result, Run
from asgi_conformance.verdict import Verdict

from .browser import Browser
from .samples import HOSTILE, KNOWLEDGE, OTHER, REFUSAL, REFUSED, RUN, UVICORN, check, result

PLAIN = replace(
    UVICORN,
    id="uvicorn",
    options={},
    results=(result(REFUSED, check(REFUSAL, Verdict.PASS, behaviour="closed")), *UVICORN.results[1:]),
)
"""As the other configuration in all but one."""

TWO = replace(RUN, subjects=(UVICORN, OTHER, PLAIN, HOSTILE))


def older() -> Run:
    """Of two subjects; on one of them something is fixed, broken, changed, new and retired since."""
    changed: dict[str, Result | None] = {
        "http/scope/the-method-is-upper-cased[get]": result(
            "http/scope/the-method-is-upper-cased[get]",
            check("http.scope.method.upper", Verdict.FAIL, how="lower case"),
        ),
        REFUSED: result(REFUSED, check(REFUSAL, Verdict.PASS, behaviour="403")),
        "websocket/send/silent": result(
            "websocket/send/silent", check("websocket.send.silent", Verdict.NOTE, behaviour="silent")
        ),
        "lifespan/startup/before": None,
    }
    kept = [changed.get(one.case, one) for one in UVICORN.results]
    gone = result("tls/gone", check("tls.scheme", Verdict.PASS), check("http.gone", Verdict.PASS))
    results = (*(one for one in kept if one is not None), gone)
    subject = replace(UVICORN, version="0.53.0", results=results)
    return replace(RUN, subjects=(subject, OTHER), started="2026-11-01T09:00:00Z", suite_digest="sha256:older")


def written(file: Path, run: Run = TWO, against: Run | None = None) -> Path:
    file.write_text(to_html(run, KNOWLEDGE, against=against), "utf-8")
    return file


@contextmanager
def without_scripts(browser: Browser) -> Iterator[None]:
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    yield
    browser.call("Emulation.setScriptExecutionDisabled", value=False)


SHOWN = "[...document.querySelectorAll('tr.q')].filter(row => row.offsetParent).map(row => row.id)"
OPEN = "[...document.querySelectorAll('tbody.open')].map(body => body.dataset.name)"
FRAGMENT = "decodeURIComponent(location.hash)"
HEADS = "[...table.element.tHead.rows[0].cells].filter(head => head.offsetParent).map(head => head.innerText)"


def cell(requirement: str, column: int) -> str:
    return f'[id="{requirement}"] td:nth-of-type({column + 1})'


def cells(requirement: str) -> str:
    """An expression: the classes of the cells of a row that are to be seen."""
    row = f"document.getElementById('{requirement}')"
    return f"[...{row}.querySelectorAll('td')].filter(cell => cell.offsetParent).map(cell => cell.classList[0])"


def typed(browser: Browser, text: str) -> None:
    """Into the search box, all at once."""
    browser.run("(box => { box.focus(); box.select() })(document.querySelector('[name=q]'))")
    browser.call("Input.insertText", text=text)
