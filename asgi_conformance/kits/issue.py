"""The text of an issue for the subject's tracker: what the rule says, what was seen, how to see it again. Pure."""

import re

from asgi_conformance.kits.story import Story
from asgi_conformance.report.escape import code, cut, markdown, visible
from asgi_conformance.report.explain import named, timeline
from asgi_conformance.report.repeat import command
from asgi_conformance.results import Run

LONGEST = 1500
"""Characters of one thing that a subject has said."""


def to_issue(story: Story, run: Run, kit: str) -> str:
    """GitHub-flavoured Markdown; the first line is the title. `kit`: the name of the file that is to be attached."""
    rule, check = story.rule, story.check
    since = f", since version {rule.since}" if rule.since else ""
    source = markdown(rule.source or rule.id)
    link = f"[{source}](<{rule.url}>)" if rule.url else source
    generated = story.result.script is not None
    return "\n".join([
        f"# {code(cut(visible(named(story.subject)), 200))}: {markdown(story.case.title)}",
        "",
        f"**What the rule says** ({check.level.value.upper()}{since}; {link}):",
        f"{markdown(rule.summary or rule.title)}",
        "",
        f"**Expected:** {code(cut(check.expected, LONGEST)) or 'see the script'}",
        "",
        f"**Observed:** {code(cut(check.observed or check.how, LONGEST))}",
        "",
        f"**To reproduce:** {_how(story, kit)}",
        "",
        "What happened, in order:",
        "",
        *_fenced([visible(line) for line in timeline(story.result.timeline, check.line)], "text"),
        "",
        "The same with the test suite that found it (`pip install asgi-conformance`):",
        "",
        *_fenced([visible(command(story.subject, story.result.case, generated=generated))], "sh"),
        "",
        f"**Versions:** {', '.join(_versions(story, run))}",
        "",
    ])  # fmt: skip


def _how(story: Story, kit: str) -> str:
    runs = f"save the attached file and run `python {markdown_name(kit)}` with the Python that has"
    ends = "and ends with status 1 where the behaviour is shown, with 0 where it is not."
    return f"{runs} {code(story.subject.name)} installed. It needs nothing else, prints each step, {ends}"


def markdown_name(kit: str) -> str:
    """The name of a file inside backticks."""
    return visible(kit).replace("`", "")


def _fenced(lines: list[str], language: str) -> list[str]:
    """In a fence that nothing in it can close."""
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}{language}", *lines, fence]


def _versions(story: Story, run: Run) -> list[str]:
    surroundings = [f"{key} {run.environment[key]}" for key in ("python", "os") if key in run.environment]
    words = [named(story.subject), *surroundings, f"asgi-conformance {run.suite_version}", f"run of {run.started}"]
    return [code(visible(word)) for word in words]
