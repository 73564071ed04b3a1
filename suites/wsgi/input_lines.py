"""`wsgi.input`: lines (PEP 3333, "Input and Error Streams", and `io.IOBase` in the Python Library Reference).

Whoever asks for the last line, or for all of them, reads up to the end of the body. A server should simulate that end
and need not, so where it waits for more instead, a MUST becomes a warning.
"""

from asgi_conformance.authoring import (
    any_of,
    case,
    client,
    each,
    environ,
    gives,
    note,
    pending,
    plain,
    raises,
    requirement,
    returns,
    warn,
    where,
    wsgi_app,
)

NO_END = warn(pending(), "waits for more than there is")


# --------------------------------------------------------------------------- readline

case(
    "A line has its newline, and the last one as it comes",
    client.sends(b"POST /lines/one HTTP/1.1\r\nHost: test\r\nContent-Length: 8\r\n\r\na\n\nbc\r\nd"),
    wsgi_app.is_called(environ({"PATH_INFO": "/lines/one"})),
    wsgi_app.reads_line(gives(b"a\n"), requirement("wsgi.input.readline")),
    wsgi_app.reads_line(gives(b"\n"), requirement("wsgi.input.readline")),
    wsgi_app.reads_line(gives(b"bc\r\n"), requirement("wsgi.input.readline")),
    wsgi_app.reads_line(requirement("wsgi.input.readline"), ways={"": gives(b"d"), "no end": NO_END}, within=0.5),
)

case(
    "After the last line there is an empty one",
    client.sends(b"POST /lines/last HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n\r\na\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/lines/last"})),
    wsgi_app.reads_line(gives(b"a\n")),
    wsgi_app.reads_line(requirement("wsgi.input.readline"), ways={"": gives(b""), "no end": NO_END}, within=0.5),
)

case(
    "A line is cut where its size says",
    client.sends(b"POST /lines/size HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\nabcdef\nxy"),
    wsgi_app.is_called(environ({"PATH_INFO": "/lines/size"})),
    wsgi_app.reads_line(gives(b"abcd"), requirement("wsgi.input.readline-size"), size=4),
    wsgi_app.reads_line(gives(b"ef\n"), requirement("wsgi.input.readline-size"), size=100),
    wsgi_app.reads_line(gives(b""), requirement("wsgi.input.readline-size"), size=0),
    wsgi_app.reads_line(gives(b"xy"), requirement("wsgi.input.readline-size"), size=2),
)

case(
    "A line is waited for",
    client.sends(b"POST /lines/wait HTTP/1.1\r\nHost: test\r\nContent-Length: 8\r\n\r\nabc"),
    wsgi_app.is_called(environ({"PATH_INFO": "/lines/wait"})),
    wsgi_app.begins_to_read("readline"),
    wsgi_app.finishes(pending(), requirement("wsgi.input.readline"), within=0.1),
    client.sends(b"d\nefg"),
    wsgi_app.finishes(gives(b"abcd\n"), requirement("wsgi.input.readline")),
    needs="early-call",
)

case(
    "A line of some size is waited for",
    client.sends(b"POST /lines/slow HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\nabc"),
    wsgi_app.is_called(environ({"PATH_INFO": "/lines/slow"})),
    wsgi_app.begins_to_read("readline", 100),
    wsgi_app.finishes(pending(), requirement("wsgi.input.readline-size"), within=0.1),
    client.sends(b"def\nxyz"),
    wsgi_app.finishes(gives(b"abcdef\n"), requirement("wsgi.input.readline-size")),
    needs="early-call",
)


# --------------------------------------------------------------------------- what ends a line

NO_ENDS = b"a\rb\x0bc\x0cd\x85e\x1cf\xe2\x80\xa8gg"
FIRST_LINE = any_of("the line up to LF", lambda line: plain(line).removesuffix(b"\n") == NO_ENDS)
"""Whether the LF is kept is another question."""


case(
    "A line ends at LF alone: readline",
    client.sends(b"POST /lines/ends/readline HTTP/1.1\r\nHost: test\r\nContent-Length: 18\r\n\r\n", NO_ENDS + b"\nh"),
    wsgi_app.is_called(environ({"PATH_INFO": "/lines/ends/readline"})),
    wsgi_app.reads_line(gives(FIRST_LINE), requirement("wsgi.input.line-terminator")),
)

