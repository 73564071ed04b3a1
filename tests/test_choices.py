"""Nothing legal is flagged: what the specifications leave to a server may be chosen either way, and every case passes.

The citizen of `test_mutants` takes one lawful choice wherever there are several. Here it takes the others: each set of
them at once against every case, and each by itself against cases that could notice.
"""

import fnmatch
import re
import sys
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from citizen import choosing

from asgi_conformance.campaign import Campaign, Wishes, candidates
from asgi_conformance.results import Result
from asgi_conformance.script import Case, Over
from asgi_conformance.suite_loader import load_all_properties, load_cases
from asgi_conformance.verdict import Verdict

CHOICES = choosing.load_all()
SETS = list(choosing.SETS)
GOOD = (Verdict.PASS, Verdict.NOTE, Verdict.OPEN, Verdict.UNSUPPORTED)
SERVED = (Over.TCP, Over.UNIX, Over.TLS, Over.HTTP2, Over.HTTP2_TLS)


NEAR = 6
"""Cases for each choice, drawn from those near it: always the same ones."""
EXAMPLES = 20
"""Of each property."""
SLOW = 4
"""Of those that need a process of their own."""


def commands(subject: str, names: str) -> tuple[str, ...]:
    start = f"{subject}={sys.executable} -m citizen --app {{app}} --choices {names} "
    return (
        start + "--host {host} --port {port} --root-path={root_path}",
        start + "--uds {uds}",
        start + "--host {host} --port {port} --certfile {certfile} --keyfile {keyfile}",
        start + "--host {host} --port {port} --certfile {certfile} --keyfile {keyfile} --cafile {cafile}",
    )


@contextmanager
def campaign(subjects: Mapping[str, str]) -> Iterator[Campaign]:
    """Servers by the names of subjects, with their choices; all of them are started at once."""
    lines = [line for subject, names in subjects.items() for line in commands(subject, names)]
    wishes = Wishes(commands=tuple(lines), examples=EXAMPLES)
    opened = Campaign(candidates(wishes), wishes)
    try:
        opened.open()
        yield opened
    finally:
        opened.close()


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    yield


def flagged(results: list[Result]) -> list[str]:
    return [
        f"{result.case}: {check.requirement} {check.verdict.value} {check.how}, {check.observed[:500]}"
        for result in results
        for check in result.checks
        if check.verdict not in GOOD
    ]


@cache
def cases() -> list[Case]:
    return [case for case in load_cases() if case.over in SERVED and "asgi-server" in case.kinds]


def perform(wanted: list[Case], names: str) -> list[Result]:
    with campaign({"citizen": names}) as opened:
        opened.expect("citizen", wanted)
        return [opened.perform("citizen", case) for case in wanted]


@pytest.mark.parametrize("name", SETS)
def test_all_choices_of_a_set_together_pass_every_case(name: str) -> None:
    assert flagged(perform(cases(), name)) == []


@pytest.mark.parametrize("name", SETS)
def test_all_choices_of_a_set_together_keep_every_property(name: str) -> None:
    properties = [one for one in load_all_properties() if "asgi-server" in one.kinds]
    with campaign({"citizen": name}) as opened:
        assert flagged([opened.explore("citizen", one) for one in properties]) == []


@pytest.mark.parametrize("module", dict.fromkeys(name.partition(":")[0] for name in CHOICES))
def test_a_choice_by_itself_passes_cases_near_it(module: str) -> None:
    """A third of them, always the same ones: with the sets every one has been tried before."""
    own = [name for name in CHOICES if name.partition(":")[0] == module]
    subjects = {name.replace(":", "-"): name for name in own if zlib.crc32(name.encode()) % 3 == 0}
    found = {}
    with campaign(subjects) as opened:
        for subject, name in subjects.items():
            wanted = drawn(CHOICES[name])
            opened.expect(subject, wanted)
            found[name] = flagged([opened.perform(subject, case) for case in wanted])
    assert {name: words for name, words in found.items() if words} == {}


def near(choice: choosing.Choice) -> list[Case]:
    return [case for case in cases() if any(fnmatch.fnmatch(case.id, glob) for glob in choice.near)]


def drawn(choice: choosing.Choice) -> list[Case]:
    """Some of its quick cases; those that need a process of their own only where there is nothing else."""
    quick = [case for case in near(choice) if not case.own_process and case.over is Over.TCP]
    lot = sorted(quick or near(choice), key=lambda case: zlib.crc32(f"{choice.name} {case.id}".encode()))
    return lot[: NEAR if quick else SLOW]


@pytest.mark.parametrize("name", CHOICES)
def test_a_choice_says_why_it_is_lawful_and_where_it_would_be_noticed(name: str) -> None:
    choice = CHOICES[name]
    assert re.match(r"(ASGI|Lifespan|RFC|TCP)\b.*\.$", choice.why)
    assert set(choice.sets) <= set(SETS)
    assert near(choice)
