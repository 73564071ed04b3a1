"""What suites say becomes values: cases with stable ids, lines that read well, matchers that fit."""

import dataclasses
from collections.abc import Iterator
from typing import Any, get_args

import pytest

from asgi_conformance import acts, authoring
from asgi_conformance.authoring import (
    ABSENT,
    ClientCertificate,
    Opcode,
    Over,
    Tls,
    absent_or,
    answer,
    any_of,
    anything,
    app,
    case,
    client,
    documented,
    each,
    either,
    ended,
    made,
    message,
    messages,
    not_accepted,
    nothing_left,
    pending,
    process,
    refused,
    requirement,
    response,
    returns,
    scope,
    server,
    silence,
    unchanged,
    warn,
    where,
    whole_body,
)
from asgi_conformance.authoring.cases import collecting, slug
from asgi_conformance.codec import Foreign, Made
from asgi_conformance.matchers.app import BodyIs, EventIs, EventsAre, Returned, ScopeIs
from asgi_conformance.matchers.combine import AllOf, Anything, Graded, Pending
from asgi_conformance.matchers.connection import NothingArrives, StaysSilent
from asgi_conformance.matchers.responses import ResponseIs
from asgi_conformance.matchers.websocket import MessageIs, MessagesAre
from asgi_conformance.peers.websocket import read_frame
from asgi_conformance.script import BadCase, Case, Line, Settles
from asgi_conformance.verdict import Verdict
from asgi_conformance.wsgi_acts import WsgiAct

START = {"type": "http.response.start", "status": 200}


def made_by(make: Any) -> list[Case]:
    with collecting("a/b/") as found:
        make()
    return [one for one in found if isinstance(one, Case)]


# --------------------------------------------------------------------------- lines

