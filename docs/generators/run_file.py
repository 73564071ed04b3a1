"""The run file, from its schema."""

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

from generators.prose import code, escaped, table

Schema = Mapping[str, Any]


def markdown() -> str:
    """A section for each kind of object, the file itself first."""
    schema = schema_of_runs()
    objects = [("The file", schema), *_objects(schema, ""), *_definitions(schema)]
    return "\n".join(_section(title, one) for title, one in objects)


def schema_of_runs() -> Schema:
    text = (files("asgi_conformance.report") / "run.schema.json").read_text("utf-8")
    schema: Schema = json.loads(text)
    return schema


def _definitions(schema: Schema) -> Iterator[tuple[str, Schema]]:
    for name, one in schema["$defs"].items():
        if "properties" in one:
            yield code(name), one


def _objects(schema: Schema, path: str) -> Iterator[tuple[str, Schema]]:
    """Those that stand within another, by where they stand: `suite`, `spec[]`."""
    for name, one in schema["properties"].items():
        inner, place = (one["items"], f"{path}{name}[]") if "items" in one else (one, f"{path}{name}")
        if "properties" in inner:
            yield code(place), inner
            yield from _objects(inner, f"{place}.")


def _section(title: str, schema: Schema) -> str:
    about = escaped(schema.get("description", ""))
    required = schema.get("required", ())
    rows = [
        (code(name), _kind(one), "yes" if name in required else "no", escaped(one.get("description", "")))
        for name, one in schema["properties"].items()
    ]
    return f"## {title}\n\n{about}\n\n{table(['key', 'value', 'always', 'meaning'], rows)}"


def _kind(schema: Schema) -> str:
    """In a word or two: `text`, `list of subject`, `1`."""
    if "$ref" in schema:
        return code(schema["$ref"].rpartition("/")[2])
    if "const" in schema:
        return code(json.dumps(schema["const"]))
    if "enum" in schema:
        return " ".join(code(str(value)) for value in schema["enum"])
    if "items" in schema:
        return f"list of {_kind(schema['items'])}"
    types = schema.get("type", "anything")
    return " or ".join(WORDS.get(one, one) for one in ([types] if isinstance(types, str) else types))


WORDS = {"string": "text", "null": "`null`"}
