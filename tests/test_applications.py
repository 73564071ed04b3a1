"""Nothing lawful is flagged: what the specifications leave to an application may be chosen either way.

A false failure is the worst that can happen to whoever trusts the suites, so every case is performed on applications
that have nothing in common but that they are right.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from asgi_conformance.authoring import case, server, websocket_scope
from asgi_conformance.campaign import Campaign, Wishes, candidates
from asgi_conformance.results import Result
from asgi_conformance.script import Case
from asgi_conformance.suite_loader import load_cases
from asgi_conformance.verdict import Verdict

HERE = Path(__file__).parent
BAD = (Verdict.FAIL, Verdict.WARN, Verdict.ERROR)

OTHERS = (
    *("hasty", "nowhere", "endless", "quiet", "flooding", "failing", "chat", "member", "listener", "generous"),
    *("single", "register", "imperturbable", "heedless", "obedient"),
)


@cache
def cases() -> list[Case]:
    return [case for case in load_cases() if "asgi-app" in case.kinds]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The processes that are started find the applications."""
    monkeypatch.setenv("PYTHONPATH", str(HERE))
    yield


def perform(target: str, loop: str = "", wanted: list[Case] | None = None) -> list[Result]:
    wishes = Wishes(apps=(target,), loop=loop)
    subjects = candidates(wishes)
    campaign = Campaign(subjects, wishes)
    try:
        campaign.open()
        return [campaign.perform(subjects[0].id, case) for case in wanted or cases()]
    finally:
        campaign.close()


def flagged(results: list[Result]) -> list[str]:
    return [
        f"{result.case}: {check.requirement} {check.verdict.value} {check.how}, {check.observed[:500]}"
        for result in results
        for check in result.checks
        if check.verdict in BAD
    ]


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
def test_a_correct_application_passes_every_case(loop: str) -> None:
    assert flagged(perform("applications.good:app", loop)) == []


@pytest.mark.parametrize("name", OTHERS)
def test_no_case_says_a_bad_word_about_another_lawful_application(name: str) -> None:
    assert flagged(perform(f"applications.others:{name}")) == []


def test_a_correct_application_is_tried_in_every_respect() -> None:
    """Nothing but the extensions, of which it uses none, is left open."""
    settled: dict[str, set[Verdict]] = {}
    for result in perform("applications.good:app"):
        for check in result.checks:
            settled.setdefault(check.requirement, set()).add(check.verdict)
    tried = {Verdict.PASS, Verdict.NOTE}
    assert [name for name, verdicts in settled.items() if not verdicts & tried and not name.startswith("ext.")] == []


def test_verdicts_are_the_same_each_time() -> None:
    first, second = (
        [
            (result.case, check.requirement, check.verdict, check.behaviour)
            for result in results
            for check in result.checks
        ]
        for results in (perform("applications.good:app"), perform("applications.good:app"))
    )
    assert first == second


@pytest.mark.parametrize(("path", "received"), [("/", 3), ("/nowhere", 2)])
def test_messages_come_through_an_open_websocket_only(path: str, received: int) -> None:
    """What is delivered beforehand is kept until the application accepts, and dropped if it refuses."""
    dialogue = case(
        "A message before the handshake",
        server.calls(websocket_scope(path)),
        server.delivers(
            {"type": "websocket.connect"},
            {"type": "websocket.receive", "text": "text"},
            {"type": "websocket.disconnect", "code": 1000},
        ),
        server.sees_the_end(),
    )
    (result,) = perform("applications.good:app", wanted=[dialogue])
    assert result.timeline[-1].text.count("received") == received
