"""A server on its stage: met once, asked what it lacks, replaced when it dies, given up when it does not start."""

import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from asgi_conformance.authoring import app, client, process, response, scope, where
from asgi_conformance.script import Case, Line, Over
from asgi_conformance.servers.adapter import Adapter, Launch, Place, Server, Transport, Unsupported
from asgi_conformance.stage import server_stage
from asgi_conformance.stage.backstage import Backstage
from asgi_conformance.stage.certificates import Certificates
from asgi_conformance.stage.guard import Guard
from asgi_conformance.stage.house import NotStarted
from asgi_conformance.stage.hub import Hub, Patience
from asgi_conformance.stage.means import Means
from asgi_conformance.stage.server_stage import Absent, ServerStage
from asgi_conformance.timeline import Call, Exit, Missing, Seen, Timeline, Why, Wire

GET = b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"
START = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]}
ANSWERED = (
    client.sends(GET), app.is_called(scope(type="http")), app.sends(START), app.sends({"type": "http.response.body"}),
    app.returns(), client.gets(response(200)),
)  # fmt: skip
TESTS = Path(__file__).parent.parent


@pytest.fixture
def stage(hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator["Make"]:
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    made: list[ServerStage] = []
    backstage = Backstage()

    def make(*more: str, scale: float = 1, module: str = "citizen", lacks: tuple[Transport, ...] = ()) -> ServerStage:
        def launch(python: str, application: str, place: Place, options: Mapping[str, str]) -> Launch:
            if place.transport in lacks or place.transport.encrypted:
                raise Unsupported(f"it does not serve {place.transport.value}")
            where_to = ("--uds", place.path) if place.path else ("--host", place.host, "--port", str(place.port))
            root_path = ("--root-path", place.root_path) if place.root_path else ()
            argv = (python, "-m", *module.split(), "--app", application, *where_to, *root_path, *more)
            return Launch(argv, preload=("asyncio", "citizen.server"))

        server = Server(Adapter(name="citizen", distribution=None, launch=launch))
        means = Means(Patience(scale), Certificates(folder), Guard())
        made.append(ServerStage(hub, server, sys.executable, means, backstage))
        return made[-1]

    yield make
    for one in made:
        one.abandon()
    backstage.close()
    for one in made:
        one.ask_to_stop()
        one.close()
        one.close()


Make = Callable[..., ServerStage]


def case(*lines: Line, **settings: Any) -> Case:
    return Case("a/b", "A B", lines, **settings)


def last(timeline: Timeline) -> Seen:
    return timeline.entries[-1].seen


def pid(timeline: Timeline) -> int:
    found = timeline.calls()[0].facts["pid"]
    assert isinstance(found, int)
    return found


def test_it_is_met_first_and_serves_all_ordinary_cases(stage: Make) -> None:
    citizen = stage()
    assert citizen.declared == {}
    citizen.begin()
    one, two = citizen.perform(case(*ANSWERED)), citizen.perform(case(*ANSWERED))
    assert isinstance(last(one), Wire)
    assert pid(one) == pid(two)
    assert citizen.facts.lacks == {}
    assert citizen.declared["http"] == citizen.facts.declared["http"] == "2.5"


def test_another_setting_is_another_process(stage: Make) -> None:
    citizen = stage()
    rooted = case(
        client.sends(b"GET /r/a HTTP/1.1\r\nHost: test\r\n\r\n"), app.is_called(scope(root_path="/r")),
        options={"root_path": "/r"},
    )  # fmt: skip
    over_unix = case(*ANSWERED, over=Over.UNIX)
    pids = [pid(citizen.perform(one)) for one in (case(*ANSWERED), rooted, over_unix, rooted, over_unix)]
    assert pids[1] == pids[3]
    assert pids[2] == pids[4]
    assert len(set(pids)) == 3


def test_cases_about_its_life_have_processes_of_their_own(stage: Make) -> None:
    citizen = stage()
    life = case(process.starts(), process.serves(), process.gets_signal("SIGTERM"), process.exits())
    citizen.look_ahead([life, case(*ANSWERED)])
    citizen.perform(case(*ANSWERED))
    assert last(citizen.perform(life)) == Exit(0)
    assert last(citizen.perform(life)) == Exit(0)
    citizen.look_ahead([life])
    assert last(citizen.perform(life)) == Exit(0)


def test_what_it_does_not_offer_is_absent(stage: Make) -> None:
    citizen = stage(lacks=(Transport.UNIX,))
    for _ in range(2):
        with pytest.raises(Absent, match="it does not serve HTTP/1.1 over a unix socket"):
            citizen.perform(case(*ANSWERED, over=Over.UNIX))
    with pytest.raises(Absent, match="citizen does not advertise the extension unheard.of over tcp"):
        citizen.perform(case(*ANSWERED, needs=("extension:unheard.of",)))


def test_what_it_was_not_seen_to_do_it_lacks(stage: Make) -> None:
    citizen = stage("--mutant", "lifespan/unsupported:exits_when_the_application_knows_no_lifespan")
    citizen.facts.lacks["websocket"] = "no websockets"  # type: ignore[index] # as if it had none
    with pytest.raises(Absent, match="no websockets"):
        citizen.perform(case(*ANSWERED, needs=("websocket",)))


def test_one_that_serves_nothing_we_know_is_absent_as_a_whole(stage: Make) -> None:
    citizen = stage(lacks=(Transport.TCP,))
    citizen.begin()
    citizen.look_ahead([case(process.starts())])
    with pytest.raises(Absent, match="it does not serve HTTP/1.1 over TCP"):
        citizen.perform(case(*ANSWERED))


def test_one_that_dies_is_started_anew(stage: Make, hub: Hub) -> None:
    citizen = stage()
    before = citizen.perform(case(*ANSWERED))
    import os

    os.kill(pid(before), signal.SIGKILL)
    after = citizen.perform(case(*ANSWERED))
    assert isinstance(last(after), Wire)
    assert pid(after) != pid(before)


def test_one_that_dies_of_a_case_is_started_anew_for_the_next(stage: Make) -> None:
    import os

    def dies(seen: Any, heard: Any) -> bool:
        os.kill(seen.facts["pid"], signal.SIGKILL)
        return True

    citizen = stage()
    deadly = case(client.sends(GET), app.is_called(where("x", dies)), app.sends(START))
    found = last(citizen.perform(deadly))
    assert isinstance(found, Missing)
    assert found.why is Why.DIED
    assert isinstance(last(citizen.perform(case(*ANSWERED))), Wire)


def test_a_fault_of_ours_costs_the_process(stage: Make) -> None:
    def fails(seen: Any, heard: Any) -> bool:
        raise ZeroDivisionError

    citizen = stage()
    before = pid(citizen.perform(case(*ANSWERED)))
    with pytest.raises(ZeroDivisionError):
        citizen.perform(case(client.sends(GET), app.is_called(where("x", fails))))
    assert pid(citizen.perform(case(*ANSWERED))) != before


def test_what_was_left_in_doubt_is_replaced(stage: Make) -> None:
    citizen = stage()
    doubtful = case(client.sends(GET), app.is_called(), app.raises(), client.gets(response(299)))
    before = pid(citizen.perform(doubtful))
    assert pid(citizen.perform(case(*ANSWERED))) != before


@pytest.mark.parametrize(
    ("module", "words"),
    [
        ("no_such_module", "it ended at once with exit status 1; its last words: .*No module named no_such_module"),
        ("hostile exits_at_once", "it ended at once with exit status 1; its last words: hostile: I will not"),
        ("hostile never_listens", "it accepted no connection in time; its last words: \\(none\\)"),
        ("hostile listens_and_never_answers", "it accepted no connection in time"),
    ],
)
def test_one_that_does_not_start_says_why(stage: Make, module: str, words: str) -> None:
    citizen = stage(module=module, scale=0.03 if "listens" in module else 1)
    citizen.begin()
    for _ in range(2):
        with pytest.raises(NotStarted, match=f"^citizen did not start: {words}"):
            citizen.perform(case(*ANSWERED))
    assert citizen.declared == {}


def test_one_that_has_to_be_started_too_often_is_given_up(stage: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_stage, "RESTARTS", 1)
    citizen = stage()
    import os

    os.kill(pid(citizen.perform(case(*ANSWERED))), signal.SIGKILL)
    with pytest.raises(NotStarted, match="it had to be started 1 times; its log says why"):
        citizen.perform(case(*ANSWERED))


def test_a_port_that_somebody_took_is_not_its_fault(stage: Make) -> None:
    citizen = stage(module="hostile exits_at_once", scale=1)
    server_stage_words = "address already in use"

    def says_so(residence: Any) -> str:
        residence.process.output._last += server_stage_words.encode()
        return server_stage_words

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server_stage, "refused", says_so)
        with pytest.raises(NotStarted, match="its port was taken each time"):
            citizen.perform(case(*ANSWERED))


def test_a_call_is_a_call(stage: Make) -> None:
    timeline = stage().perform(case(client.sends(GET), app.is_called()))
    assert isinstance(last(timeline), Call)
