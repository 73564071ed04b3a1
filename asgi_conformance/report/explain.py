"""A failure explains itself: rule, expected, got, timeline, reproduce. Always these, in this order."""

import textwrap
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
"""Columns. What is to be copied (address, command) is never wrapped."""
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
        *_labelled("expected", _expected(check, script)),
        *_labelled("got", _got(check)),
        *_labelled("known", _wrapped(_foreign(check.baseline)) if check.baseline is not None else []),
        *_labelled("timeline", timeline(result.timeline, check.line, color=color)),
        *_labelled("reproduce", [visible(command(subject, result.case, generated=result.script is not None))]),
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
    where = visible(rule.url.removeprefix("https://") or rule.source)
    return [head, *_wrapped(visible(rule.summary or rule.title)), *([where] if where else [])]


def _expected(check: Check, script: Script | None) -> list[str]:
    if check.expected:
        return _wrapped(_foreign(check.expected))
    if script is None or check.line is None or not 0 <= check.line < len(script.lines):
        return []
    return _wrapped(_foreign(script.lines[check.line]))


def _got(check: Check) -> list[str]:
    if check.observed and check.how:
        return _wrapped(f"{_foreign(check.observed)} ({_foreign(check.how)})")
    nothing = "nothing" if check.verdict is Verdict.FAIL else check.behaviour
    return _wrapped(_foreign(check.observed or check.how or nothing))


def _foreign(text: str) -> str:
    return cut(visible(text), LONGEST)


def _wrapped(text: str, indent: int = 0) -> list[str]:
    """Lines of the width there is beside the labels; those after the first are indented."""
    width = WIDTH - LABEL - 2
    return textwrap.wrap(text, width, subsequent_indent=" " * indent, break_on_hyphens=False) or [""]


def timeline(moments: Sequence[Moment], line: int | None, *, color: bool = False) -> list[str]:
    """One line a moment, the deviation marked; the middle of a long one is cut, never the deviation itself."""
    marked = here(moments, line)
    shown = around(len(moments), marked)
    missing = len(moments) - sum(index is not None for index in shown)
    lines = []
    for index in shown:
        lines += [f"… {missing} more …"] if index is None else _moment(moments, moments[index])
        if index is not None and index == marked:
            lines[-1] = f"{lines[-1] + '  ':{COLUMN}}{paint(HERE, MARKS[Verdict.FAIL].ansi, color=color)}"
    return lines


def _moment(moments: Sequence[Moment], moment: Moment) -> list[str]:
    time = max(len(f"{other.at / 1000:.2f}") for other in moments)
    who = max(len(visible(other.who)) for other in moments)
    arrow = ARROWS.get(moment.act, visible(moment.act))
    said = f"{moment.at / 1000:{time}.2f} ms  {visible(moment.who):{who}} {arrow} "
    return _wrapped(f"{said}{_foreign(moment.text)}", len(said))
