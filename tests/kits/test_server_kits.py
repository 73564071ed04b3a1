"""A kit made from a run on a real server shows the same there, and does not show it on a server that is right."""

import ast
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from kits.performed import Ran, only, performed, ran

from asgi_conformance.campaign import Wishes, WsgiWishes
from asgi_conformance.kits.kit import bundled, kit_of
from asgi_conformance.kits.story import story_of
from asgi_conformance.report.escape import visible
from asgi_conformance.results import Run, Subject

SPACE = "http/scope_headers/white-space-around-a-value-is-no-part-of-it[trailing-space]"
NO_DICT = "common/errors/a-message-that-is-no-dict-raises[None]"
TWO_NAMES = "websocket/accept/a-sec-websocket-protocol-among-the-headers-of-an-accept-is-not-sent"
GENERATOR = "http/response_start/headers-may-be-any-iterable-of-two-item-iterables[generator]"
INTERIM = "wsgi/http/an-interim-status-is-no-final-response[102]"
COUNTED = "wsgi/content_length/iteration-ends-where-content-length-bytes-have-been-sent"

WISHES = {
    "uvicorn": Wishes(servers=("uvicorn[http=h11]",)),
    "hypercorn": Wishes(servers=("hypercorn",)),
    "daphne": Wishes(servers=("daphne",)),
    "waitress": Wishes(wsgi=WsgiWishes(servers=("waitress",))),
}
CASES = {
    "uvicorn": (TWO_NAMES,),
    "hypercorn": (NO_DICT,),
    "daphne": (GENERATOR,),
    "waitress": (INTERIM, COUNTED),
}
CITIZEN = f"{sys.executable} -m citizen --app {{app}} --host {{host}} --port {{port}}"
MODEL = f"{sys.executable} -m wsgi_server --app {{app}} --host {{host}} --port {{port}}"
RIGHT = {
    "asgi-server": Subject("citizen", "asgi-server", "citizen", "1", {"command": CITIZEN}),
    "wsgi-server": Subject("model", "wsgi-server", "model", "1", {"command": MODEL}),
}


@cache
def run_on(server: str) -> Run:
    return performed(WISHES[server], *CASES[server])


def kit(server: str, case: str, subject: Subject | None = None) -> str:
    """`subject`: another that shall not show it."""
    found, result = only(run_on(server), case)
    return kit_of(story_of(subject or found, result, bundled()[case]))


EVERY = [(server, case) for server, cases in CASES.items() for case in cases]


@pytest.mark.parametrize(("server", "case"), EVERY)
def test_a_kit_shows_the_same_on_the_server_that_it_was_made_from(server: str, case: str, tmp_path: Path) -> None:
    shown = ran(kit(server, case), tmp_path)
    assert shown.status == 1, shown.output
    assert "◄ here" in shown.output
    assert shown.output.endswith("The behaviour is shown.\n")


@pytest.mark.parametrize(("server", "case"), EVERY)
def test_a_kit_does_not_claim_it_of_a_server_that_is_right(server: str, case: str, tmp_path: Path) -> None:
    right = RIGHT[only(run_on(server), case)[0].kind]
    shown = ran(kit(server, case, right), tmp_path)
    assert shown == Ran(0, shown.output), shown.output
    assert shown.output.endswith("The behaviour is NOT shown.\n")


@pytest.mark.parametrize(("server", "case"), EVERY)
def test_a_kit_is_plain_python_of_the_standard_library(server: str, case: str) -> None:
    text = kit(server, case)
    tree = ast.parse(text, feature_version=(3, 8))
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    assert not [node for node in nodes if isinstance(node, ast.ImportFrom)]
    assert names <= sys.stdlib_module_names
    assert [visible(line) for line in text.split("\n")] == text.split("\n")


def test_the_special_part_comes_first_and_the_rest_is_the_same() -> None:
    from asgi_conformance.kits.assembly import MACHINERY

    heads, rests = zip(*(kit(server, case).split(MACHINERY) for server, case in EVERY[:3]), strict=True)
    assert len(set(heads)) == 3
    assert len({rest.partition("\napplication = ")[0] for rest in rests}) == 1


def test_a_server_that_does_not_start_is_no_proof(tmp_path: Path) -> None:
    broken = replace(RIGHT["asgi-server"], options={"command": "python -m no_such_server {app} {port}"})
    shown = ran(kit("hypercorn", NO_DICT, broken), tmp_path)
    assert shown.status == 2
    assert "the server did not start" in shown.output
    assert "No module named no_such_server" in shown.output


def test_a_server_that_is_not_there_is_no_proof(tmp_path: Path) -> None:
    absent = replace(RIGHT["asgi-server"], options={"command": "/nowhere/server {app} {port}"})
    shown = ran(kit("hypercorn", NO_DICT, absent), tmp_path)
    assert shown.status == 2
    assert shown.output.startswith("/nowhere/server cannot be executed")


def test_the_servers_interpreter_may_be_another(tmp_path: Path) -> None:
    """The kit is run by any Python, and told which has the server."""
    shown = ran(kit("hypercorn", NO_DICT), tmp_path, sys.executable, python=(sys.executable, "-I"))
    assert shown.status == 1, shown.output
