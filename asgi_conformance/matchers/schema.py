"""A matcher that asks the tables of the specification, and them alone."""

from dataclasses import dataclass

from asgi_conformance.judge.schema import problems_of, type_of
from asgi_conformance.script import Heard, Opinion
from asgi_conformance.timeline import Missing, Seen
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
        calls = heard.timeline.calls()
        for problem in problems_of(seen, type_of(calls[0]) if calls else None):
            if problem.requirement == self.requirement:
                lawful = problem.verdict is not None and not problem.verdict.is_bad
                words = f"{problem.path or 'it'}: {problem.kind.value}, expected {problem.expected}, got {problem.got}"
                return Opinion(lawful, problem.kind.value, words, problem.verdict)
        return Opinion(True)
