"""Values keep their exact types on the way between processes, and nothing that a subject says breaks the reader."""

import hashlib
import json
from collections import OrderedDict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asgi_conformance.codec import Foreign, LargeBytes, Made, decode, encode
from asgi_conformance.remote import remote_values

a_few = settings(max_examples=60, deadline=None, derandomize=True, database=None)
remotely_encoded: Any = remote_values.encode
remotely_decoded: Any = remote_values.decode

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
keys = scalars | st.binary() | st.tuples(st.text(), st.binary())


def containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, max_size=4)
    return several | several.map(tuple) | st.dictionaries(keys, inner, max_size=4)


values = st.recursive(scalars | st.binary(), containers, max_leaves=20)
tags = st.sampled_from([*"btdfmBvsx"])
marked = st.dictionaries(tags, st.none() | st.integers() | st.text() | st.lists(st.integers()))
anything_in_json = st.recursive(
    scalars | marked,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(tags | st.text(max_size=3), inner, max_size=4),
    max_leaves=20,
)


def through_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


def same(one: Any, other: Any) -> bool:
    """Equal, and of the same types at any depth: 1, 1.0 and True are three things."""
    if type(one) is not type(other) or one != other:
        return False
    if isinstance(one, dict):
        return same(list(one.items()), list(other.items()))
    return not isinstance(one, list | tuple) or all(map(same, one, other))


@a_few
@given(values)
def test_built_in_values_come_back_with_their_types(value: Any) -> None:
    assert same(decode(through_json(encode(value))), value)


@a_few
@given(values)
def test_the_remote_application_reads_what_we_write(value: Any) -> None:
    assert same(remotely_decoded(through_json(encode(value))), value)


@a_few
@given(values)
def test_we_read_what_the_remote_application_writes(value: Any) -> None:
    assert same(decode(through_json(remotely_encoded(value))), value)


@pytest.mark.parametrize(
    "value",
    [
        Foreign("bytearray", b"\xff", "bytearray(b'\\xff')"),
        Foreign("socket.socket", None, "<socket>"),
        LargeBytes(10, "ab" * 32, b"\x00\xff"),
        Made("generator", [b"a"]),
        [Made("object")],
    ],
)
def test_what_is_not_built_in_travels_too(value: Any) -> None:
    assert decode(through_json(encode(value))) == value


@a_few
@given(anything_in_json)
def test_any_json_can_be_read(data: Any) -> None:
    decode(data)


@pytest.mark.parametrize(
    "data",
    [{"x": 1}, {}, {"b": 1}, {"b": "x", "more": 1}, {"d": [[1]]}, {"d": [1]}, {"d": 1}, {"t": 1}, {"B": [1]}, {"f": 1}],
    ids=str,
)
def test_what_we_would_never_write_is_told_as_such(data: Any) -> None:
    assert decode(data) == Foreign("unreadable", None, repr(data))


def test_what_cannot_be_a_key_becomes_its_repr() -> None:
    assert decode({"d": [[[1], "x"]]}) == {"[1]": "x"}
    assert decode({"d": [[{"t": [{"d": []}]}, "x"]]}) == {"({},)": "x"}


def test_characters_beyond_latin_1_do_not_pass_for_bytes() -> None:
    assert decode({"b": "€"}) == b"?"


def test_an_object_is_nothing_that_a_script_can_carry() -> None:
    with pytest.raises(TypeError, match="a script cannot carry a object"):
        encode(object())


def test_long_bytes_are_known_by_length_and_digest() -> None:
    data = b"x" * (remote_values.LONG + 1)
    large = decode(through_json(remotely_encoded(data)))
    assert large == LargeBytes(len(data), hashlib.sha256(data).hexdigest(), b"x" * 64)
    assert large.equals(data)
    assert not large.equals(data[:-1] + b"y")
    assert not large.equals(data[:-1])


def test_representations_are_short_and_say_what_it_is() -> None:
    assert repr(Foreign("bytearray", b"x", "bytearray(b'x')")) == "<bytearray bytearray(b'x')>"
    assert repr(LargeBytes(5, "0123456789abcdef", b"hello")) == "<5 bytes, sha256 0123456789ab…, beginning b'hello'>"
    assert repr(Made("object")) == "object()"
    assert repr(Made("iterator", [b"x"])) == "iterator([b'x'])"


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        (bytearray(b"x"), Foreign("bytearray", b"x", "bytearray(b'x')")),
        (float("inf"), Foreign("float", float("inf"), "inf")),
        (OrderedDict(a=1), Foreign("collections.OrderedDict", {"a": 1}, repr(OrderedDict(a=1)))),
        (frozenset([1]), Foreign("frozenset", [1], "frozenset({1})")),
        (iter([1, 2]), None),
        (range(10**9), None),
    ],
)
def test_the_type_is_told_where_a_value_lives(value: Any, seen: Foreign | None) -> None:
    found = decode(through_json(remotely_encoded(value)))
    assert isinstance(found, Foreign)
    if seen is not None:
        assert found == seen


def test_an_object_that_cannot_be_looked_at_is_no_harm() -> None:
    class Hostile(dict[str, int]):
        def __repr__(self) -> str:
            raise KeyError

        def keys(self) -> Any:
            raise KeyError

        def __iter__(self) -> Any:
            raise KeyError

    found = decode(remotely_encoded(Hostile()))
    assert found.value in (None, {})
    assert found.text == "its repr raises KeyError"


def test_what_is_nested_too_deeply_is_cut() -> None:
    deep: list[Any] = []
    for _ in range(100):
        deep = [deep]
    assert "nested too deeply" in json.dumps(remotely_encoded(deep))
