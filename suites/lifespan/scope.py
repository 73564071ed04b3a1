"""Scope: what the application is told when its own life begins (ASGI Lifespan, "Scope").

Reading A05: a spec_version of another specification is a warning. Reading A73: `extensions` is allowed here.
"""

from asgi_conformance.authoring import (
    ABSENT,
    any_of,
    app,
    case,
    client,
    documented,
    either,
    note,
    plain,
    process,
    requirement,
    scope,
    warn,
    where,
)

BASIC = {"type", "asgi", "state", "extensions"}


def asgi_with(words, predicate):
    """A predicate for the `asgi` key: a dict with the core version 3.0, of which this is true."""

    def fits(asgi):
        asgi = plain(asgi)
        return isinstance(asgi, dict) and asgi.get("version") == "3.0" and predicate(asgi.get("spec_version"))

    return any_of(f"version '3.0', {words}", fits)


EMPTY = any_of("an empty dict", lambda state: isinstance(plain(state), dict) and not plain(state))


def only_basic_keys(seen, heard):
    extra = sorted(str(key) for key in plain(seen.scope) if key not in BASIC)
    return not extra or f"also {', '.join(extra)}"


def lacks_one(seen, heard):
    return plain(seen.scope).get("type") == "http" and "lifespan" in heard.facts.lacks


case(
    "The first call of the application is for its lifespan",
    process.starts(),
    client.sends_early(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"),
    app.is_called(requirement("lifespan.scope.type", ways={
        "lifespan": scope(type="lifespan"),
        "no lifespan": note(where("a request: there is no lifespan", lacks_one)),
        "comes later": scope(type="http"),
    })),
    note="""
    A server need not support lifespans: then the first request is the first call. That a lifespan has to come before
    the requests is another requirement.
    """,
)  # fmt: skip

case(
    "The lifespan scope is basic metadata and an empty state",
    process.starts(),
    app.is_called(
        requirement("lifespan.scope.type", expects=scope(type="lifespan")),
        requirement("lifespan.scope.asgi", ways={
            "2.0": scope(asgi=asgi_with("spec_version '2.0'", lambda version: version == "2.0")),
            "1.0": scope(asgi=asgi_with("spec_version '1.0' or none", lambda version: version in ("1.0", None))),
            "version of another specification": warn(scope(asgi=asgi_with("any spec_version", lambda version: True))),
        }),
        requirement("lifespan.scope.no-connection-keys",
                    expects=where("no other keys than type, asgi, state and extensions", only_basic_keys)),
        requirement("lifespan.scope.state.empty-dict", ways={
            "offered": scope(state=EMPTY),
            "not offered": note(scope(state=either(ABSENT))),
        }),
        documented("common.scope.is-dict", "common.scope.type.present", "common.scope.keys-are-str",
                   "common.scope.asgi.present", "common.scope.asgi.version-value",
                   "common.scope.asgi.spec-version-format"),
    ),
    needs="lifespan",
)  # fmt: skip
