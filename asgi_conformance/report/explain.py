"""A failure explains itself: rule, expected, got, timeline, reproduce. Always these, in this order."""

from collections.abc import Sequence

from asgi_conformance.report.deviation import around, here
from asgi_conformance.report.escape import cut, visible
from asgi_conformance.report.knowledge import Rule, rule_of
from asgi_conformance.report.marks import MARKS, paint
from asgi_conformance.report.repeat import command
from asgi_conformance.results import Check, Moment, Result, Script, Subject
from asgi_conformance.spec.requirement import Requirement
from asgi_conformance.verdict import Verdict

WIDTH = 108
"""Columns of the first line, with the subject at its right; a longer line is not wrapped."""
LABEL = 11
COLUMN = 64
"""Where a timeline's mark stands, if the text before it is shorter."""
LONGEST = 300
"""Characters of one foreign text."""
HERE = "◄ here"
ARROWS = {"sends": "→", "gets": "←"}
DIM = "2"


def explain(
    result: Result,
    check: Check,
    script: Script | None,
    subject: Subject,
    requirement: Requirement,
    *,
    color: bool = False,
) -> str:
    """The text of one check that did not pass, without a line end after it.

    `script` names the line that was waited for where nothing answered it; None if the run does not hold it.
    """
    lines = [
        _title(result, check, subject, color=color),
        *_labelled("rule", _rule(check, rule_of(requirement))),
        *_labelled("expected", [_foreign(check.expected)] if check.expected else _waited_for(check, script)),
        *_labelled("got", [_got(check)]),
        *_labelled("known", [_foreign(check.baseline)] if check.baseline is not None else []),
        *_labelled("timeline", timeline(result.timeline, check.line, color=color)),
        *_labelled("reproduce", [visible(command(subject, result.case))]),
    ]
    return "\n".join(lines)


def named(subject: Subject) -> str:
    """`uvicorn 0.54.0 [ws=wsproto]`"""
    options = subject.id.removeprefix(subject.name)
    if not subject.id.startswith(subject.name):
        return f"{subject.id} {subject.version}".strip()
    return " ".join(filter(None, [subject.name, subject.version, options]))


def _title(result: Result, check: Check, subject: Subject, *, color: bool) -> str:
    word = check.verdict.value.upper()
    title, name = cut(visible(result.title), LONGEST), cut(visible(named(subject)), LONGEST)
    gap = " " * max(2, WIDTH - len(word) - 2 - len(title) - len(name))
    return f"{paint(word, MARKS[check.verdict].ansi, color=color)}  {title}{gap}{name}"


def _labelled(label: str, lines: Sequence[str]) -> list[str]:
    return [f"  {label if number == 0 else '':{LABEL}}{line}" for number, line in enumerate(lines)]


def _rule(check: Check, rule: Rule) -> list[str]:
    since = f" · since {visible(rule.since)}" if rule.since else ""
    head = f"{visible(check.requirement)} · {check.level.value}{since}"
    where = rule.url.removeprefix("https://") or rule.source
    return [head, *(visible(text) for text in (rule.summary or rule.title, where) if text)]


def _waited_for(check: Check, script: Script | None) -> list[str]:
    if script is None or check.line is None or not 0 <= check.line < len(script.lines):
        return []
    return [_foreign(script.lines[check.line])]


def _got(check: Check) -> str:
    if check.observed and check.how:
        return f"{_foreign(check.observed)} ({_foreign(check.how)})"
    return _foreign(check.observed or check.how or ("nothing" if check.verdict is Verdict.FAIL else check.behaviour))


def _foreign(text: str) -> str:
    return cut(visible(text), LONGEST)


def timeline(moments: Sequence[Moment], line: int | None, *, color: bool = False) -> list[str]:
    """One line a moment, the deviation marked; the middle of a long one is cut, never the deviation itself."""
    marked = here(moments, line)
    shown = around(len(moments), marked)
    texts = {index: _moment(moments, moments[index]) for index in shown if index is not None}
    lines = []
    for index in shown:
        if index is None:
            lines.append(f"… {len(moments) - len(texts)} more …")
        elif index == marked:
            lines.append(f"{texts[index] + '  ':{COLUMN}}{paint(HERE, MARKS[Verdict.FAIL].ansi, color=color)}")
        else:
            lines.append(texts[index])
    return lines


def _moment(moments: Sequence[Moment], moment: Moment) -> str:
    time = max(len(f"{other.at / 1000:.2f}") for other in moments)
    who = max(len(visible(other.who)) for other in moments)
    arrow = ARROWS.get(moment.act, visible(moment.act))
    return f"{moment.at / 1000:{time}.2f} ms  {visible(moment.who):{who}} {arrow} {_foreign(moment.text)}"