EVERY_LINE = {
    "connects": client.connects(),
    "connects with TLS 1.2, cipher suite X": client.connects(tls=Tls(version="1.2", cipher="X")),
    "connects with TLS, a certificate of C=GB, CN=Ann": client.connects(
        tls=Tls(certificate=ClientCertificate((("C", "GB"), ("CN", "Ann"))))
    ),
    "connects with TLS 1.3, an untrusted certificate of CN=Eve the connection refused": client.connects(
        tls=Tls(version="1.3", certificate=ClientCertificate((("CN", "Eve"),), trusted=False)),
        ways={"": not_accepted()},
    ),
    r"sends b'GET / HTTP/1.1\r\n' then b'\r\n'": client.sends(b"GET / HTTP/1.1\r\n", b"\r\n"),
    "sends b'x' the connection refused": client.sends(b"x", ways={"": not_accepted()}),
    "sends b'x' as soon as it can connect": client.sends_early(b"x"),
    "begins to send b'x'": client.begins_to_send(b"x"),
    "opens a WebSocket at b'/chat'": client.opens_websocket("/chat"),
    "opens a WebSocket at b'/' [(b'A', b'1'), (b'Sec-WebSocket-Protocol', b'p')]": client.opens_websocket(
        b"/", (b"A", b"1"), subprotocols=b"p"
    ),
    "sends text 'a', 'b'": client.sends_text("a", "b"),
    "sends binary b'a'": client.sends_bytes(b"a"),
    "sends frames ((<Opcode.PING: 9>, b''),)": client.sends_frames((Opcode.PING, b"")),
    "sends a close frame 1000 b'bye'": client.sends_close(1000, b"bye"),
    "requests GET /a on stream a": client.requests("GET", "/a"),
    "requests GET /a on stream b with body b'x' …": client.requests("GET", "/a", stream="b", body=b"x", ends=False),
    "requests GET on stream a …": client.opens_stream((b":method", b"GET")),
    "sends b'x' on stream a and ends it": client.sends_data(b"x", ends=True),
    "sends b'x' on stream a": client.sends_data(b"x"),
    "resets stream a": client.resets_stream(),
    "stops reading": client.stops_reading(),
    "reads again": client.reads_again(),
    "stops reading stream a": client.stops_reading("a"),
    "reads stream a again": client.reads_again("a"),
    "announces enable_push=0, initial_window_size=10": client.announces(enable_push=0, initial_window_size=10),
    "opens a WebSocket at /chat on stream a": client.opens_websocket("/chat", stream="a"),
    "gets response 200": client.gets(response(200)),
    "gets nothing nothing": client.gets_nothing(),
    "closes": client.closes(),
    "resets the connection": client.resets(),
    "shuts down its sending side": client.shuts_down_sending(),
    "is called with scope path='/'": app.is_called(scope(path="/")),
    "is not called no call": app.is_not_called(),
    "gets {'type': 'x'}": app.gets({"type": "x"}),
    "gets the request body: the body b'x'": app.gets(whole_body(b"x")),
    "gets the request body:": app.gets_body(),
    "gets, one after the other, 1 events: \"{'type': 'x'}\"": app.gets_several([{"type": "x"}]),
    "sends {'type': 'x'} returns": app.sends({"type": "x"}),
    "sends {'type': 'x'} 3 times through the send of app other returns": app.sends(
        {"type": "x"}, times=3, through=app.named("other")
    ),
    "sends {'type': 'x'}, its last, returns": app.sends_last({"type": "x"}),
    "begins to receive (receive)": app.begins_to_receive(),
    "begins to receive the request body (body)": app.begins_to_receive_body(),
    "begins to send {'type': 'x'} 2 times (send)": app.begins_to_send({"type": "x"}, times=2),
    "finishes send: returns": app.finishes("send", returns()),
    "is still waiting in send nothing, it goes on waiting": app.still_waits("send"),
    "forgets a task that will fail": app.forgets_a_task(),
    "sleeps, runs a task and a thread: returns": app.uses_the_loop(),
    "cancels send": app.cancels("send"),
    "returns": app.returns(),
    "returns 1 the call is over": app.returns(1, ways={"": ended()}),
    "raises KeyError('x')": app.raises("KeyError", "x"),
    "lets the last exception pass": app.reraises(),
    "looks at its scope:": app.looks_at_scope(),
    "changes its scope (set ['a']['b'] 1):": app.sets_scope(("a", "b"), 1),
    "changes its scope (delete ['a']):": app.deletes_scope(["a"]),
    "changes its scope (append ['a'] 1):": app.appends_scope(["a"], 1),
    "calls the application with {'type': 'x'}": server.calls({"type": "x"}),
    "calls the application by keywords with {'type': 'y'}": server.calls({"type": "y"}, keywords=True),
    "delivers {'type': 'x'}, {'type': 'y'}": server.delivers({"type": "x"}, {"type": "y"}),
    "gets {'type': 'z'}": server.gets({"type": "z"}),
    "gets, until nothing more comes, a complete response with status 200": server.gets_answer(answer(200)),
    "gets nothing nothing ": server.gets_nothing(),
    "sees the call end: returns": server.sees_the_end(returns()),
    "lets 1.5 s pass": server.waits(1.5),
    "raises OSError from send after 2 more": server.fails_sends(after=2),
    "holds send": server.holds_sends(),
    "lets send come back again": server.releases_sends(),
    "cancels the call": server.cancels(),
    "looks at its scope: the scope as it was given": server.looks_at_scope(unchanged()),
    "looks at what is left: no task left behind": server.looks_around(nothing_left()),
    "starts": process.starts(),
    "accepts connections": process.serves(),
    "gets SIGTERM": process.gets_signal("SIGTERM"),
    "ends anything": process.exits(),
    "has printed anything": process.has_printed(anything()),
}


@pytest.mark.parametrize(("words", "line"), EVERY_LINE.items(), ids=EVERY_LINE)
def test_every_line_reads_well(words: str, line: Line) -> None:
    assert line.says() == f"{line.who} {words.rstrip()}"


def test_every_deed_has_a_line_and_every_word_of_a_speaker_is_tried() -> None:
    """Those of WSGI are tried in `test_authoring_wsgi.py`."""
    assert {type(line.act) for line in EVERY_LINE.values()} == set(get_args(acts.Act)) - set(get_args(WsgiAct))


def test_speakers_have_names() -> None:
    assert client.named("second").closes().says() == "client second closes"
    assert app.named("second").returns().says() == "app second returns"


