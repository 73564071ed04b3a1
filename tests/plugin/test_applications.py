"""Whole runs on applications: what cannot be loaded, what hangs, floods and dies, and what the report says of it."""

import pytest

RESPONSES = "--asgi-case=app/response/*"
SESSIONS = "--asgi-case=app/sessions/*"


def source(folder, name: str, text: str) -> None:
    (folder / f"{name}.py").write_text(text)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("nowhere:app", "there is no module nowhere"),
        ("shop:nothing", "module shop has no attribute nothing"),
        ("shop:number", "shop:number is an int, which cannot be called"),
        ("shop:wsgi", "it takes two arguments, as a WSGI application does; ASGI calls it with three"),
        ("shop:Double", "it takes one argument (a class in the style of ASGI 2?)"),
        ("shop:make", "it takes no argument; if it makes the application, add --asgi-app-factory"),
        ("shop:many", "it cannot be called with scope, receive and send: it takes (a, b, c, d)"),
        ("breaks:app", "module breaks cannot be imported: ZeroDivisionError: division by zero"),
        ("needs:app", "module needs cannot be imported: ModuleNotFoundError: No module named 'not_there'"),
        ("leaves:app", "module leaves cannot be imported: SystemExit: 4"),
        ("dies:app", "its process ended with exit status 5 while it was imported; it printed: bye"),
    ],
)
def test_what_cannot_be_loaded_is_told_in_one_line(run, folder, target, words):
    source(folder, "shop", "number = 1\ndef wsgi(environ, start_response): ...\ndef make(): ...\n")
    with (folder / "shop.py").open("a") as shop:
        shop.write("def many(a, b, c, d): ...\nclass Double:\n    def __init__(self, scope): ...\n")
    source(folder, "breaks", "1 / 0\n")
    source(folder, "needs", "import not_there\n")
    source(folder, "leaves", "import sys\nsys.exit(4)\n")
    source(folder, "dies", "import os\nprint('bye', flush=True)\nos._exit(5)\n")
    done = run(f"--asgi-app={target}", RESPONSES)
    assert done.status == 1
    assert f"{target} cannot be loaded: {words}" in done.text
    assert "Traceback" not in done.text
    assert list(done.verdicts().values()).count("error") == 1
    assert set(done.verdicts().values()) == {"error", "not-run"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--asgi-app=shop"], "--asgi-app=shop names no attribute of a module; write it like shop.main:app"),
        (["--asgi-middleware=shop"], "--asgi-middleware=shop names no attribute of a module"),
        (["--asgi-app=shop:app", "--asgi-loop=curio"], "--asgi-loop is one of asyncio, trio, not 'curio'"),
        (["--asgi-framework=starlet"], "did you mean starlette?"),
        (["--asgi-app=shop:app", "--asgi-case=http/scope/*"], "no case of these subjects is called 'http/scope/*'"),
    ],
)
def test_what_is_asked_for_and_does_not_exist(run, arguments, words):
    done = run(*arguments)
    assert done.status == 4
    assert words in done.text


def test_a_factory(run, folder):
    source(folder, "shop", "def make():\n    from applications.good import app\n    return app\n")
    done = run("--asgi-app=shop:make", "--asgi-app-factory", RESPONSES)
    assert done.status == 0
    assert done.run["subjects"][0]["options"] == {"factory": "yes"}


@pytest.mark.parametrize("fault", ["raise ValueError('no')", "return 1"])
def test_a_factory_that_makes_nothing(run, folder, fault):
    source(folder, "shop", f"def make():\n    {fault}\n")
    done = run("--asgi-app=shop:make", "--asgi-app-factory", RESPONSES)
    assert "shop:make cannot be loaded: the factory shop:make" in done.text
    assert set(done.verdicts().values()) == {"error", "not-run"}


def test_a_startup_that_fails_is_told(run, folder):
    source(
        folder,
        "shop",
        "async def app(scope, receive, send):\n"
        "    await receive()\n"
        "    await send({'type': 'lifespan.startup.failed', 'message': 'no database'})\n",
    )
    done = run("--asgi-app=shop:app", RESPONSES)
    assert "shop:app refuses to start" in done.text and "no database" in done.text
    assert set(done.verdicts().values()) == {"error", "not-run"}


def test_the_loop_is_part_of_the_name(run):
    done = run("--asgi-app=applications.good:app", "--asgi-loop=trio", RESPONSES)
    assert done.status == 0
    assert done.run["subjects"][0]["id"] == "applications.good:app[loop=trio]"


# --------------------------------------------------------------------------- hostile ones


@pytest.mark.parametrize("kind", ["spins", "sleeps"])
def test_an_application_that_blocks_its_event_loop(run, kind):
    done = run(f"--asgi-app=hostile.applications:{kind}", RESPONSES, "--asgi-time-scale=0.2")
    assert done.status == 1
    assert "the event loop is blocked" in done.text
    assert {"fail", "error", "not-run"} & set(done.verdicts().values())
    assert done.run["run"]["complete"]


def test_an_application_that_ends_its_process(run):
    done = run("--asgi-app=hostile.applications:exits", RESPONSES)
    assert "the application's process died" in done.text and "exit status 3" in done.text
    assert done.run["run"]["complete"]


@pytest.mark.parametrize(
    "kind",
    ["never_returns", "spins_politely", "recurses", "quits", "receives_without_end", "swallows_cancellation"],
)
def test_an_application_that_never_answers_is_no_reason_to_hang(run, kind):
    done = run(f"--asgi-app=hostile.applications:{kind}", RESPONSES, SESSIONS, "--asgi-time-scale=0.2")
    assert done.run["run"]["complete"]
    assert "error" not in "/".join(done.verdicts().values())
    assert any("blocked" in verdict for verdict in done.verdicts().values())


@pytest.mark.parametrize("kind", ["prints", "sends_without_end"])
def test_a_flood_is_no_reason_to_fail(run, kind):
    done = run(f"--asgi-app=hostile.applications:{kind}", "--asgi-case=app/response/*GET*", SESSIONS)
    assert done.run["run"]["complete"]
    assert not {"fail", "error"} & set("/".join(done.verdicts().values()).split("/"))


# --------------------------------------------------------------------------- served over the wire


def test_each_application_on_each_server(run):
    done = run(
        "--asgi-server=uvicorn,hypercorn",
        "--asgi-framework=applications.contract.model:app",
        "--asgi-case=contract/requests/*",
    )
    assert [subject["id"] for subject in done.run["subjects"]] == [
        "uvicorn+applications.contract.model:app",
        "hypercorn+applications.contract.model:app",
    ]
    assert {subject["kind"] for subject in done.run["subjects"]} == {"asgi-stack"}
    assert "pass" in done.verdicts().values()


def test_an_application_that_keeps_no_contract_is_told_so(run):
    done = run("--asgi-framework=applications.good:app", "--asgi-case=contract/requests/*")
    assert set(done.verdicts().values()) == {"unsupported"}
    assert "does not answer GET / as a contract application does" in str(done.run["subjects"][0]["results"])
