"""Nothing of the operating system's environment is kept, whatever a server puts into an environ."""

import json
import os
import subprocess
import sys
from pathlib import Path

from asgi_conformance import campaign, run_file
from asgi_conformance.codec import encode
from asgi_conformance.timeline import Entry, Event
from asgi_conformance.withholding import WITHHELD, withheld

VARIABLES = {"TOKEN": "secret", "SERVER_NAME": "here", "EMPTY": ""}


def test_what_a_variable_has_too_is_withheld_at_any_depth() -> None:
    seen = {
        "environ": {"TOKEN": "secret", "PATH_INFO": "/", "ASGI_CONFORMANCE_TOKEN": "x"},
        "more": [({"TOKEN": "secret"},)],
    }
    assert withheld(seen, VARIABLES) == {
        "environ": {"TOKEN": WITHHELD, "PATH_INFO": "/", "ASGI_CONFORMANCE_TOKEN": WITHHELD},
        "more": [({"TOKEN": WITHHELD},)],
    }


def test_what_is_the_servers_own_stays() -> None:
    seen = {"SERVER_NAME": "there", "TOKEN": b"secret", "EMPTY": "", 1: "secret", "type": None}
    assert withheld(seen, VARIABLES) == seen


def test_whatever_a_subject_says_is_taken() -> None:
    """Lone surrogates cannot be looked up among the variables of a process."""
    seen = {"\ud800": "\ud800"}
    entry = Entry(0, "app", sends=False, seen=Event(seen))
    assert campaign._moment(entry).data == encode(seen)


def test_a_run_file_has_no_secret(tmp_path: Path) -> None:
    """wsgiref gives every variable to the application."""
    arguments = ["--wsgi-server=wsgiref", "--asgi-case=wsgi/call/a-request-is-one-call", "--asgi-json=run.json"]
    command = [sys.executable, "-m", "pytest", "-q", *arguments, "--asgi-html=page.html"]
    variables = {**os.environ, "A_SECRET": "do-not-tell-4711"}
    subprocess.run(command, cwd=tmp_path, env=variables, check=True, capture_output=True, timeout=60)
    for name in ("run.json", "page.html"):
        assert "do-not-tell-4711" not in (tmp_path / name).read_text("utf-8")
    (subject,) = run_file.read(tmp_path / "run.json").subjects
    assert "A_SECRET" in json.dumps([moment.data for one in subject.results for moment in one.timeline])
