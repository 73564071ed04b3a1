"""What a kit and its issue say of the result: the rule, what was expected, what was reported."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from asgi_conformance.kits.literals import NoKit, code, comment
from asgi_conformance.kits.recorded import check_of
from asgi_conformance.report.explain import named
from asgi_conformance.report.knowledge import Knowledge, Rule, published
from asgi_conformance.results import Check, Result, Subject
from asgi_conformance.script import Case


@dataclass(frozen=True, slots=True)
class Story:
    """One result of one subject, with what is known of it."""

    subject: Subject
    result: Result
    case: Case
    check: Check
    rule: Rule

    @property
    def title(self) -> str:
        """`uvicorn 0.54.0: A refused handshake is answered with 403`"""
        return comment(f"{named(self.subject)}: {self.case.title}")


def story_of(subject: Subject, result: Result, case: Case, knowledge: Knowledge | None = None) -> Story:
    """Raises `NoKit` where nothing deviates."""
    check = check_of(result)
    if check is None:
        raise NoKit(f"{subject.id} keeps what {case.id} is about: there is nothing to reproduce")
    return Story(subject, result, case, check, (knowledge or published()).rule(check.requirement))


def preamble(story: Story, how_to_run: str) -> list[str]:
    """The comment at the top of a kit. Its first lines are ours alone: a coding line would be heeded there."""
    rule, check = story.rule, story.check
    return [
        "#!/usr/bin/env python3",
        "# A stand-alone reproduction, made by asgi-conformance. It needs the standard library of Python 3.8 alone.",
        f"# {story.title}",
        "#",
        f"# rule      {comment(rule.id)} ({check.level.value.upper()})",
        f"#           {comment(rule.summary or rule.title)}",
        *([f"#           {comment(rule.url)}"] if rule.url else []),
        f"# expected  {comment(check.expected) or '(see the script)'}",
        f"# reported  {comment(check.observed or check.how)}",
        "#",
        f"# {how_to_run}",
        "# Exit status 1: the behaviour is shown; 0: it is not; 2: it could not be tried.",
        "",
        f"TITLE = {story.title!a}",
    ]


def tables(lines: Sequence[tuple[str, str]], behaviour: Mapping[int, Mapping[str, Any]]) -> list[str]:
    """What is printed of the lines, and the facts that make the deviation."""
    return [
        "# The lines of the script, each with what it expects:",
        "LINES = [",
        *(f"    ({comment(words, 200)!a}, {comment(expected)!a})," for words, expected in lines),
        "]",
        "# What was reported: where a line sees all of this again, the behaviour is shown.",
        f"BEHAVIOUR = {code(dict(behaviour))}",
    ]


def words_of(case: Case) -> list[tuple[str, str]]:
    """Each line, with what it expects."""
    found = []
    for line in case.lines:
        expected = " or ".join(matcher.says() for matcher in line.ways.values())
        owed = [matcher.says() for one in line.settles for matcher in (one.ways or {}).values()]
        found.append((line.says().partition("  [")[0], expected or " or ".join(owed)))
    return found
