"""The command that repeats a case."""

import fnmatch
import shlex
from dataclasses import replace

import pytest

from asgi_conformance.report.repeat import command, pattern

from .samples import FAMILY, HOSTILE, OTHER, REFUSED, UVICORN


def test_it_names_subject_and_case() -> None:
    assert command(UVICORN, REFUSED) == (
        "pytest '--asgi-server=uvicorn[ws=wsproto]'"
        " --asgi-case='websocket/close/a-refused-handshake-is-answered-with-403'"
    )


@pytest.mark.parametrize("kind", ["asgi-server", "asgi-app", "asgi-framework", "wsgi-server", "wsgi-app"])
def test_the_option_is_the_kind(kind: str) -> None:
    assert command(replace(OTHER, kind=kind), "a/b") == f"pytest --{kind}=hypercorn --asgi-case='a/b'"


def test_a_served_application_is_two_options() -> None:
    stack = replace(OTHER, kind="asgi-stack", id="hypercorn+shop.main:app")
    assert command(stack, "a/b") == "pytest --asgi-server=hypercorn --asgi-framework=shop.main:app --asgi-case='a/b'"


def test_a_case_of_a_family_is_matched_alone() -> None:
    assert fnmatch.fnmatchcase(FAMILY, pattern(FAMILY))
    assert not fnmatch.fnmatchcase(FAMILY.replace("[get]", "g"), pattern(FAMILY))


def test_a_shell_reads_hostile_names_as_one_word() -> None:
    words = shlex.split(command(HOSTILE, "it's/$(odd)"))
    assert words == ["pytest", f"--asgi-server={HOSTILE.id}", "--asgi-case=it's/$(odd)"]


def test_a_command_line_of_the_users_is_typed_again() -> None:
    options = {"command": "python -m mine {app} --port {port}", "command-2": "python -m mine {app} --uds {uds}"}
    mine = replace(OTHER, id="mine", name="mine", kind="asgi-server", options=options)
    assert shlex.split(command(mine, "a/b")) == [
        "pytest",
        "--asgi-server-command=mine=python -m mine {app} --port {port}",
        "--asgi-server-command=mine=python -m mine {app} --uds {uds}",
        "--asgi-case=a/b",
    ]
