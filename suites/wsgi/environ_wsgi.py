"""The `wsgi.` variables that are no streams (PEP 3333, "environ Variables")."""

from asgi_conformance.authoring import (
    ABSENT,
    Over,
    any_of,
    case,
    client,
    each,
    environ,
    note,
    plain,
    requirement,
    response,
    warn,
    where,
    wsgi_app,
)

OK = (("Content-Type", "text/plain"), ("Content-Length", "2"))
TRUE = any_of("something that counts as true", lambda value: value is not ABSENT and bool(value))
FALSE = any_of("something that counts as false", lambda value: value is not ABSENT and not value)
PRESENT = any_of("present", lambda value: value is not ABSENT)
second, other = client.named("second"), wsgi_app.named("other")

# --------------------------------------------------------------------------- version and scheme

REQUESTS = {
    "1.1": b"GET /version/1.1 HTTP/1.1\r\nHost: test\r\n\r\n",
    "1.0": b"GET /version/1.0 HTTP/1.0\r\nHost: test\r\n\r\n",
}


@each(http=REQUESTS, needs=lambda http: f"http/{http}" if http == "1.0" else ())
def the_version_is_1_0(http):
    """The version of WSGI is the tuple (1, 0), whatever the version of HTTP is"""
    yield client.sends(REQUESTS[http])
    yield wsgi_app.is_called(
        environ({"PATH_INFO": f"/version/{http}"}),
        requirement("wsgi.environ.version", expects=environ({"wsgi.version": (1, 0)})),
    )


SCHEME = requirement("wsgi.environ.url-scheme")

case(
    "The scheme is http without TLS",
    client.sends(b"GET /scheme/http HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/scheme/http", "wsgi.url_scheme": "http"}), SCHEME),
)

case(
    "The scheme is https over TLS",
    client.sends(b"GET /scheme/https HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/scheme/https", "wsgi.url_scheme": "https"}), SCHEME),
    over=Over.TLS,
)

OURS = any_of("http, in whatever case", lambda scheme: scheme.lower() == "http")
FORWARDED = {
    "proto": b"X-Forwarded-Proto: https",
    "protocol": b"X-Forwarded-Protocol: ssl",
    "ssl": b"X-Forwarded-Ssl: on",
    "scheme": b"X-Forwarded-Scheme: https",
    "url-scheme": b"X-Url-Scheme: https",
    "front-end": b"Front-End-Https: on",
    "forwarded": b"Forwarded: for=192.0.2.1;proto=https",
}


@each(by=FORWARDED)
def nobody_chooses_the_scheme(by):
    """A client cannot choose the scheme by a field of a proxy's

    It has not come over TLS. Who connects from the same machine may pass for a proxy that is trusted by default.
    """
    yield client.sends(b"GET /scheme/%b HTTP/1.1\r\nHost: test\r\n%b\r\n\r\n" % (by.encode(), FORWARDED[by]))
    yield wsgi_app.is_called(
        requirement(
            "wsgi.environ.url-scheme.untrusted-forwarded",
            ways={
                "": environ({"wsgi.url_scheme": OURS}),
                "believed": note(
                    environ({"wsgi.url_scheme": "https"}), "whoever connects from this machine is trusted"
                ),
                "otherwise": warn(environ()),
            },
        )
    )


STRANGE = {
    "other": b"X-Forwarded-Proto: ftp",
    "nonsense": b"X-Forwarded-Proto: javascript://x",
    "several": b"X-Forwarded-Proto: https, http",
    "contradictory": b"X-Forwarded-Proto: http\r\nX-Forwarded-Ssl: on\r\nX-Forwarded-Protocol: ssl",
}


@each(by=STRANGE)
def nobody_invents_a_scheme(by):
    """A proxy's field cannot make the scheme anything but http and https

    Whether the proxy is trusted or not. One that is not understood may be refused.
    """
    yield client.sends(b"GET /scheme/odd/%b HTTP/1.1\r\nHost: test\r\n%b\r\n\r\n" % (by.encode(), STRANGE[by]))
    yield wsgi_app.is_called(
        requirement(
            "wsgi.environ.url-scheme.untrusted-forwarded",
            ways={
                "": environ({"wsgi.url_scheme": OURS}),
                "believed": note(
                    environ({"wsgi.url_scheme": "https"}), "whoever connects from this machine is trusted"
                ),
                "refused": note(response(any_of("4xx", lambda status: 400 <= status < 500))),
                "otherwise": warn(environ(), "a scheme that is neither http nor https"),
            },
        )
    )


