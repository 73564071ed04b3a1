"""start_response for an error, and called again (PEP 3333, "The start_response() Callable" and "Error Handling")."""

from asgi_conformance.authoring import (
    body_part,
    case,
    client,
    each,
    environ,
    gives,
    note,
    raises,
    requirement,
    response,
    returns,
    where,
    wsgi_app,
)

TEXT = ("Content-Type", "text/plain")
OLD = [TEXT, ("X-Old", "1"), ("Content-Length", "9")]
NEW = [TEXT, ("X-New", "1")]
REPLACED = response(500, body=b"err", headers_in_order=[(b"x-new", b"1")], without=[b"x-old"])

# --------------------------------------------------------------------------- before anything was sent

case(
    "An error replaces status and headers while nothing is sent",
    client.sends(b"GET /exc-info/replaces HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/exc-info/replaces"})),
    wsgi_app.starts("200 OK", OLD),
    wsgi_app.starts("500 Oops", NEW, requirement("wsgi.start-response.exc-info-replace"), exc_info=True),
    wsgi_app.returns(b"e", b"rr"),
    client.gets(REPLACED, requirement("wsgi.start-response.exc-info-replace"), within=0.5),
)

case(
    "An error in the first step of the iteration replaces status and headers",
    client.sends(b"GET /exc-info/replaces-in-step HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/exc-info/replaces-in-step"})),
    wsgi_app.starts("200 OK", OLD),
    wsgi_app.returns_iterable(),
    wsgi_app.is_asked(),
    wsgi_app.starts("500 Oops", NEW, requirement("wsgi.start-response.exc-info-replace"), exc_info=True),
    wsgi_app.yields(b"err"),
    wsgi_app.stops(),
    client.gets(REPLACED, requirement("wsgi.start-response.exc-info-replace"), within=0.5),
)

case(
    "Several errors replace one another while nothing is sent",
    client.sends(b"GET /exc-info/repeated HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/exc-info/repeated"})),
    wsgi_app.starts("500 One", OLD, requirement("wsgi.start-response.exc-info-repeat"), exc_info=True),
    wsgi_app.starts("501 Two", OLD, requirement("wsgi.start-response.exc-info-repeat"), exc_info=True),
    wsgi_app.starts("503 Three", NEW, requirement("wsgi.start-response.exc-info-repeat"), exc_info=True),
    wsgi_app.returns(b"x"),
    client.gets(response(503, body=b"x", headers_in_order=[(b"x-new", b"1")], without=[b"x-old"]),
                requirement("wsgi.start-response.exc-info-repeat")),
)  # fmt: skip

case(
    "No reference to the error is kept",
    client.sends(b"GET /exc-info/let-go HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/exc-info/let-go"})),
    wsgi_app.starts("500 Oops", [TEXT, ("Content-Length", "3")], exc_info=True),
    wsgi_app.looks_for_errors(gives(True), requirement("wsgi.start-response.exc-info-no-reference")),
    wsgi_app.returns(b"err"),
    client.gets(response(500, body=b"err")),
    note="""start_response has returned, and the application has let go of the exception: what is in its frames is freed
    at once where references are counted, as CPython does.""",
)


# --------------------------------------------------------------------------- after something was sent

SENT = {"length": [TEXT, ("Content-Length", "10")], "no-length": [TEXT]}


@each(headers=SENT)
def too_late(headers):
    """An error is raised again once the head has been sent"""
    yield client.sends(b"GET /exc-info/too-late/%b HTTP/1.1\r\nHost: test\r\n\r\n" % headers.encode())
    yield wsgi_app.is_called(environ({"PATH_INFO": f"/exc-info/too-late/{headers}"}))
    yield wsgi_app.starts("200 OK", SENT[headers])
    yield wsgi_app.returns_iterable()
    yield wsgi_app.yields(b"part")
    yield client.gets(body_part(b"part"))
    yield wsgi_app.is_asked()
    yield wsgi_app.starts(
        "500 Oops",
        NEW,
        requirement("wsgi.start-response.exc-info-reraise", expects=raises("Exception")),
        requirement(
            "wsgi.start-response.exc-info-reraise-original",
            ways={
                "raised again": where(
                    "the same exception, with the application's frames",
                    lambda seen, heard: seen.raised is not None and seen.value == {"same": True, "frame": True},
                ),
                "none raised": note(where("none raised", lambda seen, heard: seen.raised is None)),
            },
        ),
        exc_info=True,
    )


# --------------------------------------------------------------------------- called again without an error

AGAIN = {"absent": False, "none": None}


@each(exc_info=AGAIN)
def second_call(exc_info):
    """A second call without an error raises"""
    yield client.sends(b"GET /exc-info/second/%b HTTP/1.1\r\nHost: test\r\n\r\n" % exc_info.encode())
    yield wsgi_app.is_called(environ({"PATH_INFO": f"/exc-info/second/{exc_info}"}))
    yield wsgi_app.starts("200 OK", OLD)
    yield wsgi_app.starts(
        "200 Again",
        NEW,
        raises("Exception"),
        requirement("wsgi.start-response.second-call-fatal"),
        exc_info=AGAIN[exc_info],
    )


case(
    "A second call in the iteration raises",
    client.sends(b"GET /exc-info/second-in-step HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/exc-info/second-in-step"})),
    wsgi_app.starts("200 OK", OLD),
    wsgi_app.returns_iterable(),
    wsgi_app.is_asked(),
    wsgi_app.starts("200 Again", NEW, raises("Exception"), requirement("wsgi.start-response.second-call-fatal")),
)

REFUSED_FIRST = {
    "control": ("200 OK", [TEXT, ("X-Bad", "a\nb")]),
    "hop-by-hop": ("200 OK", [TEXT, ("Connection", "close")]),
    "value": ("200 OK", [TEXT, ("X-Bad", 1)]),
    "item": ("200 OK", [TEXT, ("X-Bad",)]),
    "headers": ("200 OK", None),
    "status": (200, [TEXT]),
}


def was_taken(seen, heard):
    """Whether the call before raised nothing."""
    return heard.timeline.answer(heard.line - 1).raised is None


@each(first=REFUSED_FIRST)
def second_call_after_an_error(first):
    """A second call raises after a first one that raised, too

    Servers refuse different things. Where the first call was taken, this tells nothing.
    """
    status, headers = REFUSED_FIRST[first]
    yield client.sends(b"GET /exc-info/after-error/%b HTTP/1.1\r\nHost: test\r\n\r\n" % first.encode())
    yield wsgi_app.is_called(environ({"PATH_INFO": f"/exc-info/after-error/{first}"}))
    yield wsgi_app.starts(status, headers, ways={"refused": raises("Exception"), "taken": returns()})
    yield wsgi_app.starts(
        "200 OK",
        [TEXT, ("Content-Length", "2")],
        requirement(
            "wsgi.start-response.second-call-after-error",
            ways={
                "not tried": note(where("a first call that was taken", was_taken)),
                "raises": raises("Exception"),
            },
        ),
    )
