"""What the run has recorded of the deviating line, as facts that a kit can compare with what it sees itself."""

import ast
import re
from collections.abc import Mapping
from typing import Any

from asgi_conformance import acts
from asgi_conformance.codec import Foreign, LargeBytes, decode
from asgi_conformance.judge.describe import LONGEST
from asgi_conformance.kits.focus import leaves, looked_at
from asgi_conformance.kits.literals import NoKit
from asgi_conformance.kits.machinery.comparison import ABSENT
from asgi_conformance.kits.machinery.facts import PORTS, answer_facts, foreign, mapping_facts, value_facts, wire_facts
from asgi_conformance.results import Check, Moment, Result
from asgi_conformance.script import Line, Matcher
from asgi_conformance.timeline import Why
from asgi_conformance.verdict import Verdict
from asgi_conformance.wsgi_acts import IsAsked, IsClosed, IsNotAsked, IsNotClosed, StartsResponse, WasUsed

Facts = Mapping[str, Any]

BROKEN = (Verdict.FAIL, Verdict.WARN)
CUT = re.compile(r"… \d+ (bytes|characters)\Z")
RAISED = re.compile(r"raised ([\w.<>]+)(?:: (.*))?\Z", re.DOTALL)
NOT_COMPARED = ("text", "head", "statuses")
"""Facts that are told, but compared only where they are what the deviation is about."""
ABOUT: Mapping[str, tuple[str, ...]] = {
    "wrong status": ("status",),
    "hang": ("status", "complete", "connection", "frames", "bytes"),
    "closed": ("status", "complete", "connection", "frames", "bytes"),
    "no response": ("status", "complete", "connection", "bytes"),
    "cut off": ("status", "complete", "connection"),
    "made to look complete": ("status", "complete"),
    "invalid framing": ("status", "complete", "head"),
    "wrong body": ("status", "body"),
    "wrong trailers": ("status", "trailers"),
    "left open": ("connection",),
    "refused": ("status",),
    "raised": ("outcome",),
    "did not raise": ("outcome",),
    "another class": ("outcome",),
}
"""Which facts of what a line saw a deviation is about, by its words; any other word: all that are steady."""
ALWAYS = ("status", "complete", "bytes", "frames")
"""Facts without which the bytes that came could be another answer."""
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "wrong status": ("status",),
    "wrong body": ("status", "body"),
    "incomplete": ("types", "end"),
    "no response": ("types", "end"),
    "several starts": ("types",),
}
"""The same of an application's answer."""
CONDUCT = (
    ("it raised ", ("end",)),
    ("headers[]", ("types", "headers")),
    (" while ", ("types", "end")),
    (" for one of ", ("types", "keys")),
)
"""The same by words that stand in it."""
PLACE = re.compile(r"\((\w+)(?:\[.*)?\)\Z")
"""Of a deviation from the schema: `wrong type (server[1])`."""
ENDS = re.compile(r"(it raised [\w.<>]+): |(it returned|the call goes on)\Z")


def check_of(result: Result) -> Check | None:
    """The worst check, and of the worst the first in the script."""
    bad = [check for check in result.checks if check.verdict in BROKEN]
    return min(bad, key=lambda check: (check.verdict.rank, check.line is None, check.line or 0), default=None)


def moment_of(result: Result, line: int) -> Moment:
    """What answers the line. Raises `NoKit`."""
    found = next((moment for moment in result.timeline if moment.line == line), None)
    if found is None:
        raise NoKit("the run has recorded nothing at the line that deviates")
    return found


def behaviour(
    line: Line, check: Check, moment: Moment, *, keeps_state: bool = False, to_head: bool = False
) -> dict[str, Any]:
    """The facts that make the deviation. Raises `NoKit`.

    `keeps_state`: whether the state in a scope is the script's own, and not what other cases have left there.
    """
    facts = facts_of(line, moment, to_head=to_head)
    if not keeps_state and isinstance(line.act, acts.IsCalled | acts.LooksAtScope):
        facts.pop("['state']", None)
    if isinstance(line.act, acts.TakesAnswer):
        return _of_answer(line, check, facts)
    keys = _keys(line, check, moment)
    about = keys or _about(line, check, facts)
    chosen = {key: facts.get(key, ABSENT) for key in about if key in facts or key in keys}
    chosen = chosen or {key: facts[key] for key in steady(facts)}
    if not chosen:
        raise NoKit("the run has not recorded what the deviating line saw in a form that can be compared")
    if any(1024 in _items(chosen[key]) for key in keys if key[2:-2] in PORTS):
        raise NoKit("it is about the number of a port, which is another one each time")
    return chosen


def _about(line: Line, check: Check, facts: Facts) -> list[str]:
    """Where there are several lawful answers, each of them may look at something else."""
    words = ABOUT.get(check.how, ())
    if words and (len(_matchers(line, check)) == 1 or "outcome" in words):
        return [*words, *(key for key in ALWAYS if key not in words)]
    return [*dict.fromkeys([*steady(facts), *words])]


