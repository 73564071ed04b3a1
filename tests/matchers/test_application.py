"""Matchers of what an application under test did."""

from typing import Any

import pytest

from asgi_conformance.matchers.application import AsWellAs, Conducts, ReadsAsFar, Rejects, failure
from asgi_conformance.matchers.combine import Milder
from asgi_conformance.script import Heard, Opinion
from asgi_conformance.timeline import Answer, CallLog, Entry, Facts, Outcome, Raised, Seen, Step, Timeline, What
from asgi_conformance.verdict import Verdict

START = {"type": "http.response.start", "status": 200}
BODY = {"type": "http.response.body"}
RETURNED = Outcome()
RAISED = Outcome(Raised("KeyError", ("KeyError", "LookupError", "Exception", "BaseException"), "'scheme'"))
EXITED = Outcome(Raised("SystemExit", ("SystemExit", "BaseException"), "1"))

SERVED = Answer((START, BODY), RETURNED)
FAILED = Answer((), RAISED)
SILENT = Answer((), None)


def with_status(status: int) -> Answer:
    return Answer(({**START, "status": status}, BODY), RETURNED)


def heard(seen: Seen, usual: Seen = SERVED, *logs: tuple[str, CallLog]) -> Heard:
    entries = [Entry(0, "server:usual", False, usual, line=0), Entry(1, "server", False, seen, line=1)]
    entries += [Entry(2, who, False, log) for who, log in logs]
    return Heard(Timeline(tuple(entries)), Facts(), 1)


# --------------------------------------------------------------------------- as well as in another call


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (SERVED, ""),
        (SILENT, ""),
        (Answer((START,), None), ""),
        (with_status(404), ""),
        (with_status(500), "status 500"),
        (FAILED, "it raised KeyError: 'scheme'"),
        (Answer((START,), RETURNED), "an incomplete response"),
        (Answer(({"type": "websocket.close", "code": 1008},), RETURNED), ""),
        (Answer(({"type": "websocket.close", "code": 1011},), RETURNED), "closed with 1011"),
        (Answer(({"type": "websocket.http.response.start", "status": 500},), RETURNED), "status 500"),
    ],
)
def test_what_a_failure_is(answer: Answer, words: str) -> None:
    assert failure(answer) == words


def as_well(seen: Answer, usual: Answer = SERVED, *, same_status: bool = False) -> Opinion:
    return AsWellAs("server:usual", same_status).judge(seen, heard(seen, usual))


def test_whatever_is_answered_is_as_good_as_the_usual_answer() -> None:
    assert as_well(with_status(404)).matches
    assert as_well(Answer((START,), None)).matches


@pytest.mark.parametrize("seen", [FAILED, SILENT, with_status(500)])
def test_a_failure_or_silence_where_there_is_usually_none(seen: Answer) -> None:
    opinion = as_well(seen)
    assert (opinion.matches, opinion.verdict) == (False, None)


@pytest.mark.parametrize("usual", [FAILED, with_status(500)])
def test_nothing_is_said_of_a_call_if_the_usual_one_fails_too(usual: Answer) -> None:
    assert as_well(FAILED, usual).verdict is Verdict.BLOCKED
    assert as_well(SERVED, usual).verdict is Verdict.BLOCKED


def test_silence_is_as_good_as_silence() -> None:
    assert as_well(SILENT, SILENT).matches


@pytest.mark.parametrize(("status", "fits"), [(200, True), (404, False), (429, True), (503, True)])
def test_the_same_status_unless_the_application_is_busy(status: int, fits: bool) -> None:
    assert as_well(with_status(status), same_status=True).matches is fits


def test_the_words_name_the_other_call() -> None:
    assert AsWellAs("server:usual").says() == "no failure, as with the usual call"
    assert AsWellAs("server:usual", same_status=True).says() == "the status of the usual call"


# --------------------------------------------------------------------------- what is no event


def received(*events: Any) -> CallLog:
    return CallLog({"type": "http"}, tuple(Step(What.RECEIVED, event) for event in events))


