"""What suites say over WSGI becomes values: lines that read well, matchers that fit."""

from typing import Any, get_args

import pytest

from asgi_conformance import authoring
from asgi_conformance.authoring import (
    ABSENT,
    block,
    environ,
    exhausted,
    gateway,
    gives,
    made,
    raises,
    used,
    wsgi_app,
    wsgi_as_well_as,
    wsgi_environ,
    wsgi_response,
)
from asgi_conformance.codec import Foreign, LargeBytes
from asgi_conformance.script import Heard, Line, Opinion
from asgi_conformance.timeline import (
    Entry,
    Environ,
    Facts,
    Missing,
    Outcome,
    Raised,
    Seen,
    Timeline,
    Uses,
    Why,
    WsgiAnswer,
    WsgiCall,
)
from asgi_conformance.verdict import Verdict
from asgi_conformance.wsgi_acts import WsgiAct

EVERY_LINE: dict[str, Line] = {
    "calls start_response('200 OK', []) returns": wsgi_app.starts("200 OK", []),
    "calls start_response('500 Oops', [], sys.exc_info()) returns": wsgi_app.starts("500 Oops", [], exc_info=True),
    "calls start_response('200 OK', [], None) returns": wsgi_app.starts("200 OK", [], exc_info=None),
    "writes b'x' returns": wsgi_app.writes(b"x"),
    "begins: writes b'x'": wsgi_app.begins_to_write(b"x"),
    "calls wsgi.input.read(): returns": wsgi_app.reads(),
    "calls wsgi.input.read(5): returns": wsgi_app.reads(size=5),
    "calls wsgi.input.readline(2): returns": wsgi_app.reads_line(size=2),
    "calls wsgi.input.readlines(9): returns": wsgi_app.reads_lines(hint=9),
    "iterates over wsgi.input: returns": wsgi_app.iterates_input(),
    "reads the request body: returns": wsgi_app.reads_body(),
    "calls wsgi.input.read(3) to the end: returns": wsgi_app.reads_to_end(size=3),
    "begins: calls wsgi.input.read(4):": wsgi_app.begins_to_read("read", 4),
    "begins: calls wsgi.input.read(65536) to the end:": wsgi_app.begins_to_read_to_end(),
    "has done it: returns": wsgi_app.finishes(),
    "calls wsgi.errors.write('x'): returns": wsgi_app.uses_errors("write", "x"),
    "looks at its environ:": wsgi_app.looks_at_environ(),
    "sets environ['A'] = 'b'": wsgi_app.sets_environ("A", "b"),
    "deletes environ['A']": wsgi_app.deletes_environ("A"),
    "clears its environ": wsgi_app.clears_environ(),
    "returns [b'x']": wsgi_app.returns(b"x"),
    "returns generator([b'x'])": wsgi_app.returns_value(made("generator", [b"x"])),
    "returns an iterable (closable)": wsgi_app.returns_iterable(),
    "returns an iterable (closable, whose close raises)": wsgi_app.returns_iterable(error=("OSError", "no")),
    "returns wsgi.file_wrapper(file(b'x'))": wsgi_app.returns_file(made("file", b"x")),
    "lets the last exception pass, or returns [b'x']": wsgi_app.returns_or_reraises(b"x"),
    "lets the last exception pass": wsgi_app.reraises(),
    "is asked for the next item": wsgi_app.is_asked(),
    "waits to see that it is asked for no question": wsgi_app.is_not_asked(),
    "yields b'x'": wsgi_app.yields(b"x"),
    "ends the iteration": wsgi_app.stops(),
    "sees close(): close": wsgi_app.is_closed(),
    "waits to see no close()": wsgi_app.is_not_closed(),
    "looks at how its iterable was used:": wsgi_app.was_used(),
    "looks whether the exception of the earlier call is gone:": wsgi_app.looks_for_errors(),
    "lets close() come back": wsgi_app.releases_close(),
    "counts the calls that come at once, up to 17:": wsgi_app.counts_calls(17),
    "calls the application with {'A': 'b'}": gateway.calls({"A": "b"}),
    "gets back returns": gateway.gets_result(),
    "asks for the next item, and gets returns": gateway.gets_block(),
    "gets the response: anything": gateway.gets_response(),
    "calls wsgi.file_wrapper(file(b'x'), 5) and closes it: returns": wsgi_app.wraps_file(
        made("file", b"x"), size=5, then="close"
    ),
    "asks for the next item": gateway.asks_for_block(),
    "calls close() returns": gateway.closes(),
}


@pytest.mark.parametrize(("words", "line"), EVERY_LINE.items(), ids=EVERY_LINE)
def test_every_line_reads_well(words: str, line: Line) -> None:
    assert line.says() == f"{line.who} {words}"


def test_every_deed_has_a_line() -> None:
    assert {type(line.act) for line in EVERY_LINE.values()} >= set(get_args(WsgiAct))


def test_the_parties_have_names() -> None:
    assert wsgi_app.named("second").stops().who == "wsgi_app:second"
    assert gateway.named("second").closes().who == "gateway:second"


