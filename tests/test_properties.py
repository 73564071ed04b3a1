"""The properties: the model citizen keeps them all, and each catches mutants, shrunk to a case that can be pasted."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from applications import mutation
from wsgi_applications import mutation as wsgi_mutation

from asgi_conformance.campaign import Campaign, Wishes, WsgiWishes, candidates
from asgi_conformance.results import Result
from asgi_conformance.suite_loader import load_all_properties, load_file
from asgi_conformance.verdict import Verdict

EVERY = {one.file.partition("/")[2] + ": " + one.title: one for one in load_all_properties()}
PROPERTIES = {name: one for name, one in EVERY.items() if "asgi-server" in one.kinds}
OF_APPLICATIONS = {name: one for name, one in EVERY.items() if "asgi-app" in one.kinds}
OF_WSGI_SERVERS = {name: one for name, one in EVERY.items() if "wsgi-server" in one.kinds}
OF_WSGI_APPLICATIONS = {name: one for name, one in EVERY.items() if "wsgi-app" in one.kinds}
EXAMPLES = 60

REQUEST = "requests: Any request reaches the application as it was sent"
REQUESTS = "requests: Any two requests on one connection are two calls, and are answered in their order"
RESPONSE = "responses: Any legal response reaches the client as the application sent it"
DIALOGUE = "dialogues: Every message of a WebSocket arrives as it was sent, and so does the close code"
NEXT = "mistakes: Whatever an application sends, the next request is served"
ANSWER = "mistakes: Whatever an application sends, its client gets one answer or the end of the connection"

CAUGHT = (
    ("http/scope_path:decodes_the_path_twice", REQUEST, "http.scope.path.percent-decoded"),
    ("http/scope_path:takes_a_plus_in_the_path_for_a_space", REQUEST, "http.scope.path.percent-decoded"),
    ("http/scope_path:decodes_the_query_string", REQUEST, "http.scope.query-string.raw"),
    ("http/scope_headers:joins_repeated_headers", REQUEST, "http.scope.headers.value-exact"),
    ("http/request_body:leaves_line_ends_between_chunks", REQUEST, "http.request.body-complete"),
    ("http/request:forgets_pipelined_requests", REQUESTS, "http.scope.one-per-request"),
    ("http/response_start:sorts_the_headers", RESPONSE, "http.response.start.headers.order"),
    ("http/response_start:rounds_unusual_statuses", RESPONSE, "http.response.start.status"),
    ("http/response_body:ends_the_response_with_an_empty_piece", RESPONSE, "http.response.body.concatenated"),
    ("websocket/receive:drops_empty_messages", DIALOGUE, "websocket.receive.bytes"),
    ("websocket/send:sends_bytes_as_text", DIALOGUE, "websocket.send.bytes"),
    ("websocket/disconnect:says_1000_for_every_code", DIALOGUE, "websocket.disconnect.client-close-code"),
    ("websocket/close:sends_the_next_code", DIALOGUE, "websocket.close.after-accept.code"),
    ("common/isolation:stops_when_its_own_complaint_comes_back", NEXT, "common.error.app-exception.isolated"),
    (
        "http/app_errors:leaves_the_client_waiting_when_the_application_says_nothing",
        ANSWER,
        "http.app.return-without-start",
    ),
)  # fmt: skip
"""Mutant, the property that notices, and the requirement that it then breaks."""


@pytest.fixture
def campaign(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Campaign]:
    """With the citizen, or the mutant that the test's parameter names."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    mutant = f" --mutant {request.param}" if getattr(request, "param", "") else ""
    command = f"citizen={sys.executable} -m citizen --app {{app}} --host {{host}} --port {{port}}{mutant}"
    wishes = Wishes(commands=(command,), examples=EXAMPLES, time_scale=0.5)
    work = Campaign(candidates(wishes), wishes)
    try:
        work.open()
        yield work
    finally:
        work.close()


