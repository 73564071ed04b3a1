"""The TLS extension (ASGI TLS Extension)."""

from asgi_conformance.authoring import Over, app, case, client, plain, requirement, scope, where

TLS = "extension:tls"


def tls(seen):
    return plain((seen.scope.get("extensions") or {}).get("tls"))


def keys(seen):
    return set(tls(seen)) if isinstance(tls(seen), dict) else set()


case(
    "A request over TLS has the scheme https and reaches the application",
    client.sends(b"GET /secure HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http", scheme="https", path="/secure"), requirement("http.scope.scheme.value")),
    over=Over.TLS,
)

case(
    "The mandatory keys of the TLS extension are there",
    client.sends(b"GET /secure HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(
        where("a dict", lambda seen, heard: isinstance(tls(seen), dict)),
        requirement("tls.value-is-dict"),
        requirement(
            "tls.mandatory-keys",
            expects=where(
                "server_cert, tls_version and cipher_suite",
                lambda seen, heard: {"server_cert", "tls_version", "cipher_suite"} <= keys(seen),
            ),
        ),
        requirement(
            "tls.tls-version.value",
            expects=where("None, 771 or 772", lambda seen, heard: bool(keys(seen)) and tls(seen).get("tls_version") in (None, 771, 772)),
        ),
    ),
    needs=TLS,
    over=Over.TLS,
)