def test_a_tuple_of_headers_is_given_as_a_list() -> None:
    act: Any = wsgi_app.starts("200 OK", (("A", "b"),)).act
    assert act.headers == [("A", "b")]
    act = wsgi_app.starts("200 OK", made("items", [("A", "b")])).act
    assert act.headers == made("items", [("A", "b")])


def test_an_environ_as_a_server_gives_it() -> None:
    usual = wsgi_environ("POST", "/a", wsgi__url_scheme="https", HTTP_HOST=ABSENT)
    assert usual["REQUEST_METHOD"] == "POST" and usual["wsgi.url_scheme"] == "https" and "HTTP_HOST" not in usual


# --------------------------------------------------------------------------- what a line expects

RAISED = Outcome(Raised("RuntimeError", ("RuntimeError", "Exception", "BaseException"), "no"))
MISSING = Missing(Why.SILENCE)
BYTES = LargeBytes(3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", b"abc")


def opinion(matcher: Any, seen: Seen, *entries: Entry) -> Opinion:
    said: Opinion = matcher.judge(seen, Heard(Timeline(entries), Facts(), 0))
    assert isinstance(matcher.says(), str)
    return said


@pytest.mark.parametrize(
    ("matcher", "fits", "fits_not"),
    [
        (
            environ({"A": "b", "C": lambda value: value is ABSENT}),
            [WsgiCall({"A": "b"}, {}), Environ({"A": "b", "D": 1}), WsgiCall(Foreign("X", {"A": "b"}), {})],
            [WsgiCall({"A": b"b"}, {}), WsgiCall({}, {}), WsgiCall(5, {}), Outcome(), MISSING],
        ),
        (
            gives(b"abc"),
            [Outcome(value=b"abc"), Outcome(value=BYTES)],
            [Outcome(value="abc"), Outcome(value=Foreign("bytearray", b"abc")), RAISED, MISSING, Environ({})],
        ),
        (gives([b"a", b""]), [Outcome(value=[b"a", b""])], [Outcome(value=(b"a", b"")), Outcome(value=["a", b""])]),
        (gives(lambda value: value > 1), [Outcome(value=2)], [Outcome(value=1), Outcome(value=None)]),
        (used("close", 1), [Uses(("iter", "close"))], [Uses(()), Uses(("close", "close")), Outcome(), MISSING]),
        (used("next"), [Uses(("next", "next"))], [Uses(("iter",))]),
        (used("next", 2), [Uses(("next", "next"))], [Uses(("next",))]),
        (
            block(b"x"),
            [Outcome(value=b"x")],
            [Outcome(value=b"y"), Outcome(done=0), RAISED, MISSING, Uses(())],
        ),
        (exhausted(), [Outcome(done=0)], [Outcome(value=b"x"), RAISED, MISSING, Uses(())]),
        (
            wsgi_response(200, body=b"ab", fields=[("a", "b")]),
            [WsgiAnswer("200 OK", [("A", "b")], (b"a", b"b"))],
            [
                WsgiAnswer("404 No", [("A", "b")], (b"ab",)),
                WsgiAnswer("200 OK", [("A", "c")], (b"ab",)),
                WsgiAnswer("200 OK", [("A", "b")], (b"a",)),
                WsgiAnswer(None),
                WsgiAnswer("200 OK", [("A", "b")], (b"ab",), RAISED),
                MISSING,
                Outcome(),
            ],
        ),
        (wsgi_response(lambda status: status > 400), [WsgiAnswer("404 No")], [WsgiAnswer("200 OK")]),
        (raises("RuntimeError"), [RAISED], [Outcome(value="write")]),
    ],
)
def test_what_fits(matcher: Any, fits: list[Seen], fits_not: list[Seen]) -> None:
    assert [opinion(matcher, seen).matches for seen in fits] == [True] * len(fits)
    assert [opinion(matcher, seen).matches for seen in fits_not] == [False] * len(fits_not)


def test_a_call_is_compared_with_the_usual_one() -> None:
    usual = Entry(0, "gateway:usual", False, WsgiAnswer("200 OK"), line=0)
    matcher = wsgi_as_well_as("usual")
    assert opinion(matcher, WsgiAnswer("404 No"), usual).matches
    assert not opinion(matcher, WsgiAnswer("500 No"), usual).matches
    assert not opinion(matcher, WsgiAnswer("200 OK", outcome=RAISED), usual).matches
    assert not opinion(matcher, MISSING, usual).matches
    assert opinion(matcher, WsgiAnswer("500 No")).verdict is Verdict.BLOCKED
    failed = Entry(0, "gateway:usual", False, WsgiAnswer("500 No"), line=0)
    assert opinion(matcher, WsgiAnswer("500 No"), failed).verdict is Verdict.BLOCKED
    same = wsgi_as_well_as("usual", same_status=True)
    assert not opinion(same, WsgiAnswer("404 No"), usual).matches
    assert opinion(same, WsgiAnswer("503 Busy"), usual).matches


def test_all_words_of_wsgi_are_there() -> None:
    own = {
        name
        for name, maker in vars(authoring.wsgi).items()
        if getattr(maker, "__module__", "") == authoring.wsgi.__name__
    }
    assert own <= set(authoring.__all__)
