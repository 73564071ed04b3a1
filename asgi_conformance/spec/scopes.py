"""Scopes: what each may hold. Values have their documented types; the closed list of events does not bind them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from asgi_conformance.spec import check
from asgi_conformance.spec.check import Problem, keys_are_str, once
from asgi_conformance.spec.schema import Extension, Table, load
from asgi_conformance.spec.shapes import Kind, is_a, is_exactly, items, plain, show
from asgi_conformance.verdict import Verdict

IS_DICT = "common.scope.is-dict"
TYPE = "common.scope.type.present"
KEYS_ARE_STR = "common.scope.keys-are-str"
ENTRY_SHAPE = "common.extensions.entry-shape"
NAME_WITH_CHAIN = "tls.client-cert-name.required-with-chain"
CLIENT_ON_UNIX = {"http": "http.scope.client.unix", "websocket": "websocket.scope.client-server"}
SERVER, SERVER_ON_UNIX = "http.scope.server.value", "http.scope.server.unix"
WITHOUT_PSEUDO_HEADERS = ("1.0", "1.1")


def table(kind: Any) -> Table | None:
    """The table of a scope type; None if no document defines it."""
    name = plain(kind)
    return load().scopes.get(name) if isinstance(name, str) else None


def problems(scope: Any, *, unix: bool = False) -> list[Problem]:
    """How a scope deviates from its table, as it was when the application was called.

    `unix`: the client came over a Unix socket, where it has no address to tell (A32). A scope type that no document
    defines is a note, because servers may have protocols of their own.
    """
    if not is_a(scope, dict):
        return [Problem("", Kind.WRONG_TYPE, "dict", show(scope), IS_DICT)]
    return once(_problems(scope, plain(scope), unix))


def _problems(scope: Any, keys: dict[Any, Any], unix: bool) -> Iterator[Problem]:
    if not is_exactly(scope, dict):
        yield Problem("", Kind.SUBCLASS, "dict", show(scope), IS_DICT, Verdict.WARN)
    yield from keys_are_str(keys, "", KEYS_ARE_STR)
    for name in ("asgi", "extensions"):
        if is_a(keys.get(name), dict):
            yield from keys_are_str(plain(keys[name]), name, KEYS_ARE_STR)
    known = table(keys.get("type"))
    if known is None:
        yield from _of_type(keys)
        return
    yield from _of_table(keys, known, unix)
    if is_a(keys.get("extensions"), dict):
        for name, entry in plain(keys["extensions"]).items():
            yield from _of_extension(plain(name), entry)


def _of_type(keys: dict[Any, Any]) -> Iterator[Problem]:
    names = " or ".join(map(repr, load().scopes))
    if "type" not in keys:
        yield Problem("type", Kind.MISSING, names, "no such key", TYPE)
    elif not is_a(keys["type"], str):
        yield Problem("type", Kind.WRONG_TYPE, names, show(keys["type"]), TYPE)
    else:
        yield Problem("type", Kind.WRONG_VALUE, names, show(keys["type"]), TYPE, Verdict.NOTE)


def _of_table(keys: dict[Any, Any], known: Table, unix: bool) -> Iterator[Problem]:
    version = plain(keys.get("http_version", known.defaults.get("http_version")))
    on_unix = unix and known.name in CLIENT_ON_UNIX
    for problem in check.problems(keys, known):
        if problem.kind is Kind.PSEUDO_HEADER and version in WITHOUT_PSEUDO_HEADERS:
            continue
        if on_unix and problem.path.startswith("client"):
            continue
        yield replace(problem, requirement=SERVER_ON_UNIX) if on_unix and problem.requirement == SERVER else problem
    if on_unix and keys.get("client") is not None:
        owner = CLIENT_ON_UNIX[known.name]
        yield Problem("client", Kind.WRONG_VALUE, "None or no such key", show(keys["client"]), owner, Verdict.WARN)


# --------------------------------------------------------------------------- extensions


def _of_extension(name: Any, entry: Any) -> Iterator[Problem]:
    path = f"extensions.{name}"
    known = load().extensions.get(name)
    if not is_a(entry, dict):
        for owner in dict.fromkeys([ENTRY_SHAPE, *([known.requirement] if known else [])]):
            yield Problem(path, Kind.WRONG_TYPE, "dict", show(entry), owner)
        return
    yield from keys_are_str(plain(entry), path, KEYS_ARE_STR)
    if known:
        for problem in _of_entry(plain(entry), known):
            yield replace(problem, path=f"{path}.{problem.path}")


def _of_entry(entry: Mapping[str, Any], known: Extension) -> Iterator[Problem]:
    found = check.problems(entry, known.entry)
    if known.name == "tls" and items(entry.get("client_cert_chain")) and entry.get("client_cert_name") is None:
        found.append(Problem("client_cert_name", Kind.NONE, "str", "None or no such key", NAME_WITH_CHAIN))
    mandatory = [key.name for key in known.entry.keys.values() if key.required]
    draft = "client_cert_chain" in entry and not any(name in entry for name in mandatory)  # of TLS 0.3 (A67)
    for problem in found:
        absent = problem.kind is Kind.MISSING or problem.requirement == NAME_WITH_CHAIN
        yield replace(problem, verdict=Verdict.WARN) if draft and absent else problem
