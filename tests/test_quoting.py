"""What suites say can be written down again as the source that says it."""

from typing import Any

import pytest

from asgi_conformance import authoring
from asgi_conformance.authoring import (
    ABSENT,
    Opcode,
    Over,
    absent_or,
    app,
    case,
    client,
    documented,
    either,
    made,
    message,
    process,
    raises,
    requirement,
    response,
    scope,
    these_fields,
    warn,
)
from asgi_conformance.authoring.quoting import quote, quoting, source
from asgi_conformance.script import Case


def every_kind_of_line() -> Case:
    other = app.named("other")
    return case(
        'It\'s a "title"',
        client.sends(b"GET /\xff HTTP/1.1\r\n", b"\r\n"),
        client.named("second").sends_frames((Opcode.TEXT, b"a", False), (Opcode.CONTINUATION, b"")),
        app.is_called(scope(path="/", root_path=absent_or("")), on="/"),
        other.is_called(scope(headers=these_fields((b"a", b"1")), client=either(ABSENT, None, ["::1", 1]))),
        app.sends(
            {"type": "x", "headers": [(b"a", b"b")], "file": made("file", b"x")},
            ways={"raises": raises(), "": warn({})},
        ),
        app.sends({"type": "x", "one": (1,)}, requirement("http.scope.type", expects=raises("OSError"), since="2.4")),
        other.sends({"type": "x"}, through=app),
        client.gets(response(200, body=b"x"), documented("http.scope.type"), message(text="é")),
        process.starts(),
        over=Over.TLS,
        needs=("websocket", "extension:tls"),
        options={"root_path": "/app"},
    )


def run(text: str) -> Case:
    found: list[Case] = []

    def keep(*args: Any, **kwargs: Any) -> None:
        found.append(case(*args, **kwargs))

    names = text.partition("import ")[2].partition("\n")[0].split(", ")
    scope = {name: getattr(authoring, name) for name in names} | {"case": keep}
    exec(text.partition("\n")[2], scope)  # noqa: S102 - what `source` has written
    (made,) = found
    return made


def test_the_source_makes_the_same_case() -> None:
    with quoting():
        original = every_kind_of_line()
        text = source(original)
    copy = run(text)
    assert [line.says() for line in copy.lines] == [line.says() for line in original.lines]
    assert [line.act for line in copy.lines] == [line.act for line in original.lines]
    assert (copy.title, copy.over, copy.needs, copy.options) == (
        original.title, original.over, original.needs, original.options,
    )  # fmt: skip


def test_only_names_that_suites_may_import_are_imported() -> None:
    with quoting():
        text = source(every_kind_of_line())
    names = text.partition("import ")[2].partition("\n")[0].split(", ")
    assert names == sorted(names)
    assert set(names) <= set(authoring.__all__)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": [(1, 2), (b"x",)]}, "{'a': [(1, 2), (b'x',)]}"),
        ((), "()"),
        (ABSENT, "ABSENT"),
        (Opcode.PING, "Opcode.PING"),
        (app.named("other"), "app.named('other')"),
        (client, "client"),
        (None, "None"),
    ],
)
def test_plain_values(value: object, text: str) -> None:
    assert quote(value) == text


def test_outside_nothing_is_remembered() -> None:
    line = app.is_called()
    assert quote(line) == repr(line)
    with quoting():
        assert quote(line) == repr(line), "it was made before"
        assert quote(app.is_called()) == "app.is_called()"
