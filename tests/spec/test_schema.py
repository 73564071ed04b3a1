"""The tables as they stand in `schema.toml`."""

import re
import tomllib
from pathlib import Path
from typing import Any

from asgi_conformance.spec import schema
from asgi_conformance.spec.catalogue import load as load_catalogue
from asgi_conformance.spec.direction import Direction
from asgi_conformance.spec.schema import NonePolicy, Table, load
from asgi_conformance.spec.shapes import Kind, parse

SPEC = Path(schema.__file__).parent


def raw() -> dict[str, Any]:
    return tomllib.loads((SPEC / "schema.toml").read_text())


def every_table() -> list[Table]:
    entries = [extension.entry for extension in load().extensions.values()]
    return [*load().scopes.values(), *load().events.values(), *entries]


def test_every_scope_event_and_extension_has_a_table() -> None:
    assert set(load().scopes) == {"http", "websocket", "lifespan"}
    assert len(load().events) == 24
    assert len(load().extensions) == 8


def test_events_of_an_extension_name_it_and_are_named_by_it() -> None:
    named = {event: extension.name for extension in load().extensions.values() for event in extension.events}
    assert named == {event.name: event.extension for event in load().events.values() if event.extension}


def test_types_are_namespaced_by_scope() -> None:
    assert all(event.name.startswith(event.scope + ".") for event in load().events.values())


def test_a_key() -> None:
    key = load().scopes["http"].keys["server"]
    assert key.shape == parse("pair[str, int | None]")
    assert not key.required
    assert key.none is NonePolicy.DEFAULT
    assert key.since == (2, 0)
    assert load().events["websocket.close"].keys["reason"].since == (2, 3)
    assert load().events["websocket.close"].direction is Direction.SENT
    assert load().scopes["http"].defaults["scheme"] == "http"
    assert "path" not in load().scopes["http"].defaults


def test_only_a_key_that_may_be_missing_has_a_default() -> None:
    """But for the version, which applications have to assume although servers have to give it (A04)."""
    tables = [*load().scopes.values(), *load().events.values()]
    assert {
        name for table in tables for name, key in table.keys.items() if key.required and name in table.defaults
    } == {"asgi.version"}


def test_where_none_is_the_default_it_is_legal_as_a_value() -> None:
    for table in every_table():
        for name, default in table.defaults.items():
            if default is None:
                assert table.keys[name].none in (NonePolicy.DEFAULT, NonePolicy.LEGAL)


def test_every_requirement_that_the_tables_and_modules_name_exists() -> None:
    known = load_catalogue()
    words = {
        word
        for path in [SPEC / "schema.toml", *SPEC.glob("*.py")]
        for word in re.findall(r'"((?:common|http|websocket|lifespan|ext|tls)\.[a-z0-9.-]+)"', path.read_text())
    }
    ids = words - set(load().events) - set(load().extensions) - {"lifespan.rst", "tls.rst"}
    assert len(ids) > 100
    assert {id for id in ids if id not in known} == set()


def test_every_owner_is_a_requirement() -> None:
    known = load_catalogue()
    for table in every_table():
        for key in table.keys.values():
            owners = {table.owner(key, kind) for kind in Kind} | {rule.requirement for rule in key.rules} - {""}
            assert all(owner in known for owner in owners - {""}), key.name
    assert all(extension.requirement in known for extension in load().extensions.values())


def test_no_field_is_misspelt() -> None:
    fields = {
        *("type", "required", "default", "since", "added", "none", "const", "enum", "pattern", "ranges", "then"),
        *("forbidden", "constraint", "extension", "requirement", "on"),
    }
    data = raw()
    for section in ("scope", "event", "extension"):
        for entry in data[section].values():
            for name, key in entry.get("keys", {}).items():
                assert set(key) <= fields, name