def test_what_is_long_is_cut() -> None:
    assert client.sends(b"x" * 500).says().endswith("xx… (500 long)")
    assert app.sends({"body": b"x" * 500}).says().endswith("xx… (1 long) returns")
    assert app.returns(made("object")).says() == "app returns object()"
    assert len(app.sends(made("bytearray", b"x" * 900)).says()) < 400


def test_a_client_masks_what_it_sends() -> None:
    sent = [client.sends_text("é"), client.sends_bytes(b"x"), client.sends_frames((2, b"x")), client.sends_close(None)]
    frames = [read_frame(line.act.pieces[0]) for line in sent if isinstance(line.act, acts.Sends)]
    assert [frame.payload for frame in frames if frame and frame.masked] == ["é".encode(), b"x", b"x", b""]


def test_frames_can_be_fragments() -> None:
    line = client.sends_frames((Opcode.TEXT, b"a", False), (Opcode.CONTINUATION, b"b"))
    assert isinstance(line.act, acts.Sends)
    first = read_frame(line.act.pieces[0])
    assert first is not None
    second = read_frame(line.act.pieces[0], first.size)
    assert second is not None
    assert (first.fin, second.fin) == (False, True)


def test_a_request_on_a_stream_has_its_pseudo_header_fields_first() -> None:
    line = client.requests("GET", "/a", (b"x", b"1"), authority=None, scheme=b"http")
    assert isinstance(line.act, acts.Requests)
    assert line.act.fields == ((b":method", b"GET"), (b":scheme", b"http"), (b":path", b"/a"), (b"x", b"1"))


# --------------------------------------------------------------------------- what a line expects


def test_an_event_may_be_written_as_a_dict() -> None:
    assert app.gets({"type": "x"}).ways == {"": EventIs({"type": "x"})}
    assert app.gets(ways={"one": {"type": "x"}}).ways == {"one": EventIs({"type": "x"})}
    assert requirement("a", expects={"type": "x"}).ways == {"": EventIs({"type": "x"})}
    assert warn({"type": "x"}) == Graded(EventIs({"type": "x"}), Verdict.WARN)


def test_several_expectations_have_to_be_met_together() -> None:
    line = client.gets(response(200), anything())
    assert line.ways == {"": AllOf((ResponseIs(200), Anything()))}
    assert line.says() == "client gets response 200, anything"


def test_requirements_stand_among_the_expectations() -> None:
    limited = requirement("b", until="2.4", since="2.1")
    line = client.gets(requirement("a"), response(200), limited, documented("c", "d"))
    assert [settles.requirement for settles in line.settles] == ["a", "b", "c", "d"]
    assert line.settles[1] == Settles("b", None, until=(2, 4), since=(2, 1))
    assert line.ways == {"": ResponseIs(200)}
    assert line.says() == "client gets response 200  [a]  [b]  [c: as documented]  [d: as documented]"


def test_a_line_has_one_expectation_or_named_ways() -> None:
    with pytest.raises(BadCase, match="either one expectation or named ways"):
        client.gets(response(200), ways={"403": response(403)})


@pytest.mark.parametrize("thing", [1, "text", None, object])
def test_what_is_no_matcher_is_the_authors_fault(thing: Any) -> None:
    with pytest.raises(BadCase, match="is no matcher"):
        client.gets(thing)
    with pytest.raises(BadCase, match="is no matcher"):
        client.gets(ways={"x": thing})


USUAL = {
    "sends": (app.sends, (START,), Returned()),
    "sends_last": (app.sends_last, (START,), Returned()),
    "uses_the_loop": (app.uses_the_loop, (), Returned()),
    "still_waits": (app.still_waits, ("task",), Pending()),
    "gets_nothing": (client.gets_nothing, (), NothingArrives()),
}


@pytest.mark.parametrize(("speaks", "arguments", "usual"), USUAL.values(), ids=USUAL)
def test_the_usual_is_expected_where_nothing_else_is_said(speaks: Any, arguments: tuple[Any, ...], usual: Any) -> None:
    assert speaks(*arguments).ways == {"": usual}
    assert speaks(*arguments, requirement("a")).ways == {"": usual}
    assert speaks(*arguments, requirement("a"), requirement("b", expects=anything())).ways == {"": usual}
    assert speaks(*arguments, anything()).ways == {"": Anything()}
    assert speaks(*arguments, ways={"x": anything()}).ways == {"x": Anything()}
    assert speaks(*arguments, requirement("a", expects=anything())).ways == {}