@pytest.mark.parametrize("name", PROPERTIES)
def test_the_citizen_keeps_it(name: str, campaign: Campaign) -> None:
    result = campaign.explore("citizen", PROPERTIES[name])
    assert {check.verdict for check in result.checks} == {Verdict.PASS}, result
    assert result.script is None


@pytest.mark.parametrize(("campaign", "name", "requirement"), CAUGHT, indirect=["campaign"], ids=lambda value: value)
def test_a_mutant_is_caught_and_so_it_is_by_the_case_that_is_left(
    name: str, requirement: str, campaign: Campaign, tmp_path: Path
) -> None:
    found = campaign.explore("citizen", PROPERTIES[name])
    assert requirement in broken(found)
    assert found.script is not None
    pasted = tmp_path / "pasted_cases.py"
    pasted.write_text(found.script.note.partition("As a case:\n\n")[2])
    (case,) = load_file(pasted, "pasted/")
    assert tuple(line.says() for line in case.lines) == found.script.lines
    assert requirement in broken(campaign.perform("citizen", case))


def broken(result: Result) -> set[str]:
    return {check.requirement for check in result.checks if check.verdict in (Verdict.FAIL, Verdict.WARN)}


# --------------------------------------------------------------------------- of applications

REQUESTED = "applications: A request of any legal server is answered in order"
CONNECTED = "applications: A WebSocket connection of any legal server is served in order"
LIVED = "applications: A lifespan of any legal server is answered in order"


@pytest.fixture
def application(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Campaign]:
    """With the model application, or the one that the test's parameter names."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    target = getattr(request, "param", "") or mutation.MODELS["app"]
    wishes = Wishes(apps=(target,), examples=EXAMPLES, time_scale=0.5)
    work = Campaign(candidates(wishes), wishes)
    try:
        work.open()
        yield work
    finally:
        work.close()


@pytest.mark.parametrize("name", OF_APPLICATIONS)
def test_the_model_application_keeps_it(name: str, application: Campaign) -> None:
    result = application.explore(mutation.MODELS["app"], OF_APPLICATIONS[name])
    assert {check.verdict for check in result.checks} == {Verdict.PASS}, result
    assert result.script is None


@pytest.mark.parametrize(
    ("application", "name", "requirement"),
    [
        ("applications.unlucky:chokes_on_a_missing_client", REQUESTED, "http.response.body.app-terminates"),
        ("applications.unlucky:loses_count_of_empty_pieces", REQUESTED, "http.response.start.app-first"),
        ("applications.unlucky:sends_both_keys", CONNECTED, "websocket.send.app-exactly-one"),
        ("applications.unlucky:stays_when_the_client_has_left", CONNECTED, "common.app.lifetime.ends-eventually"),
        ("applications.unlucky:says_goodbye_at_once", LIVED, "lifespan.shutdown.app-replies"),
    ],
    indirect=["application"],
)
def test_an_application_that_breaks_it_is_caught_and_so_it_is_by_the_case_that_is_left(
    request: pytest.FixtureRequest, name: str, requirement: str, application: Campaign, tmp_path: Path
) -> None:
    subject = request.node.callspec.params["application"]
    found = application.explore(subject, OF_APPLICATIONS[name])
    assert requirement in broken(found)
    assert found.script is not None
    pasted = tmp_path / "pasted_cases.py"
    pasted.write_text(found.script.note.partition("As a case:\n\n")[2])
    (case,) = load_file(pasted, "pasted/")
    assert tuple(line.says() for line in case.lines) == found.script.lines
    assert requirement in broken(application.perform(subject, case))


# --------------------------------------------------------------------------- where WSGI is spoken

SENT = "wsgi_requests: Any request reaches the WSGI application as it was sent"
ASKED = "wsgi_applications: A request of any lawful server is answered by the rules"


@pytest.fixture
def wsgi_server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Campaign]:
    """With the model server, or the mutant that the test's parameter names."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    mutant = f" --mutant {request.param}" if getattr(request, "param", "") else ""
    command = f"citizen={sys.executable} -m wsgi_server --app {{app}} --host {{host}} --port {{port}}{mutant}"
    wishes = Wishes(wsgi=WsgiWishes(commands=(command,)), examples=EXAMPLES, time_scale=0.5)
    work = Campaign(candidates(wishes), wishes)
    try:
        work.open()
        yield work
    finally:
        work.close()