case(
    "A line ends at LF alone: iteration",
    client.sends(b"POST /lines/ends/iter HTTP/1.1\r\nHost: test\r\nContent-Length: 18\r\n\r\n", NO_ENDS + b"\nh"),
    wsgi_app.is_called(environ({"PATH_INFO": "/lines/ends/iter"})),
    wsgi_app.iterates_input(
        gives(any_of("the line up to LF", lambda lines: FIRST_LINE(lines[0]))),
        requirement("wsgi.input.line-terminator"),
        items=1,
    ),
)

case(
    "A line ends at LF alone: readlines",
    client.sends(b"POST /lines/ends/readlines HTTP/1.1\r\nHost: test\r\nContent-Length: 18\r\n\r\n", NO_ENDS + b"\nh"),
    wsgi_app.is_called(environ({"PATH_INFO": "/lines/ends/readlines"})),
    wsgi_app.reads_lines(
        requirement("wsgi.input.line-terminator"),
        ways={
            "": gives(any_of("two lines", lambda lines: FIRST_LINE(lines[0]) and len(lines) == 2)),
            "no lines": note(gives([]), "no lines at all"),
            "an exception": note(raises(), "an exception"),
            "no end": NO_END,
        },
        within=0.5,
    ),
)


# --------------------------------------------------------------------------- one position

POSITION = requirement("wsgi.input.shared-position")
SECOND_LINE = any_of("the rest of the line", lambda line: plain(line).removesuffix(b"\n") == b"2")

case(
    "What one method leaves, the next one gives",
    client.sends(
        b"POST /lines/position HTTP/1.1\r\nHost: test\r\nContent-Length: 17\r\n\r\n", b"l1\nl2\nl3\nl4\nrest\n"
    ),
    wsgi_app.is_called(environ({"PATH_INFO": "/lines/position"})),
    wsgi_app.iterates_input(gives([b"l1\n"]), items=1),
    wsgi_app.reads_line(gives(b"l2\n"), POSITION),
    wsgi_app.reads(gives(any_of("l3", lambda data: plain(data) == b"l3")), POSITION, size=2),
    wsgi_app.reads_lines(
        POSITION,
        ways={
            "": gives([b"\n", b"l4\n", b"rest\n"]),
            "no lines": note(gives([]), "no lines at all"),
            "an exception": note(raises(), "an exception"),
            "no end": NO_END,
        },
        within=0.5,
    ),
)

case(
    "A line begins where a read has ended",
    client.sends(b"POST /lines/position/line HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\nl1\nl2\nl3\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/lines/position/line"})),
    wsgi_app.reads(gives(b"l1\nl"), size=4),
    wsgi_app.reads_line(gives(SECOND_LINE), POSITION),
)

case(
    "Iteration begins where a read has ended",
    client.sends(b"POST /lines/position/iter HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\nl1\nl2\nl3\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/lines/position/iter"})),
    wsgi_app.reads(gives(b"l1\nl"), size=4),
    wsgi_app.iterates_input(
        gives(any_of("the rest of the line", lambda lines: SECOND_LINE(lines[0]))), POSITION, items=1
    ),
)


# --------------------------------------------------------------------------- all of them

case(
    "All lines are a list of lines",
    client.sends(b"POST /lines/all HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\na\nb\nc"),
    wsgi_app.is_called(environ({"PATH_INFO": "/lines/all"})),
    wsgi_app.reads_lines(
        requirement("wsgi.input.readlines"), ways={"": gives([b"a\n", b"b\n", b"c"]), "no end": NO_END}, within=0.5
    ),
)

case(
    "All lines are waited for",
    client.sends(b"POST /lines/all/wait HTTP/1.1\r\nHost: test\r\nContent-Length: 6\r\n\r\na\nb"),
    wsgi_app.is_called(environ({"PATH_INFO": "/lines/all/wait"})),
    wsgi_app.begins_to_read("readlines"),
    wsgi_app.finishes(pending(), requirement("wsgi.input.readlines"), within=0.1),
    client.sends(b"c\nd"),
    wsgi_app.finishes(
        requirement("wsgi.input.readlines"), ways={"": gives([b"a\n", b"bc\n", b"d"]), "no end": NO_END}, within=0.5
    ),
    needs="early-call",
)