def test_a_whole_body_takes_as_many_events_as_it_takes() -> None:
    assert isinstance(app.gets(whole_body(b"")).act, acts.ReceivesBody)
    assert isinstance(app.gets({"type": "http.request"}).act, acts.Receives)
    several = app.gets_several([{"type": "a"}, {"type": "b"}], requirement("r"))
    assert several.act == acts.ReceivesSeveral(2)
    assert several.ways == {"": EventsAre(({"type": "a"}, {"type": "b"}))}


def test_a_process_may_end_in_named_ways() -> None:
    assert process.exits().ways == {"": Anything()}
    assert set(process.exits(ways={"0": anything()}).ways) == {"0"}


def test_every_matcher_says_what_it_expects() -> None:
    makers: dict[str, tuple[Any, ...]] = {
        "where": ("words", lambda seen, heard: True),
        "event": ({},), "whole_body": (b"",), "warn": ({},), "note": ({},), "fail": ({},), "interim": (100,),
        "body_part": (b"x",), "pong": (b"",), "stream_rest": (b"",),
        "if_offered": ({},), "if_accepted": ({},), "json_response": ({},), "as_well_as": ("usual",),
        "reads_as_far_as": ("usual",), "rejects": (1,), "only_warned": ({},), "only_noted": ({},),
        "not_offered": ({}, "why"),
    }  # fmt: skip
    for name in authoring.expectations.__dict__:
        maker = getattr(authoring.expectations, name)
        own = getattr(maker, "__module__", "") == authoring.expectations.__name__
        if own and name not in ("documented", "conduct"):
            assert isinstance(maker(*makers.get(name, ())).says(), str)
            assert name in authoring.__all__


def test_all_that_suites_may_import_is_there() -> None:
    assert all(hasattr(authoring, name) for name in authoring.__all__)
    assert sorted(authoring.__all__) == authoring.__all__


# --------------------------------------------------------------------------- predicates


@pytest.mark.parametrize(
    ("predicate", "words", "fits", "fits_not"),
    [
        (absent_or("/"), "absent or '/'", [ABSENT, "/"], ["", None, Foreign("X", "/")]),
        (absent_or(1), "absent or 1", [ABSENT, 1], [True, 1.0]),
        (either(None, "", ABSENT), "None or '' or (absent)", [None, "", ABSENT], [0, b"", False]),
        (any_of("even", lambda n: n % 2 == 0), "even", [2], [1]),
    ],
)
def test_predicates_have_words(predicate: Any, words: str, fits: list[Any], fits_not: list[Any]) -> None:
    assert predicate.__doc__ == words
    assert all(predicate(value) for value in fits)
    assert not any(predicate(value) for value in fits_not)
    assert scope(path=predicate).says() == f"scope path={words}"


def test_messages_are_text_or_binary() -> None:
    assert message(text="é") == MessageIs(Opcode.TEXT, "é".encode())
    assert message(data=b"x") == MessageIs(Opcode.BINARY, b"x")
    assert messages("é", b"x") == MessagesAre(((Opcode.TEXT, "é".encode()), (Opcode.BINARY, b"x")))


def test_refusals_are_4xx_or_one_of_these() -> None:
    matcher = refused(500)
    assert isinstance(matcher, ResponseIs)
    assert callable(matcher.status)
    assert [status for status in (399, 400, 499, 500, 501) if matcher.status(status)] == [400, 499, 500]
    assert matcher.says() == "response 4xx or 500"


def test_things_that_no_literal_can_say_are_values_too() -> None:
    assert made("generator", [b"x"]) == Made("generator", [b"x"])
    assert isinstance(silence(), StaysSilent)
    assert isinstance(pending(), Pending)
    assert where("words", lambda seen, heard: True).says() == "words"
    assert isinstance(scope(), ScopeIs)
    assert isinstance(whole_body(b""), BodyIs)