@pytest.mark.parametrize("name", OF_WSGI_SERVERS)
def test_the_model_of_wsgi_servers_keeps_it(name: str, wsgi_server: Campaign) -> None:
    (one,) = wsgi_server.candidates
    result = wsgi_server.explore(one.id, OF_WSGI_SERVERS[name])
    assert {check.verdict for check in result.checks} == {Verdict.PASS}, result
    assert result.script is None


@pytest.mark.parametrize(
    ("wsgi_server", "name", "requirement"),
    [
        ("environ_path/decodes-twice", SENT, "wsgi.environ.path-info.percent-decoded"),
        ("environ_path/takes-a-plus-for-a-space", SENT, "wsgi.environ.path-info.percent-decoded"),
        ("environ_query/decodes-the-query", SENT, "wsgi.environ.query-string.verbatim"),
        ("environ_headers/replaces-the-first-hyphen-only", SENT, "wsgi.environ.http-vars.name-mapping"),
    ],
    indirect=["wsgi_server"],
)
def test_a_wsgi_server_that_breaks_it_is_caught_and_so_it_is_by_the_case_that_is_left(
    name: str, requirement: str, wsgi_server: Campaign, tmp_path: Path
) -> None:
    (one,) = wsgi_server.candidates
    assert_caught(wsgi_server, one.id, wsgi_server.explore(one.id, OF_WSGI_SERVERS[name]), requirement, tmp_path)


def assert_caught(work: Campaign, subject: str, found: Result, requirement: str, folder: Path) -> None:
    assert requirement in broken(found)
    assert found.script is not None
    pasted = folder / "pasted_cases.py"
    pasted.write_text(found.script.note.partition("As a case:\n\n")[2])
    (case,) = load_file(pasted, "pasted/")
    assert tuple(line.says() for line in case.lines) == found.script.lines
    assert requirement in broken(work.perform(subject, case))


@pytest.fixture
def wsgi_application(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Campaign]:
    """With the application that the test's parameter names."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    wishes = Wishes(wsgi=WsgiWishes(apps=(request.param,)), examples=EXAMPLES, time_scale=0.5)
    work = Campaign(candidates(wishes), wishes)
    try:
        work.open()
        yield work
    finally:
        work.close()


@pytest.mark.parametrize("name", OF_WSGI_APPLICATIONS)
@pytest.mark.parametrize("wsgi_application", wsgi_mutation.MODELS["app"], indirect=True)
def test_the_models_of_wsgi_applications_keep_it(name: str, wsgi_application: Campaign) -> None:
    (one,) = wsgi_application.candidates
    result = wsgi_application.explore(one.id, OF_WSGI_APPLICATIONS[name])
    assert not broken(result), result
    assert Verdict.PASS in {check.verdict for check in result.checks}
    assert result.script is None


@pytest.mark.parametrize(
    ("wsgi_application", "requirement"),
    [
        ("wsgi_applications.unlucky:forgets_to_begin", "wsgi.start-response.before-first-body"),
        ("wsgi_applications.unlucky:sends_paths_back", "wsgi.start-response.header-value-no-control"),
        ("wsgi_applications.unlucky:counts_characters", "wsgi.content-length.app-underrun"),
        ("wsgi_applications.unlucky:goes_on_when_the_client_has_left", "wsgi.start-response.app-second-call"),
    ],
    indirect=["wsgi_application"],
)
def test_a_wsgi_application_that_breaks_it_is_caught_and_so_it_is_by_the_case_that_is_left(
    requirement: str, wsgi_application: Campaign, tmp_path: Path
) -> None:
    (one,) = wsgi_application.candidates
    found = wsgi_application.explore(one.id, OF_WSGI_APPLICATIONS[ASKED])
    assert_caught(wsgi_application, one.id, found, requirement, tmp_path)
