"""`wsgi.errors` (PEP 3333, "Input and Error Streams" and "environ Variables")."""

from asgi_conformance.authoring import (
    anything,
    case,
    client,
    each,
    environ,
    note,
    process,
    requirement,
    response,
    where,
    wsgi_app,
)

METHODS = requirement("wsgi.errors.methods")


def lacking(seen):
    """Which of the three methods are not there."""
    missing = [name for name in seen.facts["missing"] if name.startswith("wsgi.errors.")]
    return not missing or f"there is no {', '.join(missing)}"


case(
    "The error stream has the three methods that applications may use",
    client.sends(b"GET /errors/methods HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(
        environ({"PATH_INFO": "/errors/methods"}),
        requirement(
            "wsgi.errors.methods", expects=where("flush, write and writelines", lambda seen, heard: lacking(seen))
        ),
    ),
    wsgi_app.uses_errors("write", "a\n", expects=(METHODS,)),
    wsgi_app.uses_errors("writelines", ["b\n", "c\n"], expects=(METHODS,)),
    wsgi_app.uses_errors("writelines", ("d\n", "e\n"), expects=(METHODS,)),
    wsgi_app.uses_errors("writelines", [], expects=(METHODS,)),
    wsgi_app.uses_errors("flush", expects=(METHODS,)),
    wsgi_app.starts("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")]),
    wsgi_app.returns(b"ok"),
    client.gets(response(200, body=b"ok"), METHODS),
)

case(
    "The error stream takes text",
    client.sends(b"GET /errors/text HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/errors/text"})),
    wsgi_app.uses_errors("write", "one line\nand another\n", expects=(requirement("wsgi.errors.text-mode"),)),
    wsgi_app.uses_errors("write", "", expects=(requirement("wsgi.errors.text-mode"),)),
)

TEXTS = {
    "latin-1": "caf\xe9\n",
    "beyond-latin-1": "\u65e5\u672c\n",
    "beyond-16-bits": "\U0001f600\n",
    "control-characters": "\x00\x1b[0m\x85\n",
    "surrogate": "\udc80\n",
}


@each(text=TEXTS)
def any_text(text):
    """The error stream takes any text

    What its encoding lacks it may replace. Bytes that were no text when they became one are surrogates, as in the names
    of files (PEP 383).
    """
    yield client.sends(b"GET /errors/any/%s HTTP/1.1\r\nHost: test\r\n\r\n" % text.encode())
    yield wsgi_app.is_called(environ({"PATH_INFO": f"/errors/any/{text}"}))
    yield wsgi_app.uses_errors("write", TEXTS[text], expects=(requirement("wsgi.errors.unicode"),))
    yield wsgi_app.uses_errors("flush", expects=(requirement("wsgi.errors.unicode"),))


case(
    "What is written to the error stream is kept, and not shown to the client",
    client.sends(b"GET /errors/kept HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/errors/kept"})),
    wsgi_app.uses_errors("write", "the harness has found a needle\n"),
    wsgi_app.uses_errors("flush"),
    wsgi_app.starts("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")]),
    wsgi_app.returns(b"ok"),
    client.gets(
        requirement(
            "wsgi.errors.visible",
            expects=where("a response without it", lambda seen, heard: b"needle" not in seen.data),
        ),
        ways={"": response(200, body=b"ok")},
    ),
    process.has_printed(
        requirement("wsgi.errors.visible"),
        ways={
            "printed": where("what was written", lambda seen, heard: "found a needle" in seen.text),
            "elsewhere, or nowhere": note(anything(), "not in what the process prints"),
        },
    ),
    note="A server says in its documentation where its log is; where that is elsewhere, it is not looked for.",
)
