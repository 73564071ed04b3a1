"""A matcher that asks the tables of the specification, and them alone."""

from dataclasses import dataclass

from asgi_conformance.judge.schema import problems_of, type_of
from asgi_conformance.script import Heard, Opinion
from asgi_conformance.spec.check import Problem
from asgi_conformance.timeline import Call, Missing, Seen
from asgi_conformance.verdict import Verdict


@dataclass(frozen=True, slots=True)
class AsDocumented:
    """A scope, event or body that keeps this requirement, as far as the tables can tell."""

    requirement: str

    def says(self) -> str:
        return "as documented"

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if isinstance(seen, Missing):  # what did not come has no shape, good or bad
            return Opinion(False, "missing", str(seen), Verdict.BLOCKED)
        problems = [one for one in problems_of(seen, _scope_type(heard)) if one.requirement == self.requirement]
        if not problems:
            return Opinion(True)
        problem = next((one for one in problems if not _is_lawful(one)), problems[0])
        words = f"{problem.path or 'it'}: {problem.kind.value}, expected {problem.expected}, got {problem.got}"
        return Opinion(_is_lawful(problem), problem.kind.value, words, problem.verdict)


def _is_lawful(problem: Problem) -> bool:
    return problem.verdict is not None and not problem.verdict.is_bad


def _scope_type(heard: Heard) -> str | None:
    """Of the call that the line speaks of."""
    entries = heard.timeline.entries
    who = next((entry.who for entry in entries if entry.line == heard.line), None)
    call = next((entry.seen for entry in entries if entry.who == who and isinstance(entry.seen, Call)), None)
    return type_of(call) if call else None
