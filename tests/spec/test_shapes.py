"""Shapes: how they are written, and in which ways a decoded value deviates."""

from typing import Any

import pytest

from asgi_conformance.codec import Foreign, LargeBytes
from asgi_conformance.spec.shapes import Kind, mismatches, parse, show

LARGE = LargeBytes(200_000, "00" * 32, b"begin")
HEADERS = "iterable[pair[bytes, bytes]]"


def deviations(value: Any, shape: str) -> list[tuple[str, Kind]]:
    return [(mismatch.path, mismatch.kind) for mismatch in mismatches(value, parse(shape), "key")]


@pytest.mark.parametrize(
    ("shape", "value"),
    [
        ("str", ""),
        ("bytes", b"x"),
        ("bytes", LARGE),
        ("int", 0),
        ("bool", False),
        ("dict", {}),
        ("dict", {b"key": 1}),
        ("dict", Foreign("collections.OrderedDict", {"a": 1})),
        ("any", object()),
        ("int | None", None),
        ("int | None", 1),
        ("iterable[str]", []),
        ("iterable[str]", ("a", "b")),
        ("iterable[bytes]", Foreign("mine.Links", [b"a"])),
        ("pair[str, int]", ["127.0.0.1", 80]),
        ("pair[str, int | None]", ("/run/socket", None)),
        ("pair[str, int]", Foreign("mine.Address", ["127.0.0.1", 80])),
        (HEADERS, [(b"a", b"1")]),
        (HEADERS, ([b"a", b"1"], Foreign("mine.Header", [b"b", LARGE]))),
        (HEADERS, Foreign("dict_items", [(b"a", b"1")])),
        ("dict[str, any]", {"a": object()}),
        ("dict[str, pair[str, int]]", {"a": ("b", 1)}),
    ],
)
def test_what_has_its_shape(shape: str, value: Any) -> None:
    assert deviations(value, shape) == []


@pytest.mark.parametrize(
    ("shape", "value", "place", "kind"),
    [
        ("str", b"x", "key", Kind.WRONG_TYPE),
        ("str", None, "key", Kind.WRONG_TYPE),
        ("str", Foreign("mine.Text", "x"), "key", Kind.SUBCLASS),
        ("bytes", "x", "key", Kind.WRONG_TYPE),
        ("bytes", Foreign("bytearray", b"x"), "key", Kind.WRONG_TYPE),
        ("bytes", Foreign("memoryview", LARGE), "key", Kind.WRONG_TYPE),
        ("bytes", Foreign("mine.Bytes", b"x"), "key", Kind.SUBCLASS),
        ("int", True, "key", Kind.WRONG_TYPE),
        ("int", 1.0, "key", Kind.WRONG_TYPE),
        ("int", Foreign("http.HTTPStatus", 200), "key", Kind.SUBCLASS),
        ("bool", 1, "key", Kind.WRONG_TYPE),
        ("bool", Foreign("numpy.bool_", None, "True"), "key", Kind.WRONG_TYPE),
        ("dict", [], "key", Kind.WRONG_TYPE),
        ("dict", Foreign("mappingproxy", {"a": 1}), "key", Kind.WRONG_TYPE),
        ("int | None", "1", "key", Kind.WRONG_TYPE),
        ("iterable[str]", "chat", "key", Kind.WRONG_TYPE),
        ("iterable[bytes]", b"link", "key", Kind.WRONG_TYPE),
        ("iterable[str]", None, "key", Kind.WRONG_TYPE),
        ("iterable[str]", 3, "key", Kind.WRONG_TYPE),
        ("iterable[str]", Foreign("mine.NoIterable"), "key", Kind.WRONG_TYPE),
        ("iterable[str]", [b"chat"], "key[]", Kind.WRONG_TYPE),
        ("iterable[str]", Foreign("generator", ["chat"]), "key", Kind.ONE_SHOT),
        ("iterable[str]", Foreign("list_iterator", []), "key", Kind.ONE_SHOT),
        ("iterable[str]", Foreign("itertools.chain", []), "key", Kind.ONE_SHOT),
        ("pair[str, int]", ["127.0.0.1"], "key", Kind.WRONG_LENGTH),
        ("pair[str, int]", ["::1", 80, 0, 0], "key", Kind.WRONG_LENGTH),
        ("pair[str, int]", "ab", "key", Kind.WRONG_TYPE),
        ("pair[str, int]", ["127.0.0.1", "80"], "key[1]", Kind.WRONG_TYPE),
        ("pair[str, int]", ["127.0.0.1", None], "key[1]", Kind.WRONG_TYPE),
        ("pair[str, int]", [None, 80], "key[0]", Kind.WRONG_TYPE),
        (HEADERS, {b"a": b"1"}, "key[]", Kind.WRONG_TYPE),
        (HEADERS, [(b"a",)], "key[]", Kind.WRONG_LENGTH),
        (HEADERS, [b"ab"], "key[]", Kind.WRONG_TYPE),
        (HEADERS, [("a", b"1")], "key[][0]", Kind.WRONG_TYPE),
        (HEADERS, [(b"a", "1")], "key[][1]", Kind.WRONG_TYPE),
        (HEADERS, [(b"a", Foreign("mine.Bytes", b"1"))], "key[][1]", Kind.SUBCLASS),
        ("dict[str, any]", {1: "a"}, "key key", Kind.WRONG_TYPE),
        ("dict[str, int]", {"a": "a"}, "key.a", Kind.WRONG_TYPE),
        ("dict[str, int]", None, "key", Kind.WRONG_TYPE),
    ],
)
def test_what_has_not(shape: str, value: Any, place: str, kind: Kind) -> None:
    assert deviations(value, shape) == [(place, kind)]


def test_it_says_what_was_expected_and_what_came() -> None:
    (mismatch,) = mismatches([("a", b"1")], parse(HEADERS), "headers")
    assert (mismatch.expected, mismatch.got) == ("bytes", "str 'a'")
    (mismatch,) = mismatches("x", parse(HEADERS), "headers")
    assert mismatch.expected == "iterable of (bytes, bytes)"
    (mismatch,) = mismatches([1], parse("pair[str, int | None]"), "server")
    assert (mismatch.expected, mismatch.got) == ("2 items", "list [1]")
    (mismatch,) = mismatches(1, parse("dict[str, any]"), "info")
    assert mismatch.expected == "dict of str to anything"
    (mismatch,) = mismatches(1, parse("pair[str, int | None]"), "server")
    assert mismatch.expected == "(str, int or None)"


def test_a_long_value_is_cut() -> None:
    assert show("x" * 1000) == "str '" + "x" * 78 + "…"
    assert show(None) == "None"
    assert show(Foreign("bytearray", b"x", "bytearray(b'x')")) == "<bytearray bytearray(b'x')>"


@pytest.mark.parametrize(
    "text", ["string", "iterable[]", "pair[str]", "dict[str]", "list[str]", "", "iterable[str, int]"]
)
def test_what_is_no_shape(text: str) -> None:
    with pytest.raises(ValueError, match="is no shape"):
        parse(text)
