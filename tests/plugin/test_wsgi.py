"""Whole runs over WSGI: what cannot be loaded, what hangs, floods and dies, and what the report says of it."""

import sys

import pytest

CALLS = "--asgi-case=wsgi_app/calls/*"
CITIZEN = f"mine={sys.executable} -m wsgi_server --app {{app}} --host {{host}} --port {{port}}"


def source(folder, name: str, text: str) -> None:
    (folder / f"{name}.py").write_text(text)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("nowhere:app", "there is no module nowhere"),
        ("shop:nothing", "module shop has no attribute nothing"),
        ("shop:asgi", "it takes three arguments, as an ASGI application does; WSGI calls it with two"),
        ("shop:make", "it takes no argument; if it makes the application, add --asgi-app-factory"),
        ("shop:many", "it cannot be called with environ and start_response: it takes (a, b, c, d)"),
    ],
)
def test_what_cannot_be_loaded_is_told_in_one_line(run, folder, target, words):
    source(folder, "shop", "def asgi(scope, receive, send): ...\ndef make(): ...\ndef many(a, b, c, d): ...\n")
    done = run(f"--wsgi-app={target}", CALLS)
    assert done.status == 1
    assert f"{target} cannot be loaded: {words}" in done.text
    assert "Traceback" not in done.text
    assert set(done.verdicts().values()) == {"error", "not-run"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--wsgi-app=shop"], "--wsgi-app=shop names no attribute of a module; write it like shop.main:app"),
        (["--wsgi-middleware=shop"], "--wsgi-middleware=shop names no attribute of a module"),
        (["--wsgi-framework=flusk"], "did you mean flask?"),
        (["--wsgi-server=waitres"], "did you mean waitress?"),
        (["--wsgi-server=uvicron"], "did you mean uvicorn?"),
        (["--wsgi-server=waitress[thread=2]"], "waitress has no option 'thread'; did you mean threads?"),
        (["--wsgi-server-command=mine"], "--wsgi-server-command"),
        (["--wsgi-server=waitress", "--asgi-case=http/scope/*"], "no case of these subjects is called 'http/scope/*'"),
    ],
)
def test_what_is_asked_for_and_does_not_exist(run, arguments, words):
    done = run(*arguments)
    assert done.status == 4
    assert words in done.text


def test_a_server_by_its_command(run):
    done = run(f"--wsgi-server-command={CITIZEN}", "--asgi-case=wsgi/call/*")
    assert done.status == 0
    (subject,) = done.run["subjects"]
    assert (subject["id"], subject["kind"]) == ("mine", "wsgi-server")
    assert set(done.verdicts().values()) == {"pass"}


def test_a_server_that_never_calls_is_told_once(run):
    command = f"mine={sys.executable} -m http.server {{port}} --bind {{host}} --directory {{app}}"
    done = run(f"--wsgi-server-command={command}", "--asgi-case=wsgi/call/*", "--asgi-time-scale=0.1")
    assert done.status == 1
    assert "mine did not start: no request reached the application in time" in done.text
    assert list(done.verdicts().values()).count("error") == 1


def test_both_interfaces_in_one_report(run):
    done = run("--wsgi-framework=django", "--asgi-framework=django", "--asgi-case=contract/requests/*json*")
    assert [subject["id"] for subject in done.run["subjects"]] == ["django", "django-wsgi"]
    assert done.status == 0


def test_a_factory(run, folder):
    source(folder, "shop", "def make():\n    from wsgi_applications.good import app\n    return app\n")
    done = run("--wsgi-app=shop:make", "--asgi-app-factory", CALLS)
    assert done.status == 0


@pytest.mark.parametrize("kind", ["spins", "sleeps"])
def test_an_application_that_never_comes_back(run, kind):
    done = run(f"--wsgi-app=hostile.wsgi_applications:{kind}", CALLS, "--asgi-time-scale=0.1")
    assert done.run["run"]["complete"]
    assert "error" in done.verdicts().values()  # after a few losses the rest is given up
    assert "had to be started 5 times" in done.text


def test_an_application_that_ends_its_process(run):
    done = run("--wsgi-app=hostile.wsgi_applications:exits", CALLS)
    assert "the application's process died" in done.text and "exit status 3" in done.text
    assert done.run["run"]["complete"]


@pytest.mark.parametrize("kind", ["quits", "interrupts", "recurses", "floods", "starts_again_and_again", "lies"])
def test_whatever_an_application_does_the_report_is_complete(run, kind):
    done = run(f"--wsgi-app=hostile.wsgi_applications:{kind}", CALLS, "--asgi-time-scale=0.5")
    assert done.run["run"]["complete"]
    assert "error" not in "/".join(done.verdicts().values())


def test_one_that_prints_without_end_is_no_reason_to_fail(run):
    done = run("--wsgi-app=hostile.wsgi_applications:prints", CALLS)
    assert done.status == 0
