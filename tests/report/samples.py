"""Runs to report on, and a catalogue of a few requirements, so that no golden file depends on the real one."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from asgi_conformance.report.escape import visible
from asgi_conformance.report.knowledge import Knowledge
from asgi_conformance.results import Check, Moment, Result, Run, Script, Subject
from asgi_conformance.spec.requirement import Requirement, Side, Testable
from asgi_conformance.verdict import BROKEN, Level, Verdict

HOSTILE_NAME = '<b>&|"\x1b[31m'
HOSTILE_TEXT = "</script><script>alert(1)</script>\x1b]0;own\x07\r\n| `x` | \u202eevil * [a](http://evil.example) @all"


def entry(
    name: str,
    level: Level,
    title: str,
    summary: str = "",
    section: str = "Scope",
    url: str = "",
    *,
    file: str = "www.rst",
) -> Requirement:
    """A requirement of the catalogue, as far as reports read it."""
    return Requirement(
        id=name,
        area="http",
        side=Side.SERVER,
        level=level,
        title=title,
        summary=summary,
        document=file,
        section=section,
        url=url,
        since=None if name.startswith("tls") else (2, 0),
        spec="www",
        derived=False,
        stimulus="",
        expect="",
        pitfalls="",
        testable=Testable.YES,
        testable_reason="",
        violations=(),
        ambiguity=(),
        related=(),
        also=(),
        broken=BROKEN[level.group],
    )


class Mark(Enum):
    """As `spec.capabilities.Mark`."""

    WORKS = "works"
    LIMITED = "limited"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Row:
    """As `spec.capabilities.Row`."""

    id: str
    title: str
    group: str
    requirements: tuple[str, ...]
    of: str = "server"


@dataclass(frozen=True)
class Assessed:
    mark: Mark
    words: str = ""


def assess(row: Row, found: Any) -> Assessed:
    asked = {name: found.verdicts[name] for name in row.requirements if name in found.verdicts}
    broken = [name for name, verdict in asked.items() if verdict in (Verdict.FAIL, Verdict.WARN)]
    if not asked:
        return Assessed(Mark.UNKNOWN)
    if Verdict.UNSUPPORTED in asked.values():
        return Assessed(Mark.NO, "not offered")
    if broken:
        return Assessed(Mark.LIMITED, "all but " + " | ".join(name.rpartition(".")[2] for name in broken))
    return Assessed(Mark.WORKS)


REFUSAL = "websocket.close.before-accept.status-403"
SPEC = "https://asgi.readthedocs.io/en/latest/specs/www.html"
ENTRIES = (
    entry("http.scope.type", Level.MUST, 'scope["type"] is "http"', "The key names the protocol.", url=f"{SPEC}#scope"),
    entry("http.scope.method.upper", Level.MUST, "The method is upper-cased", "HTTP method name, uppercased."),
    entry("http.scope.state", Level.SHOULD, "State is a shallow copy", "Each request gets a copy.", "Lifespan State"),
    entry("http.response.start.headers.order", Level.MUST, "Header order is kept", "", "Start", f"{SPEC}#start"),
    entry("http.response.body.after-last", Level.MUST_NOT, "Nothing follows the last body", "", "Response Body"),
    entry(REFUSAL, Level.MUST, "A refused handshake is answered with 403",
          "Closing before accepting denies the handshake with HTTP 403.", "Close", f"{SPEC}#close-send-event"),
    entry("websocket.close.code", Level.SHOULD, "The close code reaches the client", "", "Close"),
    entry("websocket.send.silent", Level.MAY, "A send after the close <is> silent | or raises", "", "Send"),
    entry("lifespan.startup.before-requests", Level.MUST, "Startup completes before the first request", "", "Startup"),
    entry("tls.scheme", Level.SHOULD, "The scheme is https", file="tls.rst"),
)  # fmt: skip

KNOWLEDGE = Knowledge(
    catalogue={requirement.id: requirement for requirement in ENTRIES},
    rows=lambda: (
        Row("http", "HTTP requests", "HTTP", ("http.scope.type", "http.scope.method.upper", "http.scope.state")),
        Row("order", "Headers in order", "HTTP", ("http.response.start.headers.order",)),
        Row("websockets", "WebSockets", "Beyond HTTP", (REFUSAL, "websocket.close.code")),
        Row("tls", "TLS details", "Beyond HTTP", ("tls.scheme", "tls.never-heard-of")),
    ),
    assess=assess,
)  # fmt: skip

REFUSED = "websocket/close/a-refused-handshake-is-answered-with-403"
ORDER = "http/response_start/header-order-is-kept-on-the-wire"
FAMILY = "http/scope/the-method-is-upper-cased[get]"

SCRIPTS = {
    REFUSED: Script(
        "A refused handshake is answered with 403",
        (
            "client opens a WebSocket at /chat",
            "app is called with scope websocket /chat",
            "app gets {'type': 'websocket.connect'}",
            "app sends {'type': 'websocket.close'}",
            "client gets response 403  [websocket.close.before-accept.status-403]",
        ),
        "The text says 403 and nothing else.\nA close code does not change it.",
    ),
    ORDER: Script(
        "Header order is kept on the wire",
        (
            r"client sends b'GET /order HTTP/1.1\r\nHost: test\r\n\r\n'",
            "app is called with scope http /order",
            "app sends {'type': 'http.response.start', 'status': 200, 'headers': [(b'x-b', b'1'), (b'x-a', b'2')]}",
            "app sends {'type': 'http.response.body', 'body': b'ok'}",
            "client gets response 200 with headers in order  [http.response.start.headers.order]",
        ),
    ),
    FAMILY: Script("The method is upper-cased (get)", ("client sends b'get / HTTP/1.1'", "app is called with POST")),
}


def strings(value: Any) -> Iterator[str]:
    """Every text in what JSON can hold."""
    if isinstance(value, str):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from strings(one)


def harmless(text: str) -> bool:
    """Whether nothing in it acts instead of being seen."""
    return visible(text) == text


def moments(answer: str, *, delay: int = 0, line: int | None = 4) -> tuple[Moment, ...]:
    """The exchange of `REFUSED`, ending as told."""
    return (
        Moment(0, "client", "sends", "GET /chat, upgrade: websocket", 0),
        Moment(410 + delay, "app", "gets", "scope websocket /chat", 1),
        Moment(520 + delay, "app", "gets", "websocket.connect", 2),
        Moment(550 + delay, "app", "sends", "websocket.close", 3),
        Moment(930 + delay, "client", "gets", answer, line),
    )


def check(requirement: str, verdict: Verdict, *, line: int | None = 4, **fields: Any) -> Check:
    level = KNOWLEDGE.catalogue[requirement].level if requirement in KNOWLEDGE.catalogue else Level.MUST
    return Check(requirement, level, verdict, line=line, **fields)


def result(case: str, *checks: Check, timeline: tuple[Moment, ...] = ()) -> Result:
    title = SCRIPTS[case].title if case in SCRIPTS else case.rpartition("/")[2].replace("-", " ").capitalize()
    return Result(case, title, 1.25, checks, timeline)


BROKEN_REFUSAL = check(
    REFUSAL,
    Verdict.FAIL,
    how="wrong status",
    behaviour="500",
    expected="response 403",
    observed="response 500, 21 bytes",
)

UVICORN = Subject(
    id="uvicorn[ws=wsproto]",
    kind="asgi-server",
    name="uvicorn",
    version="0.54.0",
    options={"ws": "wsproto"},
    declared={"asgi": "3.0", "http": "2.3", "websocket": "2.4", "lifespan": "2.0", "extensions": []},
    results=(
        result(REFUSED, BROKEN_REFUSAL, timeline=moments("HTTP/1.1 500 Internal Server Error")),
        result(ORDER, check("http.response.start.headers.order", Verdict.PASS), timeline=moments("HTTP/1.1 200 OK")),
        result(FAMILY, check("http.scope.method.upper", Verdict.PASS, line=1)),
        result("http/scope/type", check("http.scope.type", Verdict.PASS, line=None)),
        result("http/scope/state", check("http.scope.state", Verdict.WARN, how="shared", baseline="known: issue 17")),
        result("http/response_body/after", check("http.response.body.after-last", Verdict.BLOCKED, how="no response")),
        result("websocket/close/code", check("websocket.close.code", Verdict.PASS, behaviour="1000")),
        result("websocket/send/silent", check("websocket.send.silent", Verdict.NOTE, behaviour="raises OSError")),
        result("lifespan/startup/before", check("lifespan.startup.before-requests", Verdict.PASS)),
    ),
)

OTHER = Subject(
    id="hypercorn",
    kind="asgi-server",
    name="hypercorn",
    version="0.18.0",
    declared={"asgi": "3.0", "http": None, "extensions": ["tls"]},
    results=(
        result(REFUSED, check(REFUSAL, Verdict.PASS, behaviour="403"), timeline=moments("HTTP/1.1 403", delay=77)),
        result(ORDER, check("http.response.start.headers.order", Verdict.OPEN, behaviour="sorted")),
        result(FAMILY, check("http.scope.method.upper", Verdict.NOT_RUN, line=None)),
        result("http/scope/type", check("http.scope.type", Verdict.PASS, line=None)),
        result("websocket/close/code", check("websocket.close.code", Verdict.UNSUPPORTED, how="not offered")),
        result("lifespan/startup/before", check("lifespan.startup.before-requests", Verdict.ERROR, how="no free port")),
        result("tls/scheme", check("tls.scheme", Verdict.PASS)),
    ),
)

HOSTILE = Subject(
    id=HOSTILE_NAME,
    kind="asgi-server",
    name=HOSTILE_NAME,
    version="<i>1</i>",
    results=(
        result(
            REFUSED,
            check(REFUSAL, Verdict.FAIL, how=HOSTILE_TEXT, behaviour=HOSTILE_TEXT, observed=HOSTILE_TEXT),
            check("vendor.<b>.unheard-of", Verdict.FAIL, line=None, observed=HOSTILE_TEXT),
            timeline=moments(HOSTILE_TEXT),
        ),
        result("http/scope/type", check("http.scope.type", Verdict.PASS, line=None)),
    ),
)

RUN = Run(
    suite_version="0.1.0",
    suite_digest="sha256:0123456789abcdef",
    cases=10,
    checks=12,
    spec=(("asgi-www", "2.5"), ("asgi-lifespan", "2.0")),
    started="2026-11-21T14:03:00Z",
    finished="2026-11-21T14:03:04Z",
    planned=30,
    performed=30,
    complete=True,
    seed=7,
    environment={"python": "3.13.1", "os": "Linux 6.1", "cpus": 2},
    subjects=(UVICORN, OTHER, HOSTILE),
    scripts=SCRIPTS,
)
