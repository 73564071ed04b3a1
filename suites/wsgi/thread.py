"""Calls beside each other (PEP 3333, "Thread Support" and "environ Variables")."""

from asgi_conformance.authoring import (
    ABSENT,
    case,
    client,
    environ,
    note,
    pending,
    plain,
    requirement,
    warn,
    where,
    wsgi_app,
)

OK = (("Content-Type", "text/plain"), ("Content-Length", "2"))
second, other = client.named("second"), wsgi_app.named("other")


def calls_of(heard):
    return heard.timeline.wsgi_calls()[-2:]


def shares(heard, what):
    """Whether the two calls that are under way have the same `pid`, or `native_thread`."""
    one, two = calls_of(heard)
    return one.facts["pid"] == two.facts["pid"] and one.facts[what] == two.facts[what]


def promised(heard):
    """Whether the environ of either says that no other thread calls the application meanwhile."""
    return any(not plain(call.environ).get("wsgi.multithread", True) for call in calls_of(heard))


HONOURED = requirement("wsgi.thread.flag-honoured", ways={
    "one at a time": pending(),
    "told": where("two calls at once, as wsgi.multithread says", lambda seen, heard: not promised(heard)),
    "another process": where("a call in another process", lambda seen, heard: not shares(heard, "pid")),
    "greenlets, untold": note(
        where("two greenlets of a thread", lambda seen, heard: shares(heard, "native_thread")),
        "calls that share a thread take turns where they wait, though wsgi.multithread is false",
    ),
})  # fmt: skip
PROMISE = (
    "What is not safe for threads relies on it: while a call is under way, up to the end of close(), no other begins."
)


def asks(path):
    """The call that is under way when the other comes."""
    yield client.sends(f"GET {path} HTTP/1.1\r\nHost: test\r\n\r\n".encode())
    yield wsgi_app.is_called(environ({"PATH_INFO": path}))


def another_asks(path, judged=HONOURED):
    yield second.sends(f"GET {path}/other HTTP/1.1\r\nHost: test\r\n\r\n".encode())
    yield other.is_called(judged, within=0.2)


case(
    "No other thread calls the application while one does, unless wsgi.multithread says so",
    *asks("/thread/call"),
    *another_asks("/thread/call"),
    note=PROMISE,
)

case(
    "No other thread calls the application while one iterates, unless wsgi.multithread says so",
    *asks("/thread/iteration"),
    wsgi_app.starts("200 OK", [("Content-Type", "text/plain")]),
    wsgi_app.returns_iterable(),
    wsgi_app.yields(b"one"),
    wsgi_app.is_asked(),
    *another_asks("/thread/iteration"),
    note=PROMISE,
)

case(
    "No other thread calls the application while one closes, unless wsgi.multithread says so",
    *asks("/thread/close"),
    wsgi_app.starts("200 OK", OK),
    wsgi_app.returns_iterable("held"),
    wsgi_app.yields(b"ok"),
    wsgi_app.stops(),
    wsgi_app.is_closed(),
    *another_asks("/thread/close"),
    wsgi_app.releases_close(),
    note=PROMISE,
)

ALONE = requirement("wsgi.thread.single-thread-option", ways={
    "one at a time": pending(),
    "another process": where("a call in another process", lambda seen, heard: not shares(heard, "pid")),
    "at once": warn(where("two calls at once in a process", lambda seen, heard: shares(heard, "pid"))),
})  # fmt: skip

case(
    "With one thread, calls come one after another",
    *asks("/thread/option"),
    *another_asks("/thread/option", ALONE),
    needs="concurrency",
    options={"threads": "1"},
)

case(
    "With one thread, wsgi.multithread is false",
    client.sends(b"GET /thread/option/flag HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(
        requirement("wsgi.thread.single-thread-option", ways={
            "": environ({"wsgi.multithread": lambda value: value is not ABSENT and not value}),
            "true": note(environ(), "calls come one after another, and wsgi.multithread does not tell"),
        }),
    ),
    needs="concurrency",
    options={"threads": "1"},
)  # fmt: skip
