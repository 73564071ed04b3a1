"""HTTP Connection Scope: root_path (ASGI HTTP, "HTTP Connection Scope" and "WSGI Compatibility")."""

from asgi_conformance.authoring import absent_or, any_of, app, case, client, note, requirement, scope

case(
    "root_path is empty where no root path is set",
    client.sends(b"GET /x HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(root_path=absent_or("")), requirement("http.scope.root-path.type")),
)

case(
    "A root path that is set is in root_path",
    client.sends(b"GET /app/x HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(root_path="/app"), requirement("http.scope.root-path.configured")),
    options={"root_path": "/app"},
)

case(
    "path includes root_path",
    client.sends(b"GET /app/x HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(
        requirement("http.scope.root-path.prefix-of-path"),
        ways={
            "as sent": scope(root_path="/app", path="/app/x"),
            "put before what was sent": scope(root_path="/app", path="/app/app/x"),
            "stripped": note(scope(root_path="/app", path="/x"), "path without root_path"),
            "another path": note(scope(root_path=any_of("a str", lambda path: isinstance(path, str)))),
        },
    ),
    options={"root_path": "/app"},
    note="How the two relate is disputed: recorded only. The request is like one through a proxy that strips nothing.",
)

case(
    "path includes root_path where the request does not",
    client.sends(b"GET /x HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(
        requirement("http.scope.root-path.prefix-of-path"),
        ways={
            "put before what was sent": scope(root_path="/app", path="/app/x"),
            "as sent": note(scope(root_path="/app", path="/x"), "path without root_path"),
            "another path": note(scope(root_path=any_of("a str", lambda path: isinstance(path, str)))),
        },
    ),
    options={"root_path": "/app"},
    note="How the two relate is disputed: recorded only. The request is like one through a proxy that strips /app.",
)
