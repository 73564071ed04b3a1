"""What servers say of extensions in the scope (ASGI, "Extensions")."""

from asgi_conformance.authoring import app, case, client, plain, requirement, where


def extensions(seen):
    offered = plain(seen.scope.get("extensions"))
    return offered if isinstance(offered, dict) else {}


case(
    "The debug extension is left to testing tools",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(
        where("no http.response.debug", lambda seen, heard: "http.response.debug" not in extensions(seen)),
        requirement("ext.debug.not-in-servers"),
    ),
)

case(
    "No tls extension on a plain connection",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(where("no tls", lambda seen, heard: "tls" not in extensions(seen)), requirement("tls.only-on-tls")),
)
