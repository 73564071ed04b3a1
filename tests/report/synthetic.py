"""Runs of any size, alike each time, to measure the page and to look at it."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from asgi_conformance.codec import encode
from asgi_conformance.report.knowledge import Knowledge
from asgi_conformance.results import Check, Moment, Result, Run, Script, Subject
from asgi_conformance.spec.requirement import Requirement
from asgi_conformance.verdict import Level, Verdict

from .samples import KNOWLEDGE, RUN, Row, assess, entry

NAMES: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("uvicorn", "0.54.0", {"http": "h11", "ws": "websockets"}),
    ("uvicorn", "0.54.0", {"http": "httptools", "ws": "wsproto"}),
    ("hypercorn", "0.18.0", {}),
    ("daphne", "4.2.3", {}),
    ("granian", "2.8.7", {}),
    ("gunicorn", "27.0.1", {"worker": "asgi"}),
    ("h2corn", "1.4.0", {}),
    ("mangum", "0.21.0", {}),
    ("robyn-asgi", "0.90.2", {}),
    ("nginx-unit", "1.36.1", {}),
    ("blackbull", "0.43.0", {}),
    ("tremolo", "1.8.0", {}),
)
AREAS = "http.scope http.request http.response http.disconnect websocket.scope websocket.accept websocket.close "
AREAS += "lifespan.startup lifespan.shutdown common.send ext.trailers h1.framing h1.parse ws.frame ws.close"
WAYS = ("403", "closed", "raises OSError", "no-op", "101 then close", "")
HOWS = ("missing", "wrong type", "2.3 < 2.5", "str, not bytes", "lower case")
HEADERS = [(b"x-b", b"1"), (b"x-a", b"2")]
LEVELS = [Level.MUST] * 6 + [Level.SHOULD] * 3 + [Level.MAY]


def knowledge(rows: int) -> Knowledge:
    areas = AREAS.split()
    entries = {}
    for number in range(rows):
        area = areas[number * len(areas) // rows]
        name = f"{area}.point-{number:03d}"
        level = LEVELS[number % len(LEVELS)]
        title = f"The {area.replace('.', ' ')} keeps what the text says of point {number}, in its ordinary form"
        summary = "What the specification says in its own place, told again in a sentence or two of our own words."
        entries[name] = entry(name, level, title, summary, url=f"https://asgi.readthedocs.io/#{number}")
    names = list(entries)
    abilities = (
        *("HTTP/1.1", "Streaming responses", "Request bodies of any size", "Trailers", "WebSockets"),
        *("Refusals with a body", "Lifespan", "State", "Client disconnects are told", "Graceful shutdown"),
        *("root_path", "Strict parsing"),
    )
    groups = ["HTTP"] * 4 + ["WebSocket"] * 2 + ["Life"] * 4 + ["Care"] * 2
    rests = [tuple(names[number * 7 : number * 7 + 5]) for number in range(len(abilities))]
    capabilities = tuple(
        Row(title.lower().replace(" ", "-"), title, group, rest)
        for title, group, rest in zip(abilities, groups, rests, strict=True)
    )
    return replace(KNOWLEDGE, catalogue=entries, rows=lambda: capabilities, assess=assess)


def run(rows: int, columns: int) -> Run:
    chance = random.Random(rows * columns)
    entries = list(knowledge(rows).catalogue.values())
    scripts = {_case(requirement): _script(requirement) for requirement in entries}
    subjects = tuple(_subject(chance, number, entries) for number in range(columns))
    cases = rows * columns
    return replace(RUN, cases=rows, checks=rows, planned=cases, performed=cases, subjects=subjects, scripts=scripts)


def _case(requirement: Requirement) -> str:
    area, _, rest = requirement.id.rpartition(".")
    return f"{area.replace('.', '/')}/what-the-text-says-is-kept-in-{rest}"


def _script(requirement: Requirement) -> Script:
    path = requirement.id.rpartition(".")[2]
    return Script(
        requirement.title,
        (
            rf"client sends b'POST /{path} HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nhello'",
            f"app is called with a scope where type is 'http', method is 'POST', path is '/{path}'",
            "app gets the request body: b'hello'",
            "app sends {'type': 'http.response.start', 'status': 200, 'headers': [(b'x-b', b'1'), (b'x-a', b'2')]}",
            f"app sends {{'type': 'http.response.body', 'body': b'{path}'}}",
            f"client gets response 200 with the body b'{path}', the headers in their order  [{requirement.id}]",
            "app returns",
            "client closes",
        ),
        f"The text leaves room at {path}: it names the fields, and says nothing of how soon. The stricter is taken.",
    )


def _subject(chance: random.Random, number: int, entries: Sequence[Requirement]) -> Subject:
    name, version, options = NAMES[number % len(NAMES)]
    if number >= len(NAMES):
        options = {**options, "copy": str(number)}
    chosen = ",".join(f"{key}={value}" for key, value in options.items())
    results = tuple(_result(chance, requirement, name) for requirement in entries)
    return Subject(f"{name}[{chosen}]" if chosen else name, "asgi-server", name, version, options, {}, results)


def _result(chance: random.Random, requirement: Requirement, server: str) -> Result:
    verdict = chance.choices(list(Verdict), [1, 6, 5, 2, 0, 2, 4, 6, 74])[0]
    if requirement.level.group == "SHOULD" and verdict is Verdict.FAIL:
        verdict = Verdict.WARN
    broken = verdict.is_bad
    path = requirement.id.rpartition(".")[2]
    answer = _answer(chance, path, server, broken=broken)
    check = Check(
        requirement=requirement.id,
        level=requirement.level,
        verdict=verdict,
        how=chance.choice(HOWS) if broken else "",
        behaviour=chance.choice(WAYS) if chance.random() < 0.25 else "",
        expected=f"response 200 with body b'{path}', the headers in the order in which they were sent",
        observed=_told(answer),
        line=5,
    )
    return Result(_case(requirement), requirement.title, 1.5, (check,), _timeline(chance, path, answer))


def _answer(chance: random.Random, path: str, server: str, *, broken: bool) -> bytes:
    """What such a server puts on the wire; the second is another each time."""
    status = "500 Internal Server Error" if broken else "200 OK"
    body = "Internal Server Error" if broken else path
    date = f"Sat, 21 Nov 2026 14:{chance.randrange(10, 20)}:{chance.randrange(10, 60)} GMT"
    head = f"HTTP/1.1 {status}\r\ndate: {date}\r\nserver: {server}\r\ncontent-length: {len(body)}\r\n\r\n"
    return f"{head}{body}".encode()


def _told(answer: bytes) -> str:
    """In the words of a report."""
    head, _, body = answer.decode().partition("\r\n\r\n")
    status, *headers = head.split("\r\n")
    return f"response {status[9:12]}, complete, body {body.encode()!r}, headers ({', '.join(headers)!r})"


def _scope(chance: random.Random, path: str) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "server": ("127.0.0.1", 30057),
        "client": ("127.0.0.1", chance.randrange(30000, 60000)),
        "scheme": "http",
        "method": "POST",
        "root_path": "",
        "path": f"/{path}",
        "raw_path": f"/{path}".encode(),
        "query_string": b"",
        "headers": [(b"host", b"test"), (b"content-length", b"5")],
        "state": {},
    }


def _timeline(chance: random.Random, path: str, answer: bytes) -> tuple[Moment, ...]:
    steps = (
        (
            "client",
            "sends",
            repr(f"POST /{path} HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nhello".encode()),
            None,
        ),
        ("app", "gets", f"scope 'http' POST /{path}", _scope(chance, path)),
        ("app", "gets", "1 event(s), body b'hello'", [{"type": "http.request", "body": b"hello", "more_body": False}]),
        ("app", "sends", f"{{'type': 'http.response.start', 'status': 200, 'headers': {HEADERS}}}  ⇒ returned", None),
        ("app", "sends", f"{{'type': 'http.response.body', 'body': b'{path}'}}  ⇒ returned", None),
        ("client", "gets", _told(answer), answer),
        ("app", "sends", "returns", None),
        ("client", "sends", "closes", None),
    )
    at, moments = 0, []
    for line, (who, act, text, data) in enumerate(steps):
        moments.append(Moment(at, who, act, text, line, encode(data)))
        at += chance.randrange(20, 900)
    return tuple(moments)
