"""What the environ says of the URL (PEP 3333, "URL Reconstruction")."""

from urllib.parse import quote, urlsplit

from asgi_conformance.authoring import case, client, note, plain, refused, requirement, where, wsgi_app


def rebuilt(seen):
    """The URL by the algorithm of the PEP. Strings are bytes in Latin-1; as it is printed it escapes UTF-8 (W08)."""
    environ = plain(seen.environ)
    scheme, host, port = environ["wsgi.url_scheme"], environ.get("HTTP_HOST"), environ["SERVER_PORT"]
    if not host:
        host = environ["SERVER_NAME"] + ("" if (scheme, port) in (("http", "80"), ("https", "443")) else f":{port}")
    path = quote(environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", ""), encoding="latin-1")
    query = environ.get("QUERY_STRING")
    return f"{scheme}://{host}{path}" + (f"?{query}" if query else "")


def leads_to(url):
    return where(f"the URL {url}", lambda seen, heard: rebuilt(seen) == url or f"the URL {rebuilt(seen)}")


def at_this_port(heard, url):
    """Whether it is the URL that was asked for, with whatever name, at the port that the client has connected to."""
    parts = urlsplit(url)
    asked = ("http", heard.timeline.connected().peer[1], "/url/no-host/a%20b", "x=1")
    return bool(parts.hostname) and (parts.scheme, parts.port, parts.path, parts.query) == asked


case(
    "The URL of a request can be rebuilt",
    client.sends(b"GET /url/a%20b/%C3%A9?x=1&y=2 HTTP/1.1\r\nHost: test:8000\r\n\r\n"),
    wsgi_app.is_called(
        leads_to("http://test:8000/url/a%20b/%C3%A9?x=1&y=2"), requirement("wsgi.url.server-consistent")
    ),
)

case(
    "The URL of a request without Host can be rebuilt",
    client.connects(),
    client.sends(b"GET /url/no-host/a%20b?x=1 HTTP/1.0\r\n\r\n"),
    wsgi_app.is_called(
        requirement("wsgi.url.server-consistent"),
        ways={
            "": where(
                "the URL that was asked for, at the port that the server listens at",
                lambda seen, heard: at_this_port(heard, rebuilt(seen)) or f"the URL {rebuilt(seen)}",
            ),
            "refused": note(refused(), "a request without Host is not served"),
        },
    ),
    needs="http/1.0",
    note="SERVER_NAME and SERVER_PORT make a default then: any name will do, and the port is that of the server.",
)

case(
    "The URL of a request to a mounted application can be rebuilt",
    client.sends(b"GET /app/url/a%20b?x=1 HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(leads_to("http://test/app/url/a%20b?x=1"), requirement("wsgi.url.server-consistent")),
    options={"root_path": "/app"},
)