# --------------------------------------------------------------------------- threads and processes


def at_once(heard):
    """The two calls that are under way: whether one process has them, and whether two threads have."""
    one, two = (call.facts for call in heard.timeline.wsgi_calls()[-2:])
    return one["pid"] == two["pid"], one["native_thread"] != two["native_thread"]


def says(seen, name):
    value = plain(seen.environ).get(name, ABSENT)
    return value is not ABSENT and bool(value)


THREADS = {
    "threads": where(
        "true, where two threads of a process have a call each",
        lambda seen, heard: at_once(heard) == (True, True) and says(seen, "wsgi.multithread"),
    ),
    "greenlets": where(
        "two greenlets of a thread, and true",
        lambda seen, heard: not at_once(heard)[1] and says(seen, "wsgi.multithread"),
    ),
    "greenlets, untold": note(
        where(
            "two greenlets of a thread, and false",
            lambda seen, heard: at_once(heard) == (True, False) and "wsgi.multithread" in plain(seen.environ),
        ),
        "calls that share a thread take turns where they wait, and wsgi.multithread does not tell of it",
    ),
    "processes": where(
        "two processes", lambda seen, heard: not at_once(heard)[0] and "wsgi.multithread" in plain(seen.environ)
    ),
}

case(
    "wsgi.multithread is true where two threads call the application at once",
    client.sends(b"GET /threads/one HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/threads/one"})),
    second.sends(b"GET /threads/two HTTP/1.1\r\nHost: test\r\n\r\n"),
    other.is_called(requirement("wsgi.environ.multithread", ways=THREADS)),
    needs="concurrency",
    note="It speaks of threads of a process. Greenlets are none, though what is safe for neither is much the same.",
)

FLAGS = {"multithread": "wsgi.multithread", "multiprocess": "wsgi.multiprocess", "run-once": "wsgi.run_once"}


@each(flag=FLAGS)
def the_flags_are_there(flag):
    """The environ tells of threads, processes and further calls"""
    yield client.sends(f"GET /flags/{flag} HTTP/1.1\r\nHost: test\r\n\r\n".encode())
    yield wsgi_app.is_called(
        environ({"PATH_INFO": f"/flags/{flag}"}),
        requirement(f"wsgi.environ.{flag}", expects=environ({FLAGS[flag]: PRESENT})),
    )


PROCESSES = {
    "one process": where(
        "false, where one process has both calls",
        lambda seen, heard: at_once(heard)[0] and environ({"wsgi.multiprocess": FALSE}).judge(seen, heard).matches,
    ),
    "several": where(
        "true, where two processes have a call each",
        lambda seen, heard: not at_once(heard)[0] and says(seen, "wsgi.multiprocess"),
    ),
    "perhaps several": note(
        where("true", lambda seen, heard: at_once(heard)[0] and says(seen, "wsgi.multiprocess")),
        "one process was seen: another may be there, or the server says so whatever there is",
    ),
}

case(
    "wsgi.multiprocess is true where two processes call the application at once",
    client.sends(b"GET /processes/one HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/processes/one"})),
    second.sends(b"GET /processes/two HTTP/1.1\r\nHost: test\r\n\r\n"),
    other.is_called(requirement("wsgi.environ.multiprocess", ways=PROCESSES)),
    needs="concurrency",
    note="That there is no other process is nothing that can be seen from here.",
)

case(
    "wsgi.run_once is false in a process that is called again",
    client.sends(b"GET /run-once/one HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/run-once/one"})),
    wsgi_app.starts("200 OK", OK),
    wsgi_app.returns(b"ok"),
    client.gets(response(200, body=b"ok")),
    client.closes(),
    second.sends(b"GET /run-once/two HTTP/1.1\r\nHost: test\r\n\r\n"),
    other.is_called(
        requirement("wsgi.environ.run-once", ways={
            "": environ({"wsgi.run_once": FALSE}),
            "once": note(
                where("true, in another", lambda seen, heard: not at_once(heard)[0] and says(seen, "wsgi.run_once")),
                "a process for every request",
            ),
        }),
    ),
)  # fmt: skip