# --------------------------------------------------------------------------- cases


def test_an_id_is_the_place_and_the_title() -> None:
    (made_case,) = made_by(lambda: case("A refused handshake: 403, (twice)!", client.closes()))
    assert made_case.id == "a/b/a-refused-handshake-403-twice"
    assert (made_case.file, made_case.name) == ("a/b", "a-refused-handshake-403-twice")
    assert (made_case.note, made_case.over, made_case.needs, made_case.options) == ("", Over.TCP, (), {})


@pytest.mark.parametrize(("title", "expected"), [("A B", "a-b"), ("  (x)  ", "x"), ("é", ""), ("A--B", "a-b")])
def test_slugs(title: str, expected: str) -> None:
    assert slug(title) == expected


def test_a_title_may_occur_once() -> None:
    with pytest.raises(BadCase, match="two cases are called a/b/x"):
        made_by(lambda: (case("X", client.closes()), case("x", client.closes())))


def test_outside_of_a_suite_a_case_is_just_a_value() -> None:
    assert case("Alone", client.closes()) == case("Alone", client.closes())
    assert case("Alone", client.closes()).id == "alone"


def test_what_a_case_needs() -> None:
    made_case = case("x", note="why\n  so\n    it is", over=Over.TLS, needs="websocket", options={"root_path": "/r"})
    assert (made_case.note, made_case.over) == ("why\nso\n  it is", Over.TLS)
    assert (made_case.needs, made_case.options) == (("websocket",), {"root_path": "/r"})
    assert case("x", needs=["a", "b"]).needs == ("a", "b")


def test_a_family_has_its_values_in_the_ids() -> None:
    def family() -> None:
        @each(status=[200, 204], name=["a/b", "c"], over=Over.UNIX, needs=("x",), options={"root_path": "/"})
        def _(status: int, name: str) -> Iterator[Line]:
            """A status is sent

            Why it is so.
            """
            yield client.gets(response(status))
            yield app.returns(name)

    cases = made_by(family)
    assert [one.name for one in cases] == [
        "a-status-is-sent[200,a/b]", "a-status-is-sent[200,c]", "a-status-is-sent[204,a/b]", "a-status-is-sent[204,c]",
    ]  # fmt: skip
    assert {one.file for one in cases} == {"a/b"}
    first = cases[0]
    assert (first.title, first.note, first.over) == ("A status is sent", "Why it is so.", Over.UNIX)
    assert (first.needs, first.options) == (("x",), {"root_path": "/"})
    assert first.lines == (client.gets(response(200)), app.returns("a/b"))


def test_a_family_over_several_transports() -> None:
    def family() -> None:
        @each(n=[1], over=(Over.TCP, Over.TLS))
        def a_number(n: int) -> list[Line]:
            return [client.closes()]

        @each(over=(Over.UNIX, Over.TCP))
        def no_number() -> list[Line]:
            return [client.closes()]

    cases = made_by(family)
    assert [one.name for one in cases] == ["a-number[tcp,1]", "a-number[tls,1]", "no-number[unix]", "no-number[tcp]"]
    assert [one.over for one in cases] == [Over.TCP, Over.TLS, Over.UNIX, Over.TCP]


def test_a_family_without_docstring_is_called_after_its_function() -> None:
    def family() -> None:
        @each(n=[1])
        def a_nice_name(n: int) -> list[Line]:
            return [client.closes()]

    assert [one.id for one in made_by(family)] == ["a/b/a-nice-name[1]"]


def test_what_a_case_is_about() -> None:
    ordinary = case("x", client.gets(requirement("a"), requirement("b")), app.returns(), app.gets(requirement("a")))
    assert ordinary.settles() == {"a", "b"}
    assert ordinary.checks() == 3
    assert not (ordinary.own_process or ordinary.starts_it or ordinary.raises)
    assert dataclasses.replace(ordinary, options={"root_path": "/"}).own_process
    starting = case("x", process.starts())
    assert starting.own_process
    assert starting.starts_it
    assert case("x", app.raises()).raises
    assert case("x", app.reraises()).raises
