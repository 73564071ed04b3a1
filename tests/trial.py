"""How mutants of a model server are tried: on the cases that settle what they break, and on a sample of the others."""

import os
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from asgi_conformance.campaign import Campaign, Wishes, candidates
from asgi_conformance.results import Result
from asgi_conformance.script import Case, Over
from asgi_conformance.suite_loader import load_cases
from asgi_conformance.verdict import Verdict

BAD = (Verdict.FAIL, Verdict.WARN, Verdict.ERROR)
IMPATIENT = 0.25
"""The model answers in a millisecond; a mutant that never does shall not cost two seconds each time."""
TRIED_AGAIN = "the server died, and was tried again"
"""What a case is told that comes after one that has ended the server: no sin that it has found itself."""

Answers = dict[str, set[tuple[str, str, str]]]
"""By case id: (requirement, verdict, behaviour)."""


@dataclass
class Trial:
    """A model server, and the cases that are about servers of its kind."""

    kind: str
    wishes: Callable[[str, float], Wishes]
    """What starts the mutant of this name (empty: the model itself), with this time scale."""
    all_cases: list[Case] = field(default_factory=list)
    model: Answers = field(default_factory=dict)
    """How the model answers. What is only recorded shows a sin nowhere else."""

    def cases(self) -> list[Case]:
        if not self.all_cases:
            self.all_cases = [case for case in load_cases() if self.kind in case.kinds]
        return self.all_cases

    def settled(self) -> set[str]:
        return {requirement for case in self.cases() for requirement in case.settles()}

    def perform(self, wanted: list[Case], mutant: str = "", time_scale: float = 1.0) -> list[Result]:
        os.environ["PYTHONPATH"] = str(Path(__file__).parent)
        wishes = self.wishes(mutant, time_scale)
        subjects = candidates(wishes)
        campaign = Campaign(subjects, wishes)
        try:
            campaign.open()
            campaign.expect(subjects[0].id, wanted)
            return [campaign.perform(subjects[0].id, case) for case in wanted]
        finally:
            campaign.close()

    def of_model(self) -> Answers:
        if not self.model:
            self.model = {result.case: answers(result) for result in self.perform(self.cases())}
        return self.model

    def try_out(self, mutant: Any) -> None:
        """It fails what it breaks, and nothing else."""
        results = self.perform(self.chosen(mutant), mutant.name, IMPATIENT)
        found = bad(results)
        unexpected = {requirement: words for requirement, words in found.items() if requirement not in mutant.breaks}
        assert unexpected == {}, f"{mutant.name} breaks {mutant.breaks}"
        noticed = {answer[0] for result in results for answer in answers(result) ^ self.of_model()[result.case]}
        assert noticed >= set(mutant.breaks) & self.settled(), "it gets away with it"

    def chosen(self, mutant: Any) -> list[Case]:
        """All cases about what it breaks, some of their neighbours in the same files, few of all others."""
        about = {case.id for case in self.cases() if case.settles() & set(mutant.breaks)}
        files = {name.partition("[")[0].rpartition("/")[0] for name in about}
        return [
            case
            for case in self.cases()
            if case.id in about or (is_quick(case) and drawn(mutant, case, one_in=6 if case.file in files else 300))
        ]


def bad(results: list[Result]) -> dict[str, list[str]]:
    """Requirement ids that failed, with the cases and what was seen."""
    found: dict[str, list[str]] = {}
    for result in results:
        for check in result.checks:
            if check.verdict in BAD and check.how != TRIED_AGAIN:
                words = f"{result.case}: {check.verdict.value} {check.how}, {check.observed}"
                found.setdefault(check.requirement, []).append(words)
    return found


def answers(result: Result) -> set[tuple[str, str, str]]:
    return {(check.requirement, check.verdict.value, check.behaviour) for check in result.checks}


def is_quick(case: Case) -> bool:
    return not case.own_process and case.over is Over.TCP


def drawn(mutant: Any, case: Case, one_in: int) -> bool:
    """One pair in so many, always the same ones."""
    return zlib.crc32(f"{mutant.name} {case.id}".encode()) % one_in == 0