def _items(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def is_missing(line: Line, moment: Moment) -> bool:
    """Whether nothing came at this line, or it could not be done."""
    return "missing" in _words_facts(_told(line, moment))


def steady(facts: Facts) -> list[str]:
    """What can be compared. Whether the end of the connection has come right behind something whole is chance."""
    whole = bool(facts.get("complete") or facts.get("frames"))
    return [key for key in facts if key not in NOT_COMPARED and not (whole and key == "connection")]


def answered(line: Line, moment: Moment) -> dict[str, Any]:
    """All that the application has sent for this line. Raises `NoKit`."""
    facts = facts_of(line, moment)
    return _of_answer(line, None, facts) if isinstance(line.act, acts.TakesAnswer) else facts


def _of_answer(line: Line, check: Check | None, facts: dict[str, Any]) -> dict[str, Any]:
    how = check.how if check and len(_matchers(line, check)) == 1 else ""
    about = ANSWERS.get(how) or next((keys for words, keys in CONDUCT if words in how), ("events", "end"))
    if "events" in about and "events" not in facts:
        about = ("status", "types", "end")
    return {key: facts[key] for key in about if key in facts}


def _keys(line: Line, check: Check, moment: Moment) -> list[str]:
    """The keys of a scope, an event or an environ that the deviation is about; none where that is not known."""
    found = _mapping(line, decode(moment.data))
    if found is None:
        return []
    if named := PLACE.search(check.how):
        return [f"[{named[1]!r}]"]
    keys = [key for matcher in leaves(_matchers(line, check)) for key in looked_at(matcher, found)]
    if any(_is_cut(found.get(key)) for key in keys):
        raise NoKit("the run has recorded only the beginning of the value that deviates")
    return [f"[{key!r}]" for key in dict.fromkeys(keys)]


def _mapping(line: Line, data: Any) -> dict[Any, Any] | None:
    """The scope, the event or the environ that a line saw; None where it saw something else."""
    if isinstance(line.act, acts.IsCalled) and isinstance(data, dict):
        data = data.get("scope", data.get("environ"))
    return data if isinstance(data, dict) and set(data) != {"events", "body"} else None


def _matchers(line: Line, check: Check) -> list[Matcher]:
    own = [one.ways for one in line.settles if one.requirement == check.requirement and one.ways is not None]
    return list((own[0] if own else line.ways).values())


def facts_of(line: Line, moment: Moment, *, to_head: bool = False) -> dict[str, Any]:
    """Facts of what this line saw. Raises `NoKit`."""
    data = decode(moment.data)
    if data is None:
        words = _words_facts(_told(line, moment))
        return {key: words[key] for key in words if key != "value" or not isinstance(line.act, StartsResponse)}
    if isinstance(data, bytes):
        return _wire(data, moment.text, to_head=to_head)
    if isinstance(line.act, acts.IsCalled):
        return _whole(mapping_facts(_plain(_mapping(line, data))))
    if isinstance(line.act, acts.TakesAnswer):
        found = ENDS.search(moment.text)
        if not found:
            raise NoKit("the run has not recorded how the call of the application ended")
        return _whole(answer_facts(_plain(data), found[1] or found[2]))
    if isinstance(line.act, IsAsked | IsNotAsked | IsClosed | IsNotClosed | WasUsed):
        return {"uses": data}
    return _whole(value_facts(_plain(data)))


def _told(line: Line, moment: Moment) -> str:
    """The words of a moment, without those for what we did."""
    if isinstance(line.act, acts.SendsEvent):
        return moment.text.removeprefix(repr(line.act.event)).removeprefix("  ⇒ ")
    return moment.text


def _words_facts(text: str) -> dict[str, Any]:
    """Of what has no data but its words: how a deed came out, or why nothing came."""
    for why in Why:
        if text == why.value or text.startswith(f"{why.value}: "):
            return {"missing": why.value}
    if text in ("returned", "cancelled"):
        return {"outcome": text} | ({"value": None} if text == "returned" else {})
    if found := RAISED.match(text):
        return {"outcome": f"raised {found[1]}"}
    if text.startswith("ends with status "):
        return {"status": int(text.removeprefix("ends with status "))}
    if text.startswith("returned "):
        return _returned(text.removeprefix("returned "))
    return {}


def _returned(text: str) -> dict[str, Any]:
    try:
        return {"outcome": "returned", "value": ast.literal_eval(text)}
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return {"outcome": "returned"}


def _wire(data: bytes, text: str, *, to_head: bool) -> dict[str, Any]:
    end = "closed" if text.endswith("the connection closed") else "reset" if text.endswith("a reset") else "open"
    if len(data) <= LONGEST:
        return dict(wire_facts(data, end, to_head))
    facts = wire_facts(data, end, to_head)
    found = re.match(r"response \d+, (complete|cut off|in its \w+),", text)
    if not found or "head" not in facts:
        raise NoKit("the run has recorded only the beginning of what the client got")
    for key in ("body", "trailers", "statuses"):
        del facts[key]
    return {**facts, "complete": found[1] == "complete"}


def _whole(facts: dict[str, Any]) -> dict[str, Any]:
    """Without what was cut or cannot be compared."""
    return {key: value for key, value in facts.items() if not _is_cut(value)}


def _is_cut(value: Any) -> bool:
    match value:
        case str():
            return len(value) > LONGEST and bool(CUT.search(value))
        case bytes():
            return len(value) > LONGEST
        case list() | tuple():
            return len(value) >= 100 or any(map(_is_cut, value))
        case dict():
            return len(value) >= 100 or any(map(_is_cut, value.values()))
    return isinstance(value, LargeBytes)


def _plain(value: Any) -> Any:
    """As a kit's application tells of values."""
    match value:
        case Foreign(name, _, text):
            return foreign(name, text)
        case list():
            return [_plain(item) for item in value]
        case tuple():
            return tuple(_plain(item) for item in value)
        case dict():
            return {_plain(key): _plain(item) for key, item in value.items()}
    return value
