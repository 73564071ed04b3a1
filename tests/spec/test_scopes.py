"""Scopes, good and bad: what is lawful is never flagged, what is doubtful is judged mildly."""

from typing import Any

import pytest

from asgi_conformance.codec import Foreign
from asgi_conformance.spec.check import Problem
from asgi_conformance.spec.scopes import problems, table
from asgi_conformance.verdict import Verdict

EXACT = "common.strings.exact-types"
HTTP: dict[str, Any] = {
    "type": "http",
    "asgi": {"version": "3.0"},
    "http_version": "1.1",
    "method": "GET",
    "path": "/",
    "query_string": b"",
    "headers": [],
}
WEBSOCKET: dict[str, Any] = {"type": "websocket", "asgi": {"version": "3.0"}, "path": "/", "headers": []}
LIFESPAN: dict[str, Any] = {"type": "lifespan", "asgi": {"version": "3.0"}}
TLS: dict[str, Any] = {"server_cert": None, "tls_version": None, "cipher_suite": None}


def short(problem: Problem) -> tuple[str, str, str, Verdict | None]:
    return problem.path, problem.kind.value, problem.requirement, problem.verdict


def found(scope: Any, *, unix: bool = False) -> list[tuple[str, str, str, Verdict | None]]:
    return [short(problem) for problem in problems(scope, unix=unix)]


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"asgi": {"version": "2.0", "spec_version": "2.0", "vendor": 1}},
        {"asgi": {"version": "3.0", "spec_version": "2.5"}},
        {"asgi": Foreign("mine.Versions", {"version": "3.0"})},
        {"http_version": "1.0"},
        {"http_version": "2"},
        {"http_version": "3"},
        {"method": "M-SEARCH"},
        {"scheme": "https"},
        {"path": "/caf\xe9/\udcff"},
        {"raw_path": None},
        {"raw_path": b"/%ff"},
        {"root_path": "/app"},
        {"headers": ()},
        {"headers": [(b"a", b"1"), [b"a", b"2"]]},
        {"headers": ([b"a", b"1"],)},
        {"headers": Foreign("mine.Headers", [(b"a", b"1")])},
        {"headers": [(b":path", b"/")]},
        {"client": None},
        {"client": ("127.0.0.1", 40000)},
        {"client": ["::1", 40000]},
        {"client": Foreign("mine.Address", ["127.0.0.1", 40000])},
        {"server": None},
        {"server": ("0.0.0.0", 80)},
        {"server": ["/run/socket", None]},
        {"state": {}},
        {"state": {b"any": object(), 3: 4}},
        {"extensions": {}},
        {"extensions": {"http.response.push": {}, "vendor.thing": {"a": object()}, "tls": TLS}},
        {"extensions": {"websocket.http.response": {}}},
        {"x-vendor": object(), "app": Foreign("mine.App")},
    ],
)
def test_lawful_http_scopes(change: dict[str, Any]) -> None:
    assert found(HTTP | change) == []


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"query_string": None},
        {"query_string": b"a=1"},
        {"http_version": "1.1"},
        {"http_version": "2"},
        {"scheme": "wss"},
        {"subprotocols": []},
        {"subprotocols": ("chat", "v2")},
        {"headers": [(b"host", b"x")], "client": ("127.0.0.1", 1), "server": ("/run/socket", None)},
        {"headers": [(b":path", b"/")]},
        {"state": {"a": 1}, "extensions": {"websocket.http.response": {}}},
    ],
)
def test_lawful_websocket_scopes(change: dict[str, Any]) -> None:
    assert found(WEBSOCKET | change) == []


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"asgi": {"version": "3.0", "spec_version": "1.0"}},
        {"asgi": {"version": "3.0", "spec_version": "2.0"}},
        {"state": {}},
        {"extensions": {}},
    ],
)
def test_lawful_lifespan_scopes(change: dict[str, Any]) -> None:
    assert found(LIFESPAN | change) == []