def rejected(seen: Answer, usual: Answer = SERVED, log: CallLog | None = None) -> Opinion:
    log = received({"type": "http.x"}) if log is None else log
    return Rejects(1, "server:usual").judge(seen, heard(seen, usual, ("server", log)))


@pytest.mark.parametrize("seen", [FAILED, with_status(400), Answer(({"type": "websocket.close"},), RETURNED)])
def test_an_exception_or_an_error_rejects_an_event(seen: Answer) -> None:
    assert rejected(seen).matches


@pytest.mark.parametrize(
    ("seen", "verdict"), [(SERVED, None), (SILENT, Verdict.NOTE), (Answer((), RETURNED), Verdict.NOTE)]
)
def test_to_go_on_does_not(seen: Answer, verdict: Verdict | None) -> None:
    opinion = rejected(seen)
    assert (opinion.matches, opinion.verdict) == (False, verdict)


def test_what_is_no_exception_does_not_either() -> None:
    assert not rejected(Answer((), EXITED)).matches


def test_an_error_that_is_the_usual_answer_tells_nothing() -> None:
    assert rejected(with_status(404), with_status(404)).verdict is Verdict.BLOCKED
    assert rejected(with_status(400), with_status(404)).matches


def test_who_does_not_ask_for_the_event_has_no_occasion() -> None:
    assert rejected(SERVED, log=received()).verdict is Verdict.BLOCKED


# --------------------------------------------------------------------------- how far a body is read

PART = {"type": "http.request", "body": b"a", "more_body": True}
LAST = {"type": "http.request", "body": b"b"}


@pytest.mark.parametrize(
    ("own", "usual", "matches", "verdict"),
    [
        ((PART, LAST), (LAST,), True, None),
        ((PART,), (LAST,), False, None),
        ((PART,), (PART,), False, Verdict.BLOCKED),
        ((PART, LAST), (), False, Verdict.BLOCKED),
    ],
)
def test_as_far_as_in_the_usual_call(
    own: tuple[Any, ...], usual: tuple[Any, ...], matches: bool, verdict: Verdict | None
) -> None:
    logs = ("server", received(*own)), ("server:usual", received(*usual))
    opinion = ReadsAsFar("server:usual").judge(SERVED, heard(SERVED, SERVED, *logs))
    assert (opinion.matches, opinion.verdict) == (matches, verdict)


# --------------------------------------------------------------------------- conduct


def conduct(requirement: str, *sent: Any) -> Opinion:
    steps = (*(Step(What.SENT, event) for event in sent), Step(What.ENDED, RETURNED))
    log = CallLog({"type": "http", "extensions": {"http.response.push": {}}}, steps)
    return Conducts(requirement).judge(SERVED, heard(SERVED, SERVED, ("server", log)))


def test_an_extension_that_is_not_used_is_not_supported() -> None:
    assert conduct("ext.push.app-format", START, BODY).verdict is Verdict.UNSUPPORTED
    push = {"type": "http.response.push", "path": "/", "headers": []}
    assert conduct("ext.push.app-format", START, push, BODY).matches
    assert not conduct("ext.push.app-format", START, {**push, "path": b"/"}, BODY).matches


def test_what_is_only_noted_is_a_note_when_it_is_settled() -> None:
    opinion = conduct("common.event.int-range", {**START, "x": 2**63}, BODY)
    assert opinion.verdict is Verdict.NOTE


# --------------------------------------------------------------------------- milder


def test_a_milder_verdict_for_what_deviates() -> None:
    milder = Milder(AsWellAs("server:usual"), Verdict.NOTE)
    assert milder.judge(FAILED, heard(FAILED)).verdict is Verdict.NOTE
    assert milder.judge(SERVED, heard(SERVED)).matches
    assert milder.judge(SERVED, heard(SERVED, FAILED)).verdict is Verdict.BLOCKED
    assert milder.says() == "no failure, as with the usual call"
