"""Matchers made of matchers, and those of what does not happen."""

from typing import Any

import pytest

from asgi_conformance.matchers.combine import (
    AllOf,
    Anything,
    Graded,
    HasEnded,
    NeverCalled,
    Pending,
    WhereHolds,
    shown,
)
from asgi_conformance.matchers.connection import BytesArrive, Closed
from asgi_conformance.script import Heard, Matcher, Opinion
from asgi_conformance.timeline import Done, Event, Facts, Missing, Seen, Timeline, Why, Wire
from asgi_conformance.verdict import Verdict

HEARD = Heard(Timeline(()), Facts({"http": "2.3"}), 3)
SEEN = Event({"type": "x"})


def judged(matcher: Matcher, seen: Seen = SEEN) -> Opinion:
    return matcher.judge(seen, HEARD)


class Fixed:
    """Always of the same opinion."""

    def __init__(self, name: str, opinion: Opinion) -> None:
        self.name, self.opinion = name, opinion

    def says(self) -> str:
        return self.name

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        return self.opinion


GOOD, BAD = Fixed("good", Opinion(True, observed="fine")), Fixed("bad", Opinion(False, "wrong", "that"))


def test_all_have_to_match_and_the_first_that_does_not_speaks() -> None:
    another = Fixed("another", Opinion(False, "otherwise"))
    assert judged(AllOf((GOOD, GOOD))) == GOOD.opinion
    assert judged(AllOf((GOOD, BAD, another))) == BAD.opinion
    assert judged(AllOf(())) == Opinion(True)
    assert AllOf((GOOD, BAD)).says() == "good, bad"


def test_all_listen_as_the_first_that_listens() -> None:
    listening = AllOf((GOOD, BytesArrive(b"x"), Closed()))
    assert listening.takes(b"ax", False) == 2
    assert listening.takes(b"a", False) is None
    assert AllOf((GOOD,)).takes(b"ab", False) == 2
    assert AllOf((GOOD,)).takes(b"", False) is None


def test_a_function_answers_true_false_or_in_words() -> None:
    def answering(answer: Any) -> Opinion:
        return judged(WhereHolds("as it should", lambda seen, heard: answer))

    assert answering(True) == Opinion(True, observed=shown(SEEN))
    assert answering(False) == Opinion(False, "otherwise", shown(SEEN))
    assert answering("it is late") == Opinion(False, "otherwise", "it is late")
    assert answering(1) == Opinion(False, "otherwise", shown(SEEN))
    assert WhereHolds("as it should", lambda seen, heard: True).says() == "as it should"


def test_a_function_sees_what_was_recorded() -> None:
    def function(seen: Any, heard: Heard) -> bool:
        return seen is SEEN and heard is HEARD and heard.facts.declared["http"] == "2.3"

    assert judged(WhereHolds("", function)).matches


@pytest.mark.parametrize("error", [TypeError("t"), ValueError("v"), AttributeError("a"), KeyError("k"), IndexError()])
def test_a_function_need_not_reckon_with_every_shape(error: Exception) -> None:
    def function(seen: Any, heard: Heard) -> bool:
        raise error

    opinion = judged(WhereHolds("", function))
    assert (opinion.matches, opinion.how) == (False, "wrong type")
    assert opinion.observed.endswith(f"({type(error).__name__}: {error})")


def test_a_mistake_of_a_function_is_no_opinion() -> None:
    with pytest.raises(ZeroDivisionError):
        judged(WhereHolds("", lambda seen, heard: 1 / 0 == 0))


def test_a_grade_is_earned_by_matching() -> None:
    assert judged(Graded(GOOD, Verdict.WARN, "too late")) == Opinion(True, "too late", "fine", Verdict.WARN)
    assert judged(Graded(BAD, Verdict.WARN)) == BAD.opinion
    assert judged(Graded(Fixed("mute", Opinion(True)), Verdict.NOTE)).observed == shown(SEEN)
    assert Graded(GOOD, Verdict.WARN).says() == "(warn) good"


def test_a_grade_listens_as_its_matcher() -> None:
    assert Graded(BytesArrive(b"x"), Verdict.WARN).takes(b"ax", False) == 2
    assert Graded(GOOD, Verdict.WARN).takes(b"ax", True) is None


MISSING = {why: Missing(why) for why in Why}


@pytest.mark.parametrize("why", Why)
def test_what_did_not_happen_is_known_by_its_reason(why: Why) -> None:
    seen = MISSING[why]
    assert judged(Pending(), seen).matches is (why is Why.SILENCE)
    assert judged(NeverCalled(), seen).matches is (why is Why.UNKNOWN)
    assert judged(HasEnded(), seen).matches is (why in (Why.ENDED, Why.DIED))
    assert judged(Anything(), seen) == Opinion(False, "missing", why.value)
    assert judged(WhereHolds("", lambda seen, heard: True), seen) == Opinion(False, "missing", why.value)


def test_what_happened_is_not_what_did_not() -> None:
    assert judged(Pending()).how == "came"
    assert judged(NeverCalled()).how == "called"
    assert judged(HasEnded()).how == "goes on"
    assert judged(Anything()) == Opinion(True, observed=shown(SEEN))
    assert [matcher.says() for matcher in (Pending(), NeverCalled(), HasEnded(), Anything())] == [
        "nothing, it goes on waiting", "nothing, for it was never called", "the call is over", "anything",
    ]  # fmt: skip


def test_values_are_shown_cut() -> None:
    assert shown(b"x" * 10, 5) == "b'xxx… (13 characters)"
    assert shown(Missing(Why.DIED, "exit status 1")) == "the server process ended: exit status 1"
    assert shown(Done("x")) == repr(Done("x"))
    assert shown(Wire(b"")) == repr(Wire(b""))
