"""Whether a breach of an application's shows in what it has sent, which is what a kit compares."""

from collections.abc import Iterator

from asgi_conformance import acts
from asgi_conformance.codec import decode
from asgi_conformance.judge.conduct import breaches
from asgi_conformance.kits.literals import NoKit
from asgi_conformance.results import Moment, Result
from asgi_conformance.script import Case
from asgi_conformance.timeline import CallLog, Outcome, Raised, Step, What


def must_show(requirement: str, case: Case, result: Result) -> None:
    """Raises `NoKit` where only the order of what was received and sent tells, or what `send` refused, or when."""
    logs = [log for who in _callers(case) for log in _logs(who, case, result)]
    if requirement not in {breach.requirement for log in logs for breach, _ in breaches(log)}:
        raise NoKit("the breach shows in how the application calls `receive` and `send`, and not in what it has sent")


def _callers(case: Case) -> dict[str, None]:
    return dict.fromkeys(line.who for line in case.lines if isinstance(line.act, acts.CallsApplication))


def _logs(who: str, case: Case, result: Result) -> Iterator[CallLog]:
    """The call as the lines have seen it: all that was delivered first, then what was sent."""
    scope = None
    received: list[Step] = []
    sent: list[Step] = []
    for moment in result.timeline:
        if moment.line is None or moment.who != who:
            continue
        act, data = case.lines[moment.line].act, decode(moment.data)
        match act:
            case acts.CallsApplication():
                scope = data["scope"]
            case acts.Delivers(events):
                received += [Step(What.RECEIVED, event) for event in events]
            case acts.TakesEvent() if isinstance(data, dict):
                sent.append(Step(What.SENT, data))
            case acts.TakesAnswer():
                sent += [*(Step(What.SENT, event) for event in data or ()), *_end(moment)]
    if scope is not None:
        yield CallLog(scope, (*received, *sent))


def _end(moment: Moment) -> Iterator[Step]:
    if moment.text.endswith("it returned"):
        yield Step(What.ENDED, Outcome())
    elif "; it raised " in moment.text:
        yield Step(What.ENDED, Outcome(Raised("Exception", ("Exception",))))
