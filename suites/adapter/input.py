"""What a WSGI application reads from `wsgi.input` behind an adapter (ASGI HTTP, "WSGI Compatibility"; PEP 3333, "Input
and Error Streams").

The text has it as a StringIO; bytes are what WSGI needs (A72). The methods are those of binary files.
"""

from asgi_conformance.authoring import case, each, http_scope, json_response, note, requirement, server

events = (
    {"type": "http.request", "body": b"one\nt", "more_body": True},
    {"type": "http.request", "body": b"", "more_body": True},
    {"type": "http.request", "body": b"wo\n\xe9", "more_body": True},
    {"type": "http.request", "body": b"d", "more_body": False},
)
nothing = {"type": "http.request", "body": b"", "more_body": False}

found = {
    "whole": ["one\ntwo\n\xe9d", ""],
    "pieces": ["one", "\ntw", "o\n\xe9", "d", ""],
    "lines": ["one\n", "two\n", "\xe9d", ""],
    "all-lines": ["one\n", "two\n", "\xe9d"],
    "iterated": ["one\n", "two\n", "\xe9d"],
}
nothing_found = {"whole": ["", ""], "pieces": [""], "lines": [""], "all-lines": [], "iterated": []}


def joined(value):
    """pieces that are never longer than what was asked for, and make up the body"""
    return "".join(value) == "one\ntwo\n\xe9d" and all(len(one) <= 3 for one in value)


def short(value):
    """parts of lines that are never longer than what was asked for, and make up the body"""
    whole = "".join(value) == "one\ntwo\n\xe9d"
    return whole and all(len(one) <= 2 and "\n" not in one[:-1] for one in value)


@each(how=["whole", "lines", "all-lines", "iterated"], length=[None, 10], needs="wsgi-adapter")
def _(how, length):
    """The whole body is read as bytes, however it is read"""
    headers = [] if length is None else [(b"content-length", b"%d" % length)]
    yield server.calls(http_scope("POST", f"/wsgi/input/{how}", headers=headers), shares_state=True)
    yield server.delivers(*events)
    yield server.gets_answer(json_response(found[how]), requirement("http.wsgi.input"))


case(
    "The whole body is read in pieces of a given size",
    server.calls(http_scope("POST", "/wsgi/input/pieces", headers=[(b"content-length", b"10")]), shares_state=True),
    server.delivers(*events),
    server.gets_answer(json_response(joined), requirement("http.wsgi.input")),
    needs="wsgi-adapter",
)


@each(how=list(nothing_found), needs="wsgi-adapter")
def _(how):
    """A request without a body has an input that is at its end"""
    yield server.calls(http_scope("POST", f"/wsgi/input/{how}"), shares_state=True)
    yield server.delivers(nothing)
    yield server.gets_answer(
        requirement("http.wsgi.input"),
        ways={
            "": json_response(nothing_found[how]),
            "an empty line": note(json_response([""]), "iteration gives a line that is none"),
        },
    )


case(
    "An application that does not read the body is answered for all the same",
    server.calls(http_scope("POST", "/wsgi/input/nothing", headers=[(b"content-length", b"10")]), shares_state=True),
    server.delivers(*events),
    server.gets_answer(json_response([]), requirement("http.wsgi.input")),
    needs="wsgi-adapter",
)

case(
    "A line is read in parts where a size is given",
    server.calls(http_scope("POST", "/wsgi/input/short-lines"), shares_state=True),
    server.delivers(*events),
    server.gets_answer(json_response(short), requirement("wsgi.input.readline-size")),
    needs="wsgi-adapter",
)
