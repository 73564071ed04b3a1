"""What a WSGI middleware makes of a request (PEP 3333, "Middleware: Components that Play Both Sides")."""

from asgi_conformance.authoring import (
    both_sides,
    case,
    each,
    ended,
    environ,
    gateway,
    gives,
    kept_inside,
    no_occasion,
    note,
    plain,
    requirement,
    returns,
    where,
    wsgi_app,
    wsgi_environ,
    wsgi_response,
)

ROLE = "wsgi.middleware.both-sides"
BOUNDARY = "wsgi.environ.script-name.segment-boundary"
PLAIN = [("Content-Type", "text/plain"), ("Content-Length", "2")]
ANSWERS = (wsgi_app.starts("200 OK", PLAIN), wsgi_app.returns(b"ok"))

PATHS = {
    "/": ("", "/"),
    "/app": ("", "/app"),
    "/app/": ("", "/app/"),
    "/application/x": ("", "/application/x"),
    "/app/app/x": ("", "/app/app/x"),
    "behind a mount": ("/mount", "/x"),
    "the mount itself": ("/mount", ""),
}


def mounted(script, path):
    """Both together are the path that was asked for, split where a segment begins."""

    def fits(seen, heard):
        inner = plain(seen.environ)
        behind = inner.get("PATH_INFO", "")
        if behind and not behind.startswith("/"):
            return f"PATH_INFO is {behind!r}"
        return inner.get("SCRIPT_NAME", "") + behind == script + path or f"{inner.get('SCRIPT_NAME', '')!r}, {behind!r}"

    return where(f"SCRIPT_NAME and PATH_INFO make {script + path!r}", fits)


rewritten = where(
    "another path that begins with a slash",
    lambda seen, heard: plain(seen.environ).get("PATH_INFO", "")[:1] in ("", "/"),
)


@each(path=PATHS)
def path(path):
    """A path is split where a segment begins"""
    script, rest = PATHS[path]
    yield gateway.calls(wsgi_environ("GET", rest, SCRIPT_NAME=script))
    yield wsgi_app.is_called(
        requirement(
            BOUNDARY,
            ways={
                "split": mounted(script, rest),
                "rewritten": note(rewritten, "to another path"),
                "not called": no_occasion(ended()),
            },
        )
    )
    yield from ANSWERS
    yield gateway.gets_response(*kept_inside(
        "wsgi.environ.path-info.leading-slash", "wsgi.environ.script-name.leading-slash", by=ROLE
    ))  # fmt: skip


@each(method=["GET", "HEAD", "POST", "OPTIONS", "DELETE"])
def method(method):
    """A middleware keeps the rules of both sides, whatever is asked"""
    yield gateway.calls(
        wsgi_environ(method, "/x", QUERY_STRING="a=1", CONTENT_LENGTH="5", CONTENT_TYPE="text/plain"), body=b"hello"
    )
    yield wsgi_app.is_called(environ({"PATH_INFO": "/x"}))
    yield wsgi_app.starts("200 OK", PLAIN)
    yield wsgi_app.returns_iterable(blocks=[] if method == "HEAD" else [b"o", b"k"])
    yield gateway.gets_response(requirement(ROLE, expects=both_sides()))


case(
    "A request body passes through a middleware",
    gateway.calls(wsgi_environ("POST", "/body", CONTENT_LENGTH="11", CONTENT_TYPE="text/plain"), body=b"one\ntwo\nend"),
    wsgi_app.is_called(environ({"PATH_INFO": "/body"})),
    wsgi_app.reads_line(requirement(ROLE, ways={"as sent": gives(b"one\n"), "changed": note(returns(), "changed")})),
    wsgi_app.reads(
        requirement(ROLE, ways={"as sent": gives(b"two\nend"), "changed": note(returns(), "changed")}), size=7
    ),
    *ANSWERS,
    gateway.gets_response(requirement(ROLE, expects=both_sides())),
)

case(
    "The log of the server takes the text of an application behind a middleware",
    gateway.calls(wsgi_environ("GET", "/log")),
    wsgi_app.is_called(environ({"PATH_INFO": "/log"})),
    wsgi_app.uses_errors("write", "a line\n", expects=(requirement("wsgi.errors.text-mode"),)),
    wsgi_app.uses_errors("writelines", ["caf\xe9\n", "\u65e5\n"], expects=(requirement("wsgi.errors.text-mode"),)),
    wsgi_app.uses_errors("flush", expects=(requirement("wsgi.errors.text-mode"),)),
    *ANSWERS,
    gateway.gets_response(requirement(ROLE, expects=both_sides())),
)

FIRST, SECOND = gateway.named("first"), gateway.named("second")
INNER, OTHER = wsgi_app.named("first"), wsgi_app.named("second")


def holds(own, other):
    return where(
        f"{own!r} without {other!r}",
        lambda seen, heard: not any(other in block or other.upper() in block for block in seen.body),
    )


case(
    "Two calls of a middleware do not get in each other's way",
    FIRST.calls(wsgi_environ("GET", "/one")),
    INNER.is_called(environ({"PATH_INFO": "/one"})),
    SECOND.calls(wsgi_environ("GET", "/two")),
    OTHER.is_called(environ({"PATH_INFO": "/two"})),
    INNER.starts("200 OK", PLAIN),
    INNER.returns_iterable(blocks=[b"11"]),
    OTHER.starts("200 OK", PLAIN),
    OTHER.returns_iterable(blocks=[b"22"]),
    FIRST.gets_result(),
    SECOND.gets_result(),
    FIRST.gets_response(wsgi_response(200), requirement("wsgi.call.repeatable", expects=holds(b"11", b"22"))),
    SECOND.gets_response(wsgi_response(200), requirement("wsgi.call.repeatable", expects=holds(b"22", b"11"))),
)

case(
    "A middleware that is called again has forgotten the call before",
    FIRST.calls(wsgi_environ("GET", "/before")),
    INNER.is_called(environ({"PATH_INFO": "/before"})),
    INNER.starts("200 OK", PLAIN),
    INNER.returns(b"11"),
    FIRST.gets_response(wsgi_response(200)),
    SECOND.calls(wsgi_environ("GET", "/after")),
    OTHER.is_called(environ({"PATH_INFO": "/after"})),
    OTHER.starts("404 Not Found", PLAIN),
    OTHER.returns(b"22"),
    SECOND.gets_response(requirement("wsgi.call.repeatable", expects=holds(b"22", b"11"))),
)