NEVER_NONE = "http.scope.no-undefined-none"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"asgi": None}, [("asgi", "none", "common.scope.asgi.present", None)]),
        ({"asgi": "3.0"}, [("asgi", "wrong type", "common.scope.asgi.present", None)]),
        ({"asgi": {}}, [("asgi.version", "missing", "common.scope.asgi.present", None)]),
        ({"asgi": {"version": None}}, [("asgi.version", "none", "common.scope.asgi.version-value", None)]),
        ({"asgi": {"version": "2.3"}}, [("asgi.version", "wrong value", "common.scope.asgi.version-value", None)]),
        (
            {"asgi": {"version": 3.0}},
            [
                ("asgi.version", "wrong type", EXACT, None),
                ("asgi.version", "wrong type", "common.scope.asgi.version-value", None),
            ],
        ),
        (
            {"asgi": {"version": "3.0", "spec_version": None}},
            [("asgi.spec_version", "none", "common.scope.asgi.spec-version-format", None)],
        ),
        (
            {"asgi": {"version": "3.0", "spec_version": "2.3.1"}},
            [("asgi.spec_version", "wrong value", "common.scope.asgi.spec-version-format", None)],
        ),
        (
            {"asgi": {"version": "3.0", "spec_version": "3.0"}},
            [("asgi.spec_version", "wrong value", "http.scope.asgi.spec-version", None)],
        ),
        (
            {"asgi": {"version": "3.0", "spec_version": "2.6"}},
            [("asgi.spec_version", "wrong value", "http.scope.asgi.spec-version", Verdict.NOTE)],
        ),
        ({"asgi": {"version": "3.0", b"x": 1}}, [("asgi key", "wrong type", "common.scope.keys-are-str", None)]),
        ({"http_version": "1"}, [("http_version", "wrong value", "http.scope.http-version.present", None)]),
        ({"http_version": "2.0"}, [("http_version", "wrong value", "http.scope.http-version.present", None)]),
        ({"http_version": None}, [("http_version", "none", NEVER_NONE, None)]),
        ({"method": "get"}, [("method", "wrong value", "http.scope.method.uppercase", None)]),
        ({"method": None}, [("method", "none", NEVER_NONE, None)]),
        ({"scheme": ""}, [("scheme", "wrong value", "http.scope.scheme.value", None)]),
        ({"scheme": None}, [("scheme", "none", NEVER_NONE, None)]),
        (
            {"path": b"/"},
            [("path", "wrong type", EXACT, None), ("path", "wrong type", "http.scope.path.type", None)],
        ),
        ({"path": Foreign("mine.Path", "/")}, [("path", "subclass", EXACT, Verdict.WARN)]),
        (
            {"raw_path": "/"},
            [("raw_path", "wrong type", EXACT, None), ("raw_path", "wrong type", "http.scope.raw-path.exact", None)],
        ),
        ({"query_string": None}, [("query_string", "none", NEVER_NONE, None)]),
        ({"root_path": None}, [("root_path", "none", NEVER_NONE, None)]),
        ({"headers": None}, [("headers", "none", NEVER_NONE, None)]),
        ({"headers": b""}, [("headers", "wrong type", "http.scope.headers.shape", None)]),
        (
            {"headers": Foreign("generator", [(b"a", b"1")])},
            [("headers", "one-shot iterator", "http.scope.headers.shape", Verdict.WARN)],
        ),
        (
            {"headers": [("a", b"1")]},
            [
                ("headers[][0]", "wrong type", EXACT, None),
                ("headers[][0]", "wrong type", "http.scope.headers.shape", None),
            ],
        ),
        (
            {"headers": [(b"X-A", b"1"), (b"X-B", b"1")]},
            [("headers[][0]", "not lower-case", "http.scope.headers.names-lowercase", None)],
        ),
        (
            {"http_version": "2", "headers": [(b":path", b"/")]},
            [("headers[][0]", "pseudo header", "http.http2.pseudo-headers-removed", None)],
        ),
        ({"client": ("127.0.0.1", "80")}, [("client[1]", "wrong type", "http.scope.client.value", None)]),
        ({"client": ("127.0.0.1", None)}, [("client[1]", "wrong type", "http.scope.client.value", None)]),
        ({"client": ("::1", 80, 0, 0)}, [("client", "wrong length", "http.scope.client.value", None)]),
        ({"client": "127.0.0.1:80"}, [("client", "wrong type", "http.scope.client.value", None)]),
        (
            {"client": (b"127.0.0.1", 80)},
            [("client[0]", "wrong type", EXACT, None), ("client[0]", "wrong type", "http.scope.client.value", None)],
        ),
        (
            {"client": ("127.0.0.1", Foreign("mine.Port", 80))},
            [("client[1]", "subclass", "http.scope.client.value", Verdict.WARN)],
        ),
        ({"server": ("127.0.0.1", "80")}, [("server[1]", "wrong type", "http.scope.server.value", None)]),
        ({"state": None}, [("state", "none", NEVER_NONE, None)]),
        ({"state": Foreign("mine.State")}, [("state", "wrong type", "http.scope.state.matches-lifespan", None)]),
        ({"extensions": None}, [("extensions", "none", "common.extensions.is-dict", Verdict.NOTE)]),
        ({"extensions": ["tls"]}, [("extensions", "wrong type", "common.extensions.is-dict", None)]),
        (
            {"extensions": {"vendor.thing": True}},
            [("extensions.vendor.thing", "wrong type", "common.extensions.entry-shape", None)],
        ),
        (
            {"extensions": {"http.response.push": None}},
            [
                ("extensions.http.response.push", "wrong type", "common.extensions.entry-shape", None),
                ("extensions.http.response.push", "wrong type", "ext.push.advertised", None),
            ],
        ),
        (
            {"extensions": {b"tls": {}, "vendor": {1: 2}}},
            [
                ("extensions key", "wrong type", "common.scope.keys-are-str", None),
                ("extensions.vendor key", "wrong type", "common.scope.keys-are-str", None),
            ],
        ),
        ({b"path": "/"}, [("key", "wrong type", "common.scope.keys-are-str", None)]),
        ({Foreign("mine.Key", "x"): 1}, [("key", "subclass", "common.scope.keys-are-str", Verdict.WARN)]),
    ],
)
def test_unlawful_http_scopes(change: dict[str, Any], expected: list[Any]) -> None:
    assert found(HTTP | change) == expected


