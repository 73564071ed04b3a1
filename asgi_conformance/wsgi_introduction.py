"""What the stage does first on every WSGI server: a few ordinary exchanges, from which it learns what it lacks."""

from collections.abc import Sequence

from asgi_conformance.authoring import anything, case, client, closed, environ, plain, response, wsgi_app
from asgi_conformance.timeline import Facts, Seen, Timeline, Wire

OK = (("Content-Type", "text/plain"), ("Content-Length", "2"))
second, other = client.named("second"), wsgi_app.named("other")

INTRODUCTION = (
    case(
        "An ordinary request",
        client.sends(b"GET /introduction?a=1 HTTP/1.1\r\nHost: test\r\nX-Introduction: 1\r\n\r\n"),
        wsgi_app.is_called(environ()),
        wsgi_app.starts("200 OK", OK),
        wsgi_app.returns(b"ok"),
        client.gets(response()),
    ),
    case(
        "An ordinary request with a body",
        client.sends(b"POST /introduction/body HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nbody"),
        wsgi_app.is_called(environ()),
        wsgi_app.reads_body(),
        wsgi_app.starts("200 OK", OK),
        wsgi_app.returns(b"ok"),
        client.gets(response()),
    ),
    case(
        "A second request on the same connection",
        client.sends(b"GET /introduction/kept HTTP/1.1\r\nHost: test\r\n\r\n"),
        wsgi_app.is_called(environ()),
        wsgi_app.starts("200 OK", OK),
        wsgi_app.returns(b"ok"),
        client.gets(response()),
        client.sends(b"GET /introduction/again HTTP/1.1\r\nHost: test\r\n\r\n"),
        other.is_called(ways={"called": environ(), "closed": closed()}, within=0.5),
    ),
    case(
        "A request whose body is still to come",
        client.sends(b"POST /introduction/upload HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nbo"),
        wsgi_app.is_called(environ(), within=0.5),
        client.sends(b"dy"),  # nobody leaves in the middle of a body here: that alone ends some servers
        wsgi_app.reads_body(),
        wsgi_app.starts("200 OK", OK),
        wsgi_app.returns(b"ok"),
        client.gets(response()),
    ),
    case(
        "A request with a chunked body",
        client.sends(
            b"POST /introduction/chunks HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"4\r\nbody\r\n0\r\n\r\n"
        ),
        wsgi_app.is_called(ways={"called": environ(), "refused": response(), "closed": closed()}),
        wsgi_app.reads(size=4, within=0.5),
    ),
    case(
        "An ordinary request of HTTP/1.0",
        client.sends(b"GET /introduction/old HTTP/1.0\r\nHost: test\r\n\r\n"),
        wsgi_app.is_called(ways={"called": environ(), "refused": response(), "closed": closed()}),
    ),
    case(
        "Two requests at once",
        client.sends(b"GET /introduction/one HTTP/1.1\r\nHost: test\r\n\r\n"),
        wsgi_app.is_called(environ()),
        second.sends(b"GET /introduction/two HTTP/1.1\r\nHost: test\r\n\r\n"),
        other.is_called(environ({"PATH_INFO": "/introduction/two"}), within=0.5),
        other.starts("200 OK", OK),
        other.returns(b"ok"),
        wsgi_app.starts("200 OK", OK),
        wsgi_app.returns(b"ok"),
        second.gets(anything()),
        client.gets(response()),
    ),
)
ORDINARY, _, AGAIN, UPLOAD, CHUNKED, HTTP_1_0, AT_ONCE = range(len(INTRODUCTION))


def facts_from(timelines: Sequence[Timeline], subject: str) -> Facts:
    """What the introduction showed."""
    called = [len(timeline.wsgi_calls()) for timeline in timelines]
    lacks = {}
    if called[AGAIN] == 1:
        lacks["keep-alive"] = f"{subject} closes the connection after a response, and serves no other request on it"
    if not called[UPLOAD]:
        lacks["early-call"] = f"{subject} does not call the application before the whole request has come"
    else:
        lacks["late-call"] = f"{subject} calls the application before the whole request has come"
    if not called[CHUNKED]:
        lacks["chunked-requests"] = f"{subject} refuses chunked request bodies"
    elif plain(getattr(_last(timelines, CHUNKED), "value", None)) != b"body":
        lacks["chunked-requests"] = f"{subject} does not decode chunked request bodies"
    if not called[HTTP_1_0]:
        lacks["http/1.0"] = f"{subject} does not call the application for a request of HTTP/1.0"
    answered = _last(timelines, ORDINARY)
    if isinstance(answered, Wire) and answered.data.startswith(b"HTTP/1.0 "):
        lacks["http/1.1"] = f"{subject} answers a request of HTTP/1.1 in HTTP/1.0"
        if "chunked-requests" in lacks:
            lacks["transfer-codings"] = f"{subject} answers in HTTP/1.0, which knows no chunked request bodies"
    if called[AT_ONCE] < 2:
        lacks["concurrency"] = f"{subject} serves one request at a time"
    first = next(iter(timelines[ORDINARY].wsgi_calls()), None)
    if first is not None and not first.facts.get("file_wrapper"):
        lacks["file-wrapper"] = f"{subject} offers no wsgi.file_wrapper"
    found = plain(first.environ) if first is not None else {}
    version = plain(found.get("wsgi.version")) if isinstance(found, dict) else None
    words = ".".join(map(str, version)) if isinstance(version, tuple) else None
    return Facts({"wsgi": words, "extensions": []}, lacks)


def _last(timelines: Sequence[Timeline], number: int) -> Seen | None:
    """What came of the last line of this case."""
    return timelines[number].answer(len(INTRODUCTION[number].lines) - 1)
