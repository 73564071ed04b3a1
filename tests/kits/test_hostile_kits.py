"""What a subject sent cannot leave its literal, comment or code span; what it takes to a kit is said where it lacks."""

import ast
import re
from dataclasses import replace
from typing import Any

import pytest
from report.samples import HOSTILE_NAME, HOSTILE_TEXT

from asgi_conformance.authoring import app, case, client, requirement, response, scope
from asgi_conformance.authoring.cases import collecting
from asgi_conformance.codec import Foreign, LargeBytes, Made, encode
from asgi_conformance.kits import literals
from asgi_conformance.kits.issue import to_issue
from asgi_conformance.kits.kit import kit_of
from asgi_conformance.kits.literals import NoKit, code, comment
from asgi_conformance.kits.story import Story, story_of
from asgi_conformance.report.escape import visible
from asgi_conformance.results import Check, Moment, Result, Run, Subject
from asgi_conformance.script import Case
from asgi_conformance.verdict import Level, Verdict

EVIL = f"'''\"\"\"\\\n# -*- coding: utf-7 -*-\r\nimport os; os._exit(7)\x00\u2028{HOSTILE_TEXT}```"
"""Ends every kind of literal and comment, and a fence."""
RULE = "http.response.start.status"


def made() -> Case:
    with collecting("mine/") as cases:
        case(
            "A status is sent as it is given",
            client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
            app.is_called(scope(type="http")),
            app.sends({"type": "http.response.start", "status": 200}),
            client.gets(response(200), requirement(RULE)),
        )
    found = cases[0]
    assert isinstance(found, Case)
    return found


def result_of(data: bytes, words: str) -> Result:
    check = Check(RULE, Level.MUST, Verdict.FAIL, "wrong body", EVIL, EVIL, EVIL, 3)
    moment = Moment(5, "client", "gets", f"response 500, complete, {words}", 3, encode(data))
    return Result("mine/x", EVIL, 1.0, (check,), (moment,))


HEAD = b"HTTP/1.1 500 Evil\r\nContent-Length: %d\r\nX-Evil: %s\r\n\r\n"
BODY = EVIL.encode("utf-8", "surrogatepass")
HOSTILE = Subject(
    f"uvicorn{HOSTILE_NAME}{EVIL}", "asgi-server", "mine", EVIL, {"command": "python -m mine {app} {port}"}
)


def story(data: bytes = HEAD % (len(BODY), b"'''\"\"\"\x1b[31m") + BODY) -> Story:
    return story_of(HOSTILE, result_of(data, EVIL), made())


def test_hostile_text_stays_where_it_was_put() -> None:
    text = kit_of(story())
    tree = ast.parse(text)
    first = ast.parse(
        kit_of(story_of(replace(HOSTILE, id="mine", version="1"), result_of(HEAD % (0, b""), ""), made()))
    )
    assert [type(node) for node in tree.body] == [type(node) for node in first.body]
    assert [visible(line) for line in text.split("\n")] == text.split("\n")
    assert text.startswith("#!/usr/bin/env python3\n# A stand-alone")
    behaviour = next(
        eval(ast.unparse(node.value), {})
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "BEHAVIOUR"
    )
    assert behaviour[4]["body"] == BODY


def run_with(subject: Subject) -> Run:
    environment = {"python": EVIL, "os": EVIL}
    return Run("0", "sha256:0", 1, 1, (), "now", "then", 1, 1, True, 0, environment, (subject,))


def test_hostile_text_comes_alive_nowhere_in_the_issue() -> None:
    text = to_issue(story(), run_with(HOSTILE), "kit`.py\n")
    outside, fence = [], ""
    for line in text.split("\n"):
        marks = re.match("`{3,}", line)
        if not fence:
            outside.append(line)
            fence = marks[0] if marks else ""
        elif line == fence:
            fence = ""
    assert not fence, "a fence is left open"
    assert "<script" not in "\n".join(outside)
    assert "\n".join(outside).count("```") == 2, "nothing but our two fences"
    assert all(visible(line) == line for line in text.split("\n"))
    assert not re.search(r"[^\\]@all", "".join(re.sub("<code>.*?</code>", "", line) for line in outside))


@pytest.mark.parametrize(
    "value",
    [
        None, True, -3, 1.5, "é\u202e'\"", b"\x00'\"\r\n\\", [1, (2,), ()], {"a": {b"b": [None]}}, b"x" * 5000,
        "ab" * 3000, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" + b"q" * 9000 + b"end", {},
        {"long": "y" * 90, "more": ["z" * 90]}, (b"h" * 70, b"v" * 70), [], float("1e20"),
    ],
)  # fmt: skip
def test_a_literal_makes_the_value_again(value: Any) -> None:
    text = code(value)
    found = eval(text, {})
    assert (found, type(found)) == (value, type(value))
    assert text.isascii()
    assert all(len(line) < 700 for line in text.split("\n"))


def test_what_can_only_be_made_is_made() -> None:
    assert list(eval(code(Made("generator", [1, 2])), {})) == [1, 2]
    assert eval(code([Made("bytearray", b"x"), Made("iterator", [])]), {})[0] == bytearray(b"x")
    assert type(eval(code(Made("object")), {})) is object
    assert eval(code(Made("long-bytes", (b"ab", 50_000))), {}) == b"ab" * 50_000
    assert repr(eval(code(float("inf")), {})) == "inf"


@pytest.mark.parametrize(
    "value", [Foreign("x", None, ""), LargeBytes(1, "", b""), Made("file", b""), object(), bytes(range(256)) * 30]
)
def test_what_cannot_be_written_down_is_refused(value: Any) -> None:
    with pytest.raises(NoKit):
        code(value)


def test_a_comment_is_one_line_and_not_for_ever() -> None:
    assert comment("a\nb\r\x00") == "a\\nb\\r\\x00"
    assert len(comment("x" * 10_000)) < 400


def test_statements_keep_their_shape() -> None:
    assert literals.indented(["a(\n    b\n)", "c"]) == ["    a(", "        b", "    )", "    c"]