@pytest.mark.parametrize(
    ("key", "requirement"),
    [
        ("asgi", "common.scope.asgi.present"),
        ("http_version", "http.scope.http-version.present"),
        ("method", "http.scope.method.uppercase"),
        ("path", "http.scope.path.type"),
        ("query_string", "http.scope.query-string.type"),
        ("headers", "http.scope.headers.present"),
        ("type", "common.scope.type.present"),
    ],
)
def test_keys_that_have_to_be_there(key: str, requirement: str) -> None:
    scope = {name: value for name, value in HTTP.items() if name != key}
    assert found(scope) == [(key, "missing", requirement, None)]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"path": None}, [("path", "none", "websocket.scope.path", None)]),
        ({"http_version": "1.0"}, [("http_version", "wrong value", "websocket.scope.http-version", None)]),
        ({"scheme": None}, [("scheme", "none", "websocket.scope.scheme", None)]),
        ({"subprotocols": None}, [("subprotocols", "none", "websocket.scope.subprotocols.default", None)]),
        ({"subprotocols": "chat"}, [("subprotocols", "wrong type", "websocket.scope.subprotocols.value", None)]),
        (
            {"subprotocols": [b"chat"]},
            [
                ("subprotocols[]", "wrong type", EXACT, None),
                ("subprotocols[]", "wrong type", "websocket.scope.subprotocols.value", None),
            ],
        ),
        ({"headers": [(b"A", b"")]}, [("headers[][0]", "not lower-case", "websocket.scope.headers.lowercase", None)]),
        (
            {"http_version": "2", "headers": [(b":protocol", b"websocket")]},
            [("headers[][0]", "pseudo header", "websocket.scope.headers.pseudo", None)],
        ),
        ({"client": ("127.0.0.1", "1")}, [("client[1]", "wrong type", "websocket.scope.client-server", None)]),
        ({"state": None}, [("state", "none", "websocket.scope.state", None)]),
    ],
)
def test_unlawful_websocket_scopes(change: dict[str, Any], expected: list[Any]) -> None:
    assert found(WEBSOCKET | change) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            {"asgi": {"version": "3.0", "spec_version": "2.3"}},
            [("asgi.spec_version", "wrong value", "lifespan.scope.asgi", Verdict.WARN)],
        ),
        ({"state": {"a": 1}}, [("state", "wrong value", "lifespan.scope.state.empty-dict", None)]),
        ({"state": None}, [("state", "none", "lifespan.scope.state.empty-dict", None)]),
        ({"asgi": None}, [("asgi", "none", "common.scope.asgi.present", None)]),
    ],
)
def test_unlawful_lifespan_scopes(change: dict[str, Any], expected: list[Any]) -> None:
    assert found(LIFESPAN | change) == expected


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({"type": b"http"}, [("type", "wrong type", "common.scope.type.present", None)]),
        ({"type": "vendor"}, [("type", "wrong value", "common.scope.type.present", Verdict.NOTE)]),
        ({"type": "vendor", 1: 2}, None),
        ([], [("", "wrong type", "common.scope.is-dict", None)]),
        (Foreign("mappingproxy", HTTP), [("", "wrong type", "common.scope.is-dict", None)]),
        (Foreign("mine.Scope", HTTP), [("", "subclass", "common.scope.is-dict", Verdict.WARN)]),
        (HTTP | {"type": Foreign("mine.Type", "http")}, [("type", "subclass", EXACT, Verdict.WARN)]),
    ],
)
def test_what_is_not_quite_a_scope(scope: Any, expected: list[Any] | None) -> None:
    if expected is None:
        assert len(found(scope)) == 2
    else:
        assert found(scope) == expected


