"""What contract applications share: gates, journals, hooks. And the model of them, and those that have left out all."""

import asyncio
import sys
import threading
from collections.abc import Awaitable, Iterator
from pathlib import Path
from typing import Any

import pytest

from asgi_conformance.applications import FOLDER
from asgi_conformance.campaign import Campaign, Wishes, candidates
from asgi_conformance.results import Result
from asgi_conformance.script import Case
from asgi_conformance.suite_loader import load_cases
from asgi_conformance.verdict import Verdict

TESTS = Path(__file__).parent.parent
sys.path.append(str(FOLDER))
import contract

BAD = (Verdict.FAIL, Verdict.WARN, Verdict.ERROR, Verdict.NOT_RUN)


def run(work: Awaitable[Any]) -> Any:
    async def soon() -> Any:
        return await asyncio.wait_for(work, 2)

    return asyncio.run(soon())


# --------------------------------------------------------------------------- gates and journals


def test_whoever_waits_at_a_gate_passes_when_it_opens() -> None:
    async def two_wait() -> None:
        waiting = [asyncio.ensure_future(contract.opened("a-gate")) for _ in range(2)]
        await asyncio.sleep(0)
        assert not any(one.done() for one in waiting)
        contract.open_gate("a-gate")
        await asyncio.gather(*waiting)

    run(two_wait())
    run(contract.opened("a-gate"))
    contract.wait_until_opened("a-gate")


def test_a_gate_opens_from_any_thread() -> None:
    async def from_another() -> None:
        waiting = asyncio.ensure_future(contract.opened("of-threads"))
        await asyncio.sleep(0)
        threading.Thread(target=contract.open_gate, args=("of-threads",)).start()
        await waiting

    run(from_another())


def test_who_waited_in_a_loop_that_is_gone_does_no_harm() -> None:
    async def gives_up() -> None:
        waiting = asyncio.ensure_future(contract.opened("given-up"))
        await asyncio.sleep(0)
        waiting.cancel()

    run(gives_up())
    contract.open_gate("given-up")


def test_a_gate_on_trio() -> None:
    trio, testing = pytest.importorskip("trio"), pytest.importorskip("trio.testing")

    async def opened() -> None:
        with trio.fail_after(2):
            async with trio.open_nursery() as nursery:
                nursery.start_soon(contract.opened, "of-trio")
                await testing.wait_all_tasks_blocked()
                contract.open_gate("of-trio")
            await contract.pause(0)

    trio.run(opened)


def test_a_note_is_a_line_in_a_journal_and_opens_gates() -> None:
    assert contract.journal("notes") == []
    contract.note("notes", "left 1001")
    contract.note("notes", "left 1001")
    contract.note("", "nobody asked")
    contract.note(None, "nobody asked")
    assert contract.journal("notes") == ["left 1001", "left 1001"]
    run(contract.opened("notes-left"))
    run(contract.opened("notes-left-1001"))
    assert contract.journal("") == []


# --------------------------------------------------------------------------- hooks and constants


def test_hooks_do_as_a_case_wants(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(contract, "CLEANING", 0)
    assert contract.startup() == {"started": True}
    run(contract.shutdown())
    contract.shutdown_in_thread()
    assert capsys.readouterr().out == f"{contract.CLEANED_UP}\n" * 2
    monkeypatch.setenv(contract.VARIABLE, contract.STARTUP_FAILS)
    with pytest.raises(RuntimeError, match=contract.ERROR):
        contract.startup()
    contract.shutdown_in_thread()
    monkeypatch.setenv(contract.VARIABLE, contract.SHUTDOWN_FAILS)
    with pytest.raises(RuntimeError, match=contract.ERROR):
        contract.shutdown_in_thread()


def test_the_file_is_what_the_contract_says() -> None:
    assert contract.FILE.read_bytes() == b"0123456789" * 1000


def test_the_contract_names_every_route_of_the_model() -> None:
    text = (FOLDER / "CONTRACT.md").read_text("utf-8")
    from applications.contract.model import app

    for method, path in app.routes:
        assert f"`{method} {path}" in text
    for path in app.sockets:
        assert f"`{path}" in text


# --------------------------------------------------------------------------- applications


def test_of_what_only_events_can_tell_no_server_is_asked() -> None:
    kinds = {case.kinds for case in load_cases() if "contract" in case.needs}
    of_wsgi = {"wsgi-framework", "wsgi-stack"}
    in_memory, by_clients = {"asgi-framework"}, {"asgi-framework", "asgi-stack"}
    assert kinds == {*map(frozenset, (in_memory, by_clients, by_clients | of_wsgi, {"wsgi-framework"}))}


def test_cases_about_adapters_are_for_contract_applications_in_memory() -> None:
    assert {case.kinds for case in load_cases() if "wsgi-adapter" in case.needs} == {frozenset({"asgi-framework"})}
    assert all("wsgi-adapter" in case.needs for case in load_cases() if case.file.startswith("adapter/"))


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    yield


def perform(target: str, wanted: list[Case], *servers: str, loop: str = "") -> list[Result]:
    wishes = Wishes(frameworks=(target,), servers=servers, loop=loop)
    subjects = candidates(wishes)
    campaign = Campaign(subjects, wishes)
    try:
        campaign.open()
        return [campaign.perform(subjects[0].id, case) for case in wanted]
    finally:
        campaign.close()


def about_contracts(kind: str) -> list[Case]:
    return [case for case in load_cases() if case.file.startswith("contract/") and kind in case.kinds]


def bad(results: list[Result]) -> list[str]:
    checks = [(result.case, check) for result in results for check in result.checks if check.verdict in BAD]
    return [f"{name}: {check.how}, {check.observed}" for name, check in checks]


@pytest.mark.parametrize("name", ["bare", "denying", "reading", "hookless", "http_alone"])
def test_what_is_left_out_is_never_bad(name: str) -> None:
    results = perform(f"applications.contract.bare:{name}", about_contracts("asgi-framework"))
    assert bad(results) == []
    verdicts = [check.verdict for result in results for check in result.checks]
    assert verdicts.count(Verdict.UNSUPPORTED) > len(verdicts) / 2
    assert Verdict.BLOCKED not in verdicts


def test_whoever_has_not_the_routes_for_adapters_is_asked_nothing_about_them() -> None:
    results = perform("applications.contract.model:app", [c for c in load_cases() if c.file == "adapter/threads"])
    checks = [check for result in results for check in result.checks]
    assert {(check.verdict, "is no adapter for WSGI" in check.how) for check in checks} == {(Verdict.UNSUPPORTED, True)}


def test_the_model_on_trio() -> None:
    pytest.importorskip("trio")
    assert bad(perform("applications.contract.model:app", about_contracts("asgi-framework"), loop="trio")) == []


@pytest.mark.parametrize("server", ["uvicorn", "gunicorn"])
def test_the_model_on_a_server(server: str) -> None:
    pytest.importorskip(server)
    assert bad(perform("applications.contract.model:app", about_contracts("asgi-stack"), server)) == []
