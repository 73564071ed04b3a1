"""When a line has heard enough, as its matchers say."""

from typing import Any

import pytest

from asgi_conformance.authoring import (
    anything,
    app,
    body_part,
    client,
    closed,
    nothing,
    pong,
    requirement,
    response,
    scope,
    silence,
    warn,
)
from asgi_conformance.script import Line
from asgi_conformance.stage.listening import all_matchers, answers, listeners, takes

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize(
    ("line", "data", "ended", "taken"),
    [
        (client.gets(response()), OK + b"x", False, len(OK)),
        (client.gets(response()), OK[:-1], False, None),
        (client.gets(ways={"a": body_part(b"x"), "b": response()}), OK, False, len(OK)),
        (client.gets(ways={"a": silence(), "b": closed()}), OK, False, None),
        (client.gets(ways={"a": silence(), "b": closed()}), OK, True, len(OK)),
        (client.gets(ways={"a": silence()}), OK, True, len(OK)),
        (client.gets(requirement("a", expects=response())), OK, False, len(OK)),
        (client.gets(warn(response())), OK, False, len(OK)),
        (client.gets(anything()), b"", False, None),
        (client.gets(anything()), b"x", False, 1),
        (client.gets(), b"x", False, None),
        (client.gets(), b"x", True, 1),
        (client.gets_nothing(), b"", False, None),
    ],
)
def test_what_a_line_takes(line: Line, data: bytes, ended: bool, taken: int | None) -> None:
    assert takes(line, data, ended) == taken


def test_events_of_streams_are_taken_alike() -> None:
    line: Any = client.gets(anything())
    assert takes(line, [1, 2], False) == 2


def test_those_that_listen_are_found_wherever_they_are_wrapped() -> None:
    line = app.is_called(
        requirement("a", ways={"x": warn(pong(b"")), "y": scope()}),
        ways={"called": scope(), "refused": response(400), "both": warn(anything())},
    )
    assert [matcher.says() for matcher in listeners(line)] == ["response 400", "a pong frame b''"]
    together = client.gets(anything(), nothing(), closed())
    assert [matcher.says() for matcher in listeners(together)] == ["nothing", "the connection closed"]
    assert len(all_matchers(line)) == 5


def test_an_answer_is_what_one_of_them_takes() -> None:
    line = app.is_called(ways={"called": scope(), "refused": response(400), "closed": closed()})
    assert answers(line, b"", False) is None
    assert answers(line, OK, False) == len(OK)
    assert answers(line, b"", True) == 0
    assert answers(app.is_called(scope()), OK, True) is None