case(
    "All lines of an empty body are no line",
    client.sends(b"POST /lines/none HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/lines/none"})),
    wsgi_app.reads_lines(requirement("wsgi.input.readlines"), ways={"": gives([]), "no end": NO_END}, within=0.5),
)

TEN = [b"%03d\n" % number for number in range(10)]


def some_of_ten(value):
    """one line or more, each as it was sent"""
    return bool(value) and value == TEN[: len(value)]


def rest_of_ten(seen, heard):
    """Whether these are the lines that the line before has left."""
    before = heard.timeline.answer(heard.line - 1)
    return (plain(before.value) or []) + plain(seen.value) == TEN


case(
    "A hint to readlines is a number of bytes, or nothing",
    client.sends(b"POST /lines/hint HTTP/1.1\r\nHost: test\r\nContent-Length: 40\r\n\r\n", b"".join(TEN)),
    wsgi_app.is_called(environ({"PATH_INFO": "/lines/hint"})),
    wsgi_app.reads_lines(
        requirement("wsgi.input.readlines-hint"),
        ways={
            "followed": gives(TEN[:5]),
            "ignored": gives(TEN),
            "about that": gives(some_of_ten),
            "not taken": note(raises("TypeError")),
            "no list of lines": warn(returns(), "not a list of lines that were sent"),
            "no end": note(pending(), "waits for more than there is"),
        },
        hint=20,
        within=0.5,
    ),
    wsgi_app.reads_lines(
        requirement("wsgi.input.readlines-hint"),
        ways={
            "": where("the lines that are left", rest_of_ten),
            "other lines": warn(returns(), "not the lines that were left"),
            "no end": note(pending(), "waits for more than there is"),
        },
        within=0.5,
    ),
    note="""The hint is optional for both sides, and a server may ignore it. What it gives is a list of lines, whatever
    it makes of the hint: a server that reads 20 lines for 20 bytes fills the list up with what is none.""",
)


# --------------------------------------------------------------------------- iteration

LINES = {
    "sized": b"POST /lines/iter/sized HTTP/1.1\r\nHost: test\r\nContent-Length: 6\r\n\r\na\n\nb\nc",
    "chunked": b"POST /lines/iter/chunked HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"3\r\na\n\n\r\n3\r\nb\nc\r\n0\r\n\r\n",
}


@each(body=LINES, needs=lambda body: ["chunked-requests"] if body == "chunked" else [])
def iterating(body):
    """Iteration gives the lines of the body, and ends with it"""
    yield client.sends(LINES[body])
    yield wsgi_app.is_called(environ({"PATH_INFO": f"/lines/iter/{body}"}))
    yield wsgi_app.iterates_input(
        requirement("wsgi.input.iter"), ways={"": gives([b"a\n", b"\n", b"b\n", b"c"]), "no end": NO_END}, within=0.5
    )


ENDED_LINES = {
    "sized": [b"POST /lines/iter/ended/sized HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\na\nb\n"],
    "chunked": [
        b"POST /lines/iter/ended/chunked HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"2\r\na\n\r\n",
        b"2\r\nb\n\r\n",
        b"0\r\n\r\n",
    ],
}


@each(body=ENDED_LINES, needs=lambda body: ["chunked-requests"] if body == "chunked" else [])
def iterating_to_the_last_newline(body):
    """Iteration gives nothing after the last newline"""
    yield client.sends(*ENDED_LINES[body])
    yield wsgi_app.is_called(environ({"PATH_INFO": f"/lines/iter/ended/{body}"}))
    yield wsgi_app.iterates_input(
        requirement("wsgi.input.iter"), ways={"": gives([b"a\n", b"b\n"]), "no end": NO_END}, within=0.5
    )


case(
    "Iteration gives the lines of the body one by one",
    client.sends(b"POST /lines/iter/first HTTP/1.1\r\nHost: test\r\nContent-Length: 6\r\n\r\na\n\nb\nc"),
    wsgi_app.is_called(environ({"PATH_INFO": "/lines/iter/first"})),
    wsgi_app.iterates_input(gives([b"a\n", b"\n", b"b\n"]), requirement("wsgi.input.iter"), items=3),
)

case(
    "Iteration over an empty body gives no line",
    client.sends(b"POST /lines/iter/none HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/lines/iter/none"})),
    wsgi_app.iterates_input(requirement("wsgi.input.iter"), ways={"": gives([]), "no end": NO_END}, within=0.5),
)
