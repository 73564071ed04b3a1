"""What has to be seen again so that a behaviour is shown: facts by the number of the line, from 1."""

from typing import Any

from asgi_conformance import acts
from asgi_conformance.codec import decode
from asgi_conformance.kits.focus import compares, ways_of
from asgi_conformance.kits.literals import NoKit
from asgi_conformance.kits.recorded import behaviour, facts_of, moment_of, steady
from asgi_conformance.kits.story import Story
from asgi_conformance.matchers.application import Conducts
from asgi_conformance.results import Moment
from asgi_conformance.timeline import Call, Event, Outcome, Seen, Wire

Behaviour = dict[int, dict[str, Any]]


def behaviour_of(story: Story, *, to_head: bool = False) -> Behaviour:
    """Of the line that deviates, and of those before it where it is compared with them. Raises `NoKit`."""
    check, case = story.check, story.case
    assert check.line is not None
    line, moment = case.lines[check.line], moment_of(story.result, check.line)
    found = {check.line + 1: behaviour(line, check, moment, keeps_state=case.starts_it, to_head=to_head)}
    matchers = (one for one in ways_of(line) if not isinstance(one, Conducts))
    return {**_before(story, check.line), **found} if compares(matchers, _seen(line.act, moment)) else found


def _before(story: Story, deviating: int) -> Behaviour:
    """What the earlier lines saw, as far as it was recorded whole and stays the same from run to run."""
    found: Behaviour = {}
    for moment in story.result.timeline:
        if moment.line is None or moment.line >= deviating or moment.act != "gets":
            continue
        line = story.case.lines[moment.line]
        try:
            facts = facts_of(line, moment)
        except NoKit:
            continue
        keys = ("status", "types", "end") if isinstance(line.act, acts.TakesAnswer) else steady(facts)
        if chosen := {key: facts[key] for key in keys if key in facts and key != "['state']"}:
            found[moment.line + 1] = chosen
    return found


def _seen(act: acts.Act, moment: Moment) -> Seen:
    """Something of the kind that the line saw, for a matcher to look at."""
    data = decode(moment.data)
    if isinstance(data, bytes):
        return Wire(data)
    if isinstance(act, acts.IsCalled):
        return Call((data or {}).get("scope", {}), {})
    return Event(data) if isinstance(data, dict) else Outcome()