def test_an_unlawful_type_is_told_by_the_table_of_the_protocol_that_was_spoken() -> None:
    from asgi_conformance.spec import check

    spoken = table("http")
    assert spoken is not None
    assert [short(problem) for problem in check.problems(HTTP | {"type": "https"}, spoken)] == [
        ("type", "wrong value", "http.scope.type", None)
    ]
    assert table(b"http") is None


@pytest.mark.parametrize("client", [("/run/socket", None), ("", 0), "unix:"])
def test_a_client_over_a_unix_socket_has_no_address(client: Any) -> None:
    assert found(HTTP | {"client": client}, unix=True) == [
        ("client", "wrong value", "http.scope.client.unix", Verdict.WARN)
    ]
    assert found(WEBSOCKET | {"client": client}, unix=True) == [
        ("client", "wrong value", "websocket.scope.client-server", Verdict.WARN)
    ]


def test_over_a_unix_socket_without_a_client() -> None:
    assert found(HTTP | {"client": None, "server": ("/run/socket", None)}, unix=True) == []
    assert found(LIFESPAN, unix=True) == []


CHAIN = {"client_cert_chain": ["PEM"], "client_cert_name": "CN=a"}


@pytest.mark.parametrize(
    ("tls", "expected"),
    [
        (TLS, []),
        (TLS | {"client_cert_chain": (), "client_cert_name": None, "client_cert_error": None, "vendor": 1}, []),
        (TLS | {"client_cert_name": "CN=a"}, []),
        (TLS | CHAIN | {"server_cert": "PEM", "tls_version": 772, "cipher_suite": 0x1301}, []),
        ({"tls_version": 772, "cipher_suite": 1}, [("server_cert", "missing", "tls.mandatory-keys", None)]),
        (TLS | {"tls_version": "1.3"}, [("tls_version", "wrong type", "tls.tls-version.value", None)]),
        (TLS | {"cipher_suite": 0x10000}, [("cipher_suite", "wrong value", "tls.cipher-suite.value", None)]),
        (TLS | {"client_cert_error": ""}, [("client_cert_error", "wrong value", "tls.client-cert-error.value", None)]),
        (TLS | {"client_cert_chain": None}, [("client_cert_chain", "none", "tls.client-cert-chain.type", None)]),
        (TLS | {"client_cert_chain": "PEM"}, [("client_cert_chain", "wrong type", "tls.client-cert-chain.type", None)]),
        (
            TLS | CHAIN | {"client_cert_chain": Foreign("generator", ["PEM"])},
            [("client_cert_chain", "one-shot iterator", "tls.client-cert-chain.type", Verdict.WARN)],
        ),
        (
            TLS | {"client_cert_chain": ["PEM"]},
            [("client_cert_name", "none", "tls.client-cert-name.required-with-chain", None)],
        ),
        (
            {"client_cert_chain": ["PEM"]},
            [
                ("server_cert", "missing", "tls.mandatory-keys", Verdict.WARN),
                ("tls_version", "missing", "tls.mandatory-keys", Verdict.WARN),
                ("cipher_suite", "missing", "tls.mandatory-keys", Verdict.WARN),
                ("client_cert_name", "none", "tls.client-cert-name.required-with-chain", Verdict.WARN),
            ],
        ),
        (
            {},
            [
                ("server_cert", "missing", "tls.mandatory-keys", None),
                ("tls_version", "missing", "tls.mandatory-keys", None),
                ("cipher_suite", "missing", "tls.mandatory-keys", None),
            ],
        ),
    ],
)
def test_the_tls_extension(tls: dict[str, Any], expected: list[Any]) -> None:
    prefixed = [(f"extensions.tls.{path}", *rest) for path, *rest in expected]
    assert found(HTTP | {"extensions": {"tls": tls}}) == prefixed


def test_a_tls_extension_that_is_no_dict() -> None:
    assert found(HTTP | {"extensions": {"tls": None}}) == [
        ("extensions.tls", "wrong type", "common.extensions.entry-shape", None),
        ("extensions.tls", "wrong type", "tls.value-is-dict", None),
    ]
